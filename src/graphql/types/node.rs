//! Records that can be fetched again by their id alone.

use std::collections::HashMap;

use async_graphql::{Context, ID, Interface};
use uuid::Uuid;

use super::{
    api_key::ApiKey,
    records::{Batch, Company, Contact, ImportJob, Interaction, Membership, User},
    session::Session,
    webhook::Webhook,
};
use crate::{
    domain::{access, parse_id},
    entity::role::Role,
    graphql::{
        context::ContextExt,
        error::ApiResult,
        loaders::{
            ApiKeyById, BatchById, CompanyById, ContactById, ImportJobById, InteractionById, MembershipById, UserById,
            WebhookById,
        },
        self_only,
    },
};

/// A record that can be refetched by its globally unique id.
#[derive(Clone, Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "The record's globally unique id."))]
pub(crate) enum Node {
    /// A contact.
    Contact(Contact),
    /// A company.
    Company(Company),
    /// A membership.
    Membership(Membership),
    /// An interaction.
    Interaction(Interaction),
    /// A login user.
    User(User),
    /// A batch.
    Batch(Batch),
    /// An import of a file.
    ImportJob(ImportJob),
    /// An API key, for admins.
    ApiKey(ApiKey),
    /// A session of the caller's own.
    Session(Session),
    /// A webhook, for admins.
    Webhook(Webhook),
}

impl Node {
    /// Finds the records with these ids, one statement per type, in the order asked.
    ///
    /// An id does not tell its type. Types are tried in turn, and only for the ids not found yet.
    pub(crate) async fn find(ctx: &Context<'_>, ids: &[ID]) -> ApiResult<Vec<Option<Self>>> {
        let keys: Vec<_> = ids.iter().map(|id| parse_id(id)).collect();
        let mut found: HashMap<Uuid, Self> = HashMap::new();
        if ctx.domain().actor.sees_all() {
            Self::look_everywhere(ctx, &keys, &mut found).await?;
        } else {
            let (contact, user) = (self_only::contact(ctx).await?, self_only::user(ctx).await?);
            found.extend(contact.map(|contact| (contact.id, Self::Contact(Contact(contact)))));
            found.extend(user.map(|user| (user.id, Self::User(User(user)))));
        }
        if let Some(user_id) = ctx.domain().actor.user_id
            && keys.iter().flatten().any(|id| !found.contains_key(id))
        {
            let own = access::list_sessions(ctx.domain(), user_id, None).await?;
            found.extend(own.into_iter().map(|session| (session.id, Self::Session(Session(session)))));
        }
        Ok(keys.iter().map(|id| found.get(&(*id)?).cloned()).collect())
    }

    async fn look_everywhere(
        ctx: &Context<'_>,
        keys: &[Option<Uuid>],
        found: &mut HashMap<Uuid, Self>,
    ) -> ApiResult<()> {
        let loader = ctx.loader();
        macro_rules! look_in {
            ($key:ident, $type:ident) => {
                let missing: Vec<_> =
                    keys.iter().flatten().filter(|id| !found.contains_key(id)).copied().map($key).collect();
                let rows = loader.load_many(missing).await?;
                found.extend(rows.into_iter().map(|(key, row)| (key.0, Self::$type($type(row)))));
            };
        }
        look_in!(ContactById, Contact);
        look_in!(CompanyById, Company);
        look_in!(MembershipById, Membership);
        look_in!(InteractionById, Interaction);
        look_in!(UserById, User);
        look_in!(BatchById, Batch);
        look_in!(ImportJobById, ImportJob);
        if ctx.domain().actor.role == Some(Role::Admin) {
            look_in!(ApiKeyById, ApiKey);
            look_in!(WebhookById, Webhook);
        }
        Ok(())
    }
}
