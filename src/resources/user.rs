//! Login users as data.

use super::{ColumnKind, Docs, Field, Rekey, Relation, Resource, ResourceName, SortBy};

/// Persons who may sign in.
pub static USER: Resource = Resource {
    type_name: "User",
    table: "users",
    trash: None,
    fields: &[
        Field::id("The user's globally unique id.").own(),
        Field::text("email", "E-mail address for signing in; unique, ignoring case.")
            .not_null()
            .lower("email_lower")
            .folded_for_parts("email_key")
            .own(),
        Field::text("name", "Name of the user.").folded_for_parts("name_key").own(),
        Field::new("role", ColumnKind::Role, "Role of the user.").not_null().own(),
        Field::new("isPlaceholder", ColumnKind::Flag, "True until the person has claimed the account.")
            .column("is_placeholder")
            .not_null()
            .own(),
        Field::text(
            "source",
            "`crm_contact` for a user registered by `connectUser` or `findOrCreateUser`; otherwise null.",
        )
        .own(),
        Field::time("createdAt", "created_at", "Time when the user was registered.").own(),
        Field::new(
            "deactivatedAt",
            ColumnKind::Time,
            "Time when the account was switched off; null while it is on. It cannot sign in, and its keys and sessions have \
             ended.",
        )
        .column("deactivated_at")
        .own(),
        Field::new(
            "lastSeenAt",
            ColumnKind::Time,
            "Time of the user's last request, accurate to a minute; null before the first.",
        )
        .column("last_seen_at")
        .own(),
    ],
    relations: &[Relation::only("contact", ResourceName::Contact, "user_id", None).own()],
    order: &[SortBy::new("email", "email_lower", ColumnKind::Text)],
    filter: None,
    rekey: Rekey::BESIDE,
    docs: Docs { order: "", order_field: "" },
};
