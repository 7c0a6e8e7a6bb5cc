//! Choosing the record that a row is about.

use uuid::Uuid;

use crate::domain::{
    error::{Code, UserError},
    upsert::{Directory, Findable, Key, OnTrashed},
};

/// The record that a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A record, which is taken out of the trash first where that is wanted.
    Record(Uuid, bool),
    /// None: a new one is created.
    New,
}

impl Found {
    pub(super) fn id(self) -> Option<Uuid> {
        match self {
            Self::Record(id, _) => Some(id),
            Self::New => None,
        }
    }
}

/// The one record that is stored with one of the keys; none where there is none. What earlier rows of the file do to the
/// others does not count, but that they may take an external id or a UID away.
pub(super) fn choose<E: Findable>(
    keys: &[Key],
    directory: &Directory<E>,
    agrees: impl Fn(&Uuid) -> bool,
    on_trashed: OnTrashed,
) -> std::result::Result<Option<Found>, UserError> {
    let (mut live, mut trashed) = (Vec::new(), Vec::new());
    for key in keys {
        let (some, others) = directory.stored_with(key);
        let is_meant =
            |id: &Uuid| (!matches!(key, Key::ExternalId(_) | Key::Uid(_)) || directory.has(*id, key)) && agrees(id);
        live.extend(some.into_iter().filter(is_meant));
        trashed.extend(others.into_iter().filter(is_meant));
    }
    for ids in [&mut live, &mut trashed] {
        ids.sort_unstable();
        ids.dedup();
    }
    if let Some(survivor) = trashed.iter().find_map(|id| directory.survivor_of(*id)) {
        return Err(UserError::merged(E::NOUN, &[], survivor));
    }
    let undone = directory.undone(&trashed);
    match (live.as_slice(), trashed.as_slice(), on_trashed) {
        ([one], ..) => Ok(Some(Found::Record(*one, false))),
        ([], [], _) | ([], _, OnTrashed::Ignore) if undone.is_none() => Ok(None),
        ([], ..) if undone.is_some() => Ok(undone.map(|id| Found::Record(id, true))),
        ([], [one], OnTrashed::Restore) => Ok(Some(Found::Record(*one, true))),
        ([], several, OnTrashed::Reject) => {
            let message = format!("The {} is in the trash; restore it first.", E::NOUN);
            Err(UserError::new(Code::Trashed, &[], message).with_conflicts(several))
        }
        ([], several, _) | (several, ..) => {
            let message = format!("The row matches several {}.", E::RESOURCE.table);
            Err(UserError::new(Code::Ambiguous, &[], message).with_conflicts(several))
        }
    }
}
