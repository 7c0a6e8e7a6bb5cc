//! Interactions that pass from contacts to others, as subjects and as parties: when contacts are merged, and back.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, FromQueryResult, QueryFilter, QuerySelect, Set, Statement,
    sea_query::{Expr, Query},
};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{Subject, reference::sorted};
use crate::{
    domain::{
        Write, bulk,
        changes::{Diff, NewChange},
        condition::is_one_of,
        error::Result,
        memberships::IDS_PER_STATEMENT,
    },
    entity::{
        change::ChangeKind,
        interaction::{ActiveModel, Column, Entity},
        interaction_party::{self, Column as PartyColumn},
    },
};

/// An interaction without its texts.
#[derive(Clone, Debug, FromQueryResult)]
struct Moved {
    id: Uuid,
    contact_id: Option<Uuid>,
    company_id: Option<Uuid>,
    version: i32,
    updated_at: DateTime<Utc>,
}

/// The place of a party: its interaction, and its position there.
pub(crate) type PartyPlace = (Uuid, i32);

/// Interactions with the contacts that each is logged on and that are parties to it.
#[derive(Debug, Default)]
pub(crate) struct Moves {
    interactions: BTreeMap<Uuid, Moved>,
    parties: BTreeMap<PartyPlace, Uuid>,
}

/// The contacts that interactions pass to.
#[derive(Debug, Default)]
pub(crate) struct NewOwners {
    /// By interaction.
    pub(crate) subjects: BTreeMap<Uuid, Uuid>,
    /// By the place of the party.
    pub(crate) parties: BTreeMap<PartyPlace, Uuid>,
}

/// The records on which the interactions are logged that contacts are parties to.
#[derive(Debug, Default)]
pub(crate) struct Subjects {
    pub(crate) company_ids: Vec<Uuid>,
    pub(crate) contact_ids: Vec<Uuid>,
}

/// The subjects of the interactions that contacts are parties to.
pub(crate) async fn subjects_with(tx: &impl ConnectionTrait, contact_ids: &[Uuid]) -> Result<Subjects> {
    subjects(tx, with_parties(contact_ids, tx.get_database_backend())).await
}

/// The subjects of interactions.
pub(crate) async fn subjects_of(tx: &impl ConnectionTrait, ids: &[Uuid]) -> Result<Subjects> {
    subjects(tx, is_one_of(Expr::col(Column::Id), ids, tx.get_database_backend())).await
}

async fn subjects(tx: &impl ConnectionTrait, condition: Expr) -> Result<Subjects> {
    let select = Entity::find().select_only().columns([Column::ContactId, Column::CompanyId]).distinct();
    let rows: Vec<(Option<Uuid>, Option<Uuid>)> = select.filter(condition).into_tuple().all(tx).await?;
    let contact_ids = rows.iter().filter_map(|(contact, _)| *contact).collect();
    Ok(Subjects { contact_ids, company_ids: rows.iter().filter_map(|(_, company)| *company).collect() })
}

/// True of the interactions to which one of the contacts is a party.
fn with_parties(contact_ids: &[Uuid], backend: DbBackend) -> Expr {
    let parties = Query::select()
        .column(PartyColumn::InteractionId)
        .from(interaction_party::Entity)
        .and_where(is_one_of(Expr::col(PartyColumn::ContactId), contact_ids, backend))
        .take();
    Column::Id.in_subquery(parties)
}

impl Moves {
    /// The interactions that contacts are the subjects of or parties to, by three statements.
    pub(crate) async fn read(db: &impl ConnectionTrait, contact_ids: &[Uuid]) -> Result<Self> {
        let backend = db.get_database_backend();
        let mut moves = Self::default();
        // Two statements, because PostgreSQL would read all interactions for both conditions together.
        let is_subject = is_one_of(Expr::col(Column::ContactId), contact_ids, backend);
        for condition in [is_subject, with_parties(contact_ids, backend)] {
            moves.add_interactions(db, condition).await?;
        }
        moves.add_parties(db, is_one_of(Expr::col(PartyColumn::ContactId), contact_ids, backend)).await?;
        Ok(moves)
    }

    /// The interactions with these ids, and the contacts that are parties to them.
    pub(crate) async fn of(tx: &impl ConnectionTrait, ids: &[Uuid]) -> Result<Self> {
        let (backend, mut moves) = (tx.get_database_backend(), Self::default());
        for some in ids.chunks(IDS_PER_STATEMENT) {
            moves.add_interactions(tx, is_one_of(Expr::col(Column::Id), some, backend)).await?;
            moves.add_parties(tx, is_one_of(Expr::col(PartyColumn::InteractionId), some, backend)).await?;
        }
        Ok(moves)
    }

    async fn add_interactions(&mut self, db: &impl ConnectionTrait, condition: Expr) -> Result<()> {
        let columns = [Column::Id, Column::ContactId, Column::CompanyId, Column::Version, Column::UpdatedAt];
        let select = Entity::find().select_only().columns(columns).filter(condition);
        let found: Vec<Moved> = select.into_model().all(db).await?;
        self.interactions.extend(found.into_iter().map(|interaction| (interaction.id, interaction)));
        Ok(())
    }

    async fn add_parties(&mut self, db: &impl ConnectionTrait, condition: Expr) -> Result<()> {
        let select = interaction_party::Entity::find()
            .select_only()
            .columns([PartyColumn::InteractionId, PartyColumn::Position, PartyColumn::ContactId])
            .filter(condition)
            .filter(PartyColumn::ContactId.is_not_null());
        let found: Vec<(Uuid, i32, Uuid)> = select.into_tuple().all(db).await?;
        self.parties
            .extend(found.into_iter().map(|(interaction, position, contact)| ((interaction, position), contact)));
        Ok(())
    }

    /// The number of interactions.
    pub(crate) fn len(&self) -> usize {
        self.interactions.len()
    }

    /// True of an interaction that is among them.
    pub(crate) fn contains(&self, id: Uuid) -> bool {
        self.interactions.contains_key(&id)
    }

    /// The contact that an interaction is logged on.
    pub(crate) fn subject(&self, id: Uuid) -> Option<Uuid> {
        self.interactions.get(&id)?.contact_id
    }

    /// The contact that is the party at a place.
    pub(crate) fn party(&self, place: PartyPlace) -> Option<Uuid> {
        self.parties.get(&place).copied()
    }

    /// Passes everything that belongs to some contacts on to another.
    pub(crate) fn all_to(&self, from: &[Uuid], to: Uuid) -> NewOwners {
        let is_moved = |contact: &Uuid| from.contains(contact);
        let subjects =
            self.interactions.values().filter(|interaction| interaction.contact_id.as_ref().is_some_and(is_moved));
        let parties = self.parties.iter().filter(|(_, contact)| is_moved(contact));
        NewOwners {
            subjects: subjects.map(|interaction| (interaction.id, to)).collect(),
            parties: parties.map(|(place, _)| (*place, to)).collect(),
        }
    }

    /// Writes new owners, by two statements, and gives the changes to be recorded. The interactions are locked by their
    /// subjects.
    pub(crate) async fn write(&self, write: &Write, owners: &NewOwners) -> Result<Vec<NewChange>> {
        let mut ids: Vec<Uuid> = owners.subjects.keys().copied().collect();
        ids.extend(owners.parties.keys().map(|(interaction, _)| *interaction));
        sorted(&mut ids);
        let (mut rows, mut changes) = (Vec::new(), Vec::new());
        for stored in ids.iter().filter_map(|id| self.interactions.get(id)) {
            let mut present = stored.clone();
            present.contact_id = owners.subjects.get(&stored.id).copied().or(stored.contact_id);
            present.updated_at = std::cmp::max(write.now, stored.updated_at);
            rows.push(ActiveModel {
                id: Set(present.id),
                contact_id: Set(present.contact_id),
                version: Set(stored.version.saturating_add(1)),
                updated_at: Set(present.updated_at),
                ..ActiveModel::default()
            });
            changes.push(self.change(stored, &present, owners));
        }
        bulk::update::<Entity>(&write.tx, &rows, &[Column::ContactId, Column::Version, Column::UpdatedAt]).await?;
        write_parties(write, &owners.parties).await?;
        Ok(changes)
    }

    /// The change of an interaction: the ids of the contacts before and after, and nothing of what was said.
    fn change(&self, stored: &Moved, present: &Moved, owners: &NewOwners) -> NewChange {
        let id = |contact: Option<Uuid>| contact.map_or(Json::Null, |id| id.to_string().into());
        let places = || owners.parties.range((stored.id, i32::MIN)..=(stored.id, i32::MAX));
        let party = |position: i32, contact: Option<Uuid>| json!({ "position": position, "contactId": contact });
        let before: Vec<Json> = places().map(|(place, _)| party(place.1, self.party(*place))).collect();
        let after: Vec<Json> = places().map(|(place, contact)| party(place.1, Some(*contact))).collect();
        let diff = Diff::default().field("contact", id(stored.contact_id), id(present.contact_id));
        let subject = match (present.contact_id, present.company_id) {
            (Some(contact), _) => Subject::Contact(contact),
            (None, company) => Subject::Company(company.unwrap_or_default()),
        };
        let change = NewChange::interaction(ChangeKind::Updated, stored.id, subject);
        change.at(present.updated_at).with(diff.field("parties", before, after))
    }
}

/// Writes the contacts of parties, all of them as one JSON parameter.
async fn write_parties(write: &Write, parties: &BTreeMap<PartyPlace, Uuid>) -> Result<()> {
    if parties.is_empty() {
        return Ok(());
    }
    let backend = write.tx.get_database_backend();
    let as_text = |id: &Uuid| if backend == DbBackend::Sqlite { id.simple().to_string() } else { id.to_string() };
    let given = parties.iter().map(|((interaction, position), contact)| {
        json!({ "interaction": as_text(interaction), "position": position, "contact": as_text(contact) })
    });
    let given = Json::Array(given.collect());
    let rows = if backend == DbBackend::Sqlite {
        "(SELECT unhex(json_extract(value, '$.interaction')) AS interaction, json_extract(value, '$.position') AS position, \
          unhex(json_extract(value, '$.contact')) AS contact FROM json_each($1) WHERE TRUE) AS given"
    } else {
        "jsonb_to_recordset($1) AS given (interaction uuid, position integer, contact uuid)"
    };
    let sql = format!(
        "UPDATE interaction_parties SET contact_id = given.contact FROM {rows} \
         WHERE interaction_parties.interaction_id = given.interaction AND interaction_parties.position = given.position"
    );
    write.tx.execute_raw(Statement::from_sql_and_values(backend, sql, [given.into()])).await?;
    Ok(())
}
