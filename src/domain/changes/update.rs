//! Updating a record and recording what that changed, for contacts and companies.
//!
//! The database itself compares the row with what is written, so that the row need not be read first. On PostgreSQL all
//! of it is one statement: an update is a single round trip, and a transaction of its own.

use sea_orm::{
    ActiveModelTrait, ActiveValue, ColumnTrait, ColumnType, DbBackend, DbErr, EntityTrait, IdenStatic, Iterable,
    QueryFilter, QueryTrait, Statement, TryIntoModel, Value,
    sea_query::{Expr, ExprTrait, Query},
};
use uuid::Uuid;

use super::{
    made::{Made, numbered},
    record::TX,
};
use crate::{
    domain::{
        Context,
        error::Result,
        trash::{self, Trashable},
    },
    entity::change::Kind,
    read::{self, Row, Visit},
};

/// A table whose updates are recorded field by field.
pub(crate) trait Recorded: Trashable<ActiveModel: TryIntoModel<Self::Model>> {
    /// The fields that are recorded, by their names in the API.
    fn fields() -> &'static [(&'static str, Self::Column)];
}

/// Writes the columns that `row` sets, where the record is as the caller expects; none where it is not. Only records
/// that are not in the trash are given a status.
pub(crate) async fn update<E: Recorded>(
    ctx: &Context,
    id: Uuid,
    row: E::ActiveModel,
    expected_version: Option<i32>,
) -> Result<Option<E::Model>> {
    let set = E::fields().iter().filter_map(|(name, column)| match row.get(*column) {
        ActiveValue::Set(value) => Some(SetField { name, column: *column, value }),
        _ => None,
    });
    let update = Update::<E> { ctx, id, set: set.collect(), row, expected_version };
    let updated = match ctx.db.backend() {
        DbBackend::Postgres => update.in_one_statement().await?,
        _ => update.in_two_statements().await?,
    };
    if updated.is_some() {
        ctx.feed.wrote();
    }
    Ok(updated)
}

/// A field that is written, if perhaps with the value that it has.
struct SetField<E: Recorded> {
    name: &'static str,
    column: E::Column,
    value: Value,
}

struct Update<'a, E: Recorded> {
    ctx: &'a Context,
    id: Uuid,
    row: E::ActiveModel,
    set: Vec<SetField<E>>,
    expected_version: Option<i32>,
}

impl<E: Recorded> Update<'_, E> {
    /// The guarded update of the row for which `which` is true.
    fn update(&self, which: Expr) -> sea_orm::UpdateMany<E> {
        let life = E::life();
        let mut update = E::update_many()
            .set(self.row.clone())
            .col_expr(life.version, Expr::col(life.version).add(1))
            .col_expr(life.updated_at, Expr::val(self.ctx.clock.now()))
            .filter(which);
        if let Some(version) = self.expected_version {
            update = update.filter(life.version.eq(version));
        }
        if self.sets_status() { update.filter(trash::live::<E>()) } else { update }
    }

    fn sets_status(&self) -> bool {
        self.row.get(E::life().status).is_set()
    }

    /// The row is locked before it is compared, so that the values before are those that the update replaces, whoever
    /// else writes.
    async fn in_one_statement(self) -> Result<Option<E::Model>> {
        let table = E::default().table_name().to_owned();
        let mut update = self.update(Expr::cust(format!("{table}.id = (SELECT id FROM old)"))).into_query();
        update.returning(Query::returning().columns(E::Column::iter()));
        let Statement { sql, values, .. } = DbBackend::Postgres.build(&update);
        let mut values = values.map(|values| values.0).unwrap_or_default();
        let id = numbered(&mut values, self.id.into(), "uuid");
        let made = Made::numbered(self.ctx, &mut values);
        let pairs = self.set.iter().map(|field| {
            let column = field.column.as_str();
            let (before, after) =
                (self.shown(field, &format!("old.{column}")), self.shown(field, &format!("new.{column}")));
            format!("'{}', jsonb_build_array({before}, {after})", field.name)
        });
        let recorded =
            made.insert::<E>(Kind::Updated, "new.id", &format!("jsonb_build_object({})", joined(pairs)), Some(TX));
        let sql = format!(
            "WITH old AS (SELECT * FROM {table} WHERE id = {id} FOR NO KEY UPDATE), new AS ({sql}), \
             recorded AS ({recorded} FROM old, new) SELECT * FROM new"
        );
        let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
        let Written(updated) = self.ctx.db.run_alone(statement, Written::<E>(None)).await?;
        Ok(updated)
    }

    /// SQLite's writers take turns, so that the row stays as it was compared.
    async fn in_two_statements(self) -> Result<Option<E::Model>> {
        let ctx = self.ctx;
        let mut values = Vec::new();
        let made = Made::marked(ctx, &mut values);
        let pairs = self.set.iter().map(|field| {
            values.push(field.value.clone());
            let (before, after) = (self.shown(field, field.column.as_str()), self.shown(field, "?"));
            format!("'{}', json_array({before}, {after})", field.name)
        });
        let fields = format!("json_object({})", joined(pairs));
        let table = E::default().table_name().to_owned();
        let mut sql = format!("{} FROM {table} WHERE id = ?", made.insert::<E>(Kind::Updated, "id", &fields, None));
        values.push(self.id.into());
        if let Some(version) = self.expected_version {
            sql.push_str(" AND version = ?");
            values.push(version.into());
        }
        if self.sets_status() {
            sql = format!("{sql} AND {}", E::LIVE);
        }
        let record = Statement::from_sql_and_values(DbBackend::Sqlite, sql, values);
        let mut update = self.update(E::life().id.eq(self.id)).into_query();
        update.returning(Query::returning().columns(E::Column::iter()));
        let statements = vec![record, DbBackend::Sqlite.build(&update)];
        let Written(updated) = ctx.db.run_together(statements, Written::<E>(None)).await?;
        Ok(updated)
    }

    /// A column's value as the API shows it.
    fn shown(&self, field: &SetField<E>, sql: &str) -> String {
        if field.column.as_str() == E::life().status.as_str() {
            return format!("upper({sql})");
        }
        let is_json = matches!(field.column.def().get_column_type(), ColumnType::Json | ColumnType::JsonBinary);
        if is_json && self.ctx.db.backend() == DbBackend::Sqlite { format!("json({sql})") } else { sql.to_owned() }
    }
}

/// The row as it was written.
struct Written<E: EntityTrait>(Option<E::Model>);

impl<E: Recorded> Visit for Written<E> {
    fn row(&mut self, row: &impl Row) -> std::result::Result<(), DbErr> {
        self.0 = Some(read::model::<E>(row)?);
        Ok(())
    }
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}
