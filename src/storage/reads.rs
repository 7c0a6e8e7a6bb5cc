//! The read store: rows straight from the driver, for the few reads that make up most of the traffic.
//!
//! Where sea-orm builds a record of every row, a [`RowVisitor`] sees the row as it lies in the driver's buffer. Statements
//! are prepared once a connection and found again by their text, so a text must not hold values; limits are an exception,
//! because a page's limit is one of few.
//!
//! For all other reads it is a connection of sea-orm's that does not write. A read that nobody waits for any more, because
//! the client has gone or the request's time is over, is ended in the database too.

use std::sync::Arc;

use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, Statement, prelude::async_trait};

use super::{postgres, rows::RowVisitor, sqlite, sqlite_models, statements::Statements};
use crate::config::DatabaseConfig;

/// Connections to read by.
#[derive(Clone, Debug)]
pub struct ReadStore {
    engine: Engine,
    statements: Arc<Statements>,
}

#[derive(Clone, Debug)]
enum Engine {
    Sqlite(sqlite::Readers, sqlite_models::File),
    Postgres(postgres::Server),
}

impl ReadStore {
    /// On SQLite, readers on threads of their own and connections of sqlx's; on PostgreSQL connections for both.
    pub(crate) fn open(config: &DatabaseConfig, statements: &Arc<Statements>) -> Result<Self, DbErr> {
        let engine = if config.is_sqlite() {
            Engine::Sqlite(sqlite::Readers::start(config)?, sqlite_models::File::open(config)?)
        } else {
            Engine::Postgres(postgres::Server::open(config)?)
        };
        Ok(Self { engine, statements: Arc::clone(statements) })
    }

    /// Runs a statement and shows its rows to `visit`.
    pub async fn run<V: RowVisitor>(&self, statement: Statement, visit: V) -> Result<V, DbErr> {
        self.statements.note(&statement);
        match &self.engine {
            Engine::Sqlite(readers, _) => readers.run(statement, visit).await,
            Engine::Postgres(server) => server.run(statement, visit).await,
        }
    }

    /// The error for having waited too long for a connection.
    pub(crate) fn timed_out(&self) -> DbErr {
        match &self.engine {
            Engine::Sqlite(_, file) => file.timed_out(),
            Engine::Postgres(server) => server.timed_out(),
        }
    }

    /// Closes connections that were not needed for a while.
    pub(crate) fn close_idle(&self) {
        match &self.engine {
            Engine::Sqlite(_, file) => file.close_idle(),
            Engine::Postgres(server) => server.close_idle(),
        }
    }

    /// Takes no more statements, and waits for what runs.
    pub(crate) async fn close(&self) {
        match &self.engine {
            Engine::Sqlite(readers, file) => {
                readers.close().await;
                file.close().await;
            }
            Engine::Postgres(server) => server.close().await,
        }
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for ReadStore {
    fn get_database_backend(&self) -> DbBackend {
        match &self.engine {
            Engine::Sqlite(..) => DbBackend::Sqlite,
            Engine::Postgres(_) => DbBackend::Postgres,
        }
    }

    async fn execute_raw(&self, _: Statement) -> Result<ExecResult, DbErr> {
        Err(DbErr::Custom("the read store does not write".to_owned()))
    }

    async fn execute_unprepared(&self, _: &str) -> Result<ExecResult, DbErr> {
        Err(DbErr::Custom("the read store does not write".to_owned()))
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        Ok(self.query_all_raw(statement).await?.into_iter().next())
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.statements.note(&statement);
        match &self.engine {
            Engine::Sqlite(_, file) => file.rows(statement).await,
            Engine::Postgres(server) => server.rows(statement).await,
        }
    }
}
