//! Who may come in, and what for.

use std::{collections::BTreeMap, fs};

use async_graphql::parser::{
    parse_schema,
    types::{BaseType, Type, TypeKind, TypeSystemDefinition},
};
use liaison::{
    domain::{self, Actor, access},
    entity::role::Role,
    graphql,
};
use serde_json::{Value, json};

use crate::support::{
    NOBODY, TestApp, both_databases, codes, id_of,
    people::{PASSWORD, Reply, SET_PASSWORD, SIGN_IN},
};

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

#[both_databases]
async fn a_session_begins_and_ends(app: TestApp) {
    let app = app.guarded().await;
    app.user("ada@example.com", Role::Member).await;
    let reply = app.ask(None, SIGN_IN, json!({ "email": " Ada@Example.com ", "password": PASSWORD })).await;
    let signed_in = &reply.body["data"]["signIn"];
    assert_eq!(signed_in["viewer"]["role"], "MEMBER", "{}", reply.body);
    assert_eq!(signed_in["userErrors"], json!([]));
    let token = signed_in["token"].as_str().unwrap();
    assert_eq!(reply.cookie().unwrap(), format!("__Host-liaison={token}"));
    let cookie = reply.headers["set-cookie"].to_str().unwrap();
    for attribute in ["; Path=/;", "; Secure;", "; HttpOnly;", "; SameSite=Lax;", "; Max-Age=7776000"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    let viewer = "{ viewer { user { email } apiKey { id } } }";
    let reply = app.ask(Some(token), viewer, json!({})).await;
    assert_eq!(reply.body["data"]["viewer"], json!({ "user": { "email": "ada@example.com" }, "apiKey": null }));
    let reply = app.ask(Some(token), "mutation { signOut }", json!({})).await;
    assert_eq!(reply.body, json!({ "data": { "signOut": true } }));
    let cookie = reply.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("__Host-liaison=; ") && cookie.ends_with("; Path=/; Max-Age=0"), "{cookie}");
    assert_eq!(app.ask(Some(token), viewer, json!({})).await.body["data"]["viewer"], Value::Null);
}

#[both_databases]
async fn a_session_that_could_not_be_ended_keeps_its_cookie(app: TestApp) {
    let app = app.guarded().await;
    let token = app.user("ada@example.com", Role::Member).await;
    app.sql("ALTER TABLE audit_events RENAME TO away").await;
    let reply = app.ask(Some(&token), "mutation { signOut }", json!({})).await;
    assert_eq!(reply.code(), "INTERNAL_SERVER_ERROR", "{}", reply.body);
    assert_eq!(reply.headers.get("set-cookie"), None);
    assert_eq!(app.ask(Some(&token), "{ viewer { role } }", json!({})).await.body["data"]["viewer"]["role"], "MEMBER");
}

#[both_databases]
async fn what_is_wrong_with_a_sign_in_is_not_told(app: TestApp) {
    let contact = app.contact("Ann").await;
    app.connect(&contact, "placeholder@example.com").await;
    let app = app.guarded().await;
    app.user("ada@example.com", Role::Member).await;
    let mut answers = Vec::new();
    for (email, password) in [
        ("ada@example.com", "not the password"),
        ("ada@example.com", ""),
        ("nobody@example.com", PASSWORD),
        ("placeholder@example.com", PASSWORD),
        ("placeholder@example.com", ""),
        ("not an address", "nobody's password"),
        ("", ""),
    ] {
        let before = app.operator().db.statement_count();
        let reply = app.ask(None, SIGN_IN, json!({ "email": email, "password": password })).await;
        answers.push((reply.status, reply.body, app.operator().db.statement_count() - before));
        assert_eq!(reply.headers.get("set-cookie"), None);
    }
    assert_eq!(answers[0].1["data"]["signIn"]["userErrors"][0]["code"], "INVALID_CREDENTIALS");
    assert_eq!(answers[0].1["data"]["signIn"]["token"], Value::Null);
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    let long = "x".repeat(100_000);
    let reply = app.ask(None, SIGN_IN, json!({ "email": long, "password": long })).await;
    assert_eq!(reply.body, answers[0].1);
}

#[both_databases]
async fn a_link_claims_a_placeholder_once(app: TestApp) {
    let contact = app.contact("Ann").await;
    app.connect(&contact, "ann@example.com").await;
    let app = app.guarded().await;
    let link = app.link("ANN@example.com", Role::Contact).await;
    let other = app.link("ann@example.com", Role::Contact).await;
    // A password that is refused does not use the link up.
    let weak = app.ask(None, SET_PASSWORD, json!({ "token": link, "password": "12345678" })).await;
    assert_eq!(weak.body["data"]["setPassword"]["userErrors"][0]["field"], json!(["password"]));
    let reply = app.ask(None, SET_PASSWORD, json!({ "token": link, "password": PASSWORD })).await;
    let viewer = &reply.body["data"]["setPassword"]["viewer"];
    assert_eq!(viewer["role"], "CONTACT", "{}", reply.body);
    assert_eq!(viewer["contact"]["id"], json!(contact));
    assert_eq!(viewer["user"], json!({ "email": "ann@example.com", "isPlaceholder": false, "source": "crm_contact" }));
    for used in [&link, &other, "nonsense", ""] {
        let reply = app.ask(None, SET_PASSWORD, json!({ "token": used, "password": PASSWORD })).await;
        assert_eq!(codes(&reply.body["data"]["setPassword"]), ["INVALID_TOKEN"], "{used}");
    }
    app.sign_in("ann@example.com").await;
}

#[both_databases]
async fn an_expired_link_is_refused(app: TestApp) {
    let app = app.guarded().await;
    let link = app.link("ann@example.com", Role::Viewer).await;
    app.sql("UPDATE password_links SET expires_at = created_at").await;
    let reply = app.ask(None, SET_PASSWORD, json!({ "token": link, "password": PASSWORD })).await;
    assert_eq!(codes(&reply.body["data"]["setPassword"]), ["INVALID_TOKEN"]);
}

#[both_databases]
async fn a_new_password_ends_the_other_sessions(app: TestApp) {
    let app = app.guarded().await;
    let first = app.user("ada@example.com", Role::Member).await;
    let second = app.sign_in("ada@example.com").await;
    let change = "mutation($current: String!, $password: String!) {
        changePassword(current: $current, password: $password) { token userErrors { code field } } }";
    let wrong = app.ask(Some(&second), change, json!({ "current": "no", "password": "another good one" })).await;
    assert_eq!(
        wrong.body["data"]["changePassword"]["userErrors"],
        json!([{ "code": "INVALID_CREDENTIALS", "field": ["current"] }])
    );
    let reply = app.ask(Some(&second), change, json!({ "current": PASSWORD, "password": "another good one" })).await;
    let third = reply.body["data"]["changePassword"]["token"].as_str().unwrap().to_owned();
    let is_in = async |token: &str| {
        app.ask(Some(token), "{ viewer { role } }", json!({})).await.body["data"]["viewer"] != Value::Null
    };
    assert!(!is_in(&first).await && !is_in(&second).await && is_in(&third).await);
    let link = access::make_link(
        app.operator(),
        Some(&access::find_user(app.operator().db.reads(), "ada@example.com").await.unwrap()),
    )
    .await
    .unwrap();
    let fourth = app.claim(link.expose()).await;
    assert!(!is_in(&third).await && is_in(&fourth).await);
    app.sign_in("ada@example.com").await;
}

#[both_databases]
async fn admins_manage_users(app: TestApp) {
    let app = app.guarded().await;
    let admin = app.user("root@example.com", Role::Admin).await;
    let member = app.user("ada@example.com", Role::Member).await;
    let invite = "mutation($email: String!, $role: Role!) {
        inviteUser(email: $email, role: $role) { user { id role isPlaceholder } userErrors { code conflictIds } } }";
    let reply = app.ask(Some(&admin), invite, json!({ "email": "new@example.com", "role": "VIEWER" })).await;
    assert_eq!(reply.body["data"]["inviteUser"]["user"]["isPlaceholder"], true, "{}", reply.body);
    let invited = id_of(&reply.body["data"]["inviteUser"]["user"]);
    let again = app.ask(Some(&admin), invite, json!({ "email": "New@example.com", "role": "MEMBER" })).await;
    assert_eq!(
        again.body["data"]["inviteUser"]["user"],
        json!({ "id": invited, "role": "MEMBER", "isPlaceholder": true })
    );
    let taken = app.ask(Some(&admin), invite, json!({ "email": "ada@example.com", "role": "ADMIN" })).await;
    assert_eq!(codes(&taken.body["data"]["inviteUser"]), ["TAKEN"]);
    let ada = taken.body["data"]["inviteUser"]["userErrors"][0]["conflictIds"][0].clone();

    let set = "mutation($id: ID!, $role: Role!) { setUserRole(userId: $id, role: $role) { user { role } userErrors {
        code } } }";
    let reply = app.ask(Some(&admin), set, json!({ "id": ada, "role": "VIEWER" })).await;
    assert_eq!(reply.body["data"]["setUserRole"]["user"]["role"], "VIEWER");
    assert_eq!(
        app.ask(Some(&member), "{ contactCount }", json!({})).await.code(),
        "UNAUTHENTICATED",
        "who loses a role is signed out"
    );
    let missing = app.ask(Some(&admin), set, json!({ "id": NOBODY, "role": "VIEWER" })).await;
    assert_eq!(codes(&missing.body["data"]["setUserRole"]), ["NOT_FOUND"]);
    let me = app.ask(Some(&admin), "{ viewer { user { id } } }", json!({})).await;
    let me = id_of(&me.body["data"]["viewer"]["user"]);
    let last = app.ask(Some(&admin), set, json!({ "id": me, "role": "MEMBER" })).await;
    assert_eq!(codes(&last.body["data"]["setUserRole"]), ["INVALID"], "the last admin stays");
}

#[both_databases]
async fn keys_are_made_used_and_revoked(app: TestApp) {
    let app = app.guarded().await;
    let admin = app.user("root@example.com", Role::Admin).await;
    let create = "mutation($name: String!, $role: Role!, $end: DateTime) {
        createApiKey(name: $name, role: $role, expiresAt: $end) {
            apiKey { id name prefix role expiresAt lastUsedAt revokedAt } secret userErrors { code field } } }";
    let reply = app.ask(Some(&admin), create, json!({ "name": " import ", "role": "MEMBER" })).await;
    let created = &reply.body["data"]["createApiKey"];
    let secret = created["secret"].as_str().unwrap();
    assert!(secret.starts_with("lsn_") && secret.starts_with(created["apiKey"]["prefix"].as_str().unwrap()));
    assert_eq!(created["apiKey"]["name"], "import");
    let id = id_of(&created["apiKey"]);
    let viewer = "{ viewer { role user { id } contact { id } apiKey { id name } } }";
    let reply = app.ask(Some(secret), viewer, json!({})).await;
    let expected = json!({ "role": "MEMBER", "user": null, "contact": null, "apiKey": { "id": id, "name": "import" } });
    assert_eq!(reply.body["data"]["viewer"], expected);
    let keys = app.ask(Some(&admin), "{ apiKeys { id lastUsedAt } }", json!({})).await;
    assert_eq!(keys.body["data"]["apiKeys"].as_array().unwrap().len(), 1);
    assert_ne!(keys.body["data"]["apiKeys"][0]["lastUsedAt"], Value::Null);
    let node = "query($id: ID!) { node(id: $id) { ... on ApiKey { name } } }";
    assert_eq!(app.ask(Some(&admin), node, json!({ "id": id })).await.body["data"]["node"]["name"], "import");
    assert_eq!(app.ask(Some(secret), node, json!({ "id": id })).await.body["data"]["node"], Value::Null);
    let revoke = "mutation($id: ID!) { revokeApiKey(id: $id) { apiKey { revokedAt } userErrors { code } } }";
    let first = app.ask(Some(&admin), revoke, json!({ "id": id })).await;
    let again = app.ask(Some(&admin), revoke, json!({ "id": id })).await;
    assert_ne!(first.body["data"]["revokeApiKey"]["apiKey"]["revokedAt"], Value::Null);
    assert_eq!(first.body, again.body);
    assert_eq!(app.ask(Some(secret), "{ contactCount }", json!({})).await.code(), "UNAUTHENTICATED");
    assert_eq!(
        codes(&app.ask(Some(&admin), revoke, json!({ "id": "x" })).await.body["data"]["revokeApiKey"]),
        ["NOT_FOUND"]
    );
    for (variables, code, field) in [
        (json!({ "name": " ", "role": "VIEWER" }), "BLANK", "name"),
        (json!({ "name": "x".repeat(256), "role": "VIEWER" }), "TOO_LONG", "name"),
        (json!({ "name": "x", "role": "CONTACT" }), "INVALID", "role"),
        (json!({ "name": "x", "role": "VIEWER", "end": "2020-01-01T00:00:00Z" }), "INVALID", "expiresAt"),
    ] {
        let reply = app.ask(Some(&admin), create, variables).await;
        assert_eq!(reply.body["data"]["createApiKey"]["userErrors"], json!([{ "code": code, "field": [field] }]));
    }
}

#[both_databases]
async fn keys_made_by_keys_go_with_the_admin_behind_them(app: TestApp) {
    let app = app.guarded().await;
    app.user("root@example.com", Role::Admin).await;
    let admin = app.user("eve@example.com", Role::Admin).await;
    let user = access::find_user(app.operator().db.reads(), "eve@example.com").await.unwrap();
    let create = "mutation($role: Role!) { createApiKey(name: \"x\", role: $role) { secret apiKey { id } } }";
    let make = async |token: &str, role: &str| {
        let reply = app.ask(Some(token), create, json!({ "role": role })).await;
        let made = &reply.body["data"]["createApiKey"];
        (made["secret"].as_str().unwrap().to_owned(), id_of(&made["apiKey"]))
    };
    let (first, first_id) = make(&admin, "ADMIN").await;
    let (second, _) = make(&first, "ADMIN").await;
    let (third, third_id) = make(&second, "ADMIN").await;
    let (reader, _) = make(&second, "VIEWER").await;
    // Revoking one leaves those that it made.
    access::revoke_key(app.operator(), &first_id).await.unwrap();
    assert_eq!(app.ask(Some(&third), "{ apiKeys { id } }", json!({})).await.code(), "");
    access::set_role(app.operator(), &user.id.to_string(), Role::Viewer).await.unwrap();
    for key in [&second, &third] {
        assert_eq!(app.ask(Some(key), "{ viewer { role } }", json!({})).await.body["data"]["viewer"], Value::Null);
    }
    assert_eq!(
        app.ask(Some(&reader), "{ contactCount }", json!({})).await.code(),
        "",
        "what the new role may do stays"
    );
    // Whose request was let in just before finds out in the transaction.
    let by_session = Actor { role: Some(Role::Admin), user_id: Some(user.id), ..Actor::default() };
    let by_key = Actor { role: Some(Role::Admin), key_id: third_id.parse().ok(), ..Actor::default() };
    for actor in [by_session, by_key] {
        let late = domain::Context { actor, ..app.operator().clone() };
        let refusals = [
            access::create_key(&late, "x", Role::Admin, None).await.err(),
            access::set_role(&late, &user.id.to_string(), Role::Admin).await.err(),
            access::invite(&late, "mallory@example.com", Role::Admin).await.err(),
        ];
        assert!(refusals.iter().all(|error| matches!(error, Some(domain::Error::Forbidden))), "{refusals:?}");
    }
}

#[both_databases]
async fn who_logs_an_interaction_owns_it(app: TestApp) {
    let contact = app.contact("Ann").await;
    let app = app.guarded().await;
    let member = app.user("ada@example.com", Role::Member).await;
    let log = "mutation($id: ID!) { createInteraction(contactId: $id, input: {}) { interaction { owner { email } } } }";
    let reply = app.ask(Some(&member), log, json!({ "id": contact })).await;
    assert_eq!(reply.body["data"]["createInteraction"]["interaction"]["owner"]["email"], "ada@example.com");
}

#[both_databases]
async fn a_link_is_asked_for_by_anybody_and_says_nothing(app: TestApp) {
    let app = app.guarded().await;
    app.user("ada@example.com", Role::Member).await;
    let request = "mutation($email: String!) { requestPasswordLink(email: $email) }";
    let mut answers = Vec::new();
    for email in ["ada@example.com", "nobody@example.com"] {
        let before = app.operator().db.statement_count();
        let reply = app.ask(None, request, json!({ "email": email })).await;
        answers.push((reply.status, reply.body, app.operator().db.statement_count() - before));
    }
    assert_eq!(answers[0].1, json!({ "data": { "requestPasswordLink": true } }));
    assert_eq!(answers[0], answers[1]);
    assert_eq!(app.ask(None, request, json!({ "email": "x" })).await.body, answers[0].1);
}
