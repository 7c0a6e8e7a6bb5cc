//! Vetoes: pairs of contacts of which somebody has said that they are different people, whatever they have in common.

use std::collections::HashSet;

use sea_orm::ConnectionTrait;
use serde_json::json;
use uuid::Uuid;

use super::{
    inherited_vetoes::lift_vetoes,
    rows::{self, Given},
    state,
    vetoed::lock_existing,
};
use crate::{
    domain::{
        Context, Write,
        error::{Code, Error, Result, UserError},
        parse_id, records,
    },
    entity::contact,
    storage::Parameters,
};

/// Most contacts that one call can say of that they are different people. Each is then different from each other.
const CONTACTS_MAX: usize = 50;

/// Says that contacts are different people, each from each other. Returns them in the order of the ids.
pub async fn mark_different(ctx: &Context, ids: &[String]) -> Result<Vec<contact::Model>> {
    let write = ctx.begin().await?;
    let ids = check(&write, ids).await?;
    let (user, key) = (write.actor.user_id.map(rows::id), write.actor.key_id.map(rows::id));
    let pairs = each_pair(&ids).map(|(first, second)| json!([rows::id(first), rows::id(second), user, key]));
    let backend = write.tx.get_database_backend();
    let mut parameters = Parameters::new(backend);
    let columns =
        [("first_id", Given::Id), ("second_id", Given::Id), ("user_id", Given::Id), ("api_key_id", Given::Id)];
    let given = rows::given(&mut parameters, &columns, pairs.collect());
    let now = parameters.bind(write.now);
    let names = "first_id, second_id, user_id, api_key_id";
    // An inherited veto that somebody says again is kept when the merge is undone.
    let sql = format!(
        "INSERT INTO duplicate_vetoes ({names}, created_at) SELECT {names}, {now} FROM {given} WHERE TRUE \
         ON CONFLICT (first_id, second_id) DO UPDATE SET user_id = excluded.user_id, api_key_id = excluded.api_key_id, \
         created_at = excluded.created_at, inherited_from = NULL WHERE duplicate_vetoes.inherited_from IS NOT NULL"
    );
    write.tx.execute_raw(parameters.statement(sql)).await?;
    finish(write, &ids).await
}

/// Lifts what [`mark_different`] has said of each pair of these contacts, and of contacts that were merged into them.
pub async fn unmark_different(ctx: &Context, ids: &[String]) -> Result<Vec<contact::Model>> {
    let write = ctx.begin().await?;
    let ids = check(&write, ids).await?;
    lift_vetoes(&write.tx, &ids).await?;
    finish(write, &ids).await
}

/// Commits, and reads the contacts.
async fn finish(write: Write, ids: &[Uuid]) -> Result<Vec<contact::Model>> {
    state::note_written(&write.tx).await?;
    let mut found = records::get_many::<contact::Entity>(&write.tx, ids).await?;
    write.commit().await?;
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

/// The ids of a call, each once, of contacts that were not merged, and that cannot be deleted until the transaction ends.
async fn check(write: &Write, ids: &[String]) -> Result<Vec<Uuid>> {
    if ids.len() > CONTACTS_MAX {
        let message = format!("At most {CONTACTS_MAX} contacts fit in one call.");
        return Err(UserError::new(Code::TooMany, &["ids"], message).into());
    }
    let parsed: Vec<Option<Uuid>> = ids.iter().map(|id| parse_id(id)).collect();
    let known: Vec<Uuid> = parsed.iter().flatten().copied().collect();
    let existing = lock_existing(&write.tx, &known).await?;
    let refused = |(place, id): (usize, &Option<Uuid>)| {
        let field = ["ids", &place.to_string()];
        match id.and_then(|id| existing.get(&id)) {
            None => Some(UserError::not_found("contact", &field)),
            Some(survivor) => survivor.map(|survivor| UserError::merged("contact", &field, survivor)),
        }
    };
    let errors: Vec<UserError> = parsed.iter().enumerate().filter_map(refused).collect();
    if !errors.is_empty() {
        return Err(Error::Rejected(errors));
    }
    let mut seen = HashSet::new();
    let distinct: Vec<Uuid> = known.into_iter().filter(|id| seen.insert(*id)).collect();
    if distinct.len() < 2 {
        return Err(UserError::new(Code::Invalid, &["ids"], "Give at least two different contacts.").into());
    }
    Ok(distinct)
}

/// Each pair of ids once, the lesser one first.
fn each_pair(ids: &[Uuid]) -> impl Iterator<Item = (Uuid, Uuid)> {
    ids.iter().enumerate().flat_map(|(place, one)| {
        ids.iter().skip(place + 1).map(move |other| (*std::cmp::min(one, other), *std::cmp::max(one, other)))
    })
}

/// True where somebody has said of two of these contacts that they are different people.
pub(crate) async fn has_veto(db: &impl ConnectionTrait, ids: &[Uuid]) -> Result<bool> {
    let mut parameters = Parameters::new(db.get_database_backend());
    let (first, second) = (parameters.bind_ids(ids), parameters.bind_ids(ids));
    let sql = format!("SELECT 1 FROM duplicate_vetoes WHERE first_id IN {first} AND second_id IN {second} LIMIT 1");
    Ok(db.query_one_raw(parameters.statement(sql)).await?.is_some())
}
