//! Metrics of the process, with the names that all clients of Prometheus use. Those that only Linux tells are left out
//! elsewhere.

use std::{fs, time::Duration};

use metrics::gauge;
use rustix::{
    process::{Resource, getrlimit},
    time::{ClockId, clock_gettime},
};

/// Sets the gauges of the process. Returns its processor time, in seconds.
pub(super) fn observe() -> f64 {
    if let Some(bytes) = resident_bytes() {
        gauge!("process_resident_memory_bytes").set(bytes);
    }
    if let Ok(open) = fs::read_dir("/proc/self/fd") {
        // The folder itself is open, too.
        gauge!("process_open_fds").set(float(open.count().saturating_sub(1) as u64));
    }
    gauge!("process_max_fds").set(getrlimit(Resource::Nofile).current.map_or(f64::INFINITY, float));
    let used = clock_gettime(ClockId::ProcessCPUTime);
    let (seconds, nanos) = (u64::try_from(used.tv_sec), u32::try_from(used.tv_nsec));
    Duration::new(seconds.unwrap_or_default(), nanos.unwrap_or_default()).as_secs_f64()
}

/// Memory in use: the second number of `statm`, in pages.
fn resident_bytes() -> Option<f64> {
    let pages: u64 = fs::read_to_string("/proc/self/statm").ok()?.split(' ').nth(1)?.parse().ok()?;
    Some(float(pages * rustix::param::page_size() as u64))
}

/// Gauges are floating-point numbers, which are exact up to 2^53.
#[expect(clippy::cast_precision_loss, reason = "a metric of such a size needs no last digit")]
fn float(number: u64) -> f64 {
    number as f64
}
