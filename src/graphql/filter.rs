//! The operators of filters.

use async_graphql::{Enum, ID, InputObject, InputType, MaybeUndefined};
use sea_orm::{ActiveEnum, Iterable};

use super::{
    enums::RecordStatus,
    scalars::{DateTime, Json},
};
use crate::{
    domain::{
        filter::{IdTest, Operator, TagTest, TextTest, TimeTest},
        folding,
        metadata::{MetadataTest, ONE_TEST},
        parse_id,
        text::trim,
    },
    entity::status::Status,
};

/// Directions of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum OrderDirection {
    /// Smallest first.
    Asc,
    /// Greatest first.
    Desc,
}

/// The operators of a field's filter, all of which must hold.
pub(crate) trait Operators: InputType {
    /// Operators that are given.
    fn operators(self) -> Vec<Operator>;
}

impl Operators for bool {
    fn operators(self) -> Vec<Operator> {
        vec![Operator::Flag(self)]
    }
}

/// Test of a text: all operators given must hold. `eq`, `neq`, `in` and `notIn` compare exactly (e-mail: ignoring
/// case). The others ignore case and accents and have no wildcards. Null equals no text.
#[derive(Clone, Debug, PartialEq, Eq, Hash, InputObject)]
pub(crate) struct StringFilter {
    /// Is exactly this text.
    eq: Option<String>,
    /// Is another text, or null.
    neq: Option<String>,
    /// Is one of these texts.
    r#in: Option<Vec<String>>,
    /// Is none of these texts, or null.
    not_in: Option<Vec<String>>,
    /// Contains this text.
    contains: Option<String>,
    /// Begins with this text.
    starts_with: Option<String>,
    /// Ends with this text.
    ends_with: Option<String>,
    /// Is null (true), or is not (false).
    is_null: Option<bool>,
    /// Is this text or comes after it in the order of names; with `lt`, a letter of an index.
    gte: Option<String>,
    /// Comes before this text in the order of names.
    lt: Option<String>,
}

impl StringFilter {
    /// Tests that are given.
    pub(crate) fn tests(self) -> Vec<TextTest> {
        present([
            self.eq.map(TextTest::Eq),
            self.neq.map(TextTest::Neq),
            self.r#in.map(TextTest::In),
            self.not_in.map(TextTest::NotIn),
            self.contains.map(TextTest::Contains),
            self.starts_with.map(TextTest::StartsWith),
            self.ends_with.map(TextTest::EndsWith),
            self.is_null.map(TextTest::IsNull),
            self.gte.map(TextTest::Gte),
            self.lt.map(TextTest::Lt),
        ])
    }
}

impl Operators for StringFilter {
    fn operators(self) -> Vec<Operator> {
        self.tests().into_iter().map(Operator::Text).collect()
    }
}

/// Test of tags, ignoring case and accents: all operators given must hold.
#[derive(Clone, Debug, PartialEq, Eq, Hash, InputObject)]
#[expect(clippy::struct_field_names, reason = "the contract's names")]
pub(crate) struct TagFilter {
    /// Has at least one of these tags; false of an empty list.
    has_any: Option<Vec<String>>,
    /// Has all of these tags.
    has_all: Option<Vec<String>>,
    /// Has none of these tags.
    has_none: Option<Vec<String>>,
}

impl Operators for TagFilter {
    fn operators(self) -> Vec<Operator> {
        let keys = |tags: Vec<String>| tags.iter().map(|tag| folding::key(trim(tag))).collect();
        present([
            self.has_any.map(|tags| Operator::Tags(TagTest::HasAny(keys(tags)))),
            self.has_all.map(|tags| Operator::Tags(TagTest::HasAll(keys(tags)))),
            self.has_none.map(|tags| Operator::Tags(TagTest::HasNone(keys(tags)))),
        ])
    }
}

/// Test of an id: all operators given must hold. No record has a malformed id.
#[derive(Clone, Debug, PartialEq, Eq, Hash, InputObject)]
#[graphql(name = "IDFilter")]
pub(crate) struct IdFilter {
    /// Is this id.
    eq: Option<ID>,
    /// Is another id, or null.
    neq: Option<ID>,
    /// Is one of these ids.
    r#in: Option<Vec<ID>>,
    /// Is none of these ids, or null.
    not_in: Option<Vec<ID>>,
    /// Is null (true), or is not (false).
    is_null: Option<bool>,
}

impl Operators for IdFilter {
    fn operators(self) -> Vec<Operator> {
        let ids = |ids: Vec<ID>| ids.iter().filter_map(|id| parse_id(id)).collect();
        present(
            [
                self.eq.map(|id| IdTest::Eq(parse_id(&id))),
                self.neq.map(|id| IdTest::Neq(parse_id(&id))),
                self.r#in.map(|list| IdTest::In(ids(list))),
                self.not_in.map(|list| IdTest::NotIn(ids(list))),
                self.is_null.map(IdTest::IsNull),
            ]
            .map(|given| given.map(Operator::Id)),
        )
    }
}

/// Test of an instant: all operators given must hold. Null passes only `isNull`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, InputObject)]
pub(crate) struct DateTimeFilter {
    /// Is this instant.
    eq: Option<DateTime>,
    /// Is later than this instant.
    gt: Option<DateTime>,
    /// Is this instant or later.
    gte: Option<DateTime>,
    /// Is earlier than this instant.
    lt: Option<DateTime>,
    /// Is this instant or earlier.
    lte: Option<DateTime>,
    /// Is null (true), or is not (false).
    is_null: Option<bool>,
}

impl Operators for DateTimeFilter {
    fn operators(self) -> Vec<Operator> {
        present(
            [
                self.eq.map(|time| TimeTest::Eq(time.0)),
                self.gt.map(|time| TimeTest::Gt(time.0)),
                self.gte.map(|time| TimeTest::Gte(time.0)),
                self.lt.map(|time| TimeTest::Lt(time.0)),
                self.lte.map(|time| TimeTest::Lte(time.0)),
                self.is_null.map(TimeTest::IsNull),
            ]
            .map(|given| given.map(Operator::Time)),
        )
    }
}

/// Test of a status: all operators given must hold.
#[derive(Clone, Debug, PartialEq, Eq, Hash, InputObject)]
pub(crate) struct RecordStatusFilter {
    /// Is this status.
    eq: Option<RecordStatus>,
    /// Is another status.
    neq: Option<RecordStatus>,
    /// Is one of these statuses.
    r#in: Option<Vec<RecordStatus>>,
}

impl Operators for RecordStatusFilter {
    fn operators(self) -> Vec<Operator> {
        present(
            [
                self.eq.map(|status| words(&[status])),
                self.neq.map(|status| {
                    Status::iter().filter(|other| *other != status.into()).map(|other| other.to_value()).collect()
                }),
                self.r#in.map(|list| words(&list)),
            ]
            .map(|given| given.map(Operator::OneOf)),
        )
    }
}

/// Test of a value in `metadata`, by exactly one of `eq`, `exists` and `contains`.
#[derive(Clone, Debug, PartialEq, Eq, InputObject)]
pub(crate) struct MetadataFilter {
    /// Keys of objects that lead to the value, from the outside in: 1 to 16.
    path: Vec<String>,
    /// Is equal to this value: numbers by their value, objects whatever the order of their keys. Null is a value, and equal
    /// to null; a value that is not there is equal to nothing.
    eq: MaybeUndefined<Json>,
    /// Is there, null included (true), or is not there (false).
    exists: Option<bool>,
    /// Is a text that contains this one, or a list with such a text in it. Case and accents are not ignored.
    contains: Option<String>,
}

impl MetadataFilter {
    /// The test that it stands for. The checks of a document have found exactly one; see `engine::checks`.
    pub(crate) fn test(self) -> Result<Operator, &'static str> {
        let Self { path, eq, exists, contains } = self;
        let test = match (eq, exists, contains) {
            (MaybeUndefined::Value(value), None, None) => MetadataTest::eq(path, value.0)?,
            (MaybeUndefined::Null, None, None) => MetadataTest::eq(path, serde_json::Value::Null)?,
            (MaybeUndefined::Undefined | MaybeUndefined::Null, Some(exists), None) => {
                MetadataTest::exists(path, exists)
            }
            (MaybeUndefined::Undefined | MaybeUndefined::Null, None, Some(text)) => MetadataTest::contains(path, text),
            _ => return Err(ONE_TEST),
        };
        Ok(Operator::Metadata(test))
    }
}

/// Statuses as their column holds them.
fn words(statuses: &[RecordStatus]) -> Vec<String> {
    statuses.iter().map(|status| Status::from(*status).to_value()).collect()
}

fn present<T, const N: usize>(operators: [Option<T>; N]) -> Vec<T> {
    operators.into_iter().flatten().collect()
}
