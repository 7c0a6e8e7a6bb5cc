//! Accounts: signing in and out, links, passwords, users and API keys.

use liaison::{
    domain::{self, Actor, access},
    entity::role::Role,
};
use serde_json::{Value, json};

use crate::support::{
    NOBODY, TestApp, both_databases, codes, id_of,
    people::{PASSWORD, SET_PASSWORD, SIGN_IN},
};

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
