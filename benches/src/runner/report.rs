//! Table of results.

use super::{Engine, load::Measured, servers::Server};

/// Figures of one server under one workload: medians of the rounds.
pub(crate) struct Line {
    workload: &'static str,
    server: String,
    many: Measured,
    one: Measured,
}

impl Line {
    pub(crate) fn new(workload: &'static str, server: &Server, many: &[Measured], one: &[Measured]) -> Self {
        Self { workload, server: server.name.clone(), many: medians(many), one: medians(one) }
    }
}

fn medians(rounds: &[Measured]) -> Measured {
    let median = |value: fn(&Measured) -> f64| {
        let mut values: Vec<f64> = rounds.iter().map(value).collect();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied().unwrap_or_default()
    };
    Measured {
        per_second: median(|round| round.per_second),
        p50_us: median(|round| round.p50_us),
        p99_us: median(|round| round.p99_us),
        server_us: median(|round| round.server_us),
        database_us: median(|round| round.database_us),
        memory_mb: median(|round| round.memory_mb),
    }
}

/// Prints a Markdown table. Ratios are to the floor's figures of the same run.
#[expect(clippy::print_stdout, reason = "printing is what it is for")]
pub(crate) fn print(engine: Engine, contacts: u32, lines: &[Line]) {
    println!("\n### {engine:?}, {contacts} contacts\n");
    println!(
        "| workload | server | requests/s | of floor | p50 ms | p99 ms | CPU us server + db | p50 ms, 1 conn. | of floor | MB |"
    );
    println!("|---|---|--:|--:|--:|--:|--:|--:|--:|--:|");
    for line in lines {
        let floor = lines.iter().find(|floor| floor.workload == line.workload && floor.server == "floor");
        let ratio = |value: fn(&Line) -> f64| floor.map(|floor| value(line) / value(floor));
        let shown = |ratio: Option<f64>| ratio.map(|ratio| format!("{ratio:.2}")).unwrap_or_default();
        println!(
            "| {} | {} | {:.0} | {} | {:.2} | {:.2} | {:.0} + {:.0} | {:.3} | {} | {:.0} |",
            line.workload,
            line.server,
            line.many.per_second,
            shown(ratio(|line| line.many.per_second)),
            line.many.p50_us / 1000.0,
            line.many.p99_us / 1000.0,
            line.many.server_us,
            line.many.database_us,
            line.one.p50_us / 1000.0,
            shown(ratio(|line| line.one.p50_us)),
            line.many.memory_mb,
        );
    }
}
