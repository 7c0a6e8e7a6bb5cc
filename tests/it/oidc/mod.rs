//! Signing in at a provider of OpenID Connect: whose account it is, and what is refused.

mod browser;
mod provider;

use std::{collections::BTreeSet, time::Duration};

use axum::{
    body::Body,
    http::{Request, header},
};
use liaison::{
    config::{AccessArgs, OidcProvider, RoleSetting},
    domain::access,
    entity::{audit_event::AuditKind, role::Role},
};
use serde_json::{Value, json};

use self::{
    browser::{begin, behind, come_back, cookie, enter, location, refusal, refused, sign_in, viewer},
    provider::{CLIENT_SECRET, Fault, Provider},
};
use crate::support::{
    TestApp, access_args, both_databases, codes, json_body,
    people::{PASSWORD, SET_PASSWORD, SIGN_IN},
};

fn ada() -> Value {
    json!({ "sub": "ada", "email": "Ada@example.com", "email_verified": true, "name": "Ada Lovelace" })
}

async fn recorded(app: &TestApp, kind: AuditKind) -> Vec<String> {
    let events = access::audit::list(app.operator().db.reads(), None, 1000).await.unwrap();
    events.into_iter().filter(|event| event.kind == kind).filter_map(|event| event.subject).collect()
}

#[both_databases]
async fn a_new_user_is_registered_where_that_is_allowed(app: TestApp) {
    let provider = Provider::start().await;
    let app = behind(app, provider.settings()).await;
    assert_eq!(refusal(&app, &provider, ada()).await, "unknown");
    assert_eq!(recorded(&app, AuditKind::ProviderRefused).await, ["ours: no such user: Ada@example.com"]);

    let settings = OidcProvider { allow_new: true, default_role: RoleSetting::Viewer, ..provider.settings() };
    let app = behind(app, settings).await;
    let token = enter(&app, &provider, ada()).await;
    let told = viewer(&app, &token).await;
    assert_eq!((&told["role"], &told["user"]["email"]), (&json!("VIEWER"), &json!("Ada@example.com")));
    assert_eq!((&told["user"]["name"], &told["user"]["isPlaceholder"]), (&json!("Ada Lovelace"), &json!(false)));
    // The account is known by its subject, whatever becomes of its address.
    let moved = json!({ "sub": "ada", "email": "countess@example.com", "email_verified": false });
    let again = enter(&app, &provider, moved).await;
    assert_eq!(viewer(&app, &again).await["user"], told["user"]);
    let other = json!({ "sub": "another", "email": "ada@example.com" });
    assert_eq!(refusal(&app, &provider, other).await, "unverified", "though the address is the same");
    assert_eq!(recorded(&app, AuditKind::ProviderLinked).await, ["Ada@example.com ours"]);
    assert_eq!(recorded(&app, AuditKind::SignedIn).await, ["ours", "ours"]);
    assert_eq!(recorded(&app, AuditKind::ProviderRegistered).await, ["Ada@example.com ours"]);
}

#[both_databases]
async fn an_account_is_linked_by_a_verified_address_only(app: TestApp) {
    let provider = Provider::start().await;
    let app = behind(app, OidcProvider { allow_new: true, ..provider.settings() }).await;
    app.user("ada@example.com", Role::Member).await;
    app.user("off@example.com", Role::Member).await;
    for claims in [
        json!({ "sub": "ada", "email": "ada@example.com", "email_verified": false }),
        json!({ "sub": "ada", "email": "ada@example.com" }),
        json!({ "sub": "new", "email": "new@example.com", "email_verified": "false" }),
        json!({ "sub": "ada", "email": "no address", "email_verified": true }),
        json!({ "sub": "ada", "user_info": { "sub": "ada", "email_verified": true } }),
        // The address and what is said of it are from one answer.
        json!({ "sub": "ada", "email": "ada@example.com",
            "user_info": { "sub": "ada", "email": "eve@example.com", "email_verified": true } }),
    ] {
        assert_eq!(refusal(&app, &provider, claims.clone()).await, "unverified", "{claims}");
    }
    let second =
        json!({ "sub": "ada", "user_info": { "sub": "ada", "email": "ada@example.com", "email_verified": "true" } });
    let token = enter(&app, &provider, second).await;
    let told = viewer(&app, &token).await;
    assert_eq!((&told["role"], &told["user"]["name"]), (&json!("MEMBER"), &Value::Null));
    app.sign_in("ada@example.com").await;

    let off = access::find_user(app.operator().db.reads(), "off@example.com").await.unwrap();
    access::deactivate(app.operator(), &off.id.to_string()).await.unwrap();
    let claims = json!({ "sub": "off", "email": "off@example.com", "email_verified": true });
    assert_eq!(refusal(&app, &provider, claims).await, "unknown", "as if there were none");
    let ada = access::find_user(app.operator().db.reads(), "ada@example.com").await.unwrap();
    access::deactivate(app.operator(), &ada.id.to_string()).await.unwrap();
    assert_eq!(refusal(&app, &provider, json!({ "sub": "ada" })).await, "unknown", "one that is linked, too");
    let reasons = recorded(&app, AuditKind::ProviderRefused).await;
    assert_eq!(reasons[..2], ["ours: account switched off: ada", "ours: account switched off: off@example.com"]);
    assert!(reasons.contains(&"ours: e-mail address not verified: ada@example.com".to_owned()), "{reasons:?}");
}

#[both_databases]
async fn a_placeholder_is_claimed_with_its_role_and_contact(app: TestApp) {
    let contact = app.contact("Ann").await;
    app.connect(&contact, "ann@example.com").await;
    let provider = Provider::start().await;
    let app = behind(app, provider.settings()).await;
    let link = app.link("ada@example.com", Role::Admin).await;
    let unverified = json!({ "sub": "ada", "email": "ada@example.com" });
    assert_eq!(refusal(&app, &provider, unverified).await, "unverified");
    let token = enter(&app, &provider, ada()).await;
    let told = viewer(&app, &token).await;
    assert_eq!((&told["role"], &told["user"]["name"]), (&json!("ADMIN"), &json!("Ada Lovelace")));
    let late = app.ask(None, SET_PASSWORD, json!({ "token": link, "password": PASSWORD })).await;
    assert_eq!(codes(&late.body["data"]["setPassword"]), ["INVALID_TOKEN"], "the mailed link has ended");
    let ann = json!({ "sub": "ann", "email": "ANN@example.com", "email_verified": true });
    let token = enter(&app, &provider, ann).await;
    let reply = app.ask(Some(&token), "{ viewer { role contact { id } } }", json!({})).await;
    assert_eq!(reply.body["data"]["viewer"], json!({ "role": "CONTACT", "contact": { "id": contact } }));
    assert_eq!(recorded(&app, AuditKind::ProviderClaimed).await, ["ann@example.com ours", "ada@example.com ours"]);
    // Others still claim theirs by a mailed link.
    let link = app.link("bob@example.com", Role::Member).await;
    app.claim(&link).await;
}

#[both_databases]
async fn roles_follow_a_claim_but_the_last_admin_stays(app: TestApp) {
    let provider = Provider::start().await;
    let roles =
        [("staff", RoleSetting::Member), ("ops", RoleSetting::Admin)].map(|(group, role)| (group.to_owned(), role));
    let settings = OidcProvider {
        role_claim: Some("realm.groups".to_owned()),
        roles: roles.to_vec(),
        default_role: RoleSetting::Viewer,
        allow_new: true,
        ..provider.settings()
    };
    let app = behind(app, settings).await;
    let of = |groups: Value| {
        let mut claims = ada();
        claims["realm"] = json!({ "groups": groups });
        claims
    };
    let role = async |claims: Value| {
        let token = enter(&app, &provider, claims).await;
        (viewer(&app, &token).await["role"].as_str().unwrap().to_owned(), token)
    };
    assert_eq!(role(of(json!(["guests"]))).await.0, "VIEWER");
    assert_eq!(role(of(json!("staff"))).await.0, "MEMBER");
    let (highest, admin) = role(of(json!(["staff", "ops"]))).await;
    assert_eq!(highest, "ADMIN");
    let key = "mutation { createApiKey(name: \"x\", role: ADMIN) { secret } }";
    let key = app.ask(Some(&admin), key, json!({})).await.body["data"]["createApiKey"]["secret"].clone();
    assert_eq!(role(of(json!(["staff"]))).await.0, "ADMIN", "the last one who can sign in");
    assert_eq!(recorded(&app, AuditKind::RoleKept).await, ["Ada@example.com member before admin"]);
    app.user("root@example.com", Role::Admin).await;
    let mut second = json!({ "sub": "ada", "email": "ada@example.com", "email_verified": true });
    second["user_info"] = json!({ "sub": "ada", "realm": { "groups": ["staff"] } });
    assert_eq!(role(second).await.0, "MEMBER", "told by the second answer");
    for ended in [admin.as_str(), key.as_str().unwrap()] {
        assert_eq!(viewer(&app, ended).await, Value::Null, "what had more rights has ended");
    }
    assert_eq!(role(json!({ "sub": "ada", "user_info": { "sub": "ada" } })).await.0, "VIEWER", "without the claim");
    let set = recorded(&app, AuditKind::RoleSet).await;
    assert_eq!(set[0], "Ada@example.com viewer before member by ours");
}

#[both_databases]
async fn two_admins_cannot_lose_their_roles_at_once(app: TestApp) {
    let provider = Provider::start().await;
    let settings = OidcProvider {
        role_claim: Some("groups".to_owned()),
        roles: vec![("ops".to_owned(), RoleSetting::Admin)],
        allow_new: true,
        ..provider.settings()
    };
    let app = behind(app, settings).await;
    let claims = |who: &str, group: &str| json!({ "sub": who, "email": format!("{who}@example.com"), "email_verified": true, "groups": [group] });
    for _ in 0..3 {
        enter(&app, &provider, claims("ada", "ops")).await;
        enter(&app, &provider, claims("eve", "ops")).await;
        let tokens =
            tokio::join!(enter(&app, &provider, claims("ada", "none")), enter(&app, &provider, claims("eve", "none")));
        let roles = [viewer(&app, &tokens.0).await["role"].clone(), viewer(&app, &tokens.1).await["role"].clone()];
        assert_eq!(roles.iter().filter(|role| **role == "ADMIN").count(), 1, "{roles:?}");
    }
}

#[both_databases]
async fn first_sign_ins_at_once_register_one_user(app: TestApp) {
    let provider = Provider::start().await;
    let app = behind(app, OidcProvider { allow_new: true, ..provider.settings() }).await;
    let sign_ins = (0..8).map(|_| sign_in(&app, &provider, ada()));
    let outcomes = futures_util::future::join_all(sign_ins).await;
    let mut users = BTreeSet::new();
    for (_, token) in outcomes {
        users.insert(viewer(&app, &token.unwrap()).await["user"]["id"].to_string());
    }
    assert_eq!(users.len(), 1);
}

#[both_databases]
async fn an_answer_that_is_not_valid_lets_nobody_in(app: TestApp) {
    let provider = Provider::start().await;
    let app = behind(app, OidcProvider { allow_new: true, ..provider.settings() }).await;
    for (fault, reason) in [
        (Fault::WrongNonce, "ID token with another nonce"),
        (Fault::NoNonce, "ID token with another nonce"),
        (Fault::WrongAudience, "ID token for another audience"),
        (Fault::SecondAudience, "ID token for another audience"),
        (Fault::WrongIssuer, "ID token of another issuer"),
        (Fault::AlgorithmNone, "ID token without a valid signature"),
        (Fault::HmacByPublicKey, "ID token without a valid signature"),
        (Fault::HmacBySecret, "ID token without a valid signature"),
        (Fault::OtherKey, "ID token without a valid signature"),
        (Fault::WrongSignature, "ID token without a valid signature"),
        (Fault::Expired, "ID token expired"),
        (Fault::NoIdToken, "no ID token"),
        (Fault::Megabyte, "no answer: the answer was too long, or broke off"),
        (Fault::Garbage, "its answer was not understood"),
        (Fault::Redirect, "its answer was not understood"),
    ] {
        provider.fail(fault);
        assert_eq!(refusal(&app, &provider, ada()).await, "provider", "{fault:?}");
        assert_eq!(recorded(&app, AuditKind::ProviderFailed).await[0], format!("ours: {reason}"), "{fault:?}");
    }
    provider.fail(Fault::None);
    for subject in [String::new(), "a\0b".to_owned(), "a\nb".to_owned(), "x".repeat(256)] {
        assert_eq!(refusal(&app, &provider, json!({ "sub": subject })).await, "provider", "{subject:?}");
    }
    let for_another =
        json!({ "sub": "ada", "email": "ada@example.com", "email_verified": true, "azp": "another client" });
    assert_eq!(refusal(&app, &provider, for_another).await, "provider");
    for (email, name) in [("a\0@example.com", "x"), ("x\n@example.com", "x")] {
        let claims = json!({ "sub": "ada", "email": email, "email_verified": true, "name": name });
        assert_eq!(refusal(&app, &provider, claims).await, "unverified", "{email:?}");
    }
    provider.fail(Fault::OtherSubject);
    let claims =
        json!({ "sub": "ada", "user_info": { "sub": "ada", "email": "ada@example.com", "email_verified": true } });
    assert_eq!(refusal(&app, &provider, claims).await, "provider");
    assert_eq!(access::list_users(app.operator().db.reads(), None, 10).await.unwrap(), []);
    provider.fail(Fault::None);
    let mut named = ada();
    named["name"] = json!(format!("a\0{}", "b".repeat(300)));
    let token = enter(&app, &provider, named).await;
    assert_eq!(viewer(&app, &token).await["user"]["name"], Value::Null, "a name that cannot be is none");
}

#[both_databases]
async fn a_provider_that_is_slow_or_not_itself_is_left(app: TestApp) {
    let provider = Provider::start().await;
    let access = AccessArgs {
        oidc: vec![OidcProvider { allow_new: true, ..provider.settings() }],
        oidc_timeout: Duration::from_millis(500),
        ..access_args()
    };
    let mut app = app;
    for (fault, reason) in [
        (Fault::MegabyteOfMetadata, "no answer: the answer was too long, or broke off"),
        (Fault::GarbageOfMetadata, "its metadata or keys are not those of the issuer"),
        (Fault::WrongMetadata, "its metadata or keys are not those of the issuer"),
    ] {
        provider.fail(fault);
        app = app.guarded_with(access.clone()).await;
        let request = Request::get("/oidc/ours").body(Body::empty()).unwrap();
        let response = app.request(request).await;
        assert_eq!(refused(&(location(&response), cookie(&response, "__Host-liaison"))), "provider", "{fault:?}");
        assert_eq!(recorded(&app, AuditKind::ProviderFailed).await[0], format!("ours: {reason}"));
    }
    for (fault, reason) in [
        (Fault::Silence, "no answer: the server did not answer in time"),
        (Fault::UnsafeEndpoints, "no answer: the address is not https"),
    ] {
        provider.fail(fault);
        app = app.guarded_with(access.clone()).await;
        assert_eq!(refusal(&app, &provider, ada()).await, "provider", "{fault:?}");
        assert_eq!(recorded(&app, AuditKind::ProviderFailed).await[0], format!("ours: {reason}"));
    }
}

#[both_databases]
async fn an_answer_counts_once_and_in_the_browser_that_asked(app: TestApp) {
    let provider = Provider::start().await;
    let app = behind(app, OidcProvider { allow_new: true, ..provider.settings() }).await;
    // A provider that takes a code again does not help.
    provider.fail(Fault::CodesAgain);
    let begun = begin(&app, "").await;
    let code = provider.consent(&begun.asked, ada());
    let state = begun.asked["state"].as_str();
    let other = begin(&app, "").await;
    let mut changed = begun.cookie.clone();
    changed.replace_range(..1, if changed.starts_with('A') { "B" } else { "A" });
    for (cookie, parameters) in [
        (None, vec![("code", code.as_str()), ("state", state)]),
        (Some("nonsense"), vec![("code", code.as_str()), ("state", state)]),
        (Some(changed.as_str()), vec![("code", code.as_str()), ("state", state)]),
        (Some(other.cookie.as_str()), vec![("code", code.as_str()), ("state", state)]),
        (Some(begun.cookie.as_str()), vec![("code", code.as_str()), ("state", "another")]),
        (Some(begun.cookie.as_str()), vec![("code", code.as_str())]),
    ] {
        let response = come_back(&app, cookie, &parameters).await;
        assert_eq!(
            refused(&(location(&response), browser::cookie(&response, "__Host-liaison"))),
            "stale",
            "{parameters:?}"
        );
    }
    let mixed_up = [("code", code.as_str()), ("state", state), ("iss", "https://other.example")];
    let response = come_back(&app, Some(&begun.cookie), &mixed_up).await;
    assert_eq!(refused(&(location(&response), None)), "provider");
    assert_eq!(provider.token_requests(), 0, "nothing of it was sent to the provider");

    let parameters = [("code", code.as_str()), ("state", state)];
    let response = come_back(&app, Some(&begun.cookie), &parameters).await;
    assert_eq!(location(&response), "https://contacts.example.com/");
    assert!(cookie(&response, "__Host-liaison").is_some());
    let ended = response.headers().get_all(header::SET_COOKIE).iter();
    assert!(ended.into_iter().any(|set| set.to_str().unwrap().starts_with("__Host-liaison-sign-in=; ")));
    assert_eq!(response.headers()[header::REFERRER_POLICY], "no-referrer");
    for app in
        [&app, &app.another().await.guarded_with(AccessArgs { oidc: vec![provider.settings()], ..access_args() }).await]
    {
        let response = come_back(app, Some(&begun.cookie), &parameters).await;
        assert_eq!(refused(&(location(&response), cookie(&response, "__Host-liaison"))), "stale", "replayed");
    }
    // A code that was used before, with a sign-in of its own.
    provider.fail(Fault::None);
    let response =
        come_back(&app, Some(&other.cookie), &[("code", code.as_str()), ("state", other.asked["state"].as_str())])
            .await;
    assert_eq!(refused(&(location(&response), cookie(&response, "__Host-liaison"))), "provider");
    let denied = begin(&app, "").await;
    let parameters = [("error", "access_denied"), ("state", denied.asked["state"].as_str())];
    let response = come_back(&app, Some(&denied.cookie), &parameters).await;
    assert_eq!(refused(&(location(&response), None)), "denied");
    assert!(!denied.cookie.contains(&denied.asked["nonce"]) && !denied.cookie.contains(CLIENT_SECRET));
}

#[both_databases]
async fn the_browser_returns_to_this_server_only(app: TestApp) {
    let provider = Provider::start().await;
    let app = behind(app, OidcProvider { allow_new: true, ..provider.settings() }).await;
    for (asked, expected) in [
        ("?return=/account", "/account"),
        ("?return=%2Fgraphiql%3Fa%3Db", "/graphiql?a=b"),
        ("?return=//evil.example", "/"),
        ("?return=https://evil.example/", "/"),
        ("?return=/%5Cevil.example", "/"),
        ("?return=%2F%0D%0Aset-cookie:x=y", "/"),
        ("?return=.evil.example", "/"),
        ("?return=@evil.example", "/"),
    ] {
        let begun = begin(&app, asked).await;
        let code = provider.consent(&begun.asked, ada());
        let parameters = [("code", code.as_str()), ("state", begun.asked["state"].as_str())];
        let response = come_back(&app, Some(&begun.cookie), &parameters).await;
        assert_eq!(location(&response), format!("https://contacts.example.com{expected}"), "{asked}");
    }
}

#[both_databases]
async fn the_provider_is_told_the_trace(app: TestApp) {
    let provider = Provider::start().await;
    let app = behind(app, provider.settings()).await;
    let id = "0af7651916cd43dd8448eb211c80319c";
    let request = Request::get("/oidc/ours").header("traceparent", format!("00-{id}-b7ad6b7169203331-01"));
    app.request(request.body(Body::empty()).unwrap()).await;
    let [told] = &provider.traces()[..] else { panic!("{:?}", provider.traces()) };
    assert!(told.starts_with(&format!("00-{id}-")) && told.ends_with("-01"), "{told}");
    assert!(!told.contains("b7ad6b7169203331"), "{told}");
}

#[both_databases]
async fn the_provider_is_asked_as_it_should_be(app: TestApp) {
    let provider = Provider::start().await;
    let app = behind(app, provider.settings()).await;
    let begun = begin(&app, "").await;
    for (name, value) in [
        ("client_id", "liaison"),
        ("response_type", "code"),
        ("scope", "openid email"),
        ("code_challenge_method", "S256"),
        ("redirect_uri", "https://contacts.example.com/oidc/ours/callback"),
    ] {
        assert_eq!(begun.asked[name], value);
    }
    let again = begin(&app, "").await;
    for name in ["state", "nonce", "code_challenge"] {
        assert!(begun.asked[name].len() >= 22 && begun.asked[name] != again.asked[name], "{name}");
    }
    let nobody = app.request(Request::get("/oidc/other").body(Body::empty()).unwrap()).await;
    assert_eq!(nobody.status(), 404);
    for path in ["/sign-in", "/"] {
        let page = app.request(Request::get(path).body(Body::empty()).unwrap()).await.into_body();
        let page = axum::body::to_bytes(page, usize::MAX).await.unwrap();
        let page = String::from_utf8_lossy(&page);
        assert!(page.contains("<a class=\"button\" href=\"oidc/ours\">Sign in with Ours</a>"), "{page}");
        assert!(page.contains("data-passwords=\"true\""), "{page}");
    }
}

#[both_databases]
async fn keys_that_the_provider_has_changed_are_read_again(app: TestApp) {
    let provider = Provider::start().await;
    let app = behind(app, OidcProvider { allow_new: true, ..provider.settings() }).await;
    enter(&app, &provider, ada()).await;
    provider.change_keys();
    // They were read a moment ago, and nobody makes the server read them all the time.
    assert_eq!(refusal(&app, &provider, ada()).await, "provider");
    let later = app.another().await.guarded_with(AccessArgs { oidc: vec![provider.settings()], ..access_args() }).await;
    enter(&later, &provider, ada()).await;
}

#[both_databases]
async fn signing_out_leads_to_the_provider(app: TestApp) {
    let provider = Provider::start().await;
    let app = behind(app, OidcProvider { allow_new: true, ..provider.settings() }).await;
    let by_provider = enter(&app, &provider, ada()).await;
    let by_password = app.user("bob@example.com", Role::Member).await;
    let kept = app.texts("SELECT sealed FROM sign_out_hints").await;
    assert!(kept.len() == 1 && !kept[0].contains("eyJ"), "{kept:?}");
    let end = format!("{}/end?", provider.issuer());
    for (token, leads_there) in [(by_provider, true), (by_password, false)] {
        let request = Request::post("/sign-out")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::COOKIE, format!("__Host-liaison={token}"))
            .body(Body::from("{}"));
        let response = app.request(request.unwrap()).await;
        assert!(response.headers()[header::SET_COOKIE].to_str().unwrap().starts_with("__Host-liaison=; "));
        let told = json_body(response).await["location"].clone();
        assert_eq!(told.as_str().is_some_and(|location| location.starts_with(&end)), leads_there, "{told}");
        if leads_there {
            let back = "post_logout_redirect_uri=https%3A%2F%2Fcontacts.example.com%2Fsign-in";
            assert!(told.as_str().unwrap().contains(back) && told.as_str().unwrap().contains("client_id=liaison"));
            assert!(told.as_str().unwrap().contains(&format!("id_token_hint={}", provider.last_id_token())), "{told}");
            assert!(app.texts("SELECT sealed FROM sign_out_hints").await.is_empty(), "it goes with the session");
        }
        assert_eq!(viewer(&app, &token).await, Value::Null);
    }
}

#[both_databases]
async fn passwords_can_be_switched_off(app: TestApp) {
    let provider = Provider::start().await;
    let app = app.guarded().await;
    app.user("ada@example.com", Role::Admin).await;
    let link = app.link("bob@example.com", Role::Member).await;
    let access = AccessArgs { oidc: vec![provider.settings()], passwords: false, ..access_args() };
    let app = app.guarded_with(access).await;
    let right = app.ask(None, SIGN_IN, json!({ "email": "ada@example.com", "password": PASSWORD })).await;
    assert_eq!(codes(&right.body["data"]["signIn"]), ["INVALID"], "{}", right.body);
    let set = app.ask(None, SET_PASSWORD, json!({ "token": link, "password": PASSWORD })).await;
    assert_eq!(codes(&set.body["data"]["setPassword"]), ["INVALID"]);
    let token = enter(&app, &provider, ada()).await;
    let change = "mutation($a: String!) { changePassword(current: $a, password: \"nine grey herons\") {
        userErrors { code } } }";
    let changed = app.ask(Some(&token), change, json!({ "a": PASSWORD })).await;
    assert_eq!(codes(&changed.body["data"]["changePassword"]), ["INVALID"]);
    let page = app.request(Request::get("/sign-in").body(Body::empty()).unwrap()).await.into_body();
    let page = axum::body::to_bytes(page, usize::MAX).await.unwrap();
    assert!(String::from_utf8_lossy(&page).contains("data-passwords=\"false\""));
}
