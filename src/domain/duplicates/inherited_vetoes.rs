//! Vetoes that survivors have because of what was said of the contacts that were merged into them.
//!
//! **Invariant:** two contacts that were not merged have an inherited veto exactly where somebody has said of two others,
//! of which each is one of them or was merged into it, that they are different. It is stored, so that finding pairs asks
//! for no survivors.

use sea_orm::{ConnectionTrait, ExecResult};
use uuid::Uuid;

use super::state;
use crate::{domain::error::Result, storage::Parameters};

/// Everything that was said, beside it the two contacts that it is about today: the survivors, or the same.
const SAID: &str = "SELECT veto.*, COALESCE(first.merged_into, first.id) AS one, \
     COALESCE(second.merged_into, second.id) AS other, \
     CASE WHEN first.merged_into IS NULL THEN second.id ELSE first.id END AS merged \
     FROM duplicate_vetoes AS veto JOIN contacts AS first ON first.id = veto.first_id \
     JOIN contacts AS second ON second.id = veto.second_id WHERE veto.inherited_from IS NULL";

/// A part of FROM: what was said of contacts, and of those that were merged into them.
fn said_of(parameters: &mut Parameters, ids: &[Uuid]) -> String {
    let [first, second] = [(); 2].map(|()| {
        let (survivors, ids) = (parameters.bind_ids(ids), parameters.bind_ids(ids));
        format!("(SELECT id FROM contacts WHERE merged_into IN {survivors} UNION ALL SELECT * FROM {ids} AS given)")
    });
    format!("({SAID} AND veto.first_id IN {first} UNION ALL {SAID} AND veto.second_id IN {second}) AS said")
}

/// Gives survivors the vetoes of the contacts that were merged into them, which keep theirs.
pub(crate) async fn inherit_vetoes(tx: &impl ConnectionTrait, survivors: &[Uuid]) -> Result<()> {
    let mut parameters = Parameters::new(tx.get_database_backend());
    let said = said_of(&mut parameters, survivors);
    let kept = "user_id, api_key_id, created_at";
    let sql = format!(
        "INSERT INTO duplicate_vetoes (first_id, second_id, {kept}, inherited_from) \
         SELECT CASE WHEN one < other THEN one ELSE other END, CASE WHEN one < other THEN other ELSE one END, \
                {kept}, merged FROM {said} WHERE one <> other ON CONFLICT (first_id, second_id) DO NOTHING"
    );
    note_any(tx, tx.execute_raw(parameters.statement(sql)).await?).await
}

/// Finds the inherited vetoes of contacts anew, because merges of them were taken back.
pub(crate) async fn inherit_vetoes_anew(tx: &impl ConnectionTrait, ids: &[Uuid]) -> Result<()> {
    let mut parameters = Parameters::new(tx.get_database_backend());
    let [first, second] = [(); 2].map(|()| parameters.bind_ids(ids));
    let sql = format!(
        "DELETE FROM duplicate_vetoes WHERE inherited_from IS NOT NULL AND (first_id, second_id) IN (\
             SELECT first_id, second_id FROM duplicate_vetoes WHERE first_id IN {first} UNION ALL \
             SELECT first_id, second_id FROM duplicate_vetoes WHERE second_id IN {second})"
    );
    note_any(tx, tx.execute_raw(parameters.statement(sql)).await?).await?;
    inherit_vetoes(tx, ids).await
}

/// Lifts the vetoes between contacts, together with those that they were inherited from.
pub(super) async fn lift_vetoes(tx: &impl ConnectionTrait, ids: &[Uuid]) -> Result<()> {
    let mut parameters = Parameters::new(tx.get_database_backend());
    let said = said_of(&mut parameters, ids);
    let [first, second, one, other] = [(); 4].map(|()| parameters.bind_ids(ids));
    let sql = format!(
        "DELETE FROM duplicate_vetoes WHERE (first_id, second_id) IN (\
             SELECT first_id, second_id FROM duplicate_vetoes WHERE first_id IN {first} AND second_id IN {second} \
             UNION ALL \
             SELECT first_id, second_id FROM {said} WHERE one <> other AND one IN {one} AND other IN {other})"
    );
    tx.execute_raw(parameters.statement(sql)).await?;
    Ok(())
}

/// Has a contact say what was said of one that was merged into it, and that is about to be deleted for good.
pub(crate) async fn pass_vetoes_on(tx: &impl ConnectionTrait, absorbed: Uuid, to: Uuid) -> Result<()> {
    let mut parameters = Parameters::new(tx.get_database_backend());
    let [first, second] = [(); 2].map(|()| parameters.bind(absorbed));
    let to = parameters.bind(to);
    let kept = "user_id, api_key_id, created_at";
    let sql = format!(
        "INSERT INTO duplicate_vetoes (first_id, second_id, {kept}) \
         SELECT CASE WHEN other < {to} THEN other ELSE {to} END, CASE WHEN other < {to} THEN {to} ELSE other END, {kept} FROM (\
             SELECT second_id AS other, {kept} FROM duplicate_vetoes WHERE first_id = {first} AND inherited_from IS NULL \
             UNION ALL \
             SELECT first_id AS other, {kept} FROM duplicate_vetoes WHERE second_id = {second} AND inherited_from IS NULL\
         ) AS said WHERE other <> {to} ON CONFLICT (first_id, second_id) DO UPDATE SET inherited_from = NULL"
    );
    tx.execute_raw(parameters.statement(sql)).await?;
    Ok(())
}

/// Notes what was written about vetoes, if there was anything.
async fn note_any(tx: &impl ConnectionTrait, written: ExecResult) -> Result<()> {
    if written.rows_affected() == 0 { Ok(()) } else { state::note_written(tx).await }
}
