//! Reads without models, for most of the traffic. A caller names columns, and sees the rows as the driver has them.
//! Results and order are the same as elsewhere, because the statements are made of the same parts.

use std::borrow::Cow;

use sea_orm::{
    DbBackend, QuerySelect, QueryTrait, Statement,
    sea_query::{Alias, Expr, Query, SelectStatement},
};
use uuid::Uuid;

use super::{
    condition::is_one_of,
    error::Result,
    lists,
    order::{self, OrderBy},
    page::{self, CursorColumns, PageRequest, SortKey, SortValue},
    records::Selection,
    search::{Extent, Term},
    trash::Trashable,
};
use crate::{
    resources::{Many, Resource},
    storage::{Db, Row, RowVisitor, projection::Projection},
};

/// Makes the cursors of a page's rows.
#[derive(Debug)]
pub struct Cursors(CursorColumns);

/// The place of a row in its list.
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

/// A page of rows to be read: which page, its columns, and whether cursors are made of its rows.
#[derive(Clone, Copy, Debug)]
pub struct PageQuery<'a> {
    /// The part of the list.
    pub request: &'a PageRequest,
    /// The columns.
    pub projection: &'a Projection,
    /// True where the visitor makes cursors.
    pub needs_cursors: bool,
}

/// Shows the rows of a page of a list, and of one more if there is one, to a visitor; backwards when the request is. The
/// visitor gets the means to make cursors where the query says that it needs them.
pub async fn page<E: Trashable, V: RowVisitor>(
    db: &Db,
    selection: &Selection,
    order: &[OrderBy],
    query: PageQuery<'_>,
    visitor: impl FnOnce(Option<Cursors>) -> V,
) -> Result<V> {
    let select = selection.select::<E>(db, Extent::Page).await?;
    let order = order::asked(E::RESOURCE, order);
    let (statement, cursors) = query.statement(select.select_only().into_query(), &order, db.backend())?;
    Ok(db.reads().run(statement, visitor(cursors)).await?)
}

/// The live records that a picker shows.
pub async fn search<E: Trashable, V: RowVisitor>(
    db: &Db,
    term: &Term,
    limit: u64,
    exclude: &[Uuid],
    projection: &Projection,
    visitor: V,
) -> Result<V> {
    let select = term.matching::<E>(db, limit, exclude).await?;
    let request = PageRequest::first(limit);
    let query = PageQuery { request: &request, projection, needs_cursors: false };
    let order = order::asked(E::RESOURCE, &[]);
    let (statement, _) = query.statement(select.select_only().into_query(), &order, db.backend())?;
    Ok(db.reads().run(statement, visitor).await?)
}

/// A page of the list of the records that belong to a record.
#[derive(Clone, Copy, Debug)]
pub struct ListQuery<'a> {
    /// The resource of the list's records.
    pub of: &'static Resource,
    /// The list.
    pub many: &'static Many,
    /// Which page, and its columns.
    pub page: PageQuery<'a>,
}

impl ListQuery<'_> {
    fn statement(&self, owner: Uuid, backend: DbBackend) -> Result<(Statement, Option<Cursors>)> {
        let mut rows = Query::select();
        rows.from(self.of.table);
        lists::restrict(&mut rows, self.of, self.many, &[owner], backend);
        self.page.statement(rows, &order::keys(self.of, self.many.order), backend)
    }
}

/// Shows the rows of a page of a record's list to a visitor.
pub async fn list<V: RowVisitor>(
    db: &Db,
    owner: Uuid,
    query: ListQuery<'_>,
    visitor: impl FnOnce(Option<Cursors>) -> V,
) -> Result<V> {
    let (statement, cursors) = query.statement(owner, db.backend())?;
    Ok(db.reads().run(statement, visitor(cursors)).await?)
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

/// Shows a record and a page of one of its lists, side by side, to a visitor: the record's columns in every row, then
/// those of the list, which are null when the page has none.
pub async fn with_list<V: RowVisitor>(
    db: &Db,
    id: Uuid,
    record: &Projection,
    query: ListQuery<'_>,
    visitor: impl FnOnce(Option<Cursors>) -> V,
) -> Result<V> {
    let backend = db.backend();
    let (page, cursors) = query.statement(id, backend)?;
    let mut values = page.values.map(|values| values.0).unwrap_or_default();
    // Both parts begin with the record's id, which is PostgreSQL's $1 in either. SQLite counts the parameters as they
    // come in the text.
    if backend == DbBackend::Sqlite {
        values.insert(0, id.into());
    }
    // With nothing to join on there is only the nested loop, which keeps the order.
    let record = record.by_id(backend);
    let sql = format!("SELECT record.*, page.* FROM ({record}) record LEFT JOIN ({}) page ON TRUE", page.sql);
    Ok(db.reads().run(Statement::from_sql_and_values(backend, sql, values), visitor(cursors)).await?)
}

/// The ids, the last one repeated up to a power of two: SQLite has a parameter for each, and so there are few different
/// statements, whatever the number.
fn padded(ids: &[Uuid]) -> impl Iterator<Item = Uuid> {
    let more = ids.len().next_power_of_two() - ids.len();
    ids.iter().chain(std::iter::repeat_n(ids.last(), more).flatten()).copied()
}

impl PageQuery<'_> {
    /// The statement that reads the page of `rows`, and the means to make cursors of them.
    fn statement(
        &self,
        mut rows: SelectStatement,
        order: &[SortKey],
        backend: DbBackend,
    ) -> Result<(Statement, Option<Cursors>)> {
        let mut projection = Cow::Borrowed(self.projection);
        let cursors = self.needs_cursors.then(|| Cursors(CursorColumns::select(order, backend, projection.to_mut())));
        projection.apply(&mut rows);
        Ok((page::statement(rows, order, self.request, backend)?, cursors))
    }
}
