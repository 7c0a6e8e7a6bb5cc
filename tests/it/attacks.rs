//! What an attacker would try, each with what becomes of it.

use std::{
    collections::HashMap,
    io::{Read, Write},
    net::TcpStream,
    sync::Arc,
    time::Duration,
};

use axum::{
    body::Body,
    http::{Request, header},
};
use liaison::{
    config::{AccessArgs, RateArgs},
    entity::role::Role,
};
use serde_json::{Value, json};

use crate::support::{
    Listening, TestApp, access_args, both_databases, codes, http_args,
    people::{PASSWORD, Reply, SET_PASSWORD, SIGN_IN},
};

const VIEWER: &str = "{ viewer { role } }";

/// A POST as a page in a browser sends it, with the browser's cookie.
async fn from_page(app: &TestApp, cookie: &str, headers: &[(&str, &str)], body: &Value) -> Reply {
    from_page_of("contacts.example.com", app, cookie, headers, body).await
}

async fn from_page_of(host: &str, app: &TestApp, cookie: &str, headers: &[(&str, &str)], body: &Value) -> Reply {
    let mut request = Request::post("/graphql").header(header::COOKIE, cookie).header(header::HOST, host);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    app.reply(request.body(Body::from(body.to_string())).unwrap()).await
}

fn rates(attempts_per_minute: u32, account_attempts_per_minute: u32) -> AccessArgs {
    let rates =
        RateArgs { attempts_per_minute, account_attempts_per_minute, links_per_hour: 2, requests_per_second: 1000 };
    AccessArgs { rates, ..access_args() }
}

#[both_databases]
async fn another_sites_page_cannot_use_the_cookie(app: TestApp) {
    let app = app.guarded().await;
    let cookie = format!("other=1; __Host-liaison={}", app.user("ada@example.com", Role::Member).await);
    let json = (header::CONTENT_TYPE.as_str(), "application/json");
    let role = |reply: &Reply| reply.body["data"]["viewer"]["role"].as_str().map(str::to_owned);
    let query = json!({ "query": VIEWER });
    for (origin, expected) in [
        (None, Some("MEMBER")),
        (Some("https://contacts.example.com"), Some("MEMBER")),
        (Some("https://app.example.com"), Some("MEMBER")),
        (Some("https://evil.example"), None),
        (Some("https://contacts.example.com.evil.example"), None),
        (Some("null"), None),
    ] {
        let headers: Vec<_> = [json].into_iter().chain(origin.map(|origin| ("origin", origin))).collect();
        let reply = from_page(&app, &cookie, &headers, &query).await;
        assert_eq!(role(&reply).as_deref(), expected, "{origin:?}: {}", reply.body);
        let allowed = reply.headers.get("access-control-allow-origin").map(|origin| origin.to_str().unwrap());
        assert_eq!(allowed.is_some(), origin == Some("https://app.example.com"));
    }
    // Behind a proxy that does not pass `Host` on.
    for (origin, expected) in [
        ("https://contacts.example.com", Some("MEMBER")),
        ("http://contacts.example.com", None),
        ("https://contacts.example.com:8443", None),
        ("https://evil.example", None),
    ] {
        let reply = from_page_of("127.0.0.1:4000", &app, &cookie, &[json, ("origin", origin)], &query).await;
        assert_eq!(role(&reply).as_deref(), expected, "{origin}: {}", reply.body);
    }
    // What a form can send.
    for simple in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"] {
        let mutation = json!({ "query": "mutation { createContact(input: { name: \"x\" }) { contact { id } } }" });
        let reply = from_page(&app, &cookie, &[(header::CONTENT_TYPE.as_str(), simple)], &mutation).await;
        assert_eq!(reply.status, 415);
    }
    // What an image or a link can send.
    let get = |path: &str| Request::get(path.to_owned()).header(header::COOKIE, &cookie);
    let path = "/graphql?query=%7B%20viewer%20%7B%20role%20%7D%20%7D";
    assert_eq!(role(&app.reply(get(path).body(Body::empty()).unwrap()).await), None);
    let marked = get(path).header("liaison-csrf", "1").body(Body::empty()).unwrap();
    assert_eq!(role(&app.reply(marked).await).as_deref(), Some("MEMBER"));
    let mutation = get("/graphql?query=mutation%20%7B%20signOut%20%7D").header("liaison-csrf", "1");
    assert_eq!(app.reply(mutation.body(Body::empty()).unwrap()).await.status, 405);
    assert_eq!(role(&from_page(&app, &cookie, &[json], &query).await).as_deref(), Some("MEMBER"), "still signed in");
}

#[both_databases]
async fn a_session_cannot_be_foisted_on_anybody(app: TestApp) {
    let app = app.guarded().await;
    app.user("ada@example.com", Role::Member).await;
    let chosen = "A".repeat(43);
    let cookie = format!("__Host-liaison={chosen}");
    let body = json!({ "query": SIGN_IN, "variables": { "email": "ada@example.com", "password": PASSWORD } });
    let reply = from_page(&app, &cookie, &[("content-type", "application/json")], &body).await;
    let token = reply.body["data"]["signIn"]["token"].as_str().unwrap();
    assert_ne!(token, chosen);
    assert_eq!(app.ask(Some(&chosen), VIEWER, json!({})).await.body["data"]["viewer"], Value::Null);
    assert_eq!(app.ask(Some(token), VIEWER, json!({})).await.body["data"]["viewer"]["role"], "MEMBER");
}

#[both_databases]
async fn passwords_cannot_be_tried_at_will(app: TestApp) {
    let app = app.guarded().await;
    app.user("ada@example.com", Role::Member).await;
    let app = app.guarded_with(rates(1000, 3)).await;
    let wrong = json!({ "email": "ada@example.com", "password": "wrong" });
    for _ in 0..3 {
        let reply = app.ask(None, SIGN_IN, wrong.clone()).await;
        assert_eq!(codes(&reply.body["data"]["signIn"]), ["INVALID_CREDENTIALS"]);
    }
    // The account's rate is used up, in any spelling, and the right password does not help.
    let disguised = json!({ "email": "a\u{1}da@example.com", "password": PASSWORD });
    assert_eq!(app.ask(None, SIGN_IN, disguised).await.code(), "RATE_LIMITED");
    let right = json!({ "email": " ADA@example.com", "password": PASSWORD });
    let reply = app.ask(None, SIGN_IN, right).await;
    assert_eq!(reply.code(), "RATE_LIMITED", "{}", reply.body);
    let seconds: u64 = reply.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=60).contains(&seconds), "{seconds}");
    // Nor do aliases, nor an account that does not exist.
    let aliases: Vec<String> = (0..5)
        .map(|number| format!("a{number}: signIn(email: \"x@example.com\", password: \"{number}\") {{ token }}"))
        .collect();
    let reply = app.ask(None, &format!("mutation {{ {} }}", aliases.join(" ")), json!({})).await;
    let refused = reply.body["errors"].as_array().unwrap();
    assert_eq!((refused.len(), refused[0]["extensions"]["code"].as_str()), (2, Some("RATE_LIMITED")));
}

#[both_databases]
async fn one_address_cannot_try_all_accounts(app: TestApp) {
    let app = app.guarded_with(rates(4, 1000)).await;
    for number in 0..4 {
        let wrong = json!({ "email": format!("user{number}@example.com"), "password": "wrong" });
        assert_eq!(app.ask(None, SIGN_IN, wrong).await.code(), "");
    }
    let reply = app.ask(None, SIGN_IN, json!({ "email": "other@example.com", "password": "wrong" })).await;
    assert_eq!(reply.code(), "RATE_LIMITED");
    let reply = app.ask(None, SET_PASSWORD, json!({ "token": "guess", "password": "wrong" })).await;
    assert_eq!(reply.code(), "RATE_LIMITED");
}

#[both_databases]
async fn nobodys_mailbox_is_flooded(app: TestApp) {
    let app = app.guarded_with(rates(1000, 1000)).await;
    let request = "mutation { requestPasswordLink(email: \"ada@example.com\") }";
    for _ in 0..2 {
        assert_eq!(app.ask(None, request, json!({})).await.code(), "");
    }
    assert_eq!(app.ask(None, request, json!({})).await.code(), "RATE_LIMITED");
}

#[both_databases]
async fn requests_have_a_rate(app: TestApp) {
    let rates = RateArgs { requests_per_second: 1, ..access_args().rates };
    let app = app.guarded_with(AccessArgs { rates, ..access_args() }).await;
    let (one, other) = (app.key(Role::Viewer).await, app.key(Role::Viewer).await);
    for _ in 0..5 {
        assert_eq!(app.ask(Some(&one), VIEWER, json!({})).await.status, 200);
    }
    let reply = app.ask(Some(&one), VIEWER, json!({})).await;
    assert_eq!((reply.status.as_u16(), reply.code()), (429, "RATE_LIMITED"));
    assert!(reply.headers.contains_key("retry-after"));
    let message = reply.body["errors"][0]["message"].as_str().unwrap();
    assert!(message.starts_with("Too many requests"), "{message}");
    assert_eq!(app.ask(Some(&other), VIEWER, json!({})).await.status, 200, "each has its own");
}

#[both_databases]
async fn in_development_requests_have_no_rate(app: TestApp) {
    let rates = RateArgs { requests_per_second: 1, ..access_args().rates };
    let app = app.behind(http_args(), AccessArgs { rates, ..access_args() }).await;
    for _ in 0..50 {
        assert_eq!(app.ask(None, VIEWER, json!({})).await.status, 200);
    }
}

#[both_databases]
async fn made_up_tokens_are_not_looked_up_at_will(app: TestApp) {
    let rates = RateArgs { requests_per_second: 1, ..access_args().rates };
    let app = app.guarded_with(AccessArgs { rates, ..access_args() }).await;
    let key = app.key(Role::Viewer).await;
    assert_eq!(app.ask(Some(&key), VIEWER, json!({})).await.status, 200);
    let before = app.operator().db.statement_count();
    let mut refused = 0;
    for number in 0..100 {
        refused += u64::from(app.ask(Some(&format!("made-up-{number}")), VIEWER, json!({})).await.status == 429);
    }
    let looked_up = app.operator().db.statement_count() - before;
    assert!(refused > 0 && looked_up + refused <= 100, "{looked_up} looked up, {refused} refused");
}

#[both_databases]
async fn signing_in_again_gives_no_further_requests(app: TestApp) {
    let rates = RateArgs { requests_per_second: 1, ..access_args().rates };
    let strict = AccessArgs { rates, ..access_args() };
    let app = app.guarded().await;
    let sessions = [app.user("ada@example.com", Role::Viewer).await, app.sign_in("ada@example.com").await];
    let app = app.guarded_with(strict).await;
    let mut served = 0;
    for session in sessions.iter().cycle().take(10) {
        served += usize::from(app.ask(Some(session), VIEWER, json!({})).await.status == 200);
    }
    assert!(served < 10, "all were served");
}

#[both_databases]
async fn a_link_works_for_one_of_many(app: TestApp) {
    let app = Arc::new(app.guarded().await);
    let link = app.link("ada@example.com", Role::Member).await;
    let callers: Vec<_> = (0..64)
        .map(|_| {
            let (app, link) = (Arc::clone(&app), link.clone());
            tokio::spawn(async move {
                let reply = app.ask(None, SET_PASSWORD, json!({ "token": link, "password": PASSWORD })).await;
                codes(&reply.body["data"]["setPassword"]).concat()
            })
        })
        .collect();
    let mut tally = HashMap::new();
    for caller in callers {
        *tally.entry(caller.await.unwrap()).or_insert(0) += 1;
    }
    assert_eq!(tally, HashMap::from([(String::new(), 1), ("INVALID_TOKEN".to_owned(), 63)]));
}

#[both_databases]
async fn knowing_an_address_is_not_enough_to_take_it_over(app: TestApp) {
    let contact = app.contact("Ann").await;
    let placeholder = app.connect(&contact, "ann@example.com").await;
    let app = app.guarded().await;
    let member = app.key(Role::Member).await;
    // Nobody below an admin invites or gives roles, and connecting an account again gives away nothing.
    for call in [
        "mutation { inviteUser(email: \"ann@example.com\", role: ADMIN) { user { id } } }".to_owned(),
        format!("mutation {{ setUserRole(userId: \"{placeholder}\", role: ADMIN) {{ user {{ id }} }} }}"),
    ] {
        assert_eq!(app.ask(Some(&member), &call, json!({})).await.code(), "FORBIDDEN");
        assert_eq!(app.ask(None, &call, json!({})).await.code(), "UNAUTHENTICATED");
    }
    let other = app
        .ask(Some(&member), "mutation { createContact(input: { name: \"Eve\" }) { contact { id } } }", json!({}))
        .await;
    let connect = "mutation($id: ID!) { connectUser(contactId: $id, email: \"ann@example.com\") { user { id }
        userErrors { code } } }";
    let reply =
        app.ask(Some(&member), connect, json!({ "id": other.body["data"]["createContact"]["contact"]["id"] })).await;
    assert_eq!(codes(&reply.body["data"]["connectUser"]), ["USER_ALREADY_LINKED"]);
    for password in ["", "null", "password", PASSWORD] {
        let reply = app.ask(None, SIGN_IN, json!({ "email": "ann@example.com", "password": password })).await;
        assert_eq!(codes(&reply.body["data"]["signIn"]), ["INVALID_CREDENTIALS"]);
    }
}

#[both_databases]
async fn strangers_learn_nothing_of_the_schema(app: TestApp) {
    let app = app.guarded().await;
    for query in [
        "{ __schema { types { name } } }",
        "{ __type(name: \"Contact\") { fields { name } } }",
        "{ viewer { __typename } __schema { queryType { name } } }",
        "{ contcts { id } }",
        "{ viewer { rol } }",
        "mutation { signI(email: \"a\") { token } }",
        "mutation { signIn(email: \"a\", password: \"b\") { tokn } }",
        "mutation { signIn(emai: \"a\", password: \"b\") { token } }",
        "mutation { signIn(email: \"a\", password: \"b\") { viewer { contact { nam } } } }",
        "query($x: ContactFiltr) { viewer { role } }",
        "subscription { changes { cursor } }",
    ] {
        let reply = app.ask(None, query, json!({})).await;
        let text = reply.body.to_string();
        assert!(!reply.code().is_empty(), "{query}: {text}");
        for word in ["Did you mean", "contacts", "\\\"role\\\"", "\\\"token\\\"", "\\\"name\\\"", "ContactFilter"] {
            assert!(!text.contains(word), "{query}: {text}");
        }
    }
    // Nor can they tell names that exist from those that do not.
    for (document, name, other) in [
        ("query($x: NAME) { viewer { role } }", "CompanyFilter", "CompanyFiltr"),
        ("query($x: NAME) { viewer { role @include(if: $x) } }", "CompanyFilter", "CompanyFiltr"),
        ("{ viewer { role } } fragment F on NAME { __typename }", "Company", "Compny"),
        ("{ viewer { role } } fragment F on Contact { NAME { __typename } }", "memberships", "membership"),
        ("{ viewer { role } } fragment F on Contact { interactions(NAME: \"x\") { totalCount } }", "first", "frst"),
        ("{ viewer { ... on NAME { __typename } } }", "Company", "Compny"),
        ("{ viewer { ...F } } fragment F on NAME { __typename }", "Company", "Compny"),
        ("{ viewer { role @NAME } }", "deprecated", "deprecatd"),
        ("mutation { signIn(email: \"a\", NAME: \"b\") { token } }", "passwort", "passwrd"),
    ] {
        let known = app.ask(None, &document.replace("NAME", name), json!({})).await;
        let unknown = app.ask(None, &document.replace("NAME", other), json!({})).await;
        assert_eq!((known.status, &known.body), (unknown.status, &unknown.body), "{document}");
        assert!(!known.code().is_empty(), "{document}: {}", known.body);
    }
    let viewer = app.key(Role::Viewer).await;
    let reply = app.ask(Some(&viewer), "{ viewer { rol } }", json!({})).await;
    assert!(reply.body.to_string().contains("does not have a field `rol`"), "{}", reply.body);
}

#[both_databases]
async fn floods_from_strangers_are_refused_in_time(app: TestApp) {
    let app = app.guarded().await;
    let aliases = (0..1500).map(|number| format!("a{number}: viewer {{ role }}")).collect::<Vec<_>>().join(" ");
    let duplicates = "viewer { role } ".repeat(3000);
    let deep = "viewer { user { contact { user { contact { ".to_owned()
        + &"user { contact { ".repeat(40)
        + "id"
        + &" }".repeat(85);
    let directives = format!("viewer {{ role {} }}", "@include(if: true) ".repeat(1000));
    let spreads = (0..30)
        .map(|number| format!("fragment F{number} on Viewer {{ ...F{next} ...F{next} }} ", next = number + 1))
        .collect::<Vec<_>>()
        .join(" ");
    for (name, document) in [
        ("aliases", format!("{{ {aliases} }}")),
        ("duplicates", format!("{{ {duplicates} }}")),
        ("deep", format!("{{ {deep} }}")),
        ("directives", format!("{{ {directives} }}")),
        (
            "circular fragments",
            "{ viewer { ...A } } fragment A on Viewer { ...B } fragment B on Viewer { ...A }".to_owned(),
        ),
        ("fragments that double", format!("{{ viewer {{ ...F0 }} }} {spreads} fragment F30 on Viewer {{ role }}")),
        ("parentheses", "(".repeat(100_000)),
        ("braces", "{a".repeat(50_000)),
    ] {
        let reply = app.ask(None, &document, json!({})).await;
        assert!(reply.status.is_client_error(), "{name}: {}", reply.status);
        assert!(reply.body.to_string().len() < 5000, "{name}");
        assert_ne!(reply.code(), "INTERNAL_SERVER_ERROR", "{name}");
    }
    let many = |count: usize| "requestPasswordLink(email: \"a@example.com\") ".repeat(count);
    for document in [
        format!("mutation {{ {} }}", many(51)),
        format!("mutation {{ ... {{ {} }} }}", many(51)),
        format!("mutation {{ ...A }} fragment A on Mutation {{ {} }}", many(51)),
        format!(
            "mutation {{ ...A ...B }} fragment A on Mutation {{ {} }} fragment B on Mutation {{ ...A {} }}",
            many(20),
            many(11)
        ),
    ] {
        assert_eq!(app.ask(None, &document, json!({})).await.code(), "QUERY_TOO_COMPLEX", "{document}");
    }
    let batch = Request::post("/graphql").header("content-type", "application/json");
    let batch = batch.body(Body::from(json!([{ "query": VIEWER }, { "query": VIEWER }]).to_string())).unwrap();
    assert_eq!(app.reply(batch).await.status, 400);
}

#[both_databases]
async fn malformed_credentials_are_no_credentials(app: TestApp) {
    let app = app.guarded().await;
    for authorization in [
        "Bearer",
        "Bearer ",
        "Bearer lsn_",
        "Bearer \u{e4}",
        "Basic YTpi",
        "lsn_x",
        "Bearer lsn_'; DROP TABLE api_keys; --",
    ] {
        let request = Request::post("/graphql")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::AUTHORIZATION, axum::http::HeaderValue::from_bytes(authorization.as_bytes()).unwrap());
        let reply = app.reply(request.body(Body::from(json!({ "query": VIEWER }).to_string())).unwrap()).await;
        assert_eq!(reply.body, json!({ "data": { "viewer": null } }), "{authorization}");
    }
}

impl Listening {
    /// The answer's status line; empty when the connection was closed without one.
    async fn send(&self, bytes: Vec<u8>) -> String {
        self.hear(bytes).await.lines().next().unwrap_or_default().to_owned()
    }

    /// All that is answered until the connection is closed.
    async fn hear(&self, bytes: Vec<u8>) -> String {
        let address = self.address;
        let sending = tokio::task::spawn_blocking(move || {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
            // The server may close before everything was sent.
            let _sent = stream.write_all(&bytes);
            let mut answer = Vec::new();
            let _closed = stream.read_to_end(&mut answer);
            String::from_utf8_lossy(&answer).into_owned()
        });
        sending.await.unwrap()
    }
}

impl Listening {
    /// True when the server ends a connection that says no more than this.
    async fn is_closed_after(&self, said: &'static [u8]) -> bool {
        let address = self.address;
        let waiting = tokio::task::spawn_blocking(move || {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
            stream.write_all(said).unwrap();
            match stream.read(&mut [0]) {
                Ok(read) => read == 0,
                Err(cause) => cause.kind() == std::io::ErrorKind::ConnectionReset,
            }
        });
        waiting.await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_proper_request_gets_no_proper_answer() {
    let server = Listening::start(TestApp::on_sqlite().await.guarded().await).await;
    let body = json!({ "query": VIEWER }).to_string();
    let head = |extra: &str| {
        format!("POST /graphql HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n{extra}")
    };
    let length = body.len();
    let fine = head(&format!("content-length: {length}\r\n\r\n{body}"));
    assert_eq!(server.send(fine.into_bytes()).await, "HTTP/1.1 200 OK");

    let many = (0..200).map(|number| format!("x-{number}: 1\r\n")).collect::<Vec<_>>().concat();
    let long = format!("x: {}\r\n", "y".repeat(200_000));
    for (name, request, expected) in [
        ("many headers", head(&format!("{many}\r\n")), "431"),
        ("long headers", head(&format!("{long}\r\n")), "431"),
        ("a long address", format!("GET /graphql?query={} HTTP/1.1\r\nhost: x\r\n\r\n", "x".repeat(100_000)), "431"),
        ("no host", format!("{}\r\n", head("").replace("host: x\r\n", "")), "400"),
        ("two hosts", head(&format!("host: x\r\ncontent-length: {length}\r\n\r\n{body}")), "400"),
        ("two lengths", head(&format!("content-length: {length}\r\ncontent-length: 5\r\n\r\n{body}")), "400"),
        ("two lengths in one", head(&format!("content-length: {length}, {length}\r\n\r\n{body}")), "400"),
        ("chunks with a bad size", head("transfer-encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n"), "400"),
        ("chunks that are not the last", head("transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n"), "400"),
        ("a space before the colon", head(&format!("content-length : {length}\r\n\r\n{body}")), "400"),
        ("a header over two lines", head(&format!("x: a\r\n b\r\ncontent-length: {length}\r\n\r\n{body}")), "400"),
        ("a negative length", head(&format!("content-length: -1\r\n\r\n{body}")), "400"),
        ("a huge length", head("content-length: 99999999999\r\n\r\n"), "413"),
        ("no protocol", "GET /graphql\r\n\r\n".to_owned(), "400"),
        ("another protocol", "\u{16}\u{3}\u{1}\u{2}".to_owned() + &"x".repeat(100), "400"),
    ] {
        let status = server.send(request.into_bytes()).await;
        assert!(status.starts_with(&format!("HTTP/1.1 {expected}")), "{name}: {status:?}");
    }
    let mut invalid = head("content-length: 14\r\n\r\n").into_bytes();
    invalid.extend_from_slice(b"{\"query\":\"\xff\"}\n");
    assert_eq!(server.send(invalid).await, "HTTP/1.1 400 Bad Request");
}

/// What follows a request whose end two readers may see at different places is not answered.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_smuggled_behind_a_request() {
    let server = Listening::start(TestApp::on_sqlite().await.guarded().await).await;
    let body = json!({ "query": VIEWER }).to_string();
    let (length, chunks) = (body.len(), format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len()));
    let second = "GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let (encoding, by_length) = ("transfer-encoding: chunked\r\n", format!("content-length: {length}\r\n"));
    let twice = format!("{by_length}{by_length}");
    let too_long = format!("content-length: {}\r\n", chunks.len() + second.len());
    for (name, headers, body, answers) in [
        ("chunks", encoding.to_owned(), &chunks, [true, true]),
        ("the same length twice", twice, &body, [true, true]),
        ("a length before chunks", format!("{too_long}{encoding}"), &chunks, [true, false]),
        ("a length behind chunks", format!("{encoding}{too_long}"), &chunks, [true, false]),
        ("two hosts", format!("host: y\r\n{by_length}"), &body, [false, false]),
    ] {
        let first =
            format!("POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n{headers}\r\n{body}");
        let said = server.hear(format!("{first}{second}").into_bytes()).await;
        let found = ["{\"data\":{\"viewer\":null}}", "\r\n\r\nok\n"].map(|answer| said.contains(answer));
        assert_eq!(found, answers, "{name}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_clients_are_not_waited_for() {
    let server = Listening::start(TestApp::on_sqlite().await.guarded().await).await;
    // The tests' server waits five seconds.
    let (silent, half_a_preface, slow_head, slow_body) = tokio::join!(
        server.is_closed_after(b""),
        server.is_closed_after(b"PRI * HTTP/2.0\r\n"),
        server.send(b"POST /graphql HTTP/1.1\r\nhost: x\r\nx-slow: ".to_vec()),
        server.send(
            b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 50\r\n\r\n{"
                .to_vec()
        ),
    );
    assert!(silent && half_a_preface);
    assert!(slow_head.is_empty() || slow_head.starts_with("HTTP/1.1 408"), "{slow_head}");
    assert_eq!(slow_body, "HTTP/1.1 408 Request Timeout");
}
