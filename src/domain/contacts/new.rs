//! Contacts to be created.

use uuid::Uuid;

use crate::{
    domain::{
        Context, companies,
        error::{Result, UserError},
        ids,
        input::{Input, check},
        memberships,
    },
    entity::contact::{ActiveModel, Entity},
};

/// Action on a new contact that is certainly a duplicate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnDuplicate {
    /// The contact is created.
    #[default]
    Allow,
    /// The contact is refused.
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
    /// Action when the contact is certainly a duplicate.
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

/// Checks a new contact without looking anything up: its id, the columns that may be written, and the errors.
pub(super) fn prepare(ctx: &Context, new: &NewContact) -> Result<(Uuid, ActiveModel, Vec<UserError>)> {
    let (row, mut errors) = check::<Entity>(&["input"], new.input.clone(), true)?;
    let id = ids::chosen_or_new(ctx, new.id.as_deref(), &mut errors);
    if let Some(company) = &new.primary_company {
        errors.extend(companies::check_reference(&company.company)?);
        let (role, department) = (company.role.as_ref(), company.department.as_ref());
        errors.extend(memberships::Details::check(&["primaryCompany"], role, department)?.1);
    }
    Ok((id, row, errors))
}
