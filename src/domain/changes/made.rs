//! Recording a change in the statement that makes it.

use sea_orm::ActiveEnum;

use crate::{
    domain::trash::Trashable,
    entity::change::{Kind, SubjectType},
};

/// When a change was made and by whom, in SQL.
pub(super) struct Made {
    pub(super) at: String,
    pub(super) user_id: String,
    pub(super) api_key_id: String,
}

impl Made {
    /// The statement that records a change, up to FROM.
    pub(super) fn insert<E: Trashable>(&self, kind: Kind, id: &str, fields: &str, tx: Option<&str>) -> String {
        let kind = kind.to_value();
        let Self { at, user_id, api_key_id } = self;
        let subject = E::SUBJECT.to_value();
        let contact_id = if E::SUBJECT == SubjectType::Contact { id } else { "NULL" };
        let (tx_column, tx) = tx.map(|tx| (", tx", format!(", {tx}"))).unwrap_or_default();
        format!(
            "INSERT INTO changes (at, kind, subject_type, subject_id, contact_id, user_id, api_key_id, fields{tx_column}) \
             SELECT {at}, '{kind}', '{subject}', {id}, {contact_id}, {user_id}, {api_key_id}, {fields}{tx}"
        )
    }
}
