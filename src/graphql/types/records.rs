//! Records as the API shows them: newtypes over rows. The fields of each are in the file of its type; types refer to one
//! another, and their files need not.

use crate::{
    domain::changes,
    entity::{batch, company, contact, import_job, interaction, membership, user},
};

/// Many records written by one act. What has not been changed since can be taken back.
#[derive(Clone)]
pub(crate) struct Batch(pub(crate) batch::Model);

/// A change of a record: its kind, its time and the user who made it.
pub(crate) struct Change(pub(crate) changes::Change);

/// An organisation that contacts work for.
#[derive(Clone)]
pub(crate) struct Company(pub(crate) company::Model);

/// A person that the team deals with.
#[derive(Clone)]
pub(crate) struct Contact(pub(crate) contact::Model);

/// Import of a file.
#[derive(Clone)]
pub(crate) struct ImportJob(pub(crate) import_job::Model);

/// A call, e-mail, meeting or note, logged on a contact or on a company.
#[derive(Clone)]
pub(crate) struct Interaction(pub(crate) interaction::Model);

/// Link between a contact and a company: at most one per pair, at most one primary per contact.
#[derive(Clone)]
pub(crate) struct Membership {
    pub(super) row: membership::Model,
    /// The company, where it was read together with the membership.
    pub(super) company: Option<company::Model>,
}

/// Wraps a row whose company is not at hand.
#[expect(non_snake_case, reason = "named like the newtypes' constructors, which the connection macro calls")]
pub(crate) fn Membership(row: membership::Model) -> Membership {
    Membership { row, company: None }
}

/// A person who may sign in.
#[derive(Clone)]
pub(crate) struct User(pub(crate) user::Model);
