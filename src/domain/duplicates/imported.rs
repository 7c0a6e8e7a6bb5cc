//! Hints in the reports of imports: once the contacts that an import created are compared, the rows of those that are
//! likely somebody else are told.

use std::collections::HashMap;

use uuid::Uuid;

use super::{Certainty, pairs};
use crate::domain::{
    Context,
    error::{Code, Result, UserError},
    imports::{self, NextCreated},
};

/// Imports whose reports still lack the hints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Left {
    /// Some have ended.
    Ended,
    /// Some run.
    Running,
    /// None.
    None,
}

/// Tells of some rows of imports that have ended. All changes have to be compared when it is called.
pub(super) async fn tell_some(ctx: &Context) -> Result<Left> {
    let created = match imports::next_created(&ctx.db).await? {
        NextCreated::Rows(created) => created,
        NextCreated::Later => return Ok(Left::Running),
        NextCreated::Nothing => return Ok(Left::None),
    };
    let ids: Vec<Uuid> = created.rows.iter().map(|row| row.contact_id).collect();
    let found = pairs::of_contacts(&ctx.db, &ids, Certainty::Likely).await?;
    let hints: HashMap<Uuid, UserError> =
        found.into_iter().filter_map(|(id, candidates)| Some((id, hint(&candidates)?))).collect();
    let write = ctx.begin().await?;
    imports::tell_created(&write, created, hints).await?;
    write.commit().await?;
    Ok(Left::Ended)
}

fn hint(candidates: &[pairs::Candidate]) -> Option<UserError> {
    let message = match candidates.first()?.likeness.certainty {
        Certainty::Certain => "This is almost certainly the same person as another contact.",
        Certainty::Likely => "This is likely the same person as another contact.",
    };
    let others = candidates.iter().map(|candidate| candidate.contact_id);
    Some(UserError::new(Code::Duplicate, &[], message).with_conflicts(others))
}
