//! From settings to a running application: used by `serve` and by the tests alike.

use std::sync::{Arc, atomic::AtomicBool};

use axum::Router;
use sea_orm::DbErr;

use crate::{
    clock::Clock,
    config::{DatabaseConfig, HttpArgs, Limits},
    db::{self, Db},
    domain::{self, Actor, refold},
    graphql::{self, documents::Documents, limits::Costs},
    http::{self, Shared},
};

/// A database that is open and up to date, and the routes over it.
pub struct App {
    /// What all requests share.
    pub shared: Arc<Shared>,
    /// The routes.
    pub router: Router,
}

impl App {
    /// Migrates and opens the database, and builds the schema and the routes.
    pub async fn open(database: &DatabaseConfig, http: HttpArgs, limits: Limits, clock: Clock) -> Result<Self, DbErr> {
        let db = open_database(database).await?;
        let shared = Arc::new(Shared {
            domain: domain::Context { db, clock, actor: Actor::default() },
            schema: graphql::schema(),
            schema_for_valid_documents: graphql::schema_for_valid_documents(),
            documents: Documents::default(),
            costs: Costs::new(&graphql::sdl()),
            limits,
            http,
            is_ready: AtomicBool::new(true),
        });
        let router = http::router(Arc::clone(&shared));
        Ok(Self { shared, router })
    }
}

/// Brings the schema and the folded keys up to date, and connects.
pub async fn open_database(database: &DatabaseConfig) -> Result<Db, DbErr> {
    db::migrate(database).await?;
    let db = Db::connect(database).await?;
    refold::bring_up_to_date(&db).await?;
    Ok(db)
}
