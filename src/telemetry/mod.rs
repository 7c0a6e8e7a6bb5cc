//! What operators see of the running server beside its log: metrics, and the traces that requests belong to.
//!
//! Code counts by the macros of the crate `metrics`, as it logs by those of `tracing`. Without a recorder, which only
//! `serve` starts, they do nothing. `docs/metrics.md` says what each metric means.

mod catalogue;
mod exposition;
pub mod trace;

pub use exposition::{Sample, render, start, tidy};

use tracing::Span;

use trace::Trace;

/// Makes a span part of the trace that its request belongs to. Returns the trace that the request belongs to from then on.
#[must_use]
pub fn join(_span: &Span, trace: Option<Trace>) -> Option<Trace> {
    trace
}
