//! Signs of the running server for operators, beside its log: metrics, and the traces that requests belong to.
//!
//! Code counts by the macros of the crate `metrics`, as it logs by those of `tracing`. Without a recorder, which only
//! `serve` starts, they do nothing. `docs/metrics.md` says what each metric means.

mod catalogue;
mod exposition;
#[cfg(feature = "otlp")]
pub mod otlp;
pub mod trace;

pub use exposition::{Sample, render, start, tidy};

use tracing::{Span, field};

use trace::Trace;

/// Makes a span with the field `trace.id` part of its caller's trace. Returns the trace as the span carries it on, if it
/// is in one.
#[must_use]
pub fn join(span: &Span, caller: Option<Trace>) -> Option<Trace> {
    let trace = in_trace(span, caller);
    if let Some(trace) = trace {
        span.record("trace.id", field::display(trace.id()));
    }
    trace
}

/// Makes a span with the field `trace.id` the first of a trace.
#[must_use]
pub fn begin(span: &Span) -> Trace {
    let trace = in_trace(span, None).unwrap_or_else(Trace::begin);
    span.record("trace.id", field::display(trace.id()));
    trace
}

#[cfg(feature = "otlp")]
use otlp::join as in_trace;

/// Without an export, a span has no id until the trace is carried on.
#[cfg(not(feature = "otlp"))]
fn in_trace(_span: &Span, caller: Option<Trace>) -> Option<Trace> {
    caller.map(Trace::next)
}
