//! Memberships as data.

use super::{
    ColumnKind, Direction, Docs, Field, FilterType, LINE_CHARS_MAX, Rekey, Related, RelatedTest, Relation, Resource,
    ResourceName, Rule, SortBy,
};

/// The edges between contacts and companies.
pub static MEMBERSHIP: Resource = Resource {
    type_name: "Membership",
    table: "company_memberships",
    trash: None,
    fields: &[
        Field::id("The membership's globally unique id."),
        Field::reference("companyId", "company_id").not_null().filter("The company's id."),
        Field::text("role", "What the contact does there.")
            .folded("role_key")
            .input(Rule::Text(LINE_CHARS_MAX), "At most 255 characters.")
            .filter("What the contact does there.")
            .recorded(),
        Field::text("department", "Where in the company.")
            .folded("department_key")
            .input(Rule::Text(LINE_CHARS_MAX), "At most 255 characters.")
            .filter("Where in the company.")
            .recorded(),
        Field::new("isPrimary", ColumnKind::Flag, "True of one of a contact's memberships.")
            .column("is_primary")
            .not_null()
            .filter("The membership is the primary one (true), or is not (false).")
            .recorded(),
        Field::new("position", ColumnKind::Int, "Orders a contact's memberships.").not_null().recorded(),
        Field::time("createdAt", "created_at", "When the membership was added."),
        Field::time("updatedAt", "updated_at", "When the membership was last written."),
    ],
    relations: &[
        Relation::promised("company", ResourceName::Company, "company_id"),
        Relation::promised("contact", ResourceName::Contact, "contact_id"),
    ],
    order: PRIMARY_THEN_POSITION,
    filter: Some(FilterType {
        doc: "A test of memberships. It is true of a contact when one of its memberships meets all of it.",
        is_tree: false,
        related: &[RelatedTest {
            name: "companyName",
            doc: "The company's name.",
            test: Related::FieldOf("company", "name"),
        }],
    }),
    rekey: Rekey::BESIDE,
    docs: Docs { order: "", order_field: "" },
};

/// Primary memberships first, then by position.
pub(super) const PRIMARY_THEN_POSITION: &[SortBy] = &[
    SortBy::new("secondary", "is_primary", ColumnKind::Flag).direction(Direction::TrueFirst),
    SortBy::new("position", "position", ColumnKind::Int),
];
