//! State that all requests share.

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use tokio_util::task::TaskTracker;
use tracing::Instrument;

use super::{
    checks::limits::Costs, documents::Documents, language::Language, operations::Operations,
    persisted::PersistedDocuments, subscribe::Groups,
};
use crate::{
    config::{DocumentArgs, Limits, TrustedDocuments},
    domain,
    graphql::{self, Schema},
    throttle::Throttle,
};

/// State for answering requests, shared by all of them.
pub struct Engine {
    /// Context of the domain, without an actor.
    pub(super) domain: domain::Context,
    /// Limits of one request.
    pub(super) limits: Limits,
    /// Timeout of one request.
    pub(super) timeout: Duration,
    pub(super) throttle: Arc<Throttle>,
    /// Executes documents that are valid.
    pub(super) schema: &'static Schema,
    /// Executes those of them with null where no null may stand.
    pub(super) schema_for_null_arguments: &'static Schema,
    pub(super) language: &'static Language,
    pub(super) documents: Documents,
    pub(super) persisted: PersistedDocuments,
    pub(super) operations: Operations,
    pub(super) costs: &'static Costs,
    pub(super) groups: Groups,
    /// Running writes, for which stopping waits.
    writes: TaskTracker,
}

/// Parts of an engine that are built from the program's own schema. They are built once in a process, because no
/// setting changes the schema.
struct OfSchema {
    schema: Schema,
    schema_for_null_arguments: Schema,
    language: Language,
    costs: Costs,
}

#[expect(clippy::expect_used, reason = "the schema is the program's own, and a test holds it to be valid")]
static OF_SCHEMA: LazyLock<OfSchema> = LazyLock::new(|| {
    let schema = graphql::schema();
    let sdl = graphql::sdl_of(&schema);
    OfSchema {
        schema,
        schema_for_null_arguments: graphql::schema_for_null_arguments(),
        language: Language::new(&sdl, graphql::SCALAR_CHECKS).expect("the schema is valid"),
        costs: Costs::new(&sdl),
    }
});

impl Engine {
    /// Builds an engine over a domain.
    ///
    /// # Panics
    /// If the program's own schema is not valid. A test holds it to be.
    pub fn new(
        domain: domain::Context,
        limits: Limits,
        timeout: Duration,
        throttle: Arc<Throttle>,
        persisted: DocumentArgs,
        own_documents: TrustedDocuments,
    ) -> Self {
        let OfSchema { schema, schema_for_null_arguments, language, costs } = &*OF_SCHEMA;
        Self {
            domain,
            limits,
            timeout,
            throttle,
            schema,
            schema_for_null_arguments,
            language,
            documents: Documents::default(),
            persisted: PersistedDocuments::new(persisted, own_documents),
            operations: Operations::default(),
            costs,
            groups: Groups::default(),
            writes: TaskTracker::new(),
        }
    }

    /// Runs a write in its own task, so that it completes even when the client hangs up.
    pub(crate) async fn finish<T: Send + 'static>(&self, writing: impl Future<Output = T> + Send + 'static) -> T {
        match self.writes.spawn(writing.in_current_span()).await {
            Ok(outcome) => outcome,
            Err(ended) => match ended.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                // The process ends, and this task with it.
                Err(_) => std::future::pending().await,
            },
        }
    }

    /// Number of subscriptions that are told each change from here on.
    pub fn listeners(&self) -> usize {
        self.groups.listeners()
    }

    /// Waits until no write runs any more. None may begin after this.
    pub(crate) async fn wait_for_writes(&self) {
        self.writes.close();
        self.writes.wait().await;
    }
}
