//! The template of a JSON object: which columns of a row go where.

use async_graphql::SelectionField;
use sea_orm::DbErr;

use super::{
    items::ItemList,
    selection::{Selected, selected},
    write::{Key, quoted, write_object, write_string},
};
use crate::{
    resources::{ColumnKind, Reach, Relation, Resource},
    storage::{Row, projection::Projection},
};

/// A JSON object to be written for each row.
#[derive(Debug)]
pub(super) struct Object(Vec<(Key, Value)>);

#[derive(Debug)]
enum Value {
    Typename(&'static str),
    Column(usize, ColumnKind),
    Items(ItemList),
    /// A record; null when the column is.
    One(usize, Object),
    /// JSON that is the same in every answer.
    Constant(&'static str),
    /// The list with this number, which comes in rows of its own.
    List(usize),
}

/// Plans a list of the records that belong to a record and says its number; none where there can be no list.
type PlanList<'a> = dyn FnMut(&'static Relation, &[SelectionField<'_>]) -> Option<usize> + 'a;

/// Plans no list: there can be none.
pub(super) fn no_list(_: &'static Relation, _: &[SelectionField<'_>]) -> Option<usize> {
    None
}

impl Object {
    /// Plans the object that the fields select of a record in a (joined) table; none when a field is not known.
    pub(super) fn plan(
        parents: &[SelectionField<'_>],
        resource: &'static Resource,
        alias: &str,
        projection: &mut Projection,
        list: &mut PlanList<'_>,
    ) -> Option<Self> {
        let plan = |field: &Selected<'_>| {
            let value = if field.name == "__typename" {
                Value::Typename(resource.type_name)
            } else if let Some(column) = resource.visible_field(field.name) {
                if column.kind.item_type().is_some() {
                    Value::Items(ItemList::plan(column, &selected(&field.fields), resource, alias, projection)?)
                } else {
                    Value::Column(projection.column(alias, column.column), column.kind)
                }
            } else {
                let relation = resource.relation(field.name)?;
                match relation.reach {
                    Reach::One(one) => {
                        let joined = projection.join(alias, relation.to(), one)?;
                        let present = projection.column(&joined, "id");
                        Value::One(
                            present,
                            Self::plan(&field.fields, relation.to(), &joined, projection, &mut no_list)?,
                        )
                    }
                    Reach::Few(_) | Reach::Page(_) => Value::List(list(relation, &field.fields)?),
                    Reach::Resolver => return None,
                }
            };
            Some((quoted(field.key), value))
        };
        selected(parents).iter().map(plan).collect::<Option<_>>().map(Self)
    }

    /// Plans the payload of a mutation that has done what it was asked to: the record, and no errors.
    pub(super) fn payload(
        payload: &SelectionField<'_>,
        type_name: &'static str,
        record: &str,
        resource: &'static Resource,
        projection: &mut Projection,
    ) -> Option<Self> {
        let start = projection.start();
        let present = projection.column(&start, "id");
        let plan = |field: &Selected<'_>| {
            let value = match field.name {
                "__typename" => Value::Typename(type_name),
                // Of what was done there are no errors, and nothing was in the way.
                "userErrors" => Value::Constant("[]"),
                "current" => Value::Constant("null"),
                name if name == record => {
                    Value::One(present, Self::plan(&field.fields, resource, &start, projection, &mut no_list)?)
                }
                _ => return None,
            };
            Some((quoted(field.key), value))
        };
        selected(&[*payload]).iter().map(plan).collect::<Option<_>>().map(Self)
    }

    /// Writes the object for a row. It has no lists.
    pub(super) fn write(&self, row: &impl Row, out: &mut Vec<u8>) -> Result<(), DbErr> {
        self.write_with(row, &mut |_, _| {}, out)
    }

    /// Writes the object for a row; `list` writes the list with a number, or notes where it belongs.
    pub(super) fn write_with(
        &self,
        row: &impl Row,
        list: &mut impl FnMut(usize, &mut Vec<u8>),
        out: &mut Vec<u8>,
    ) -> Result<(), DbErr> {
        write_object(&self.0, out, |(key, value), out| {
            out.extend_from_slice(key.as_bytes());
            match value {
                Value::Typename(name) => write_string(name, out),
                Value::Column(column, kind) => write_column(row, *column, *kind, out)?,
                Value::Items(items) => items.write(row, out)?,
                Value::One(present, _) if row.is_null(*present) => out.extend_from_slice(b"null"),
                Value::One(_, object) => object.write(row, out)?,
                Value::Constant(json) => out.extend_from_slice(json.as_bytes()),
                Value::List(number) => list(*number, out),
            }
            Ok(())
        })
    }
}

/// Writes a column's value as the ordinary resolvers' scalars do.
fn write_column(row: &impl Row, column: usize, kind: ColumnKind, out: &mut Vec<u8>) -> Result<(), DbErr> {
    let is_written = match kind {
        ColumnKind::Id => row.id(column).map(|id| {
            let mut buffer = uuid::Uuid::encode_buffer();
            write_string(id.hyphenated().encode_lower(&mut buffer), out);
        }),
        ColumnKind::Text | ColumnKind::PartialDate => row.text(column).map(|text| write_string(text, out)),
        ColumnKind::Status | ColumnKind::Role | ColumnKind::InteractionType => row.text(column).map(|status| {
            out.push(b'"');
            out.extend(status.bytes().map(|letter| letter.to_ascii_uppercase()));
            out.push(b'"');
        }),
        ColumnKind::Int => row.int(column).map(|number| out.extend_from_slice(number.to_string().as_bytes())),
        ColumnKind::Flag => row.flag(column).map(|flag| out.extend_from_slice(if flag { b"true" } else { b"false" })),
        ColumnKind::Json | ColumnKind::Points | ColumnKind::Addresses | ColumnKind::Texts => {
            row.json(column)?.map(|json| out.extend_from_slice(json.to_string().as_bytes()))
        }
        ColumnKind::Time => {
            let start = out.len();
            out.push(b'"');
            let is_written = row.write_time(column, out);
            out.push(b'"');
            if !is_written {
                out.truncate(start);
            }
            is_written.then_some(())
        }
    };
    if is_written.is_none() {
        out.extend_from_slice(b"null");
    }
    Ok(())
}
