//! The search entries of many new rows on SQLite, written in the order of the rows' search numbers.
//!
//! FTS5 writes a part of its index for each row that comes out of order, which is what triggers give it. A row that is
//! inserted with its search number gets no entries from them; those of all such rows follow in one statement.

use std::collections::{BTreeSet, HashMap};

use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, IdenStatic, Iterable, Statement, Value,
};

use super::parameter::Numbers;

/// Fewest rows that are worth two statements more.
const ROWS_MIN: usize = 16;
/// Letters of a name that its search number begins with.
const LETTERS: usize = 8;
/// Bits of a search number behind the name's beginning.
const ROW_BITS: u32 = 22;
/// Last row number of a beginning.
const LAST: i64 = (1 << ROW_BITS) - 1;

/// The place of new rows in the search indexes.
pub(super) struct Place {
    table: String,
    /// The last row before them.
    after: i64,
    pub(super) numbers: Numbers,
}

/// Finds search numbers for rows. None for rows that the triggers are to index: of tables that are not searched, a few
/// rows, and a beginning of names that has no room behind its last one.
pub(super) async fn place<E: EntityTrait<ActiveModel: Sync>>(
    tx: &impl ConnectionTrait,
    rows: &[E::ActiveModel],
) -> Result<Option<Place>, DbErr> {
    let table = E::default().table_name().to_owned();
    let is_searched = table == "contacts" || table == "companies";
    let name_key = E::Column::iter().find(|column| column.as_str() == "name_key");
    let Some(name_key) = name_key.filter(|_| is_searched && rows.len() >= ROWS_MIN) else { return Ok(None) };
    if tx.get_database_backend() != DbBackend::Sqlite {
        return Ok(None);
    }
    let beginnings: Vec<i64> = rows
        .iter()
        .map(|row| match row.get(name_key).into_value() {
            Some(Value::String(Some(key))) => beginning(&key),
            _ => 0,
        })
        .collect();
    let (after, mut next) = next_numbers(tx, &table, &beginnings).await?;
    let mut numbers = Vec::with_capacity(rows.len());
    for beginning in beginnings {
        let Some(number) = next.get_mut(&beginning).filter(|number| **number <= (beginning << ROW_BITS) + LAST) else {
            return Ok(None);
        };
        numbers.push(*number);
        *number += 1;
    }
    Ok(Some(Place { table, after, numbers: Numbers { name: "search_number", of_rows: numbers } }))
}

/// The last row of the table, and for each beginning the number behind its last row.
async fn next_numbers(
    tx: &impl ConnectionTrait,
    table: &str,
    beginnings: &[i64],
) -> Result<(i64, HashMap<i64, i64>), DbErr> {
    let distinct: BTreeSet<i64> = beginnings.iter().copied().collect();
    let list = serde_json::to_string(&distinct).map_err(|cause| DbErr::Json(cause.to_string()))?;
    let sql = format!(
        "SELECT value, COALESCE((SELECT search_number + 1 FROM {table} \
         WHERE search_number BETWEEN value << {ROW_BITS} AND (value << {ROW_BITS}) + {LAST} \
         ORDER BY search_number DESC LIMIT 1), value << {ROW_BITS}), \
         (SELECT COALESCE(max(row_number), 0) FROM {table}) FROM json_each($1)"
    );
    let found = tx.query_all_raw(Statement::from_sql_and_values(DbBackend::Sqlite, sql, [list.into()])).await?;
    let (mut after, mut next) = (0, HashMap::with_capacity(found.len()));
    for row in found {
        next.insert(row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        after = row.try_get_by_index(2)?;
    }
    Ok((after, next))
}

impl Place {
    /// Writes the entries of the rows, which are inserted by now.
    pub(super) async fn index(self, tx: &impl ConnectionTrait) -> Result<(), DbErr> {
        let sql = format!("INSERT INTO {}_to_index (after) VALUES ($1)", self.table);
        tx.execute_raw(Statement::from_sql_and_values(DbBackend::Sqlite, sql, [self.after.into()])).await?;
        Ok(())
    }
}

/// The beginning of a folded name as a number, which the column `name_order` has too. Beginnings of Latin letters are
/// numbers of five bits for each letter; of other scripts the first two code points count.
fn beginning(name_key: &str) -> i64 {
    let is_plain = |letter: &char| matches!(letter, 'a'..='z' | ' ');
    let plain = name_key.chars().take(LETTERS).take_while(is_plain).count();
    let number = |letter: char| match letter {
        ..' ' => 1,
        ' ' => 2,
        ..'a' => 3,
        'a'..='z' => i64::from(u32::from(letter)) - 93,
        _ => 30,
    };
    // Nothing counts behind a letter that shares its number with others.
    let mut letters = name_key.chars().take(plain + 1).map(number);
    let order = (0..LETTERS).fold(0, |order, _| (order << 5) + letters.next().unwrap_or(0));
    if plain > 0 {
        return order;
    }
    let mut points = name_key.chars().map(|letter| i64::from(u32::from(letter)));
    let (first, second) = (points.next().unwrap_or(0), points.next().unwrap_or(0));
    order + if first >= 131_071 { 131_071 << 18 } else { (first << 18) + second.min(262_143) }
}
