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
        Field::new("type", ColumnKind::InteractionType, "Type of interaction.")
            .column("kind")
            .not_null()
            .initial(Initial::Word("note"))
            .input(Rule::NotNull("This cannot be cleared."), "NOTE, when omitted on creation.")
            .filter("One of these types.")
            .recorded(),
        Field::time("occurredAt", "occurred_at", "Time of the interaction.")
            .input(Rule::NotNull("This cannot be cleared."), "Now, when omitted on creation.")
            .filter("Time of the interaction.")
            .recorded(),
        Field::text("subject", "Subject line of the interaction.")
            .folded("subject_key")
            .input(Rule::Text(LINE_CHARS_MAX), "At most 255 characters.")
            .filter("Subject line of the interaction.")
            .recorded(),
        // Only the fact that it changed is recorded.
        Field::text("body", "Text of the interaction.")
            .folded_whole("body_key")
            .input(Rule::Text(NOTES_CHARS_MAX), "At most 100,000 characters.")
            .filter("Text of the interaction."),
        Field::metadata(),
        Field::version(),
        Field::time("createdAt", "created_at", "Time when the interaction was logged."),
        Field::time("updatedAt", "updated_at", "Time of the last write to the interaction."),
    ],
    relations: &[
        Relation::promised("contact", ResourceName::Contact, "contact_id"),
        Relation::one("owner", ResourceName::User, "owner_id"),
    ],
    order: &[SortBy::new("occurred", "occurred_at", ColumnKind::Time).direction(Direction::Descending)],
    filter: Some(FilterType { doc: "Filter of interactions: all tests must pass.", is_tree: false, related: &[] }),
    // Their texts may be long.
    rekey: Rekey { is_first: false, batch: 100 },
    docs: Docs { order: "", order_field: "" },
};
