//! Lists of contact points and addresses, written from the JSON that a column holds.

use sea_orm::DbErr;
use serde_json::{Value as Json, from_value};

use super::{
    selection::Selected,
    write::{Key, quoted, write_list, write_object, write_string},
};
use crate::{
    card::PostalAddress,
    domain::described::list_of_first,
    resources::{Field, Resource},
    storage::{Row, projection::Projection},
};

/// A list of objects to be written for each row.
#[derive(Debug)]
pub(super) struct ItemList {
    list: usize,
    /// The column of the first value, which says all where the list is null.
    first: Option<usize>,
    fields: Vec<(Key, ItemField)>,
}

#[derive(Debug)]
enum ItemField {
    Typename(&'static str),
    /// A text that the item has under this name, or null.
    Member(&'static str),
    /// A postal address as it is written on an envelope.
    Formatted,
}

const MEMBERS: [&str; 7] = ["value", "label", "street", "locality", "region", "postalCode", "country"];

impl ItemList {
    /// Plans the list of a field; none when a selected field of its items is not known.
    pub(super) fn plan(
        field: &Field,
        selected: &[Selected<'_>],
        resource: &Resource,
        alias: &str,
        projection: &mut Projection,
    ) -> Option<Self> {
        let type_name = field.kind.item_type()?;
        let plan = |selected: &Selected<'_>| {
            let value = match selected.name {
                "__typename" => ItemField::Typename(type_name),
                "formatted" => ItemField::Formatted,
                name => ItemField::Member(MEMBERS.into_iter().find(|member| *member == name)?),
            };
            Some((quoted(selected.key), value))
        };
        let fields = selected.iter().map(plan).collect::<Option<_>>()?;
        let first = resource.first_of(field).map(|first| projection.column(alias, first.column));
        Some(Self { list: projection.column(alias, field.column), first, fields })
    }

    /// Writes the list for a row.
    pub(super) fn write(&self, row: &impl Row, out: &mut Vec<u8>) -> Result<(), DbErr> {
        let first = || self.first.and_then(|first| row.text(first));
        let list = row.json(self.list)?.unwrap_or_else(|| list_of_first(&first().into()));
        let items = list.as_array().map(Vec::as_slice).unwrap_or_default();
        let written = items.iter().map(|item| {
            let mut out = Vec::new();
            self.write_item(item, &mut out).map(|()| out)
        });
        write_list(written.collect::<Result<Vec<_>, _>>()?, out);
        Ok(())
    }

    fn write_item(&self, item: &Json, out: &mut Vec<u8>) -> Result<(), DbErr> {
        write_object(&self.fields, out, |(key, field), out| {
            out.extend_from_slice(key.as_bytes());
            match field {
                ItemField::Typename(name) => write_string(name, out),
                ItemField::Member(name) => match item.get(name).and_then(Json::as_str) {
                    Some(text) => write_string(text, out),
                    None => out.extend_from_slice(b"null"),
                },
                ItemField::Formatted => {
                    let address: PostalAddress = from_value(item.clone()).unwrap_or_default();
                    write_string(&address.formatted(), out);
                }
            }
            Ok(())
        })
    }
}
