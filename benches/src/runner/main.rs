//! `just bench`: Liaison beside the floor and the textbook server, in turns, on one machine, over the same data.

mod data;
mod database;
mod live;
mod load;
mod processes;
mod report;
mod servers;
mod slowest;
mod terms;
mod workloads;

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use clap::{Parser, ValueEnum};

use self::{database::Database, load::Measured, report::Line, servers::Server, workloads::Workload};

/// Database under the servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

/// Measures Liaison beside the least that a server could do (floor), and beside its libraries as documented (textbook).
#[derive(Debug, Parser)]
pub(crate) struct Args {
    /// The databases to measure on
    #[arg(long, value_enum, value_delimiter = ',', default_values = ["sqlite", "postgres"])]
    engine: Vec<Engine>,
    /// Numbers of contacts to measure with
    #[arg(long, value_delimiter = ',', default_values = ["10000", "100000"])]
    contacts: Vec<u32>,
    /// Only these workloads, such as W1,W3
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// Connections of the load; each round also runs with one connection
    #[arg(long, default_value_t = 32)]
    connections: u32,
    /// Seconds that each server is under load in a round
    #[arg(long, default_value_t = 3)]
    seconds: u32,
    /// Rounds; figures are medians of them
    #[arg(long, default_value_t = 3)]
    rounds: u32,
    /// Measure the change feed instead, with this number of followers
    #[arg(long, default_value_t = 0)]
    subscribers: usize,
    /// Give each follower an operation of its own
    #[arg(long)]
    distinct: bool,
    /// Replicas that the followers and the writers are spread over
    #[arg(long, default_value_t = 1)]
    replicas: u16,
    /// Changes a second; 0 for as many as `connections` writers can make
    #[arg(long, default_value_t = 100)]
    rate: u32,
    /// Measure many search terms instead, one at a time: the slowest look-up, and the first on a new connection
    #[arg(long)]
    terms: bool,
    /// Measure Liaison without a login as well
    #[arg(long)]
    without_login: bool,
    /// A JSON file of further servers: [{"name", "url", "queries": {"W1": {"query", "variables"}}}]
    #[arg(long)]
    peers: Option<PathBuf>,
    /// An empty PostgreSQL server to use instead of a private one: postgres://user@host:port
    #[arg(long, env = "BENCH_POSTGRES_URL")]
    postgres_url: Option<String>,
    /// Folder in which the filled databases are kept between runs
    #[arg(long, default_value = "target/bench")]
    folder: PathBuf,
}

fn main() -> Result<()> {
    let args = Args::parse();
    std::fs::create_dir_all(&args.folder)?;
    load::check_wrk()?;
    let peers = servers::read_peers(args.peers.as_deref())?;
    for engine in &args.engine {
        let database = Database::start(*engine, &args)?;
        for contacts in &args.contacts {
            let url = database.filled(*contacts).context("cannot fill the database")?;
            if args.terms {
                slowest::measure(*engine, &url)?;
                continue;
            }
            if args.subscribers > 0 {
                live::print_head();
                live::measure(&args, *engine, &url)?;
                continue;
            }
            let sample = data::Sample::read(&url)?;
            let floor = Server::floor(&url)?;
            let textbook = Server::textbook(&url)?;
            let liaison = Server::liaison(&url)?;
            let without_login = args.without_login.then(|| Server::liaison_without_login(&url)).transpose()?;
            let mut lines = Vec::new();
            for workload in workloads::all(&sample) {
                if !args.only.is_empty() && !args.only.iter().any(|only| only == workload.name) {
                    continue;
                }
                let compared = [&floor, &textbook, &liaison];
                let mut measured: Vec<&Server> =
                    compared.into_iter().filter(|server| server.answers(&workload)).collect();
                compare(&workload, &measured)?;
                measured.extend(&without_login);
                measured.extend(peers.iter().filter(|peer| peer.answers(&workload)));
                lines.extend(measure(&args, &database, &workload, &measured)?);
            }
            report::print(*engine, *contacts, &lines);
        }
    }
    Ok(())
}

/// Checks that all servers give the same answers to the byte, because otherwise the comparison means nothing.
fn compare(workload: &Workload, servers: &[&Server]) -> Result<()> {
    let Some((first, rest)) = servers.split_first() else { return Ok(()) };
    for request in workload.requests.iter().take(20) {
        let expected = first.ask(workload, request)?;
        for server in rest {
            let actual = server.ask(workload, request)?;
            ensure!(
                expected == actual,
                "{}: the answers to {} differ:\n  {} {expected}\n  {} {actual}",
                workload.name,
                request.variables,
                first.name,
                server.name
            );
        }
    }
    Ok(())
}

/// Puts the servers under load in turns: warmed up once, then `rounds` times at each number of connections.
fn measure(args: &Args, database: &Database, workload: &Workload, servers: &[&Server]) -> Result<Vec<Line>> {
    for server in servers {
        load::run(server, workload, args.connections, 1, database)?;
    }
    let mut rounds: Vec<(&Server, Vec<Measured>, Vec<Measured>)> =
        servers.iter().map(|server| (*server, Vec::new(), Vec::new())).collect();
    for _ in 0..args.rounds {
        for (server, many, one) in &mut rounds {
            many.push(load::run(server, workload, args.connections, args.seconds, database)?);
            one.push(load::run(server, workload, 1, args.seconds, database)?);
        }
    }
    let line =
        |(server, many, one): &(&Server, Vec<Measured>, Vec<Measured>)| Line::new(workload.name, server, many, one);
    Ok(rounds.iter().map(line).collect())
}
