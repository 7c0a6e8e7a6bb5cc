//! The arguments of a merge, checked by themselves.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use crate::{
    domain::{
        error::{Code, Result, UserError},
        input::{self, Input},
        parse_id,
    },
    entity::contact,
};

/// Most contacts that one call absorbs.
pub const ABSORBED_MAX: usize = 49;

/// A version that a record must have.
#[derive(Clone, Debug)]
pub struct RecordVersion {
    /// The record's id.
    pub id: String,
    /// Its version.
    pub version: i32,
}

/// A merge as it is asked for.
#[derive(Clone, Debug, Default)]
pub struct MergeRequest {
    /// The contact that stays.
    pub survivor_id: String,
    /// The contacts that are merged into it.
    pub absorbed_ids: Vec<String>,
    /// Fields of the survivor, which win over those of all contacts.
    pub overrides: Input,
    /// The login user that the survivor is connected to, where the contacts have several.
    pub keep_user_id: Option<String>,
    /// Versions that contacts must have; the merge is refused otherwise.
    pub expected_versions: Vec<RecordVersion>,
}

/// A group of contacts to be merged.
#[derive(Clone, Debug, Default)]
pub(crate) struct Group {
    /// The contact that stays; none where the id is malformed.
    pub(crate) survivor: Option<Uuid>,
    /// The contacts that are merged into it, each with its place in the arguments.
    pub(crate) absorbed: Vec<(usize, Uuid)>,
    pub(crate) overrides: Input,
    pub(crate) keep_user: Option<Uuid>,
    /// Versions that contacts must have, each with its place in the arguments.
    pub(crate) versions: HashMap<Uuid, (usize, i32)>,
}

impl Group {
    /// All contacts, the survivor first.
    pub(super) fn ids(&self) -> Vec<Uuid> {
        self.survivor.into_iter().chain(self.absorbed_ids()).collect()
    }

    /// The contacts that are absorbed.
    pub(super) fn absorbed_ids(&self) -> impl Iterator<Item = Uuid> {
        self.absorbed.iter().map(|(_, id)| *id)
    }
}

/// The group that the arguments name, and everything that is wrong with them.
pub(super) fn check(request: MergeRequest) -> Result<(Group, Vec<UserError>)> {
    let mut errors = Vec::new();
    let survivor = parse_id(&request.survivor_id);
    if survivor.is_none() {
        errors.push(UserError::not_found("contact", &["survivorId"]));
    }
    let absorbed = check_absorbed(&request, survivor, &mut errors);
    let (_, wrong) = input::check::<contact::Entity>(&["overrides"], request.overrides.clone(), false)?;
    errors.extend(wrong);
    let keep_user = request.keep_user_id.as_deref().map(|id| parse_id(id).unwrap_or_default());
    let mut group = Group { survivor, absorbed, overrides: request.overrides, keep_user, versions: HashMap::new() };
    check_versions(&mut group, &request.expected_versions, &mut errors);
    Ok((group, errors))
}

fn check_absorbed(request: &MergeRequest, survivor: Option<Uuid>, errors: &mut Vec<UserError>) -> Vec<(usize, Uuid)> {
    let mut absorbed = Vec::new();
    if request.absorbed_ids.len() > ABSORBED_MAX {
        let message = format!("One call absorbs at most {ABSORBED_MAX} contacts.");
        errors.push(UserError::new(Code::TooMany, &["absorbedIds"], message));
        return absorbed;
    }
    if request.absorbed_ids.is_empty() {
        errors.push(UserError::new(Code::Blank, &["absorbedIds"], "Name at least one contact to absorb."));
    }
    let mut seen = HashSet::new();
    for (place, id) in request.absorbed_ids.iter().enumerate() {
        let field = ["absorbedIds", &place.to_string()];
        match parse_id(id) {
            None => errors.push(UserError::not_found("contact", &field)),
            Some(id) if Some(id) == survivor => {
                errors.push(UserError::new(Code::Invalid, &field, "The survivor cannot be absorbed as well."));
            }
            Some(id) if !seen.insert(id) => {
                errors.push(UserError::new(Code::Invalid, &field, "This contact is named twice."));
            }
            Some(id) => absorbed.push((place, id)),
        }
    }
    absorbed
}

fn check_versions(group: &mut Group, expected: &[RecordVersion], errors: &mut Vec<UserError>) {
    if expected.len() > ABSORBED_MAX + 1 {
        let message = format!("A merge has at most {} contacts.", ABSORBED_MAX + 1);
        errors.push(UserError::new(Code::TooMany, &["expectedVersions"], message));
        return;
    }
    let ids: HashSet<Uuid> = group.ids().into_iter().collect();
    for (place, expected) in expected.iter().enumerate() {
        let known = parse_id(&expected.id).filter(|id| ids.contains(id));
        let is_new = known.is_some_and(|id| group.versions.insert(id, (place, expected.version)).is_none());
        if !is_new {
            let message = "Name each contact of the merge at most once, and no other.";
            errors.push(UserError::new(Code::Invalid, &["expectedVersions", &place.to_string(), "id"], message));
        }
    }
}
