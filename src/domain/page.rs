//! Keyset paging: pages that neither skip nor repeat, however deep, while rows come and go.
//!
//! A cursor holds the sort values of the row it points at, not the row's place, so it stays good when the row is
//! gone. **Invariant:** the last key of every order is the id, so an order has no ties.

use std::collections::HashMap;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use sea_orm::{
    ConnectionTrait, DbBackend, EntityTrait, FromQueryResult, ModelTrait, QueryTrait, Select, Statement, Value,
    sea_query::{Expr, ExprTrait, Func, Order, Query, SelectStatement, WindowStatement},
};
use serde_json::Value as Json;
use uuid::Uuid;

use super::{
    described,
    error::{Error, Result},
};
use crate::{
    resources::{ColumnKind, Direction, SortBy},
    storage::{Row, projection::Projection},
};

/// One key of an order.
#[derive(Clone, Debug)]
pub(crate) struct SortKey {
    pub(crate) by: SortBy,
    /// Never null: a nullable column stands here as COALESCE with a value beyond all others.
    pub(crate) expr: Expr,
    /// That value.
    pub(crate) beyond: Option<SortValue>,
    pub(crate) descending: bool,
}

/// A key's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SortValue {
    Text(String),
    Time(DateTime<Utc>),
    Int(i32),
    Bool(bool),
    Id(Uuid),
}

impl SortKey {
    /// True of expressions other than a plain column, for which the databases see less.
    fn is_computed(&self) -> bool {
        self.beyond.is_some() || self.by.direction == Direction::TrueFirst
    }

    /// Its value for a row at hand.
    fn value<M: ModelTrait>(&self, row: &M) -> SortValue {
        let value = described::column::<M::Entity>(self.by.column).map(|column| row.get(column));
        match value {
            Some(Value::String(Some(text))) => SortValue::Text(text),
            Some(Value::ChronoDateTimeUtc(Some(time))) => SortValue::Time(time),
            Some(Value::Int(Some(number))) => SortValue::Int(number),
            Some(Value::Bool(Some(flag))) => SortValue::Bool(flag != (self.by.direction == Direction::TrueFirst)),
            Some(Value::Uuid(Some(id))) => SortValue::Id(id),
            _ => self.beyond.clone().unwrap_or_else(|| SortValue::Text(String::new())),
        }
    }
}

/// Which part of a list is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PageRequest {
    /// Most rows on the page.
    pub limit: u64,
    /// True for the last rows instead of the first.
    pub backwards: bool,
    /// Only rows after this cursor.
    pub after: Option<String>,
    /// Only rows before this cursor.
    pub before: Option<String>,
}

impl PageRequest {
    /// The first rows of a list.
    pub fn first(limit: u64) -> Self {
        Self { limit, backwards: false, after: None, before: None }
    }

    /// All rows of a list.
    pub fn whole() -> Self {
        Self::first(u64::MAX)
    }
}

/// A part of a list.
#[derive(Debug)]
pub struct Page<M> {
    /// The rows, in the list's order, whichever end they were asked from.
    pub rows: Vec<M>,
    /// There are rows after these.
    pub has_next: bool,
    /// There are rows before these.
    pub has_previous: bool,
    order: Vec<SortKey>,
}

impl<M: ModelTrait> Page<M> {
    /// The page of a list without rows.
    pub(crate) fn empty(order: Vec<SortKey>, request: &PageRequest) -> Self {
        cut(Vec::new(), order, request)
    }

    /// The cursor that points at a row of this page.
    pub fn cursor(&self, row: &M) -> String {
        encode(&signature(&self.order), self.order.iter().map(|key| key.value(row)))
    }
}

/// Reads one page of `select`, which has no order yet.
pub(crate) async fn fetch<E: EntityTrait>(
    db: &impl ConnectionTrait,
    select: Select<E>,
    order: Vec<SortKey>,
    request: &PageRequest,
) -> Result<Page<E::Model>>
where
    E::Model: FromQueryResult,
{
    let statement = statement(select.into_query(), &order, request, db.get_database_backend())?;
    let rows = E::Model::find_by_statement(statement).all(db).await?;
    Ok(cut(rows, order, request))
}

/// The statement that reads a page and one row more.
pub(crate) fn statement(
    mut query: SelectStatement,
    order: &[SortKey],
    request: &PageRequest,
    backend: DbBackend,
) -> Result<Statement> {
    restrict(&mut query, order, request)?;
    for (expr, direction) in order_by(order, request.backwards) {
        query.order_by_expr(expr, direction);
    }
    let mut statement = backend.build(&query);
    if let Some(limit) = request.limit.checked_add(1) {
        // A literal, because PostgreSQL plans a statement anew at each call when its LIMIT is a parameter.
        statement.sql = format!("{} LIMIT {limit}", statement.sql);
    }
    Ok(statement)
}

/// Positions of a row's sort values among its columns, for cursors of rows that are not made into models.
#[derive(Debug)]
pub(crate) struct CursorColumns {
    signature: String,
    keys: Vec<(usize, SortBy)>,
}

impl CursorColumns {
    /// Adds the sort values to what is selected.
    pub(crate) fn select(order: &[SortKey], backend: DbBackend, projection: &mut Projection) -> Self {
        let column = |key: &SortKey| {
            // The expressions of keys hold no values, so their text is all there is to them.
            let query = Query::select().expr(key.expr.clone()).to_owned();
            let sql = backend.build(&query).sql;
            (projection.expression(sql.trim_start_matches("SELECT ").to_owned()), key.by)
        };
        Self { signature: signature(order), keys: order.iter().map(column).collect() }
    }

    /// A row's sort values.
    pub(crate) fn values(&self, row: &impl Row) -> Vec<SortValue> {
        let value = |(column, by): &(usize, SortBy)| match by.kind {
            ColumnKind::Time => {
                SortValue::Time(row.micros(*column).and_then(DateTime::from_timestamp_micros).unwrap_or_default())
            }
            ColumnKind::Int => {
                SortValue::Int(row.int(*column).and_then(|number| number.try_into().ok()).unwrap_or_default())
            }
            ColumnKind::Flag => SortValue::Bool(row.flag(*column).unwrap_or_default()),
            ColumnKind::Id => SortValue::Id(row.id(*column).unwrap_or_default()),
            _ => SortValue::Text(row.text(*column).unwrap_or_default().to_owned()),
        };
        self.keys.iter().map(value).collect()
    }

    /// The cursor that points at a row with these values.
    pub(crate) fn cursor(&self, values: &[SortValue]) -> String {
        encode(&self.signature, values.iter().cloned())
    }
}

fn encode(signature: &str, values: impl Iterator<Item = SortValue>) -> String {
    let values = values.map(|value| match value {
        SortValue::Text(text) => Json::from(text),
        SortValue::Time(time) => Json::from(time.timestamp_micros()),
        SortValue::Int(number) => Json::from(number),
        SortValue::Bool(flag) => Json::from(flag),
        SortValue::Id(id) => Json::from(id.to_string()),
    });
    let parts: Vec<Json> = std::iter::once(Json::from(signature)).chain(values).collect();
    BASE64_URL_SAFE_NO_PAD.encode(Json::from(parts).to_string())
}

/// Reads the same page of many lists in one statement: of the rows of `select`, the page for each value of `group`,
/// an SQL expression that gives the id of the list that a row is in.
pub(crate) async fn fetch_grouped<E: EntityTrait>(
    db: &impl ConnectionTrait,
    select: Select<E>,
    group: &str,
    order: &[SortKey],
    request: &PageRequest,
) -> Result<HashMap<Uuid, Page<E::Model>>>
where
    E::Model: FromQueryResult,
{
    let mut ranked = select.into_query();
    restrict(&mut ranked, order, request)?;
    let mut window = WindowStatement::partition_by_custom(group.to_owned());
    for (expr, direction) in order_by(order, request.backwards) {
        window.order_by_expr(expr, direction);
    }
    ranked.expr_as(Expr::cust(group.to_owned()), "group_id").expr_window_as(
        Expr::expr(Func::cust("row_number")),
        window,
        "place",
    );
    let mut pages = Query::select();
    pages
        .expr(Expr::cust("*"))
        .from_subquery(ranked, "ranked")
        .and_where(Expr::cust(format!("ranked.place <= {}", request.limit + 1)))
        .order_by_expr(Expr::cust("ranked.place"), Order::Asc);
    let mut rows: HashMap<Uuid, Vec<E::Model>> = HashMap::new();
    for row in db.query_all(&pages).await? {
        rows.entry(row.try_get("", "group_id")?).or_default().push(E::Model::from_query_result(&row, "")?);
    }
    Ok(rows.into_iter().map(|(id, rows)| (id, cut(rows, order.to_vec(), request))).collect())
}

/// Adds the conditions of the cursors.
pub(crate) fn restrict(query: &mut SelectStatement, order: &[SortKey], request: &PageRequest) -> Result<()> {
    for (cursor, after) in [(&request.after, true), (&request.before, false)] {
        if let Some(cursor) = cursor {
            query.and_where(beyond(order, &decode(cursor, order)?, after));
        }
    }
    Ok(())
}

/// Returns the ordering, reversed for the last rows.
pub(crate) fn order_by(order: &[SortKey], backwards: bool) -> Vec<(Expr, Order)> {
    let direction = |key: &SortKey| if key.descending == backwards { Order::Asc } else { Order::Desc };
    order.iter().map(|key| (key.expr.clone(), direction(key))).collect()
}

/// Makes a page of the rows read, one more than asked for if there are more.
pub(crate) fn cut<M>(mut rows: Vec<M>, order: Vec<SortKey>, request: &PageRequest) -> Page<M> {
    let limit = usize::try_from(request.limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let (has_next, has_previous) = if request.backwards {
        rows.reverse();
        (request.before.is_some(), more)
    } else {
        (more, request.after.is_some())
    };
    Page { rows, has_next, has_previous, order }
}

/// True of the rows after (or before) the one with these values.
///
/// With one direction for all keys this is a row comparison, which both databases answer from the index.
fn beyond(order: &[SortKey], values: &[Expr], after: bool) -> Expr {
    let pairs = || order.iter().zip(values.iter().cloned());
    let ascends = |key: &SortKey| key.descending != after;
    let compare = |left: Expr, right: Expr, greater: bool| if greater { left.gt(right) } else { left.lt(right) };
    let bound = pairs().next().map(|(key, value)| {
        let column = key.expr.clone();
        if ascends(key) { column.gte(value) } else { column.lte(value) }
    });
    let uniform = order.windows(2).all(|pair| matches!(pair, [a, b] if a.descending == b.descending));
    let comparison = if uniform {
        let row = Expr::tuple(order.iter().map(|key| key.expr.clone()));
        compare(row, Expr::tuple(values.iter().cloned()), order.first().is_none_or(ascends))
    } else {
        let mut equal_so_far: Option<Expr> = None;
        let mut either: Option<Expr> = None;
        for (key, value) in pairs() {
            let differs = compare(key.expr.clone(), value.clone(), ascends(key));
            let case = equal_so_far.iter().cloned().fold(differs, |case, equal| equal.and(case));
            either = Some(either.map_or(case.clone(), |other| other.or(case)));
            let equal = key.expr.clone().eq(value);
            equal_so_far = Some(equal_so_far.map_or(equal.clone(), |before| before.and(equal)));
        }
        either.unwrap_or_else(|| super::condition::constant(true))
    };
    let helps = !uniform || order.first().is_some_and(SortKey::is_computed);
    match bound {
        Some(bound) if helps => bound.and(comparison),
        _ => comparison,
    }
}

/// Returns the name of an order in its cursors, so that a cursor of another order is noticed.
fn signature(order: &[SortKey]) -> String {
    let sign = |key: &SortKey| format!("{}{}", key.by.name, if key.descending { '-' } else { '+' });
    order.iter().map(sign).collect()
}

fn decode(cursor: &str, order: &[SortKey]) -> Result<Vec<Expr>> {
    let malformed =
        || Error::BadRequest("The cursor is malformed. Pass one that this list returned, unchanged.".to_owned());
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(cursor).ok();
    let parts: Vec<Json> = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).ok_or_else(malformed)?;
    let (name, values) = parts.split_first().ok_or_else(malformed)?;
    let name = name.as_str().ok_or_else(malformed)?;
    if name != signature(order) {
        let message = "The cursor belongs to a list with another order. Start again without it.";
        return Err(Error::BadRequest(message.to_owned()));
    }
    if values.len() != order.len() {
        return Err(malformed());
    }
    order.iter().zip(values).map(|(key, value)| read_value(key.by.kind, value).ok_or_else(malformed)).collect()
}

fn read_value(kind: ColumnKind, value: &Json) -> Option<Expr> {
    Some(match kind {
        ColumnKind::Time => {
            DateTime::from_timestamp_micros(value.as_i64()?).filter(super::instant::is_possible).map(Expr::val)?
        }
        ColumnKind::Int => Expr::val(i32::try_from(value.as_i64()?).ok()?),
        ColumnKind::Flag => Expr::val(value.as_bool()?),
        ColumnKind::Id => Expr::val(super::parse_id(value.as_str()?)?),
        _ => value.as_str().filter(|text| !text.contains('\0')).map(Expr::val)?,
    })
}
