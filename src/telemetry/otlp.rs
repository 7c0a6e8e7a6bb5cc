//! Spans by OTLP, to the collector at `OTEL_EXPORTER_OTLP_ENDPOINT`. Further variables of the OpenTelemetry specification
//! count too.

use std::{env, sync::OnceLock};

use opentelemetry::{
    Context,
    trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState, TracerProvider as _},
};
use opentelemetry_otlp::SpanExporter;
use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};
use tracing::{Span, Subscriber};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::{Layer, registry::LookupSpan};

use super::trace::Trace;

const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
const SERVICE_NAME: &str = "liaison";

static PROVIDER: OnceLock<SdkTracerProvider> = OnceLock::new();

/// Returns a layer that exports spans, if there is a collector. It must be called in a runtime.
pub fn layer<S: Subscriber + for<'span> LookupSpan<'span>>() -> Result<Option<impl Layer<S>>, String> {
    if env::var_os(ENDPOINT).is_none_or(|endpoint| endpoint.is_empty()) {
        return Ok(None);
    }
    let exporter = SpanExporter::builder().with_tonic().build();
    let exporter = exporter.map_err(|cause| format!("{ENDPOINT}: {cause}"))?;
    let resource = Resource::builder();
    let resource = match env::var_os("OTEL_SERVICE_NAME") {
        Some(_) => resource,
        None => resource.with_service_name(SERVICE_NAME),
    };
    let provider = SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource.build()).build();
    let tracer = PROVIDER.get_or_init(|| provider).tracer(SERVICE_NAME);
    Ok(Some(tracing_opentelemetry::layer().with_tracer(tracer)))
}

/// Sends what has not been sent, for at most five seconds.
pub fn stop() {
    if let Some(Err(cause)) = PROVIDER.get().map(SdkTracerProvider::shutdown) {
        tracing::warn!(%cause, "The last spans could not be exported");
    }
}

/// Makes a span part of its caller's trace, or of a new one. Without a collector the trace is carried on as it came.
pub(super) fn join(span: &Span, caller: Option<Trace>) -> Option<Trace> {
    if PROVIDER.get().is_none() {
        return caller.map(Trace::next);
    }
    if let Some(caller) = caller {
        let (id, parent, flags) = caller.parts();
        let (id, parent, flags) = (TraceId::from(id), SpanId::from(parent), TraceFlags::new(flags));
        let context = SpanContext::new(id, parent, flags, true, TraceState::default());
        // It fails where the filter leaves the span out.
        drop(span.set_parent(Context::new().with_remote_span_context(context)));
    }
    let context = span.context();
    let own = context.span().span_context().clone();
    if !own.is_valid() {
        return caller.map(Trace::next);
    }
    let (id, span) = (u128::from_be_bytes(own.trace_id().to_bytes()), u64::from_be_bytes(own.span_id().to_bytes()));
    Some(Trace::new(id, span, own.trace_flags().to_u8()))
}
