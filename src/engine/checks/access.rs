//! Access rules: the one place where each top-level field declares the role that it requires.
//!
//! The whole document is checked before anything runs: nothing of a refused document is executed, and an undeclared
//! field is allowed to nobody. Callers below VIEWER see only themselves and their own contact. For them the fields that
//! a document may select are listed as well, type by type; the resolvers of these fields find only the caller's own
//! records (see `graphql::self_only`).

use std::collections::HashSet;

use async_graphql::{
    Name,
    parser::types::{ExecutableDocument, OperationDefinition, OperationType, Selection, SelectionSet},
};

use super::limits::shortened;
use crate::{
    entity::role::Role::{self, Admin, Contact, Member, Viewer},
    graphql::error::{ApiError, ApiResult, ErrorCode},
    resources::{RESOURCES, Resource},
};

/// Role that a field requires; none when nobody needs to be signed in.
pub type RequiredRole = Option<Role>;

/// The queries.
pub const QUERIES: &[(&str, RequiredRole)] = &[
    ("node", Some(Contact)),
    ("nodes", Some(Contact)),
    ("viewer", None),
    ("contact", Some(Contact)),
    ("contactByUser", Some(Contact)),
    ("contactByIdentifier", Some(Viewer)),
    ("contacts", Some(Viewer)),
    ("contactsByIds", Some(Contact)),
    ("searchContacts", Some(Viewer)),
    ("contactCount", Some(Viewer)),
    ("contactStatusCounts", Some(Viewer)),
    ("validateContact", Some(Viewer)),
    ("tags", Some(Viewer)),
    ("importJob", Some(Viewer)),
    ("importJobs", Some(Viewer)),
    ("company", Some(Viewer)),
    ("companies", Some(Viewer)),
    ("companiesByIds", Some(Viewer)),
    ("searchCompanies", Some(Viewer)),
    ("companyCount", Some(Viewer)),
    ("companyStatusCounts", Some(Viewer)),
    ("validateCompany", Some(Viewer)),
    ("interaction", Some(Viewer)),
    ("interactions", Some(Viewer)),
    ("user", Some(Contact)),
    ("users", Some(Viewer)),
    ("apiKeys", Some(Admin)),
    ("webhooks", Some(Admin)),
    ("changes", Some(Viewer)),
    ("batches", Some(Viewer)),
    ("duplicateGroups", Some(Viewer)),
    ("__schema", Some(Contact)),
    ("__type", Some(Contact)),
    ("__typename", None),
];

/// The mutations.
pub const MUTATIONS: &[(&str, RequiredRole)] = &[
    ("createContact", Some(Member)),
    ("updateContact", Some(Member)),
    ("upsertContact", Some(Member)),
    ("upsertContacts", Some(Member)),
    ("upsertCompanies", Some(Member)),
    ("importContacts", Some(Member)),
    ("cancelImport", Some(Member)),
    ("resumeImport", Some(Member)),
    ("trashContact", Some(Member)),
    ("restoreContact", Some(Member)),
    ("deleteContact", Some(Admin)),
    ("trashContacts", Some(Member)),
    ("restoreContacts", Some(Member)),
    ("updateContacts", Some(Member)),
    ("setPrimaryCompany", Some(Member)),
    ("addMembership", Some(Member)),
    ("updateMembership", Some(Member)),
    ("removeMembership", Some(Member)),
    ("connectUser", Some(Member)),
    ("disconnectUser", Some(Member)),
    ("findOrCreateUser", Some(Member)),
    ("createCompany", Some(Member)),
    ("updateCompany", Some(Member)),
    ("trashCompany", Some(Member)),
    ("restoreCompany", Some(Member)),
    ("deleteCompany", Some(Admin)),
    ("createInteraction", Some(Member)),
    ("updateInteraction", Some(Member)),
    ("deleteInteraction", Some(Admin)),
    ("mergeContacts", Some(Member)),
    ("mergeDuplicates", Some(Admin)),
    ("undoBatch", Some(Member)),
    ("markNotDuplicates", Some(Member)),
    ("unmarkNotDuplicates", Some(Member)),
    ("signIn", None),
    ("signOut", Some(Contact)),
    ("requestPasswordLink", None),
    ("setPassword", None),
    ("changePassword", Some(Contact)),
    ("inviteUser", Some(Admin)),
    ("setUserRole", Some(Admin)),
    ("updateUser", Some(Contact)),
    ("deactivateUser", Some(Admin)),
    ("reactivateUser", Some(Admin)),
    ("deleteUser", Some(Admin)),
    ("endSessions", Some(Contact)),
    ("endSession", Some(Contact)),
    ("createApiKey", Some(Admin)),
    ("revokeApiKey", Some(Admin)),
    ("createWebhook", Some(Admin)),
    ("updateWebhook", Some(Admin)),
    ("deleteWebhook", Some(Admin)),
    ("rotateWebhookSecret", Some(Admin)),
    ("replayWebhook", Some(Admin)),
    ("__typename", None),
];

/// The subscriptions.
pub const SUBSCRIPTIONS: &[(&str, RequiredRole)] =
    &[("changes", Some(Viewer)), ("batchProgress", Some(Viewer)), ("importProgress", Some(Viewer))];

/// Fields, and the type that each leads to.
type SelfOnlyFields = &'static [(&'static str, Option<&'static str>)];

/// Selectable fields, below VIEWER, of the types that are no resource; resources list their own.
const SELF_ONLY: &[(&str, SelfOnlyFields)] = &[
    (
        "Query",
        &[
            ("node", Some("Node")),
            ("nodes", Some("Node")),
            ("viewer", Some("Viewer")),
            ("contact", Some("Contact")),
            ("contactByUser", Some("Contact")),
            ("contactsByIds", Some("Contact")),
            ("user", Some("User")),
            ("__schema", None),
            ("__type", None),
        ],
    ),
    (
        "Mutation",
        &[
            ("signIn", Some("SignInPayload")),
            ("signOut", None),
            ("requestPasswordLink", None),
            ("setPassword", Some("SignInPayload")),
            ("changePassword", Some("SignInPayload")),
            ("updateUser", Some("UserPayload")),
            ("endSessions", Some("UserPayload")),
            ("endSession", Some("EndSessionPayload")),
        ],
    ),
    ("Node", &[("id", None)]),
    ("Viewer", &[("user", Some("User")), ("role", None), ("contact", Some("Contact")), ("sessions", Some("Session"))]),
    ("Session", &[("id", None), ("isCurrent", None), ("createdAt", None), ("lastUsedAt", None), ("expiresAt", None)]),
    ("UserPayload", &[("user", Some("User")), ("userErrors", Some("UserError"))]),
    ("EndSessionPayload", &[("endedSessionId", None), ("userErrors", Some("UserError"))]),
    (
        "SignInPayload",
        &[("token", None), ("expiresAt", None), ("viewer", Some("Viewer")), ("userErrors", Some("UserError"))],
    ),
    ("ContactPoint", &[("value", None), ("label", None)]),
    (
        "PostalAddress",
        &[
            ("label", None),
            ("street", None),
            ("locality", None),
            ("region", None),
            ("postalCode", None),
            ("country", None),
            ("formatted", None),
        ],
    ),
    ("UserError", &[("code", None), ("field", None), ("message", None), ("conflictIds", None)]),
];

/// Refuses a document that asks for more than the role may have.
pub fn check(document: &ExecutableDocument, operation: &OperationDefinition, role: Option<Role>) -> ApiResult<()> {
    let (table, root) = match operation.ty {
        OperationType::Query => (QUERIES, "Query"),
        OperationType::Mutation => (MUTATIONS, "Mutation"),
        OperationType::Subscription => (SUBSCRIPTIONS, "Subscription"),
    };
    let set = &operation.selection_set.node;
    Fields { document, role, table, seen: HashSet::new() }.check(set)?;
    if role >= Some(Viewer) {
        return Ok(());
    }
    SelfOnly { document, role, seen: HashSet::new() }.check(set, root)
}

/// The top-level fields, in fragments too; whether a directive skips one makes no difference.
struct Fields<'a> {
    document: &'a ExecutableDocument,
    role: Option<Role>,
    table: &'static [(&'static str, RequiredRole)],
    seen: HashSet<&'a Name>,
}

impl<'a> Fields<'a> {
    fn check(&mut self, set: &'a SelectionSet) -> ApiResult<()> {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => self.check_field(field.node.name.node.as_str())?,
                Selection::InlineFragment(fragment) => self.check(&fragment.node.selection_set.node)?,
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    if let Some(fragment) = self.document.fragments.get(name)
                        && self.seen.insert(name)
                    {
                        self.check(&fragment.node.selection_set.node)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn check_field(&self, name: &str) -> ApiResult<()> {
        match self.table.iter().find(|(declared, _)| *declared == name) {
            Some((_, required)) if self.role >= *required => Ok(()),
            Some((_, Some(required))) => {
                Err(refusal(self.role, &format!("`{name}` needs the role {}", role_name(*required))))
            }
            None if self.role.is_some() => {
                let message = format!("There is no such top-level field: `{}`.", shortened(name));
                Err(ApiError::new(ErrorCode::ValidationFailed, message))
            }
            _ => Err(refusal(None, "")),
        }
    }
}

/// Selectable fields of callers who see only themselves.
struct SelfOnly<'a> {
    document: &'a ExecutableDocument,
    role: Option<Role>,
    seen: HashSet<&'a Name>,
}

impl<'a> SelfOnly<'a> {
    fn check(&mut self, set: &'a SelectionSet, type_name: &str) -> ApiResult<()> {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    let (name, set) = (field.node.name.node.as_str(), &field.node.selection_set.node);
                    match self.leads_to(type_name, name)? {
                        Some(next) => self.check(set, next)?,
                        // Introspection knows no records.
                        None if name.starts_with("__") => {}
                        None if set.items.is_empty() => {}
                        None => return Err(self.refusal(type_name, name)),
                    }
                }
                Selection::InlineFragment(fragment) => {
                    let condition = fragment.node.type_condition.as_ref();
                    let narrowed = condition.map_or(type_name, |condition| condition.node.on.node.as_str());
                    self.check_condition(narrowed)?;
                    self.check(&fragment.node.selection_set.node, narrowed)?;
                }
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    if let Some(fragment) = self.document.fragments.get(name)
                        && self.seen.insert(name)
                    {
                        let narrowed = fragment.node.type_condition.node.on.node.as_str();
                        self.check_condition(narrowed)?;
                        self.check(&fragment.node.selection_set.node, narrowed)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Lets strangers narrow only to types that they may select: validation would tell them whether there are others.
    fn check_condition(&self, type_name: &str) -> ApiResult<()> {
        let is_listed = || self_only_fields(type_name).is_some() || self_only_resource(type_name).is_some();
        if self.role.is_some() || is_listed() { Ok(()) } else { Err(refusal(None, "")) }
    }

    fn leads_to(&self, type_name: &str, field: &str) -> ApiResult<Option<&'static str>> {
        if field == "__typename" {
            return Ok(None);
        }
        let found = if let Some(resource) = self_only_resource(type_name) {
            let column = resource.visible_field(field).filter(|field| field.is_own).map(|field| field.kind.item_type());
            let relation = resource.relation(field).filter(|relation| relation.is_own);
            column.or_else(|| relation.map(|relation| Some(relation.to().type_name)))
        } else {
            let found = self_only_fields(type_name).into_iter().flatten().find(|(name, _)| *name == field);
            found.map(|(_, next)| *next)
        };
        found.ok_or_else(|| self.refusal(type_name, field))
    }

    fn refusal(&self, type_name: &str, field: &str) -> ApiError {
        refusal(self.role, &format!("`{}.{}` needs the role VIEWER", shortened(type_name), shortened(field)))
    }
}

fn self_only_fields(type_name: &str) -> Option<SelfOnlyFields> {
    SELF_ONLY.iter().find(|(name, _)| *name == type_name).map(|(_, fields)| *fields)
}

/// The resource of that type, where a contact sees something of itself there.
fn self_only_resource(type_name: &str) -> Option<&'static Resource> {
    let found = RESOURCES.into_iter().find(|resource| resource.type_name == type_name);
    found.filter(|resource| resource.fields.iter().any(|field| field.is_own))
}

/// Refuses; strangers are told no more than to sign in.
fn refusal(role: Option<Role>, why: &str) -> ApiError {
    match role {
        None => ApiError::new(
            ErrorCode::Unauthenticated,
            "Sign in first, or send a valid session token or API key: Authorization: Bearer ….",
        ),
        Some(role) => ApiError::new(ErrorCode::Forbidden, format!("{why}; yours is {}.", role_name(role))),
    }
}

/// A role as the API writes it.
pub fn role_name(role: Role) -> &'static str {
    match role {
        Contact => "CONTACT",
        Viewer => "VIEWER",
        Member => "MEMBER",
        Admin => "ADMIN",
    }
}
