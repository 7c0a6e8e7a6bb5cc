//! The demo: a login for each role, and more records for a database that has some.

use std::collections::HashSet;

use serde_json::json;

use crate::support::{
    TestApp, both_databases, codes,
    people::SIGN_IN,
    process::{liaison, printed},
};

/// Fills the application's database; the text on standard output, or the error.
fn demo(app: &TestApp, arguments: &[&str]) -> Result<String, String> {
    let mut command = liaison(&["demo", "--database-url", &app.config.url]);
    let output = command.args(arguments).output().unwrap();
    if output.status.success() { Ok(String::from_utf8(output.stdout).unwrap()) } else { Err(printed(&output)) }
}

/// The printed password of each address, in the order of the roles.
fn logins(printed: &str) -> Vec<[&str; 3]> {
    let rows = printed.lines().filter(|line| line.starts_with("    "));
    rows.map(|row| row.split_whitespace().collect::<Vec<_>>().try_into().unwrap()).collect()
}

#[both_databases]
async fn each_role_gets_a_login_with_a_password_of_its_own(app: TestApp) {
    let printed = demo(&app, &["--contacts", "20"]).unwrap();
    let app = app.guarded().await;
    let mut codes_of_roles = Vec::new();
    for [role, email, password] in logins(&printed) {
        let reply = app.ask(None, SIGN_IN, json!({ "email": email, "password": password })).await;
        let signed_in = &reply.body["data"]["signIn"];
        assert_eq!(signed_in["viewer"]["role"], role, "{}", reply.body);
        assert_eq!(signed_in["viewer"]["user"]["isPlaceholder"], false);
        assert_eq!(signed_in["viewer"]["contact"].is_object(), role == "CONTACT", "{}", reply.body);
        let token = signed_in["token"].as_str();
        for query in ["{ contactCount }", "mutation { createContact(input: { name: \"x\" }) { contact { id } } }"] {
            codes_of_roles.push(app.ask(token, query, json!({})).await.code().to_owned());
        }
    }
    assert_eq!(codes_of_roles, ["", "", "", "", "", "FORBIDDEN", "FORBIDDEN", "FORBIDDEN"]);

    let other = TestApp::on_sqlite().await;
    let again = demo(&other, &["--contacts", "20"]).unwrap();
    let passwords: HashSet<&str> = logins(&printed).into_iter().chain(logins(&again)).map(|[_, _, it]| it).collect();
    assert_eq!(passwords.len(), 8, "a password of the demo opens one server only");
    assert!(passwords.iter().all(|password| password.len() == 20));
}

#[both_databases]
async fn what_it_makes_is_as_the_api_would_have_made_it(app: TestApp) {
    demo(&app, &["--contacts", "60"]).unwrap();
    let output = liaison(&["doctor", "--database-url", &app.config.url]).output().unwrap();
    let found = printed(&output);
    assert!(
        !found.contains("PROBLEM") || found.matches("PROBLEM").count() == found.matches("PROBLEM settings").count(),
        "{found}"
    );
    if !app.config.is_sqlite() {
        // Statements are planned for tables of this size at once, and not after a minute.
        let rows = "SELECT CAST(CAST(reltuples AS integer) AS text) FROM pg_class WHERE oid = 'contacts'::regclass";
        assert!(app.texts(rows).await[0].parse::<i32>().unwrap() >= 60);
    }
    let tagged = "{ contacts(filter: { tags: { hasAny: [\"prospect\"] } }) { totalCount } }";
    assert!(app.run(tagged, json!({})).await["contacts"]["totalCount"].as_u64().unwrap() > 0);
}

#[both_databases]
async fn records_are_added_to_others_only_when_told(app: TestApp) {
    let own = app.contact("Own").await;
    let refused = demo(&app, &["--contacts", "15"]).unwrap_err();
    assert!(refused.contains("has 1 records already") && refused.contains("--into-existing"), "{refused}");
    assert_eq!(app.run("{ contactCount }", json!({})).await["contactCount"], 1);

    let first = demo(&app, &["--contacts", "15", "--into-existing"]).unwrap();
    let second = demo(&app, &["--contacts", "15", "--into-existing"]).unwrap();
    assert!(logins(&second).is_empty() && second.contains("keep their passwords: demo-admin@example.com"), "{second}");
    let query = "query($own: ID!) { contact(id: $own) { name version } companyCount contactCount(includeTrashed: true)
        contacts(includeTrashed: true) { nodes { externalId } } }";
    let data = app.run(query, json!({ "own": own })).await;
    assert_eq!((&data["contact"], &data["companyCount"]), (&json!({ "name": "Own", "version": 1 }), &json!(4)));
    assert_eq!(data["contactCount"], 31);
    let nodes = data["contacts"]["nodes"].as_array().unwrap();
    let ids: HashSet<&str> = nodes.iter().filter_map(|node| node["externalId"].as_str()).collect();
    assert!(ids.len() == 30 && ids.contains("demo:0") && ids.contains("demo:29"), "{ids:?}");

    let app = app.guarded().await;
    let [_, email, password] = logins(&first)[0];
    let reply = app.ask(None, SIGN_IN, json!({ "email": email, "password": password })).await;
    assert_eq!(codes(&reply.body["data"]["signIn"]), [""; 0]);
}

#[both_databases]
async fn an_id_of_the_demo_is_not_used_again_after_it_was_deleted(app: TestApp) {
    let list = "{ contacts(includeTrashed: true) { nodes { id } } companies(includeTrashed: true) { nodes { id } } }";
    let ids = async |field: &str| -> HashSet<String> {
        let data = app.run(list, json!({})).await;
        let nodes = data[field]["nodes"].as_array().unwrap();
        nodes.iter().map(|node| node["id"].as_str().unwrap().to_owned()).collect()
    };
    demo(&app, &["--contacts", "5"]).unwrap();
    let (contacts, companies) = (ids("contacts").await, ids("companies").await);
    for (trash, delete, ids) in
        [("trashContact", "deleteContact", &contacts), ("trashCompany", "deleteCompany", &companies)]
    {
        for id in ids {
            app.codes(trash, id).await;
            assert_eq!(app.codes(delete, id).await, [""; 0]);
        }
    }
    demo(&app, &["--contacts", "5", "--into-existing"]).unwrap();
    let (new_contacts, new_companies) = (ids("contacts").await, ids("companies").await);
    assert!(new_contacts.len() == 5 && new_contacts.is_disjoint(&contacts));
    assert!(new_companies.len() == 1 && new_companies.is_disjoint(&companies));
}
