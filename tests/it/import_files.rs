//! Files of other programs, as they are read, against what other readers see in them (`tests/import/expected.py`).

use std::{collections::BTreeSet, fs, path::PathBuf};

use liaison::card::{
    Card, Employment, NameKind, Row,
    csv::{CompanyReader, Mapping, Options, Reader as TableReader},
    vcard::{Reader, Version, write_card},
};
use serde_json::{Value, json};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/import")
}

fn expected(name: &str) -> Vec<(String, Value)> {
    let text = fs::read_to_string(folder().join(name)).unwrap();
    let Value::Object(files) = serde_json::from_str(&text).unwrap() else { panic!("{name} is no object") };
    files.into_iter().collect()
}

fn cards(bytes: &[u8]) -> Vec<Row<Card>> {
    Reader::new(bytes).map(Result::unwrap).filter_map(Result::ok).collect()
}

fn written(card: &Card, version: Version) -> String {
    let mut text = String::new();
    write_card(card, version, &mut text);
    text
}

/// What the other reader's summary tells of a card.
fn summary(card: &Card) -> Value {
    let sorted = |mut texts: Vec<String>| {
        texts.sort_unstable();
        texts
    };
    let values = |points: &[liaison::card::ContactPoint]| points.iter().map(|point| point.value.clone()).collect();
    let parts = |kind: NameKind| {
        let parts = card.name_parts.iter().filter(|part| part.kind == kind);
        sorted(parts.map(|part| part.value.clone()).collect())
    };
    let text = |part: &Option<String>| part.clone().unwrap_or_default();
    let company = |place: &Employment| {
        let units =
            place.department.text().into_iter().flat_map(|department| department.split("; ")).map(str::to_owned);
        place.company.iter().cloned().chain(units).collect::<Vec<String>>()
    };
    let titles = card.rest.get("titles").and_then(Value::as_object).into_iter().flat_map(|titles| titles.values());
    let titles = titles.filter_map(|title| Some(title["name"].as_str()?.to_owned()));
    let roles = card.employments.items().iter().filter_map(|place| place.role.text().map(str::to_owned));
    json!({
        "name": card.name.text().unwrap_or_default(),
        "family": parts(NameKind::Family),
        "given": parts(NameKind::Given),
        "additional": parts(NameKind::Additional),
        "emails": sorted(values(card.emails.items())),
        "phones": sorted(values(card.phones.items())),
        "organizations": card.employments.items().iter().map(company).filter(|parts| !parts.is_empty()).collect::<Vec<_>>(),
        "titles": sorted(roles.chain(titles).collect()),
        "notes": card.notes.text().unwrap_or_default().trim(),
        "birthday": card.birthday.value().map(ToString::to_string),
        "tags": card.tags.items(),
        "addresses": card.addresses.items().iter().map(|address| {
            [&address.street, &address.locality, &address.region, &address.postal_code, &address.country].map(text)
        }).collect::<Vec<_>>(),
        "uid": card.uid.text().unwrap_or_default(),
    })
}

/// The names of a written card's properties.
fn properties(text: &str) -> BTreeSet<String> {
    let unfolded = text.replace("\r\n ", "");
    let names = unfolded.lines().map(|line| line.split([':', ';']).next().unwrap_or_default());
    names.map(|name| name.rsplit('.').next().unwrap_or_default().to_owned()).collect()
}

#[test]
fn cards_of_other_programs_are_read_as_another_reader_reads_them() {
    let files = expected("vcard.json");
    assert!(files.len() >= 60);
    let mut faults = Vec::new();
    for (name, expected) in files {
        let bytes = fs::read(folder().join(format!("vcard/{name}.vcf"))).unwrap();
        let cards = cards(&bytes);
        let expected = expected.as_array().unwrap();
        assert_eq!(cards.len(), expected.len(), "{name}");
        for (row, expected) in cards.iter().zip(expected) {
            let summary = summary(&row.item);
            for (field, value) in summary.as_object().unwrap() {
                if *value != expected[field] {
                    faults.push(format!("{name}: {field} is {value} and not {}", expected[field]));
                }
            }
            for link in expected["links"].as_array().unwrap() {
                if row.item.links.items().iter().all(|point| *link != point.value) {
                    faults.push(format!("{name}: {link} is missing"));
                }
            }
        }
    }
    assert_eq!(faults, Vec::<String>::new());
}

#[test]
fn cards_of_other_programs_lose_no_property() {
    for (name, expected) in expected("vcard.json") {
        let bytes = fs::read(folder().join(format!("vcard/{name}.vcf"))).unwrap();
        for (row, expected) in cards(&bytes).iter().zip(expected.as_array().unwrap()) {
            for version in [Version::V3, Version::V4] {
                let text = written(&row.item, version);
                let names = properties(&text);
                for property in expected["properties"].as_array().unwrap() {
                    assert!(names.contains(property.as_str().unwrap()), "{name}: {property} is lost in\n{text}");
                }
                let again = &cards(text.as_bytes())[0];
                assert_eq!(again.item, row.item, "{name} as\n{text}");
            }
        }
    }
}

/// Compares the columns of a table, and the fields that they feed.
fn compare_mapping<F: std::fmt::Display>(name: &str, mapping: &Mapping<F>, expected: &Value, faults: &mut Vec<String>) {
    if let Some(columns) = expected["columns"].as_array() {
        let columns: Vec<&str> = columns.iter().map(|column| column.as_str().unwrap().trim()).collect();
        let names: Vec<&str> = mapping.columns.iter().map(|column| column.name.as_str()).collect();
        if names != columns {
            faults.push(format!("{name}: the columns are {names:?} and not {columns:?}"));
        }
    }
    let fields: Vec<Option<String>> =
        mapping.columns.iter().map(|column| column.field.as_ref().map(ToString::to_string)).collect();
    let expected: Vec<Option<String>> = serde_json::from_value(expected["fields"].clone()).unwrap();
    if fields != expected {
        faults.push(format!("{name}: the fields are {fields:?} and not {expected:?}"));
    }
}

fn person(card: &Card) -> Value {
    let values =
        |points: &[liaison::card::ContactPoint]| points.iter().map(|point| point.value.clone()).collect::<Vec<_>>();
    let places = card.employments.items();
    json!({
        "name": card.name.text().map(str::to_owned).or_else(|| {
            let named = Card { name_parts: card.name_parts.clone(), ..Card::default() };
            named.display_name()
        }).unwrap_or_default(),
        "emails": values(card.emails.items()),
        "phones": values(card.phones.items()),
        "companies": places.iter().filter_map(|place| place.company.clone()).collect::<Vec<_>>(),
        "roles": places.iter().filter_map(|place| place.role.text().map(str::to_owned)).collect::<Vec<_>>(),
        "notes": card.notes.text().unwrap_or_default(),
        "localities": card.addresses.items().iter().filter_map(|address| address.locality.clone()).collect::<Vec<_>>(),
    })
}

#[test]
fn tables_of_other_programs_are_read_as_another_reader_reads_them() {
    let files = expected("csv.json");
    assert!(files.len() >= 25);
    let mut faults = Vec::new();
    for (name, expected) in files {
        let bytes = fs::read(folder().join(format!("csv/{name}.csv"))).unwrap();
        let options = Options::default();
        let (rows, people) = if name.starts_with("companies") {
            let reader = CompanyReader::new(bytes.as_slice(), &options).unwrap();
            compare_mapping(&name, reader.mapping(), &expected, &mut faults);
            let rows: Vec<_> = reader.map(|row| row.unwrap().unwrap()).collect();
            assert!(rows.iter().all(|row| row.item.name.text().is_some() && row.item.address.text().is_some()));
            (rows.into_iter().map(|row| row.cells).collect::<Vec<_>>(), None)
        } else {
            let reader = TableReader::new(bytes.as_slice(), &options).unwrap();
            compare_mapping(&name, reader.mapping(), &expected, &mut faults);
            let rows: Vec<_> = reader.filter_map(|row| row.unwrap().ok()).collect();
            let people: Vec<Value> = rows.iter().map(|row| person(&row.item)).collect();
            (rows.into_iter().map(|row| row.cells).collect(), Some(people))
        };
        if json!(rows) != expected["rows"] {
            faults.push(format!("{name}: the rows are {rows:?}"));
        }
        let expected: Vec<Value> = serde_json::from_value(expected["people"].clone()).unwrap();
        for (person, expected) in people.into_iter().flatten().zip(expected) {
            if person != expected {
                faults.push(format!("{name}: {person} is not {expected}"));
            }
        }
    }
    assert_eq!(faults, Vec::<String>::new());
}
