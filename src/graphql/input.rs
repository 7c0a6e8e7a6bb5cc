//! The inputs of mutations. A field left out is unchanged, null is cleared.

use async_graphql::{ID, InputObject, MaybeUndefined, OneofObject};

use super::{
    scalars::{DateTime, Json},
    types::{InteractionType, LiveStatus},
};
use crate::domain::{Patch, companies, contacts, interactions, memberships};

/// One shape for create, update, upsert, validate and merge.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct ContactInput {
    /// 1 to 255 characters; required on creation.
    name: MaybeUndefined<String>,
    /// ACTIVE, when omitted on creation.
    status: MaybeUndefined<LiveStatus>,
    /// At most 255 characters; not unique: several contacts may share one.
    email: MaybeUndefined<String>,
    /// At most 50 characters.
    phone: MaybeUndefined<String>,
    /// At most 100,000 characters.
    notes: MaybeUndefined<String>,
    /// Replaces the whole object; at most 64 KiB.
    metadata: MaybeUndefined<Json>,
    /// At most 255 characters; unique.
    external_id: MaybeUndefined<String>,
}

impl From<ContactInput> for contacts::ContactInput {
    fn from(input: ContactInput) -> Self {
        Self {
            name: patch(input.name),
            status: patch(input.status.map_value(Into::into)),
            email: patch(input.email),
            phone: patch(input.phone),
            notes: patch(input.notes),
            metadata: patch(input.metadata.map_value(|json| json.0)),
            external_id: patch(input.external_id),
        }
    }
}

/// One shape for create and update.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct CompanyInput {
    /// 1 to 255 characters; required on creation.
    name: MaybeUndefined<String>,
    /// ACTIVE, when omitted on creation.
    status: MaybeUndefined<LiveStatus>,
    /// At most 255 characters.
    website: MaybeUndefined<String>,
    /// At most 255 characters; not unique.
    email: MaybeUndefined<String>,
    /// At most 50 characters.
    phone: MaybeUndefined<String>,
    /// At most 1,000 characters.
    address: MaybeUndefined<String>,
    /// At most 255 characters.
    industry: MaybeUndefined<String>,
    /// At most 100,000 characters.
    notes: MaybeUndefined<String>,
    /// Replaces the whole object; at most 64 KiB.
    metadata: MaybeUndefined<Json>,
    /// At most 255 characters; unique.
    external_id: MaybeUndefined<String>,
}

impl From<CompanyInput> for companies::CompanyInput {
    fn from(input: CompanyInput) -> Self {
        Self {
            name: patch(input.name),
            status: patch(input.status.map_value(Into::into)),
            website: patch(input.website),
            email: patch(input.email),
            phone: patch(input.phone),
            address: patch(input.address),
            industry: patch(input.industry),
            notes: patch(input.notes),
            metadata: patch(input.metadata.map_value(|json| json.0)),
            external_id: patch(input.external_id),
        }
    }
}

/// A change of a membership.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct MembershipInput {
    /// At most 255 characters.
    role: MaybeUndefined<String>,
    /// At most 255 characters.
    department: MaybeUndefined<String>,
    /// True takes the flag from the present primary; false is INVALID.
    is_primary: Option<bool>,
    /// 0 or more; orders a contact's memberships.
    position: Option<i32>,
}

impl From<MembershipInput> for memberships::MembershipPatch {
    fn from(input: MembershipInput) -> Self {
        Self {
            role: patch(input.role),
            department: patch(input.department),
            is_primary: input.is_primary,
            position: input.position,
        }
    }
}

/// The company that a new contact works for.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct PrimaryCompanyInput {
    /// Which one.
    company: CompanyReference,
    /// At most 255 characters.
    role: Option<String>,
    /// At most 255 characters.
    department: Option<String>,
}

impl From<PrimaryCompanyInput> for contacts::PrimaryCompany {
    fn from(input: PrimaryCompanyInput) -> Self {
        Self { company: input.company.into(), role: input.role, department: input.department }
    }
}

/// One of the ways to name a company.
#[derive(Clone, Debug, OneofObject)]
pub(crate) enum CompanyReference {
    /// Liaison's id.
    Id(ID),
    /// The caller's own key.
    ExternalId(String),
    /// By name: the live company of that name (case and accents ignored), else a new one.
    FindOrCreateByName(String),
}

impl From<CompanyReference> for contacts::CompanyReference {
    fn from(reference: CompanyReference) -> Self {
        match reference {
            CompanyReference::Id(id) => Self::Id(id.0),
            CompanyReference::ExternalId(key) => Self::ExternalId(key),
            CompanyReference::FindOrCreateByName(name) => Self::FindOrCreateByName(name),
        }
    }
}

/// One shape for create and update.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct InteractionInput {
    /// NOTE, when omitted on creation.
    r#type: MaybeUndefined<InteractionType>,
    /// Now, when omitted on creation.
    occurred_at: MaybeUndefined<DateTime>,
    /// At most 255 characters.
    subject: MaybeUndefined<String>,
    /// At most 100,000 characters.
    body: MaybeUndefined<String>,
    /// Omitted = unchanged; a list replaces the parties, and those that stay keep their snapshot; blank names are
    /// dropped; at most 100.
    parties: MaybeUndefined<Vec<InteractionPartyInput>>,
    /// Replaces the whole object; at most 64 KiB.
    metadata: MaybeUndefined<Json>,
}

impl From<InteractionInput> for interactions::InteractionInput {
    fn from(input: InteractionInput) -> Self {
        Self {
            kind: patch(input.r#type.map_value(Into::into)),
            occurred_at: patch(input.occurred_at.map_value(|time| time.0)),
            subject: patch(input.subject),
            body: patch(input.body),
            parties: patch(input.parties.map_value(|parties| parties.into_iter().map(Into::into).collect())),
            metadata: patch(input.metadata.map_value(|json| json.0)),
        }
    }
}

/// One of those who took part in an interaction.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct InteractionPartyInput {
    /// 1 to 255 characters.
    name: String,
    /// The contact that it stands for.
    contact_id: Option<ID>,
}

impl From<InteractionPartyInput> for interactions::PartyInput {
    fn from(input: InteractionPartyInput) -> Self {
        Self { name: input.name, contact_id: input.contact_id.map(|id| id.0) }
    }
}

fn patch<T>(value: MaybeUndefined<T>) -> Patch<T> {
    match value {
        MaybeUndefined::Undefined => Patch::Keep,
        MaybeUndefined::Null => Patch::Set(None),
        MaybeUndefined::Value(value) => Patch::Set(Some(value)),
    }
}
