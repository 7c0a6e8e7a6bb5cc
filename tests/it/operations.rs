//! Operations from files, with their answers and the statements that they run as snapshots.
//!
//! Each file under `operations/` is a story on a database of its own. Its operations stand between blank lines and run
//! in order; one that reads is answered three times: directly, prepared, and by the ordinary resolvers.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    fs,
    path::PathBuf,
    sync::{Arc, Mutex},
};

use async_graphql::parser::{
    parse_query, parse_schema,
    types::{ExecutableDocument, OperationDefinition, OperationType, Selection, TypeKind, TypeSystemDefinition},
};
use chrono::{DateTime, Utc};
use liaison::{
    domain::access,
    entity::{
        batch::{self, BatchKind, BatchState},
        role::Role,
    },
    graphql,
};
use sea_orm::{ConnectionTrait, DbBackend, EntityTrait, IntoActiveModel, Statement};
use serde_json::{Value, json};

use crate::support::{NOBODY, TestApp, both_databases, snapshots};

/// One of the ids that the records of a story have.
fn chosen(number: u8) -> String {
    format!("01890a5d-ac96-774b-bcce-b302099a80{number:02x}")
}

const RECORDS: &str = r#"mutation($ann: ID!, $bob: ID!, $cyd: ID!, $acme: ID!, $globex: ID!, $call: ID!, $note: ID!) {
    acme: createCompany(id: $acme, input: { name: "Acme", website: "https://acme.example", industry: "Tools" }) {
        userErrors { code } }
    globex: createCompany(id: $globex, input: { name: "Globex", metadata: { size: 12 } }) { userErrors { code } }
    ann: createContact(id: $ann, input: { name: "Ann Ödegård", email: "ann@example.com", phone: "5550101",
        notes: "two\nlines", metadata: { z: [1.5, null], a: "😀" }, externalId: "crm:1" }) { userErrors { code } }
    bob: createContact(id: $bob, input: { name: "Bob", status: INACTIVE }) { userErrors { code } }
    cyd: createContact(id: $cyd, input: { name: "Cyd", email: "cyd@example.com" }) { userErrors { code } }
    first: addMembership(contactId: $ann, companyId: $acme, role: "Engineer", department: "R&D") { userErrors { code } }
    second: addMembership(contactId: $ann, companyId: $globex) { userErrors { code } }
    third: addMembership(contactId: $bob, companyId: $acme, role: "Buyer") { userErrors { code } }
    connect: connectUser(contactId: $ann, email: "ann@example.com") { userErrors { code } }
    call: createInteraction(id: $call, contactId: $bob, input: { type: CALL, subject: "Hello", body: "It rang.",
        occurredAt: "2025-01-31T09:30:00.5Z", parties: [{ name: "Ann", contactId: $ann }, { name: "Zed" }] }) {
        userErrors { code } }
    note: createInteraction(id: $note, contactId: $ann, input: { subject: "Note", occurredAt: "2025-02-01T00:00:00Z" }) {
        userErrors { code } }
    trash: trashContact(id: $cyd) { userErrors { code } }
}"#;

/// Makes the records that operations may name by their variables, and a login.
pub(crate) async fn fill(app: &TestApp) -> Value {
    let names = ["ann", "bob", "cyd", "acme", "globex", "call", "note"];
    let ids: BTreeMap<&str, String> = names.into_iter().zip(1..).map(|(name, number)| (name, chosen(number))).collect();
    let mut variables = json!(ids);
    for (field, payload) in app.run(RECORDS, variables.clone()).await.as_object().unwrap() {
        assert_eq!(payload["userErrors"], json!([]), "{field}");
    }
    // PostgreSQL's feed waits for the transactions of the tests beside this one.
    app.feed(json!({ "first": 100 }), 12).await;
    let made = "query($ann: ID!) { contact(id: $ann) { user { id } primaryMembership { id } } }";
    let made = app.run(made, json!({ "ann": ids["ann"] })).await;
    let key = access::create_key(app.operator(), "Old key", Role::Viewer, None).await.unwrap();
    variables["user"] = made["contact"]["user"]["id"].clone();
    variables["membership"] = made["contact"]["primaryMembership"]["id"].clone();
    variables["nobody"] = json!(NOBODY);
    let import =
        "mutation { importContacts(format: CSV, content: \"Name,Email\\nEve,none\\n\", dryRun: true) { job { id } } }";
    variables["import"] = app.run(import, json!({})).await["importContacts"]["job"]["id"].clone();
    variables["key"] = json!(key.key.id);
    variables["link"] = json!(app.link("eve@example.com", Role::Member).await);
    variables["batch"] = json!(chosen(8));
    trash_as_batch(app, &chosen(8)).await;
    variables
}

/// Makes two contacts that certainly are one person.
async fn add_twins(app: &TestApp, variables: &mut Value) {
    let create = "mutation($id: ID!) { createContact(id: $id, input: { name: \"Tamsin Quillfeather\",
        email: \"tamsin@example.com\", phone: \"+44 20 7946 0101\", birthday: \"1980-02-03\" }) { userErrors { code } } }";
    for (name, number) in [("twin", 9), ("other", 10)] {
        variables[name] = json!(chosen(number));
        app.run(create, json!({ "id": variables[name] })).await;
    }
    app.compared().await;
}

/// Makes a batch of the change that has trashed a contact.
async fn trash_as_batch(app: &TestApp, id: &str) {
    let db = app.shared.domain.db.writer();
    let id: uuid::Uuid = id.parse().unwrap();
    let at: DateTime<Utc> = "2026-01-01T00:00:00Z".parse().unwrap();
    let (backend, trashed) = (db.get_database_backend(), "UPDATE changes SET batch_id = $1 WHERE kind = 'trashed'");
    db.execute_raw(Statement::from_sql_and_values(backend, trashed, [id.into()])).await.unwrap();
    let made = batch::Model {
        id,
        kind: BatchKind::Trash,
        state: BatchState::Done,
        user_id: None,
        api_key_id: None,
        created_at: at,
        change_count: 1,
        done_count: 1,
        is_pruned: false,
        undone_at: None,
        undo_user_id: None,
        undo_api_key_id: None,
        undo_position: None,
        kept_next: 0,
    };
    batch::Entity::insert(made.into_active_model()).exec_without_returning(db).await.unwrap();
}

/// An operation of a file, with the fragments that it uses.
struct Operation {
    text: String,
    document: ExecutableDocument,
}

impl Operation {
    /// The operations of a file, in their order.
    fn of_file(text: &str) -> Vec<Self> {
        let (fragments, operations): (Vec<&str>, Vec<&str>) =
            text.split("\n\n").map(str::trim).partition(|part| part.starts_with("fragment "));
        let complete = |operation: &str| {
            let used = fragments.iter().filter(|fragment| {
                let name = fragment.split(' ').nth(1).unwrap();
                operation.split_whitespace().any(|word| word.strip_prefix("...") == Some(name))
            });
            used.fold(operation.to_owned(), |text, fragment| format!("{text}\n{fragment}"))
        };
        let operations = operations.into_iter().map(complete);
        operations.map(|text| Self { document: parse_query(&text).unwrap(), text }).collect()
    }

    fn definition(&self) -> &OperationDefinition {
        &self.document.operations.iter().next().unwrap().1.node
    }

    fn kind(&self) -> OperationType {
        self.definition().ty
    }

    /// The variables that it declares.
    fn variables(&self, all: &Value) -> Value {
        let declared = &self.definition().variable_definitions;
        declared
            .iter()
            .map(|variable| variable.node.name.node.to_string())
            .map(|name| {
                let value = all[&name].clone();
                (name, value)
            })
            .collect()
    }

    /// The same with each top-level field selected twice, which is answered by the ordinary resolvers.
    fn twice(&self) -> String {
        let start = self.definition().selection_set.pos;
        let line_start = self.text.split_inclusive('\n').take(start.line - 1).map(str::len).sum::<usize>();
        let open = line_start + start.column - 1;
        let (head, body) = self.text.split_at(open + 1);
        let (fields, rest) = body.split_at(body.find("\n}").unwrap());
        format!("{head}{fields}{fields}{rest}")
    }

    /// The top-level fields that have a value in an answer, as `Query.contact`.
    fn answered(&self, data: &Value) -> BTreeSet<String> {
        let root = if self.kind() == OperationType::Query { "Query" } else { "Mutation" };
        let fields = self.definition().selection_set.node.items.iter().filter_map(|selection| match &selection.node {
            Selection::Field(field) => Some(&field.node),
            _ => None,
        });
        let answered = fields.filter(|field| !data[field.response_key().node.as_str()].is_null());
        answered.map(|field| format!("{root}.{}", field.name.node)).collect()
    }
}

/// What became of a file's operations.
#[derive(Default)]
struct Story {
    answers: String,
    statements: String,
    exercised: BTreeSet<String>,
}

/// Runs the operations of a file, as an admin.
async fn tell(app: TestApp, text: &str) -> Story {
    let mut variables = fill(&app).await;
    if text.contains("duplicateGroups") {
        add_twins(&app, &mut variables).await;
    }
    if text.contains("deleteWebhook") {
        let create = "mutation { createWebhook(input: { url: \"https://example.org/\" }) { webhook { id } } }";
        variables["hook"] = app.run(create, json!({})).await["createWebhook"]["webhook"]["id"].clone();
    }
    let app = app.guarded().await;
    let admin = app.user("ada@example.com", Role::Admin).await;
    let ran = Arc::<Mutex<Vec<String>>>::default();
    let heard = Arc::clone(&ran);
    app.operator().db.on_statement(move |statement| {
        // The session is looked up again whenever two seconds have passed.
        if !statement.sql.starts_with(r#"SELECT "sessions"."id" AS "A_id""#) {
            heard.lock().unwrap().push(statement.sql.clone());
        }
    });
    // What the first request costs is not told, nor what it costs to make the groups of duplicates.
    app.ask(Some(&admin), "{ __typename }", json!({})).await;
    if text.contains("duplicateGroups") {
        app.ask(Some(&admin), "{ duplicateGroups { totalCount } }", json!({})).await;
    }
    let take = || std::mem::take(&mut *ran.lock().unwrap());
    take();
    let mut story = Story::default();
    for operation in Operation::of_file(text) {
        let given = operation.variables(&variables);
        let answer = app.ask_for_text(Some(&admin), &operation.text, given.clone()).await;
        let mut statements = take();
        if operation.kind() == OperationType::Query {
            // Fields of a query are resolved side by side.
            statements.sort();
        }
        let title = operation.text.split(['(', ' ', '{']).nth(1).unwrap();
        writeln!(story.answers, "# {title}\n{}\n", snapshots::pretty(&answer)).unwrap();
        writeln!(story.statements, "# {title}\n{}", snapshots::sql(&statements)).unwrap();
        story.exercised.extend(operation.answered(&serde_json::from_str::<Value>(&answer).unwrap()["data"]));
        if operation.kind() == OperationType::Query {
            let prepared = app.ask_for_text(Some(&admin), &operation.text, given.clone()).await;
            assert_eq!(prepared, answer, "prepared: {title}");
            let mut again = take();
            again.sort();
            assert_eq!(again, statements, "prepared: {title}");
            let resolved = app.ask_for_text(Some(&admin), &operation.twice(), given).await;
            assert_eq!(resolved, answer, "by the ordinary resolvers: {title}");
            // Two look-ups by id are one where they happen to be asked for at once, so that fewer kinds tell nothing.
            let resolved = BTreeSet::from_iter(take());
            if !resolved.is_subset(&BTreeSet::from_iter(statements)) {
                let resolved: Vec<String> = resolved.into_iter().collect();
                writeln!(story.statements, "# {title}, by resolvers\n{}", snapshots::sql(&resolved)).unwrap();
            }
        }
    }
    story
}

fn files() -> Vec<PathBuf> {
    let folder = format!("{}/tests/it/operations", env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// The fields of `Query` and `Mutation`.
fn top_level_fields() -> BTreeSet<String> {
    let mut fields = BTreeSet::new();
    for definition in parse_schema(graphql::sdl()).unwrap().definitions {
        let TypeSystemDefinition::Type(definition) = definition else { continue };
        let name = definition.node.name.node.to_string();
        if let TypeKind::Object(object) = definition.node.kind
            && ["Query", "Mutation"].contains(&name.as_str())
        {
            fields.extend(object.fields.iter().map(|field| format!("{name}.{}", field.node.name.node)));
        }
    }
    fields
}

#[both_databases]
async fn every_operation_is_exercised_and_answers_as_recorded(app: TestApp) {
    let database = if app.operator().db.backend() == DbBackend::Sqlite { "sqlite" } else { "postgres" };
    let mut stories = BTreeMap::new();
    for file in files() {
        let text = fs::read_to_string(&file).unwrap();
        stories.insert(file, tell(app.fresh().await, &text).await);
    }
    insta::glob!("operations/*.graphql", |file| {
        let story = &stories[file];
        insta::assert_snapshot!("answers", story.answers);
        insta::assert_snapshot!(database, story.statements);
    });
    let exercised = stories.into_values().flat_map(|story| story.exercised).collect();
    let missing: Vec<String> = top_level_fields().difference(&exercised).cloned().collect();
    assert!(missing.is_empty(), "no file under tests/it/operations has an answer of {missing:?}");
}
