//! Recording changes: the one function that every write calls.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveEnum, ConnectionTrait, DbBackend, Value,
    sea_query::{Expr, Query},
};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::transaction::{Transaction, place_of};
use crate::{
    domain::{
        Write, bulk,
        described::{self, Described},
        error::Result,
        interactions::Subject,
    },
    entity::{
        change::{ChangeKind, SubjectType},
        membership,
    },
};

/// Fewest changes that are one parameter together. Fewer are values of their own, as in the statements around them.
const CHANGES_AT_ONCE_MIN: u32 = 16;

/// Columns of a change beside the number of its transaction.
const COLUMNS: [(&str, &str); 10] = [
    ("at", "timestamptz"),
    ("kind", "text"),
    ("subject_type", "text"),
    ("subject_id", "uuid"),
    ("contact_id", "uuid"),
    ("company_id", "uuid"),
    ("user_id", "uuid"),
    ("api_key_id", "uuid"),
    ("fields", "jsonb"),
    ("batch_id", "uuid"),
];

/// A change that a transaction makes.
#[derive(Clone, Debug)]
pub(crate) struct NewChange {
    kind: ChangeKind,
    subject_type: SubjectType,
    subject_id: Uuid,
    contact_id: Option<Uuid>,
    /// Of a membership, or of an interaction that was logged on a company.
    company_id: Option<Uuid>,
    /// The record's own time, which the change's is not before.
    at: Option<DateTime<Utc>>,
    fields: Option<Json>,
}

impl NewChange {
    pub(crate) fn contact(kind: ChangeKind, id: Uuid) -> Self {
        Self::of(kind, SubjectType::Contact, id)
    }

    pub(crate) fn company(kind: ChangeKind, id: Uuid) -> Self {
        Self::of(kind, SubjectType::Company, id)
    }

    /// Of a record that stands for itself: a contact or a company.
    pub(crate) fn of(kind: ChangeKind, subject_type: SubjectType, id: Uuid) -> Self {
        Self::new(kind, subject_type, id, (subject_type == SubjectType::Contact).then_some(id))
    }

    /// Of a membership. A new one is recorded with its values where the change belongs to a batch.
    pub(crate) fn membership(kind: ChangeKind, membership: &membership::Model) -> Self {
        let change = Self::new(kind, SubjectType::Membership, membership.id, Some(membership.contact_id));
        let change = Self { company_id: Some(membership.company_id), ..change.at(membership.updated_at) };
        if kind == ChangeKind::Created {
            return change.with(Diff::default().first_of::<membership::Entity>(membership));
        }
        change
    }

    pub(crate) fn interaction(kind: ChangeKind, id: Uuid, logged_on: Subject) -> Self {
        let change = Self::new(kind, SubjectType::Interaction, id, logged_on.contact_id());
        Self { company_id: logged_on.company_id(), ..change }
    }

    fn new(kind: ChangeKind, subject_type: SubjectType, subject_id: Uuid, contact_id: Option<Uuid>) -> Self {
        Self { kind, subject_type, subject_id, contact_id, company_id: None, at: None, fields: None }
    }

    /// The same of a record that was written at this time.
    pub(crate) fn at(self, time: DateTime<Utc>) -> Self {
        Self { at: Some(time), ..self }
    }

    /// The same with the fields that it changed.
    pub(crate) fn with(self, diff: Diff) -> Self {
        Self { fields: Some(Json::Object(diff.0)), ..self }
    }
}

/// The fields of a record that an update changed, by their names in the API.
#[derive(Clone, Debug, Default)]
pub(crate) struct Diff(Map<String, Json>);

impl Diff {
    /// The recorded fields that differ between two states of a record.
    pub(crate) fn between<E: Described>(before: &E::Model, after: &E::Model) -> Self {
        E::RESOURCE.recorded().fold(Self::default(), |diff, field| {
            diff.field(field.name, described::field_json::<E>(before, field), described::field_json::<E>(after, field))
        })
    }

    /// The recorded fields of a record that is new, each with its first value.
    fn first_of<E: Described>(self, record: &E::Model) -> Self {
        E::RESOURCE
            .recorded()
            .fold(self, |diff, field| diff.field(field.name, Json::Null, described::field_json::<E>(record, field)))
    }

    /// The recorded fields of a record that is gone, each with its last value.
    pub(crate) fn last_of<E: Described>(self, record: &E::Model) -> Self {
        E::RESOURCE
            .recorded()
            .fold(self, |diff, field| diff.field(field.name, described::field_json::<E>(record, field), Json::Null))
    }

    /// The same without a field.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.0.remove(name);
        self
    }

    /// True when no field differs.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A field's value before and after, left out when it is the same.
    pub(crate) fn field(mut self, name: &str, before: impl Into<Json>, after: impl Into<Json>) -> Self {
        let (before, after) = (before.into(), after.into());
        if before != after {
            self.0.insert(name.to_owned(), Json::Array(vec![before, after]));
        }
        self
    }

    /// A field whose values are not to be recorded.
    pub(crate) fn without_values(mut self, name: &str, did_change: bool) -> Self {
        if did_change {
            self.0.insert(name.to_owned(), Json::Null);
        }
        self
    }
}

impl Write {
    /// Records changes with the transaction that makes them. The ids of what is deleted are not used again.
    pub(crate) async fn record(&self, changes: Vec<NewChange>) -> Result<()> {
        if changes.is_empty() {
            return Ok(());
        }
        let deleted = changes.iter().filter(|change| change.kind == ChangeKind::Deleted);
        let deleted: Vec<_> = deleted.map(|change| (change.subject_id, change.subject_type)).collect();
        let count = u32::try_from(changes.len()).unwrap_or(u32::MAX);
        let is_postgres = self.tx.get_database_backend() == DbBackend::Postgres;
        let tx = is_postgres.then(|| place_of(Transaction::Own));
        let rows = changes.into_iter().map(|change| self.values(change));
        if count < CHANGES_AT_ONCE_MIN {
            let mut insert = Query::insert();
            let columns = COLUMNS.iter().map(|(name, _)| *name).chain(tx.is_some().then_some("tx"));
            insert.into_table("changes").columns(columns);
            for row in rows {
                insert.values_panic(row.into_iter().map(Expr::val).chain(tx.clone().map(Expr::cust)));
            }
            self.tx.execute(&insert).await?;
        } else {
            let rows: Vec<Vec<_>> = rows.map(|row| row.into_iter().map(Some).collect()).collect();
            bulk::insert_into(&self.tx, "changes", &COLUMNS, &rows, tx.as_deref().map(|tx| ("tx", tx))).await?;
        }
        self.retire(&deleted).await?;
        self.note_recorded(count);
        Ok(())
    }

    /// The values of a change, in the order of the columns.
    fn values(&self, change: NewChange) -> [Value; COLUMNS.len()] {
        let fields = change.fields.filter(|_| self.batch_id.is_some() || !change.kind.is_plain());
        [
            change.at.map_or(self.now, |at| std::cmp::max(at, self.now)).into(),
            change.kind.to_value().into(),
            change.subject_type.to_value().into(),
            change.subject_id.into(),
            change.contact_id.into(),
            change.company_id.into(),
            self.actor.user_id.into(),
            self.actor.key_id.into(),
            fields.into(),
            self.batch_id.into(),
        ]
    }
}
