//! The interactions of contacts and companies, and how many there are.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;
use sea_orm::sea_query::Expr;
use uuid::Uuid;

use super::{Batch, Batched, grouped};
use crate::{
    domain::{
        filter::{Filter, Target},
        interactions::{self, Involvement},
        lists,
        page::{Page, PageRequest},
    },
    entity::interaction,
    graphql::error::ApiError,
    resources::{COMPANY_INTERACTIONS, INTERACTION},
};

/// Which of a contact's interactions are meant: the field's arguments, the same for all contacts of a list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Participation {
    pub(crate) involvement: Involvement,
    pub(crate) filter: Option<Filter>,
}

/// A page of the interactions that a contact is involved in.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct InteractionsOf {
    pub(crate) contact_id: Uuid,
    pub(crate) which: Participation,
    pub(crate) request: PageRequest,
}

impl Loader<InteractionsOf> for Batch {
    type Value = Arc<Page<interaction::Model>>;
    type Error = ApiError;

    async fn load(&self, keys: &[InteractionsOf]) -> Batched<InteractionsOf, Self::Value> {
        let mut loaded = HashMap::new();
        for ((which, request), ids) in grouped(keys, |key| ((key.which.clone(), key.request.clone()), key.contact_id)) {
            let found =
                interactions::of_contacts(&self.db, &ids, which.involvement, which.filter.as_ref(), &request).await?;
            for (contact_id, page) in found {
                let key = InteractionsOf { contact_id, which: which.clone(), request: request.clone() };
                loaded.insert(key, Arc::new(page));
            }
        }
        Ok(loaded)
    }
}

/// How many interactions a contact is involved in.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct InteractionCountOf {
    pub(crate) contact_id: Uuid,
    pub(crate) which: Participation,
}

impl Loader<InteractionCountOf> for Batch {
    type Value = i64;
    type Error = ApiError;

    async fn load(&self, keys: &[InteractionCountOf]) -> Batched<InteractionCountOf, i64> {
        let mut loaded = HashMap::new();
        for (which, ids) in grouped(keys, |key| (key.which.clone(), key.contact_id)) {
            let found =
                interactions::counts_of_contacts(&self.db, &ids, which.involvement, which.filter.as_ref()).await?;
            for (contact_id, count) in found {
                loaded.insert(InteractionCountOf { contact_id, which: which.clone() }, count);
            }
        }
        Ok(loaded)
    }
}

/// A page of the interactions logged on a company.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct CompanyInteractionsOf {
    pub(crate) company_id: Uuid,
    pub(crate) filter: Option<Filter>,
    pub(crate) request: PageRequest,
}

impl Loader<CompanyInteractionsOf> for Batch {
    type Value = Arc<Page<interaction::Model>>;
    type Error = ApiError;

    async fn load(&self, keys: &[CompanyInteractionsOf]) -> Batched<CompanyInteractionsOf, Self::Value> {
        let mut loaded = HashMap::new();
        let split = |key: &CompanyInteractionsOf| ((key.filter.clone(), key.request.clone()), key.company_id);
        for ((filter, request), ids) in grouped(keys, split) {
            let (db, condition) = (self.db.reads(), self.condition(filter.as_ref()));
            let list = &COMPANY_INTERACTIONS;
            let found = lists::pages::<interaction::Entity>(db, list, &ids, condition, &request).await?;
            for (company_id, page) in found {
                let key = CompanyInteractionsOf { company_id, filter: filter.clone(), request: request.clone() };
                loaded.insert(key, Arc::new(page));
            }
        }
        Ok(loaded)
    }
}

/// How many interactions were logged on a company.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct CompanyInteractionCountOf {
    pub(crate) company_id: Uuid,
    pub(crate) filter: Option<Filter>,
}

impl Loader<CompanyInteractionCountOf> for Batch {
    type Value = i64;
    type Error = ApiError;

    async fn load(&self, keys: &[CompanyInteractionCountOf]) -> Batched<CompanyInteractionCountOf, i64> {
        let mut loaded = HashMap::new();
        for (filter, ids) in grouped(keys, |key| (key.filter.clone(), key.company_id)) {
            let (db, condition) = (self.db.reads(), self.condition(filter.as_ref()));
            let found = lists::counts(db, &INTERACTION, &COMPANY_INTERACTIONS, &ids, condition).await?;
            for (company_id, count) in found {
                loaded.insert(CompanyInteractionCountOf { company_id, filter: filter.clone() }, count);
            }
        }
        Ok(loaded)
    }
}

impl Batch {
    /// The condition that a filter of interactions stands for.
    fn condition(&self, filter: Option<&Filter>) -> Option<Expr> {
        filter.map(|filter| filter.condition(&INTERACTION, Target::of(&self.db)))
    }
}
