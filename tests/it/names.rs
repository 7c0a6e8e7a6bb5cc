//! Which names are the same, which are found, and which nobody can see.

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::support::{TestApp, both_databases, codes, each, id_of};

const CREATE: &str = "mutation($input: ContactInput!, $company: PrimaryCompanyInput) {
    createContact(input: $input, primaryCompany: $company) {
        contact { id name email primaryMembership { company { id name } } } userErrors { code field } } }";

/// The company that a new contact comes to work for; a null where the name was refused.
async fn employer(app: &TestApp, company: &str) -> Value {
    let company = json!({ "company": { "findOrCreateByName": company } });
    let payload =
        app.run(CREATE, json!({ "input": { "name": "Ada" }, "company": company })).await["createContact"].clone();
    payload["contact"]["primaryMembership"]["company"].clone()
}

/// The names that a search of each kind finds.
async fn found(app: &TestApp, text: &str) -> Vec<String> {
    let query = "query($text: String!) { searchContacts(query: $text, limit: 50) { name }
        contacts(search: $text, first: 200) { nodes { name } } contactCount(filter: { name: { contains: $text } }) }";
    let data = app.run(query, json!({ "text": text })).await;
    let names = |list: &Value| {
        let mut names: Vec<String> =
            each(list, "name").into_iter().map(|name| name.as_str().unwrap().to_owned()).collect();
        names.sort();
        names
    };
    let found = names(&data["searchContacts"]);
    assert_eq!(names(&data["contacts"]["nodes"]), found, "{text:?}");
    if !text.contains(['@', '.']) {
        assert_eq!(data["contactCount"], found.len(), "{text:?}");
    }
    found
}

#[both_databases]
async fn companies_of_different_names_are_different(app: TestApp) {
    for names in [
        ["パパ株式会社", "ハハ株式会社", "ババ株式会社"],
        ["ビル", "ヒル", "ピル"],
        ["कमल", "कमला", "कमली"],
        ["กา", "ก้า", "กำ"],
        ["காகா", "ககா", "கக"],
    ] {
        let mut ids = Vec::new();
        for name in names {
            let company = employer(&app, name).await;
            assert_eq!(company["name"], name);
            ids.push(id_of(&company));
        }
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 3, "{names:?}");
    }
}

#[both_databases]
async fn companies_of_one_name_are_one_however_it_is_typed(app: TestApp) {
    for names in [
        ["O'Brien & Sons", "O’Brien & Sons", "O＇BRIEN & SONS"],
        ["Anne-Marie", "Anne‑Marie", "Anne – Marie"],
        ["パパ", "ﾊﾟﾊﾟ", "ハ\u{309a}ハ\u{309a}"],
        ["Ärzte", "ARZTE", "A\u{308}rzte"],
        ["Acme", "Ac\u{200b}me", "\u{feff}Acme\u{ad}"],
    ] {
        let first = id_of(&employer(&app, names[0]).await);
        for name in names {
            let is_same = id_of(&employer(&app, name).await) == first;
            assert_eq!(is_same, name != "Anne – Marie", "{name:?}");
        }
    }
}

#[both_databases]
async fn long_names_that_differ_at_the_end_are_different_and_found(app: TestApp) {
    let long = |end: &str| format!("{}{end}", "한".repeat(143));
    let (one, other) = (employer(&app, &long("국")).await, employer(&app, &long("글")).await);
    assert_ne!(one["id"], other["id"]);
    assert_eq!(employer(&app, &long("글")).await["id"], other["id"]);
    let widest = ["\u{fdfa}", "\u{1d163}", "㍿", "ﷺ", "ǆ", "ß", "İ", "\u{1f600}", "がぎ", "क़"];
    for (number, sign) in widest.iter().enumerate() {
        let signs = 254 / sign.chars().count();
        let name = format!("{}{number}", sign.repeat(signs));
        let input = json!({ "name": name, "email": format!("{}@x.{number}z", sign.repeat(signs.min(200) - 10)) });
        let payload = app
            .run(CREATE, json!({ "input": input, "company": { "company": { "findOrCreateByName": name } } }))
            .await["createContact"]
            .clone();
        assert_eq!(codes(&payload), [""; 0], "{name}");
        assert_eq!(payload["contact"]["primaryMembership"]["company"]["name"], name);
        assert_eq!(found(&app, &format!("x.{number}z")).await, std::slice::from_ref(&name));
        let end: String = name.chars().skip(signs - 3).collect();
        assert!(found(&app, &end).await.contains(&name), "{end}");
    }
    let by_end = app
        .run("query($end: String!) { companyCount(filter: { name: { endsWith: $end } }) }", json!({ "end": "한글" }))
        .await;
    assert_eq!(by_end["companyCount"], 1);
}

#[both_databases]
async fn searches_see_marks_where_they_are_letters(app: TestApp) {
    for name in
        ["राम", "रमा", "रोमी", "O’Brien", "Anne‑Marie", "Ada\u{200b}Lovelace", "Zoë", "أحمد", "שָׁלוֹם", "(株)パパ"]
    {
        app.contact(name).await;
    }
    for (text, names) in [
        ("राम", &["राम"][..]),
        ("रमा", &["रमा"]),
        ("ी", &["रोमी"]),
        ("o'brien", &["O’Brien"]),
        ("O´B", &["O’Brien"]),
        ("anne-m", &["Anne‑Marie"]),
        ("e–m", &["Anne‑Marie"]),
        ("adalovelace", &["Ada\u{200b}Lovelace"]),
        ("ada\u{ad}love", &["Ada\u{200b}Lovelace"]),
        ("zoe", &["Zoë"]),
        ("ZO\u{cb}", &["Zoë"]),
        ("احمد", &["أحمد"]),
        ("שלום", &["שָׁלוֹם"]),
        ("ﾊﾟ", &["(株)パパ"]),
        ("㈱", &["(株)パパ"]),
        ("ハ", &[]),
        // What folds to nothing is found nowhere.
        ("\u{301}", &[]),
        ("\u{5b0}", &[]),
        ("\u{640}", &[]),
    ] {
        assert_eq!(found(&app, text).await, names, "{text:?}");
        let query = "query($text: String!) { a: contactCount(filter: { name: { startsWith: $text } })
            b: contactCount(filter: { name: { endsWith: $text } })
            searchCompanies(query: $text) { id } users(search: $text) { totalCount } companyCount(search: $text) }";
        app.run(query, json!({ "text": text })).await;
    }
    let nothing = app
        .run(
            "{ companyCount(search: \"\\u0301\") contactCount(search: \"\\u0301\")
                users(search: \"\\u0301\") { totalCount }
                contains: contactCount(filter: { name: { startsWith: \"\\u0301\" } })
                ends: contactCount(filter: { not: { name: { endsWith: \"\\u0301\" } } }) }",
            json!({}),
        )
        .await;
    assert_eq!(
        nothing,
        json!({ "companyCount": 0, "contactCount": 0, "users": { "totalCount": 0 }, "contains": 0, "ends": 10 })
    );
}

#[both_databases]
async fn what_nobody_sees_is_no_text(app: TestApp) {
    for unseen in [
        "\u{200b}",
        "\u{feff}",
        "\u{3164}",
        "\u{2800}",
        "\u{ad}",
        "\u{200d}",
        "\u{2060}\u{200e} \u{fe0f}",
        "\u{e0067}",
        "\u{115f}",
    ] {
        let create = |name: String| app.run(CREATE, json!({ "input": { "name": name } }));
        let payload = create(unseen.to_owned()).await["createContact"].clone();
        assert_eq!(payload["userErrors"], json!([{ "code": "BLANK", "field": ["input", "name"] }]), "{unseen:?}");
        let payload = create(format!("{unseen} Ada{unseen}B{unseen}")).await["createContact"].clone();
        assert_eq!(payload["contact"]["name"], format!("Ada{unseen}B"), "{unseen:?}");

        let email = |email: String| app.run(CREATE, json!({ "input": { "name": "Ada", "email": email } }));
        let payload = email(format!("{unseen}ada@example.com{unseen}")).await["createContact"].clone();
        assert_eq!(payload["contact"]["email"], "ada@example.com", "{unseen:?}");
        let payload = email(format!("ada@exa{unseen}mple.com")).await["createContact"].clone();
        assert_eq!(payload["userErrors"], json!([{ "code": "INVALID", "field": ["input", "email"] }]), "{unseen:?}");
        let payload = email(unseen.to_owned()).await["createContact"].clone();
        assert_eq!(payload["contact"]["email"], Value::Null);

        let company = app
            .run(
                "mutation($name: String!) { createCompany(input: { name: $name }) { userErrors { code } } }",
                json!({ "name": unseen }),
            )
            .await;
        assert_eq!(codes(&company["createCompany"]), ["BLANK"]);
        assert_eq!(employer(&app, unseen).await, Value::Null);
        // A field that nobody has filled in.
        let count = "query($text: String!) { contactCount(search: $text) }";
        assert!(app.run(count, json!({ "text": unseen })).await["contactCount"].as_i64() > Some(1));
    }
    let contact = app.contact("Zoe").await;
    let user = app.connect(&contact, "\u{feff}zoe@example.com\u{200b}").await;
    let found = app.run("{ users { nodes { id email } } }", json!({})).await;
    assert_eq!(found["users"]["nodes"], json!([{ "id": user, "email": "zoe@example.com" }]));
    let other = app.contact("Zoe").await;
    let payload = app
        .run(
            "mutation($id: ID!) { connectUser(contactId: $id, email: \"zo\\u200be@example.com\") {
                userErrors { code } } }",
            json!({ "id": other }),
        )
        .await;
    assert_eq!(codes(&payload["connectUser"]), ["INVALID"]);
    for kept in ["❤\u{fe0f}", "👩\u{200d}🚀", "葛\u{e0100}", "می\u{200c}خواهم"] {
        let id = app.contact(kept).await;
        let data = app.run("query($id: ID!) { contact(id: $id) { name } }", json!({ "id": id })).await;
        assert_eq!(data["contact"]["name"], kept);
    }
}

#[both_databases]
async fn a_newer_folding_is_refused_at_start(app: TestApp) {
    app.sql("UPDATE folding SET version = version + 1").await;
    let error = liaison::app::open_database(&app.config).await.unwrap_err().to_string();
    assert!(error.contains("newer version of Liaison"), "{error}");
}

// What an integration looks up by name and does not find, it creates again.
#[both_databases]
async fn equal_texts_are_found_while_keys_are_old(app: TestApp) {
    let contact = app.contact_with(json!({ "name": "Ködel", "phone": "1 2", "externalId": "crm:Ä" })).await;
    let company = app.company("Ärzte").await;
    let log = "mutation($contact: ID!, $input: InteractionInput!) {
        createInteraction(contactId: $contact, input: $input) { userErrors { code } } }";
    let input = json!({ "subject": "Über" });
    app.run(log, json!({ "contact": contact, "input": input })).await;
    app.run(
        "mutation($contact: ID!, $company: ID!) { addMembership(contactId: $contact, companyId: $company,
            role: \"Ärztin\") { userErrors { code } } }",
        json!({ "contact": contact, "company": company }),
    )
    .await;
    let make_old = "UPDATE contacts SET name_key = 'old', phone_key = 'old', external_id_key = 'old'";
    app.sql(make_old).await;
    app.sql("UPDATE company_memberships SET role_key = 'old'").await;
    app.sql("UPDATE interactions SET subject_key = 'old'").await;
    app.sql("UPDATE folding SET version = 1").await;
    // Nothing rebuilds its keys but what is asked to below.
    let upgraded = app.another().await;
    let query = "query($contact: ID!) {
        name: contactCount(filter: { name: { eq: \"Ködel\" } })
        names: contactCount(filter: { name: { in: [\"Ködel\", \"Ada\"] } })
        phone: contactCount(filter: { phone: { eq: \"1 2\" } })
        id: contactCount(filter: { externalId: { eq: \"crm:Ä\" } })
        ids: contactCount(filter: { externalId: { in: [\"crm:Ä\"] } })
        other: contactCount(filter: { name: { eq: \"Kodel\" } })
        role: contactCount(filter: { membership: { role: { eq: \"Ärztin\" } } })
        employer: contactCount(filter: { membership: { companyName: { eq: \"Ärzte\" } } })
        company: companyCount(filter: { name: { eq: \"Ärzte\" } })
        interactions(filter: { subject: { eq: \"Über\" } }) { totalCount nodes { subject } }
        contact(id: $contact) { interactions(filter: { subject: { in: [\"Über\"] } }) {
            totalCount nodes { subject } } } }";
    let logged = json!({ "totalCount": 1, "nodes": [{ "subject": "Über" }] });
    let all = json!({ "name": 1, "names": 1, "phone": 1, "id": 1, "ids": 1, "other": 0, "role": 1, "employer": 1,
        "company": 1, "interactions": logged, "contact": { "interactions": logged } });
    assert_eq!(upgraded.run(query, json!({ "contact": contact })).await, all);
    liaison::domain::rekey::finish(&upgraded.shared.domain.db).await.unwrap();
    assert_eq!(upgraded.run(query, json!({ "contact": contact })).await, all);
    // From then on the keys are looked at; external ids never need them.
    app.sql(make_old).await;
    let found = upgraded.run(query, json!({ "contact": contact })).await;
    assert_eq!(
        (&found["name"], &found["names"], &found["id"], &found["ids"]),
        (&json!(0), &json!(0), &json!(1), &json!(1))
    );
}

// The program is killed between two batches, and another replica rebuilds at the same time.
#[both_databases]
async fn keys_are_rebuilt_in_the_end(app: TestApp) {
    for number in 0..30 {
        app.contact_with(json!({ "name": format!("Ködel {number}"), "email": "Ü@example.com", "phone": "1 2" })).await;
    }
    app.company("Ärzte").await;
    app.sql("UPDATE contacts SET name_key = 'old', email_key = NULL, phone_key = 'x'").await;
    app.sql("UPDATE companies SET name_key = 'old'").await;
    app.sql("UPDATE folding SET version = 1").await;
    let db = liaison::app::open_database(&app.config).await.unwrap();
    // Companies are identified by it.
    assert_eq!(employer(&app, "arzte").await["name"], "Ärzte");
    assert_eq!(found(&app, "kodel").await, [""; 0]);
    let given_up =
        tokio::time::timeout(std::time::Duration::from_micros(500), liaison::domain::rekey::finish(&db)).await;
    drop(given_up);
    let (one, other) =
        tokio::join!(liaison::domain::rekey::finish(&db), liaison::domain::rekey::finish(&app.shared.domain.db));
    one.unwrap();
    other.unwrap();
    assert_eq!(found(&app, "kodel").await.len(), 30);
    assert_eq!(found(&app, "u@exam").await.len(), 30);
    let row = db
        .reads()
        .query_one_raw(sea_orm::Statement::from_string(
            db.backend(),
            "SELECT count(*) FROM contacts WHERE phone_key = '1 2'",
        ))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(row.try_get_by_index::<i64>(0).unwrap(), 30);
    db.close().await.unwrap();
}
