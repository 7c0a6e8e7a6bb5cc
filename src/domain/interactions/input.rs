//! Checking an interaction's input.

use crate::{
    domain::{
        Patch,
        error::{Code, Result, UserError},
        input::{self, Input},
        text::{self, Checker},
    },
    entity::interaction::{ActiveModel, Entity},
    resources::LINE_CHARS_MAX,
};

/// Most parties to one interaction.
const PARTIES_MAX: usize = 100;
/// Most that an input may list, those with blank names included: each may have an error of its own.
const PARTIES_LISTED_MAX: usize = 1000;

/// Everything that callers may say of an interaction.
#[derive(Clone, Debug, Default)]
pub struct InteractionInput {
    /// Its own fields.
    pub fields: Input,
    /// The parties to it.
    pub parties: Patch<Vec<PartyInput>>,
}

/// A party as the caller names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartyInput {
    /// The text as typed.
    pub name: String,
    /// The contact that it stands for.
    pub contact_id: Option<String>,
}

/// Columns that an input sets, and the parties when they are replaced.
#[derive(Debug, Default)]
pub(super) struct Checked {
    pub(super) row: ActiveModel,
    pub(super) parties: Option<Vec<Party>>,
}

/// A party to be written.
#[derive(Clone, Debug)]
pub(super) struct Party {
    /// The party's place in the input, which may have blank names too.
    pub(super) place: usize,
    pub(super) name: String,
    pub(super) contact_id: Option<String>,
}

/// Checks an input: the part that may be written, and the errors of the rest. On creation null means the default.
pub(super) fn check(input: InteractionInput, is_new: bool) -> Result<(Checked, Vec<UserError>)> {
    let (row, mut errors) = input::check::<Entity>(&["input"], input.fields, is_new)?;
    let mut checker = Checker::new(&["input"]);
    let parties = check_parties(&mut checker, input.parties);
    let (parties, wrong) = checker.parted(parties);
    errors.extend(wrong);
    Ok((Checked { row, parties }, errors))
}

/// Trims the names and drops those without one.
fn check_parties(checker: &mut Checker, parties: Patch<Vec<PartyInput>>) -> Option<Vec<Party>> {
    let Patch::Set(parties) = parties else { return None };
    let parties = parties.unwrap_or_default();
    if parties.len() > PARTIES_LISTED_MAX {
        checker.refuse("parties", Code::TooMany, format!("An interaction has at most {PARTIES_MAX} parties."));
        return None;
    }
    let mut kept = Vec::new();
    for (place, party) in parties.into_iter().enumerate() {
        if text::trim(&party.name).is_empty() {
            continue;
        }
        // A name that is refused stays, so that what is wrong with its contact is said too.
        let name = checker.item_text(&["parties", &place.to_string(), "name"], &party.name, LINE_CHARS_MAX);
        kept.push(Party { place, name: name.unwrap_or_default(), contact_id: party.contact_id });
    }
    if kept.len() > PARTIES_MAX {
        checker.refuse("parties", Code::TooMany, format!("An interaction has at most {PARTIES_MAX} parties."));
    }
    Some(kept)
}
