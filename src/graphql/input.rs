//! The inputs of mutations. A field left out is unchanged, null is cleared.

use async_graphql::{ID, InputObject, MaybeUndefined, OneofObject};

use super::{described::InputFields, enums::SubjectType};
use crate::{
    domain::{Patch, companies, contacts, interactions, memberships, webhooks},
    entity::{company, contact, interaction, membership},
};

/// Fields to create, update or validate; omitted fields stay as they are.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct ContactInput {
    #[graphql(flatten)]
    pub(crate) fields: InputFields<contact::Entity>,
}

/// Fields to create or update; omitted fields stay as they are.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct CompanyInput {
    #[graphql(flatten)]
    pub(crate) fields: InputFields<company::Entity>,
}

/// Fields of a membership to update.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct MembershipInput {
    #[graphql(flatten)]
    fields: InputFields<membership::Entity>,
    /// True makes this membership the primary one; false is INVALID.
    is_primary: Option<bool>,
    /// Position among the contact's memberships; 0 or more.
    position: Option<i32>,
}

impl From<MembershipInput> for memberships::MembershipPatch {
    fn from(input: MembershipInput) -> Self {
        Self { fields: input.fields.0, is_primary: input.is_primary, position: input.position }
    }
}

/// Primary company of a new contact.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct PrimaryCompanyInput {
    /// Reference to the company.
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
    /// Name of a live company, ignoring case and accents; a company is created when there is none.
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

/// Fields to create or update; omitted fields stay as they are.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct InteractionInput {
    #[graphql(flatten)]
    fields: InputFields<interaction::Entity>,
    /// Parties to the interaction; at most 100. A list replaces all of them; parties that stay keep their snapshot.
    /// Blank names are dropped.
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

/// A party to an interaction.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct InteractionPartyInput {
    /// 1 to 255 characters.
    name: String,
    /// Contact that the party is.
    contact_id: Option<ID>,
}

impl From<InteractionPartyInput> for interactions::PartyInput {
    fn from(input: InteractionPartyInput) -> Self {
        Self { name: input.name, contact_id: input.contact_id.map(|id| id.0) }
    }
}

/// One of the ways to name a contact.
#[derive(Clone, Debug, OneofObject)]
pub(crate) enum ContactIdentifier {
    /// Liaison's id.
    Id(ID),
    /// The caller's own key.
    ExternalId(String),
    /// Ignoring case; AMBIGUOUS when several live contacts share it.
    Email(String),
}

impl From<ContactIdentifier> for contacts::Identifier {
    fn from(identifier: ContactIdentifier) -> Self {
        match identifier {
            ContactIdentifier::Id(id) => Self::Id(id.0),
            ContactIdentifier::ExternalId(key) => Self::ExternalId(key),
            ContactIdentifier::Email(address) => Self::Email(address),
        }
    }
}

/// Fields of a webhook to create or update; omitted fields stay as they are.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct WebhookInput {
    /// Required on creation; at most 2048 characters. https; or http where the operator allows the network
    /// (`LIAISON_WEBHOOK_ALLOW`), which loopback and private addresses need in any case.
    url: Option<String>,
    /// Types of records whose changes are delivered; empty for all, which is the default on creation.
    subject_types: Option<Vec<SubjectType>>,
    /// False to deliver nothing; true on creation unless said otherwise.
    is_enabled: Option<bool>,
}

impl From<WebhookInput> for webhooks::WebhookInput {
    fn from(input: WebhookInput) -> Self {
        let types = input.subject_types.map(|types| types.into_iter().map(Into::into).collect());
        Self { url: input.url, subject_types: types, is_enabled: input.is_enabled }
    }
}
