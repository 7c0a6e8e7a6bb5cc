//! Tables as they are read and written.

use proptest::prelude::*;

use super::{CONTACT_COLUMNS, Options, Override, Reader, Writer};
use crate::card::{Card, ContactPoint, Employment, Given, PostalAddress, strategies};

fn read(text: &str) -> Vec<Card> {
    read_by(text, &Options::default())
}

fn read_by(text: &str, options: &Options) -> Vec<Card> {
    Reader::new(text.as_bytes(), options).unwrap().map(|row| row.unwrap().unwrap().item).collect()
}

fn fields(text: &str) -> Vec<(String, Option<String>)> {
    let reader = Reader::new(text.as_bytes(), &Options::default()).unwrap();
    let columns = reader.mapping().columns.iter();
    columns.map(|column| (column.name.clone(), column.field.as_ref().map(ToString::to_string))).collect()
}

fn point(value: &str, label: &str) -> ContactPoint {
    ContactPoint { value: value.to_owned(), label: (!label.is_empty()).then(|| label.to_owned()) }
}

#[test]
fn google_columns_are_understood() {
    let text = "Name,Given Name,Family Name,Group Membership,E-mail 1 - Type,E-mail 1 - Value,E-mail 2 - Type,E-mail 2 - Value,\
                Phone 1 - Type,Phone 1 - Value,Organization 1 - Name,Organization 1 - Title,Address 1 - Type,Address 1 - Formatted,\
                Address 1 - Street,Address 1 - City\n\
                Ada Lovelace,Ada,Lovelace,* myContacts ::: Poets,* Work,ada@x.org ::: a@y.org,Home,ada@home.org,Mobile,+44 20,\
                Analytical,Countess,Home,\"1 St\nLondon\",1 St,London\n";
    let card = &read(text)[0];
    assert_eq!(
        card.emails.items(),
        [point("ada@x.org", "work"), point("a@y.org", "work"), point("ada@home.org", "home")]
    );
    assert_eq!(card.phones.items(), [point("+44 20", "mobile")]);
    assert_eq!(card.tags.items(), ["Poets"]);
    let place = Employment {
        company: Some("Analytical".to_owned()),
        role: Given::Value("Countess".to_owned()),
        ..Employment::default()
    };
    assert_eq!(card.employments.items(), [place]);
    assert_eq!(card.addresses.items()[0].street.as_deref(), Some("1 St"));
    assert_eq!(card.addresses.items()[0].label.as_deref(), Some("home"));
}

#[test]
fn a_header_may_come_late_or_not_at_all() {
    let linked = "Notes:\n\"When exporting, a note.\"\n\nFirst Name,Last Name,URL,Email Address,Company,Position,Connected On\n\
                  Ada,Lovelace,https://l.org/ada,,Acme,Poet,01 Jan 2024\n";
    let card = &read(linked)[0];
    assert_eq!(card.display_name().as_deref(), Some("Ada Lovelace"));
    assert_eq!(card.links.items(), [point("https://l.org/ada", "")]);
    assert!(card.emails.is_empty() && card.phones.is_absent());
    let bare = "Ada Lovelace;ada@x.org;+44 20 7946 0958\nAlan Turing;alan@x.org;+44 20 7946 0959\n";
    let cards = read(bare);
    assert_eq!((cards.len(), cards[1].display_name().as_deref()), (2, Some("Alan Turing")));
    assert_eq!(cards[0].phones.items(), [point("+44 20 7946 0958", "")]);
}

#[test]
fn the_caller_knows_better() {
    let text = "Who,Mail,Straat,Plaats,Extra\nAda,ada@x.org,Dam 1,Delft,x\n";
    let wish =
        |column: &str, field: Option<&str>| Override { column: column.to_owned(), field: field.map(str::to_owned) };
    let overrides = vec![
        wish("Who", Some("name")),
        wish("straat", Some("addresses.street")),
        wish("Plaats", Some("addresses.locality")),
        wish("Mail", None),
    ];
    let options = Options { overrides, is_rest_kept: true, ..Options::default() };
    let card = &read_by(text, &options)[0];
    assert_eq!(card.name.text(), Some("Ada"));
    assert!(card.emails.is_absent());
    let address = PostalAddress {
        street: Some("Dam 1".to_owned()),
        locality: Some("Delft".to_owned()),
        ..PostalAddress::default()
    };
    assert_eq!(card.addresses.items(), [address]);
    assert_eq!(card.metadata.value().map(|metadata| metadata["Extra"].clone()), Some("x".into()));
    for overrides in [vec![wish("No", Some("name"))], vec![wish("Who", Some("nothing"))]] {
        assert!(Reader::new(text.as_bytes(), &Options { overrides, ..Options::default() }).is_err());
    }
}

#[test]
fn names_that_mean_two_things_are_decided_by_their_neighbours() {
    let of = |text: &str, name: &str| {
        fields(text).into_iter().find(|(column, _)| column == name).and_then(|(_, field)| field)
    };
    assert_eq!(of("Title,First Name,Last Name,Job Title\n", "Title").as_deref(), Some("name.prefix"));
    assert_eq!(of("First Name,Last Name,Title\n", "Title").as_deref(), Some("role"));
    assert_eq!(of("Prénom;Nom;Société\n", "Nom").as_deref(), Some("name.family"));
    assert_eq!(of("Nom;Société\n", "Nom").as_deref(), Some("name"));
    assert_eq!(of("Nombre;Apellidos\n", "Nombre").as_deref(), Some("name.given"));
    assert_eq!(of("id,name\n5,Ada\n", "id"), None);
    assert_eq!(of("Record ID,First Name\n5,Ada\n", "Record ID").as_deref(), Some("externalId"));
    assert_eq!(of("Record ID - Contact,First Name\n5,Ada\n", "Record ID - Contact").as_deref(), Some("externalId"));
    assert_eq!(read("Record ID,First Name\n5,Ada\n")[0].external_id.text(), Some("hubspot:5"));
}

#[test]
fn what_is_written_is_read_again() {
    let place = |company: &str, role: Option<&str>| Employment {
        company: Some(company.to_owned()),
        role: role.map(str::to_owned).into(),
        ..Employment::default()
    };
    let nicknames = serde_json::json!({ "nicknames": { "k": { "name": "Countess" } } });
    let card = Card {
        name: Given::Value("=Ada \"A\"\r\nLovelace".to_owned()),
        emails: Given::Value(vec![point("ada@x.org", ""), point("a:::b@x.org", "Work \\ ::: x")]),
        phones: Given::Value(vec![point("+44 20", "home fax")]),
        notes: Given::Value("'quoted'".to_owned()),
        tags: Given::Value(vec!["a, b".to_owned(), "c;d".to_owned()]),
        employments: Given::Value(vec![place("Acme", None), place("Init", Some("@home"))]),
        rest: nicknames.as_object().cloned().unwrap(),
        ..Card::default()
    };
    let mut writer = Writer::new(Vec::new(), CONTACT_COLUMNS, true).unwrap();
    writer.contact(&card).unwrap();
    writer.contact(&Card::default()).unwrap();
    let bytes = writer.finish().unwrap();
    assert!(String::from_utf8_lossy(&bytes).contains("'+44 20"));
    let mut reader = Reader::new(bytes.as_slice(), &Options::default()).unwrap();
    assert!(reader.mapping().is_own);
    let mut read = reader.next().unwrap().unwrap().unwrap().item;
    assert!(read.links.is_empty() && read.birthday.is_empty() && read.uid.is_empty());
    forget_empty(&mut read);
    assert_eq!(read, card);
    assert_eq!(reader.count(), 0);
}

/// Makes empty fields absent.
fn forget_empty(card: &mut Card) {
    for text in [&mut card.id, &mut card.external_id, &mut card.uid, &mut card.name, &mut card.notes] {
        *text = std::mem::take(text).into_value().into();
    }
    for points in [&mut card.emails, &mut card.phones, &mut card.links] {
        *points = std::mem::take(points).into_value().into();
    }
    card.status = card.status.into_value().into();
    card.birthday = card.birthday.into_value().into();
    card.tags = std::mem::take(&mut card.tags).into_value().into();
    card.addresses = std::mem::take(&mut card.addresses).into_value().into();
    card.metadata = std::mem::take(&mut card.metadata).into_value().into();
    card.employments = std::mem::take(&mut card.employments).into_value().into();
    if let Given::Value(places) = &mut card.employments {
        for place in places {
            place.role = std::mem::take(&mut place.role).into_value().into();
            place.department = std::mem::take(&mut place.department).into_value().into();
        }
    }
}

#[test]
fn headers_of_other_languages_are_understood() {
    let german = "Anrede;Vorname;Nachname;Firma;Position;Straße geschäftlich;Ort geschäftlich;Weitere Straße;Telefon geschäftlich;\
                  Mobiltelefon;E-Mail-Adresse;E-Mail-Typ;E-Mail 2: Adresse;Geburtstag\n\
                  Frau;Ada;Lovelace;Acme;Chefin;Weg 1;Bonn;Pfad 2;1;2;ada@x.org;SMTP;b@x.org;12.4.1985\n";
    let card = &read(german)[0];
    assert_eq!(card.emails.items(), [point("ada@x.org", ""), point("b@x.org", "")]);
    assert_eq!(card.phones.items(), [point("1", "work"), point("2", "mobile")]);
    let labels: Vec<_> = card.addresses.items().iter().map(|address| address.label.as_deref()).collect();
    assert_eq!(labels, [Some("work"), Some("other")]);
    assert_eq!(card.birthday.value().map(ToString::to_string).as_deref(), Some("1985-04-12"));
    let spanish = "Nombre,Apellidos,Puesto,Calle del trabajo,Ciudad de trabajo,Teléfono del trabajo,Móvil,Particular,\
                   Dirección de correo electrónico,Cumpleaños\nAda,Lovelace,Jefa,Calle 1,León,1,2,3,ada@x.org,4/12/1985\n";
    let card = &read(spanish)[0];
    assert_eq!(card.phones.items(), [point("1", "work"), point("2", "mobile"), point("3", "home")]);
    assert_eq!(card.addresses.items()[0].locality.as_deref(), Some("León"));
    assert_eq!(card.birthday.value().map(ToString::to_string).as_deref(), Some("1985-12-04"));
}

#[test]
fn hostile_rows_cost_no_more_than_their_length() {
    let own = CONTACT_COLUMNS.join(",");
    let cells = |cell: &str| vec![cell; CONTACT_COLUMNS.len()].join(",");
    for text in [
        format!("Name,Emails\nA,\"{}\"\n", "a@b.c;".repeat(150_000)),
        format!("Name,Tags\nA,{}\n", "a:::".repeat(250_000)),
        format!("{own}\n{}\n", cells(&"a ::: ".repeat(4_000))),
        format!("{}\nx\n", "Name,".repeat(999)),
        format!("Name,Email\n{}", "\"\n".repeat(300_001)),
        format!("Name,Email\n{}", "\"a\"\"\n".repeat(300_001)),
        ",".repeat(200_000),
    ] {
        if let Ok(reader) = Reader::new(text.as_bytes(), &Options::default()) {
            assert!(reader.count() < 400_000);
        }
    }
}

proptest! {
    #[test]
    fn every_card_is_read_as_it_was_written(card in strategies::card(), has_mark in any::<bool>()) {
        let mut writer = Writer::new(Vec::new(), CONTACT_COLUMNS, has_mark).unwrap();
        writer.contact(&card).unwrap();
        let bytes = writer.finish().unwrap();
        let text = String::from_utf8(bytes).unwrap();
        let mut read = read(&text).remove(0);
        forget_empty(&mut read);
        prop_assert_eq!(&read, &card, "{}", text);
    }

    #[test]
    fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..300), cuts in proptest::collection::vec((0..2000_usize, 0..40_usize), 0..6), card in strategies::card()) {
        let count = |bytes: &[u8]| Reader::new(bytes, &Options::default()).map_or(0, Iterator::count);
        prop_assert!(count(&bytes) <= bytes.len());
        let mut writer = Writer::new(bytes.clone(), CONTACT_COLUMNS, false).unwrap();
        writer.contact(&card).unwrap();
        let mut text = writer.finish().unwrap();
        for (at, length) in cuts {
            let at = at % text.len();
            let end = (at + length).min(text.len());
            text.drain(at..end);
            if text.is_empty() {
                break;
            }
        }
        prop_assert!(count(&text) <= text.len());
    }
}
