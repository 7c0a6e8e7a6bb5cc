//! The inputs of mutations. A field left out is unchanged, null is cleared.

use async_graphql::{ID, InputObject, MaybeUndefined, OneofObject};

use super::described::InputFields;
use crate::{
    domain::{Patch, companies, contacts, interactions, memberships},
    entity::{company, contact, interaction, membership},
};

/// One shape for create, update, upsert, validate and merge.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct ContactInput {
    #[graphql(flatten)]
    pub(crate) fields: InputFields<contact::Entity>,
}

/// One shape for create and update.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct CompanyInput {
    #[graphql(flatten)]
    pub(crate) fields: InputFields<company::Entity>,
}

/// A change of a membership.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct MembershipInput {
    #[graphql(flatten)]
    fields: InputFields<membership::Entity>,
    /// True takes the flag from the present primary; false is INVALID.
    is_primary: Option<bool>,
    /// 0 or more; orders a contact's memberships.
    position: Option<i32>,
}

impl From<MembershipInput> for memberships::MembershipPatch {
    fn from(input: MembershipInput) -> Self {
        Self { fields: input.fields.0, is_primary: input.is_primary, position: input.position }
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

impl From<CompanyReference> for companies::CompanyReference {
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
    #[graphql(flatten)]
    fields: InputFields<interaction::Entity>,
    /// Omitted = unchanged; a list replaces the parties, and those that stay keep their snapshot; blank names are
    /// dropped; at most 100.
    parties: MaybeUndefined<Vec<InteractionPartyInput>>,
}

impl From<InteractionInput> for interactions::InteractionInput {
    fn from(input: InteractionInput) -> Self {
        let parties = match input.parties {
            MaybeUndefined::Undefined => Patch::Keep,
            MaybeUndefined::Null => Patch::Set(None),
            MaybeUndefined::Value(parties) => Patch::Set(Some(parties.into_iter().map(Into::into).collect())),
        };
        Self { fields: input.fields.0, parties }
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
