//! A page of the feed as subscribers see it, for those who are not subscribers.
//!
//! The page is the answer to a query, so a change has the shape that the API gives it, by the same code.

use std::sync::{Arc, LazyLock};

use async_graphql::{
    Name, Variables,
    indexmap::IndexMap,
    parser::{parse_query, types::ExecutableDocument},
};
use async_graphql_value::ConstValue as Value;
use sea_orm::ActiveEnum;

use super::{Engine, answer::write_value};
use crate::{
    config::Limits,
    domain::{
        self, Actor, Error,
        changes::{Cursor, Position},
    },
    entity::{change::SubjectType, role::Role},
    graphql::{context::RequestState, error::ErrorCode, loaders::inline::Inline},
};

/// Changes of a page.
const QUERY: &str = "query($first: Int!, $after: String!, $types: [SubjectType!]) {
    changes(first: $first, after: $after, subjectTypes: $types) {
        edges {
            cursor
            node {
                type subjectType subjectId contactId batchId at actorType actor { id }
                fields { field before after }
            }
        }
        pageInfo { endCursor }
    }
}";

static DOCUMENT: LazyLock<Option<ExecutableDocument>> = LazyLock::new(|| parse_query(QUERY).ok());

/// A page of the feed.
#[derive(Debug, Default)]
pub(crate) struct ChangesPage {
    pub(crate) changes: Vec<RenderedChange>,
    /// Place after the page; none for a page of nothing.
    pub(crate) end: Option<Position>,
}

/// A change as the API shows it.
#[derive(Debug)]
pub(crate) struct RenderedChange {
    pub(crate) cursor: String,
    node: Value,
}

impl RenderedChange {
    /// Writes the change as JSON.
    pub(crate) fn json(&self) -> Vec<u8> {
        let mut json = Vec::with_capacity(512);
        write_value(&self.node, &mut json);
        json
    }

    /// Leaves the values of its fields out, as if they had not been recorded.
    pub(crate) fn erase_values(&mut self) {
        let Value::Object(node) = &mut self.node else { return };
        let Some(Value::List(fields)) = node.get_mut("fields") else { return };
        for field in fields {
            let Value::Object(field) = field else { continue };
            field.insert(Name::new("before"), Value::Null);
            field.insert(Name::new("after"), Value::Null);
        }
    }
}

/// Reads the first changes after a place, at most 200, as an admin sees them. A bad request when some that come next are no
/// longer kept.
pub(crate) async fn changes_page(
    engine: &Engine,
    after: Position,
    types: &[SubjectType],
    first: u8,
) -> domain::Result<ChangesPage> {
    let Some(document) = DOCUMENT.clone() else { return Ok(ChangesPage::default()) };
    let names = types.iter().map(|subject| Value::Enum(Name::new(subject.to_value().to_uppercase())));
    let mut variables = Variables::default();
    variables.insert(Name::new("first"), Value::from(first));
    variables.insert(Name::new("after"), Value::from(Cursor::at(after).to_string()));
    variables.insert(Name::new("types"), if types.is_empty() { Value::Null } else { Value::List(names.collect()) });
    let mut request = async_graphql::Request::new("").variables(variables);
    request.set_parsed_query(document);
    let queue = Inline::default();
    let actor = Actor { role: Some(Role::Admin), ..Actor::default() };
    let domain = domain::Context { actor, ..engine.domain.clone() };
    // The limits are those of clients.
    let state = RequestState::new(domain, Limits::default(), Arc::clone(&engine.throttle), &queue);
    let answer = queue.run(engine.schema.execute(request.data(state))).await;
    if let Some(error) = answer.errors.first() {
        let code = error.extensions.as_ref().and_then(|extensions| extensions.get("code"));
        return Err(if code == Some(&ErrorCode::BadUserInput.as_str().into()) {
            Error::BadRequest(error.message.clone())
        } else {
            Error::Unavailable(sea_orm::DbErr::Custom("the feed could not be read".to_owned()))
        });
    }
    Ok(page(answer.data).unwrap_or_default())
}

fn page(data: Value) -> Option<ChangesPage> {
    let mut connection = object(object(data)?.swap_remove("changes")?)?;
    let info = object(connection.swap_remove("pageInfo")?)?;
    let Value::List(edges) = connection.swap_remove("edges")? else { return None };
    let change = |edge| {
        let mut edge = object(edge)?;
        Some(RenderedChange { cursor: text(&edge.swap_remove("cursor")?)?, node: edge.swap_remove("node")? })
    };
    let end = info.get("endCursor").and_then(text).and_then(|cursor| Cursor::parse(&cursor).ok());
    Some(ChangesPage { changes: edges.into_iter().map(change).collect::<Option<_>>()?, end: end.map(Cursor::resume) })
}

fn object(value: Value) -> Option<IndexMap<Name, Value>> {
    if let Value::Object(fields) = value { Some(fields) } else { None }
}

fn text(value: &Value) -> Option<String> {
    if let Value::String(text) = value { Some(text.clone()) } else { None }
}

#[cfg(test)]
mod tests {
    use super::DOCUMENT;

    #[test]
    fn the_query_is_one() {
        assert!(DOCUMENT.is_some());
    }
}
