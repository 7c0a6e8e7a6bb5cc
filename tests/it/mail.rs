//! Mails: what leaves, what waits, and the account that a link opens.

use std::{net::SocketAddr, time::Duration};

use axum::{body::Body, http::Request};
use liaison::{
    config::{AccessArgs, Hidden, RateArgs},
    domain::access::{self, Secret},
    entity::{audit_event::AuditKind, role::Role},
    mail::{self, Letter, Mailer},
    public_url::PublicUrl,
};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpListener,
    sync::watch,
};

use crate::support::{
    TestApp, access_args, both_databases,
    people::{PASSWORD, SIGN_IN},
};

fn public_url() -> PublicUrl {
    "https://contacts.example.com".parse().unwrap()
}

fn mailer(folder: &TempDir) -> Mailer {
    let settings = AccessArgs { mail_dir: folder.path().join("mail"), ..access_args() };
    Mailer::open(&settings, public_url()).unwrap()
}

/// A mailer for a server that may take a fifth of a second.
fn mailer_over(server: SocketAddr) -> Mailer {
    let smtp_url = Some(Hidden::from(format!("smtp://{server}")));
    let settings = AccessArgs { smtp_url, smtp_timeout_ms: 200, ..access_args() };
    Mailer::open(&settings, public_url()).unwrap()
}

/// The mails written so far.
fn mails(folder: &TempDir) -> Vec<String> {
    let files = std::fs::read_dir(folder.path().join("mail")).unwrap();
    files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap()).collect()
}

/// What stands behind the # of the link in a mail.
fn token(mail: &str) -> &str {
    let (_, rest) = mail.split_once("https://contacts.example.com/set-password#").unwrap_or_else(|| panic!("{mail}"));
    rest.lines().next().unwrap().trim()
}

async fn ask_for_link(app: &TestApp, email: &str) {
    let request = "mutation($email: String!) { requestPasswordLink(email: $email) }";
    assert_eq!(app.ask(None, request, json!({ "email": email })).await.body["data"]["requestPasswordLink"], true);
}

#[both_databases]
async fn a_link_arrives_and_opens_the_account(app: TestApp) {
    let contact = app.contact("Ann").await;
    app.connect(&contact, "ann@example.com").await;
    let (app, folder) = (app.guarded().await, tempfile::tempdir().unwrap());
    let mailer = mailer(&folder);
    ask_for_link(&app, "ANN@example.com").await;
    ask_for_link(&app, "nobody@example.com").await;
    assert_eq!(mail::deliver_due(app.operator(), &mailer).await.unwrap(), 1);
    assert_eq!(
        mail::deliver_due(app.operator(), &mailer).await.unwrap(),
        0,
        "each leaves once, the one to nobody never"
    );
    let mails = mails(&folder);
    assert_eq!(mails.len(), 1);
    for line in [
        "From: Liaison <liaison@example.com>",
        "To: ann@example.com",
        "Subject: Set your password for Liaison at contacts.example.com",
    ] {
        assert!(mails[0].contains(line), "{}", mails[0]);
    }
    assert!(mails[0].contains("account with Liaison, the contacts server at contacts.example.com."), "{}", mails[0]);
    app.claim(token(&mails[0])).await;
    let reply = app.ask(None, SIGN_IN, json!({ "email": "ann@example.com", "password": PASSWORD })).await;
    assert_eq!(reply.body["data"]["signIn"]["viewer"]["contact"]["id"], json!(contact));
}

// The Kelvin sign is a k in lower case, and another letter to a mail server.
#[both_databases]
async fn links_go_to_the_address_of_the_account_and_to_no_other(app: TestApp) {
    let contact = app.contact("Kim").await;
    app.connect(&contact, "kim@example.com").await;
    let (app, folder) = (app.guarded().await, tempfile::tempdir().unwrap());
    ask_for_link(&app, "\u{212a}im@example.com").await;
    assert_eq!(mail::deliver_due(app.operator(), &mailer(&folder)).await.unwrap(), 1);
    assert!(mails(&folder)[0].contains("To: kim@example.com"), "{}", mails(&folder)[0]);
}

#[both_databases]
async fn an_invitation_arrives_with_the_role(app: TestApp) {
    let (app, folder) = (app.guarded().await, tempfile::tempdir().unwrap());
    let admin = app.key(Role::Admin).await;
    let invite = "mutation { inviteUser(email: \"new@example.com\", role: MEMBER) { user { id } } }";
    assert_eq!(app.ask(Some(&admin), invite, json!({})).await.code(), "");
    assert_eq!(mail::deliver_due(app.operator(), &mailer(&folder)).await.unwrap(), 1);
    let mails = mails(&folder);
    assert!(mails[0].contains("Subject: You are invited to Liaison at contacts.example.com"));
    let session = app.claim(token(&mails[0])).await;
    let reply = app.ask(Some(&session), "{ viewer { role } }", json!({})).await;
    assert_eq!(reply.body["data"]["viewer"]["role"], "MEMBER");
}

#[both_databases]
async fn what_cannot_be_sent_waits(app: TestApp) {
    let (app, folder) = (app.guarded().await, tempfile::tempdir().unwrap());
    app.user("ada@example.com", Role::Viewer).await;
    let nobody_listens = AccessArgs { smtp_url: Some(Hidden::from("smtp://127.0.0.1:1".to_owned())), ..access_args() };
    let broken = Mailer::open(&nobody_listens, public_url()).unwrap();
    ask_for_link(&app, "ada@example.com").await;
    for _ in 0..2 {
        assert_eq!(mail::deliver_due(app.operator(), &broken).await.unwrap(), 0);
    }
    // It is tried again later, and not before.
    assert_eq!(mail::deliver_due(app.operator(), &mailer(&folder)).await.unwrap(), 0);
    app.sql("UPDATE outbox SET next_attempt_at = created_at").await;
    assert_eq!(mail::deliver_due(app.operator(), &mailer(&folder)).await.unwrap(), 1);
    app.claim(token(&mails(&folder)[0])).await;
}

#[both_databases]
async fn a_mail_server_that_says_nothing_holds_up_nothing(app: TestApp) {
    let (app, folder) = (app.guarded().await, tempfile::tempdir().unwrap());
    // The kernel takes the connection, and nobody ever answers.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    app.user("ada@example.com", Role::Viewer).await;
    ask_for_link(&app, "ada@example.com").await;
    let broken = mailer_over(silent.local_addr().unwrap());
    let delivering = tokio::time::timeout(Duration::from_secs(20), mail::deliver_due(app.operator(), &broken));
    assert_eq!(delivering.await.unwrap().unwrap(), 0);
    app.sql("UPDATE outbox SET next_attempt_at = created_at").await;
    assert_eq!(mail::deliver_due(app.operator(), &mailer(&folder)).await.unwrap(), 1, "it is tried again");
}

#[both_databases]
async fn sending_ends_when_the_server_stops(app: TestApp) {
    let app = app.guarded().await;
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    app.user("ada@example.com", Role::Viewer).await;
    ask_for_link(&app, "ada@example.com").await;
    let smtp_url = Some(Hidden::from(format!("smtp://{}", silent.local_addr().unwrap())));
    let patient = AccessArgs { smtp_url, smtp_timeout_ms: 90_000, ..access_args() };
    let patient = Mailer::open(&patient, public_url()).unwrap();
    let (stop, stopped) = watch::channel(false);
    let stopping = async {
        let _being_sent = silent.accept().await.unwrap();
        stop.send_replace(true);
    };
    let sending = async { tokio::join!(mail::run(app.operator(), &patient, stopped), stopping) };
    tokio::time::timeout(Duration::from_secs(20), sending).await.unwrap();
}

#[both_databases]
async fn of_many_replicas_one_sends(app: TestApp) {
    let (app, folder) = (app.guarded().await, tempfile::tempdir().unwrap());
    for number in 0..8 {
        let email = format!("user{number}@example.com");
        app.user(&email, Role::Viewer).await;
        ask_for_link(&app, &email).await;
    }
    let mailer = mailer(&folder);
    let deliver = || mail::deliver_due(app.operator(), &mailer);
    let sent = futures_util::future::join_all((0..4).map(|_| deliver())).await;
    assert_eq!(sent.into_iter().map(Result::unwrap).sum::<usize>(), 8);
    assert_eq!(mails(&folder).len(), 8);
}

#[both_databases]
async fn the_first_admin_is_made_once(app: TestApp) {
    let app = app.guarded().await;
    let db = app.operator().db.reads();
    assert!(access::needs_first_admin(db).await.unwrap());
    let old = access::make_link(app.operator(), None).await.unwrap();
    let link = access::make_link(app.operator(), None).await.unwrap();
    let set_up = async |token: &str, email: &str, password: &str| {
        let body = json!({ "token": token, "email": email, "password": password }).to_string();
        let request = Request::post("/setup").header("content-type", "application/json");
        app.reply(request.body(Body::from(body)).unwrap()).await
    };
    let code = |reply: &crate::support::people::Reply| reply.body["userErrors"][0]["code"].clone();
    assert_eq!(code(&set_up(old.expose(), "root@example.com", PASSWORD).await), "INVALID_TOKEN");
    assert_eq!(code(&set_up(link.expose(), "root", PASSWORD).await), "INVALID");
    assert_eq!(code(&set_up(link.expose(), "root@example.com", "short").await), "INVALID");
    // A link of this kind sets nobody's password.
    let misused = app
        .ask(None, crate::support::people::SET_PASSWORD, json!({ "token": link.expose(), "password": PASSWORD }))
        .await;
    assert_eq!(misused.body["data"]["setPassword"]["userErrors"][0]["code"], "INVALID_TOKEN");
    let reply = set_up(link.expose(), "root@example.com", PASSWORD).await;
    assert_eq!(reply.body, json!({ "userErrors": [] }));
    assert!(reply.cookie().is_some());
    assert!(!access::needs_first_admin(db).await.unwrap());
    assert_eq!(code(&set_up(link.expose(), "eve@example.com", PASSWORD).await), "INVALID_TOKEN");
    let late = access::make_link(app.operator(), None).await.unwrap();
    assert_eq!(
        code(&set_up(late.expose(), "eve@example.com", PASSWORD).await),
        "INVALID_TOKEN",
        "there is one already"
    );
    let token = app.sign_in("root@example.com").await;
    assert_eq!(app.ask(Some(&token), "{ apiKeys { id } }", json!({})).await.body["data"]["apiKeys"], json!([]));
}

#[both_databases]
async fn admins_read_what_happened(app: TestApp) {
    let app = app.guarded().await;
    let admin = app.user("root@example.com", Role::Admin).await;
    app.ask(None, SIGN_IN, json!({ "email": "eve@example.com", "password": "guess" })).await;
    let key = app.key(Role::Viewer).await;
    app.ask(Some(&key), "{ contactCount }", json!({})).await;
    let read = async |token: Option<&str>, query: &str| {
        let mut request = Request::get(format!("/audit{query}")).header("liaison-csrf", "1");
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        app.reply(request.body(Body::empty()).unwrap()).await
    };
    let events = read(Some(&admin), "").await.body;
    let kinds: Vec<&str> = events.as_array().unwrap().iter().map(|event| event["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["KEY_USED", "KEY_CREATED", "SIGN_IN_FAILED", "PASSWORD_SET", "USER_INVITED"]);
    assert_eq!(events[2]["subject"], "eve@example.com");
    assert_eq!(events[2]["userId"], Value::Null);
    assert_ne!(events[0]["apiKeyId"], Value::Null);
    let older = read(Some(&admin), &format!("?limit=1&before={}", events[1]["id"].as_str().unwrap())).await;
    assert_eq!(older.body, json!([events[2]]));
    assert_eq!(read(Some(&admin), "?limit=x").await.status, 400);
    assert_eq!(read(Some(&key), "").await.status, 403);
    assert_eq!(read(None, "").await.status, 401);
}

#[both_databases]
async fn what_was_refused_is_recorded_once(app: TestApp) {
    let rates = RateArgs { account_attempts_per_minute: 1, ..access_args().rates };
    let app = app.guarded_with(AccessArgs { rates, ..access_args() }).await;
    for _ in 0..5 {
        app.ask(None, SIGN_IN, json!({ "email": "eve@example.com", "password": "guess" })).await;
    }
    let revoked = access::create_key(app.operator(), "x", Role::Viewer, None).await.unwrap();
    let expired = app.key(Role::Viewer).await;
    access::revoke_key(app.operator(), &revoked.key.id.to_string()).await.unwrap();
    app.sql("UPDATE api_keys SET expires_at = created_at WHERE revoked_at IS NULL").await;
    for key in [revoked.secret.expose(), &expired] {
        for _ in 0..3 {
            assert_eq!(app.ask(Some(key), "{ contactCount }", json!({})).await.code(), "UNAUTHENTICATED");
        }
    }
    let events = access::audit::list(app.operator().db.reads(), None, 100).await.unwrap();
    let refused = events.iter().filter(|event| matches!(event.kind, AuditKind::SignInRefused | AuditKind::KeyRefused));
    let refused: Vec<_> = refused.map(|event| (event.kind, event.api_key_id.is_some())).collect();
    assert_eq!(
        refused,
        [(AuditKind::KeyRefused, true), (AuditKind::KeyRefused, true), (AuditKind::SignInRefused, false)]
    );
}

#[test]
fn wrong_mail_settings_are_named_and_not_shown() {
    let open = |settings: AccessArgs| Mailer::open(&settings, public_url()).map(|_| ()).unwrap_err();
    let error =
        open(AccessArgs { smtp_url: Some(Hidden::from("http://user:s3cret@host".to_owned())), ..access_args() });
    assert!(error.contains("LIAISON_SMTP_URL") && !error.contains("s3cret"), "{error}");
    let error = open(AccessArgs { mail_from: "nobody".to_owned(), ..access_args() });
    assert!(error.contains("LIAISON_MAIL_FROM"), "{error}");
    let settings = AccessArgs { smtp_url: Some(Hidden::from("smtps://user:s3cret@host".to_owned())), ..access_args() };
    assert!(!format!("{settings:?}").contains("s3cret"));
}

#[tokio::test]
async fn what_a_mail_server_says_is_not_repeated() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mailer = mailer_over(listener.local_addr().unwrap());
    let refusing = async {
        let (stream, _) = listener.accept().await.unwrap();
        let mut stream = BufReader::new(stream);
        stream.write_all(b"220 mail.example.com\r\n").await.unwrap();
        let mut line = String::new();
        while stream.read_line(&mut line).await.unwrap() > 0 {
            let answer =
                if line.starts_with("RCPT") { "550 5.1.1 <ada@example.com>: no such user" } else { "250 fine" };
            stream.write_all(format!("{answer}\r\n").as_bytes()).await.unwrap();
            line.clear();
        }
    };
    let token = Secret::from_input("token");
    let sending = mailer.send("ada@example.com", Letter::PasswordLink(&token));
    let error = tokio::select! {
        sent = sending => sent.unwrap_err().to_string(),
        () = refusing => panic!("the client hung up"),
    };
    assert_eq!(error, "the mail server did not take it: code 550");
}
