//! Read store: rows straight from the driver, for the few reads that make up most of the traffic.
//!
//! sea-orm builds a record of every row; a [`RowVisitor`] sees the row in the driver's buffer. Each connection caches
//! prepared statements by their text, so a text must not contain values. Page limits are an exception, because there
//! are only a few.
//!
//! For all other reads the store is a read-only connection of sea-orm. An abandoned read is stopped in the database
//! too, when the client disconnects or the request times out.

use std::sync::Arc;

use quanta::Instant;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, Statement, prelude::async_trait};

use super::{
    pool::PoolState,
    postgres,
    relay::Relay,
    rows::RowVisitor,
    sqlite, sqlite_models,
    standby::{attempt::Attempt, state::State},
    statements::{Role, Statements},
    traffic::Traffic,
};
use crate::config::DatabaseConfig;

/// Connections for reading.
#[derive(Clone, Debug)]
pub struct ReadStore {
    engine: Engine,
    statements: Arc<Statements>,
    traffic: Traffic,
    /// Request that reads from a standby.
    attempt: Option<Arc<Attempt>>,
}

#[derive(Clone, Debug)]
enum Engine {
    Sqlite(sqlite::Readers, sqlite_models::File),
    Postgres(postgres::Server),
}

impl ReadStore {
    /// Opens the connections. SQLite has threads for rows and connections of sqlx for models; PostgreSQL has one pool
    /// for both.
    pub(super) fn open(
        config: &DatabaseConfig,
        relay: Option<&Relay>,
        statements: &Arc<Statements>,
        traffic: &Traffic,
    ) -> Result<Self, DbErr> {
        let engine = if config.is_sqlite() {
            Engine::Sqlite(sqlite::Readers::start(config)?, sqlite_models::File::open(config)?)
        } else {
            Engine::Postgres(postgres::Server::open(config, relay)?)
        };
        Ok(Self { engine, statements: Arc::clone(statements), traffic: traffic.clone(), attempt: None })
    }

    /// Opens connections to a standby. They do not count as traffic, because long work waits only for the primary.
    pub(super) fn of_standby(
        config: &DatabaseConfig,
        statements: &Arc<Statements>,
        state: &Arc<State>,
    ) -> Result<Self, DbErr> {
        let engine = Engine::Postgres(postgres::Server::of_standby(config, state)?);
        Ok(Self { engine, statements: Arc::clone(statements), traffic: Traffic::default(), attempt: None })
    }

    /// Returns the same connections, whose errors are noted for one request.
    pub(super) fn attempted_by(&self, attempt: &Arc<Attempt>) -> Self {
        Self { attempt: Some(Arc::clone(attempt)), ..self.clone() }
    }

    /// Runs a statement and passes its rows to `visitor`.
    pub async fn run<V: RowVisitor>(&self, statement: Statement, visitor: V) -> Result<V, DbErr> {
        self.run_as(self.role(), statement, visitor).await
    }

    fn role(&self) -> Role {
        if self.attempt.is_some() { Role::Standby } else { Role::Read }
    }

    /// Notes the end of a statement. An error on a standby ends the attempt, and is not passed on.
    async fn ended<T>(&self, role: Role, begun: Instant, outcome: Result<T, DbErr>) -> Result<T, DbErr> {
        self.statements.ended(role, 1, begun.elapsed());
        match (&self.attempt, outcome) {
            (Some(attempt), Err(cause)) => attempt.fail(cause).await,
            (_, outcome) => outcome,
        }
    }

    /// Does the same, for a statement that may write.
    pub(crate) async fn run_as<V: RowVisitor>(&self, role: Role, statement: Statement, visitor: V) -> Result<V, DbErr> {
        self.statements.note(&statement);
        self.traffic.note();
        let begun = Instant::now();
        let outcome = match &self.engine {
            Engine::Sqlite(readers, _) => readers.run(statement, visitor).await,
            Engine::Postgres(server) => server.run(statement, visitor).await,
        };
        self.ended(role, begun, outcome).await
    }

    /// Returns the states of the pools.
    pub(crate) fn pools(&self) -> Vec<PoolState> {
        match &self.engine {
            Engine::Sqlite(readers, file) => vec![readers.state(), file.state("models")],
            Engine::Postgres(server) => vec![server.state("statements")],
        }
    }

    /// Builds the error for an acquire timeout.
    pub(crate) fn timed_out(&self) -> DbErr {
        match &self.engine {
            Engine::Sqlite(_, file) => file.timed_out(),
            Engine::Postgres(server) => server.timed_out(),
        }
    }

    /// Closes connections that were idle for a while.
    pub(crate) fn close_idle(&self) {
        match &self.engine {
            Engine::Sqlite(_, file) => file.close_idle(),
            Engine::Postgres(server) => server.close_idle(),
        }
    }

    /// Refuses new statements, and waits for running ones.
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
        let begun = Instant::now();
        let outcome = match &self.engine {
            Engine::Sqlite(_, file) => file.rows(statement).await,
            Engine::Postgres(server) => server.rows(statement).await,
        };
        self.ended(self.role(), begun, outcome).await
    }
}
