//! The records that the items of a call name, as they are and as they are going to be.

use std::{
    collections::{HashMap, HashSet},
    sync::OnceLock,
};

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue, ConnectionTrait, EntityTrait, IntoActiveModel, ModelTrait, QueryFilter, QueryOrder,
    QuerySelect, TryIntoModel, Value,
    sea_query::{Expr, ExprTrait, LockType},
};
use uuid::Uuid;

use super::keys::{Findable, Key, select_ids};
use crate::domain::{
    batches,
    condition::is_one_of,
    described,
    error::Result,
    ids,
    input::with_whole_lists,
    merging,
    refusal::{self, Keyed},
};

/// A record: as it is stored, and as it is going to be.
pub(crate) struct Working<E: EntityTrait> {
    /// None of a record to be created.
    pub(crate) before: Option<E::Model>,
    /// The record in its next state.
    pub(crate) now: E::Model,
    /// True of a record that leaves the trash.
    pub(crate) is_restored: bool,
    /// True of a new record whose id the caller chose.
    pub(crate) is_chosen: bool,
}

/// The records by their ids and their keys.
pub(crate) struct Directory<E: EntityTrait> {
    records: HashMap<Uuid, Working<E>>,
    /// In the order of their creation, so that the changes are recorded in that of the items.
    created: Vec<Uuid>,
    /// Ids that are not free for a new record, of those that were asked for.
    taken: HashSet<Uuid>,
    by_key: HashMap<Key, Vec<Uuid>>,
    /// The same of the records as they are stored; made when it is first asked for.
    stored_by_key: OnceLock<HashMap<Key, Vec<Uuid>>>,
    /// The survivors of records that were merged away, by the keys of those.
    aliases: HashMap<Key, Vec<Uuid>>,
}

impl<E: Findable> Directory<E> {
    /// Reads the records that have one of the keys, and locks them where that is wanted.
    pub(crate) async fn read(tx: &impl ConnectionTrait, keys: &[Key], lock: Option<LockType>) -> Result<Self> {
        let mut directory = Self {
            records: HashMap::new(),
            created: Vec::new(),
            taken: HashSet::new(),
            by_key: HashMap::new(),
            stored_by_key: OnceLock::new(),
            aliases: HashMap::new(),
        };
        if keys.is_empty() {
            return Ok(directory);
        }
        let backend = tx.get_database_backend();
        let found = Expr::col((E::RESOURCE.table, "id")).in_subquery(select_ids::<E>(keys, backend));
        directory.add(tx, found, lock).await?;
        let survivors = directory.records.values().filter_map(|record| merging::survivor_of::<E>(&record.now));
        let survivors: Vec<Uuid> = survivors.filter(|id| directory.get(*id).is_none()).collect();
        if !survivors.is_empty() {
            let these = is_one_of(Expr::col((E::RESOURCE.table, "id")), &survivors, backend);
            directory.add(tx, these, lock).await?;
        }
        let unknown = keys.iter().filter_map(|key| match key {
            Key::Id(id) if !directory.records.contains_key(id) => Some(*id),
            _ => None,
        });
        directory.taken = ids::all_taken(tx, &unknown.collect::<Vec<_>>()).await?;
        Ok(directory)
    }

    async fn add(&mut self, tx: &impl ConnectionTrait, these: Expr, lock: Option<LockType>) -> Result<()> {
        let mut records = E::find().filter(these).order_by_asc(E::trash_columns().id);
        if let Some(lock) = lock {
            records = records.lock(lock);
        }
        for record in records.all(tx).await? {
            self.put(Working { before: Some(record.clone()), now: record, is_restored: false, is_chosen: false });
        }
        Ok(())
    }

    fn put(&mut self, working: Working<E>) {
        let id = id_of::<E>(&working.now);
        if let Some(survivor) = merging::survivor_of::<E>(&working.now) {
            for key in E::keys(&working.now) {
                self.aliases.entry(key).or_default().push(survivor);
            }
            self.by_key.entry(Key::Id(id)).or_default().push(id);
            self.records.insert(id, working);
            return;
        }
        for key in E::keys(&working.now).into_iter().chain([Key::Id(id)]) {
            self.by_key.entry(key).or_default().push(id);
        }
        self.records.insert(id, working);
    }

    fn take(&mut self, id: Uuid) -> Option<Working<E>> {
        let working = self.records.remove(&id)?;
        for key in E::keys(&working.now).into_iter().chain([Key::Id(id)]) {
            if let Some(ids) = self.by_key.get_mut(&key) {
                ids.retain(|other| *other != id);
            }
        }
        Some(working)
    }

    /// A record in its next state.
    pub(crate) fn get(&self, id: Uuid) -> Option<&E::Model> {
        self.records.get(&id).map(|working| &working.now)
    }

    /// The ids of all records.
    pub(crate) fn ids(&self) -> Vec<Uuid> {
        self.records.keys().copied().collect()
    }

    /// The records that have a key, live ones and those in the trash, each in the order of their ids. Where no live one
    /// has it, the survivors of records that were merged away and have it are among them.
    pub(crate) fn with(&self, key: &Key) -> (Vec<Uuid>, Vec<Uuid>) {
        self.parted(key, &self.by_key, |id| self.get(id))
    }

    /// The same of the records as they are stored, whatever is planned of them.
    pub(crate) fn stored_with(&self, key: &Key) -> (Vec<Uuid>, Vec<Uuid>) {
        let stored_by_key = self.stored_by_key.get_or_init(|| self.stored_keys());
        self.parted(key, stored_by_key, |id| self.stored(id))
    }

    fn stored_keys(&self) -> HashMap<Key, Vec<Uuid>> {
        let mut by_key: HashMap<Key, Vec<Uuid>> = HashMap::new();
        for record in self.records.values().filter_map(|working| working.before.as_ref()) {
            let id = id_of::<E>(record);
            let keys = if merging::survivor_of::<E>(record).is_some() { Vec::new() } else { E::keys(record) };
            for key in keys.into_iter().chain([Key::Id(id)]) {
                by_key.entry(key).or_default().push(id);
            }
        }
        by_key
    }

    fn parted<'a>(
        &self,
        key: &Key,
        by_key: &HashMap<Key, Vec<Uuid>>,
        get: impl Fn(Uuid) -> Option<&'a E::Model>,
    ) -> (Vec<Uuid>, Vec<Uuid>)
    where
        E::Model: 'a,
    {
        let is_live = |id: &Uuid| get(*id).is_some_and(|record| !E::is_trashed(record));
        let mut ids = by_key.get(key).cloned().unwrap_or_default();
        if !ids.iter().any(is_live) {
            ids.extend(self.aliases.get(key).into_iter().flatten());
        }
        ids.sort_unstable();
        ids.dedup();
        ids.into_iter().partition(is_live)
    }

    /// The record that a record was merged into.
    pub(crate) fn survivor_of(&self, id: Uuid) -> Option<Uuid> {
        merging::survivor_of::<E>(self.get(id)?)
    }

    /// The records that were merged into a record, of those that have one of the keys.
    pub(crate) fn absorbed_by(&self, survivor: Uuid) -> impl Iterator<Item = &E::Model> {
        let all = self.records.values().map(|working| &working.now);
        all.filter(move |record| merging::survivor_of::<E>(record) == Some(survivor))
    }

    /// A row without the identifiers by which a record is found because another was merged into it: they stay with that
    /// one, and the record keeps its own.
    pub(crate) fn without_aliases(&self, id: Uuid, row: &E::ActiveModel) -> E::ActiveModel {
        let mut row = row.clone();
        let is_alias = |column: &str, key: fn(String) -> Key| {
            let set = described::column::<E>(column).map(|column| row.get(column));
            let Some(ActiveValue::Set(Value::String(Some(text)))) = set else { return false };
            self.aliases.get(&key(text)).is_some_and(|survivors| survivors.contains(&id))
        };
        let (has_external_id, has_uid) = (is_alias("external_id", Key::ExternalId), is_alias("uid", Key::Uid));
        let columns = [("external_id", has_external_id), ("external_id_key", has_external_id), ("uid", has_uid)];
        for (name, _) in columns.into_iter().filter(|(_, is_alias)| *is_alias) {
            if let Some(column) = described::column::<E>(name) {
                row.not_set(column);
            }
        }
        row
    }

    /// True of a record that has a key in its next state, or because another was merged into it.
    pub(crate) fn has(&self, id: Uuid, key: &Key) -> bool {
        [&self.by_key, &self.aliases].into_iter().filter_map(|ids| ids.get(key)).any(|ids| ids.contains(&id))
    }

    /// True of an id that no new record can have.
    pub(crate) fn is_taken(&self, id: Uuid) -> bool {
        self.taken.contains(&id)
    }

    /// A record as the database has it; none of one that is to be created.
    pub(crate) fn stored(&self, id: Uuid) -> Option<&E::Model> {
        self.records.get(&id)?.before.as_ref()
    }

    /// The only one of the records that an undo has moved to the trash. It comes back, whatever is to become of others in
    /// the trash.
    pub(crate) fn undone(&self, trashed: &[Uuid]) -> Option<Uuid> {
        let is_undone = |id: &&Uuid| self.get(**id).is_some_and(batches::is_undone::<E>);
        let mut undone = trashed.iter().filter(is_undone);
        undone.next().copied().filter(|_| undone.next().is_none())
    }

    /// True when a row would change a record as it is stored.
    pub(crate) fn would_change(&self, id: Uuid, row: &E::ActiveModel) -> Result<bool> {
        let Some(record) = self.stored(id) else { return Ok(false) };
        let row = &self.without_aliases(id, row);
        let whole = with_whole_lists::<E>(record, row)?;
        let next = refusal::overlaid::<E>(record.clone().into_active_model(), whole.as_ref().unwrap_or(row));
        Ok(differs::<E>(record, &next.try_into_model()?))
    }

    /// Adds a record to be created.
    pub(crate) fn create(&mut self, row: E::ActiveModel, is_chosen: bool) -> Result<Uuid> {
        let now: E::Model = row.try_into_model()?;
        let id = id_of::<E>(&now);
        self.created.push(id);
        self.put(Working { before: None, now, is_restored: false, is_chosen });
        Ok(id)
    }

    /// Applies a row to a record, which is taken out of the trash first where that is wanted; true when that changed it.
    pub(crate) fn change(&mut self, id: Uuid, row: &E::ActiveModel, restores: bool) -> Result<bool> {
        let row = &self.without_aliases(id, row);
        let Some(mut working) = self.take(id) else { return Ok(false) };
        let before = working.now.clone();
        if restores {
            working.now = restored::<E>(before.clone())?;
            working.is_restored |= working.before.is_some();
        }
        let whole = with_whole_lists::<E>(&working.now, row)?;
        let next = refusal::overlaid::<E>(working.now.into_active_model(), whole.as_ref().unwrap_or(row));
        working.now = next.try_into_model()?;
        let is_changed = differs::<E>(&before, &working.now);
        self.put(working);
        Ok(is_changed)
    }

    /// The records that are to be created, in the order of their items, and those that are to be written.
    pub(crate) fn written(&self) -> (Vec<&Working<E>>, Vec<&Working<E>>) {
        let created = self.created.iter().filter_map(|id| self.records.get(id)).collect();
        let mut changed: Vec<_> =
            self.records.iter().filter(|(_, working)| working.differs()).map(|(id, working)| (*id, working)).collect();
        changed.sort_by_key(|(id, _)| *id);
        (created, changed.into_iter().map(|(_, working)| working).collect())
    }

    /// Gives each record that is to be written its next version and time.
    pub(crate) fn finish(&mut self, now: DateTime<Utc>) -> Result<()> {
        let columns = E::trash_columns();
        let ids: Vec<Uuid> = self.records.iter().filter(|(_, working)| working.differs()).map(|(id, _)| *id).collect();
        for id in ids {
            let Some(working) = self.records.get_mut(&id) else { continue };
            let version = working.now.get(columns.version).unwrap::<i32>();
            let (_, time) = E::id_and_time(&working.now);
            let mut row = working.now.clone().into_active_model();
            sea_orm::ActiveModelTrait::set(&mut row, columns.version, version.saturating_add(1).into());
            sea_orm::ActiveModelTrait::set(&mut row, columns.updated_at, std::cmp::max(now, time).into());
            working.now = row.try_into_model()?;
        }
        Ok(())
    }
}

impl<E: Findable> Working<E> {
    /// True of a stored record whose next state is another.
    fn differs(&self) -> bool {
        self.before.as_ref().is_some_and(|before| *before != self.now)
    }

    /// The record as it was, but outside the trash where it leaves it: the state that the recorded values are compared
    /// with.
    pub(crate) fn base(&self) -> Result<Option<E::Model>> {
        match &self.before {
            Some(before) if self.is_restored => restored::<E>(before.clone()).map(Some),
            before => Ok(before.clone()),
        }
    }
}

/// True where a recorded field differs.
fn differs<E: Findable>(before: &E::Model, after: &E::Model) -> bool {
    let columns = E::RESOURCE.recorded().filter_map(|field| described::column::<E>(field.column));
    columns.into_iter().any(|column| before.get(column) != after.get(column))
}

/// A record with the status that it had before it was trashed.
fn restored<E: Keyed>(record: E::Model) -> Result<E::Model> {
    use sea_orm::ActiveModelTrait;
    let columns = E::trash_columns();
    let prior = record.get(columns.prior_status);
    let mut row = record.into_active_model();
    row.set(columns.status, prior);
    row.set(columns.prior_status, sea_orm::Value::String(None));
    row.set(columns.trashed_at, sea_orm::Value::ChronoDateTimeUtc(None));
    row.set(columns.undone_at, sea_orm::Value::ChronoDateTimeUtc(None));
    Ok(row.try_into_model()?)
}

/// The id of a record.
pub(crate) fn id_of<E: Keyed>(record: &E::Model) -> Uuid {
    E::id_and_time(record).0
}
