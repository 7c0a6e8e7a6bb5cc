//! Load: `wrk`, sending a workload's requests in turn.

use std::{fmt::Write, process::Command};

use anyhow::{Context, Result, ensure};

use super::{
    database::Database,
    processes::{cpu_time, memory_mb},
    servers::Server,
    workloads::Workload,
};

/// Result of putting one server under one workload for a while.
#[derive(Clone, Debug, Default)]
pub(crate) struct Measured {
    pub(crate) per_second: f64,
    pub(crate) p50_us: f64,
    pub(crate) p99_us: f64,
    /// CPU time per request.
    pub(crate) server_us: f64,
    pub(crate) database_us: f64,
    pub(crate) memory_mb: f64,
}

/// Fails with instructions when `wrk` is missing.
pub(crate) fn check_wrk() -> Result<()> {
    Command::new("wrk").arg("-v").output().context("install wrk (Debian: apt-get install wrk)")?;
    Ok(())
}

pub(crate) fn run(
    server: &Server,
    workload: &Workload,
    connections: u32,
    seconds: u32,
    database: &Database,
) -> Result<Measured> {
    let script = std::env::temp_dir().join(format!("liaison-bench-{}.lua", std::process::id()));
    std::fs::write(&script, lua(server, workload)?)?;
    let before = (server.id().map(cpu_time), database.id().map(cpu_time));
    let output = Command::new("wrk")
        .args(["-t", "1", "-c", &connections.to_string(), "-d", &format!("{seconds}s")])
        .args(["--timeout", "30s", "-s"])
        .arg(&script)
        .arg(server.url(workload))
        .output()?;
    let after = (server.id().map(cpu_time), database.id().map(cpu_time));
    let text = String::from_utf8_lossy(&output.stdout);
    let result = text.lines().find_map(|line| line.strip_prefix("RESULT "));
    let result = result.with_context(|| {
        format!("wrk failed under {}: {text} {}", workload.name, String::from_utf8_lossy(&output.stderr))
    })?;
    let numbers: Vec<f64> = result.split(' ').map(str::parse).collect::<Result<_, _>>()?;
    let [requests, duration_us, p50_us, p99_us, failed] = numbers[..] else { anyhow::bail!("wrk printed {result}") };
    ensure!(failed == 0.0, "{}: {failed} of {requests} requests of {} failed", server.name, workload.name);
    let per_request = |before: Option<std::time::Duration>, after: Option<std::time::Duration>| {
        after.zip(before).map_or(0.0, |(after, before)| after.saturating_sub(before).as_secs_f64() * 1e6 / requests)
    };
    Ok(Measured {
        per_second: requests / duration_us * 1e6,
        p50_us,
        p99_us,
        server_us: per_request(before.0, after.0),
        database_us: per_request(before.1, after.1),
        memory_mb: server.id().map_or(0.0, memory_mb),
    })
}

/// Script with which `wrk` sends requests and prints its figures.
fn lua(server: &Server, workload: &Workload) -> Result<String> {
    let mut script = "local bodies = {\n".to_owned();
    for request in &workload.requests {
        writeln!(script, "  {},", serde_json::to_string(&server.body(workload, request))?)?;
    }
    script.push_str("}\nlocal headers = {");
    for (name, value) in server.headers() {
        write!(script, " [{}] = {},", serde_json::to_string(name)?, serde_json::to_string(&value)?)?;
    }
    script.push_str(
        r#" }
local requests, at = {}, 0
init = function()
  for i, body in ipairs(bodies) do
    requests[i] = wrk.format("POST", nil, headers, body)
  end
end
request = function()
  at = at % #requests + 1
  return requests[at]
end
done = function(summary, latency)
  local e = summary.errors
  io.write(string.format("RESULT %d %d %d %d %d\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99), e.status + e.connect + e.read + e.write + e.timeout))
end
"#,
    );
    Ok(script)
}
