//! Routing of reads: an operation reads from the primary, or from a standby where there are any.
//!
//! - Mutations read from the primary, and so do queries of the change feed, whose cursors are compared with its end. Both
//!   tell the position that a later query must see: the list that is loaded after the end of the feed was asked for must
//!   contain everything before that end.
//! - Callers below VIEWER see what is linked to them, and a link ends at once, so their queries read from the primary.
//! - All other queries read from a standby. A query that fails there runs again on the primary.
//!
//! The caller's login and role were looked up before, from the primary.

use std::sync::LazyLock;

use async_graphql::parser::types::{ExecutableDocument, OperationDefinition, OperationType, Selection, SelectionSet};
use metrics::{Counter, counter};

use crate::{
    domain::Actor,
    storage::{Db, Lsn},
};

/// Top-level field of the change feed.
const FEED: &str = "changes";

/// Way of an operation's reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Route {
    /// From the primary.
    Primary,
    /// From the primary, whose position is told with the answer.
    PrimaryAndTell,
    /// From a standby that has replayed the log to a position.
    Standby(Option<Lsn>),
}

impl Route {
    /// Decides for an operation.
    pub(super) fn of(
        document: &ExecutableDocument,
        operation: &OperationDefinition,
        actor: &Actor,
        read_after: Option<Lsn>,
    ) -> Self {
        match operation.ty {
            OperationType::Mutation => Self::PrimaryAndTell,
            OperationType::Subscription => Self::Primary,
            OperationType::Query if !actor.sees_all() => Self::Primary,
            OperationType::Query if has_field(document, &operation.selection_set.node, FEED) => Self::PrimaryAndTell,
            OperationType::Query => Self::Standby(read_after),
        }
    }

    /// Runs an operation, whose reads are those of the database that is passed to `run`. Returns the position that a later
    /// query must see, where there is one.
    pub(super) async fn run<T: Send, F: Future<Output = T> + Send>(
        self,
        db: &Db,
        run: impl Fn(Db) -> F + Send + Sync,
    ) -> (T, Option<Lsn>) {
        let targets = &*TARGETS;
        if let Self::Standby(after) = self {
            let Some((standby, attempt)) = db.at_standby(after).await else {
                targets.primary.increment(1);
                return (run(db.clone()).await, None);
            };
            tokio::select! {
                answered = run(standby) => {
                    targets.standby.increment(1);
                    return (answered, None);
                }
                () = attempt.over() => {}
            }
            targets.fallback.increment(1);
            return (run(db.clone()).await, None);
        }
        let answered = run(db.clone()).await;
        let position = if self == Self::PrimaryAndTell { db.written_to().await } else { None };
        (answered, position)
    }
}

struct Targets {
    standby: Counter,
    primary: Counter,
    fallback: Counter,
}

static TARGETS: LazyLock<Targets> = LazyLock::new(|| {
    let target = |target| counter!("liaison_reads_total", "target" => target);
    Targets { standby: target("standby"), primary: target("primary"), fallback: target("fallback") }
});

/// Returns true for a selection with a field. The document is valid, so its fragments do not go in a circle, and its size
/// is bounded (see `checks::limits`).
fn has_field(document: &ExecutableDocument, set: &SelectionSet, name: &str) -> bool {
    set.items.iter().any(|selection| match &selection.node {
        Selection::Field(field) => field.node.name.node == name,
        Selection::InlineFragment(fragment) => has_field(document, &fragment.node.selection_set.node, name),
        Selection::FragmentSpread(spread) => {
            let fragment = document.fragments.get(&spread.node.fragment_name.node);
            fragment.is_some_and(|fragment| has_field(document, &fragment.node.selection_set.node, name))
        }
    })
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;
    use crate::{engine::documents::find_operation, entity::role::Role};

    #[test]
    fn only_queries_of_callers_who_see_everything_go_to_standbys() {
        let [contact, viewer] =
            [Role::Contact, Role::Viewer].map(|role| Actor { role: Some(role), ..Actor::default() });
        let after = Some(Lsn::default());
        for (text, actor, route) in [
            ("{ contacts { totalCount } }", viewer, Route::Standby(after)),
            ("{ contacts { totalCount } }", contact, Route::Primary),
            ("{ viewer { role } }", Actor::default(), Route::Primary),
            ("{ contact(id: 1) { changes { nodes { id } } } }", viewer, Route::Standby(after)),
            (
                "{ contacts { totalCount } ...F } fragment F on Query { ... { end: changes { edges { cursor } } } }",
                viewer,
                Route::PrimaryAndTell,
            ),
            ("mutation { signOut }", contact, Route::PrimaryAndTell),
            ("subscription { changes { cursor } }", viewer, Route::Primary),
        ] {
            let document = parse_query(text).unwrap();
            let operation = find_operation(&document, None).unwrap();
            assert_eq!(Route::of(&document, operation, &actor, after), route, "{text}");
        }
    }
}
