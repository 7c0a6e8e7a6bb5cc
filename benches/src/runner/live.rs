//! Measurement of the change feed: the delay until followers receive a change, the cost of a follower, and the capacity
//! of several replicas.

#![expect(clippy::print_stdout, reason = "the table is what it is for")]
#![expect(clippy::cast_precision_loss, reason = "nothing here is counted beyond 2^52")]

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::{task::JoinSet, time::MissedTickBehavior};
use tokio_tungstenite::{
    connect_async,
    tungstenite::{Message, client::IntoClientRequest},
};

use super::{Args, Engine, processes, servers::Server};

/// Followers of one API key: as many as a server allows.
const PER_KEY: usize = 100;

const SUBSCRIPTION: &str = "subscription($after: String) { changes(after: $after) {
    cursor node { type subjectType subjectId contactId at fields { field before after } } } }";
const CREATE: &str = "mutation($name: String!) { createContact(input: { name: $name }) { contact { id } } }";

/// Times of each change by its contact's id: when it was sent, when it was answered, and when it arrived.
#[derive(Default)]
struct Clockwork {
    written: Mutex<HashMap<String, (Instant, Instant)>>,
    arrived: Mutex<Vec<(String, Instant)>>,
    is_over: AtomicBool,
    mutations: AtomicU64,
}

/// Measures on one database.
pub(crate) fn measure(args: &Args, engine: Engine, url: &str) -> Result<()> {
    let replicas = (0..args.replicas).map(|number| Server::replica(url, number)).collect::<Result<Vec<_>>>()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(run(args, engine, url, &replicas))
}

async fn run(args: &Args, engine: Engine, url: &str, replicas: &[Server]) -> Result<()> {
    let memory = || replicas.iter().filter_map(Server::id).map(processes::memory_mb).sum::<f64>();
    let cpu = || replicas.iter().filter_map(Server::id).map(processes::cpu_time).sum::<Duration>();
    let writer = Arc::new(replicas.first().context("no replica")?.make_key(url, "member")?);
    let clockwork = Arc::new(Clockwork::default());
    let notified = Arc::new(AtomicU64::new(0));
    let mut tasks = JoinSet::new();
    if engine == Engine::Postgres {
        tasks.spawn(count_signals(url.to_owned(), Arc::clone(&notified)));
    }
    let mut before = memory();
    for first in (0..args.subscribers).step_by(PER_KEY) {
        let key = replicas.first().context("no replica")?.make_key(url, "viewer")?;
        for number in first..(first + PER_KEY).min(args.subscribers) {
            let replica = replicas.get(number % replicas.len()).context("no replica")?;
            // Followers whose texts differ share no group.
            let query = if args.distinct { format!("{SUBSCRIPTION} # {number}") } else { SUBSCRIPTION.to_owned() };
            let socket = subscribe(replica.graphql_url(), &key, &query).await?;
            if number == 0 {
                // Memory before the second follower, because the first one starts shared tasks.
                before = memory();
            }
            tasks.spawn(follow(socket, Arc::clone(&clockwork)));
        }
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    let idle = memory();
    let (started, cpu_before) = (Instant::now(), cpu());
    write(args, replicas, &writer, &clockwork).await;
    let (elapsed, cpu_used) = (started.elapsed(), cpu().saturating_sub(cpu_before));
    tokio::time::sleep(Duration::from_secs(2)).await;
    let connections = if engine == Engine::Postgres { count_connections(url).await? } else { 0 };
    clockwork.is_over.store(true, Ordering::Relaxed);
    tasks.abort_all();
    while tasks.join_next().await.is_some() {}

    let written = clockwork.written.lock().unwrap_or_else(PoisonError::into_inner);
    let arrived = clockwork.arrived.lock().unwrap_or_else(PoisonError::into_inner);
    let mut since_answer: Vec<f64> = Vec::new();
    let mut since_request: Vec<f64> = Vec::new();
    for (id, at) in arrived.iter() {
        if let Some((asked, answered)) = written.get(id) {
            since_answer.push(at.saturating_duration_since(*answered).as_secs_f64() * 1000.0);
            since_request.push(at.saturating_duration_since(*asked).as_secs_f64() * 1000.0);
        }
    }
    ensure!(
        arrived.len() == written.len() * args.subscribers,
        "{} changes for {} followers: {} arrived",
        written.len(),
        args.subscribers,
        arrived.len()
    );
    let per_follower =
        if args.subscribers > 1 { (idle - before) * 1024.0 / (args.subscribers - 1) as f64 } else { 0.0 };
    println!(
        "| {engine:?} | {} | {} | {:.0}/s | {:.0}/s | {:.1} / {:.1} ms | {:.1} / {:.1} ms | {per_follower:.1} KB | {:.0} % | {connections} | {:.0}/s |",
        replicas.len(),
        args.subscribers,
        written.len() as f64 / elapsed.as_secs_f64(),
        arrived.len() as f64 / elapsed.as_secs_f64(),
        percentile(&mut since_answer, 50),
        percentile(&mut since_answer, 99),
        percentile(&mut since_request, 50),
        percentile(&mut since_request, 99),
        cpu_used.as_secs_f64() / elapsed.as_secs_f64() * 100.0,
        notified.load(Ordering::Relaxed) as f64 / elapsed.as_secs_f64(),
    );
    Ok(())
}

/// Prints the head of the table that [`measure`] fills.
pub(crate) fn print_head() {
    println!(
        "| database | replicas | followers | changes | deliveries | after the answer, p50 / p99 | after the request, \
         p50 / p99 | memory per idle follower | CPU of the servers | connections | signals |\n\
         |---|---|---|---|---|---|---|---|---|---|---|"
    );
}

fn percentile(values: &mut [f64], percent: usize) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() * percent / 100).copied().unwrap_or_default()
}

type Socket = tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<tokio::net::TcpStream>>;

async fn subscribe(url: &str, key: &str, query: &str) -> Result<Socket> {
    let mut request = url.replacen("http", "ws", 1).into_client_request()?;
    request.headers_mut().insert("sec-websocket-protocol", "graphql-transport-ws".parse()?);
    let (mut socket, _) = connect_async(request).await?;
    let init = json!({ "type": "connection_init", "payload": { "authorization": format!("Bearer {key}") } });
    socket.send(Message::text(init.to_string())).await?;
    let subscribe = json!({ "id": "1", "type": "subscribe", "payload": { "query": query, "variables": {} } });
    socket.send(Message::text(subscribe.to_string())).await?;
    loop {
        // A ping may come first.
        let message = socket.next().await.context("no acknowledgement")??;
        if message.is_text() {
            ensure!(message.to_text()?.contains("connection_ack"), "{message}");
            return Ok(socket);
        }
        ensure!(!message.is_close(), "{message}");
    }
}

async fn follow(mut socket: Socket, clockwork: Arc<Clockwork>) {
    while let Some(Ok(message)) = socket.next().await {
        let at = Instant::now();
        let Message::Text(text) = message else { continue };
        // Parsing the whole message would cost more than sending it.
        let id = text.split_once("\"subjectId\":\"").and_then(|(_, rest)| rest.get(..36));
        if let Some(id) = id {
            clockwork.arrived.lock().unwrap_or_else(PoisonError::into_inner).push((id.to_owned(), at));
        }
    }
}

/// Writes at the requested rate, or with so many writers as fast as possible.
async fn write(args: &Args, replicas: &[Server], key: &str, clockwork: &Arc<Clockwork>) {
    let client = reqwest::Client::new();
    let end = Instant::now() + Duration::from_secs(args.seconds.into());
    let mut writing = JoinSet::new();
    if args.rate == 0 {
        for number in 0..args.connections as usize {
            let (client, clockwork, key) = (client.clone(), Arc::clone(clockwork), key.to_owned());
            let url = replicas.get(number % replicas.len()).map(|replica| replica.graphql_url().to_owned());
            writing.spawn(async move {
                while Instant::now() < end {
                    create(&client, url.as_deref().unwrap_or_default(), &key, &clockwork).await;
                }
            });
        }
    } else {
        let mut ticks = tokio::time::interval(Duration::from_secs(1) / args.rate);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
        let mut number = 0;
        while Instant::now() < end {
            ticks.tick().await;
            let (client, clockwork, key) = (client.clone(), Arc::clone(clockwork), key.to_owned());
            let url = replicas.get(number % replicas.len()).map(|replica| replica.graphql_url().to_owned());
            number += 1;
            writing.spawn(async move { create(&client, url.as_deref().unwrap_or_default(), &key, &clockwork).await });
        }
    }
    while writing.join_next().await.is_some() {}
}

async fn create(client: &reqwest::Client, url: &str, key: &str, clockwork: &Clockwork) {
    let number = clockwork.mutations.fetch_add(1, Ordering::Relaxed);
    let body = json!({ "query": CREATE, "variables": { "name": format!("Live {number}") } }).to_string();
    let asked = Instant::now();
    let request = client.post(url).header("content-type", "application/json").bearer_auth(key).body(body);
    let Ok(response) = request.send().await else { return };
    let answered = Instant::now();
    let answer: Value = response.json().await.unwrap_or_default();
    if let Some(id) = answer.pointer("/data/createContact/contact/id").and_then(Value::as_str) {
        clockwork.written.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_owned(), (asked, answered));
    }
}

/// Counts notifications, listening as replicas do.
async fn count_signals(url: String, count: Arc<AtomicU64>) {
    let Ok((client, mut connection)) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await else { return };
    let heard = async {
        while let Some(Ok(message)) = std::future::poll_fn(|cx| connection.poll_message(cx)).await {
            if matches!(message, tokio_postgres::AsyncMessage::Notification(_)) {
                count.fetch_add(1, Ordering::Relaxed);
            }
        }
    };
    let listen = async {
        drop(client.batch_execute("LISTEN liaison_changes").await);
        std::future::pending::<()>().await;
    };
    tokio::join!(heard, listen);
}

async fn count_connections(url: &str) -> Result<i64> {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await?;
    let connection = tokio::spawn(connection);
    let sql = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'liaison'";
    let row = client.query_one(sql, &[]).await?;
    connection.abort();
    Ok(row.get(0))
}
