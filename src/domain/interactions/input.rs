//! Checking an interaction's input.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue, Set};
use serde_json::Value as Json;

use crate::{
    domain::{
        Patch,
        error::{Code, UserError},
        text::{self, Checker, LINE_CHARS_MAX, NOTES_CHARS_MAX},
    },
    entity::interaction::{ActiveModel, Kind},
};

/// Most parties to one interaction.
const PARTIES_MAX: usize = 100;
/// Most that an input may list, those with blank names included: each may have an error of its own.
const PARTIES_LISTED_MAX: usize = 1000;

/// What callers may say of an interaction.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields are documented on the GraphQL input, in one place")]
pub struct InteractionInput {
    pub kind: Patch<Kind>,
    pub occurred_at: Patch<DateTime<Utc>>,
    pub subject: Patch<String>,
    pub body: Patch<String>,
    pub parties: Patch<Vec<PartyInput>>,
    pub metadata: Patch<Json>,
}

/// A party as the caller names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartyInput {
    /// The text as typed.
    pub name: String,
    /// The contact that it stands for.
    pub contact_id: Option<String>,
}

/// What an input sets: the columns, and the parties when they are replaced.
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
pub(super) fn check(input: InteractionInput, is_new: bool) -> (Checked, Vec<UserError>) {
    let mut checker = Checker::new(&["input"]);
    let refuse_null = |checker: &mut Checker, field: &str, is_null: bool| {
        if is_null && !is_new {
            checker.refuse(field, Code::Invalid, "This cannot be cleared.");
        }
    };
    refuse_null(&mut checker, "type", input.kind == Patch::Set(None));
    refuse_null(&mut checker, "occurredAt", input.occurred_at == Patch::Set(None));
    let subject = checker.text("subject", input.subject, LINE_CHARS_MAX);
    let body = checker.text("body", input.body, NOTES_CHARS_MAX);
    let metadata = checker.metadata(input.metadata);
    let parties = check_parties(&mut checker, input.parties);

    let mut row = ActiveModel::default();
    if let Patch::Set(Some(kind)) = input.kind {
        row.kind = Set(kind);
    }
    if let Patch::Set(Some(occurred_at)) = input.occurred_at {
        row.occurred_at = Set(occurred_at);
    }
    if let Patch::Set(subject) = subject {
        row.subject_key = Set(text::key(subject.as_ref()));
        row.subject = Set(subject);
    }
    if let Patch::Set(body) = body {
        row.body_key = Set(body.as_deref().map(crate::domain::folding::fold));
        row.body = Set(body);
    }
    row.metadata = metadata.map_or(ActiveValue::NotSet, Set);
    checker.parted(Checked { row, parties })
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
