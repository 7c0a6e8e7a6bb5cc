//! The fields of which clients repeat the same selection most, for a selection that is planned already: what their
//! resolvers do, from the arguments to the answer.

use std::sync::Arc;

use async_graphql::ID;

use super::contacts::{distinct, picker};
use crate::{
    domain::{self, direct::List, parse_id, search::Term},
    graphql::{
        context::{RequestState, check_ids},
        direct::{Connection, Plan, prepared::Arguments},
        error::ApiResult,
        types::count,
    },
};

pub(crate) async fn record(state: &RequestState, arguments: &Arguments<'_>, plan: &Arc<Plan>) -> ApiResult<Vec<u8>> {
    let written = match parse_id(&arguments.get::<ID>("id")?) {
        Some(id) => plan.record(state, id).await?,
        None => None,
    };
    Ok(written.unwrap_or_else(|| b"null".to_vec()))
}

pub(crate) async fn contacts_by_ids(
    state: &RequestState,
    arguments: &Arguments<'_>,
    plan: &Arc<Plan>,
) -> ApiResult<Vec<u8>> {
    let ids: Vec<ID> = arguments.get("ids")?;
    check_ids(&ids, &state.limits)?;
    plan.contacts(state, &distinct(&ids)).await
}

pub(crate) async fn search_contacts(
    state: &RequestState,
    arguments: &Arguments<'_>,
    plan: &Arc<Plan>,
) -> ApiResult<Vec<u8>> {
    let limit = arguments.get_or("limit", 8)?;
    let (limit, exclude) = picker(&state.limits, limit, &arguments.get_or("excludeIds", Vec::new())?)?;
    match Term::parse(&arguments.get::<String>("query")?) {
        Some(term) => plan.search(state, &term, limit, &exclude).await,
        None => Ok(b"[]".to_vec()),
    }
}

pub(crate) async fn contacts(
    state: &RequestState,
    arguments: &Arguments<'_>,
    plan: &Arc<Connection>,
) -> ApiResult<Vec<u8>> {
    let request = arguments.page()?.request(&state.limits)?;
    let selection = selected_contacts(arguments)?;
    let order = super::contacts::order(arguments.get("orderBy")?);
    let total = async || Ok(count(domain::contacts::count(&state.domain.db, &selection).await?));
    plan.read(state, List::Contacts(&selection, &order), &request, total).await
}

pub(crate) async fn contact_count(state: &RequestState, arguments: &Arguments<'_>) -> ApiResult<Vec<u8>> {
    let selection = selected_contacts(arguments)?;
    Ok(domain::contacts::count(&state.domain.db, &selection).await?.to_string().into_bytes())
}

fn selected_contacts(arguments: &Arguments<'_>) -> ApiResult<domain::contacts::Selection> {
    let search: Option<String> = arguments.get("search")?;
    let include_trashed = arguments.get_or("includeTrashed", false)?;
    Ok(super::contacts::selection(arguments.get("filter")?, search.as_deref(), include_trashed))
}

pub(crate) async fn companies(
    state: &RequestState,
    arguments: &Arguments<'_>,
    plan: &Arc<Connection>,
) -> ApiResult<Vec<u8>> {
    let request = arguments.page()?.request(&state.limits)?;
    let search: Option<String> = arguments.get("search")?;
    let include_trashed = arguments.get_or("includeTrashed", false)?;
    let selection = super::companies::selection(arguments.get("filter")?, search.as_deref(), include_trashed);
    let order = super::companies::order(arguments.get("orderBy")?);
    let total = async || Ok(count(domain::companies::count(&state.domain.db, &selection).await?));
    plan.read(state, List::Companies(&selection, &order), &request, total).await
}
