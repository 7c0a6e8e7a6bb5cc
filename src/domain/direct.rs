//! The reads that make up most of the traffic, without models: a caller says which columns it wants and sees the rows
//! as the driver has them. What is found, and in which order, is the same as elsewhere: the statements are made of
//! the same parts.

use std::borrow::Cow;

use sea_orm::{
    DbBackend, EntityTrait, QuerySelect, QueryTrait, Select, Statement,
    sea_query::{Alias, Expr, Query},
};
use uuid::Uuid;

use super::{
    companies, contacts,
    error::Result,
    filter::is_one_of,
    memberships,
    page::{self, CursorColumns, PageRequest, SortKey, SortValue},
    search::{Indexed, Term},
};
use crate::{
    entity::contact,
    storage::Db,
    storage::{Row, RowVisitor, projection::Projection},
};

/// A list that can be read directly.
#[derive(Debug)]
pub enum List<'a> {
    /// Contacts in an order; by name when it is empty.
    Contacts(&'a contacts::Selection, &'a [contacts::OrderBy]),
    /// Companies in an order; by name when it is empty.
    Companies(&'a companies::Selection, &'a [companies::OrderBy]),
    /// The memberships of a company.
    Roster(Uuid),
}

/// Makes the cursors of a page's rows.
#[derive(Debug)]
pub struct Cursors(CursorColumns);

/// Where a row stands in its list.
#[derive(Clone, Debug)]
pub struct Position(Vec<SortValue>);

impl Cursors {
    /// Takes the sort values from a row.
    pub fn position(&self, row: &impl Row) -> Position {
        Position(self.0.values(row))
    }

    /// The cursor that points at a row.
    pub fn cursor(&self, position: &Position) -> String {
        self.0.cursor(&position.0)
    }
}

/// Shows the rows of a page, and of one more if there is one, to a visitor; backwards when the request is. The
/// visitor gets the means to make cursors if it says that it needs them.
pub async fn page<V: RowVisitor>(
    db: &Db,
    list: List<'_>,
    request: &PageRequest,
    projection: &Projection,
    needs_cursors: bool,
    visitor: impl FnOnce(Option<Cursors>) -> V,
) -> Result<V> {
    match list {
        List::Contacts(selection, order) => {
            let order = contacts::keys(order);
            read(db, selection.select(db).await?, &order, request, projection, needs_cursors, visitor).await
        }
        List::Companies(selection, order) => {
            let order = companies::keys(order);
            read(db, selection.select(db).await?, &order, request, projection, needs_cursors, visitor).await
        }
        List::Roster(company_id) => {
            let select = memberships::members(db.backend(), &[company_id]);
            read(db, select, &memberships::roster_order(), request, projection, needs_cursors, visitor).await
        }
    }
}

/// The live contacts that a picker shows.
pub async fn search_contacts<V: RowVisitor>(
    db: &Db,
    term: &Term,
    limit: u64,
    exclude: &[Uuid],
    projection: &Projection,
    visitor: V,
) -> Result<V> {
    let select = term.matching::<contact::Entity>(Indexed::Contacts, db, limit, exclude).await?;
    let request = PageRequest { limit, backwards: false, after: None, before: None };
    read(db, select, &contacts::keys(&[]), &request, projection, false, |_| visitor).await
}

/// Shows the records with these ids to a visitor, whatever their status and in any order.
pub async fn by_ids<V: RowVisitor>(db: &Db, ids: &[Uuid], projection: &Projection, visitor: V) -> Result<V> {
    let backend = db.backend();
    let statement = if let [id] = ids {
        Statement::from_sql_and_values(backend, projection.by_id(backend), [(*id).into()])
    } else {
        let mut query = Query::select();
        let id = Expr::cust(format!("{}.id", projection.start()));
        let ids: Vec<Uuid> = if backend == DbBackend::Sqlite { padded(ids).collect() } else { ids.to_vec() };
        query.from(Alias::new(projection.start())).and_where(is_one_of(id, &ids, backend));
        projection.apply(&mut query);
        backend.build(&query)
    };
    Ok(db.reads().run(statement, visitor).await?)
}

/// Shows a company and a page of its roster, side by side, to a visitor: the company's columns in every row, then those
/// of a membership, which are null when the page has none.
pub async fn company_with_roster<V: RowVisitor>(
    db: &Db,
    id: Uuid,
    company: &Projection,
    roster: (&Projection, &PageRequest, bool),
    visitor: impl FnOnce(Option<Cursors>) -> V,
) -> Result<V> {
    let backend = db.backend();
    let (projection, request, needs_cursors) = roster;
    let select = memberships::members(backend, &[id]);
    let (page, cursors) = statement(backend, select, &memberships::roster_order(), request, projection, needs_cursors)?;
    let mut values = page.values.map(|values| values.0).unwrap_or_default();
    // SQLite counts the parameters as they come in the text.
    let place = if backend == DbBackend::Sqlite { 0 } else { values.len() };
    values.insert(place, id.into());
    let company = company.by_id(backend).replace("$1", &format!("${}", place + 1));
    // With nothing to join on there is only the nested loop, which keeps the order.
    let sql = format!("SELECT company.*, page.* FROM ({company}) company LEFT JOIN ({}) page ON TRUE", page.sql);
    Ok(db.reads().run(Statement::from_sql_and_values(backend, sql, values), visitor(cursors)).await?)
}

/// The ids, the last one repeated up to a power of two: SQLite has a parameter for each, and so there are few different
/// statements, whatever the number.
fn padded(ids: &[Uuid]) -> impl Iterator<Item = Uuid> {
    let more = ids.len().next_power_of_two() - ids.len();
    ids.iter().chain(std::iter::repeat_n(ids.last(), more).flatten()).copied()
}

async fn read<E: EntityTrait, V: RowVisitor>(
    db: &Db,
    select: Select<E>,
    order: &[SortKey<E::Model>],
    request: &PageRequest,
    projection: &Projection,
    needs_cursors: bool,
    visitor: impl FnOnce(Option<Cursors>) -> V,
) -> Result<V> {
    let (statement, cursors) = statement(db.backend(), select, order, request, projection, needs_cursors)?;
    Ok(db.reads().run(statement, visitor(cursors)).await?)
}

/// The statement that reads a page, and the means to make cursors of its rows.
fn statement<E: EntityTrait>(
    backend: DbBackend,
    select: Select<E>,
    order: &[SortKey<E::Model>],
    request: &PageRequest,
    projection: &Projection,
    needs_cursors: bool,
) -> Result<(Statement, Option<Cursors>)> {
    let mut projection = Cow::Borrowed(projection);
    let cursors = needs_cursors.then(|| Cursors(CursorColumns::select(order, backend, projection.to_mut())));
    let mut query = select.select_only().into_query();
    projection.apply(&mut query);
    Ok((page::statement(query, order, request, backend)?, cursors))
}
