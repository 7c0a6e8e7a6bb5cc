//! Contacts as data.

use super::{
    ADDRESSES_MAX, ColumnKind, Docs, Field, FilterType, Initial, ItemKeys, Items, LINE_CHARS_MAX, LINK_CHARS_MAX, Many,
    NOTES_CHARS_MAX, PHONE_CHARS_MAX, POINTS_MAX, PointRule, Rekey, Related, RelatedTest, Relation, Resource,
    ResourceName, Rule, SortBy, Trash, membership::PRIMARY_THEN_POSITION,
};

/// People that a team deals with.
pub static CONTACT: Resource = Resource {
    type_name: "Contact",
    table: "contacts",
    trash: Some(Trash {
        live: "contacts.status <> 'trashed'",
        counts: "contact_counts",
        unmerged: Some("contacts.merged_into IS NULL"),
    }),
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
        Field::text("email", "Primary e-mail address, the first of `emails`; not unique among contacts.")
            .lower("email_lower")
            .folded_for_parts("email_key")
            .input(
                Rule::Email,
                "At most 255 characters; not unique: several contacts may share one. Replaces the first of `emails`; \
                 null clears the first, and\nthe next moves up. INVALID together with `emails`.",
            )
            .filter(
                "Any e-mail address of the contact: all operators must hold of one and the same; `neq`, `notIn`: no \
                 address equals;\n`isNull: true`: it has none.",
            )
            .order("email", "The e-mail address, ignoring case and accents.")
            .recorded()
            .own(),
        Field::text("phone", "Primary phone number, the first of `phones`, as it was given.")
            .folded("phone_key")
            .digits("phone_digits")
            .input(
                Rule::Text(PHONE_CHARS_MAX),
                "At most 50 characters. Replaces the first of `phones`, as `email` does of `emails`.",
            )
            .filter("Any phone number of the contact, as with `email`. `contains` compares digits in a text without letters.")
            .recorded()
            .own(),
        Field::new("emails", ColumnKind::Points, "All e-mail addresses, the primary one first.")
            .first("email")
            .items(Items {
                column: "email_points",
                table: "contact_emails",
                owner: "contact_id",
                keys: ItemKeys::Email,
            })
            .input(Rule::Points(POINTS_MAX, PointRule::Email), "Replaces the list; at most 50, each once.")
            .recorded()
            .own(),
        Field::new("phones", ColumnKind::Points, "All phone numbers, the primary one first.")
            .first("phone")
            .items(Items {
                column: "phone_points",
                table: "contact_phones",
                owner: "contact_id",
                keys: ItemKeys::Phone,
            })
            .input(
                Rule::Points(POINTS_MAX, PointRule::Text(PHONE_CHARS_MAX)),
                "Replaces the list; at most 50, each once.",
            )
            .recorded()
            .own(),
        Field::new("links", ColumnKind::Points, "Web pages and profiles.")
            .not_null()
            .initial(Initial::EmptyList)
            .input(
                Rule::Points(POINTS_MAX, PointRule::Text(LINK_CHARS_MAX)),
                "Replaces the list; at most 50, each once, of at most 2,000 characters.",
            )
            .recorded()
            .own(),
        Field::new("addresses", ColumnKind::Addresses, "Postal addresses.")
            .not_null()
            .initial(Initial::EmptyList)
            .input(Rule::Addresses(ADDRESSES_MAX), "Replaces the list; at most 20.")
            .recorded()
            .own(),
        Field::new("birthday", ColumnKind::PartialDate, "Date of birth, of which parts may be unknown.")
            .input(Rule::PartialDate, "Date of birth; the year may be left out.")
            .recorded()
            .own(),
        Field::tags("contact_tags", "contact_id").filter("The contact's tags."),
        Field::text("notes", "Free text.")
            .folded_whole("notes_key")
            .input(Rule::Text(NOTES_CHARS_MAX), "At most 100,000 characters.")
            .filter("The contact's notes.")
            .recorded()
            .own(),
        Field::metadata().filter("Values in the contact's metadata: all tests must pass.").own(),
        Field::text("externalId", "The caller's own key, unique, e.g. \"hubspot:501\".")
            .column("external_id")
            .folded_for_parts("external_id_key")
            .input(Rule::Text(LINE_CHARS_MAX), "At most 255 characters; unique.")
            .filter("The caller's own key.")
            .recorded()
            .own(),
        // Of an imported card: the properties that have no field, and its UID.
        Field::new("card", ColumnKind::Json, "").recorded(),
        Field::text("uid", "").recorded(),
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
        Relation::one("mergedInto", ResourceName::Contact, "merged_into"),
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
