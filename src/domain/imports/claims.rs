//! Rows of one file that are about one record: of each single value, that of the last row is taken.
//!
//! Otherwise two rows that disagree would change the record there and back whenever the file is imported. A row that changes
//! single values of a record claims them. A later row that sets one of them takes it away, however far behind it stands, and
//! what the earlier row has lost is not written.

use std::collections::{HashMap, HashSet};

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Value, sea_query::Expr};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    effect::Effect,
    json,
    options::Options,
    plan::{Chunk, Planned},
    read::Fault,
    repeats, report,
    singles::Single,
    wanted::{Subject, Wanted},
};
use crate::{
    domain::{
        Write, bulk,
        condition::is_one_of,
        error::{Code, Result},
        upsert::Outcome,
    },
    entity::{
        import_claim::{Column, Entity},
        import_job::Model,
    },
};

/// A row that changes single values of a record.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Claim {
    row: i32,
    line: i32,
    /// The values that it changes.
    values: Vec<Single>,
    /// Values that later rows have taken away.
    lost: Vec<Single>,
    /// True where it does more than change these values.
    does_more: bool,
}

impl Claim {
    fn of(row: &Wanted, outcome: Outcome, effect: Effect) -> Self {
        let does_more = effect.does_more || outcome == Outcome::Restored;
        Self { row: row.number, line: row.line, values: effect.changes, lost: Vec::new(), does_more }
    }

    /// True of a row that nothing is left of.
    fn is_void(&self) -> bool {
        self.values.is_empty() && !self.does_more
    }

    /// Takes away what another row sets; true where that is something.
    fn give_up(&mut self, sets: &[Single]) -> bool {
        let is_replaced = |value: &Single| sets.iter().any(|set| set.replaces(value));
        let (lost, kept): (Vec<_>, Vec<_>) = self.values.drain(..).partition(is_replaced);
        self.values = kept;
        let has_lost = !lost.is_empty();
        self.lost.extend(lost);
        has_lost
    }
}

/// The claims on the records that the rows of a chunk are about.
#[derive(Debug, Default)]
pub(super) struct Claims {
    /// Records whose claims have changed, with all their claims.
    records: Vec<(Uuid, Vec<Claim>)>,
    /// Warnings of rows that lose values, with their lines.
    pub(super) warnings: HashMap<i32, (i32, Vec<Fault>)>,
    /// Rows of earlier chunks that nothing is left of.
    void: HashSet<i32>,
}

impl Claims {
    /// Finds the claims of a chunk's rows. The outcomes of rows that are about one record become those that each has by
    /// itself.
    pub(super) async fn of(
        db: &impl ConnectionTrait,
        (job, options, has_claims): (&Model, &Options, bool),
        chunk: &Chunk,
        rows: &[Wanted],
        planned: &mut [Planned],
    ) -> Result<Self> {
        let mut by_record: HashMap<Uuid, Vec<usize>> = HashMap::new();
        for (place, planned) in planned.iter().enumerate() {
            let is_stored = !matches!(planned.outcome, Outcome::Created | Outcome::Failed);
            if let Some(id) = planned.target.filter(|_| is_stored) {
                by_record.entry(id).or_default().push(place);
            }
        }
        let ids: Vec<Uuid> = by_record.keys().copied().filter(|_| has_claims).collect();
        let mut stored = stored(db, job.id, &ids).await?;
        let mut claims = Self::default();
        for (id, places) in by_record {
            let earlier = stored.remove(&id).unwrap_or_default();
            let is_alone = places.len() == 1 && earlier.is_empty();
            if is_alone && places.iter().all(|place| planned.get(*place).is_none_or(is_unchanged)) {
                continue;
            }
            claims.add((job.subject, options), id, earlier, places, (chunk, rows, &mut *planned))?;
        }
        Ok(claims)
    }

    /// Adds the rows about a record.
    fn add(
        &mut self,
        (subject, options): (Subject, &Options),
        id: Uuid,
        mut claims: Vec<Claim>,
        places: Vec<usize>,
        (chunk, rows, planned): (&Chunk, &[Wanted], &mut [Planned]),
    ) -> Result<()> {
        let (before, mut of_rows) = (claims.len(), HashMap::new());
        let mut is_changed = false;
        for place in places {
            let (Some(row), Some(planned)) = (rows.get(place), planned.get_mut(place)) else { continue };
            let effect = Effect::of(chunk, subject, &row.item, id, options)?;
            for claim in &mut claims {
                if claim.give_up(&effect.sets) {
                    is_changed = true;
                    self.warn(claim, row.number);
                }
            }
            if planned.outcome != Outcome::Restored {
                planned.outcome = effect.outcome();
            }
            if !effect.changes.is_empty() {
                of_rows.insert(row.number, place);
                claims.push(Claim::of(row, planned.outcome, effect));
            }
        }
        for claim in claims.iter().filter(|claim| claim.is_void()) {
            match of_rows.get(&claim.row).and_then(|place| planned.get_mut(*place)) {
                Some(planned) => planned.outcome = Outcome::Unchanged,
                None if self.warnings.contains_key(&claim.row) => {
                    self.void.insert(claim.row);
                }
                None => {}
            }
        }
        if is_changed || claims.len() > before {
            self.records.push((id, claims));
        }
        Ok(())
    }

    /// Notes what a row has lost last.
    fn warn(&mut self, claim: &Claim, by: i32) {
        let lost: Vec<String> = claim.lost.iter().map(Single::label).collect();
        let warning = Fault {
            code: Code::Ambiguous.name(),
            field: claim.lost.last().map(|single| single.field.clone()).into_iter().collect(),
            message: format!("Row {by} is about the same record, and its values are taken: {}.", lost.join(", ")),
            conflict_ids: Vec::new(),
        };
        // One warning is enough, the last one.
        self.warnings.insert(claim.row, (claim.line, vec![warning]));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Stores the claims, warns of the rows of earlier chunks that lose values, and counts those anew that nothing is left of.
    pub(super) async fn write(self, write: &Write, job: &mut Model) -> Result<()> {
        let row = |(id, claims): &(Uuid, Vec<Claim>)| {
            Ok([job.id.into(), (*id).into(), json::text(claims)?.into()].map(Some).into())
        };
        let rows: Vec<Vec<Option<Value>>> = self.records.iter().map(row).collect::<Result<_>>()?;
        let columns = [("job_id", "uuid"), ("record_id", "uuid"), ("claims", "text")];
        bulk::put_into(&write.tx, "import_claims", &columns, &rows, "job_id, record_id").await?;
        let left_out = report::warn(write, job.id, self.warnings).await?;
        let void: Vec<i32> = self.void.into_iter().collect();
        let counted = void.iter().filter(|row| !left_out.contains(*row)).count();
        let counted = i32::try_from(counted).unwrap_or(i32::MAX);
        job.updated -= counted;
        job.unchanged += counted;
        repeats::note_unchanged(write, job.id, &void).await
    }
}

fn is_unchanged(planned: &Planned) -> bool {
    planned.outcome == Outcome::Unchanged
}

async fn stored(db: &impl ConnectionTrait, job_id: Uuid, ids: &[Uuid]) -> Result<HashMap<Uuid, Vec<Claim>>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let these = is_one_of(Expr::col(Column::RecordId), ids, db.get_database_backend());
    let found = Entity::find().filter(Column::JobId.eq(job_id)).filter(these).all(db).await?;
    found.into_iter().map(|stored| Ok((stored.record_id, json::read(&stored.claims)?))).collect()
}

/// Takes from rows that are to be written what later rows of the file have taken from them.
pub(super) async fn settle(db: &impl ConnectionTrait, job_id: Uuid, rows: &mut [Wanted]) -> Result<()> {
    let writes = |row: &&Wanted| matches!(row.planned, Some(Outcome::Updated | Outcome::Restored | Outcome::Unchanged));
    let ids: HashSet<Uuid> = rows.iter().filter(writes).filter_map(|row| row.target).collect();
    let stored = stored(db, job_id, &ids.into_iter().collect::<Vec<_>>()).await?;
    if stored.is_empty() {
        return Ok(());
    }
    for row in rows {
        let claims = row.target.and_then(|id| stored.get(&id)).into_iter().flatten();
        for claim in claims.filter(|claim| claim.row == row.number && !claim.lost.is_empty()) {
            row.item.drop_singles(&claim.lost);
            if claim.is_void() {
                row.planned = Some(Outcome::Unchanged);
            }
        }
    }
    Ok(())
}
