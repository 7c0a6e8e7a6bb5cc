//! Metrics in the text format of Prometheus.

use std::{
    sync::OnceLock,
    time::{SystemTime, UNIX_EPOCH},
};

use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use super::catalogue::{Kind, METRICS, Metric};

/// Upper bounds of the buckets of all histograms, in seconds.
const BUCKETS: &[f64] = &[0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();

/// Value of a counter of seconds, with its label. The recorder's counters are whole numbers.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    /// Name of the counter.
    pub name: &'static str,
    /// Label and its value.
    pub label: Option<(&'static str, &'static str)>,
    /// Seconds so far.
    pub seconds: f64,
}

/// Starts to record, for the whole process.
pub fn start() -> Result<(), String> {
    let builder = PrometheusBuilder::new().set_buckets(BUCKETS).map_err(|cause| cause.to_string())?;
    let recorder = builder.build_recorder();
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder).map_err(|cause| cause.to_string())?;
    METRICS.iter().for_each(describe);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    metrics::gauge!("process_start_time_seconds").set(now.as_secs_f64());
    HANDLE.get_or_init(|| handle);
    Ok(())
}

/// Moves recorded times into their buckets. Until then each takes memory.
pub fn tidy() {
    if let Some(handle) = HANDLE.get() {
        handle.run_upkeep();
    }
}

/// Writes all metrics, those of the samples included. `None` when nothing records.
pub fn render(samples: &[Sample]) -> Option<String> {
    let mut out = HANDLE.get()?.render();
    for metric in METRICS.iter().filter(|metric| metric.kind == Kind::Seconds) {
        let Metric { name, help, .. } = metric;
        let lines = samples.iter().filter(|sample| sample.name == *name).map(|sample| {
            let label = sample.label.map(|(label, value)| format!("{{{label}=\"{value}\"}}")).unwrap_or_default();
            format!("{name}{label} {}\n", sample.seconds)
        });
        let head = format!("# HELP {name} {help}\n# TYPE {name} counter\n");
        out.extend([head].into_iter().chain(lines).chain(["\n".to_owned()]));
    }
    Some(out)
}

/// Tells the recorder the help of a metric, and begins the series whose labels are known.
fn describe(metric: &Metric) {
    let Metric { name, kind, help, label } = *metric;
    match kind {
        Kind::Counter => metrics::describe_counter!(name, help),
        Kind::Gauge => metrics::describe_gauge!(name, help),
        Kind::Histogram => metrics::describe_histogram!(name, help),
        Kind::Seconds => {}
    }
    for (label, value) in label.iter().flat_map(|(label, values)| values.iter().map(|value| (*label, *value))) {
        match kind {
            Kind::Counter => metrics::counter!(name, label => value).increment(0),
            Kind::Gauge => metrics::gauge!(name, label => value).set(0.0),
            Kind::Histogram | Kind::Seconds => {}
        }
    }
}
