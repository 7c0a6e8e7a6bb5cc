//! Companies as data.

use super::{
    ADDRESS_CHARS_MAX, ColumnKind, Docs, Field, FilterType, Initial, LINE_CHARS_MAX, Many, NOTES_CHARS_MAX,
    PHONE_CHARS_MAX, Rekey, Related, RelatedTest, Relation, Resource, ResourceName, Rule, SortBy, Trash,
    membership::PRIMARY_THEN_POSITION,
};

/// The members of a company: the memberships of contacts outside the trash.
pub static MEMBERS: Many = Many { by: "company_id", live: Some("contact"), order: PRIMARY_THEN_POSITION };

/// Organisations that contacts work for.
pub static COMPANY: Resource = Resource {
    type_name: "Company",
    table: "companies",
    trash: Some(Trash { live: "companies.status <> 'trashed'", counts: "company_counts" }),
    fields: &[
        Field::id("The company's globally unique id.").filter("The company's id."),
        Field::text("name", "What the company is called.")
            .not_null()
            .folded("name_key")
            .input(Rule::RequiredText(LINE_CHARS_MAX), "1 to 255 characters; required on creation.")
            .filter("The company's name.")
            .order("name", "The name, ignoring case and accents.")
            .recorded(),
        Field::new("status", ColumnKind::Status, "The company's place in its life.")
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
            .input(Rule::Text(PHONE_CHARS_MAX), "At most 50 characters.")
            .recorded(),
        Field::text("address", "Postal address.")
            .input(Rule::Text(ADDRESS_CHARS_MAX), "At most 1,000 characters.")
            .recorded(),
        Field::text("industry", "What the company does.")
            .folded("industry_key")
            .input(Rule::Text(LINE_CHARS_MAX), "At most 255 characters.")
            .filter("The company's industry.")
            .recorded(),
        Field::text("notes", "Free text.").input(Rule::Text(NOTES_CHARS_MAX), "At most 100,000 characters.").recorded(),
        Field::metadata(),
        Field::text("externalId", "The caller's own key, unique, e.g. \"hubspot:17\".")
            .column("external_id")
            .folded_for_parts("external_id_key")
            .input(Rule::Text(LINE_CHARS_MAX), "At most 255 characters; unique.")
            .filter("The caller's own key.")
            .recorded(),
        Field::version(),
        Field::time("createdAt", "created_at", "When the company was created.")
            .filter("When the company was created.")
            .order("created", "When the company was created."),
        Field::time("updatedAt", "updated_at", "When the company was last written.")
            .filter("When the company was last written.")
            .order("updated", "When the company was last written."),
        Field::new(
            "trashedAt",
            ColumnKind::Time,
            "When the company was moved to the trash; null when it is not there.",
        )
        .column("trashed_at"),
    ],
    relations: &[Relation::page("memberships", ResourceName::Membership, MEMBERS)],
    order: &[SortBy::new("name", "name_key", ColumnKind::Text)],
    filter: Some(FilterType {
        doc: "A test of companies: all of it must hold. At most 500 operators and listed values fit in one filter.",
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
        order_field: "What companies can be ordered by.",
    },
};
