//! Interactions as data.

use super::{
    ColumnKind, Direction, Docs, Field, FilterType, Initial, LINE_CHARS_MAX, NOTES_CHARS_MAX, Rekey, Relation,
    Resource, ResourceName, Rule, SortBy,
};

/// Calls, mails, meetings and notes, logged on contacts.
pub static INTERACTION: Resource = Resource {
    type_name: "Interaction",
    table: "interactions",
    trash: None,
    fields: &[
        Field::id("The interaction's globally unique id."),
        Field::reference("contactId", "contact_id").not_null().filter("The subject."),
        Field::reference("ownerId", "owner_id").filter("The user who logged it."),
        Field::new("type", ColumnKind::InteractionType, "What kind of interaction it was.")
            .column("kind")
            .not_null()
            .initial(Initial::Word("note"))
            .input(Rule::NotNull("This cannot be cleared."), "NOTE, when omitted on creation.")
            .filter("One of these types.")
            .recorded(),
        Field::time("occurredAt", "occurred_at", "When it happened.")
            .input(Rule::NotNull("This cannot be cleared."), "Now, when omitted on creation.")
            .filter("When it happened.")
            .recorded(),
        Field::text("subject", "What it was about.")
            .folded("subject_key")
            .input(Rule::Text(LINE_CHARS_MAX), "At most 255 characters.")
            .filter("What it was about.")
            .recorded(),
        // Only the fact that it changed is recorded.
        Field::text("body", "What was said.")
            .folded_whole("body_key")
            .input(Rule::Text(NOTES_CHARS_MAX), "At most 100,000 characters.")
            .filter("What was said."),
        Field::metadata(),
        Field::version(),
        Field::time("createdAt", "created_at", "When the interaction was logged."),
        Field::time("updatedAt", "updated_at", "When the interaction was last written."),
    ],
    relations: &[
        Relation::promised("contact", ResourceName::Contact, "contact_id"),
        Relation::one("owner", ResourceName::User, "owner_id"),
    ],
    order: &[SortBy::new("occurred", "occurred_at", ColumnKind::Time).direction(Direction::Descending)],
    filter: Some(FilterType { doc: "A test of interactions: all of it must hold.", is_tree: false, related: &[] }),
    // Their texts may be long.
    rekey: Rekey { is_first: false, batch: 100 },
    docs: Docs { order: "", order_field: "" },
};
