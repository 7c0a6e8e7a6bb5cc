//! Processes: starting and stopping them, and their resource usage, from /proc.

use std::{
    fs,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};

/// Interrupts a process and waits for its end.
pub(crate) fn stop(child: &mut Child) {
    drop(Command::new("kill").args(["-INT", &child.id().to_string()]).status());
    drop(child.wait());
}

/// Finds a program that was built together with this one.
pub(crate) fn program(name: &str) -> Result<PathBuf> {
    let path = std::env::current_exe()?.with_file_name(name);
    ensure!(path.exists(), "{} is missing: cargo build --release --workspace", path.display());
    Ok(path)
}

/// Starts a process that neither reads nor prints.
pub(crate) fn start(command: &mut Command) -> Result<Child> {
    Ok(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?)
}

/// Waits until something listens on an address.
pub(crate) fn wait_for(address: &str) -> Result<()> {
    let started = Instant::now();
    while std::net::TcpStream::connect(address).is_err() {
        ensure!(started.elapsed() < Duration::from_mins(1), "nothing listens on {address}");
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

/// Clock rate that Linux shows to user space, whatever the kernel's own.
const TICKS_PER_SECOND: u64 = 100;

/// Returns the CPU time of a process and its descendants.
pub(crate) fn cpu_time(root: u32) -> Duration {
    let ticks: u64 = stats().iter().filter(|stat| stat.id == root || stat.parent == root).map(|stat| stat.ticks).sum();
    Duration::from_millis(ticks * 1000 / TICKS_PER_SECOND)
}

/// Returns the resident memory of a process, in MB.
pub(crate) fn memory_mb(id: u32) -> f64 {
    let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse::<f64>().unwrap_or_default() / 1024.0
}

struct Stat {
    id: u32,
    parent: u32,
    ticks: u64,
}

fn stats() -> Vec<Stat> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    let ids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    ids.filter_map(|id: u32| {
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        // The name before it, in parentheses, may contain anything.
        let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
        let number = |at: usize| fields.get(at).and_then(|field| field.parse::<u64>().ok());
        Some(Stat { id, parent: u32::try_from(number(1)?).ok()?, ticks: number(11)? + number(12)? })
    })
    .collect()
}
