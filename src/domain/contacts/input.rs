//! Checking a contact's input.

use sea_orm::{ActiveValue, Set};
use serde_json::Value as Json;

use crate::{
    domain::{
        Patch,
        email::EmailAddress,
        error::UserError,
        folding,
        text::{self, Checker, LINE_CHARS_MAX, NOTES_CHARS_MAX, PHONE_CHARS_MAX},
    },
    entity::{contact::ActiveModel, status::Status},
};

/// What callers may say of a contact. The login link and the trash are not among it.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields are documented on the GraphQL input, in one place")]
pub struct ContactInput {
    pub name: Patch<String>,
    pub status: Patch<Status>,
    pub email: Patch<String>,
    pub phone: Patch<String>,
    pub notes: Patch<String>,
    pub metadata: Patch<Json>,
    pub external_id: Patch<String>,
}

/// The columns that an input sets, and everything that is wrong with it.
///
/// A new contact must have a name; for an update an omitted one means unchanged.
pub(super) fn check(input: ContactInput, is_new: bool) -> (ActiveModel, Vec<UserError>) {
    let mut checker = Checker::new(&["input"]);
    let name = if is_new && input.name == Patch::Keep { Patch::Set(None) } else { input.name };
    let name = checker.required_text("name", name, LINE_CHARS_MAX);
    let status = text::status(&mut checker, &input.status, is_new);
    let email = checker.email("email", input.email);
    let phone = checker.text("phone", input.phone, PHONE_CHARS_MAX);
    let notes = checker.text("notes", input.notes, NOTES_CHARS_MAX);
    let external_id = checker.text("externalId", input.external_id, LINE_CHARS_MAX);
    let metadata = checker.metadata(input.metadata);

    let mut row = ActiveModel::default();
    if let Some(name) = name {
        row.name_key = Set(folding::key(&name));
        row.name = Set(name);
    }
    if let Some(status) = status {
        row.status = Set(status);
    }
    if let Patch::Set(email) = email {
        row.email_lower = Set(email.as_ref().map(EmailAddress::lower));
        row.email_key = Set(email.as_ref().map(|email| folding::key(email.as_str())));
        row.email = Set(email.map(|email| email.as_str().to_owned()));
    }
    if let Patch::Set(phone) = phone {
        row.phone_key = Set(text::key(phone.as_ref()));
        row.phone = Set(phone);
    }
    row.notes = text::column(notes);
    if let Patch::Set(external_id) = external_id {
        row.external_id_key = Set(text::key(external_id.as_ref()));
        row.external_id = Set(external_id);
    }
    row.metadata = metadata.map_or(ActiveValue::NotSet, Set);
    checker.parted(row)
}
