//! The catalogue of errors: each text, code and path that a client can be given, as one snapshot.

use std::{collections::BTreeSet, fmt::Write};

use async_graphql::parser::{
    parse_schema,
    types::{TypeKind, TypeSystemDefinition},
};
use axum::{
    body::Body,
    http::{Request, header, request::Builder},
};
use liaison::{
    config::{AccessArgs, HttpArgs, RateArgs},
    entity::role::Role,
    graphql,
};
use serde_json::{Value, json};

use crate::{
    operations,
    support::{TestApp, access_args, both_databases, http_args, people::Reply},
};

const DOCUMENTS: &[&str] = &[
    "{",
    "",
    "{ nothing }",
    "{ contacts { nodes { nothing } } }",
    "{ contacts }",
    "{ contactCount { id } }",
    "{ contactCount(nothing: 1) }",
    "{ contact { id } }",
    "{ contact(id: [1, 2]) { id } }",
    "{ contacts(orderBy: [{ field: NOTHING }]) { totalCount } }",
    "{ contacts(filter: { nothing: 1 }) { totalCount } }",
    r#"{ contactByIdentifier(identifier: { email: "a", externalId: "b" }) { id } }"#,
    "{ contactCount @nothing }",
    "{ contactCount @include }",
    "{ ...Missing }",
    "{ contactCount } fragment Unused on Query { contactCount }",
    "{ ...Self } fragment Self on Query { ...Self }",
    r#"{ contact(id: "$ann") { ... on Company { id } } }"#,
    "{ a: contactCount a: companyCount }",
    "query($unused: Int) { contactCount }",
    "{ contact(id: $undefined) { id } }",
    "query($id: Int) { contact(id: $id) { id } }",
    "query A { contactCount } query B { contactCount }",
    "query A { contactCount } query A { contactCount }",
    "subscription { changes { cursor } }",
];

/// Documents that are too large: a text that is repeated between two others.
const LARGE: &[(&str, &str, usize, &str)] = &[
    ("{ ", "a: contactCount ", 101, "}"),
    ("{ ", "contactCount ", 51, "}"),
    ("{ contactCount ", "@include(if: true) ", 51, "}"),
    ("{ contacts { nodes { ", "id ", 10_000, "} } }"),
    ("{ contacts { nodes { ", "memberships { contact { ", 10, "id"),
    ("", "{ contacts ", 51, ""),
    ("{ contacts(first: 200) { nodes { interactions(first: 200) { nodes { parties { name ", "", 0, "} } } } } }"),
    ("{ contactsByIds(ids: [", "\"$ann\", ", 201, "]) { id } }"),
    ("{ contacts(orderBy: [", "{ field: NAME }, ", 21, "]) { totalCount } }"),
    ("{ contacts(filter: { name: { in: [", "\"a\", ", 501, "] } }) { totalCount } }"),
    ("{ contacts(filter: { and: [", "{ membership: { role: { eq: \"a\" } } }, ", 21, "] }) { totalCount } }"),
    ("mutation { trashContacts(ids: [", "\"$ann\", ", 1001, "]) { userErrors { code } } }"),
    (
        "mutation { createInteraction(contactId: \"$ann\", input: { parties: [",
        "{ name: \"P\" }, ",
        101,
        "] }) { userErrors { code field message } } }",
    ),
];

const ARGUMENTS: &[&str] = &[
    "{ contacts(first: -1) { totalCount } }",
    "{ contacts(first: 201) { nodes { id } } }",
    "{ contacts(last: 201) { nodes { id } } }",
    "{ contacts(first: 1, last: 1) { nodes { id } } }",
    r#"{ contacts(after: "nonsense") { nodes { id } } }"#,
    r#"{ contacts(after: "$cursor", orderBy: [{ field: EMAIL }]) { nodes { id } } }"#,
    r#"{ companies(after: "$cursor") { nodes { id } } }"#,
    r#"{ changes(after: "nonsense") { nodes { at } } }"#,
    "{ changes(first: 201) { nodes { at } } }",
    r#"{ searchContacts(query: "a", limit: 51) { id } }"#,
    r#"{ searchCompanies(query: "a", limit: -1) { id } }"#,
    r#"{ contacts(filter: { createdAt: { gt: "no time" } }) { totalCount } }"#,
    r#"{ contacts(filter: { name: { eq: "\u0000" } }) { totalCount } }"#,
    r#"{ contactByIdentifier(identifier: { email: "shared@example.com" }) { id } }"#,
    r#"{ contact(id: "$ann") { history(after: "nonsense") { nodes { at } } } }"#,
    r#"mutation { createInteraction(contactId: "$ann", input: { occurredAt: "yesterday" }) { userErrors { code } } }"#,
];

/// Variables that do not fit.
const VARIABLES: &[(&str, &str)] = &[
    ("query($id: ID!) { contact(id: $id) { id } }", "{}"),
    ("query($id: ID!) { contact(id: $id) { id } }", r#"{"id": null}"#),
    ("query($id: ID!) { contact(id: $id) { id } }", r#"{"id": {}}"#),
    ("query($first: Int) { contacts(first: $first) { totalCount } }", r#"{"first": "1"}"#),
    ("query($first: Int) { contacts(first: $first) { totalCount } }", r#"{"first": 3000000000}"#),
    ("query($filter: ContactFilter) { contactCount(filter: $filter) }", r#"{"filter": {"nme": {}}}"#),
    ("query($filter: ContactFilter) { contactCount(filter: $filter) }", r#"{"filter": {"name": {"eq": 1}}}"#),
    ("query($order: [ContactOrder!]) { contacts(orderBy: $order) { totalCount } }", r#"{"order": [{"field": "X"}]}"#),
    ("query($order: [ContactOrder!]) { contacts(orderBy: $order) { totalCount } }", r#"{"order": [{}]}"#),
    (
        "query($name: ContactIdentifier!) { contactByIdentifier(identifier: $name) { id } }",
        r#"{"name": {"email": "a", "externalId": "b"}}"#,
    ),
];

/// Mutations, by the fields that give a payload with user errors. `"$ann"` stands for the id of a record, and `«256»` for so
/// many letters.
const MUTATIONS: &[&str] = &[
    "createContact(input: {})",
    r#"createContact(input: { name: "  " })"#,
    r#"createContact(input: { name: "A", email: "no address" })"#,
    r#"createContact(input: { name: "a\u0007b" })"#,
    r#"createContact(input: { name: "«256»", phone: "«51»", externalId: "«256»", email: "«256»@example.com" })"#,
    r#"createContact(input: { name: "A", metadata: [1] })"#,
    r#"createContact(input: { name: "A", metadata: { a: "«65536»" } })"#,
    r#"createContact(input: { name: "A", externalId: "crm:1" })"#,
    r#"createContact(id: "x", input: { name: "A" })"#,
    r#"createContact(id: "$acme", input: { name: "A" })"#,
    r#"createContact(input: { name: "A" }, primaryCompany: { company: { id: "$nobody" } })"#,
    r#"createContact(input: { name: "A" }, primaryCompany: { company: { externalId: "none" } })"#,
    r#"createContact(input: { name: "A" }, primaryCompany: { company: { findOrCreateByName: " " } })"#,
    r#"createContact(input: { name: "A" }, primaryCompany: { company: { id: "$acme" }, role: "«256»" })"#,
    r#"updateContact(id: "$nobody", input: { name: "A" })"#,
    r#"updateContact(id: "$ann", input: { name: null, status: null })"#,
    r#"updateContact(id: "$ann", input: { name: "A" }, expectedVersion: 99)"#,
    r#"updateContact(id: "$cyd", input: { status: ACTIVE })"#,
    r#"updateContact(id: "$bob", input: { externalId: "crm:1" })"#,
    r#"trashContact(id: "$cyd")"#,
    r#"restoreContact(id: "$ann")"#,
    r#"restoreContact(id: "$nobody")"#,
    r#"trashContacts(ids: ["$cyd", "$nobody"])"#,
    r#"updateContacts(filter: { id: { eq: "$ann" } }, input: { name: " " }, addTags: [" "], expectedCount: 2)"#,
    r#"updateContacts(filter: { id: { in: ["$ann", "$bob"] } }, input: { externalId: "x", tags: [] }, addTags: ["a"], expectedCount: 2)"#,
    r#"updateContacts(filter: { id: { eq: "$cyd" }, status: { eq: TRASHED } }, input: { status: ACTIVE }, expectedCount: 1)"#,
    r#"createContact(input: { name: "Ann Ödegård", email: "ann@example.com", phone: "5550101" }, onDuplicate: REJECT)"#,
    r#"mergeContacts(survivorId: "$ann", absorbedIds: [])"#,
    r#"mergeContacts(survivorId: "$ann", absorbedIds: ["$ann", "$cyd", "$nobody", "$cyd"], keepUserId: "$nobody")"#,
    r#"mergeContacts(survivorId: "$ann", absorbedIds: ["$bob"], overrides: { name: " " }, expectedVersions: [{ id: "$ann", version: 99 }, { id: "$nobody", version: 1 }])"#,
    r#"trashContact(id: "$merged")"#,
    r#"undoBatch(id: "$nobody")"#,
    r#"undoBatch(id: "$undone")"#,
    r#"deleteContact(id: "$nobody")"#,
    r#"createCompany(input: { name: "A", website: "no website", address: "«1001»" })"#,
    r#"updateCompany(id: "$acme", input: { name: "" }, expectedVersion: 99)"#,
    r#"trashCompany(id: "$nobody")"#,
    r#"deleteCompany(id: "$nobody")"#,
    r#"addMembership(contactId: "$ann", companyId: "$acme")"#,
    r#"addMembership(contactId: "$nobody", companyId: "$acme")"#,
    r#"addMembership(contactId: "$cyd", companyId: "$nobody", role: "«256»")"#,
    r#"updateMembership(id: "$membership", input: { isPrimary: false, position: -1 })"#,
    r#"updateMembership(id: "$nobody", input: { role: "A" })"#,
    r#"removeMembership(id: "$nobody")"#,
    r#"setPrimaryCompany(contactId: "$ann", companyId: "$nobody")"#,
    r#"createInteraction(contactId: "$nobody", input: {})"#,
    r#"createInteraction(companyId: "$nobody", input: { timeZone: "Mars/Olympus" })"#,
    "createInteraction(input: {})",
    r#"createInteraction(contactId: "$ann", companyId: "$acme", input: {})"#,
    r#"createInteraction(contactId: "$ann", input: { parties: [{ name: "P", contactId: "$nobody" }], subject: "«256»" })"#,
    r#"updateInteraction(id: "$call", input: {}, expectedVersion: 99)"#,
    r#"updateInteraction(id: "$call", input: { parties: [{ name: "«256»" }], type: null })"#,
    r#"deleteInteraction(id: "$nobody")"#,
    r#"connectUser(contactId: "$bob", email: "ann@example.com")"#,
    r#"connectUser(contactId: "$bob", email: " ")"#,
    r#"connectUser(contactId: "$bob", email: "no address")"#,
    r#"connectUser(contactId: "$nobody", email: "zoe@example.com")"#,
    r#"disconnectUser(contactId: "$nobody")"#,
    r#"findOrCreateUser(email: "«256»@example.com")"#,
    r#"signIn(email: "ada@example.com", password: "wrong")"#,
    r#"changePassword(current: "wrong", password: "nine grey herons")"#,
    r#"changePassword(current: "seven grey herons", password: "")"#,
    r#"changePassword(current: "seven grey herons", password: "short")"#,
    r#"changePassword(current: "seven grey herons", password: "password")"#,
    r#"changePassword(current: "seven grey herons", password: "seven\u0007grey herons")"#,
    r#"changePassword(current: "seven grey herons", password: "«129»")"#,
    r#"setPassword(token: "wrong", password: "nine grey herons")"#,
    r#"createApiKey(name: " ", role: CONTACT, expiresAt: "2020-01-01T00:00:00Z")"#,
    r#"createApiKey(name: "«256»\u0007", role: VIEWER)"#,
    r#"revokeApiKey(id: "$nobody")"#,
    "createWebhook(input: {})",
    r#"createWebhook(input: { url: "no address" })"#,
    r#"createWebhook(input: { url: "https://user:password@example.com/" })"#,
    r#"createWebhook(input: { url: "ftp://example.com/" })"#,
    r#"createWebhook(input: { url: "http://example.com:0/" })"#,
    r#"createWebhook(input: { url: "http://10.0.0.1/" })"#,
    r#"createWebhook(input: { url: "http://192.0.2.1/" })"#,
    r#"createWebhook(input: { url: "http://1.1.1.1/" })"#,
    r#"createWebhook(input: { url: "https://example.com/«2049»" })"#,
    r#"updateWebhook(id: "$nobody", input: { url: "https://[::1]/" })"#,
    r#"updateWebhook(id: "$nobody", input: {})"#,
    r#"deleteWebhook(id: "$nobody")"#,
    r#"rotateWebhookSecret(id: "$nobody")"#,
    r#"replayWebhook(id: "$nobody", after: "Y2hhbmdlOjA6MA")"#,
    r#"replayWebhook(id: "$nobody", after: "nonsense")"#,
    r#"inviteUser(email: "ada@example.com", role: MEMBER)"#,
    r#"inviteUser(email: "no address", role: MEMBER)"#,
    r#"setUserRole(userId: "$nobody", role: MEMBER)"#,
    r#"setUserRole(userId: "$ada", role: VIEWER)"#,
];

/// Requests of somebody with this role, or of nobody.
const CALLERS: &[(Option<Role>, &str)] = &[
    (None, "{ contactCount }"),
    (None, "{ nothing }"),
    (None, "{ contacts { nothing } }"),
    (Some(Role::Viewer), "{ nothing }"),
    (Some(Role::Viewer), r#"mutation { trashContact(id: "$ann") { userErrors { code } } }"#),
    (Some(Role::Member), r#"mutation { deleteContact(id: "$ann") { userErrors { code } } }"#),
    (Some(Role::Member), "{ apiKeys { name } }"),
    (Some(Role::Member), "{ webhooks { url } }"),
    (Some(Role::Contact), "{ contactCount }"),
    (Some(Role::Contact), "{ viewer { contact { company: memberships { company { memberships { totalCount } } } } } }"),
];

/// A catalogue in the making.
struct Catalogue {
    text: String,
    records: Value,
}

impl Catalogue {
    fn heading(&mut self, heading: &str) {
        writeln!(self.text, "\n=== {heading}\n").unwrap();
    }

    /// A request with records and repeated letters put in.
    fn complete(&self, request: &str) -> String {
        let records = self.records.as_object().unwrap();
        let text = records.iter().fold(request.to_owned(), |text, (name, id)| {
            text.replace(&format!("${name}\""), &format!("{}\"", id.as_str().unwrap()))
        });
        text.split('«').enumerate().fold(String::new(), |text, (index, part)| match part.split_once('»') {
            Some((count, rest)) if index > 0 => text + &"a".repeat(count.parse().unwrap()) + rest,
            _ => text + part,
        })
    }

    /// Writes down a request and the errors of its answer.
    fn note(&mut self, request: &str, reply: &Reply) {
        writeln!(self.text, "{request}\n  {}", reply.status.as_u16()).unwrap();
        for error in reply.body["errors"].as_array().into_iter().flatten() {
            let (code, message) = (error["extensions"]["code"].as_str().unwrap(), steady(&error["message"]));
            writeln!(self.text, "  {code} {} {message}", error["path"]).unwrap();
        }
        for payload in reply.body["data"].as_object().into_iter().flat_map(|data| data.values()) {
            for error in payload["userErrors"].as_array().into_iter().flatten() {
                let (code, message) = (error["code"].as_str().unwrap(), steady(&error["message"]));
                writeln!(self.text, "  {code} {} {message}", error["field"]).unwrap();
            }
        }
    }

    /// Sends a document and writes down what is wrong with it.
    async fn ask(&mut self, app: &TestApp, token: Option<&str>, shown: &str, document: &str, variables: Value) {
        let reply = app.ask(token, &self.complete(document), variables).await;
        self.note(shown, &reply);
    }

    async fn ask_all(&mut self, app: &TestApp, token: &str) {
        self.heading("Documents");
        for document in DOCUMENTS {
            self.ask(app, Some(token), document, document, json!({})).await;
        }
        self.heading("Documents that are too large");
        for (before, part, times, after) in LARGE {
            let (shown, document) =
                (format!("{before}{part}× {times} {after}"), format!("{before}{}{after}", part.repeat(*times)));
            // A document that ends early is completed.
            let open = document.matches('{').count().saturating_sub(document.matches('}').count());
            self.ask(app, Some(token), &shown, &(document + &" }".repeat(open)), json!({})).await;
        }
        self.heading("Arguments");
        for document in ARGUMENTS {
            self.ask(app, Some(token), document, document, json!({})).await;
        }
        self.heading("Variables");
        for (document, variables) in VARIABLES {
            let shown = format!("{document} {variables}");
            self.ask(app, Some(token), &shown, document, serde_json::from_str(variables).unwrap()).await;
        }
        self.heading("Mutations");
        for field in MUTATIONS {
            let document = format!("mutation {{ {field} {{ userErrors {{ code field message }} }} }}");
            self.ask(app, Some(token), field, &document, json!({})).await;
        }
    }
}

/// A message without its example of an id and without seconds to wait, which depend on what has run before.
fn steady(message: &Value) -> String {
    let words: Vec<&str> = message.as_str().unwrap().split(' ').collect();
    let next = words.iter().skip(1).chain([&""]);
    let steady = words.iter().zip(next).map(|(word, next)| match *word {
        example if example.starts_with("019b76da-") => "….",
        seconds if *next == "s." && seconds.parse::<u32>().is_ok() => "…",
        other => other,
    });
    steady.collect::<Vec<_>>().join(" ")
}

/// HTTP requests that are no GraphQL requests.
fn malformed() -> Vec<(&'static str, Request<Body>)> {
    let post = || Request::post("/graphql").header(header::ACCEPT, "application/graphql-response+json");
    let json =
        |body: &'static str| post().header(header::CONTENT_TYPE, "application/json").body(Body::from(body)).unwrap();
    let without_body = |request: Builder| request.body(Body::empty()).unwrap();
    let mut requests: Vec<(&str, Request<Body>)> = [
        "no JSON",
        "[]",
        "1",
        "{}",
        r#"{"query": 1}"#,
        r#"{"query": "{ __typename }", "query": "{ __typename }"}"#,
        r#"{"query": "{ __typename }", "variables": []}"#,
        r#"{"query": "{ __typename }", "extensions": 1}"#,
        r#"{"query": "{ __typename }", "operationName": 1}"#,
        r#"{"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "00"}}}"#,
        r#"{"query": "query A { __typename }", "operationName": "B"}"#,
    ]
    .into_iter()
    .map(|body| (body, json(body)))
    .collect();
    let text = post().header(header::CONTENT_TYPE, "text/plain").body(Body::from("{ __typename }")).unwrap();
    let get = |uri: &str| without_body(Request::get(uri).header(header::ACCEPT, "application/json"));
    requests.extend([
        ("a body of text", text),
        ("GET without a query", get("/graphql")),
        ("GET with variables that are no JSON", get("/graphql?query=%7B__typename%7D&variables=x")),
        ("GET of a mutation", get("/graphql?query=mutation%7BsignOut%7D")),
        ("DELETE", without_body(Request::delete("/graphql").header(header::ACCEPT, "application/json"))),
        (
            "Accept: text/html",
            without_body(Request::get("/graphql?query=%7B__typename%7D").header("accept", "image/png")),
        ),
        ("no such path", get("/nothing")),
        ("a body that is announced as too large", {
            let large = Request::post("/graphql").header(header::CONTENT_TYPE, "application/json");
            without_body(large.header(header::CONTENT_LENGTH, "2000000"))
        }),
    ]);
    requests
}

/// The values of the enum of user errors' codes.
fn user_error_codes() -> BTreeSet<String> {
    let definitions = parse_schema(graphql::sdl()).unwrap().definitions.into_iter();
    let codes = definitions.filter_map(|definition| match definition {
        TypeSystemDefinition::Type(definition) if definition.node.name.node == "UserErrorCode" => {
            Some(definition.node.kind)
        }
        _ => None,
    });
    let values = codes.filter_map(|kind| if let TypeKind::Enum(codes) = kind { Some(codes.values) } else { None });
    values.flatten().map(|value| value.node.value.node.to_string()).collect()
}

#[both_databases]
async fn errors_are_those_of_the_catalogue(app: TestApp) {
    let mut records = operations::fill(&app).await;
    for number in 0..2 {
        app.contact_with(json!({ "name": format!("Twin {number}"), "email": "shared@example.com" })).await;
    }
    let merged = app.contact("Merged away").await;
    app.merge(records["bob"].as_str().unwrap(), &[&merged]).await;
    records["merged"] = json!(merged);
    let page = app.run("{ contacts(first: 1) { pageInfo { endCursor } } }", json!({})).await;
    app.sql("UPDATE batches SET state = 'undone'").await;
    records["undone"] = records["batch"].clone();
    records["cursor"] = page["contacts"]["pageInfo"]["endCursor"].clone();
    let app = app.guarded().await;
    let admin = app.user("ada@example.com", Role::Admin).await;
    let found = app.ask(Some(&admin), "{ viewer { user { id } } }", json!({})).await;
    records["ada"] = found.body["data"]["viewer"]["user"]["id"].clone();
    let mut catalogue = Catalogue { text: String::new(), records };
    catalogue.ask_all(&app, &admin).await;

    catalogue.heading("Callers");
    let contact = app.user("ann@example.com", Role::Contact).await;
    for (role, document) in CALLERS {
        let token = match role {
            Some(Role::Contact) => Some(contact.clone()),
            Some(role) => Some(app.key(*role).await),
            None => None,
        };
        let shown = format!("{role:?}: {document}");
        catalogue.ask(&app, token.as_deref(), &shown, document, json!({})).await;
    }
    let key = app.key(Role::Admin).await;
    let change = r#"mutation { changePassword(current: "a", password: "b") { token } }"#;
    catalogue.ask(&app, Some(&key), "a key's password", change, json!({})).await;
    catalogue.ask(&app, Some("nonsense"), "a token that is none", "{ contactCount }", json!({})).await;
    catalogue.heading("Requests that are no GraphQL");
    for (title, request) in malformed() {
        let reply = app.reply(request).await;
        catalogue.note(title, &reply);
    }

    catalogue.heading("Conditions that pass");
    let rates = RateArgs { account_attempts_per_minute: 1, ..access_args().rates };
    let app = app.guarded_with(AccessArgs { rates, ..access_args() }).await;
    let sign_in = r#"mutation { signIn(email: "ada@example.com", password: "wrong") { userErrors { code } } }"#;
    app.ask(None, sign_in, json!({})).await;
    let mut refused = app.ask(None, sign_in, json!({})).await;
    refused.body = json!({ "errors": refused.body["errors"] });
    catalogue.note("a second try to sign in", &refused);
    let app = app.behind(HttpArgs { dev: true, ..http_args() }, access_args()).await;
    app.operator().db.clone().close().await.unwrap();
    catalogue.ask(&app, None, "a database that is closed", "{ contactCount }", json!({})).await;

    let missing: Vec<String> =
        user_error_codes().into_iter().filter(|code| !catalogue.text.contains(&format!("  {code} "))).collect();
    assert!(missing.is_empty(), "no request is refused with {missing:?}");
    insta::assert_snapshot!("catalogue", catalogue.text);
}
