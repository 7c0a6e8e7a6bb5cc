//! Filters that come alone, as JSON, and not in a GraphQL request. They have the same syntax, checks and limits.

use async_graphql::InputType;
use serde_json::json;

use super::{
    Engine, GraphqlRequest,
    answer::Refused,
    checks::{limits::Costs, tokens},
    documents::find_operation,
    language::{Language, Refusal},
};
use crate::{
    config::Limits,
    domain::{self, Described, exports::Of, filter::Filter},
    entity::{company, contact, interaction},
    graphql::{self, Where, error::ApiError},
};

impl Engine {
    /// Reads a filter of the list of these records.
    pub(crate) fn read_filter(&self, of: Of, json: &str) -> Result<Filter, Refused> {
        read(self.language, self.costs, &self.limits, of, json)
    }
}

/// Reads a filter where there is no engine. The error is for the user to read.
pub(crate) fn read_filter(of: Of, json: &str) -> Result<Filter, String> {
    let sdl = graphql::sdl();
    let language = Language::new(&sdl, graphql::SCALAR_CHECKS)?;
    read(&language, &Costs::new(&sdl), &Limits::default(), of, json).map_err(|refused| refused.message())
}

fn read(language: &Language, costs: &Costs, limits: &Limits, of: Of, json: &str) -> Result<Filter, Refused> {
    match of {
        Of::Contacts => read_of::<contact::Entity>(language, costs, limits, of, json),
        Of::Companies => read_of::<company::Entity>(language, costs, limits, of, json),
        Of::Interactions => read_of::<interaction::Entity>(language, costs, limits, of, json),
    }
}

/// Treats the filter as the variable of a query of the list.
fn read_of<E: Described>(
    language: &Language,
    costs: &Costs,
    limits: &Limits,
    of: Of,
    json: &str,
) -> Result<Filter, Refused> {
    let filter: serde_json::Value = domain::json::read(json.as_bytes())
        .map_err(|_cause| ApiError::bad_input("`filter` must be JSON, such as {\"name\":{\"startsWith\":\"a\"}}."))?;
    let query = format!(
        "query($filter: {}Filter!) {{ {}(filter: $filter) {{ totalCount }} }}",
        E::RESOURCE.type_name,
        of.name()
    );
    let request = json!({ "query": query, "variables": { "filter": filter } });
    let GraphqlRequest { query, mut variables, .. } = GraphqlRequest::from_value(request)?;
    let parsed = language.parse(&query, &tokens::text_limits(limits)).map_err(|refusal| match refusal {
        Refusal::Syntax(fault) => Refused::faulty(vec![fault]),
        Refusal::TooLarge { .. } => ApiError::bad_input("The filter is too large.").into(),
    })?;
    let operation = find_operation(&parsed.document, None)?;
    costs.check(&parsed.document, operation, &variables, limits)?;
    language.coerce(operation, &mut variables).map_err(Refused::faulty)?;
    let value = variables.remove("filter");
    let read = Where::<E>::parse(value);
    Ok(read.map_err(|error| ApiError::bad_input(error.into_server_error(async_graphql::Pos::default()).message))?.0)
}
