//! Answers written straight from the database's rows.
//!
//! Resolving a field costs a future and a value; a page of fifty contacts has hundreds of fields. Where a top-level
//! field selects nothing but columns of a record and of records that hang on it one to one, its selection becomes a
//! plan: one statement with the joins and the columns that it needs, and a template that writes each row as JSON.
//! Whatever a plan does not know is left to the ordinary resolvers, whose answers are the same to the byte.

mod connection;
mod object;
pub mod prepared;
mod roster;

use std::{borrow::Cow, collections::HashMap, sync::Arc};

use async_graphql::{
    Context, ContextSelectionSet, OutputType, Positioned, ServerResult, Value,
    parser::types::{ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet},
    registry::Registry,
};
use sea_orm::DbErr;
use uuid::Uuid;

pub(crate) use self::connection::{Connection, connection};
use self::{
    object::{Object, write_list},
    prepared::{Call, prepare},
    roster::Rosters,
};
use super::{
    context::{ContextExt, RequestState},
    error::{ApiResult, ErrorCode},
};
use crate::{
    domain::{self, contacts, direct, search::Term},
    resources::{COMPANY, CONTACT, Resource},
    storage::{Row, RowVisitor, projection::Projection},
};

/// A field's value: written already, or to be resolved in the ordinary way.
pub(crate) enum Direct<T> {
    Written(Vec<u8>),
    Resolve(T),
}

impl<T: OutputType> OutputType for Direct<T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn qualified_type_name() -> String {
        T::qualified_type_name()
    }

    fn introspection_type_name(&self) -> Cow<'static, str> {
        match self {
            Self::Written(_) => T::type_name(),
            Self::Resolve(value) => value.introspection_type_name(),
        }
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        match self {
            // The schema has no binary scalar: binary values are JSON that is written already.
            Self::Written(json) => Ok(Value::Binary(json.clone().into())),
            Self::Resolve(value) => value.resolve(ctx, field).await,
        }
    }
}

/// True when no two top-level fields of the operation have the same key in the answer, or the same name. The library
/// merges the values of those with one key, which it cannot when they are written; those with one name are loaded
/// together by the dataloaders.
pub fn top_level_fields_differ(document: &ExecutableDocument, operation: &OperationDefinition) -> bool {
    fn collect<'a>(document: &'a ExecutableDocument, set: &'a SelectionSet, seen: &mut Vec<&'a str>) -> bool {
        set.items.iter().all(|selection| match &selection.node {
            Selection::Field(field) => {
                let (key, name) = (field.node.response_key().node.as_str(), field.node.name.node.as_str());
                let is_new = !seen.contains(&key) && !seen.contains(&name);
                seen.extend([key, name]);
                is_new
            }
            Selection::InlineFragment(fragment) => collect(document, &fragment.node.selection_set.node, seen),
            Selection::FragmentSpread(spread) => {
                let fragment = document.fragments.get(&spread.node.fragment_name.node);
                fragment.is_none_or(|fragment| collect(document, &fragment.node.selection_set.node, seen))
            }
        })
    }
    collect(document, &operation.selection_set.node, &mut Vec::new())
}

/// One contact as the query selects it; none when that takes the ordinary resolvers.
pub(crate) async fn contact(ctx: &Context<'_>, id: Uuid) -> Option<ApiResult<Option<Vec<u8>>>> {
    record(ctx, &CONTACT, id).await
}

/// One company as the query selects it, with pages of its roster; none when that takes the ordinary resolvers.
pub(crate) async fn company(ctx: &Context<'_>, id: Uuid) -> Option<ApiResult<Option<Vec<u8>>>> {
    record(ctx, &COMPANY, id).await
}

async fn record(ctx: &Context<'_>, resource: &'static Resource, id: Uuid) -> Option<ApiResult<Option<Vec<u8>>>> {
    let plan = Arc::new(Plan::new(ctx, resource)?);
    prepare(ctx, || Call::Record(Arc::clone(&plan)));
    match plan.record(ctx.state(), id).await {
        // A roster's arguments: the resolvers say so at its own field.
        Err(error) if error.code == ErrorCode::BadUserInput => None,
        answer => Some(answer),
    }
}

/// Contacts by id in the order asked; none when that takes the ordinary resolvers.
pub(crate) async fn contacts_by_ids(ctx: &Context<'_>, ids: &[Uuid]) -> Option<ApiResult<Vec<u8>>> {
    let plan = Arc::new(Plan::new(ctx, &CONTACT)?);
    prepare(ctx, || Call::ContactsByIds(Arc::clone(&plan)));
    Some(plan.contacts(ctx.state(), ids).await)
}

/// The contacts that a picker shows; none when that takes the ordinary resolvers.
pub(crate) async fn search_contacts(
    ctx: &Context<'_>,
    term: &Term,
    limit: u64,
    exclude: &[Uuid],
) -> Option<ApiResult<Vec<u8>>> {
    let plan = Arc::new(Plan::new(ctx, &CONTACT)?);
    prepare(ctx, || Call::SearchContacts(Arc::clone(&plan)));
    Some(plan.search(ctx.state(), term, limit, exclude).await)
}

/// Prepares an update of a contact for the next time, if its payload selects nothing but columns of the contact.
pub(crate) fn prepare_update_contact(ctx: &Context<'_>) {
    if ctx.state().slot.is_some()
        && let Some(plan) = Plan::payload(ctx, ("ContactPayload", "contact"), &CONTACT)
    {
        prepare(ctx, || Call::UpdateContact(Arc::new(plan)));
    }
}

/// What a field's selection comes down to.
#[derive(Debug)]
pub(crate) struct Plan {
    object: Object,
    projection: Projection,
    rosters: Rosters,
    /// Where the record's id is in the rows. A selection may need no column at all, and a statement needs one.
    id: usize,
}

impl Plan {
    /// None when the selection holds what no plan knows.
    fn new(ctx: &Context<'_>, resource: &'static Resource) -> Option<Self> {
        if !ctx.state().may_write_directly {
            return None;
        }
        let mut projection = Projection::new(resource);
        let start = projection.start();
        let mut rosters = Rosters::default();
        let wanted = (resource.type_name == COMPANY.type_name).then_some(&mut rosters);
        let object = Object::plan(&[ctx.field()], resource, &start, &mut projection, wanted)?;
        let id = projection.column(&start, "id");
        Some(Self { object, projection, rosters, id })
    }

    /// The plan for the payload of a mutation; none when it takes more than the table's columns.
    fn payload(ctx: &Context<'_>, payload: (&'static str, &str), resource: &'static Resource) -> Option<Self> {
        let mut projection = Projection::new(resource);
        let object = Object::payload(&ctx.field(), payload, resource, &mut projection)?;
        projection.own_columns()?;
        let id = projection.column(&projection.start(), "id");
        Some(Self { object, projection, rosters: Rosters::default(), id })
    }

    /// Updates a contact; the payload of an update that was made.
    pub(crate) async fn update_contact(
        self: &Arc<Self>,
        state: &RequestState,
        id: &str,
        input: contacts::ContactInput,
        expected_version: Option<i32>,
    ) -> domain::Result<Vec<u8>> {
        let unplanned = || DbErr::Custom("an update was prepared that reads more than the contact".to_owned());
        let columns = self.projection.own_columns().ok_or_else(unplanned)?;
        let visitor = One { plan: Arc::clone(self), rosters: Vec::new(), written: None };
        let updated =
            contacts::update_and_show(&state.domain, id, input, expected_version, (&columns, visitor)).await?;
        Ok(updated.written.ok_or_else(unplanned)?)
    }

    /// One record of any status.
    pub(crate) async fn record(self: &Arc<Self>, state: &RequestState, id: Uuid) -> ApiResult<Option<Vec<u8>>> {
        if let Some(roster) = self.rosters.single() {
            return Box::pin(roster::company_with_roster(state, id, self, roster)).await;
        }
        let rosters = Box::pin(self.rosters.read(state, id)).await?;
        let visitor = One { plan: Arc::clone(self), rosters, written: None };
        Ok(direct::by_ids(&state.domain.db, &[id], &self.projection, visitor).await?.written)
    }

    /// Contacts of any status in the order of the ids.
    pub(crate) async fn contacts(self: &Arc<Self>, state: &RequestState, ids: &[Uuid]) -> ApiResult<Vec<u8>> {
        if ids.is_empty() {
            return Ok(b"[]".to_vec());
        }
        let visitor = ById { plan: Arc::clone(self), written: HashMap::with_capacity(ids.len()) };
        let db = &state.domain.db;
        let mut found = direct::by_ids(db, ids, &self.projection, visitor).await?;
        Ok(list(ids.iter().filter_map(|id| found.written.remove(id))))
    }

    /// The live contacts that contain the term.
    pub(crate) async fn search(
        self: &Arc<Self>,
        state: &RequestState,
        term: &Term,
        limit: u64,
        exclude: &[Uuid],
    ) -> ApiResult<Vec<u8>> {
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        let visitor = InOrder { plan: Arc::clone(self), written: Vec::new(), most };
        let db = &state.domain.db;
        Ok(list(direct::search_contacts(db, term, limit, exclude, &self.projection, visitor).await?.written))
    }
}

struct One {
    plan: Arc<Plan>,
    rosters: Vec<Vec<u8>>,
    written: Option<Vec<u8>>,
}

impl RowVisitor for One {
    fn row(&mut self, row: &impl Row) -> Result<(), DbErr> {
        let mut out = Vec::with_capacity(512);
        self.plan.object.write(row, &self.rosters, &mut out)?;
        self.written = Some(out);
        Ok(())
    }
}

struct ById {
    plan: Arc<Plan>,
    written: HashMap<Uuid, Vec<u8>>,
}

impl RowVisitor for ById {
    fn row(&mut self, row: &impl Row) -> Result<(), DbErr> {
        let mut out = Vec::with_capacity(512);
        self.plan.object.write(row, &[], &mut out)?;
        self.written.insert(row.id(self.plan.id).unwrap_or_default(), out);
        Ok(())
    }
}

struct InOrder {
    plan: Arc<Plan>,
    written: Vec<Vec<u8>>,
    most: usize,
}

impl RowVisitor for InOrder {
    fn row(&mut self, row: &impl Row) -> Result<(), DbErr> {
        if self.written.len() < self.most {
            let mut out = Vec::with_capacity(512);
            self.plan.object.write(row, &[], &mut out)?;
            self.written.push(out);
        }
        Ok(())
    }
}

fn list(parts: impl IntoIterator<Item = Vec<u8>>) -> Vec<u8> {
    let mut out = Vec::new();
    write_list(parts, &mut out);
    out
}
