//! The examples in the README and the docs are true.

use std::fs;

use axum::{
    body::Body,
    http::{Request, header},
};
use serde_json::{Value, json};

use crate::support::{TestApp, json_body};

fn text(path: &str) -> String {
    fs::read_to_string(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

on_both_databases! {
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

    async fn the_graphql_in_the_docs_runs(app: TestApp) {
        for (file, least) in [("docs/api.md", 2), ("docs/live.md", 1)] {
            let docs = text(file);
            let examples: Vec<&str> =
                docs.split("```graphql").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
            assert!(examples.len() >= least);
            for example in examples {
                app.run(example, json!({})).await;
            }
        }
    }
}

#[test]
fn the_docs_name_every_limit_by_flag_and_variable() {
    let (config, docs) = (text("src/config/mod.rs"), text("docs/api.md"));
    for setting in config.split("env = \"").skip(1) {
        let variable = setting.split('"').next().unwrap();
        if !variable.contains("_MAX_") {
            continue;
        }
        let field = setting.split("pub ").nth(1).and_then(|rest| rest.split(':').next()).unwrap();
        let named = format!("`--{}`, `{variable}`", field.replace('_', "-"));
        assert!(docs.contains(&named), "docs/api.md does not name {named}");
    }
}
