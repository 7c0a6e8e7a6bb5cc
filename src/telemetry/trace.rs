//! Traces that requests belong to, by the W3C's Trace Context (<https://www.w3.org/TR/trace-context/>).
//!
//! A caller sends `traceparent`. Its trace's id then stands in log lines and in errors, and calls to other servers carry it
//! on. A request without the header has none: the request's id is enough to find it in the log.

use std::fmt;

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use futures_util::future::Either;

/// Header by which a trace is carried on.
pub const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// Header by which a caller learns the trace of an answer (Trace Context level 2, a draft).
pub const TRACERESPONSE: HeaderName = HeaderName::from_static("traceresponse");

/// Flag of a trace that the caller records.
const SAMPLED: u8 = 1;

tokio::task_local! {
    static CURRENT: Trace;
}

/// Trace, and a span in it: that of a caller, or the own one, which is the caller of other servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trace {
    id: TraceId,
    span: u64,
    flags: u8,
}

/// Id of a trace, which is not zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceId(u128);

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// Writes `traceparent`.
impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, span, flags } = self;
        write!(f, "00-{id}-{span:016x}-{flags:02x}")
    }
}

impl Trace {
    /// Begins a trace that nobody records.
    pub fn begin() -> Self {
        Self { id: TraceId(rand::random::<u128>().max(1)), span: new_span(), flags: 0 }
    }

    /// Reads the trace of a request. `None` without exactly one valid header.
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        let mut values = headers.get_all(&TRACEPARENT).iter();
        let value = values.next()?;
        if values.next().is_some() {
            return None;
        }
        Self::parse(value.to_str().ok()?)
    }

    /// Reads `version-trace-span-flags`. Later versions may append further parts.
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let (version, id, span, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        let version = hex(version, 2)?;
        if version == 0xff || version == 0 && parts.next().is_some() {
            return None;
        }
        let (id, span, flags) = (hex(id, 32)?, hex(span, 16)?, hex(flags, 2)?);
        if id == 0 || span == 0 {
            return None;
        }
        // Of the flags, only the first is known.
        let flags = u8::try_from(flags).ok()? & SAMPLED;
        Some(Self { id: TraceId(id), span: u64::try_from(span).ok()?, flags })
    }

    /// Returns the id of the trace.
    pub fn id(self) -> TraceId {
        self.id
    }

    /// Builds a trace from its id, its span and its flags.
    #[cfg(feature = "otlp")]
    pub(super) fn new(id: u128, span: u64, flags: u8) -> Self {
        Self { id: TraceId(id), span, flags }
    }

    /// Returns the same trace in a new span.
    #[must_use]
    pub(super) fn next(self) -> Self {
        Self { span: new_span(), ..self }
    }

    /// Returns the value of a header.
    pub fn header(self) -> Option<HeaderValue> {
        HeaderValue::try_from(self.to_string()).ok()
    }

    /// Returns the parts of the trace: its id, its span and its flags.
    #[cfg(feature = "otlp")]
    pub(super) fn parts(self) -> (u128, u64, u8) {
        (self.id.0, self.span, self.flags)
    }
}

/// Returns the trace of the running request.
pub fn current() -> Option<Trace> {
    CURRENT.try_with(|trace| *trace).ok()
}

/// Runs a request in its trace.
pub fn within<F: Future>(trace: Option<Trace>, request: F) -> impl Future<Output = F::Output> {
    match trace {
        Some(trace) => Either::Left(CURRENT.scope(trace, request)),
        None => Either::Right(request),
    }
}

/// Runs what is to be spawned in the present trace.
pub fn carried<F: Future>(spawned: F) -> impl Future<Output = F::Output> {
    within(current(), spawned)
}

fn new_span() -> u64 {
    rand::random::<u64>().max(1)
}

/// Reads hexadecimal digits in lower case, exactly so many.
fn hex(text: &str, digits: usize) -> Option<u128> {
    let is_plain = text.len() == digits && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    is_plain.then(|| u128::from_str_radix(text, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIVEN: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    #[test]
    fn a_trace_is_carried_on_in_another_span() {
        let trace = Trace::parse(GIVEN).unwrap();
        assert_eq!(trace.to_string(), GIVEN);
        assert_eq!(trace.id().to_string(), "0af7651916cd43dd8448eb211c80319c");
        let next = Trace::parse(&trace.next().to_string()).unwrap();
        assert_eq!((next.id(), next.flags), (trace.id(), 1));
        assert_ne!(next.span, trace.span);
        assert!(Trace::parse(&Trace::begin().to_string()).is_some());
    }

    #[test]
    fn only_valid_headers_are_traces() {
        let later = GIVEN.replacen("00", "cc", 1);
        assert!(Trace::parse(&later).is_some());
        assert!(Trace::parse(&format!("{later}-what-comes-later")).is_some());
        assert_eq!(Trace::parse(&GIVEN.replace("-01", "-fd")).unwrap().flags, 1);
        let wrong = [
            String::new(),
            GIVEN.to_uppercase(),
            format!("{GIVEN}-01"),
            GIVEN.replacen("00", "ff", 1),
            GIVEN.replace("0af7651916cd43dd8448eb211c80319c", &"0".repeat(32)),
            GIVEN.replace("b7ad6b7169203331", &"0".repeat(16)),
            GIVEN.replace("b7ad6b7169203331", "+7ad6b716920333"),
            GIVEN.replace('-', " "),
            GIVEN.replace("-01", ""),
        ];
        for text in wrong {
            assert_eq!(Trace::parse(&text), None, "{text}");
        }
        let mut headers = HeaderMap::new();
        headers.append(TRACEPARENT, HeaderValue::from_static(GIVEN));
        assert!(Trace::of(&headers).is_some());
        headers.append(TRACEPARENT, HeaderValue::from_static(GIVEN));
        assert!(Trace::of(&headers).is_none());
    }
}
