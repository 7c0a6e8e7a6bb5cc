//! The examples in the README and the docs are true.

use std::{collections::BTreeSet, fs, io::Write, os::unix::fs::MetadataExt, process::Command};

use axum::{
    body::Body,
    http::{Request, header},
};
use clap::Args as _;
use liaison::config::Config;
use serde_json::{Value, json};

use crate::support::{TestApp, both_databases, json_body, process::printed};

fn text(path: &str) -> String {
    fs::read_to_string(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

#[both_databases]
async fn the_readmes_first_query_gives_the_answer_printed_there(app: TestApp) {
    let readme = text("README.md");
    let bodies: Vec<&str> = readme.split("-d '").skip(1).map(|rest| rest.split("}'").next().unwrap()).collect();
    assert_eq!(bodies.len(), 2);
    let mut answer = Value::Null;
    for body in bodies {
        let request = Request::post("/graphql").header(header::CONTENT_TYPE, "application/json");
        answer = json_body(app.request(request.body(Body::from(format!("{body}}}"))).unwrap()).await).await;
        assert_eq!(answer["errors"], Value::Null, "{answer}");
    }
    let printed = readme.lines().find(|line| line.trim().starts_with("{\"data\"")).unwrap();
    assert_eq!(answer, serde_json::from_str::<Value>(printed).unwrap());
}

#[both_databases]
async fn the_graphql_in_the_docs_runs(app: TestApp) {
    let files = [
        ("docs/api.md", 2),
        ("docs/duplicates.md", 2),
        ("docs/live.md", 1),
        ("docs/quickstart.md", 2),
        ("docs/spa.md", 1),
    ];
    for (file, least) in files {
        let docs = text(file);
        // What follows is one story, with variables.
        let docs = docs.split("\n## Merging\n").next().unwrap();
        let examples: Vec<&str> =
            docs.split("```graphql").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
        assert!(examples.len() >= least);
        for example in examples {
            let ids = [app.contact("One").await, app.contact("Two").await];
            let answer = app.run(example, json!({ "ids": ids })).await;
            for payload in answer.as_object().unwrap().values() {
                // One in docs/api.md shows an error.
                let is_done = payload["userErrors"].as_array().is_none_or(Vec::is_empty);
                assert!(is_done || file == "docs/api.md", "{file}: {answer}");
            }
        }
    }
}

/// The examples come one after the other, and name the records of those before them.
#[both_databases]
async fn the_merge_in_the_docs_can_be_followed(app: TestApp) {
    let docs = text("docs/duplicates.md");
    let docs = docs.split("\n## Merging\n").nth(1).unwrap();
    let examples = docs.split("```graphql").skip(1).map(|rest| rest.split("```").next().unwrap());
    let (mut variables, mut answers) = (json!({}), Vec::new());
    for example in examples {
        let answer = app.run(example, variables.clone()).await;
        for (name, path) in [
            ("survivor", "/survivor/contact/id"),
            ("absorbed", "/absorbed/contact/id"),
            ("batch", "/mergeContacts/batch/id"),
        ] {
            if let Some(id) = answer.pointer(path) {
                variables[name] = id.clone();
            }
        }
        for payload in answer.as_object().unwrap().values() {
            assert!(payload["userErrors"].as_array().is_none_or(Vec::is_empty), "{answer}");
        }
        answers.push(answer);
    }
    let [_, preview, merged, counted, absorbed, undone] = answers.as_slice() else { panic!("{answers:#?}") };
    let metadata = json!({ "crm": { "stage": "won", "owner": "Bo" } });
    assert_eq!(preview["mergeContacts"]["preview"]["metadata"], metadata);
    assert_eq!(merged["mergeContacts"]["contact"]["metadata"], metadata);
    assert_eq!(merged["mergeContacts"]["contact"]["externalId"], "shop:9");
    assert_eq!(counted["mergeDuplicates"]["groupCount"], 0);
    assert_eq!(absorbed["contact"]["mergedInto"]["name"], "Ada Lovelace");
    assert_eq!(absorbed["contactByIdentifier"]["name"], "Ada Lovelace");
    assert_eq!(undone["undoBatch"]["batch"], json!({ "state": "UNDONE", "kept": { "totalCount": 0, "nodes": [] } }));
}

#[both_databases]
async fn the_webhook_in_the_docs_can_be_made(app: TestApp) {
    let docs = text("docs/webhooks.md");
    let of = |language: &str| -> Vec<&str> {
        docs.split(&format!("```{language}\n")).skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
    };
    app.contact("Ann").await;
    app.feed(json!({}), 1).await;
    let (mut variables, mut answers) = (json!({}), Vec::new());
    for example in of("graphql") {
        let answer = app.run(example, variables.clone()).await;
        if let Some(webhook) = answer.pointer("/createWebhook/webhook") {
            variables = json!({ "id": webhook["id"], "after": webhook["cursor"] });
        }
        for payload in answer.as_object().unwrap().values() {
            assert!(payload["userErrors"].as_array().is_none_or(Vec::is_empty), "{answer}");
        }
        answers.push(answer);
    }
    let [_, changes, _, _] = answers.as_slice() else { panic!("{answers:#?}") };
    let delivery: Value = serde_json::from_str(of("json")[0]).unwrap();
    let keys = |object: &Value| object.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&delivery["changes"][0]), keys(&changes["changes"]["nodes"][0]));
}

#[test]
fn the_docs_name_every_setting_by_flag_and_variable() {
    let docs = text("docs/api.md") + &text("docs/deploy.md");
    let serve = Config::augment_args(clap::Command::new("serve"));
    let mut variables = BTreeSet::new();
    for setting in serve.get_arguments() {
        let (Some(flag), Some(variable)) = (setting.get_long(), setting.get_env()) else { continue };
        let variable = variable.to_str().unwrap();
        assert!(docs.contains(&format!("| `--{flag}`, `{variable}` |")), "no table has `--{flag}`, `{variable}`");
        variables.insert(variable.to_owned());
    }
    // Nothing else is named: a variable that was renamed or taken away is a setting that does nothing.
    // The first is the build's, the second that of compose.yml.
    variables.extend(["LIAISON_COMMIT".to_owned(), "LIAISON_HOST".to_owned()]);
    for word in docs.split(|letter: char| !letter.is_ascii_uppercase() && letter != '_') {
        assert!(!word.starts_with("LIAISON_") || variables.contains(word), "{word} is no setting");
    }
}

/// The text between an indented block's first line and the next line that is not indented.
fn block<'a>(docs: &'a str, heading: &str) -> Vec<&'a str> {
    let lines = docs.lines().skip_while(|line| *line != heading).skip(1);
    lines.skip_while(|line| line.is_empty()).take_while(|line| line.is_empty() || line.starts_with("    ")).collect()
}

/// Debian's nginx takes the very text of the document.
#[test]
fn nginx_takes_the_example() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let nginx = ["/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/bin/nginx"]
        .into_iter()
        .find(|nginx| fs::exists(nginx).unwrap());
    let Some(nginx) = nginx else {
        // Not `eprintln!`, which the test runner keeps to itself when the test passes.
        std::io::stderr().write_all(b"SKIPPED: no nginx is installed, so that its example is not tested\n").unwrap();
        return;
    };
    let docs = text("docs/deploy.md");
    let example = block(&docs, "## nginx").join("\n");
    assert!(example.contains("proxy_pass http://127.0.0.1:4000;"), "{example}");
    fs::write(path("liaison.conf"), example).unwrap();
    let around = "pid nginx.pid; error_log stderr; events {} http { access_log off; include liaison.conf; }";
    fs::write(path("nginx.conf"), around).unwrap();
    let (certificate, key) = (path("contacts.example.com.pem"), path("contacts.example.com.key"));
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=test"])
        .args(["-keyout", &key, "-out", &certificate])
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", printed(&made));
    // Also a test takes the port, which only root may.
    let is_root = fs::metadata("/proc/self").unwrap().uid() == 0;
    let mut command = if is_root { Command::new(nginx) } else { Command::new("unshare") };
    if !is_root {
        command.args(["--user", "--map-root-user", "--net", nginx]);
    }
    let tested = command.args(["-t", "-p", &path(""), "-c", &path("nginx.conf")]).output().unwrap();
    let said = printed(&tested);
    assert!(tested.status.success(), "{said}");
}
