//! Interactions as data.

use super::{
    ColumnKind, Direction, Docs, Field, FilterType, Initial, LINE_CHARS_MAX, Many, NOTES_CHARS_MAX, Rekey, Relation,
    Resource, ResourceName, Rule, SortBy,
};

/// The interactions logged on a company.
pub static COMPANY_INTERACTIONS: Many = Many { by: "company_id", live: None, order: NEWEST_FIRST };

/// Calls, mails, meetings and notes, logged on contacts and companies.
pub static INTERACTION: Resource = Resource {
    type_name: "Interaction",
    table: "interactions",
    trash: None,
    fields: &[
        Field::id("The interaction's globally unique id."),
        Field::reference("contactId", "contact_id").filter("The contact that it was logged on; null on a company."),
        Field::reference("companyId", "company_id").filter("The company that it was logged on; null on a contact."),
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
        Field::text("timeZone", "IANA name of the time zone in which `occurredAt` was meant, e.g. \"Europe/Tallinn\".")
            .column("time_zone")
            .input(
                Rule::TimeZone,
                "IANA name of the time zone in which `occurredAt` is meant, e.g. \"Europe/Tallinn\", in any case; \
                 otherwise INVALID.",
            )
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
        Relation::one("contact", ResourceName::Contact, "contact_id"),
        Relation::one("company", ResourceName::Company, "company_id"),
        Relation::one("owner", ResourceName::User, "owner_id"),
    ],
    order: NEWEST_FIRST,
    filter: Some(FilterType {
        doc: "Filter of interactions: all tests must pass. At most 500 operators and listed values fit in one filter.",
        is_tree: true,
        related: &[],
    }),
    // Their texts may be long.
    rekey: Rekey { is_first: false, batch: 100 },
    docs: Docs { order: "", order_field: "" },
};

/// The newest first.
const NEWEST_FIRST: &[SortBy] =
    &[SortBy::new("occurred", "occurred_at", ColumnKind::Time).direction(Direction::Descending)];
