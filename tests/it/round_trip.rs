//! A directory that is exported and imported into an empty server is the same directory.

use axum::{
    body::{Body, to_bytes},
    http::Request,
};
use liaison::{
    domain::imports::{self, NewJob, Options},
    entity::import_job::{ImportFormat, ImportState, ImportSubject},
};
use proptest::{
    collection, option,
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::{Map, Value, json};

use crate::support::{TestApp, both_databases, id_of};

/// A text of one line with everything that a format must escape.
fn text() -> impl Strategy<Value = String> {
    "[a-zA-Zäß山=+@'\"\\\\,;:^~/|-]([a-zé ,;:\"=\\\\^/-]{0,20}[a-z山\"\\\\,;])?"
        .prop_map(|text| text.replace("; ", "; x"))
}

/// A text of several lines.
fn lines() -> impl Strategy<Value = String> {
    collection::vec(text(), 1..4).prop_map(|lines| lines.join("\n"))
}

fn label() -> impl Strategy<Value = Option<String>> {
    let known = prop::sample::select(vec!["work", "home", "mobile", "Work", "Ferienhaus"]).prop_map(str::to_owned);
    option::of(prop_oneof![known, text()])
}

fn points(value: &'static str) -> impl Strategy<Value = Value> {
    let point = (value, label()).prop_map(|(value, label)| json!({ "value": value, "label": label }));
    collection::vec(point, 0..4).prop_map(Value::from)
}

fn metadata() -> impl Strategy<Value = Value> {
    let value = prop_oneof![lines().prop_map(Value::from), any::<i32>().prop_map(Value::from), Just(json!([null, {}]))];
    collection::btree_map("[a-z.]{1,5}", value, 0..3).prop_map(|entries| Value::Object(entries.into_iter().collect()))
}

fn addresses() -> impl Strategy<Value = Value> {
    let part = || option::of(text());
    let address = (label(), lines(), part(), part(), part(), part());
    let address = address.prop_map(|(label, street, locality, region, code, country)| {
        json!({ "label": label, "street": street, "locality": locality, "region": region, "postalCode": code,
            "country": country })
    });
    collection::vec(address, 0..3).prop_map(Value::from)
}

/// A place in a company: which one, the role and the department.
type Place = (usize, Option<String>, Option<String>);

/// An input of a contact, and the places that it has in companies.
fn contact() -> impl Strategy<Value = (Value, Vec<Place>)> {
    let birthday = option::of(prop::sample::select(vec!["1985-04-12", "1985-04", "1985", "--04-12"]));
    let status = prop::sample::select(vec!["ACTIVE", "INACTIVE"]);
    let lists = (
        points("[a-z+=]{1,8}@[a-z]{1,8}\\.org"),
        points("[+=-]?[0-9]{4,9}"),
        points("https://[a-z]{1,9}\\.org/[a-z,;=?]{0,9}"),
        addresses(),
        collection::vec(text(), 0..4),
    );
    let place = (0..COMPANIES, option::of(text()), option::of("[a-z]{1,5}(; [a-z]{1,5})?"));
    let places = collection::vec(place, 0..3);
    (text(), status, lists, birthday, option::of(lines()), metadata(), places).prop_map(
        |(name, status, (emails, phones, links, addresses, tags), birthday, notes, metadata, mut places)| {
            places.sort_by_key(|(company, ..)| *company);
            places.dedup_by_key(|(company, ..)| *company);
            let input = json!({ "name": name, "status": status, "emails": emails, "phones": phones, "links": links,
                "addresses": addresses, "tags": tags, "birthday": birthday, "notes": notes, "metadata": metadata });
            (input, places)
        },
    )
}

fn company() -> impl Strategy<Value = Value> {
    let line = || option::of(text());
    (line(), line(), option::of(lines()), line(), option::of(lines()), metadata(), collection::vec(text(), 0..3))
        .prop_map(|(website, industry, address, phone, notes, metadata, tags)| {
            json!({ "website": website, "industry": industry, "address": address, "phone": phone, "notes": notes,
                "metadata": metadata, "tags": tags })
        })
}

const COMPANIES: usize = 8;
const CONTACTS: usize = 60;

/// Properties that an imported card may have and that have no field.
const STORED: &str = r#"{"nicknames": {"nickname1": {"name": "Ada, \"the\" first"}},
    "relatedTo": {"urn:uuid:1": {"relation": {"friend": true}}},
    "vCardProps": [["x-android-custom", {"type": "x"}, "unknown", "vnd.android;a\\;b;;"]]}"#;

async fn fill(app: &TestApp) {
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let mut companies = Vec::new();
    for number in 0..COMPANIES {
        let mut input = company().new_tree(&mut runner).unwrap().current();
        let key = (number % 2 == 0).then(|| format!("co:{number}"));
        input.as_object_mut().unwrap().extend(Map::from_iter([
            ("name".to_owned(), json!(format!("Company, \"{number}\""))),
            ("externalId".to_owned(), json!(key)),
        ]));
        let create = "mutation($input: CompanyInput!) { createCompany(input: $input) { company { id } userErrors { code field message } } }";
        let payload = app.run(create, json!({ "input": input })).await["createCompany"].clone();
        assert_eq!(payload["userErrors"], json!([]), "{input}");
        companies.push(id_of(&payload["company"]));
    }
    for number in 0..CONTACTS {
        let (mut input, places) = contact().new_tree(&mut runner).unwrap().current();
        let key = (number % 2 == 0).then(|| format!("=key:{number}"));
        input.as_object_mut().unwrap().insert("externalId".to_owned(), json!(key));
        let create = "mutation($input: ContactInput!) { createContact(input: $input) { contact { id } userErrors { code field message } } }";
        let payload = app.run(create, json!({ "input": input })).await["createContact"].clone();
        assert_eq!(payload["userErrors"], json!([]), "{input}");
        let id = id_of(&payload["contact"]);
        for (company, role, department) in places {
            let add = "mutation($contact: ID!, $company: ID!, $role: String, $department: String) {
                addMembership(contactId: $contact, companyId: $company, role: $role, department: $department) {
                userErrors { code } } }";
            let variables =
                json!({ "contact": id, "company": companies[company], "role": role, "department": department });
            app.run(add, variables).await;
        }
    }
    app.sql(&format!("UPDATE contacts SET card = '{STORED}', uid = 'urn:' || name WHERE external_id LIKE '%4'")).await;
    app.sql(&format!("UPDATE contacts SET card = '{STORED}' WHERE external_id LIKE '%6'")).await;
}

/// Everything that is to be the same.
async fn directory(app: &TestApp) -> (Value, Value) {
    let query = "{ contacts(first: 200) { nodes { id name status email phone emails { value label } phones { value label }
        links { value label } addresses { label street locality region postalCode country } birthday tags notes metadata
        externalId card memberships { role department isPrimary company { id } } } }
        companies(first: 200) { nodes { id name status website email phone address industry tags notes metadata externalId } } }";
    let mut data = app.run(query, json!({})).await;
    (data["contacts"]["nodes"].take(), data["companies"]["nodes"].take())
}

async fn export(app: &TestApp, of: &str, format: &str) -> Vec<u8> {
    let request = Request::get(format!("/export?of={of}&format={format}")).body(Body::empty()).unwrap();
    to_bytes(app.request(request).await.into_body(), usize::MAX).await.unwrap().to_vec()
}

async fn import(app: &TestApp, subject: ImportSubject, format: ImportFormat, file: Vec<u8>) -> [i32; 3] {
    let new = NewJob { subject, format, file_name: None, is_dry_run: false, id: None, options: Options::default() };
    let job = imports::create(app.operator(), new).await.unwrap();
    let job = imports::run(app.operator(), job, std::io::Cursor::new(file), |_| {}).await.unwrap();
    assert_eq!((job.state, job.error), (ImportState::Done, None));
    [job.created, job.unchanged, job.failed]
}

#[both_databases]
async fn what_was_exported_comes_back_the_same(app: TestApp) {
    fill(&app).await;
    let (contacts, companies) = directory(&app).await;
    let count = i32::try_from(CONTACTS).unwrap();
    assert_eq!(contacts.as_array().unwrap().len(), CONTACTS);
    for (format, read) in [
        ("csv", ImportFormat::Csv),
        ("vcard3", ImportFormat::Vcard),
        ("vcard4", ImportFormat::Vcard),
        ("jscontact", ImportFormat::Jscontact),
    ] {
        let other = app.fresh().await;
        let table = export(&app, "companies", "csv").await;
        import(&other, ImportSubject::Companies, ImportFormat::Csv, table).await;
        let file = export(&app, "contacts", format).await;
        assert_eq!(import(&other, ImportSubject::Contacts, read, file.clone()).await, [count, 0, 0], "{format}");
        let (other_contacts, other_companies) = directory(&other).await;
        assert_eq!(other_companies, companies, "{format}");
        for (one, other) in contacts.as_array().unwrap().iter().zip(other_contacts.as_array().unwrap()) {
            // A card without a UID goes by its id, which comes back as one: the same text.
            assert_eq!(other, one, "{format}");
        }
        assert_eq!(import(&other, ImportSubject::Contacts, read, file).await, [0, count, 0], "{format} again");
    }
}
