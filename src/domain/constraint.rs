//! Constraints of the database that a caller's input can break.

use sea_orm::DbErr;

use crate::storage::{Violation, violation};

/// The constraints that a caller's input can break.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Constraint {
    /// A contact's `externalId` is taken.
    ContactExternalId,
    /// The user is linked to another contact.
    ContactUser,
    /// A company's `externalId` is taken.
    CompanyExternalId,
    /// The contact already works for this company.
    MembershipPair,
    /// The contact already has a primary membership.
    MembershipPrimary,
    /// A user with this address exists.
    UserEmail,
    /// The record referred to is gone.
    ForeignKey,
}

/// Each constraint's name in PostgreSQL and its columns in SQLite's message, which has no names.
const CONSTRAINTS: &[(&str, &str, Constraint)] = &[
    ("contacts_external_id_key", "contacts.external_id", Constraint::ContactExternalId),
    ("contacts_user_id_key", "contacts.user_id", Constraint::ContactUser),
    ("companies_external_id_key", "companies.external_id", Constraint::CompanyExternalId),
    (
        "company_memberships_pair_key",
        "company_memberships.contact_id, company_memberships.company_id",
        Constraint::MembershipPair,
    ),
    ("company_memberships_one_primary", "company_memberships.contact_id", Constraint::MembershipPrimary),
    ("users_email_lower_key", "users.email_lower", Constraint::UserEmail),
];

impl Constraint {
    /// The constraint that a statement broke, if it is one that input can break.
    pub(crate) fn broken_by(error: &DbErr) -> Option<Self> {
        let (name, columns) = match violation(error)? {
            Violation::ForeignKey => return Some(Self::ForeignKey),
            Violation::Unique { name, columns } => (name, columns),
        };
        let is_broken = |known: &(&str, &str, Self)| name == Some(known.0) || columns == Some(known.1);
        let known = CONSTRAINTS.iter().find(|known| is_broken(known));
        known.map(|(_, _, constraint)| *constraint)
    }
}
