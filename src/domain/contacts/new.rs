//! Contacts to be created.

use crate::domain::{companies, input::Input};

/// A contact to be created.
#[derive(Clone, Debug, Default)]
pub struct NewContact {
    /// An id of the caller's choice, which makes the call repeatable.
    pub id: Option<String>,
    /// Its fields.
    pub input: Input,
    /// The company it works for, linked in the same transaction.
    pub primary_company: Option<PrimaryCompany>,
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
