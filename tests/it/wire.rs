//! What clients see of a connection: how long it stays open, what ends it, and how much is kept for clients that
//! take nothing.

use std::time::{Duration, Instant};

use axum::{
    body::Bytes,
    http::{HeaderMap, Request, StatusCode},
};
use liaison::config::{AccessArgs, HttpArgs, RateArgs};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{sleep, timeout},
};

use crate::support::{Listening, TestApp, access_args, http_args, until};

/// A POST whose body is padded to so many bytes: head and body.
fn post(content_type: &str, extra: &str, bytes: usize) -> (String, String) {
    let mut body = json!({ "query": "{ viewer { role } }" }).to_string();
    body.push_str(&" ".repeat(bytes.saturating_sub(body.len())));
    let length = body.len();
    let head = format!(
        "POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: {content_type}\r\ncontent-length: {length}\r\n{extra}\r\n"
    );
    (head, body)
}

/// One answer: its head and body, on a connection that stays open. Empty when the connection has ended.
async fn answer(stream: &mut TcpStream) -> String {
    let mut read = Vec::new();
    let reading = async {
        loop {
            let said = String::from_utf8_lossy(&read).into_owned();
            if let Some((head, body)) = said.split_once("\r\n\r\n") {
                let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
                if body.len() >= length.unwrap_or(0) {
                    return said;
                }
            }
            if stream.read_buf(&mut read).await.unwrap_or(0) == 0 {
                return String::from_utf8_lossy(&read).into_owned();
            }
        }
    };
    timeout(Duration::from_secs(20), reading).await.unwrap()
}

async fn server(http: HttpArgs, requests_per_second: u32) -> Listening {
    let rates = RateArgs { requests_per_second, ..access_args().rates };
    let access = AccessArgs { rates, ..access_args() };
    Listening::start(TestApp::on_sqlite().await.behind(HttpArgs { dev: false, ..http }, access).await).await
}

/// The client has sent a head, and its body comes when the answer could long have been sent.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refused_requests_leave_their_connection_open() {
    let server = server(http_args(), 1).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let mut refused = 0;
    for number in 0..40 {
        // The rate is spent soon; every third is of a type that is not taken.
        let content_type = if number % 3 == 0 { "text/plain" } else { "application/json" };
        let (head, body) = post(content_type, "", 300_000);
        stream.write_all(head.as_bytes()).await.unwrap();
        sleep(Duration::from_millis(10)).await;
        stream.write_all(body.as_bytes()).await.unwrap();
        let answer = answer(&mut stream).await;
        let expected = if number % 3 == 0 { &["415", "429"][..] } else { &["200", "429"] };
        let status = answer.split(' ').nth(1).unwrap_or_default().to_owned();
        assert!(expected.contains(&status.as_str()), "{number}: {answer:?}");
        assert!(!answer.contains("connection: close"), "{answer}");
        refused += usize::from(status == "429");
    }
    assert!(refused > 20, "the rate was not gone over");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_that_are_too_long_are_answered_and_end_their_connection() {
    let server = server(http_args(), 1000).await;
    // More than the body's limit, and than all buffers between the two sides.
    let (head, body) = post("application/json", "", 20_000_000);
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    let (mut reading, mut writing) = stream.into_split();
    let sending = tokio::spawn(async move { writing.write_all(body.as_bytes()).await.map(|()| writing) });
    let mut said = String::new();
    reading.read_to_string(&mut said).await.unwrap();
    assert!(said.starts_with("HTTP/1.1 413") && said.contains("connection: close"), "{said}");
    drop(sending.await);

    // Who asks first is told at once, and never invited to send.
    let (head, _) = post("text/plain", "expect: 100-continue\r\n", 1000);
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let asked = Instant::now();
    stream.write_all(head.as_bytes()).await.unwrap();
    let said = answer(&mut stream).await;
    assert!(said.starts_with("HTTP/1.1 415") && said.contains("connection: close"), "{said}");
    assert!(asked.elapsed() < Duration::from_secs(1), "waited for a body that nobody asked for");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_without_a_request_live_longer_than_heads_that_do_not_end() {
    let http = HttpArgs { read_timeout_ms: 300, keep_alive_timeout_ms: 4000, ..http_args() };
    let server = server(http, 1000).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let (head, body) = post("application/json", "", 0);
    for _ in 0..3 {
        stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
        assert!(answer(&mut stream).await.starts_with("HTTP/1.1 200"));
        sleep(Duration::from_millis(900)).await;
    }
    let waiting = Instant::now();
    assert_eq!(answer(&mut stream).await, "", "closed without a word");
    assert!(waiting.elapsed() < Duration::from_secs(10));

    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
    assert!(answer(&mut stream).await.starts_with("HTTP/1.1 200"));
    let begun = Instant::now();
    stream.write_all(b"POST /graphql HT").await.unwrap();
    assert_eq!(answer(&mut stream).await, "");
    assert!(begun.elapsed() < Duration::from_millis(3500), "a head that did not end was waited for");
    server.stop().await;
}

type Http2 = h2::client::SendRequest<Bytes>;

/// An HTTP/2 connection whose answers may have so many bytes on their way.
async fn http2(server: &Listening, window: u32) -> Http2 {
    let stream = TcpStream::connect(server.address).await.unwrap();
    let (client, connection) = h2::client::Builder::new().initial_window_size(window).handshake(stream).await.unwrap();
    tokio::spawn(async move { drop(connection.await) });
    client
}

/// Sends the head of a request on a stream of its own.
async fn begin(client: &Http2) -> (h2::client::ResponseFuture, h2::SendStream<Bytes>) {
    let mut client = client.clone().ready().await.unwrap();
    let request =
        Request::post("http://localhost/graphql").header("content-type", "application/json").body(()).unwrap();
    client.send_request(request, false).unwrap()
}

/// Asks for something on a stream of its own.
async fn ask(client: &Http2, query: &str) -> h2::client::ResponseFuture {
    let (answer, mut sending) = begin(client).await;
    sending.send_data(json!({ "query": query }).to_string().into(), true).unwrap();
    answer
}

/// Status and body of an answer over HTTP/2.
async fn taken(answer: h2::client::ResponseFuture) -> (StatusCode, String) {
    let taking = async {
        let (head, mut body) = answer.await.unwrap().into_parts();
        let mut bytes = Vec::new();
        while let Some(data) = body.data().await {
            let data = data.unwrap();
            body.flow_control().release_capacity(data.len()).unwrap();
            bytes.extend_from_slice(&data);
        }
        (head.status, String::from_utf8(bytes).unwrap())
    };
    timeout(Duration::from_secs(30), taking).await.unwrap()
}

/// Lists whose answers have some 240 KB.
const LARGE: &str = "{ contacts(first: 50) { nodes { name metadata } } }";

async fn with_large_contacts(http: HttpArgs) -> Listening {
    let app = TestApp::on_sqlite().await.behind(http, access_args()).await;
    for number in 0..50 {
        let metadata = json!({ "text": "x".repeat(4_800) });
        app.contact_with(json!({ "name": format!("Contact {number}"), "metadata": metadata })).await;
    }
    Listening::start(app).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_that_nobody_takes_are_not_made_and_then_given_up() {
    let server = with_large_contacts(HttpArgs { write_timeout_ms: 6000, ..http_args() }).await;
    let db = &server.app.shared.domain.db;
    let client = http2(&server, 0).await;
    let before = db.statement_count();
    let mut waiting = Vec::new();
    for _ in 0..60 {
        waiting.push(ask(&client, LARGE).await);
    }
    let made = || db.statement_count() - before;
    until("four answers that are made", || async { made() >= 4 }).await;
    sleep(Duration::from_millis(300)).await;
    assert_eq!(made(), 4, "of 60 answers that nobody takes");
    // Every one of them ends by itself, though the client goes on taking nothing; so few at a time that it does not
    // wait for the last.
    let mut first = waiting.remove(0).await.unwrap().into_body();
    let ended = timeout(Duration::from_secs(30), first.data()).await.unwrap();
    assert!(ended.unwrap().unwrap_err().is_reset());
    // Who takes its answers is served meanwhile.
    let other = http2(&server, 1 << 20).await;
    let (_, body) = taken(ask(&other, LARGE).await).await;
    assert!(body.len() > 200_000, "{}", body.len());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_that_are_withheld_hold_up_no_other_stream() {
    // Longer than the test waits for an answer: no withheld body is given up meanwhile.
    let http = HttpArgs { read_timeout_ms: 300_000, ..http_args() };
    let server = Listening::start(TestApp::on_sqlite().await.behind(http, access_args()).await).await;
    let client = http2(&server, 65_535).await;
    let query = json!({ "query": "{ contactCount }" }).to_string();
    let mut withheld = Vec::new();
    for number in 0..50 {
        let (answer, mut sending) = begin(&client).await;
        let (sent, rest) = query.split_at(if number % 2 == 0 { 0 } else { 5 });
        sending.send_data(sent.to_owned().into(), false).unwrap();
        withheld.push((answer, sending, rest));
    }
    for _ in 0..10 {
        let (status, body) = taken(ask(&client, "{ contactCount }").await).await;
        assert_eq!((status, body.as_str()), (StatusCode::OK, r#"{"data":{"contactCount":0}}"#));
    }
    for (number, (answer, mut sending, rest)) in withheld.into_iter().enumerate() {
        match number % 3 {
            0 => {
                sending.send_data(rest.to_owned().into(), true).unwrap();
                assert_eq!(taken(answer).await.0, StatusCode::OK);
            }
            1 => {
                // More than the beginning that is waited for, and trailers.
                let rest = rest.to_owned() + &" ".repeat(200_000);
                sending.send_data(rest.into(), false).unwrap();
                sending.send_trailers(HeaderMap::new()).unwrap();
                assert_eq!(taken(answer).await.0, StatusCode::OK);
            }
            _ => {
                sending.send_reset(h2::Reason::CANCEL);
            }
        }
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_that_never_come_are_refused() {
    let http = HttpArgs { read_timeout_ms: 300, ..http_args() };
    let server = Listening::start(TestApp::on_sqlite().await.behind(http, access_args()).await).await;
    let client = http2(&server, 65_535).await;
    let mut withheld = Vec::new();
    for _ in 0..20 {
        withheld.push(begin(&client).await);
    }
    for (answer, _sending) in withheld {
        let (status, body) = taken(answer).await;
        assert_eq!(status, StatusCode::REQUEST_TIMEOUT, "{body}");
    }
    assert_eq!(taken(ask(&client, "{ contactCount }").await).await.0, StatusCode::OK);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_answers_at_once_arrive_whole() {
    let server = with_large_contacts(http_args()).await;
    let client = http2(&server, 65_535).await;
    let expected = serde_json::to_vec(&json!({ "data": server.app.run(LARGE, json!({})).await })).unwrap();
    for _ in 0..3 {
        let answers = (0..80).map(|number| {
            let (client, expected) = (client.clone(), &expected);
            async move {
                let query = if number % 2 == 0 { LARGE } else { "{ contactCount }" };
                let (_, body) = taken(ask(&client, query).await).await;
                let answer: serde_json::Value = serde_json::from_str(&body).unwrap();
                if number % 2 == 0 {
                    assert_eq!(answer, serde_json::from_slice::<serde_json::Value>(expected).unwrap());
                } else {
                    assert_eq!(answer["data"]["contactCount"], 50);
                }
            }
        });
        let all = futures_util::future::join_all(answers);
        timeout(Duration::from_mins(1), all).await.expect("answers waited for each other");
    }
    server.stop().await;
}
