//! Contacts as data.

use super::{
    ColumnKind, Docs, Field, FilterType, Initial, LINE_CHARS_MAX, Many, NOTES_CHARS_MAX, PHONE_CHARS_MAX, Rekey,
    Related, RelatedTest, Relation, Resource, ResourceName, Rule, SortBy, Trash, membership::PRIMARY_THEN_POSITION,
};

/// People that a team deals with.
pub static CONTACT: Resource = Resource {
    type_name: "Contact",
    table: "contacts",
    trash: Some(Trash { live: "contacts.status <> 'trashed'", counts: "contact_counts" }),
    fields: &[
        Field::id("The contact's globally unique id.").filter("The contact's id.").own(),
        Field::text("name", "Name of the contact.")
            .not_null()
            .folded("name_key")
            .input(Rule::RequiredText(LINE_CHARS_MAX), "1 to 255 characters; required on creation.")
            .filter("The contact's name.")
            .order("name", "The name, ignoring case and accents.")
            .recorded()
            .own(),
        Field::new("status", ColumnKind::Status, "Status of the contact.")
            .not_null()
            .initial(Initial::Word("active"))
            .input(
                Rule::NotNull("The status cannot be cleared; give ACTIVE or INACTIVE."),
                "ACTIVE, when omitted on creation.",
            )
            .filter("The contact's status. Naming a status lifts the default that hides trashed contacts.")
            .recorded()
            .own(),
        Field::text("email", "E-mail address; not unique among contacts.")
            .lower("email_lower")
            .folded_for_parts("email_key")
            .input(Rule::Email, "At most 255 characters; not unique: several contacts may share one.")
            .filter("The contact's e-mail address.")
            .order("email", "The e-mail address, ignoring case and accents.")
            .recorded()
            .own(),
        Field::text("phone", "Phone number, as it was given.")
            .folded("phone_key")
            .input(Rule::Text(PHONE_CHARS_MAX), "At most 50 characters.")
            .filter("The contact's phone number.")
            .recorded()
            .own(),
        Field::text("notes", "Free text.")
            .input(Rule::Text(NOTES_CHARS_MAX), "At most 100,000 characters.")
            .recorded()
            .own(),
        Field::metadata().own(),
        Field::text("externalId", "The caller's own key, unique, e.g. \"hubspot:501\".")
            .column("external_id")
            .folded_for_parts("external_id_key")
            .input(Rule::Text(LINE_CHARS_MAX), "At most 255 characters; unique.")
            .filter("The caller's own key.")
            .recorded()
            .own(),
        Field::reference("userId", "user_id").filter("The connected login user."),
        Field::new(
            "lastInteractionAt",
            ColumnKind::Time,
            "Time of the newest interaction that the contact is the subject of or a party to.",
        )
        .column("last_interaction_at")
        .filter("Time of the newest interaction that the contact is involved in.")
        .order("last", "Time of the newest interaction that the contact is involved in."),
        Field::version().own(),
        Field::time("createdAt", "created_at", "Time when the contact was created.")
            .filter("Time when the contact was created.")
            .order("created", "Time when the contact was created.")
            .own(),
        Field::time("updatedAt", "updated_at", "Time of the last write to the contact.")
            .filter("Time of the last write to the contact.")
            .order("updated", "Time of the last write to the contact.")
            .own(),
        Field::new(
            "trashedAt",
            ColumnKind::Time,
            "Time when the contact was trashed; null when it is not in the trash.",
        )
        .column("trashed_at")
        .filter("Time when the contact was trashed.")
        .own(),
    ],
    relations: &[
        Relation::one("user", ResourceName::User, "user_id").own(),
        // A contact with memberships has exactly one primary.
        Relation::only("primaryMembership", ResourceName::Membership, "contact_id", Some("is_primary")),
        Relation::few(
            "memberships",
            ResourceName::Membership,
            Many { by: "contact_id", live: None, order: PRIMARY_THEN_POSITION },
        ),
        Relation::resolver("interactions", ResourceName::Interaction),
    ],
    order: &[SortBy::new("name", "name_key", ColumnKind::Text)],
    filter: Some(FilterType {
        doc: "Filter of contacts: all tests must pass. At most 500 operators and listed values fit in one filter.",
        is_tree: true,
        related: &[
            RelatedTest {
                name: "membership",
                doc: "One of the contact's memberships passes all of these tests.",
                test: Related::Any("memberships"),
            },
            RelatedTest {
                name: "withoutCompany",
                doc: "True: no membership at all. False: at least one.",
                test: Related::Empty("memberships"),
            },
        ],
    }),
    rekey: Rekey::BESIDE,
    docs: Docs {
        order: "One key of an order. Equal values are always ordered by id as well, so pages never skip or repeat; \
                nulls come last\nin both directions.",
        order_field: "Fields that contacts can be ordered by.",
    },
};
