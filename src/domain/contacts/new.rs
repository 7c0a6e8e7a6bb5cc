//! Contacts to be created.

use crate::domain::{companies, input::Input};

/// What becomes of a new contact that certainly exists already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnDuplicate {
    /// It is created.
    #[default]
    Allow,
    /// It is refused.
    Reject,
}

/// A contact to be created.
#[derive(Clone, Debug, Default)]
pub struct NewContact {
    /// An id of the caller's choice, which makes the call repeatable.
    pub id: Option<String>,
    /// Its fields.
    pub input: Input,
    /// The company it works for, linked in the same transaction.
    pub primary_company: Option<PrimaryCompany>,
    /// What becomes of it if it certainly exists already.
    pub on_duplicate: OnDuplicate,
}

/// The company that a new contact works for.
#[derive(Clone, Debug)]
pub struct PrimaryCompany {
    /// Reference to the company.
    pub company: companies::CompanyReference,
    /// Role of the contact there.
    pub role: Option<String>,
    /// Department of the company.
    pub department: Option<String>,
}
