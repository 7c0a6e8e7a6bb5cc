//! Administration of users: names, accounts that are switched off, sessions, and deletion.

use futures_util::StreamExt;
use liaison::{
    domain::access,
    entity::{audit_event::AuditKind, role::Role},
};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::support::{
    Listening, NOBODY, TestApp, both_databases, codes, each, id_of,
    people::{PASSWORD, Reply, SET_PASSWORD, SIGN_IN},
    socket::Client,
};

const DEACTIVATE: &str = "mutation($id: ID!) {
    deactivateUser(userId: $id) { user { id deactivatedAt } userErrors { code field } } }";
const REACTIVATE: &str = "mutation($id: ID!) {
    reactivateUser(userId: $id) { user { id deactivatedAt } userErrors { code field } } }";
const DELETE: &str = "mutation($id: ID!) { deleteUser(userId: $id) { deletedUserId userErrors { code field } } }";
const LOWER: &str = "mutation($id: ID!) { setUserRole(userId: $id, role: MEMBER) { userErrors { code field } } }";
const RENAME: &str = "mutation($id: ID!, $name: String) {
    updateUser(userId: $id, name: $name) { user { name } userErrors { code field } } }";
const SESSIONS: &str = "{ viewer { user { id lastSeenAt } sessions { id isCurrent createdAt lastUsedAt expiresAt } } }";

async fn user_id(app: &TestApp, email: &str) -> String {
    access::find_user(app.operator().db.reads(), email).await.unwrap().id.to_string()
}

async fn is_in(app: &TestApp, token: &str) -> bool {
    app.ask(Some(token), "{ viewer { role } }", json!({})).await.body["data"]["viewer"] != Value::Null
}

async fn recorded(app: &TestApp) -> Vec<(AuditKind, Option<String>)> {
    let events = access::audit::list(app.operator().db.reads(), None, 100).await.unwrap();
    events.into_iter().map(|event| (event.kind, event.subject)).collect()
}

#[both_databases]
async fn an_account_that_is_switched_off_lets_nobody_in(app: TestApp) {
    let app = app.guarded().await;
    let admin = app.user("root@example.com", Role::Admin).await;
    let eve = app.user("eve@example.com", Role::Admin).await;
    let id = user_id(&app, "eve@example.com").await;
    let create = "mutation { createApiKey(name: \"x\", role: ADMIN) { secret } }";
    let make = async |token: &str| {
        let reply = app.ask(Some(token), create, json!({})).await;
        reply.body["data"]["createApiKey"]["secret"].as_str().unwrap().to_owned()
    };
    let first = make(&eve).await;
    let second = make(&first).await;
    let user = access::find_user(app.operator().db.reads(), "eve@example.com").await.unwrap();
    let link = access::make_link(app.operator(), Some(&user)).await.unwrap();

    let off = app.ask(Some(&admin), DEACTIVATE, json!({ "id": id })).await;
    assert_ne!(off.body["data"]["deactivateUser"]["user"]["deactivatedAt"], Value::Null, "{}", off.body);
    assert_eq!(app.ask(Some(&admin), DEACTIVATE, json!({ "id": id })).await.body, off.body, "again changes nothing");
    for token in [&eve, &first, &second] {
        assert!(!is_in(&app, token).await, "sessions, keys, and the keys that those have made end");
    }
    let refused = app.ask(None, SIGN_IN, json!({ "email": "eve@example.com", "password": PASSWORD })).await;
    let unknown = app.ask(None, SIGN_IN, json!({ "email": "nobody@example.com", "password": PASSWORD })).await;
    assert_eq!((refused.status, &refused.body), (unknown.status, &unknown.body));
    let spent = app.ask(None, SET_PASSWORD, json!({ "token": link.expose(), "password": PASSWORD })).await;
    assert_eq!(codes(&spent.body["data"]["setPassword"]), ["INVALID_TOKEN"]);
    assert!(access::for_recipient(app.operator(), "eve@example.com").await.unwrap().is_none(), "no mail is sent");
    let user = access::find_user(app.operator().db.reads(), "eve@example.com").await.unwrap();
    assert!(access::make_link(app.operator(), Some(&user)).await.is_err());
    let said = recorded(&app).await;
    for kind in [AuditKind::UserDeactivated, AuditKind::SignInDeactivated, AuditKind::LinkDeactivated] {
        assert!(said.contains(&(kind, Some("eve@example.com".to_owned()))), "{said:?}");
    }

    let on = app.ask(Some(&admin), REACTIVATE, json!({ "id": id })).await;
    assert_eq!(
        on.body["data"]["reactivateUser"],
        json!({ "user": { "id": id, "deactivatedAt": null }, "userErrors": [] })
    );
    for token in [&eve, &first, &second] {
        assert!(!is_in(&app, token).await, "what has ended stays so");
    }
    app.sign_in("eve@example.com").await;
}

#[both_databases]
async fn a_session_of_an_account_that_is_off_counts_nothing(app: TestApp) {
    let app = app.guarded().await;
    app.user("root@example.com", Role::Admin).await;
    let eve = app.user("eve@example.com", Role::Member).await;
    // As if the session had begun while the account was being switched off.
    app.sql("UPDATE users SET deactivated_at = created_at WHERE email = 'eve@example.com'").await;
    let another = app.another().await.guarded().await;
    assert!(!is_in(&another, &eve).await);
    access::reactivate(app.operator(), &user_id(&app, "eve@example.com").await).await.unwrap();
    assert!(!is_in(&another, &eve).await, "it does not come back");
}

#[both_databases]
async fn a_placeholder_that_is_switched_off_is_not_invited(app: TestApp) {
    let app = app.guarded().await;
    let admin = app.user("root@example.com", Role::Admin).await;
    app.link("ann@example.com", Role::Contact).await;
    let id = user_id(&app, "ann@example.com").await;
    access::deactivate(app.operator(), &id).await.unwrap();
    let invite =
        "mutation { inviteUser(email: \"ann@example.com\", role: ADMIN) { userErrors { code field conflictIds } } }";
    let reply = app.ask(Some(&admin), invite, json!({})).await;
    let expected = json!([{ "code": "INVALID", "field": ["email"], "conflictIds": [id] }]);
    assert_eq!(reply.body["data"]["inviteUser"]["userErrors"], expected);
}

#[both_databases]
async fn the_last_admin_stays(app: TestApp) {
    let app = app.guarded().await;
    let root = app.user("root@example.com", Role::Admin).await;
    app.user("eve@example.com", Role::Admin).await;
    app.link("invited@example.com", Role::Admin).await;
    let (root_id, eve_id) = (user_id(&app, "root@example.com").await, user_id(&app, "eve@example.com").await);
    access::deactivate(app.operator(), &eve_id).await.unwrap();
    for (mutation, name, field) in
        [(DEACTIVATE, "deactivateUser", "userId"), (DELETE, "deleteUser", "userId"), (LOWER, "setUserRole", "role")]
    {
        let reply = app.ask(Some(&root), mutation, json!({ "id": root_id })).await;
        let expected = json!([{ "code": "INVALID", "field": [field] }]);
        assert_eq!(reply.body["data"][name]["userErrors"], expected, "an admin who is off, or invited, is none yet");
    }
    let reply = app.ask(Some(&root), DELETE, json!({ "id": eve_id })).await;
    assert_eq!(reply.body["data"]["deleteUser"]["deletedUserId"], json!(eve_id), "one that is off may go");
    assert!(is_in(&app, &root).await);
}

async fn active_admins(app: &TestApp) -> Vec<String> {
    let users = access::list_users(app.operator().db.reads(), None, 100).await.unwrap();
    let active = users.into_iter().filter(|user| user.role == Role::Admin && user.deactivated_at.is_none());
    active.map(|user| user.id.to_string()).collect()
}

#[both_databases]
async fn two_admins_cannot_end_each_other_at_once(app: TestApp) {
    let app = app.guarded().await;
    for round in 0..9 {
        let emails = [format!("a{round}@example.com"), format!("b{round}@example.com")];
        let before = active_admins(&app).await;
        let tokens = [app.user(&emails[0], Role::Admin).await, app.user(&emails[1], Role::Admin).await];
        let ids = [user_id(&app, &emails[0]).await, user_id(&app, &emails[1]).await];
        for earlier in before {
            access::deactivate(app.operator(), &earlier).await.unwrap();
        }
        let mutations = [[DEACTIVATE, DELETE, LOWER][round / 3], [DEACTIVATE, DELETE, LOWER][round % 3]];
        let act = |who: usize| app.ask(Some(&tokens[who]), mutations[who], json!({ "id": ids[1 - who] }));
        let replies = tokio::join!(act(0), act(1));
        let left = active_admins(&app).await;
        assert_eq!(left.len(), 1, "{} {}", replies.0.body, replies.1.body);
    }
}

#[both_databases]
async fn deleting_a_user_keeps_its_contact_and_its_history(app: TestApp) {
    let contact = app.contact("Ann").await;
    let app = app.guarded().await;
    let admin = app.user("root@example.com", Role::Admin).await;
    let member = app.user("ada@example.com", Role::Member).await;
    let id = user_id(&app, "ada@example.com").await;
    let connect =
        "mutation($id: ID!) { connectUser(contactId: $id, email: \"ada@example.com\") { userErrors { code } } }";
    app.ask(Some(&member), connect, json!({ "id": contact })).await;
    let log = "mutation($id: ID!) { createInteraction(contactId: $id, input: {}) { interaction { id } } }";
    app.ask(Some(&member), log, json!({ "id": contact })).await;
    let key = app.ask(Some(&admin), "mutation { createApiKey(name: \"x\", role: MEMBER) { secret } }", json!({})).await;
    assert!(is_in(&app, key.body["data"]["createApiKey"]["secret"].as_str().unwrap()).await);

    let reply = app.ask(Some(&admin), DELETE, json!({ "id": id })).await;
    assert_eq!(reply.body["data"]["deleteUser"], json!({ "deletedUserId": id, "userErrors": [] }));
    assert!(!is_in(&app, &member).await);
    let again = app.ask(Some(&admin), DELETE, json!({ "id": id })).await;
    assert_eq!(codes(&again.body["data"]["deleteUser"]), ["NOT_FOUND"]);
    let query = "query($id: ID!) { contact(id: $id) { version user { id }
        history(first: 10) { nodes { type actorType actor { id } } } interactions(first: 1) { nodes { owner { id } } } } }";
    let reply = app.ask(Some(&admin), query, json!({ "id": contact })).await;
    let told = &reply.body["data"]["contact"];
    assert_eq!((&told["user"], &told["version"]), (&Value::Null, &json!(3)), "{}", reply.body);
    let changes = told["history"]["nodes"].as_array().unwrap();
    assert_eq!(changes[0]["type"], "USER_DISCONNECTED");
    assert_ne!(changes[0]["actor"], Value::Null, "by the admin");
    let gone = json!({ "type": "USER_CONNECTED", "actorType": "USER", "actor": null });
    assert!(changes.contains(&gone), "{changes:?}");
    assert_eq!(told["interactions"]["nodes"][0]["owner"], Value::Null);
    app.ask(Some(&admin), connect, json!({ "id": contact })).await;
    assert_ne!(user_id(&app, "ada@example.com").await, id, "the address is free again");
}

#[both_databases]
async fn everybody_names_themselves_and_admins_name_anybody(app: TestApp) {
    let app = app.guarded().await;
    let admin = app.user("root@example.com", Role::Admin).await;
    let member = app.user("ada@example.com", Role::Member).await;
    let contact = app.user("ann@example.com", Role::Contact).await;
    let ids = [user_id(&app, "ada@example.com").await, user_id(&app, "ann@example.com").await];
    let name = |reply: &Reply| reply.body["data"]["updateUser"].clone();
    let own = app.ask(Some(&contact), RENAME, json!({ "id": ids[1], "name": " Ann  Müller " })).await;
    assert_eq!(name(&own), json!({ "user": { "name": "Ann  Müller" }, "userErrors": [] }), "{}", own.body);
    let others = app.ask(Some(&member), RENAME, json!({ "id": ids[1], "name": "x" })).await;
    assert_eq!(others.code(), "FORBIDDEN");
    let others = app.ask(Some(&member), RENAME, json!({ "id": NOBODY, "name": "x" })).await;
    assert_eq!(others.code(), "FORBIDDEN", "whether there is one is not told");
    let found = app.ask(Some(&member), "{ users(search: \"muller\") { nodes { name } } }", json!({})).await;
    assert_eq!(found.body["data"]["users"]["nodes"], json!([{ "name": "Ann  Müller" }]), "it is found by its name");
    for cleared in [json!(null), json!("  ")] {
        app.ask(Some(&admin), RENAME, json!({ "id": ids[0], "name": "Ada" })).await;
        let reply = app.ask(Some(&admin), RENAME, json!({ "id": ids[0], "name": cleared })).await;
        assert_eq!(name(&reply)["user"], json!({ "name": null }));
    }
    for (id, text, code, field) in [
        (ids[0].as_str(), "x".repeat(256), "TOO_LONG", "name"),
        (ids[0].as_str(), "a\0b".to_owned(), "INVALID", "name"),
        (NOBODY, "x".to_owned(), "NOT_FOUND", "userId"),
        ("x", "x".to_owned(), "NOT_FOUND", "userId"),
    ] {
        let reply = app.ask(Some(&admin), RENAME, json!({ "id": id, "name": text })).await;
        assert_eq!(name(&reply)["userErrors"], json!([{ "code": code, "field": [field] }]));
    }
}

#[both_databases]
async fn everybody_sees_and_ends_their_own_sessions(app: TestApp) {
    let app = app.guarded().await;
    let admin = app.user("root@example.com", Role::Admin).await;
    let first = app.user("ann@example.com", Role::Contact).await;
    let second = app.sign_in("ann@example.com").await;
    let reply = app.ask(Some(&first), SESSIONS, json!({})).await;
    let viewer = &reply.body["data"]["viewer"];
    assert_ne!(viewer["user"]["lastSeenAt"], Value::Null, "{}", reply.body);
    let sessions = viewer["sessions"].as_array().unwrap().clone();
    assert_eq!(each(&viewer["sessions"], "isCurrent"), [&json!(true), &json!(false)]);
    let node = "query($id: ID!) { node(id: $id) { id ... on Session { isCurrent } } }";
    let reply = app.ask(Some(&first), node, json!({ "id": sessions[1]["id"] })).await;
    assert_eq!(reply.body["data"]["node"]["isCurrent"], false);
    let others = app.ask(Some(&admin), node, json!({ "id": sessions[1]["id"] })).await;
    assert_eq!(others.body["data"]["node"], Value::Null, "an id of somebody else's is none");

    let end = "mutation($id: ID!) { endSession(id: $id) { endedSessionId userErrors { code field } } }";
    let reply = app.ask(Some(&admin), end, json!({ "id": sessions[1]["id"] })).await;
    assert_eq!(codes(&reply.body["data"]["endSession"]), ["NOT_FOUND"]);
    let reply = app.ask(Some(&first), end, json!({ "id": sessions[1]["id"] })).await;
    assert_eq!(reply.body["data"]["endSession"], json!({ "endedSessionId": id_of(&sessions[1]), "userErrors": [] }));
    assert_eq!(reply.headers.get("set-cookie"), None);
    assert!(!is_in(&app, &second).await && is_in(&app, &first).await);

    let third = app.sign_in("ann@example.com").await;
    let id = user_id(&app, "ann@example.com").await;
    let end_all = "mutation($id: ID!) { endSessions(userId: $id) { user { id } userErrors { code } } }";
    let admins = user_id(&app, "root@example.com").await;
    assert_eq!(app.ask(Some(&first), end_all, json!({ "id": admins })).await.code(), "FORBIDDEN");
    app.ask(Some(&first), end_all, json!({ "id": id })).await;
    assert!(!is_in(&app, &third).await && is_in(&app, &first).await, "all but the one in use");
    app.ask(Some(&admin), end_all, json!({ "id": id })).await;
    assert!(!is_in(&app, &first).await);
    let last = app.sign_in("ann@example.com").await;
    let current = app.ask(Some(&last), SESSIONS, json!({})).await.body["data"]["viewer"]["sessions"][0]["id"].clone();
    let reply = app.ask(Some(&last), end, json!({ "id": current })).await;
    assert!(reply.headers["set-cookie"].to_str().unwrap().starts_with("__Host-liaison=; "), "as signing out does");
    assert!(!is_in(&app, &last).await);
}

#[both_databases]
async fn users_are_listed_by_role_and_by_whether_they_were_claimed(app: TestApp) {
    let contact = app.contact("Ann").await;
    app.connect(&contact, "ann@example.com").await;
    let app = app.guarded().await;
    let admin = app.user("root@example.com", Role::Admin).await;
    app.user("ada@example.com", Role::Member).await;
    app.link("new@example.com", Role::Member).await;
    for (arguments, expected) in [
        ("", vec!["ada", "ann", "new", "root"]),
        ("(roles: [ADMIN, CONTACT])", vec!["ann", "root"]),
        ("(roles: [])", vec![]),
        ("(isPlaceholder: true)", vec!["ann", "new"]),
        ("(isPlaceholder: false, roles: [MEMBER])", vec!["ada"]),
        ("(isPlaceholder: true, roles: [MEMBER], search: \"e\")", vec!["new"]),
    ] {
        let query = format!("{{ users{arguments} {{ totalCount nodes {{ email }} }} }}");
        let reply = app.ask(Some(&admin), &query, json!({})).await;
        let users = &reply.body["data"]["users"];
        let expected: Vec<Value> = expected.iter().map(|name| json!(format!("{name}@example.com"))).collect();
        assert_eq!(each(&users["nodes"], "email"), expected.iter().collect::<Vec<_>>(), "{arguments}");
        assert_eq!(users["totalCount"], json!(expected.len()));
    }
}

// The clock makes a step of a millisecond at each reading.
#[both_databases]
async fn that_a_user_was_seen_is_written_once_a_minute(app: TestApp) {
    let app = app.guarded().await;
    let token = app.user("ada@example.com", Role::Member).await;
    let written = async |app: &TestApp| {
        let before = app.operator().db.statement_count();
        assert!(is_in(app, &token).await);
        app.operator().db.statement_count() - before
    };
    // Another server each time, because this one remembers the token for a moment.
    for _ in 0..3 {
        assert_eq!(written(&app.another().await.guarded().await).await, 1, "the session is read");
    }
    app.sql("UPDATE sessions SET last_used_at = '2025-12-31T23:58:00+00:00'").await;
    app.sql("UPDATE users SET last_seen_at = '2025-12-31T23:58:00+00:00'").await;
    let another = app.another().await.guarded().await;
    assert_eq!(written(&another).await, 3, "the use of the session, and that its user was seen");
    assert_eq!(written(&another).await, 0);
    let user = access::find_user(app.operator().db.reads(), "ada@example.com").await.unwrap();
    assert!(user.last_seen_at.unwrap() > user.created_at);
}

/// A client that is signed in, and has heard the first ping, which comes at once.
async fn pinged(server: &Listening, token: &str) -> Client {
    let mut client = Client::open(server, &[]).await.unwrap();
    let payload = json!({ "authorization": format!("Bearer {token}") });
    client.say(json!({ "type": "connection_init", "payload": payload })).await;
    let (mut is_in, mut is_pinged) = (false, false);
    while !(is_in && is_pinged) {
        match client.0.next().await.unwrap().unwrap() {
            Message::Ping(_) => is_pinged = true,
            Message::Text(_) => is_in = true,
            other => panic!("{other}"),
        }
    }
    client
}

/// True when the next thing that the server says is that the session has ended. A ping would say that it looked only
/// because ten seconds were over.
async fn ends_before_a_ping(client: &mut Client) -> bool {
    loop {
        match client.0.next().await.unwrap().unwrap() {
            Message::Close(frame) => return u16::from(frame.unwrap().code) == 4403,
            Message::Ping(_) => return false,
            _ => {}
        }
    }
}

#[both_databases]
async fn open_connections_end_with_the_account_on_every_replica(app: TestApp) {
    let app = app.guarded().await;
    let admin = app.user("root@example.com", Role::Admin).await;
    let eve = app.user("eve@example.com", Role::Admin).await;
    let create = "mutation { createApiKey(name: \"x\", role: MEMBER) { secret } }";
    let key = app.ask(Some(&eve), create, json!({})).await.body["data"]["createApiKey"]["secret"].clone();
    let other = Listening::start(app.another().await.guarded().await).await;
    let here = Listening::start(app).await;
    let mut clients = Vec::new();
    for server in [&here, &other] {
        for token in [eve.as_str(), key.as_str().unwrap()] {
            let mut client = pinged(server, token).await;
            client.subscribe("a", "subscription { changes { cursor } }").await;
            clients.push(client);
        }
    }
    let mut spared = Client::signed_in(&other, &admin).await;
    let stream = reqwest::Client::new()
        .post(format!("http://{}/graphql", other.address))
        .header("accept", "text/event-stream")
        .bearer_auth(&eve)
        .json(&json!({ "query": "subscription { changes { cursor } }" }));
    let stream = stream.send().await.unwrap();
    let id = user_id(&here.app, "eve@example.com").await;
    here.app.ask(Some(&admin), DEACTIVATE, json!({ "id": id })).await;
    for client in &mut clients {
        assert!(ends_before_a_ping(client).await);
    }
    // A comment would keep it alive after twelve seconds.
    assert_eq!(stream.text().await.unwrap(), "");
    spared.subscribe("a", "{ viewer { role } }").await;
    assert_eq!(spared.hear().await["payload"]["data"]["viewer"]["role"], "ADMIN");
}

#[both_databases]
async fn checking_open_connections_costs_one_statement_for_all_sessions(app: TestApp) {
    let app = app.guarded().await;
    let mut open = Vec::new();
    for number in 0..8 {
        let token = app.user(&format!("u{number}@example.com"), Role::Viewer).await;
        open.push(app.operator().token_cache.open_login(&access::Secret::from_input(&token)));
    }
    let before = app.operator().db.statement_count();
    let mut first = open.pop().unwrap();
    tokio::select! {
        () = access::check_open_logins(app.operator()) => {}
        () = first.checked() => {}
    }
    assert_eq!(app.operator().db.statement_count() - before, 1);
}
