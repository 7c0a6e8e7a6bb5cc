//! Roles: the fields that each may ask for, and the records that a contact finds.

use std::{collections::BTreeMap, fs};

use async_graphql::parser::{
    parse_schema,
    types::{BaseType, Type, TypeKind, TypeSystemDefinition},
};
use liaison::{domain::access, entity::role::Role, graphql};
use serde_json::{Value, json};

use crate::support::{NOBODY, TestApp, both_databases, id_of, people::Reply};

/// The required role of each top-level field, as `docs/access.md` has it.
fn declared() -> BTreeMap<String, Option<Role>> {
    let docs = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/access.md")).unwrap();
    let rows = docs.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` | "));
    let fields = rows.filter(|(field, _)| field.contains('.'));
    fields
        .map(|(field, role)| {
            let role = match role.trim_end_matches(" |") {
                "nobody" => None,
                "`CONTACT`" => Some(Role::Contact),
                "`VIEWER`" => Some(Role::Viewer),
                "`MEMBER`" => Some(Role::Member),
                "`ADMIN`" => Some(Role::Admin),
                other => panic!("{other}"),
            };
            (field.to_owned(), role)
        })
        .collect()
}

/// A call of each top-level field that validation accepts, as the schema has them.
fn calls() -> BTreeMap<String, String> {
    let schema = parse_schema(graphql::sdl()).unwrap();
    let types: BTreeMap<String, TypeKind> = schema
        .definitions
        .iter()
        .filter_map(|definition| match definition {
            TypeSystemDefinition::Type(definition) => {
                Some((definition.node.name.node.to_string(), definition.node.kind.clone()))
            }
            _ => None,
        })
        .collect();
    let mut calls = BTreeMap::new();
    for (root, keyword) in [("Query", "query"), ("Mutation", "mutation"), ("Subscription", "subscription")] {
        let TypeKind::Object(object) = &types[root] else { panic!("{root}") };
        for field in object.fields.iter().map(|field| &field.node) {
            let needed = field.arguments.iter().map(|argument| &argument.node);
            let needed = needed.filter(|argument| !argument.ty.node.nullable && argument.default_value.is_none());
            let arguments: Vec<String> = needed
                .map(|argument| format!("{}: {}", argument.name.node, literal(&argument.ty.node, &types)))
                .collect();
            let arguments = if arguments.is_empty() { String::new() } else { format!("({})", arguments.join(", ")) };
            let is_leaf = matches!(types.get(&base(&field.ty.node)), None | Some(TypeKind::Scalar | TypeKind::Enum(_)));
            let selection = if is_leaf { "" } else { "{ __typename }" };
            let name = &field.name.node;
            calls.insert(format!("{root}.{name}"), format!("{keyword} {{ {name}{arguments} {selection} }}"));
        }
    }
    calls.insert("Query.__schema".to_owned(), "{ __schema { queryType { name } } }".to_owned());
    calls.insert("Query.__type".to_owned(), "{ __type(name: \"Contact\") { name } }".to_owned());
    calls
}

fn base(ty: &Type) -> String {
    match &ty.base {
        BaseType::Named(name) => name.to_string(),
        BaseType::List(item) => base(item),
    }
}

fn literal(ty: &Type, types: &BTreeMap<String, TypeKind>) -> String {
    let BaseType::Named(name) = &ty.base else { return "[]".to_owned() };
    if name.as_str() == "Int" {
        return "0".to_owned();
    }
    match types.get(name.as_str()) {
        Some(TypeKind::Enum(definition)) => definition.values[0].node.value.node.to_string(),
        Some(TypeKind::InputObject(input)) => {
            let needed = input.fields.iter().map(|field| &field.node);
            let mut needed: Vec<_> = needed.clone().filter(|field| !field.ty.node.nullable).collect();
            if needed.is_empty() && name.as_str() == "ContactIdentifier" {
                needed.push(&input.fields[0].node);
            }
            let fields = needed.iter().map(|field| format!("{}: {}", field.name.node, literal(&field.ty.node, types)));
            format!("{{ {} }}", fields.collect::<Vec<_>>().join(", "))
        }
        _ => format!("\"{NOBODY}\""),
    }
}

#[test]
fn every_field_declares_its_required_role_and_the_docs_tell_it() {
    let shown = |root: &str, table: &[(&str, liaison::engine::checks::access::RequiredRole)]| {
        table.iter().map(|(field, required)| (format!("{root}.{field}"), *required)).collect::<Vec<_>>()
    };
    let mut table: BTreeMap<String, Option<Role>> = BTreeMap::new();
    table.extend(shown("Query", liaison::engine::checks::access::QUERIES));
    table.extend(shown("Mutation", liaison::engine::checks::access::MUTATIONS));
    table.extend(shown("Subscription", liaison::engine::checks::access::SUBSCRIPTIONS));
    table.retain(|field, _| !field.ends_with(".__typename"));
    assert_eq!(table, declared());
    assert_eq!(table.keys().collect::<Vec<_>>(), calls().keys().collect::<Vec<_>>());
}

#[both_databases]
async fn every_field_answers_every_role_as_the_docs_say(app: TestApp) {
    let app = app.guarded().await;
    app.user("root@example.com", Role::Admin).await;
    let contact = app.user("contact@example.com", Role::Contact).await;
    let expired = app.key(Role::Admin).await;
    app.sql("UPDATE api_keys SET expires_at = created_at").await;
    let revoked = access::create_key(app.operator(), "revoked", Role::Admin, None).await.unwrap();
    access::revoke_key(app.operator(), &revoked.key.id.to_string()).await.unwrap();
    let ended = app.user("ended@example.com", Role::Admin).await;
    app.sql(
        "UPDATE sessions SET expires_at = created_at WHERE user_id = (SELECT id FROM users
            WHERE email = 'ended@example.com')",
    )
    .await;
    let unused = app.user("unused@example.com", Role::Admin).await;
    app.sql(
        "UPDATE sessions SET last_used_at = '2020-01-01T00:00:00+00:00' WHERE user_id = (SELECT id FROM users
            WHERE email = 'unused@example.com')",
    )
    .await;
    let mut callers = vec![
        (None, None),
        (Some("nonsense".to_owned()), None),
        (Some(expired), None),
        (Some(revoked.secret.expose().to_owned()), None),
        (Some(ended), None),
        (Some(unused), None),
        (Some(contact), Some(Role::Contact)),
    ];
    for role in [Role::Viewer, Role::Member, Role::Admin] {
        callers.push((Some(app.key(role).await), Some(role)));
    }
    let declared = declared();
    for (field, call) in calls() {
        for (token, role) in &mut callers {
            let reply = app.ask(token.as_deref(), &call, json!({})).await;
            let expected = match (declared[&field] > *role, *role) {
                (true, None) => "UNAUTHENTICATED",
                (true, Some(_)) => "FORBIDDEN",
                // A key has no password.
                (false, Some(Role::Viewer | Role::Member | Role::Admin)) if field == "Mutation.changePassword" => {
                    "FORBIDDEN"
                }
                // Only admins do it to others.
                (false, Some(Role::Contact | Role::Viewer | Role::Member))
                    if ["Mutation.updateUser", "Mutation.endSessions"].contains(&field.as_str()) =>
                {
                    "FORBIDDEN"
                }
                // Allowed, but over another transport.
                (false, _) if field.starts_with("Subscription.") => "BAD_USER_INPUT",
                (false, _) => "",
            };
            assert_eq!(reply.code(), expected, "{role:?}: {call}: {}", reply.body);
            if expected == "UNAUTHENTICATED" {
                assert_eq!(reply.status, 401);
                assert_eq!(reply.body.get("data"), None);
            }
            if field == "Mutation.signOut" && *role == Some(Role::Contact) {
                *token = Some(app.sign_in("contact@example.com").await);
            }
        }
    }
}

/// A contact that may sign in, and the records of others beside its own.
struct SignedIn {
    app: TestApp,
    token: String,
    own: String,
    own_user: String,
    /// Another contact, a company, a membership, an interaction and another user.
    others: [String; 5],
}

impl SignedIn {
    async fn new(app: TestApp) -> Self {
        let (own, other) = (app.contact("Own").await, app.contact("Other").await);
        let company = app.company("Company").await;
        let membership = app.membership(&own, &company).await;
        let own_user = app.connect(&own, "own@example.com").await;
        let other_user = app.connect(&other, "other@example.com").await;
        let log = "mutation($id: ID!) { createInteraction(contactId: $id, input: {}) { interaction { id } } }";
        let logged = app.run(log, json!({ "id": own })).await;
        let interaction = id_of(&logged["createInteraction"]["interaction"]);
        let app = app.guarded().await;
        let token = app.user("own@example.com", Role::Contact).await;
        Self { app, token, own, own_user, others: [other, company, membership, interaction, other_user] }
    }

    async fn ask(&self, query: &str, variables: Value) -> Reply {
        self.app.ask(Some(&self.token), query, variables).await
    }
}

#[both_databases]
async fn a_contact_finds_no_record_but_its_own(app: TestApp) {
    let contact = SignedIn::new(app).await;
    let SignedIn { own, own_user, others, .. } = &contact;
    let query = "{ viewer { role user { id contact { name } } contact { id user { email } } } }";
    let reply = contact.ask(query, json!({})).await;
    let expected = json!({
        "role": "CONTACT",
        "user": { "id": own_user, "contact": { "name": "Own" } },
        "contact": { "id": own, "user": { "email": "own@example.com" } },
    });
    assert_eq!(reply.body["data"]["viewer"], expected, "{}", reply.body);

    for query in [
        "query($id: ID!) { found: contact(id: $id) { id } }",
        "query($id: ID!) { found: user(id: $id) { id } }",
        "query($id: ID!) { found: contactByUser(userId: $id) { id } }",
        "query($id: ID!) { found: node(id: $id) { id ... on Contact { name } ... on User { email } } }",
    ] {
        for id in others {
            // Twice, because the second time the document is known.
            for _ in 0..2 {
                let reply = contact.ask(query, json!({ "id": id })).await;
                assert_eq!(reply.body, json!({ "data": { "found": null } }), "{query}");
            }
        }
    }
    let [other, company, membership, interaction, other_user] = others;
    let ids = json!({ "ids": [own, other, company, membership, interaction, own_user, other_user] });
    let query = "query($ids: [ID!]!) { contactsByIds(ids: $ids) { id } nodes(ids: $ids) { id } }";
    let nodes = json!([{ "id": own }, null, null, null, null, { "id": own_user }, null]);
    let reply = contact.ask(query, ids).await;
    assert_eq!(reply.body["data"], json!({ "contactsByIds": [{ "id": own }], "nodes": nodes }));
}

#[both_databases]
async fn a_contact_is_refused_the_fields_of_others(app: TestApp) {
    let contact = SignedIn::new(app).await;
    for forbidden in [
        "{ viewer { contact { memberships { id } } } }",
        "{ viewer { contact { primaryMembership { company { name } } } } }",
        "{ viewer { contact { interactions { totalCount } } } }",
        "{ viewer { contact { interactions { __typename } } } }",
        "{ viewer { contact { lastInteractionAt } } }",
        "{ viewer { contact { duplicates { score } } } }",
        "{ viewer { contact { duplicates { __typename } } } }",
        "{ duplicateGroups { totalCount } }",
        "mutation($id: ID!) { markNotDuplicates(ids: [$id]) { userErrors { code } } }",
        "query($id: ID!) { node(id: $id) { ... on Company { interactions { totalCount } } } }",
        "query($id: ID!) { node(id: $id) { ... on Interaction { company { name } } } }",
        "mutation($id: ID!) { createInteraction(companyId: $id, input: {}) { userErrors { code } } }",
        "{ viewer { user { contact { user { contact { memberships { id } } } } } } }",
        "{ viewer { apiKey { id } } }",
        "{ viewer { ...V } } fragment V on Viewer { contact { ...C } } fragment C on Contact { memberships { id } }",
        "{ ... on Query { viewer { contact { ... { memberships { id } } } } } }",
        "query($id: ID!) { node(id: $id) { ... on Contact { memberships { id } } } }",
        "query($id: ID!) { node(id: $id) { ... on Company { name } } }",
        "query($id: ID!) { contact(id: $id) { name memberships @include(if: false) { id } } }",
        "{ contacts { totalCount } }",
        "{ ... { contactCount } }",
        "{ searchContacts(query: \"o\") { id } }",
        "{ contactByIdentifier(identifier: { email: \"own@example.com\" }) { id } }",
        "mutation { signIn(email: \"a@b.example\", password: \"\") { viewer { contact { memberships { id } } } } }",
    ] {
        let reply = contact.ask(forbidden, json!({ "id": contact.own })).await;
        assert_eq!(reply.code(), "FORBIDDEN", "{forbidden}: {}", reply.body);
        assert_eq!(reply.status, 403);
        let leaks = contact.others.iter().any(|id| reply.body.to_string().contains(id));
        assert!(!leaks, "{}", reply.body);
    }
    // Nor does anybody reach more in the moment of signing in.
    let sign_in = "mutation { signIn(email: \"own@example.com\", password: \"x\") {
        viewer { contact { memberships { id } } } } }";
    assert_eq!(contact.app.ask(None, sign_in, json!({})).await.code(), "UNAUTHENTICATED");
}

// A viewer has filled the cache of documents; that changes nothing.
#[both_databases]
async fn a_document_that_others_have_sent_gives_a_contact_no_more(app: TestApp) {
    let contact = SignedIn::new(app).await;
    let query = "query($id: ID!) { contact(id: $id) { name } }";
    let viewer = contact.app.key(Role::Viewer).await;
    for _ in 0..2 {
        let reply = contact.app.ask(Some(&viewer), query, json!({ "id": contact.others[0] })).await;
        assert_eq!(reply.body["data"]["contact"]["name"], "Other");
    }
    let found = async |id: &str| contact.ask(query, json!({ "id": id })).await.body["data"]["contact"].clone();
    assert_eq!(found(&contact.others[0]).await, Value::Null);
    assert_eq!(found(&contact.own).await["name"], "Own");
}
