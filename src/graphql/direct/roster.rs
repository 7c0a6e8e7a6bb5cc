//! Pages of a company's roster, read beside the company.

use std::sync::Arc;

use async_graphql::SelectionField;
use uuid::Uuid;

use super::connection::Connection;
use crate::{
    domain::{direct::List, memberships},
    graphql::{
        connection::PageArgs,
        context::RequestState,
        error::{ApiError, ApiResult},
    },
    read::tables::MEMBERSHIP,
};

/// The rosters that a company's selection asks for: one for each key in the answer.
#[derive(Debug, Default)]
pub(super) struct Rosters(Vec<(Arc<Connection>, PageArgs)>);

impl Rosters {
    /// Plans one more and says its number.
    pub(super) fn plan(&mut self, fields: &[SelectionField<'_>]) -> Option<usize> {
        let arguments = fields.first()?.arguments().ok()?;
        let mut page = PageArgs::default();
        for (name, value) in arguments {
            match (name.as_str(), value) {
                (_, async_graphql::Value::Null) => {}
                ("first", async_graphql::Value::Number(number)) => page.first = Some(number.as_i64()?.try_into().ok()?),
                ("last", async_graphql::Value::Number(number)) => page.last = Some(number.as_i64()?.try_into().ok()?),
                ("after", async_graphql::Value::String(cursor)) => page.after = Some(cursor),
                ("before", async_graphql::Value::String(cursor)) => page.before = Some(cursor),
                _ => return None,
            }
        }
        self.0.push((Arc::new(Connection::plan(fields, &MEMBERSHIP)?), page));
        Some(self.0.len() - 1)
    }

    /// Reads them all.
    pub(super) async fn read(&self, state: &RequestState, company_id: Uuid) -> ApiResult<Vec<Vec<u8>>> {
        let mut written = Vec::with_capacity(self.0.len());
        for (connection, page) in &self.0 {
            let request = page.clone().request(&state.limits)?;
            let total = async || {
                let counts = memberships::roster_counts(state.domain.db.reader(), &[company_id])
                    .await
                    .map_err(ApiError::from)?;
                Ok(counts.get(&company_id).copied().unwrap_or_default())
            };
            written.push(connection.read(state, List::Roster(company_id), &request, total).await?);
        }
        Ok(written)
    }
}
