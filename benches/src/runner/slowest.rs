//! Slowest searches: each term alone, on new connections and on connections that have seen it.

#![expect(clippy::print_stdout, reason = "the table is what it is for")]

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde_json::json;

use super::{
    Engine,
    servers::Server,
    terms::{self, Term},
    workloads::SEARCH,
};

/// Repeated look-ups of a term on the same connections. PostgreSQL plans a statement for its values five times, and
/// then perhaps for any.
const REPEATS: usize = 12;

struct Timed {
    term: Term,
    first: Duration,
    /// Longest time and median of the look-ups after the first.
    worst: Duration,
    usual: Duration,
}

/// Measures every term of a sample on one database and prints them, the slowest first.
pub(crate) fn measure(engine: Engine, url: &str) -> Result<()> {
    let mut timed = terms::sample(url)?.into_iter().map(|term| time(url, term)).collect::<Result<Vec<_>>>()?;
    timed.sort_by_key(|timed| std::cmp::Reverse(timed.first.max(timed.worst)));
    println!("\n{engine:?}: {} terms, milliseconds; the slowest first", timed.len());
    println!("| first | worst of {REPEATS} more | median | hits | at % of the order | kind | term |");
    println!("|--:|--:|--:|--:|--:|---|---|");
    for Timed { term, first, worst, usual } in &timed {
        let [first, worst, usual] = [first, worst, usual].map(|time| time.as_secs_f64() * 1e3);
        let Term { text, kind, hits, median_place } = term;
        println!("| {first:.1} | {worst:.1} | {usual:.1} | {hits} | {median_place} | {kind:?} | {text} |");
    }
    let mut firsts: Vec<Duration> = timed.iter().map(|timed| timed.first).collect();
    firsts.sort_unstable();
    let median = firsts.get(firsts.len() / 2).copied().unwrap_or_default().as_secs_f64() * 1e3;
    let slowest = firsts.last().copied().unwrap_or_default().as_secs_f64() * 1e3;
    println!("\nfirst on a new connection: median {median:.1} ms, slowest {slowest:.1} ms");
    Ok(())
}

/// Measures a term on a server of its own, so that connections are new and statements are planned anew.
fn time(url: &str, term: Term) -> Result<Timed> {
    let server = Server::liaison_without_login(url)?;
    // A server that has just started has work of its own.
    std::thread::sleep(Duration::from_millis(200));
    let body = json!({ "query": SEARCH, "variables": { "term": term.text } }).to_string();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let times = runtime.block_on(async {
        let client = reqwest::Client::new();
        let mut times = Vec::new();
        // The first request only shows that the server runs.
        for body in std::iter::once(json!({ "query": "{ __typename }" }).to_string()).chain(vec![body; REPEATS + 1]) {
            let started = Instant::now();
            let request = client.post(server.graphql_url()).header("content-type", "application/json").body(body);
            let answer = request.send().await?.text().await?;
            ensure!(!answer.contains("\"errors\""), "{}: {answer}", term.text);
            times.push(started.elapsed());
        }
        Ok(times)
    })?;
    let (first, rest) = (times.get(1).copied().unwrap_or_default(), times.get(2..).unwrap_or_default());
    let mut rest = rest.to_vec();
    rest.sort_unstable();
    let (worst, usual) = (rest.last().copied().unwrap_or_default(), rest.get(REPEATS / 2).copied().unwrap_or_default());
    Ok(Timed { term, first, worst, usual })
}
