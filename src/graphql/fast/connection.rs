//! Connections written from rows: nodes, edges, cursors and where the page stands.

use std::sync::Arc;

use async_graphql::{Context, SelectionField};
use sea_orm::DbErr;

use super::{
    object::{Object, no_list},
    selection::{Selected, selected},
    write::{quoted, write_list, write_object, write_string},
};
use crate::{
    domain::{
        self,
        page::PageRequest,
        projected::{self, Cursors, PageQuery, Position},
        records::{self, ListRequest},
        trash::Trashable,
    },
    graphql::{
        connection::count,
        context::{ContextExt, RequestState},
        error::ApiResult,
    },
    resources::Resource,
    storage::{Row, RowVisitor, projection::Projection},
};

/// A connection as a query selects it.
#[derive(Debug)]
pub(crate) struct Connection {
    parts: Vec<(Box<str>, Part)>,
    projection: Projection,
    type_name: &'static str,
    needs_cursors: bool,
    /// True of a list whose nodes are all that is written.
    is_bare: bool,
    /// A column that is null only where there is no row.
    id: usize,
}

#[derive(Debug)]
enum Part {
    Typename,
    TotalCount,
    Nodes(Object),
    Edges(Vec<(Box<str>, EdgePart)>),
    PageInfo(Vec<(Box<str>, PageInfoPart)>),
}

#[derive(Debug)]
enum EdgePart {
    Typename(String),
    Cursor,
    Node(Object),
}

#[derive(Debug)]
enum PageInfoPart {
    Typename,
    HasNext,
    HasPrevious,
    Start,
    End,
}

impl Connection {
    /// The plan of the field that is resolved; none when its selection holds what no plan knows, or needs no page.
    pub(crate) fn new(ctx: &Context<'_>, resource: &'static Resource) -> Option<Arc<Self>> {
        if !ctx.state().may_take_fast_path {
            return None;
        }
        Self::plan(&[ctx.field()], resource).map(Arc::new)
    }

    /// None when the selection holds what no plan knows, or needs no page.
    pub(super) fn plan(parents: &[SelectionField<'_>], resource: &'static Resource) -> Option<Self> {
        let mut projection = Projection::new(resource);
        let mut needs_cursors = false;
        let mut needs_page = false;
        let start = projection.start();
        let mut parts = Vec::new();
        for field in selected(parents) {
            let part = match field.name {
                "__typename" => Part::Typename,
                "totalCount" => Part::TotalCount,
                "nodes" => Part::Nodes(Object::plan(&field.fields, resource, &start, &mut projection, &mut no_list)?),
                "edges" => Part::Edges(edge_parts(&field, resource, &mut projection, &mut needs_cursors)?),
                "pageInfo" => Part::PageInfo(page_info_parts(&field, &mut needs_cursors)?),
                _ => return None,
            };
            needs_page |= matches!(part, Part::Nodes(_) | Part::Edges(_) | Part::PageInfo(_));
            parts.push((quoted(field.key), part));
        }
        // A statement needs a column, even where the query wants none.
        let id = projection.column(&start, "id");
        let type_name = resource.type_name;
        needs_page.then_some(Self { parts, projection, type_name, needs_cursors, is_bare: false, id })
    }

    /// The plan of a list that is written whole, without a connection around it.
    pub(super) fn plan_whole(parents: &[SelectionField<'_>], resource: &'static Resource) -> Option<Self> {
        let mut projection = Projection::new(resource);
        let start = projection.start();
        let nodes = Object::plan(parents, resource, &start, &mut projection, &mut no_list)?;
        let id = projection.column(&start, "id");
        let parts = vec![(Box::default(), Part::Nodes(nodes))];
        Some(Self { parts, projection, type_name: resource.type_name, needs_cursors: false, is_bare: true, id })
    }

    /// Reads a page of a list. `total` is asked for the length of the list if the selection wants it.
    pub(crate) async fn read<E: Trashable>(
        self: &Arc<Self>,
        state: &RequestState,
        list: &ListRequest,
    ) -> ApiResult<Vec<u8>> {
        let (db, request) = (&state.domain.db, &list.page);
        let visitor = |cursors| self.rows(request, cursors);
        let rows = projected::page::<E, _>(db, &list.selection, &list.order, self.query(request), visitor).await?;
        let total = if self.wants_total() { count(records::count::<E>(db, &list.selection).await?) } else { 0 };
        Ok(rows.finish(request, total).map_err(domain::Error::from)?)
    }

    pub(super) fn wants_total(&self) -> bool {
        self.parts.iter().any(|(_, part)| matches!(part, Part::TotalCount))
    }

    /// The visitor that writes the rows of a page.
    pub(super) fn rows(self: &Arc<Self>, request: &PageRequest, cursors: Option<Cursors>) -> Rows {
        Rows {
            written: self.parts.iter().map(|_| Written::default()).collect(),
            plan: Arc::clone(self),
            cursors,
            most: usize::try_from(request.limit).unwrap_or(usize::MAX),
            count: 0,
            first: None,
            last: None,
        }
    }

    /// The page as it is read.
    pub(super) fn query<'a>(&'a self, request: &'a PageRequest) -> PageQuery<'a> {
        PageQuery { request, projection: &self.projection, needs_cursors: self.needs_cursors }
    }
}

fn edge_parts(
    edges: &Selected<'_>,
    resource: &'static Resource,
    projection: &mut Projection,
    needs_cursors: &mut bool,
) -> Option<Vec<(Box<str>, EdgePart)>> {
    let start = projection.start();
    let plan = |field: &Selected<'_>| {
        let part = match field.name {
            "__typename" => EdgePart::Typename(format!("{}Edge", resource.type_name)),
            "cursor" => EdgePart::Cursor,
            "node" => EdgePart::Node(Object::plan(&field.fields, resource, &start, projection, &mut no_list)?),
            _ => return None,
        };
        *needs_cursors |= matches!(part, EdgePart::Cursor);
        Some((quoted(field.key), part))
    };
    selected(&edges.fields).iter().map(plan).collect()
}

fn page_info_parts(page_info: &Selected<'_>, needs_cursors: &mut bool) -> Option<Vec<(Box<str>, PageInfoPart)>> {
    let plan = |field: &Selected<'_>| {
        let part = match field.name {
            "__typename" => PageInfoPart::Typename,
            "hasNextPage" => PageInfoPart::HasNext,
            "hasPreviousPage" => PageInfoPart::HasPrevious,
            "startCursor" => PageInfoPart::Start,
            "endCursor" => PageInfoPart::End,
            _ => return None,
        };
        *needs_cursors |= matches!(part, PageInfoPart::Start | PageInfoPart::End);
        Some((quoted(field.key), part))
    };
    selected(&page_info.fields).iter().map(plan).collect()
}

/// The bytes that one part has written for the rows so far, and the end of each row.
#[derive(Default)]
struct Written {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

pub(super) struct Rows {
    plan: Arc<Connection>,
    written: Vec<Written>,
    cursors: Option<Cursors>,
    most: usize,
    count: usize,
    first: Option<Position>,
    last: Option<Position>,
}

impl RowVisitor for Rows {
    fn row(&mut self, row: &impl Row) -> Result<(), DbErr> {
        self.count += 1;
        // One row more than asked for is read, to know that there is one.
        if self.count > self.most {
            return Ok(());
        }
        let cursors = self.cursors.as_ref();
        let position = cursors.map(|cursors| cursors.position(row));
        for ((_, part), written) in self.plan.parts.iter().zip(&mut self.written) {
            match part {
                Part::Nodes(object) => object.write(row, &mut written.bytes)?,
                Part::Edges(parts) => {
                    let cursor = || cursors.zip(position.as_ref()).map(|(cursors, position)| cursors.cursor(position));
                    write_edge(parts, row, cursor, &mut written.bytes)?;
                }
                Part::Typename | Part::TotalCount | Part::PageInfo(_) => continue,
            }
            written.ends.push(written.bytes.len());
        }
        if self.count == 1 {
            self.first.clone_from(&position);
        }
        self.last = position;
        Ok(())
    }
}

impl Rows {
    /// Takes a row that may stand for there being none.
    pub(super) fn optional_row(&mut self, row: &impl Row) -> Result<(), DbErr> {
        if row.is_null(self.plan.id) { Ok(()) } else { self.row(row) }
    }

    /// Puts the answer together. The rows of a page from the end have come in reverse.
    pub(super) fn finish(self, request: &PageRequest, total: i64) -> Result<Vec<u8>, DbErr> {
        let more = self.count > self.most;
        let (has_next, has_previous, first, last) = if request.backwards {
            (request.before.is_some(), more, &self.last, &self.first)
        } else {
            (more, request.after.is_some(), &self.first, &self.last)
        };
        let cursor =
            |position: &Option<Position>| self.cursors.as_ref().zip(position.as_ref()).map(|(c, p)| c.cursor(p));
        let mut out = Vec::with_capacity(self.written.iter().map(|written| written.bytes.len() + 200).sum());
        if let (true, [nodes]) = (self.plan.is_bare, self.written.as_slice()) {
            nodes.append_to(&mut out, request.backwards);
            return Ok(out);
        }
        write_object(self.plan.parts.iter().zip(&self.written), &mut out, |((key, part), written), out| {
            out.extend_from_slice(key.as_bytes());
            match part {
                Part::Typename => write_string(&format!("{}Connection", self.plan.type_name), out),
                Part::TotalCount => out.extend_from_slice(total.to_string().as_bytes()),
                Part::Nodes(_) | Part::Edges(_) => written.append_to(out, request.backwards),
                Part::PageInfo(parts) => write_object(parts, out, |(key, part), out| {
                    out.extend_from_slice(key.as_bytes());
                    match part {
                        PageInfoPart::Typename => write_string("PageInfo", out),
                        PageInfoPart::HasNext => write_flag(has_next, out),
                        PageInfoPart::HasPrevious => write_flag(has_previous, out),
                        PageInfoPart::Start => write_optional(cursor(first), out),
                        PageInfoPart::End => write_optional(cursor(last), out),
                    }
                    Ok(())
                })?,
            }
            Ok(())
        })?;
        Ok(out)
    }
}

impl Written {
    fn append_to(&self, out: &mut Vec<u8>, reversed: bool) {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let mut rows: Vec<&[u8]> =
            starts.zip(&self.ends).filter_map(|(start, end)| self.bytes.get(start..*end)).collect();
        if reversed {
            rows.reverse();
        }
        write_list(rows, out);
    }
}

fn write_edge(
    parts: &[(Box<str>, EdgePart)],
    row: &impl Row,
    cursor: impl Fn() -> Option<String>,
    out: &mut Vec<u8>,
) -> Result<(), DbErr> {
    write_object(parts, out, |(key, part), out| {
        out.extend_from_slice(key.as_bytes());
        match part {
            EdgePart::Typename(name) => write_string(name, out),
            EdgePart::Cursor => write_optional(cursor(), out),
            EdgePart::Node(object) => object.write(row, out)?,
        }
        Ok(())
    })
}

fn write_flag(flag: bool, out: &mut Vec<u8>) {
    out.extend_from_slice(if flag { b"true" } else { b"false" });
}

fn write_optional(text: Option<String>, out: &mut Vec<u8>) {
    match text {
        Some(text) => write_string(&text, out),
        None => out.extend_from_slice(b"null"),
    }
}
