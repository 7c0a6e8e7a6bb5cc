//! Recording changes: the one function that every write calls.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveEnum, ConnectionTrait, DbBackend,
    sea_query::{Expr, ExprTrait, Query},
};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::read::COMPANY;
use crate::{
    domain::{
        Write,
        condition::is_one_of,
        described::{self, Described},
        error::Result,
        interactions::Subject,
    },
    entity::{
        change::{ChangeKind, SubjectType},
        membership,
    },
};

/// The number of the transaction at hand on PostgreSQL, as the feed counts them.
pub(super) const TX: &str =
    "(CAST(CAST(pg_current_xact_id() AS text) AS bigint) + (SELECT tx_offset FROM change_feed))";

/// Rows in one statement; each takes ten parameters, of which SQLite allows 32,766.
const CHANGES_PER_STATEMENT: usize = 3000;

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
        let mut changes = changes.into_iter().peekable();
        let has_tx = self.tx.get_database_backend() == DbBackend::Postgres;
        while changes.peek().is_some() {
            let mut insert = Query::insert();
            let columns = [
                "at",
                "kind",
                "subject_type",
                "subject_id",
                "contact_id",
                "company_id",
                "user_id",
                "api_key_id",
                "fields",
                "batch_id",
                "tx",
            ];
            let columns = columns.into_iter().filter(|column| *column != "tx" || has_tx);
            let (mut deleted, mut count) = (Vec::new(), 0);
            insert.into_table("changes").columns(columns);
            for change in changes.by_ref().take(CHANGES_PER_STATEMENT) {
                let tx = has_tx.then(|| Expr::cust(TX));
                if change.kind == ChangeKind::Deleted {
                    deleted.push((change.subject_id, change.subject_type));
                }
                count += 1;
                let fields = change.fields.filter(|_| self.batch_id.is_some() || !change.kind.is_plain());
                let values = [
                    Expr::val(change.at.map_or(self.now, |at| std::cmp::max(at, self.now))),
                    Expr::val(change.kind.to_value()),
                    Expr::val(change.subject_type.to_value()),
                    Expr::val(change.subject_id),
                    Expr::val(change.contact_id),
                    Expr::val(change.company_id),
                    Expr::val(self.actor.user_id),
                    Expr::val(self.actor.key_id),
                    Expr::val(fields),
                    Expr::val(self.batch_id),
                ];
                insert.values_panic(values.into_iter().chain(tx));
            }
            self.tx.execute(&insert).await?;
            self.retire(&deleted).await?;
            self.note_recorded(count);
        }
        Ok(())
    }

    /// Erases the values recorded of what the pages of contacts show: they go with the contacts.
    pub(crate) async fn erase_recorded_of_contacts(&self, contact_ids: &[Uuid]) -> Result<()> {
        self.erase(is_one_of(Expr::col("contact_id"), contact_ids, self.tx.get_database_backend())).await
    }

    /// Erases the values recorded of an interaction.
    pub(crate) async fn erase_recorded_of_interaction(&self, logged_on: Subject, id: Uuid) -> Result<()> {
        let history = match logged_on {
            Subject::Contact(contact_id) => Expr::col("contact_id").eq(contact_id),
            Subject::Company(company_id) => in_history_of_company(company_id),
        };
        self.erase(history.and(Expr::col("subject_id").eq(id))).await
    }

    /// Erases the values recorded of a company and of its interactions, and what is recorded of those who no longer work
    /// there.
    pub(crate) async fn erase_recorded_of_company(&self, id: Uuid) -> Result<()> {
        self.erase(in_history_of_company(id)).await?;
        self.erase(Expr::col("company_id").eq(id).and(Expr::col("kind").eq(ChangeKind::Deleted.to_value()))).await
    }

    async fn erase(&self, of: Expr) -> Result<()> {
        let update = Query::update()
            .table("changes")
            .value("fields", Option::<Json>::None)
            .and_where(Expr::col("fields").is_not_null())
            .and_where(of)
            .take();
        self.tx.execute(&update).await?;
        Ok(())
    }
}

/// True of the changes that a company's history shows.
fn in_history_of_company(id: Uuid) -> Expr {
    Expr::col("contact_id").is_null().and(Expr::cust(COMPANY).eq(id))
}
