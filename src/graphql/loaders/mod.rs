//! Batched reads: one key type for each, all over the same batching functions of the domain.

use std::{collections::HashMap, hash::Hash, sync::Arc};

use async_graphql::dataloader::Loader;
use uuid::Uuid;

use super::error::ApiError;
use crate::{
    domain::{
        access, batches,
        changes::{self, ChangePage, HistoryOf, Position},
        contacts,
        duplicates::{self, Certainty, Lookalike},
        imports, interactions, lists,
        memberships::{self, Loaded},
        page::{Page, PageRequest},
        records, webhooks,
    },
    entity::{
        api_key, batch, company, contact, import_job, interaction, interaction_party, kept_change, membership, user,
        webhook,
    },
    resources::{MEMBERS, MEMBERSHIP},
    storage::Db,
};

pub mod inline;
mod interactions_of;

pub(crate) use interactions_of::{
    CompanyInteractionCountOf, CompanyInteractionsOf, InteractionCountOf, InteractionsOf, Participation,
};

/// Loads batches from the database.
pub struct Batch {
    pub(crate) db: Db,
}

type Batched<K, V> = Result<HashMap<K, V>, ApiError>;

/// Defines the key type of records that are found by one id each.
macro_rules! keyed_by_id {
    ($(#[$doc:meta])* $key:ident => $value:ty, $fetch:expr) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub(crate) struct $key(pub(crate) Uuid);

        impl Loader<$key> for Batch {
            type Value = $value;
            type Error = ApiError;

            async fn load(&self, keys: &[$key]) -> Batched<$key, $value> {
                let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
                let found = $fetch(self.db.reads(), &ids).await?;
                Ok(found.into_iter().map(|(id, value)| ($key(id), value)).collect())
            }
        }
    };
}

keyed_by_id!(
    /// A contact by its id.
    ContactById => contact::Model, records::get_many::<contact::Entity>
);
keyed_by_id!(
    /// The contact linked to a login user, by the user's id.
    ContactOfUser => contact::Model, contacts::linked_to_users
);
keyed_by_id!(
    /// A company by its id.
    CompanyById => company::Model, records::get_many::<company::Entity>
);
keyed_by_id!(
    /// A login user by its id.
    UserById => user::Model, records::get_many::<user::Entity>
);
keyed_by_id!(
    /// An API key by its id.
    ApiKeyById => api_key::Model, access::get_keys
);
keyed_by_id!(
    /// A webhook by its id.
    WebhookById => webhook::Model, webhooks::get_many
);
keyed_by_id!(
    /// An import by its id.
    ImportJobById => import_job::Model, imports::get_many
);
keyed_by_id!(
    /// The import that a batch was made by, by the batch's id.
    ImportOfBatch => import_job::Model, imports::of_batches
);
keyed_by_id!(
    /// A batch by its id.
    BatchById => batch::Model, batches::get_many
);
keyed_by_id!(
    /// The number of changes that undoing a batch has left, by the batch's id.
    KeptCountOf => i64, batches::kept_counts
);
keyed_by_id!(
    /// A membership by its id.
    MembershipById => membership::Model, records::get_many::<membership::Entity>
);
keyed_by_id!(
    /// An interaction by its id.
    InteractionById => interaction::Model, records::get_many::<interaction::Entity>
);
keyed_by_id!(
    /// The parties to an interaction, by the interaction's id.
    PartiesOf => Vec<interaction_party::Model>, interactions::parties
);

/// A contact's primary membership, with its company where the query selects it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct PrimaryOf {
    pub(crate) contact_id: Uuid,
    pub(crate) with_company: bool,
}

impl Loader<PrimaryOf> for Batch {
    type Value = Loaded;
    type Error = ApiError;

    async fn load(&self, keys: &[PrimaryOf]) -> Batched<PrimaryOf, Loaded> {
        let mut loaded = HashMap::new();
        for (with_company, ids) in grouped(keys, |key| (key.with_company, key.contact_id)) {
            let found = memberships::primary_of_contacts(self.db.reads(), &ids, with_company).await?;
            loaded.extend(found.into_iter().map(|(contact_id, row)| (PrimaryOf { contact_id, with_company }, row)));
        }
        Ok(loaded)
    }
}

/// All memberships of a contact, with their companies where the query selects them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct MembershipsOf {
    pub(crate) contact_id: Uuid,
    pub(crate) with_company: bool,
}

impl Loader<MembershipsOf> for Batch {
    type Value = Vec<Loaded>;
    type Error = ApiError;

    async fn load(&self, keys: &[MembershipsOf]) -> Batched<MembershipsOf, Vec<Loaded>> {
        let mut loaded = HashMap::new();
        for (with_company, ids) in grouped(keys, |key| (key.with_company, key.contact_id)) {
            let found = memberships::of_contacts(self.db.reads(), &ids, with_company).await?;
            loaded
                .extend(found.into_iter().map(|(contact_id, rows)| (MembershipsOf { contact_id, with_company }, rows)));
        }
        Ok(loaded)
    }
}

/// A page of the members of a company.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct MembersOf {
    pub(crate) company_id: Uuid,
    pub(crate) request: PageRequest,
}

impl Loader<MembersOf> for Batch {
    type Value = Arc<Page<membership::Model>>;
    type Error = ApiError;

    async fn load(&self, keys: &[MembersOf]) -> Batched<MembersOf, Self::Value> {
        let mut loaded = HashMap::new();
        for (request, ids) in grouped(keys, |key| (key.request.clone(), key.company_id)) {
            let found = lists::pages::<membership::Entity>(self.db.reads(), &MEMBERS, &ids, None, &request).await?;
            let key = |company_id| MembersOf { company_id, request: request.clone() };
            loaded.extend(found.into_iter().map(|(company_id, page)| (key(company_id), Arc::new(page))));
        }
        Ok(loaded)
    }
}

/// How many members a company has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct MemberCountOf(pub(crate) Uuid);

impl Loader<MemberCountOf> for Batch {
    type Value = i64;
    type Error = ApiError;

    async fn load(&self, keys: &[MemberCountOf]) -> Batched<MemberCountOf, i64> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let found = lists::counts(self.db.reads(), &MEMBERSHIP, &MEMBERS, &ids, None).await?;
        Ok(found.into_iter().map(|(id, count)| (MemberCountOf(id), count)).collect())
    }
}

/// A page of the changes that undoing a batch has left.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct KeptOf {
    pub(crate) batch_id: Uuid,
    pub(crate) request: PageRequest,
}

impl Loader<KeptOf> for Batch {
    type Value = Arc<Page<kept_change::Model>>;
    type Error = ApiError;

    async fn load(&self, keys: &[KeptOf]) -> Batched<KeptOf, Self::Value> {
        let mut loaded = HashMap::new();
        for (request, ids) in grouped(keys, |key| (key.request.clone(), key.batch_id)) {
            let found = batches::kept(self.db.reads(), &ids, &request).await?;
            let key = |batch_id| KeptOf { batch_id, request: request.clone() };
            loaded.extend(found.into_iter().map(|(batch_id, page)| (key(batch_id), Arc::new(page))));
        }
        Ok(loaded)
    }
}

/// A page of a record's history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct HistoryKey {
    pub(crate) of: HistoryOf,
    pub(crate) id: Uuid,
    pub(crate) from: Option<Position>,
    pub(crate) limit: u64,
}

impl Loader<HistoryKey> for Batch {
    type Value = ChangePage;
    type Error = ApiError;

    async fn load(&self, keys: &[HistoryKey]) -> Batched<HistoryKey, ChangePage> {
        let mut loaded = HashMap::new();
        for ((of, from, limit), ids) in grouped(keys, |key| ((key.of, key.from, key.limit), key.id)) {
            let found = changes::histories(self.db.reads(), of, &ids, from, limit).await?;
            loaded.extend(found.into_iter().map(|(id, page)| (HistoryKey { of, id, from, limit }, page)));
        }
        Ok(loaded)
    }
}

/// The likely duplicates of a contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct DuplicatesOf {
    pub(crate) contact_id: Uuid,
    pub(crate) at_least: Certainty,
}

impl Loader<DuplicatesOf> for Batch {
    type Value = Vec<Lookalike>;
    type Error = ApiError;

    async fn load(&self, keys: &[DuplicatesOf]) -> Batched<DuplicatesOf, Self::Value> {
        let mut loaded = HashMap::new();
        for (at_least, ids) in grouped(keys, |key| (key.at_least, key.contact_id)) {
            let found = duplicates::of_contacts(&self.db, &ids, at_least).await?;
            loaded.extend(found.into_iter().map(|(contact_id, some)| (DuplicatesOf { contact_id, at_least }, some)));
        }
        Ok(loaded)
    }
}

/// Sorts keys into groups that one statement can load, with the ids of each.
fn grouped<K, G: Eq + Hash>(keys: &[K], split: impl Fn(&K) -> (G, Uuid)) -> HashMap<G, Vec<Uuid>> {
    let mut groups: HashMap<G, Vec<Uuid>> = HashMap::new();
    for key in keys {
        let (group, id) = split(key);
        groups.entry(group).or_default().push(id);
    }
    groups
}
