//! Answers as JSON, with a bounded number of errors that all have a code.

use async_graphql::{Response as GraphqlResponse, ServerError, Value};
use serde::Serialize;

use super::{language::Fault, operations::Verdict};
use crate::{
    graphql::error::{ApiError, ErrorCode},
    storage::Lsn,
    telemetry::trace,
};

/// Most errors in one answer, because a document can have thousands.
const ERRORS_MAX: usize = 10;
/// Longest message, in bytes, because the library's messages quote documents.
const MESSAGE_BYTES_MAX: usize = 300;

struct Body<'a> {
    data: Option<&'a Value>,
    errors: &'a [ServerError],
}

impl Body<'_> {
    fn to_json(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(1024);
        out.push(b'{');
        if let Some(data) = self.data {
            out.extend_from_slice(b"\"data\":");
            write_value(data, &mut out);
        }
        if !self.errors.is_empty() {
            out.extend_from_slice(if self.data.is_some() { b",\"errors\":" } else { b"\"errors\":" });
            write_serialized(self.errors, &mut out);
        }
        out.push(b'}');
        out
    }
}

/// Writes a value. A binary value is JSON already, see [`crate::graphql::fast`], which serde would copy and parse
/// again.
pub(super) fn write_value(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Binary(json) => out.extend_from_slice(json),
        Value::List(items) => {
            out.push(b'[');
            for (number, item) in items.iter().enumerate() {
                if number > 0 {
                    out.push(b',');
                }
                write_value(item, out);
            }
            out.push(b']');
        }
        Value::Object(fields) => {
            out.push(b'{');
            for (number, (name, field)) in fields.iter().enumerate() {
                if number > 0 {
                    out.push(b',');
                }
                write_serialized(name.as_str(), out);
                out.push(b':');
                write_value(field, out);
            }
            out.push(b'}');
        }
        scalar => write_serialized(scalar, out),
    }
}

fn write_serialized(value: &(impl Serialize + ?Sized), out: &mut Vec<u8>) {
    // Serialising cannot fail, because all keys are text and the output is memory.
    if serde_json::to_writer(&mut *out, value).is_err() {
        out.extend_from_slice(b"null");
    }
}

/// Body of an answer, and whether the request was executed. It has no `Debug`, because it may contain tokens.
pub(crate) struct Answer {
    pub(crate) body: Vec<u8>,
    pub(crate) was_executed: bool,
    errors: Vec<ServerError>,
}

impl Answer {
    /// Answers a request that was not executed.
    pub(crate) fn refused(error: &ApiError) -> Self {
        let errors = vec![server_error(error)];
        Self { body: Body { data: None, errors: &errors }.to_json(), was_executed: false, errors }
    }

    /// Answers with data, as JSON, and no errors.
    pub(super) fn data(data: &[u8]) -> Self {
        Self { body: data_body(data), was_executed: true, errors: Vec::new() }
    }

    /// Tells in `extensions` the position that a later query must see, for transports whose answers have no headers.
    pub(crate) fn tell(mut self, position: Option<Lsn>) -> Self {
        if let Some(position) = position.filter(|_| self.was_executed) {
            // The object's last brace.
            self.body.pop();
            self.body.extend_from_slice(format!(r#","extensions":{{"readAfter":"{position}"}}}}"#).as_bytes());
        }
        self
    }

    /// Judges the answer by its errors, and counts them.
    pub(super) fn verdict(&self) -> Verdict {
        Verdict::of(&self.errors)
    }

    /// Returns the list of errors alone.
    pub(crate) fn errors(&self) -> Vec<u8> {
        let mut out = Vec::new();
        write_serialized(&self.errors, &mut out);
        out
    }
}

/// A request that is not executed.
pub(crate) struct Refused {
    /// The code of its first error.
    pub(crate) code: ErrorCode,
    /// The errors.
    pub(crate) answer: Answer,
}

impl From<ApiError> for Refused {
    fn from(error: ApiError) -> Self {
        Self { code: error.code, answer: Answer::refused(&error) }
    }
}

impl Refused {
    /// The messages of the errors.
    pub(crate) fn message(&self) -> String {
        let messages: Vec<&str> = self.answer.errors.iter().map(|error| error.message.as_str()).collect();
        messages.join(" ")
    }

    /// Because of faults in the document or the variables.
    pub(super) fn faulty(faults: Vec<Fault>) -> Self {
        let code = faults.first().map_or(ErrorCode::ValidationFailed, |fault| fault.code);
        let errors = faults.into_iter().map(|fault| {
            let mut error = ServerError::new(fault.message, fault.place);
            error.extensions.get_or_insert_default().set("code", fault.code.as_str());
            error
        });
        let errors = errors.collect();
        Self { code, answer: complete(GraphqlResponse::from_errors(errors), None) }
    }
}

/// Writes the outcome of an execution as JSON.
pub(super) fn complete(mut answer: GraphqlResponse, request_id: Option<&str>) -> Answer {
    // An error without a path is about the request as a whole, which was then not executed.
    let was_executed = answer.errors.iter().all(|error| !error.path.is_empty());
    answer.errors.truncate(ERRORS_MAX);
    for error in &mut answer.errors {
        complete_error(error, request_id);
    }
    let data = was_executed.then_some(&answer.data);
    let body = Body { data, errors: &answer.errors }.to_json();
    Answer { body, was_executed, errors: answer.errors }
}

/// Gives an error of the library its code, and a bug its request's id.
fn complete_error(error: &mut ServerError, request_id: Option<&str>) {
    error.message.truncate(error.message.floor_char_boundary(MESSAGE_BYTES_MAX));
    let extensions = error.extensions.get_or_insert_default();
    if extensions.get("code").is_none() {
        // The document is valid, so that the library refuses a value.
        extensions.set("code", ErrorCode::BadUserInput.as_str());
    }
    let is_bug = extensions.get("code") == Some(&Value::from(ErrorCode::Internal.as_str()));
    if let Some(id) = request_id.filter(|_| is_bug) {
        extensions.set("requestId", id);
    }
    add_trace(error);
}

fn server_error(error: &ApiError) -> ServerError {
    let mut server_error = ServerError::new(error.message.clone(), None);
    server_error.extensions.get_or_insert_default().set("code", error.code.as_str());
    add_trace(&mut server_error);
    server_error
}

/// Tells the id of the request's trace, if it has one.
fn add_trace(error: &mut ServerError) {
    if let Some(trace) = trace::current() {
        error.extensions.get_or_insert_default().set("traceId", trace.id().to_string());
    }
}

fn data_body(data: &[u8]) -> Vec<u8> {
    let mut body = Vec::with_capacity(data.len() + 9);
    body.extend_from_slice(b"{\"data\":");
    body.extend_from_slice(data);
    body.push(b'}');
    body
}
