//! The path of an error leads to the field that failed, through lists of lists too.
//! GraphQL specification, section 7.1.2.

use serde_json::{Value, json};

use crate::support::{TestApp, both_databases, eventually};

/// Documents in which one field fails, and where. `$contact`, `$company` and `$interaction` stand for ids.
const FAILING: &[(&str, &str)] = &[
    ("{ k: contacts { n: nodes { h: history(after: \"bad\") { nodes { at } } } } }", r#"["k","n",0,"h"]"#),
    (
        "{ contacts { edges { e: node { interactions(after: \"bad\") { totalCount } } } } }",
        r#"["contacts","edges",0,"e","interactions"]"#,
    ),
    (
        "{ contacts { nodes { memberships { c: company { memberships(first: -1) { totalCount } } } } } }",
        r#"["contacts","nodes",0,"memberships",0,"c","memberships"]"#,
    ),
    (
        "{ companies(first: 1) { nodes { memberships(first: 1) { edges { m: node { contact { history(first: 900) {
            nodes { at } } } } } } } } }",
        r#"["companies","nodes",0,"memberships","edges",0,"m","contact","history"]"#,
    ),
    (
        "{ contactsByIds(ids: [$contact]) { history(after: \"bad\") { nodes { at } } } }",
        r#"["contactsByIds",0,"history"]"#,
    ),
    (
        "{ searchContacts(query: \"ann\") { history(after: \"bad\") { nodes { at } } } }",
        r#"["searchContacts",0,"history"]"#,
    ),
    (
        "{ companiesByIds(ids: [$company]) { history(after: \"bad\") { nodes { at } } } }",
        r#"["companiesByIds",0,"history"]"#,
    ),
    (
        "{ searchCompanies(query: \"acme\") { memberships(last: -1) { totalCount } } }",
        r#"["searchCompanies",0,"memberships"]"#,
    ),
    (
        "{ nodes(ids: [\"none\", $company]) { ... on Company { m: memberships(after: \"x\") { nodes { id } } } } }",
        r#"["nodes",1,"m"]"#,
    ),
    ("{ node(id: $company) { ... on Company { m: memberships(after: \"x\") { nodes { id } } } } }", r#"["node","m"]"#),
    (
        "{ interactions { nodes { parties { contact { history(after: \"bad\") { nodes { at } } } } } } }",
        r#"["interactions","nodes",0,"parties",0,"contact","history"]"#,
    ),
    ("{ company(id: $company) { m: memberships(after: \"bad\") { nodes { role } } } }", r#"["company","m"]"#),
    (
        "{ company(id: $company) { memberships { totalCount } m: memberships(first: 201) { nodes { role } } } }",
        r#"["company","m"]"#,
    ),
    (
        "{ changes(first: 5) { edges { node { subject { ... on Contact { history(after: \"bad\") { nodes {
            at } } } } } } } }",
        r#"["changes","edges",0,"node","subject","history"]"#,
    ),
    (
        "mutation { trashContacts(ids: [$contact]) { contacts { h: history(after: \"bad\") { nodes { at } } } } }",
        r#"["trashContacts","contacts",0,"h"]"#,
    ),
];

#[both_databases]
async fn the_path_of_an_error_leads_to_its_field(app: TestApp) {
    let (contact, company) = (app.contact("Ann").await, app.company("Acme").await);
    app.membership(&contact, &company).await;
    let log = "mutation($id: ID!) { createInteraction(contactId: $id, input: { parties: [{ name: \"Ann\",
        contactId: $id }] }) {
        userErrors { code } } }";
    app.run(log, json!({ "id": contact })).await;
    for (document, path) in FAILING {
        let document = document.replace("$contact", &format!("\"{contact}\""));
        let document = document.replace("$company", &format!("\"{company}\""));
        // PostgreSQL's feed waits for the transactions of the tests beside this one.
        let answer = eventually("changes in the feed", || async {
            let answer = app.send(&document, json!({})).await;
            (answer["data"]["changes"]["edges"] != json!([])).then_some(answer)
        })
        .await;
        let path: Value = serde_json::from_str(path).unwrap();
        assert_eq!(answer["errors"][0]["path"], path, "{document}: {answer}");
        assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{document}");
    }
}
