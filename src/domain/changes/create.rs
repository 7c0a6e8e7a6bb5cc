//! Creating a record and recording that, for contacts and companies: one trip to the database, as for updates.

use sea_orm::{DbBackend, DbErr, Iterable, PrimaryKeyToColumn, QueryTrait, Statement};
use uuid::Uuid;

use super::statement::{self, Parameters};
use crate::{
    domain::{Context, error::Result, trash::Trashable},
    entity::change::Kind,
    read::{Row, Visit},
};

/// Inserts a record and records that; false when one with its id exists.
pub(crate) async fn create<E: Trashable>(ctx: &Context, id: Uuid, row: E::ActiveModel) -> Result<bool> {
    let key = E::PrimaryKey::iter().map(PrimaryKeyToColumn::into_column);
    let insert = E::insert(row).on_conflict_do_nothing_on(key).build(ctx.db.backend());
    let Inserted(is_new) = if ctx.db.backend() == DbBackend::Postgres {
        ctx.db.run_alone(with_record::<E>(ctx, insert), Inserted::default()).await?
    } else {
        ctx.db.run_together(vec![insert, record::<E>(ctx, id)], Inserted::default()).await?
    };
    if is_new {
        ctx.feed.wrote();
    }
    Ok(is_new)
}

/// PostgreSQL's one statement for both.
fn with_record<E: Trashable>(ctx: &Context, insert: Statement) -> Statement {
    let sql = insert.sql.clone();
    let mut parameters = Parameters::from(insert);
    let recorded = statement::insert::<E>(ctx, &mut parameters, Kind::Created, "new.id", "NULL");
    parameters
        .statement(format!("WITH new AS ({sql} RETURNING id), recorded AS ({recorded} FROM new) SELECT id FROM new"))
}

/// What SQLite runs after the insertion: nothing was inserted where nothing has changed.
fn record<E: Trashable>(ctx: &Context, id: Uuid) -> Statement {
    let mut parameters = Parameters::new(DbBackend::Sqlite);
    let recorded = statement::insert::<E>(ctx, &mut parameters, Kind::Created, "id", "NULL");
    let (table, id) = (E::default().table_name().to_owned(), parameters.bind(id));
    parameters.statement(format!("{recorded} FROM {table} WHERE id = {id} AND changes() > 0 RETURNING subject_id"))
}

#[derive(Default)]
struct Inserted(bool);

impl Visit for Inserted {
    fn row(&mut self, _: &impl Row) -> std::result::Result<(), DbErr> {
        self.0 = true;
        Ok(())
    }
}
