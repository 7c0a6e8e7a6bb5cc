//! Values that no two records share: another record may hold a record's former value by now.

use std::collections::{HashMap, HashSet};

use sea_orm::{
    ConnectionTrait, EntityTrait, FromQueryResult, ModelTrait, QueryFilter, QuerySelect, Value, sea_query::Expr,
};
use uuid::Uuid;

use super::{kept::Kept, records::Records};
use crate::{
    domain::{condition::is_one_of, described, error::Result, merging, parse_id, refusal::Keyed},
    entity::user,
    resources::Field,
};

/// The columns that hold them: the caller's own key, and the login user.
const COLUMNS: [&str; 2] = ["external_id", merging::USER_ID];

/// A record's value as text.
fn value_of<E: Keyed>(record: &E::Model, column: E::Column) -> Option<String> {
    match record.get(column) {
        Value::String(text) => text,
        Value::Uuid(id) => id.map(|id| id.to_string()),
        _ => None,
    }
}

impl<E: Keyed> Records<'_, E>
where
    E::Model: Clone + FromQueryResult,
{
    /// Leaves the value of each record whose former value another record has by now.
    pub(super) async fn leave_taken(&mut self, kept: &mut Kept) -> Result<()> {
        for name in COLUMNS {
            let Some(column) = described::column::<E>(name) else { continue };
            let values: Vec<String> = self.wanted(column).into_keys().collect();
            if values.is_empty() {
                continue;
            }
            let holders = self.holders(name, column, &values).await?;
            let lost = self.lost(name, &values).await?;
            loop {
                let wanted = self.wanted(column);
                let holds = |(id, value): &&(Uuid, String)| {
                    let present = self.present.get(id);
                    present.is_none_or(|record| value_of::<E>(record, column).as_ref() == Some(value))
                };
                let taken = holders
                    .iter()
                    .filter(holds)
                    .find_map(|(holder, value)| wanted.get(value).copied().filter(|id| id != holder));
                let Some(id) = taken.or_else(|| lost.iter().find_map(|value| wanted.get(value).copied())) else {
                    break;
                };
                self.leave(id, name, kept)?;
            }
        }
        Ok(())
    }

    /// The records that are going to have another value than they have, by it.
    fn wanted(&self, column: E::Column) -> HashMap<String, Uuid> {
        let wanted = self.changed.iter().filter_map(|id| {
            let (stored, present) = (self.stored.get(id)?, self.present.get(id)?);
            let value = value_of::<E>(present, column)?;
            (value_of::<E>(stored, column).as_ref() != Some(&value)).then_some((value, *id))
        });
        wanted.collect()
    }

    /// The records that have one of the values in the database.
    async fn holders(&self, name: &str, column: E::Column, values: &[String]) -> Result<Vec<(Uuid, String)>> {
        let (backend, column_name) =
            (self.write.tx.get_database_backend(), Expr::col((E::RESOURCE.table, name.to_owned())));
        let ids: Vec<Uuid> = values.iter().filter_map(|value| parse_id(value)).collect();
        let these = match name {
            merging::USER_ID => is_one_of(column_name, &ids, backend),
            _ => is_one_of(column_name, values, backend),
        };
        let holders = E::find().filter(these).all(&self.write.tx).await?;
        let pair = |holder: &E::Model| Some((E::id_and_time(holder).0, value_of::<E>(holder, column)?));
        Ok(holders.iter().filter_map(pair).collect())
    }

    /// Returns the user ids, among the values, whose users no longer exist.
    async fn lost(&self, name: &str, values: &[String]) -> Result<Vec<String>> {
        if name != merging::USER_ID {
            return Ok(Vec::new());
        }
        let ids: Vec<Uuid> = values.iter().filter_map(|value| parse_id(value)).collect();
        let these = is_one_of(Expr::col(user::Column::Id), &ids, self.write.tx.get_database_backend());
        let known = user::Entity::find().select_only().column(user::Column::Id).filter(these);
        let known: Vec<Uuid> = known.into_tuple().all(&self.write.tx).await?;
        Ok(ids.iter().filter(|id| !known.contains(id)).map(Uuid::to_string).collect())
    }

    /// Leaves a column of a record as it is stored, with those that hold other forms of it.
    fn leave(&mut self, id: Uuid, name: &str, kept: &mut Kept) -> Result<()> {
        let (Some(stored), Some(present)) = (self.stored.get(&id), self.present.get_mut(&id)) else { return Ok(()) };
        let field = E::RESOURCE.fields.iter().find(|field| field.column == name);
        for column in field.into_iter().flat_map(columns_of).filter_map(described::column::<E>) {
            present.try_set(column, stored.get(column))?;
        }
        let recorded = if name == merging::USER_ID { merging::USER } else { field.map_or("", |field| field.name) };
        kept.add(E::SUBJECT, id, recorded);
        Ok(())
    }

    /// Clears values that pass from one of the rows to another, because a row may be written before the one that gives its
    /// value up.
    pub(super) async fn free_passed(&self, rows: &[(&E::Model, &E::Model)]) -> Result<()> {
        for name in COLUMNS {
            let Some(column) = described::column::<E>(name) else { continue };
            let value = |record: &E::Model| value_of::<E>(record, column);
            let given_up: HashMap<String, Uuid> = rows
                .iter()
                .filter(|(stored, present)| value(stored) != value(present))
                .filter_map(|(stored, _)| Some((value(stored)?, E::id_and_time(stored).0)))
                .collect();
            let giver = |(stored, present): &(&E::Model, &E::Model)| {
                let giver = given_up.get(&value(present)?)?;
                (*giver != E::id_and_time(stored).0).then_some(*giver)
            };
            let givers: Vec<Uuid> = rows.iter().filter_map(giver).collect::<HashSet<_>>().into_iter().collect();
            if givers.is_empty() {
                continue;
            }
            E::update_many()
                .col_expr(column, Expr::cust("NULL"))
                .filter(is_one_of(Expr::col(E::trash_columns().id), &givers, self.write.tx.get_database_backend()))
                .exec(&self.write.tx)
                .await?;
        }
        Ok(())
    }
}

/// The columns that hold a field: its own, and those with other forms of it.
fn columns_of(field: &'static Field) -> impl Iterator<Item = &'static str> {
    [field.column].into_iter().chain(field.folded.map(|folded| folded.column)).chain(field.lower)
}
