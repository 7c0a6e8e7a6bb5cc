//! Metrics of requests by the names of their operations.
//!
//! Names come from callers. So there are at most [`NAMES_MAX`] of them in a process, of valid documents only, and
//! strangers add a few at most. A cached document keeps the metrics of its operation, so that the request of a known
//! document looks nothing up.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use async_graphql::{ServerError, Value};
use metrics::{Counter, Histogram, counter, histogram};
use quanta::Instant;

use crate::graphql::error::ErrorCode;

/// Most names of operations.
const NAMES_MAX: usize = 200;
/// Most of them that callers without a role bring.
const STRANGERS_NAMES_MAX: usize = 20;
/// Longest name that is counted by itself, in bytes.
const NAME_BYTES_MAX: usize = 64;

/// Way by which a request comes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Transport {
    #[default]
    Http,
    Events,
    WebSocket,
}

/// Labels of [`Transport`], in its order.
const TRANSPORTS: [&str; 3] = ["http", "events", "websocket"];

/// Outcome of a request, as it is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verdict {
    Ok,
    /// The caller can put it right.
    Refused,
    /// The server is at fault, or its database.
    Failed,
}

/// Labels of [`Verdict`], in its order.
const VERDICTS: [&str; 3] = ["ok", "refused", "failed"];

impl Verdict {
    /// Judges an answer by the worst of its errors, and counts them.
    pub(super) fn of(errors: &[ServerError]) -> Self {
        errors.iter().map(|error| Self::of_code(code(error))).max().unwrap_or(Self::Ok)
    }

    /// Judges an error by its code, and counts it.
    pub(super) fn of_code(code: ErrorCode) -> Self {
        counter!("liaison_errors_total", "code" => code.as_str()).increment(1);
        match code {
            ErrorCode::Timeout | ErrorCode::ServiceUnavailable | ErrorCode::Internal => Self::Failed,
            _ => Self::Refused,
        }
    }
}

/// Returns the code of an error. The library's own errors have none, and are about values.
fn code(error: &ServerError) -> ErrorCode {
    let code = error.extensions.as_ref().and_then(|extensions| extensions.get("code"));
    let known = |text: &String| ErrorCode::ALL.into_iter().find(|code| code.as_str() == text);
    match code {
        Some(Value::String(text)) => known(text).unwrap_or(ErrorCode::BadUserInput),
        _ => ErrorCode::BadUserInput,
    }
}

/// Metrics of the operations with one name.
#[derive(Debug)]
pub(crate) struct Operation {
    name: Arc<str>,
    /// By transport and verdict. A series begins with its first request.
    requests: [[OnceLock<Counter>; VERDICTS.len()]; TRANSPORTS.len()],
    duration: OnceLock<Histogram>,
}

impl Operation {
    fn new(name: &str) -> Arc<Self> {
        Arc::new(Self { name: name.into(), requests: Default::default(), duration: OnceLock::new() })
    }

    /// Counts a request.
    pub(super) fn count(&self, transport: Transport, verdict: Verdict) {
        let (transport, verdict) = (transport as usize, verdict as usize);
        let series = self.requests.get(transport).and_then(|verdicts| verdicts.get(verdict));
        let (Some(series), Some(transport), Some(verdict)) = (series, TRANSPORTS.get(transport), VERDICTS.get(verdict))
        else {
            return;
        };
        let begin = || {
            let operation = Arc::clone(&self.name);
            counter!("liaison_requests_total", "operation" => operation, "transport" => *transport, "outcome" => *verdict)
        };
        series.get_or_init(begin).increment(1);
    }

    /// Counts a request, and the time since it began.
    pub(super) fn time(&self, transport: Transport, verdict: Verdict, begun: Instant) {
        self.count(transport, verdict);
        let series = || histogram!("liaison_request_duration_seconds", "operation" => Arc::clone(&self.name));
        self.duration.get_or_init(series).record(begun.elapsed().as_secs_f64());
    }
}

/// Metrics of all operations.
#[derive(Debug)]
pub(super) struct Operations {
    named: Mutex<Named>,
    /// Operations without a name.
    anonymous: Arc<Operation>,
    /// Operations with any further name.
    other: Arc<Operation>,
    /// Requests without a valid document.
    invalid: Arc<Operation>,
}

#[derive(Debug, Default)]
struct Named {
    operations: HashMap<Arc<str>, Arc<Operation>>,
    /// Number of names that strangers have brought.
    of_strangers: usize,
}

impl Default for Operations {
    fn default() -> Self {
        let [anonymous, other, invalid] = ["anonymous", "other", "invalid"].map(Operation::new);
        Self { named: Mutex::default(), anonymous, other, invalid }
    }
}

impl Operations {
    /// Returns the metrics of requests without a valid document.
    pub(super) fn invalid(&self) -> Arc<Operation> {
        Arc::clone(&self.invalid)
    }

    /// Returns the metrics of a valid document's operation. `is_stranger` for callers without a role.
    pub(super) fn named(&self, name: Option<&str>, is_stranger: bool) -> Arc<Operation> {
        let Some(name) = name else { return Arc::clone(&self.anonymous) };
        let mut named = self.named.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(operation) = named.operations.get(name) {
            return Arc::clone(operation);
        }
        let is_full = named.operations.len() >= NAMES_MAX || is_stranger && named.of_strangers >= STRANGERS_NAMES_MAX;
        if is_full || name.len() > NAME_BYTES_MAX {
            return Arc::clone(&self.other);
        }
        named.of_strangers += usize::from(is_stranger);
        let operation = Operation::new(name);
        named.operations.insert(Arc::clone(&operation.name), Arc::clone(&operation));
        operation
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_bounded() {
        let operations = Operations::default();
        let name = |name: &str, is_stranger| operations.named(Some(name), is_stranger).name.to_string();
        for number in 0..100 {
            let (known, counted) = (format!("A{number}"), name(&format!("A{number}"), true));
            assert_eq!(counted, if number < STRANGERS_NAMES_MAX { known.as_str() } else { "other" });
        }
        for number in 0..300 {
            let (known, counted) = (format!("B{number}"), name(&format!("B{number}"), false));
            let is_known = number < NAMES_MAX - STRANGERS_NAMES_MAX;
            assert_eq!(counted, if is_known { known.as_str() } else { "other" });
        }
        assert_eq!(name("A0", true), "A0");
        assert_eq!(Operations::default().named(Some(&"x".repeat(65)), false).name.as_ref(), "other");
        assert_eq!(operations.named(None, false).name.as_ref(), "anonymous");
    }
}
