//! Recording a change in the statement that makes it.

use sea_orm::{ActiveEnum, DbBackend};

use super::transaction::{Transaction, place_of};
use crate::{
    domain::{Context, trash::Trashable},
    entity::change::{ChangeKind, SubjectType},
    storage::Parameters,
};

/// The statement that records a change by the caller at a time, up to FROM.
pub(super) fn insert<E: Trashable>(
    ctx: &Context,
    parameters: &mut Parameters,
    (kind, at): (ChangeKind, &str),
    id: &str,
    fields: &str,
) -> String {
    let user_id = parameters.bind_as(ctx.actor.user_id, "uuid");
    let api_key_id = parameters.bind_as(ctx.actor.key_id, "uuid");
    let (kind, subject) = (kind.to_value(), E::SUBJECT.to_value());
    let contact_id = if E::SUBJECT == SubjectType::Contact { id } else { "NULL" };
    let (tx_column, tx) = match parameters.backend() {
        DbBackend::Postgres => (", tx", format!(", {}", place_of(Transaction::Own))),
        _ => ("", String::new()),
    };
    format!(
        "INSERT INTO changes (at, kind, subject_type, subject_id, contact_id, user_id, api_key_id, fields{tx_column}) \
         SELECT {at}, '{kind}', '{subject}', {id}, {contact_id}, {user_id}, {api_key_id}, {fields}{tx}"
    )
}
