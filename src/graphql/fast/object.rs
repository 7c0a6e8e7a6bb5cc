//! The template of a JSON object: which columns of a row go where.

use async_graphql::SelectionField;
use sea_orm::DbErr;

use crate::{
    resources::{ColumnKind, Reach, Relation, Resource},
    storage::{Row, projection::Projection},
};

/// A JSON object to be written for each row.
#[derive(Debug)]
pub(super) struct Object(Vec<(Key, Value)>);

/// A field's key in the answer with what stands around it: `"name":`.
type Key = Box<str>;

#[derive(Debug)]
enum Value {
    Typename(&'static str),
    Column(usize, ColumnKind),
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

/// Fields that share a key in the answer: one field, perhaps selected several times.
pub(super) struct Selected<'a> {
    pub(super) key: &'a str,
    pub(super) name: &'a str,
    pub(super) fields: Vec<SelectionField<'a>>,
}

/// The fields of a selection in the order of the answer.
///
/// Fragments are spread out whatever their type. Documents in which one may not apply take no fast path, see
/// [`super::fragments`].
pub(super) fn selected<'a>(parents: &[SelectionField<'a>]) -> Vec<Selected<'a>> {
    let mut all: Vec<Selected<'a>> = Vec::new();
    for field in parents.iter().flat_map(SelectionField::selection_set) {
        let key = field.alias().unwrap_or(field.name());
        match all.iter_mut().find(|selected| selected.key == key) {
            Some(selected) => selected.fields.push(field),
            None => all.push(Selected { key, name: field.name(), fields: vec![field] }),
        }
    }
    all
}

/// `"name":`
pub(super) fn quoted(key: &str) -> Key {
    // A GraphQL name has nothing that JSON would escape.
    format!("\"{key}\":").into()
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
            } else if let Some(field) = resource.visible_field(field.name) {
                Value::Column(projection.column(alias, field.column), field.kind)
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
                Value::One(present, _) if row.is_null(*present) => out.extend_from_slice(b"null"),
                Value::One(_, object) => object.write(row, out)?,
                Value::Constant(json) => out.extend_from_slice(json.as_bytes()),
                Value::List(number) => list(*number, out),
            }
            Ok(())
        })
    }
}

/// Writes a JSON object of which each part writes its key and its value.
pub(super) fn write_object<T>(
    parts: impl IntoIterator<Item = T>,
    out: &mut Vec<u8>,
    mut write: impl FnMut(T, &mut Vec<u8>) -> Result<(), DbErr>,
) -> Result<(), DbErr> {
    // There may be no part: all that was selected may have been skipped.
    out.push(b'{');
    for (number, part) in parts.into_iter().enumerate() {
        if number > 0 {
            out.push(b',');
        }
        write(part, out)?;
    }
    out.push(b'}');
    Ok(())
}

/// Writes a JSON list of things that are written already.
pub(super) fn write_list(parts: impl IntoIterator<Item = impl AsRef<[u8]>>, out: &mut Vec<u8>) {
    out.push(b'[');
    for (number, part) in parts.into_iter().enumerate() {
        if number > 0 {
            out.push(b',');
        }
        out.extend_from_slice(part.as_ref());
    }
    out.push(b']');
}

/// Writes a column's value as the ordinary resolvers' scalars do.
fn write_column(row: &impl Row, column: usize, kind: ColumnKind, out: &mut Vec<u8>) -> Result<(), DbErr> {
    let is_written = match kind {
        ColumnKind::Id => row.id(column).map(|id| {
            let mut buffer = uuid::Uuid::encode_buffer();
            write_string(id.hyphenated().encode_lower(&mut buffer), out);
        }),
        ColumnKind::Text => row.text(column).map(|text| write_string(text, out)),
        ColumnKind::Status | ColumnKind::Role | ColumnKind::InteractionType => row.text(column).map(|status| {
            out.push(b'"');
            out.extend(status.bytes().map(|letter| letter.to_ascii_uppercase()));
            out.push(b'"');
        }),
        ColumnKind::Int => row.int(column).map(|number| out.extend_from_slice(number.to_string().as_bytes())),
        ColumnKind::Flag => row.flag(column).map(|flag| out.extend_from_slice(if flag { b"true" } else { b"false" })),
        ColumnKind::Json => row.json(column)?.map(|json| out.extend_from_slice(json.to_string().as_bytes())),
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

/// Writes a JSON string.
pub(super) fn write_string(text: &str, out: &mut Vec<u8>) {
    // Writing a string to memory does not fail.
    if serde_json::to_writer(&mut *out, text).is_err() {
        out.extend_from_slice(b"null");
    }
}
