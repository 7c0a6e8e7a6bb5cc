//! Records with lists of the records that belong to them: one list comes in the record's own statement, more in one
//! each.

use std::sync::Arc;

use async_graphql::{SelectionField, Value};
use uuid::Uuid;

use super::connection::{Connection, Rows};
use crate::{
    domain::{
        self, lists,
        page::PageRequest,
        projected::{self, ListQuery},
    },
    graphql::{
        connection::PageArgs,
        context::RequestState,
        error::{ApiError, ApiResult},
    },
    resources::{Many, Reach, Relation, Resource},
};

/// The lists that a record's selection asks for: one for each key in the answer.
#[derive(Debug, Default)]
pub(super) struct Lists(pub(super) Vec<List>);

/// A list of the records that belong to a record.
#[derive(Debug)]
pub(super) struct List {
    of: &'static Resource,
    many: &'static Many,
    pub(super) rows: Arc<Connection>,
    /// Which page; none of a list that is read whole.
    page: Option<PageArgs>,
}

impl Lists {
    /// Plans one more and says its number.
    pub(super) fn plan(&mut self, relation: &'static Relation, fields: &[SelectionField<'_>]) -> Option<usize> {
        let (of, many) = (relation.to(), relation.many()?);
        let (rows, page) = match relation.reach {
            Reach::Page(_) => (Connection::plan(fields, of)?, Some(page(fields.first()?)?)),
            _ => (Connection::plan_whole(fields, of)?, None),
        };
        self.0.push(List { of, many, rows: Arc::new(rows), page });
        Some(self.0.len() - 1)
    }

    /// Reads all lists of a record, each in a statement of its own.
    pub(super) async fn read(&self, state: &RequestState, owner: Uuid) -> ApiResult<Vec<Vec<u8>>> {
        let mut written = Vec::with_capacity(self.0.len());
        for list in &self.0 {
            let request = list.request(state)?;
            let visitor = |cursors| list.rows.rows(&request, cursors);
            let rows = projected::list(&state.domain.db, owner, list.query(&request), visitor).await?;
            written.push(list.finish(state, owner, rows, &request).await?);
        }
        Ok(written)
    }
}

impl List {
    pub(super) fn request(&self, state: &RequestState) -> ApiResult<PageRequest> {
        match &self.page {
            Some(page) => page.clone().request(&state.limits),
            None => Ok(PageRequest::whole()),
        }
    }

    pub(super) fn query<'a>(&'a self, request: &'a PageRequest) -> ListQuery<'a> {
        ListQuery { of: self.of, many: self.many, page: self.rows.query(request) }
    }

    /// Writes the list, with its length where the selection wants it.
    pub(super) async fn finish(
        &self,
        state: &RequestState,
        owner: Uuid,
        rows: Rows,
        request: &PageRequest,
    ) -> ApiResult<Vec<u8>> {
        let total = if self.rows.wants_total() {
            let counts = lists::counts(state.domain.db.reads(), self.of, self.many, &[owner], None).await;
            counts.map_err(ApiError::from)?.get(&owner).copied().unwrap_or_default()
        } else {
            0
        };
        Ok(rows.finish(request, total).map_err(domain::Error::from)?)
    }
}

/// The paging arguments of a list, which are constants or were replaced by them.
fn page(field: &SelectionField<'_>) -> Option<PageArgs> {
    let mut page = PageArgs::default();
    for (name, value) in field.arguments().ok()? {
        match (name.as_str(), value) {
            (_, Value::Null) => {}
            ("first", Value::Number(number)) => page.first = Some(number.as_i64()?.try_into().ok()?),
            ("last", Value::Number(number)) => page.last = Some(number.as_i64()?.try_into().ok()?),
            ("after", Value::String(cursor)) => page.after = Some(cursor),
            ("before", Value::String(cursor)) => page.before = Some(cursor),
            _ => return None,
        }
    }
    Some(page)
}
