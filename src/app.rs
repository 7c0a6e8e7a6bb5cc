//! Builds a running application from settings, for `serve` and for the tests.

use std::{sync::Arc, time::Duration};

use sea_orm::DatabaseConnection;
use tokio::sync::watch;

use crate::{
    clock::Clock,
    config::{AccessArgs, DatabaseConfig, HttpArgs, Limits},
    domain::{self, Actor, access::TokenCache, changes, rekey, restored, webhooks::Outbound},
    engine::Engine,
    http::{self, Exports, Looks, Readiness, SessionCookie, Shared, Sockets},
    oidc::Providers,
    storage::{self, Db, OpenError},
    throttle::Throttle,
};

/// Database that is open and migrated, and the routes over it.
pub struct App {
    /// State that all requests share.
    pub shared: Arc<Shared>,
    /// Service that answers requests.
    pub service: http::Service,
}

impl App {
    /// Migrates and opens the database, and builds the schema and the service.
    pub async fn open(
        database: &DatabaseConfig,
        http: HttpArgs,
        access: AccessArgs,
        limits: Limits,
        outbound: Arc<Outbound>,
        clock: Clock,
    ) -> Result<Self, OpenError> {
        let db = open_database(database).await?;
        let domain = domain::Context {
            db,
            clock,
            actor: Actor::default(),
            token_cache: Arc::new(TokenCache::new(access.lifetimes())),
            feed: Arc::default(),
            groups: Arc::default(),
            outbound,
            passwords: access.passwords,
        };
        let throttle = Arc::new(Throttle::new(&access.rates, http.dev));
        let timeout = Duration::from_millis(http.request_timeout_ms);
        let documents = http.documents.clone();
        let engine = Engine::new(domain.clone(), limits, timeout, Arc::clone(&throttle), documents, http::documents());
        let shared = Arc::new(Shared {
            engine: Arc::new(engine),
            domain,
            limits,
            cookie: SessionCookie::new(access.public_url.as_ref()),
            providers: Providers::new(&access),
            access,
            throttle,
            sockets: Sockets::new(http.max_websockets),
            exports: Exports::default(),
            readiness: Readiness::default(),
            looks: Looks::default(),
            stopping: watch::Sender::new(false),
            http,
        });
        let service = http::service(Arc::clone(&shared));
        Ok(Self { shared, service })
    }
}

/// Migrates the schema, completes a restore, rebuilds the keys that identify records, and connects. [`rekey::finish`] rebuilds the other
/// keys.
pub async fn open_database(database: &DatabaseConfig) -> Result<Db, OpenError> {
    let finish = async |connection: &DatabaseConnection| {
        restored::settle(connection, &Clock::default()).await?;
        changes::keep_the_order(connection).await
    };
    storage::migrate(database, finish).await?;
    let failed = |cause| OpenError::new(database, &cause);
    let db = Db::connect(database).await.map_err(failed)?;
    rekey::begin(&db).await.map_err(failed)?;
    Ok(db)
}
