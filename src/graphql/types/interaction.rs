//! `Interaction`, its parties and its connection.

use async_graphql::{Context, ID, Object};

use super::records::{Company, Contact, Interaction, User};
use crate::{
    domain::{filter::Filter, interactions},
    entity::{interaction, interaction_party},
    graphql::{
        connection::{connection, count},
        context::ContextExt,
        described::Columns,
        error::{ApiResult, Nullable},
        items::Items,
        loaders::{CompanyById, CompanyInteractionCountOf, ContactById, InteractionCountOf, PartiesOf, UserById},
        scalars::Json,
    },
};

/// A call, e-mail, meeting or note, logged on a contact or on a company.
#[Object]
impl Interaction {
    /// The interaction's globally unique id.
    pub(super) async fn id(&self) -> ID {
        self.0.id.into()
    }

    #[graphql(flatten)]
    fn columns(&self) -> Columns<'_, interaction::Entity> {
        Columns(&self.0)
    }

    /// Contact that the interaction was logged on; null when it was logged on a company. It never changes.
    async fn contact(&self, ctx: &Context<'_>) -> Nullable<Contact> {
        let contact_id = self.0.contact_id?;
        ctx.load_one(ContactById(contact_id)).await.map(|contact| contact.map(Contact)).transpose()
    }

    /// Company that the interaction was logged on; null when it was logged on a contact. It never changes.
    async fn company(&self, ctx: &Context<'_>) -> Nullable<Company> {
        let company_id = self.0.company_id?;
        ctx.load_one(CompanyById(company_id)).await.map(|company| company.map(Company)).transpose()
    }

    /// The user who logged it.
    async fn owner(&self, ctx: &Context<'_>) -> Nullable<User> {
        let owner_id = self.0.owner_id?;
        ctx.load_one(UserById(owner_id)).await.map(|user| user.map(User)).transpose()
    }

    /// Parties to the interaction, in the order given.
    async fn parties(&self, ctx: &Context<'_>) -> ApiResult<Items<InteractionParty>> {
        let parties = ctx.load_one(PartiesOf(self.0.id)).await?.unwrap_or_default();
        Ok(parties.into_iter().map(InteractionParty).collect())
    }
}

/// A party to an interaction.
pub(crate) struct InteractionParty(interaction_party::Model);

/// A party to an interaction.
#[Object]
impl InteractionParty {
    /// Name as it was typed; kept after the contact is deleted.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Contact that the party is, if any.
    async fn contact(&self, ctx: &Context<'_>) -> Nullable<Contact> {
        let contact_id = self.0.contact_id?;
        ctx.load_one(ContactById(contact_id)).await.map(|contact| contact.map(Contact)).transpose()
    }

    /// Name, company, role and department of the party when the interaction was logged.
    async fn snapshot(&self) -> Json {
        Json(self.0.snapshot.clone())
    }
}

/// List that `InteractionConnection.totalCount` counts.
pub(crate) enum InteractionTotal {
    /// All interactions of live contacts and companies for which the filter holds.
    All(Option<Filter>),
    /// Interactions that a contact is involved in.
    OfContact(Box<InteractionCountOf>),
    /// Interactions logged on a company.
    OfCompany(Box<CompanyInteractionCountOf>),
}

impl InteractionTotal {
    async fn count(&self, ctx: &Context<'_>) -> ApiResult<i64> {
        match self {
            Self::All(filter) => Ok(count(Box::pin(interactions::count(ctx.db(), filter.as_ref())).await?)),
            Self::OfContact(key) => Ok(ctx.load_one((**key).clone()).await?.unwrap_or_default()),
            Self::OfCompany(key) => Ok(ctx.load_one((**key).clone()).await?.unwrap_or_default()),
        }
    }
}

connection!(InteractionConnection, InteractionEdge, Interaction(interaction::Model), InteractionTotal, "interactions");
