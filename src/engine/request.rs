//! GraphQL request: its parameters, as transports receive them.

use async_graphql::Variables;
use quanta::Instant;
use serde::Deserialize;
use serde_json::{Map, Value, error::Category};

use super::operations::Transport;
use crate::{
    domain::json::{self, is_at_most},
    graphql::error::ApiError,
    storage::Lsn,
};

/// Deepest nesting of objects and lists in `variables`, because reading them recurses on the stack. It is more than
/// `metadata` may have.
const VARIABLES_DEPTH_MAX: u32 = 70;
/// Most objects, lists and values in `variables`, because each takes up to a hundred times its text while it is read.
const VARIABLES_VALUES_MAX: usize = 100_000;

/// Parameters of a request. There is no `Debug`, because they may contain passwords.
pub(crate) struct GraphqlRequest {
    /// Text of the document. It is empty while only the document's key is known.
    pub(super) query: String,
    /// Key of the document, if it has one.
    pub(super) document_key: Option<String>,
    pub(super) operation_name: Option<String>,
    /// Variables. After the checks they are values of their types, with the defaults of those that were not given.
    pub(super) variables: Variables,
    /// Position of the write that a query must see.
    pub(super) read_after: Option<Lsn>,
    pub(super) transport: Transport,
    /// Time at which the request had been read.
    pub(super) begun: Instant,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Parameters {
    query: Option<Value>,
    document_id: Option<Value>,
    operation_name: Option<Value>,
    variables: Option<Value>,
    extensions: Option<Value>,
}

impl GraphqlRequest {
    /// Reads a POST request's body.
    pub(crate) fn from_json(body: &[u8]) -> Result<Self, ApiError> {
        // A list would be read as the parameters in their order.
        if body.trim_ascii_start().first() == Some(&b'[') {
            return Err(no_batches());
        }
        let parameters = json::read(body).map_err(|cause| {
            if cause.classify() == Category::Data {
                return no_request();
            }
            let (line, column) = (cause.line(), cause.column());
            ApiError::bad_input(format!("The body is not JSON (line {line}, column {column})."))
        })?;
        Self::new(parameters)
    }

    /// Reads a request that is JSON already.
    pub(crate) fn from_value(value: Value) -> Result<Self, ApiError> {
        if value.is_array() {
            return Err(no_batches());
        }
        Self::new(serde_json::from_value(value).map_err(|_cause| no_request())?)
    }

    /// Reads a GET request's query string.
    pub(crate) fn from_query(query: &str) -> Result<Self, ApiError> {
        let mut parameters = Parameters::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let text = || Some(Value::from(value.as_ref()));
            let json = || match value.as_ref() {
                "" => Ok(None),
                text => json::read(text.as_bytes())
                    .map(Some)
                    .map_err(|_cause| ApiError::bad_input(format!("`{name}` must be JSON."))),
            };
            match name.as_ref() {
                "query" => parameters.query = text(),
                "documentId" => parameters.document_id = text(),
                "operationName" => parameters.operation_name = text(),
                "variables" => parameters.variables = json()?,
                "extensions" => parameters.extensions = json()?,
                _ => {}
            }
        }
        Self::new(parameters)
    }

    fn new(parameters: Parameters) -> Result<Self, ApiError> {
        let extensions = object("extensions", parameters.extensions)?;
        // Anything else is ignored, like all extensions that the server does not know.
        let read_after = extensions.get("readAfter").and_then(|position| position.as_str()?.parse().ok());
        let document_key = document_key(parameters.document_id, extensions)?;
        let query = match parameters.query {
            Some(Value::String(query)) if !query.trim().is_empty() => query,
            Some(Value::String(_) | Value::Null) | None if document_key.is_some() => String::new(),
            Some(Value::String(_) | Value::Null) | None => {
                return Err(ApiError::bad_input("`query` is missing: it holds the GraphQL document."));
            }
            Some(_) => return Err(ApiError::bad_input("`query` must be a string.")),
        };
        let operation_name = match parameters.operation_name {
            None | Some(Value::Null) => None,
            // Some clients' forms send blank fields, as query strings do.
            Some(Value::String(name)) => Some(name).filter(|name| !name.is_empty()),
            Some(_) => return Err(ApiError::bad_input("`operationName` must be a string.")),
        };
        let variables = Value::Object(object("variables", parameters.variables)?);
        if !is_at_most(&variables, VARIABLES_DEPTH_MAX) {
            let message =
                format!("At most {VARIABLES_DEPTH_MAX} objects and lists of `variables` fit into each other.");
            return Err(ApiError::bad_input(message));
        }
        if count_values(&variables) > VARIABLES_VALUES_MAX {
            let message = format!("`variables` has at most {VARIABLES_VALUES_MAX} objects, lists and values.");
            return Err(ApiError::bad_input(message));
        }
        let variables = Variables::from_json(variables);
        let (transport, begun) = (Transport::default(), Instant::now());
        Ok(Self { query, document_key, operation_name, variables, read_after, transport, begun })
    }

    /// The request, as it came by another transport than plain HTTP.
    pub(crate) fn by(self, transport: Transport) -> Self {
        Self { transport, ..self }
    }

    /// The request, as a query that must see the write at a position.
    pub(crate) fn after(self, position: Option<Lsn>) -> Self {
        Self { read_after: self.read_after.max(position), ..self }
    }
}

/// Returns the key of the document: `documentId`, or the hash in the extension of automatic persisted queries.
fn document_key(id: Option<Value>, mut extensions: Map<String, Value>) -> Result<Option<String>, ApiError> {
    let id = match id {
        None | Some(Value::Null) => None,
        Some(Value::String(id)) => Some(id).filter(|id| !id.is_empty()),
        Some(_) => return Err(ApiError::bad_input("`documentId` must be a string.")),
    };
    let hash = match object("extensions.persistedQuery", extensions.remove("persistedQuery"))? {
        persisted if persisted.is_empty() => None,
        persisted => match (persisted.get("version"), persisted.get("sha256Hash")) {
            (Some(version), Some(Value::String(hash))) if *version == 1 => Some(hash.clone()),
            _ => {
                let message = "`extensions.persistedQuery` must have `version` 1 and the document's `sha256Hash`.";
                return Err(ApiError::bad_input(message));
            }
        },
    };
    Ok(id.or(hash))
}

/// Counts objects, lists and values. The depth is bounded.
fn count_values(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(count_values).sum::<usize>() + 1,
        Value::Object(fields) => fields.values().map(count_values).sum::<usize>() + 1,
        _ => 1,
    }
}

fn no_batches() -> ApiError {
    ApiError::bad_input("Batches are not supported; send one request at a time.")
}

fn no_request() -> ApiError {
    ApiError::bad_input("The body must be a JSON object with a `query`, each of its fields once.")
}

fn object(name: &str, value: Option<Value>) -> Result<Map<String, Value>, ApiError> {
    match value {
        None | Some(Value::Null) => Ok(Map::new()),
        Some(Value::Object(fields)) => Ok(fields),
        Some(_) => Err(ApiError::bad_input(format!("`{name}` must be a JSON object."))),
    }
}
