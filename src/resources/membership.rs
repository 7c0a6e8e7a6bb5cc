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
        Field::text("role", "Role of the contact at the company.")
            .folded("role_key")
            .input(Rule::Text(LINE_CHARS_MAX), "At most 255 characters.")
            .filter("Role of the contact at the company.")
            .recorded(),
        Field::text("department", "Department of the company.")
            .folded("department_key")
            .input(Rule::Text(LINE_CHARS_MAX), "At most 255 characters.")
            .filter("Department of the company.")
            .recorded(),
        Field::new("isPrimary", ColumnKind::Flag, "True for the primary one of a contact's memberships.")
            .column("is_primary")
            .not_null()
            .filter("True: the primary membership. False: any other.")
            .recorded(),
        Field::new("position", ColumnKind::Int, "Position among the contact's memberships.").not_null().recorded(),
        Field::time("createdAt", "created_at", "Time when the membership was added."),
        Field::time("updatedAt", "updated_at", "Time of the last write to the membership."),
    ],
    relations: &[
        Relation::promised("company", ResourceName::Company, "company_id"),
        Relation::promised("contact", ResourceName::Contact, "contact_id"),
    ],
    order: PRIMARY_THEN_POSITION,
    filter: Some(FilterType {
        doc: "Filter of memberships. A contact matches when one of its memberships passes all tests.",
        is_tree: false,
        related: &[
            RelatedTest { name: "companyName", doc: "The company's name.", test: Related::FieldOf("company", "name") },
            RelatedTest {
                name: "industry",
                doc: "The company's industry.",
                test: Related::FieldOf("company", "industry"),
            },
        ],
    }),
    rekey: Rekey::BESIDE,
    docs: Docs { order: "", order_field: "" },
};

/// Primary memberships first, then by position.
pub(super) const PRIMARY_THEN_POSITION: &[SortBy] = &[
    SortBy::new("secondary", "is_primary", ColumnKind::Flag).direction(Direction::TrueFirst),
    SortBy::new("position", "position", ColumnKind::Int),
];
