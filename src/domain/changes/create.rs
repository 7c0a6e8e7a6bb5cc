//! Creating a record and recording that, for contacts and companies: one trip to the database, as for updates.

use sea_orm::{DbBackend, DbErr, QueryTrait, Statement};
use uuid::Uuid;

use super::statement;
use crate::{
    domain::{Context, error::Result, trash::Trashable},
    entity::change::ChangeKind,
    storage::{Parameters, Row, RowVisitor},
};

/// Inserts a record, whose id the server made, and records that.
pub(crate) async fn create<E: Trashable>(ctx: &Context, id: Uuid, row: E::ActiveModel) -> Result<()> {
    let insert = E::insert(row).build(ctx.db.backend());
    if ctx.db.backend() == DbBackend::Postgres {
        ctx.db.run_alone(with_record::<E>(ctx, insert), Unseen).await?;
    } else {
        ctx.db.run_together(vec![insert, record::<E>(ctx, id)], Unseen).await?;
    }
    ctx.feed.wrote();
    Ok(())
}

/// PostgreSQL's one statement for both.
fn with_record<E: Trashable>(ctx: &Context, insert: Statement) -> Statement {
    let sql = insert.sql.clone();
    let mut parameters = Parameters::from(insert);
    let recorded = statement::insert::<E>(ctx, &mut parameters, (ChangeKind::Created, "created_at"), "new.id", "NULL");
    parameters.statement(format!("WITH new AS ({sql} RETURNING id, created_at) {recorded} FROM new"))
}

/// SQLite's statement after the insertion.
fn record<E: Trashable>(ctx: &Context, id: Uuid) -> Statement {
    let mut parameters = Parameters::new(DbBackend::Sqlite);
    let recorded = statement::insert::<E>(ctx, &mut parameters, (ChangeKind::Created, "created_at"), "id", "NULL");
    let (table, id) = (E::default().table_name().to_owned(), parameters.bind(id));
    parameters.statement(format!("{recorded} FROM {table} WHERE id = {id}"))
}

/// Visitor of a statement that returns no rows.
struct Unseen;

impl RowVisitor for Unseen {
    fn row(&mut self, _: &impl Row) -> std::result::Result<(), DbErr> {
        Ok(())
    }
}
