//! Names of migrations: those that this program knows, and those that a database has seen.

use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};

/// Names of the migrations that this program knows, in their order.
pub(crate) fn known_migrations() -> Vec<String> {
    Migrator::migrations().iter().map(|known| known.name().to_owned()).collect()
}

/// Names of the migrations that a database has seen, in their order; none where there is no table of them.
pub(crate) async fn applied_migrations(db: &impl ConnectionTrait) -> Result<Vec<String>, DbErr> {
    let backend = db.get_database_backend();
    let is_there = if backend == DbBackend::Sqlite {
        "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'seaql_migrations')"
    } else {
        "SELECT to_regclass('seaql_migrations') IS NOT NULL"
    };
    let row = db.query_one_raw(Statement::from_string(backend, is_there)).await?;
    if !row.map_or(Ok(false), |row| row.try_get_by_index::<bool>(0))? {
        return Ok(Vec::new());
    }
    let sql = "SELECT version FROM seaql_migrations ORDER BY applied_at, version";
    let rows = db.query_all_raw(Statement::from_string(backend, sql)).await?;
    rows.iter().map(|row| row.try_get_by_index(0)).collect()
}
