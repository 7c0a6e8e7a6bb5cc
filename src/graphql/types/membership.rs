//! `Membership` and its connection.

use async_graphql::{Context, ID, Object};
use uuid::Uuid;

use super::records::{Company, Contact, Membership};
use crate::{
    domain::memberships::Loaded,
    entity::membership,
    graphql::{
        connection::connection,
        context::ContextExt,
        described::Columns,
        error::{ApiError, ApiResult},
        loaders::{CompanyById, ContactById, MemberCountOf},
    },
};

impl From<Loaded> for Membership {
    fn from(loaded: Loaded) -> Self {
        Self { row: loaded.membership, company: loaded.company }
    }
}

/// Link between a contact and a company: at most one per pair, at most one primary per contact.
#[Object]
impl Membership {
    /// The membership's globally unique id.
    pub(super) async fn id(&self) -> ID {
        self.row.id.into()
    }

    #[graphql(flatten)]
    fn columns(&self) -> Columns<'_, membership::Entity> {
        Columns(&self.row)
    }

    /// Contact that works for the company.
    async fn contact(&self, ctx: &Context<'_>) -> ApiResult<Contact> {
        let contact = ctx.load_one(ContactById(self.row.contact_id)).await?;
        contact.map(Contact).ok_or_else(gone)
    }

    /// Company that the contact works for.
    async fn company(&self, ctx: &Context<'_>) -> ApiResult<Company> {
        if let Some(company) = &self.company {
            return Ok(Company(company.clone()));
        }
        let company = ctx.load_one(CompanyById(self.row.company_id)).await?;
        company.map(Company).ok_or_else(gone)
    }
}

/// Between two statements of one request the other end of an edge can be deleted.
pub(crate) fn gone() -> ApiError {
    use crate::graphql::error::ErrorCode;
    ApiError::new(ErrorCode::ServiceUnavailable, "The record was deleted while the request ran. Send it again.")
}

/// List that `MembershipConnection.totalCount` counts: the members of a company.
pub(crate) struct MemberTotal(pub(crate) Uuid);

impl MemberTotal {
    async fn count(&self, ctx: &Context<'_>) -> ApiResult<i64> {
        Ok(ctx.load_one(MemberCountOf(self.0)).await?.unwrap_or_default())
    }
}

connection!(MembershipConnection, MembershipEdge, Membership(membership::Model), MemberTotal, "memberships");
