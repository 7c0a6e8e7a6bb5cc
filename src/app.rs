//! From settings to a running application: used by `serve` and by the tests alike.

use std::{sync::Arc, time::Duration};

use tokio::sync::watch;

use crate::{
    clock::Clock,
    config::{AccessArgs, DatabaseConfig, HttpArgs, Limits},
    domain::{self, Actor, access::TokenCache, changes, rekey},
    engine::Engine,
    http::{self, Readiness, SessionCookie, Shared, Sockets},
    storage::{self, Db, OpenError},
    throttle::Throttle,
};

/// A database that is open and up to date, and the routes over it.
pub struct App {
    /// What all requests share.
    pub shared: Arc<Shared>,
    /// What answers requests.
    pub service: http::Service,
}

impl App {
    /// Migrates and opens the database, and builds the schema and the service.
    pub async fn open(
        database: &DatabaseConfig,
        http: HttpArgs,
        access: AccessArgs,
        limits: Limits,
        clock: Clock,
    ) -> Result<Self, OpenError> {
        let db = open_database(database).await?;
        let domain = domain::Context {
            db,
            clock,
            actor: Actor::default(),
            token_cache: Arc::new(TokenCache::new(access.lifetimes())),
            feed: Arc::default(),
        };
        let throttle = Arc::new(Throttle::new(&access.rates, http.dev));
        let timeout = Duration::from_millis(http.request_timeout_ms);
        let engine = Engine::new(domain.clone(), limits, timeout, Arc::clone(&throttle), http.documents.clone());
        let shared = Arc::new(Shared {
            engine: Arc::new(engine),
            domain,
            limits,
            cookie: SessionCookie::new(access.public_url.as_ref()),
            access,
            throttle,
            sockets: Sockets::new(http.max_websockets),
            readiness: Readiness::default(),
            stopping: watch::Sender::new(false),
            http,
        });
        let service = http::service(Arc::clone(&shared));
        Ok(Self { shared, service })
    }
}

/// Brings the schema up to date, and the keys that identify records, and connects. See [`rekey::finish`] for the others.
pub async fn open_database(database: &DatabaseConfig) -> Result<Db, OpenError> {
    storage::migrate(database, async |connection| changes::keep_the_order(connection).await).await?;
    let failed = |cause| OpenError::new(database, &cause);
    let db = Db::connect(database).await.map_err(failed)?;
    rekey::begin(&db).await.map_err(failed)?;
    Ok(db)
}
