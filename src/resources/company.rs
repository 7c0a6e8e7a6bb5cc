//! Companies as data.

use super::{
    ADDRESS_CHARS_MAX, ColumnKind, Docs, Field, FilterType, Initial, LINE_CHARS_MAX, Many, NOTES_CHARS_MAX,
    PHONE_CHARS_MAX, Rekey, Related, RelatedTest, Relation, Resource, ResourceName, Rule, SortBy, Trash,
    interaction::COMPANY_INTERACTIONS, membership::PRIMARY_THEN_POSITION,
};

/// The members of a company: the memberships of contacts outside the trash.
pub static MEMBERS: Many = Many { by: "company_id", live: Some("contact"), order: PRIMARY_THEN_POSITION };

/// Organisations that contacts work for.
pub static COMPANY: Resource = Resource {
    type_name: "Company",
    table: "companies",
    trash: Some(Trash { live: "companies.status <> 'trashed'", counts: "company_counts", unmerged: None }),
    fields: &[
        Field::id("The company's globally unique id.").filter("The company's id."),
        Field::text("name", "Name of the company.")
            .not_null()
            .folded("name_key")
            .input(Rule::RequiredText(LINE_CHARS_MAX), "1 to 255 characters; required on creation.")
            .filter("The company's name.")
            .order("name", "The name, ignoring case and accents.")
            .recorded(),
        Field::new("status", ColumnKind::Status, "Status of the company.")
            .not_null()
            .initial(Initial::Word("active"))
            .input(
                Rule::NotNull("The status cannot be cleared; give ACTIVE or INACTIVE."),
                "ACTIVE, when omitted on creation.",
            )
            .filter("The company's status. Naming a status lifts the default that hides trashed companies.")
            .recorded(),
        Field::text("website", "Web address, as it was given.")
            .folded("website_key")
            .input(Rule::Text(LINE_CHARS_MAX), "At most 255 characters.")
            .filter("The company's website.")
            .recorded(),
        Field::text("email", "E-mail address; not unique.")
            .lower("email_lower")
            .folded_for_parts("email_key")
            .input(Rule::Email, "At most 255 characters; not unique.")
            .filter("The company's e-mail address.")
            .recorded(),
        Field::text("phone", "Phone number, as it was given.")
            .folded("phone_key")
            .digits("phone_digits")
            .input(Rule::Text(PHONE_CHARS_MAX), "At most 50 characters.")
            .filter("The company's phone number. `contains` compares digits in a text without letters.")
            .recorded(),
        Field::text("address", "Postal address.")
            .input(Rule::Text(ADDRESS_CHARS_MAX), "At most 1,000 characters.")
            .recorded(),
        Field::text("industry", "Industry of the company.")
            .folded("industry_key")
            .input(Rule::Text(LINE_CHARS_MAX), "At most 255 characters.")
            .filter("The company's industry.")
            .recorded(),
        Field::tags("company_tags", "company_id").filter("The company's tags."),
        Field::text("notes", "Free text.")
            .folded_whole("notes_key")
            .input(Rule::Text(NOTES_CHARS_MAX), "At most 100,000 characters.")
            .filter("The company's notes.")
            .recorded(),
        Field::metadata().filter("Values in the company's metadata: all tests must pass."),
        Field::text("externalId", "The caller's own key, unique, e.g. \"hubspot:17\".")
            .column("external_id")
            .folded_for_parts("external_id_key")
            .input(Rule::Text(LINE_CHARS_MAX), "At most 255 characters; unique.")
            .filter("The caller's own key.")
            .recorded(),
        Field::version(),
        Field::time("createdAt", "created_at", "Time when the company was created.")
            .filter("Time when the company was created.")
            .order("created", "Time when the company was created."),
        Field::time("updatedAt", "updated_at", "Time of the last write to the company.")
            .filter("Time of the last write to the company.")
            .order("updated", "Time of the last write to the company."),
        Field::new(
            "trashedAt",
            ColumnKind::Time,
            "Time when the company was trashed; null when it is not in the trash.",
        )
        .column("trashed_at"),
    ],
    relations: &[
        Relation::page("memberships", ResourceName::Membership, MEMBERS),
        Relation::page("interactions", ResourceName::Interaction, COMPANY_INTERACTIONS),
    ],
    order: &[SortBy::new("name", "name_key", ColumnKind::Text)],
    filter: Some(FilterType {
        doc: "Filter of companies: all tests must pass. At most 500 operators and listed values fit in one filter.",
        is_tree: true,
        related: &[RelatedTest {
            name: "withoutContacts",
            doc: "True: no membership of a contact that is not trashed. False: at least one.",
            test: Related::Empty("memberships"),
        }],
    }),
    // A company is found by its name.
    rekey: Rekey { is_first: true, ..Rekey::BESIDE },
    docs: Docs {
        order: "One key of an order. Equal values are always ordered by id as well, so pages never skip or repeat.",
        order_field: "Fields that companies can be ordered by.",
    },
};
