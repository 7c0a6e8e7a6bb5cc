//! Context of resolvers.

use std::{
    hash::Hash,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use async_graphql::{
    Context,
    dataloader::{DataLoader, Loader},
};
use futures_util::future::BoxFuture;

use super::{
    error::{ApiError, ApiResult},
    loaders::{Batch, inline::Inline},
};
use crate::{
    config::Limits,
    domain::{self, access::SignedIn},
    storage::{Db, Lsn},
    throttle::Throttle,
};

/// The state of one request: the domain's context, the limits and the request's own loaders.
pub struct RequestState {
    /// Context of domain functions.
    pub domain: domain::Context,
    /// Limits of one request.
    pub limits: Limits,
    queue: Inline,
    loader: OnceLock<DataLoader<Batch>>,
    /// False where the library has to merge the values of top-level fields; see [`super::fast`].
    pub may_take_fast_path: bool,
    /// The errors of the request's mutation, where it was refused already.
    pub refused: Option<Vec<domain::UserError>>,
    /// How often somebody may try.
    pub throttle: Arc<Throttle>,
    /// Headers that the answer needs.
    pub headers: Arc<ResponseHeaders>,
}

/// Changes that an execution asks of the HTTP answer's headers.
#[derive(Debug, Default)]
pub struct ResponseHeaders {
    session: Mutex<Option<SessionChange>>,
    retry_after_seconds: Mutex<Option<u64>>,
    position: Mutex<Option<Lsn>>,
}

/// Change of the caller's session, so that a browser's cookie can follow.
#[derive(Clone, Debug)]
pub enum SessionChange {
    /// One began.
    Begun(Box<SignedIn>),
    /// It ended.
    Ended,
}

impl ResponseHeaders {
    /// The last change of the session, if any.
    pub fn session(&self) -> Option<SessionChange> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// After how many seconds another try will be answered, where one was refused.
    pub fn retry_after_seconds(&self) -> Option<u64> {
        *self.retry_after_seconds.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Position in the database's log that a later query must see, where there are standbys.
    pub fn position(&self) -> Option<Lsn> {
        *self.position.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn read_after(&self, position: Lsn) {
        *self.position.lock().unwrap_or_else(PoisonError::into_inner) = Some(position);
    }

    pub(crate) fn session_changed(&self, change: SessionChange) {
        *self.session.lock().unwrap_or_else(PoisonError::into_inner) = Some(change);
    }

    pub(crate) fn retry_after(&self, seconds: u64) {
        *self.retry_after_seconds.lock().unwrap_or_else(PoisonError::into_inner) = Some(seconds);
    }
}

impl RequestState {
    /// The state of a new request, whose loads run on the queue given.
    pub fn new(domain: domain::Context, limits: Limits, throttle: Arc<Throttle>, queue: &Inline) -> Self {
        Self {
            domain,
            limits,
            queue: queue.clone(),
            loader: OnceLock::new(),
            may_take_fast_path: false,
            refused: None,
            throttle,
            headers: Arc::default(),
        }
    }

    /// Batched reads. One per request: shared ones would be stale after mutations and cross access rules.
    pub fn loader(&self) -> &DataLoader<Batch> {
        self.loader.get_or_init(|| {
            let batch = Batch { db: self.domain.db.clone() };
            // No delay: the queue is polled only when the execution can go no further.
            DataLoader::new(batch, self.queue.spawner(), self.queue.timer()).max_batch_size(10_000)
        })
    }
}

/// Refuses a list of ids that is longer than one query may carry.
pub(crate) fn check_ids(ids: &[async_graphql::ID], limits: &Limits) -> ApiResult<()> {
    let most = limits.ids_max as usize;
    if ids.len() > most {
        return Err(ApiError::bad_input(format!("At most {most} ids fit in one call; split the list.")));
    }
    Ok(())
}

/// Short ways to the request's state.
pub(crate) trait ContextExt {
    fn state(&self) -> &RequestState;

    fn domain(&self) -> &domain::Context {
        &self.state().domain
    }

    fn db(&self) -> &Db {
        &self.domain().db
    }

    fn loader(&self) -> &DataLoader<Batch> {
        self.state().loader()
    }

    /// Loads with others of its kind. In a box: every field of a type has a future as large as its largest field's.
    fn load_one<K>(&self, key: K) -> BoxFuture<'_, ApiResult<Option<<Batch as Loader<K>>::Value>>>
    where
        K: Send + Sync + Hash + Eq + Clone + 'static,
        Batch: Loader<K, Error = ApiError>,
    {
        Box::pin(self.loader().load_one(key))
    }
}

impl ContextExt for Context<'_> {
    fn state(&self) -> &RequestState {
        self.data_unchecked::<RequestState>()
    }
}

/// True when the query selects the field, directly or in a fragment, of what is being resolved.
pub(crate) fn selects(ctx: &Context<'_>, field: &str) -> bool {
    ctx.look_ahead().field(field).exists()
}
