//! Merging all groups that are certainly one person, as one batch.
//!
//! Each group is a transaction of its own, so that nobody waits for long. It begins with comparing the contacts once more,
//! because the stored pairs may be of contacts as they were. What has changed since the groups were found is left alone. A
//! job whose process has ended is taken up by another, which finds the groups anew.

use std::{collections::HashMap, time::Duration};

use sea_orm::{ActiveEnum, ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use uuid::Uuid;

use super::{Group, merge_group};
use crate::{
    domain::{
        Actor, Context, batches,
        duplicates::{self, FullGroup},
        error::{Error, Result},
    },
    entity::batch::{self, BatchKind, BatchState},
};

/// Most groups that are merged before the answer. More are merged in the background.
const GROUPS_IN_REQUEST_MAX: usize = 100;
/// Interval between looks for jobs that have stopped.
const LOOK_INTERVAL: Duration = Duration::from_secs(5);
/// Delay before another try while the database is unavailable.
const RETRY_INTERVAL: Duration = Duration::from_secs(1);

/// Outcome of merging all groups that are certain.
#[derive(Debug, Default)]
pub struct MergedGroups {
    /// The batch; none of a dry run, and where there is nothing to merge.
    pub batch: Option<batch::Model>,
    /// The number of groups.
    pub group_count: usize,
    /// The number of contacts that are absorbed.
    pub absorbed_count: usize,
}

/// Merges all certain groups into the survivors that are suggested, as one batch: none with a pair of which somebody has
/// said that they are different people, with more than 50 contacts, or with several login users. A dry run only counts.
pub async fn merge_certain(ctx: &Context, is_dry_run: bool) -> Result<MergedGroups> {
    let groups = mergeable(ctx).await?;
    let (group_count, absorbed_count) = (groups.len(), groups.iter().map(|group| group.absorbed.len()).sum());
    let mut merged = MergedGroups { batch: None, group_count, absorbed_count };
    if is_dry_run || groups.is_empty() {
        return Ok(merged);
    }
    let write = ctx.begin().await?;
    let batch = batches::start(&write, BatchKind::Merge).await?;
    write.commit().await?;
    if group_count > GROUPS_IN_REQUEST_MAX {
        let (ctx, id) = (ctx.clone(), batch.id);
        tokio::spawn(async move { finish(&ctx, id, Some(groups)).await });
        merged.batch = Some(batch);
        return Ok(merged);
    }
    (merged.group_count, merged.absorbed_count) = merge_all(ctx, batch.id, &groups).await?;
    if merged.group_count == 0 {
        let write = ctx.begin().await?;
        batches::discard(&write, batch.id).await?;
        write.commit().await?;
    }
    merged.batch = batches::get(ctx.db.reads(), batch.id).await?;
    Ok(merged)
}

/// The groups that may be merged without being asked for by their members.
async fn mergeable(ctx: &Context) -> Result<Vec<Group>> {
    let groups = duplicates::mergeable(ctx).await?;
    Ok(groups.into_iter().filter(has_one_user).map(|found| group(&found)).collect())
}

/// Which of several login users is to be kept is for somebody to say.
fn has_one_user(group: &FullGroup) -> bool {
    let mut users = group.contacts.iter().filter_map(|contact| contact.user_id);
    let first = users.next();
    users.all(|user| Some(user) == first)
}

fn group(found: &FullGroup) -> Group {
    let survivor = found.survivor.id;
    let absorbed = found.contacts.iter().map(|contact| contact.id).filter(|id| *id != survivor);
    let versions: HashMap<_, _> = found.contacts.iter().map(|contact| (contact.id, (0, contact.version))).collect();
    Group { survivor: Some(survivor), absorbed: absorbed.enumerate().collect(), versions, ..Group::default() }
}

/// Merges groups one after the other, and ends the batch. Returns how many groups were merged, and how many contacts were
/// absorbed.
async fn merge_all(ctx: &Context, batch_id: Uuid, groups: &[Group]) -> Result<(usize, usize)> {
    let (mut merged, mut absorbed) = (0, 0);
    for group in groups {
        if merge_one(ctx, batch_id, group).await? {
            merged += 1;
            absorbed += group.absorbed.len();
        }
    }
    let write = ctx.begin().await?;
    batches::end(&write, batch_id, BatchState::Done).await?;
    write.commit().await?;
    Ok((merged, absorbed))
}

/// Merges a group; false where it is not to be merged any more.
async fn merge_one(ctx: &Context, batch_id: Uuid, group: &Group) -> Result<bool> {
    let mut write = ctx.begin().await?;
    if !batches::is_running(&write, batch_id).await? {
        return Ok(false);
    }
    if !duplicates::is_still_certain(&write.tx, &group.ids()).await? {
        return Ok(false);
    }
    batches::join(&mut write, batch_id);
    match merge_group(&write, group).await {
        Ok(_) if duplicates::has_veto(&write.tx, &group.ids()).await? => Ok(false),
        Ok(_) => {
            batches::advance(&write).await?;
            write.commit().await?;
            Ok(true)
        }
        // Somebody has written to one of them since, or together they have more than a contact may have.
        Err(Error::Rejected(_)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Merges to the end, whatever comes in between. Without groups, they are found anew.
async fn finish(ctx: &Context, batch_id: Uuid, mut groups: Option<Vec<Group>>) {
    loop {
        let merging = async {
            let groups = match groups.take() {
                Some(groups) => groups,
                None => mergeable(ctx).await?,
            };
            merge_all(ctx, batch_id, &groups).await
        };
        match merging.await {
            Ok((merged, absorbed)) => {
                tracing::info!(batch.id = %batch_id, groups = merged, absorbed, "Merged duplicates");
                return;
            }
            Err(Error::Unavailable(cause)) => {
                tracing::warn!(batch.id = %batch_id, %cause, "Duplicates are not merged yet; trying again");
                tokio::time::sleep(RETRY_INTERVAL).await;
            }
            Err(error) => {
                tracing::error!(batch.id = %batch_id, ?error, "Duplicates could not be merged");
                return fail(ctx, batch_id).await;
            }
        }
    }
}

/// Ends a batch as failed, so that what was merged can be taken back.
async fn fail(ctx: &Context, batch_id: Uuid) {
    let failing = async {
        let write = ctx.begin().await?;
        batches::end(&write, batch_id, BatchState::Failed).await?;
        write.commit().await
    };
    if let Err(error) = failing.await {
        tracing::error!(batch.id = %batch_id, %error, "A batch that failed could not be ended; it is taken up again");
    }
}

/// Goes on with the jobs that have stopped, as they do when their process ends. Runs until it is dropped.
///
/// A job has stopped when it has come no further between two looks.
pub async fn keep_up(ctx: &Context) {
    let mut seen: HashMap<Uuid, i32> = HashMap::new();
    loop {
        match running(ctx).await {
            Ok(batches) => {
                for batch in &batches {
                    if seen.get(&batch.id) == Some(&batch.done_count) {
                        let actor = Actor::of_record(batch.user_id, batch.api_key_id);
                        finish(&Context { actor, ..ctx.clone() }, batch.id, None).await;
                    }
                }
                seen = batches.into_iter().map(|batch| (batch.id, batch.done_count)).collect();
            }
            Err(error) => tracing::warn!(%error, "Merges that have stopped could not be looked up; trying again"),
        }
        tokio::time::sleep(LOOK_INTERVAL).await;
    }
}

async fn running(ctx: &Context) -> Result<Vec<batch::Model>> {
    // A literal, so that the partial index is found.
    let running = Expr::cust(format!("state = '{}'", BatchState::Running.to_value()));
    let merges = batch::Entity::find().filter(running).filter(batch::Column::Kind.eq(BatchKind::Merge));
    Ok(merges.all(ctx.db.reads()).await?)
}
