//! Plans of records: one statement with the columns that a selection needs, and the template of an object.

use std::{collections::HashMap, sync::Arc};

use async_graphql::Context;
use sea_orm::DbErr;
use uuid::Uuid;

use super::{
    connection::Rows,
    lists::{List, Lists},
    object::{Object, no_list},
    write::write_list,
};
use crate::{
    domain::{self, contacts, input::Input, projected, search::Term, trash::Trashable},
    graphql::{
        context::{ContextExt, RequestState},
        error::ApiResult,
    },
    resources::Resource,
    storage::{OffsetRow, Row, RowVisitor, projection::Projection},
};

/// The plan of a record's selection: a statement with the columns that it needs, and the template of an object.
#[derive(Debug)]
pub(crate) struct Plan {
    object: Object,
    projection: Projection,
    lists: Lists,
    /// The place of the record's id in the rows. A selection may need no column at all, and a statement needs one.
    id: usize,
}

impl Plan {
    /// The plan of the field that is resolved; none when its selection holds what no plan knows.
    pub(crate) fn new(ctx: &Context<'_>, resource: &'static Resource) -> Option<Arc<Self>> {
        if !ctx.state().may_take_fast_path {
            return None;
        }
        let mut lists = Lists::default();
        Self::planned(resource, |projection, start| {
            Object::plan(&[ctx.field()], resource, start, projection, &mut |relation, fields| {
                lists.plan(relation, fields)
            })
        })
        .map(|plan| Arc::new(Self { lists, ..plan }))
    }

    /// The same for the records of a list, which have no lists of their own.
    pub(crate) fn of_list(ctx: &Context<'_>, resource: &'static Resource) -> Option<Arc<Self>> {
        if !ctx.state().may_take_fast_path {
            return None;
        }
        Self::planned(resource, |projection, start| {
            Object::plan(&[ctx.field()], resource, start, projection, &mut no_list)
        })
        .map(Arc::new)
    }

    /// The plan for the payload of a mutation; none when it takes more than the columns of the record.
    pub(crate) fn payload(
        ctx: &Context<'_>,
        type_name: &'static str,
        record: &str,
        resource: &'static Resource,
    ) -> Option<Arc<Self>> {
        let plan = Self::planned(resource, |projection, _| {
            Object::payload(&ctx.field(), type_name, record, resource, projection)
        })?;
        plan.projection.own_columns()?;
        Some(Arc::new(plan))
    }

    fn planned(
        resource: &'static Resource,
        object: impl FnOnce(&mut Projection, &str) -> Option<Object>,
    ) -> Option<Self> {
        let mut projection = Projection::new(resource);
        let start = projection.start();
        let object = object(&mut projection, &start)?;
        let id = projection.column(&start, "id");
        Some(Self { object, projection, lists: Lists::default(), id })
    }

    /// Updates a contact; the payload of an update that was made.
    pub(crate) async fn update_contact(
        self: &Arc<Self>,
        state: &RequestState,
        id: &str,
        input: Input,
        expected_version: Option<i32>,
    ) -> domain::Result<Vec<u8>> {
        let unplanned = || DbErr::Custom("an update was prepared that reads more than the contact".to_owned());
        let columns = self.projection.own_columns().ok_or_else(unplanned)?;
        let visitor = SingleRow { plan: Arc::clone(self), lists: Vec::new(), written: None };
        let updated =
            contacts::update_and_show(&state.domain, id, input, expected_version, (&columns, visitor)).await?;
        Ok(updated.written.ok_or_else(unplanned)?)
    }

    /// One record of any status.
    pub(crate) async fn record(self: &Arc<Self>, state: &RequestState, id: Uuid) -> ApiResult<Option<Vec<u8>>> {
        if let [list] = self.lists.0.as_slice() {
            return Box::pin(self.record_with_list(state, id, list)).await;
        }
        let lists = Box::pin(self.lists.read(state, id)).await?;
        let visitor = SingleRow { plan: Arc::clone(self), lists, written: None };
        Ok(projected::by_ids(&state.domain.db, &[id], &self.projection, visitor).await?.written)
    }

    /// One record with one list, in one statement.
    async fn record_with_list(
        self: &Arc<Self>,
        state: &RequestState,
        id: Uuid,
        list: &List,
    ) -> ApiResult<Option<Vec<u8>>> {
        let request = list.request(state)?;
        let visitor =
            |cursors| RecordAndList { plan: Arc::clone(self), record: None, list: list.rows.rows(&request, cursors) };
        let db = &state.domain.db;
        let read = projected::with_list(db, id, &self.projection, list.query(&request), visitor).await?;
        let Some((mut record, place)) = read.record else { return Ok(None) };
        let list = list.finish(state, id, read.list, &request).await?;
        record.splice(place..place, list);
        Ok(Some(record))
    }

    /// Records of any status in the order of the ids.
    pub(crate) async fn by_ids(self: &Arc<Self>, state: &RequestState, ids: &[Uuid]) -> ApiResult<Vec<u8>> {
        if ids.is_empty() {
            return Ok(b"[]".to_vec());
        }
        let visitor = JsonById { plan: Arc::clone(self), written: HashMap::with_capacity(ids.len()) };
        let db = &state.domain.db;
        let mut found = projected::by_ids(db, ids, &self.projection, visitor).await?;
        Ok(list(ids.iter().filter_map(|id| found.written.remove(id))))
    }

    /// The live records that contain the term.
    pub(crate) async fn search<E: Trashable>(
        self: &Arc<Self>,
        state: &RequestState,
        term: &Term,
        limit: u64,
        exclude: &[Uuid],
    ) -> ApiResult<Vec<u8>> {
        let most = usize::try_from(limit).unwrap_or(usize::MAX);
        let visitor = JsonInOrder { plan: Arc::clone(self), written: Vec::new(), most };
        let db = &state.domain.db;
        Ok(list(projected::search::<E, _>(db, term, limit, exclude, &self.projection, visitor).await?.written))
    }
}

struct SingleRow {
    plan: Arc<Plan>,
    lists: Vec<Vec<u8>>,
    written: Option<Vec<u8>>,
}

impl RowVisitor for SingleRow {
    fn row(&mut self, row: &impl Row) -> Result<(), DbErr> {
        let mut out = Vec::with_capacity(512);
        let mut list = |number: usize, out: &mut Vec<u8>| {
            out.extend_from_slice(self.lists.get(number).map_or(b"null", Vec::as_slice));
        };
        self.plan.object.write_with(row, &mut list, &mut out)?;
        self.written = Some(out);
        Ok(())
    }
}

struct RecordAndList {
    plan: Arc<Plan>,
    /// The record without its list, and where that belongs.
    record: Option<(Vec<u8>, usize)>,
    list: Rows,
}

impl RowVisitor for RecordAndList {
    fn row(&mut self, row: &impl Row) -> Result<(), DbErr> {
        if self.record.is_none() {
            let (mut out, mut place) = (Vec::with_capacity(512), 0);
            self.plan.object.write_with(row, &mut |_, out| place = out.len(), &mut out)?;
            self.record = Some((out, place));
        }
        self.list.optional_row(&OffsetRow(row, self.plan.projection.width()))
    }
}

struct JsonById {
    plan: Arc<Plan>,
    written: HashMap<Uuid, Vec<u8>>,
}

impl RowVisitor for JsonById {
    fn row(&mut self, row: &impl Row) -> Result<(), DbErr> {
        let mut out = Vec::with_capacity(512);
        self.plan.object.write(row, &mut out)?;
        self.written.insert(row.id(self.plan.id).unwrap_or_default(), out);
        Ok(())
    }
}

struct JsonInOrder {
    plan: Arc<Plan>,
    written: Vec<Vec<u8>>,
    most: usize,
}

impl RowVisitor for JsonInOrder {
    fn row(&mut self, row: &impl Row) -> Result<(), DbErr> {
        if self.written.len() < self.most {
            let mut out = Vec::with_capacity(512);
            self.plan.object.write(row, &mut out)?;
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
