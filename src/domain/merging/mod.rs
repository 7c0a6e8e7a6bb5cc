//! Merging contacts that are one person into a survivor.
//!
//! A merge is one transaction and a batch, so that it can be taken back; see decision 0023. The absorbed contacts go to the
//! trash and keep their own identifiers there, by which look-ups find the survivor. Everything that refers to them is moved
//! to the survivor.
//!
//! **Invariant:** an absorbed contact is in the trash, and its survivor was not absorbed itself: a merge of the survivor
//! passes on what it had absorbed.
//!
//! **Invariant:** merges, their undoing and deletions for good take turns ([`take_turn`]), so that who was merged into whom
//! does not change while one of them locks contacts.

mod certain;
mod changes;
mod fields;
mod found;
mod memberships;
mod request;
mod survivor;
mod write;

pub use certain::{MergedGroups, keep_up, merge_certain};
pub(crate) use changes::{SURVIVOR, USER, diff, first_survivor, link_change};
pub use fields::Conflict;
pub(crate) use found::take_turn;
pub(crate) use request::Group;
pub use request::{ABSORBED_MAX, MergeRequest, RecordVersion};
pub(crate) use survivor::{
    MERGED_INTO, USER_ID, check_unmerged, id_in, is_unmerged, merged_with, survivor_of, survivors,
};
pub use write::Merged;

use self::{found::Found, request::check, write::Plan};
use crate::{
    domain::{
        Context, Write, batches,
        error::{Error, Result},
    },
    entity::batch::BatchKind,
};

/// Merges contacts into a survivor, as a batch, in one transaction. It costs the same number of statements however many
/// are absorbed.
pub async fn merge(ctx: &Context, request: MergeRequest) -> Result<Merged> {
    let (group, errors) = check(request)?;
    if !errors.is_empty() {
        return refused(ctx, &group, errors).await;
    }
    let mut write = ctx.begin().await?;
    batches::begin(&mut write);
    let mut merged = merge_group(&write, &group).await?;
    merged.batch = batches::finish(&write, BatchKind::Merge).await?;
    write.commit().await?;
    Ok(merged)
}

/// Computes a merge without writing anything.
pub async fn preview(ctx: &Context, request: MergeRequest) -> Result<Merged> {
    let (group, errors) = check(request)?;
    if !errors.is_empty() {
        return refused(ctx, &group, errors).await;
    }
    let found = Found::read(ctx.db.reads(), &group).await?;
    Ok(Plan::of(&group, found, ctx.clock.now())?.into_merged())
}

/// Merges one group in the caller's transaction, which belongs to a batch. It locks contacts in the order of their ids, so
/// that a transaction merges one group only.
pub(crate) async fn merge_group(write: &Write, group: &Group) -> Result<Merged> {
    found::lock(write, group).await?;
    let plan = Plan::of(group, Found::read(&write.tx, group).await?, write.now)?;
    plan.write(write).await
}

/// The errors of the arguments, and those of the contacts that they name.
async fn refused(ctx: &Context, group: &Group, mut errors: Vec<crate::domain::error::UserError>) -> Result<Merged> {
    errors.extend(Found::read(ctx.db.reads(), group).await?.refused(group));
    Err(Error::Rejected(errors))
}
