//! The pages for people: who gets which, what is on them, and that they work under a path.

use axum::{
    body::Body,
    http::{HeaderMap, Request, StatusCode},
};
use liaison::{
    config::AccessArgs,
    domain::access,
    entity::role::Role,
    mail::{Letter, Mailer},
    public_url::PublicUrl,
};
use serde_json::{Value, json};

use crate::support::{
    TestApp, access_args, both_databases,
    people::{PASSWORD, SET_PASSWORD},
};

/// A page as a browser with a cookie gets it.
async fn page(app: &TestApp, path: &str, cookie: &str) -> (HeaderMap, String) {
    let response = app.request(Request::get(path).header("cookie", cookie).body(Body::empty()).unwrap()).await;
    assert_eq!(response.status(), StatusCode::OK, "{path}");
    let headers = response.headers().clone();
    let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (headers, String::from_utf8_lossy(&body).into_owned())
}

/// The page's name for its script.
fn kind(page: &str) -> &str {
    page.split_once("data-page=\"").map_or("none of ours", |(_, rest)| rest.split('"').next().unwrap())
}

async fn set_up(app: &TestApp, token: &str, email: &str, password: &str) -> Value {
    let body = json!({ "token": token, "email": email, "password": password }).to_string();
    let request = Request::post("/setup").header("content-type", "application/json");
    app.reply(request.body(Body::from(body)).unwrap()).await.body
}

/// The fields of the errors, in order.
fn fields(payload: &Value) -> Vec<&str> {
    let errors = payload["userErrors"].as_array().unwrap_or_else(|| panic!("no payload: {payload}"));
    errors.iter().map(|error| error["field"][0].as_str().unwrap()).collect()
}

#[both_databases]
async fn pages_are_for_those_who_are_signed_in(app: TestApp) {
    let app = app.guarded().await;
    let token = app.user("ada@example.com", Role::Viewer).await;
    let cookie = format!("__Host-liaison={token}");
    for (path, cookie, expected) in [
        ("/", "", "sign-in"),
        ("/graphiql", "", "sign-in"),
        ("/", "__Host-liaison=nonsense", "sign-in"),
        ("/account", "", "sign-in"),
        ("/account", &cookie, "account"),
        ("/sign-in", "", "sign-in"),
        ("/set-password", "", "set-password"),
        ("/setup", "", "setup"),
    ] {
        assert_eq!(kind(&page(&app, path, cookie).await.1), expected, "{path}");
    }
    // The console and GraphiQL where the build has them, otherwise a page that says so; never a bare text.
    let has_bundle = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("web/dist/index.html.gz").exists();
    for path in ["/", "/graphiql"] {
        let (headers, page) = page(&app, path, &cookie).await;
        assert_eq!(headers["content-type"], "text/html; charset=utf-8");
        assert_eq!(kind(&page), if has_bundle { "none of ours" } else { "no-console" }, "{path}");
    }
}

#[both_databases]
async fn the_page_of_the_first_admin_says_when_there_is_one(app: TestApp) {
    let app = app.guarded().await;
    assert_eq!(kind(&page(&app, "/setup", "").await.1), "setup");
    let link = access::make_link(app.operator(), None).await.unwrap();
    // A link of another kind.
    let late = app.link("ada@example.com", Role::Viewer).await;
    assert_eq!(set_up(&app, link.expose(), "root@example.com", PASSWORD).await, json!({ "userErrors": [] }));
    assert_eq!(kind(&page(&app, "/setup", "").await.1), "set-up");
    for token in [link.expose(), &late, ""] {
        let refused = set_up(&app, token, "eve@example.com", PASSWORD).await;
        let message = refused["userErrors"][0]["message"].as_str().unwrap();
        assert!(message.starts_with("There is an admin already."), "{message}");
    }
}

#[both_databases]
async fn all_that_is_wrong_about_an_account_comes_back_together(app: TestApp) {
    let app = app.guarded().await;
    let link = access::make_link(app.operator(), None).await.unwrap();
    assert_eq!(fields(&set_up(&app, link.expose(), "root", "short").await), ["email", "password"]);
    assert_eq!(fields(&set_up(&app, link.expose(), "", "").await), ["email", "password"]);
    assert_eq!(fields(&set_up(&app, link.expose(), "root", PASSWORD).await), ["email"]);
    assert_eq!(fields(&set_up(&app, "wrong", "root", "short").await), ["token", "email", "password"]);
    // The link was not used by any of these.
    assert_eq!(set_up(&app, link.expose(), "root@example.com", PASSWORD).await, json!({ "userErrors": [] }));

    let wrong = app.ask(None, SET_PASSWORD, json!({ "token": "wrong", "password": "short" })).await;
    assert_eq!(fields(&wrong.body["data"]["setPassword"]), ["token", "password"]);
    let token = app.sign_in("root@example.com").await;
    let change = "mutation { changePassword(current: \"wrong\", password: \"short\") { userErrors { field } } }";
    let wrong = app.ask(Some(&token), change, json!({})).await;
    assert_eq!(fields(&wrong.body["data"]["changePassword"]), ["current", "password"]);
}

#[both_databases]
async fn under_a_path_everything_stays_under_it(app: TestApp) {
    let public_url: PublicUrl = "https://example.com/crm/".parse().unwrap();
    let access = AccessArgs { public_url: Some(public_url.clone()), ..access_args() };
    let folder = tempfile::tempdir().unwrap();
    let mailer = AccessArgs { mail_dir: folder.path().to_owned(), ..access.clone() };
    let mailer = Mailer::open(&mailer, public_url).unwrap();
    let app = app.guarded_with(access).await;
    let link = app.link("ada@example.com", Role::Viewer).await;
    let reply = app.ask(None, SET_PASSWORD, json!({ "token": link, "password": PASSWORD })).await;
    let cookie = reply.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("__Secure-liaison=") && cookie.contains("; Path=/crm; "), "{cookie}");
    assert!(cookie.contains("; HttpOnly; SameSite=Lax; Secure;"), "{cookie}");

    let (pair, _) = cookie.split_once(';').unwrap();
    assert_eq!(kind(&page(&app, "/account", pair).await.1), "account");
    assert_eq!(kind(&page(&app, "/account", &pair.replace("__Secure", "__Host")).await.1), "sign-in");
    let token = pair.split_once('=').unwrap().1;
    let left = app.ask(Some(token), "mutation { signOut }", json!({})).await;
    let cookie = left.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("__Secure-liaison=; ") && cookie.ends_with("; Path=/crm; Max-Age=0"), "{cookie}");

    mailer.send("ada@example.com", Letter::Invitation(&access::Secret::from_input("token"))).await.unwrap();
    let mail = std::fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap().path();
    let mail = std::fs::read_to_string(mail).unwrap();
    assert!(mail.contains("\r\nhttps://example.com/crm/set-password#token\r\n"), "{mail}");
    assert!(mail.contains("Subject: You are invited to Liaison at example.com/crm\r\n"), "{mail}");
    let nothing = app.reply(Request::get("/nothing").body(Body::empty()).unwrap()).await;
    assert_eq!(nothing.body["errors"][0]["message"], "There is nothing here. The API is at /crm/graphql.");
}

#[tokio::test]
async fn each_page_has_a_title_and_nothing_inline() {
    let app = TestApp::on_sqlite().await.guarded().await;
    let token = app.user("ada@example.com", Role::Viewer).await;
    let mut titles = Vec::new();
    for path in ["/sign-in", "/set-password", "/setup", "/account"] {
        let (headers, page) = page(&app, path, &format!("__Host-liaison={token}")).await;
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(!policy.split(';').any(|rule| rule.contains("script-src") && rule.contains("unsafe")), "{policy}");
        assert!(!page.contains("<script>") && !page.contains("<style") && !page.contains('{'), "{page}");
        titles.push(page.split("<title>").nth(1).unwrap().split("</title>").next().unwrap().to_owned());
    }
    let expected = ["Sign in", "Set your password", "Make the first admin", "Your account"];
    assert_eq!(titles, expected.map(|title| format!("{title} · Liaison")));
}

/// The places within the console begin with a slash as well; its client program tries it below a path.
#[test]
fn no_page_names_an_address_from_the_root() {
    let folders = ["src/http/pages", "web/graphiql"].map(|folder| format!("{}/{folder}", env!("CARGO_MANIFEST_DIR")));
    for file in folders.iter().flat_map(|folder| std::fs::read_dir(folder).unwrap()) {
        let file = file.unwrap().path();
        let text = std::fs::read_to_string(&file).unwrap();
        // An address from the root begins with one slash, in quotes of any kind or in CSS's url().
        let mut quoted = text.split(['"', '\'', '`', '(', ')']);
        let from_root = quoted.find(|part| {
            let rest = part.strip_prefix('/');
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(|letter: char| letter.is_ascii_alphabetic()))
        });
        assert_eq!(from_root, None, "{}", file.display());
    }
}
