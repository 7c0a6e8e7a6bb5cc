//! Recording a change in the statement that makes it.

use sea_orm::{ActiveEnum, Value};

use crate::{
    domain::{Context, trash::Trashable},
    entity::change::{Kind, SubjectType},
};

/// When a change was made and by whom, in SQL.
pub(super) struct Made {
    at: String,
    user_id: String,
    api_key_id: String,
}

impl Made {
    /// Now and by the caller, with PostgreSQL's numbered parameters, whose values are appended.
    pub(super) fn numbered(ctx: &Context, values: &mut Vec<Value>) -> Self {
        Self {
            at: numbered(values, ctx.clock.now().into(), "timestamptz"),
            user_id: numbered(values, ctx.actor.user_id.into(), "uuid"),
            api_key_id: numbered(values, ctx.actor.key_id.into(), "uuid"),
        }
    }

    /// The same with SQLite's parameters, whose values are appended: they come in the order of the text.
    pub(super) fn marked(ctx: &Context, values: &mut Vec<Value>) -> Self {
        values.extend([ctx.clock.now().into(), ctx.actor.user_id.into(), ctx.actor.key_id.into()]);
        Self { at: "?".to_owned(), user_id: "?".to_owned(), api_key_id: "?".to_owned() }
    }

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

/// A value as the next of PostgreSQL's parameters.
pub(super) fn numbered(values: &mut Vec<Value>, value: Value, ty: &str) -> String {
    values.push(value);
    format!("CAST(${} AS {ty})", values.len())
}
