//! The subscriptions.
//!
//! An operation is executed once to read its arguments, then once per change; subscribers of the same operation share
//! each answer (see `engine::subscribe`). The library's own stream would execute the selection for each of them.

use std::sync::{Arc, OnceLock};

use async_graphql::{Context, ID, Subscription as LibrarySubscription};
use futures_util::{Stream, stream};

use super::{
    error::ApiError,
    query::wanted,
    types::{Change, ChangeEdge, SubjectType},
};
use crate::domain::changes::{self, Cursor, Position, Wanted};

/// The arguments of a subscription, once they are read.
#[derive(Clone, Debug)]
pub struct Arguments {
    /// Filter of the changes.
    pub wanted: Wanted,
    /// From where on; from now on when there is none.
    pub after: Option<Position>,
}

/// Mode of an execution.
#[derive(Clone, Debug)]
pub enum ExecutionMode {
    /// To read its arguments.
    ReadArguments(Arc<OnceLock<Arguments>>),
    /// To answer with a change.
    Deliver(Arc<changes::Change>),
}

/// Operations that stream changes.
#[derive(Default)]
pub struct Subscription;

/// Operations that stream changes.
#[LibrarySubscription]
impl Subscription {
    #[expect(clippy::unused_async, reason = "the library wants it so")]
    /// Each change once, in order; `after` replays the changes that were missed while disconnected.
    async fn changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only changes after this cursor: first those that were missed, then new ones.")] after: Option<
            String,
        >,
        #[graphql(desc = "Only changes of these types of records.")] subject_types: Option<Vec<SubjectType>>,
        #[graphql(desc = "Only changes that this contact's history shows.")] contact_id: Option<ID>,
    ) -> Result<impl Stream<Item = ChangeEdge>, ApiError> {
        let edge = match ctx.data_opt::<ExecutionMode>() {
            Some(ExecutionMode::Deliver(change)) => Some(ChangeEdge(Change(changes::Change::clone(change)))),
            Some(ExecutionMode::ReadArguments(slot)) => {
                let after = after.map(|cursor| Cursor::parse(&cursor)).transpose()?.map(Cursor::resume);
                // There is only one field to fill the slot; see the caller.
                drop(slot.set(Arguments { wanted: wanted(subject_types.as_deref(), contact_id.as_ref()), after }));
                None
            }
            None => None,
        };
        Ok(stream::iter(edge))
    }
}
