//! vCards as they are read and written.

use proptest::prelude::*;

use super::{Reader, Version, write_card};
use crate::card::{Card, CardRow, ContactPoint, Employment, FaultCode, RowError, jscontact, strategies};

fn rows(text: &[u8]) -> Vec<Result<CardRow, RowError>> {
    Reader::new(text).map(Result::unwrap).collect()
}

fn read(lines: &str) -> Card {
    let text = format!("BEGIN:VCARD\r\n{}\r\nEND:VCARD\r\n", lines.replace('\n', "\r\n"));
    rows(text.as_bytes()).remove(0).unwrap().item
}

fn written(card: &Card, version: Version) -> String {
    let mut text = String::new();
    write_card(card, version, &mut text);
    text
}

/// Content lines of a written card, unfolded.
fn lines(card: &Card, version: Version) -> Vec<String> {
    written(card, version).replace("\r\n ", "").split_terminator("\r\n").map(str::to_owned).collect()
}

fn point(value: &str, label: &str) -> ContactPoint {
    ContactPoint { value: value.to_owned(), label: (!label.is_empty()).then(|| label.to_owned()) }
}

#[test]
fn an_apple_card_has_its_labels() {
    let card = read(
        "VERSION:3.0\nN:Doe;Jane;;;\nFN:Jane Doe\nitem1.EMAIL;type=INTERNET:j@x.org\nitem1.X-ABLabel:Ferienhaus\n\
         EMAIL;type=INTERNET;type=WORK;type=pref:jane@work.org\nTEL;type=IPHONE;type=CELL;type=VOICE:+1 555\n\
         item2.URL:https\\://x.org\nitem2.X-ABLabel:_$!<HomePage>!$_\nitem3.ADR;type=HOME:;;1 St\\nApt 2;Town;;10000;Estonia\n\
         item3.X-ABADR:ee\nBDAY;X-APPLE-OMIT-YEAR=1604:1604-04-12\nX-SOCIALPROFILE;type=twitter;x-user=jd:https://twitter.com/jd",
    );
    assert_eq!(card.emails.items(), [point("jane@work.org", "work"), point("j@x.org", "Ferienhaus")]);
    assert_eq!(card.phones.items(), [point("+1 555", "mobile")]);
    assert_eq!(card.links.items(), [point("https://x.org", "homepage"), point("https://twitter.com/jd", "twitter")]);
    assert_eq!(card.addresses.items()[0].street.as_deref(), Some("1 St\nApt 2"));
    assert_eq!(card.birthday.value().map(ToString::to_string).as_deref(), Some("--04-12"));
    let lines = lines(&card, Version::V3);
    for line in [
        "TEL;TYPE=cell,iphone:+1 555",
        "item3.ADR;TYPE=home:;;1 St\\nApt 2;Town;;10000;Estonia",
        "item3.X-ABADR:ee",
        "X-SOCIALPROFILE;X-USER=jd:https://twitter.com/jd",
        "item1.EMAIL:j@x.org",
        "item1.X-ABLABEL:Ferienhaus",
    ] {
        assert!(lines.iter().any(|other| other.trim_start_matches("item4.") == line), "{line} is not in {lines:#?}");
    }
}

#[test]
fn an_old_card_is_decoded_line_by_line() {
    let text = b"BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=B6rg\r\n\
        FN;ENCODING=QUOTED-PRINTABLE:J=F6rg M=FCller\r\nTEL;CELL;PREF:+49 1\r\nTEL;WORK;FAX:+49 2\r\n\
        ADR;HOME;ENCODING=QUOTED-PRINTABLE:;;Hauptstr. 1=0D=0A=\r\nHinterhaus;Bonn;;53111;\r\n\
        NOTE;CHARSET=windows-1252:Gr\xfc\xdfe\r\nPHOTO;JPEG;ENCODING=BASE64:\r\n AAEC\r\n AwQF\r\n\r\n\
        AGENT:\r\nBEGIN:VCARD\r\nVERSION:2.1\r\nFN:The Agent\r\nEND:VCARD\r\nEMAIL;INTERNET:j@x.org\r\nEND:VCARD\r\n";
    let rows = rows(text);
    assert_eq!(rows.len(), 1);
    let card = &rows[0].as_ref().unwrap().item;
    assert_eq!(card.name.text(), Some("Jörg Müller"));
    assert_eq!(card.name_parts[0].value, "Müller");
    assert_eq!(card.phones.items(), [point("+49 1", "mobile"), point("+49 2", "work fax")]);
    assert_eq!(card.addresses.items()[0].street.as_deref(), Some("Hauptstr. 1\nHinterhaus"));
    assert_eq!(card.notes.text(), Some("Grüße"));
    assert_eq!(card.emails.items(), [point("j@x.org", "")]);
    assert_eq!(card.rest["media"]["photo1"]["uri"], "data:image/jpeg;base64,AAECAwQF");
    let lines = lines(card, Version::V3);
    assert!(lines.contains(&"PHOTO;ENCODING=b;TYPE=JPEG:AAECAwQF".to_owned()), "{lines:#?}");
    assert!(
        lines.iter().any(|line| line.starts_with("AGENT:BEGIN:VCARD\\nVERSION:2.1\\nFN:The Agent\\n")),
        "{lines:#?}"
    );
}

#[test]
fn a_broken_card_is_an_error_or_a_warning_of_its_own() {
    let text = "stray\nBEGIN:VCARD\nFN:No end\nBEGIN:VCARD\nVERSION:3.0\nFN:Second\nno property\nEND:VCARD\n\nBEGIN:VCARD\nFN:Last";
    let rows = rows(text.as_bytes());
    assert_eq!(
        rows[0].as_ref().unwrap_err(),
        &RowError {
            row: 1,
            line: 1,
            code: FaultCode::Invalid,
            message: "This is no vCard: a card begins with BEGIN:VCARD.".to_owned(),
            cells: Vec::new()
        }
    );
    let names: Vec<_> = rows.iter().skip(1).map(|row| row.as_ref().unwrap().item.display_name().unwrap()).collect();
    assert_eq!(names, ["No end", "Second", "Last"]);
    let places: Vec<_> = rows
        .iter()
        .skip(1)
        .map(|row| row.as_ref().map(|row| (row.row, row.line, row.warnings.len())).unwrap())
        .collect();
    assert_eq!(places, [(2, 2, 1), (3, 4, 1), (4, 10, 1)]);
}

#[test]
fn a_card_that_is_too_long_is_an_error_of_its_own() {
    let text =
        format!("BEGIN:VCARD\nFN:Long\nNOTE:{}\nEND:VCARD\nBEGIN:VCARD\nFN:Short\nEND:VCARD\n", "x".repeat(5 << 20));
    let rows = rows(text.as_bytes());
    assert_eq!(rows[0].as_ref().unwrap_err().code, FaultCode::TooLong);
    assert_eq!(rows[1].as_ref().unwrap().item.name.text(), Some("Short"));
}

#[test]
fn hostile_cards_cost_no_more_than_their_length() {
    let card = |lines: &str| format!("BEGIN:VCARD\n{lines}\nEND:VCARD\n");
    for (lines, is_error) in [
        ("A:1\n".repeat(1 << 20), true),
        ("EMAIL:a\n".repeat(15_000), false),
        ("NICKNAME:a\n".repeat(15_000), false),
        (format!("X{}:1", ";A=1".repeat(1 << 19)), false),
        (format!("N:{}", ";".repeat(3 << 20)), false),
        (format!("CATEGORIES:{}", "a,".repeat(1 << 20)), false),
        (format!("NOTE:{}", "\\".repeat(3 << 20)), false),
        (format!("FN;ENCODING=QUOTED-PRINTABLE:{}", "=\n".repeat(1 << 19)), false),
    ] {
        let rows = rows(card(&lines).as_bytes());
        assert_eq!((rows.len(), rows[0].is_err()), (1, is_error), "{}", lines.get(..20).unwrap_or_default());
        if let Ok(row) = &rows[0] {
            assert!(written(&row.item, Version::V4).len() < 64 << 20);
            jscontact::to_jscontact(&row.item);
        }
    }
}

#[test]
fn roles_belong_to_their_companies() {
    let card = read("ORG:Acme;Sales;North\nTITLE:Head\nROLE:Leader\nTITLE:Second");
    let place = &card.employments.items()[0];
    assert_eq!((place.company.as_deref(), place.department.text()), (Some("Acme"), Some("Sales; North")));
    assert_eq!(place.role.text(), Some("Head"));
    let lines = lines(&card, Version::V4);
    for line in ["ORG:Acme;Sales;North", "TITLE:Head", "ROLE:Leader", "TITLE:Second"] {
        assert!(lines.contains(&line.to_owned()), "{line} is not in {lines:#?}");
    }
    let card = read("ORG:Acme\nROLE:Leader");
    assert_eq!(card.employments.items()[0].role.text(), Some("Leader"));
    assert!(written(&card, Version::V3).contains("ROLE:Leader"));
}

#[test]
fn labels_of_properties_without_a_field_come_out_again() {
    for given in [
        "item1.X-ABDATE;TYPE=pref:2011-01-01\nitem1.X-ABLABEL:_$!<Anniversary>!$_",
        "item1.X-ABRELATEDNAMES:Bob\nitem1.X-ABLABEL:Uncle",
        "item2.IMPP:xmpp:a@x.org\nitem2.X-ABLABEL:Chat",
        "item3.ADR:;;1 St;Town;;;\nitem3.X-ABLABEL:Ferienhaus\nitem3.X-ABADR:ee",
        "item4.X-SOCIALPROFILE:x-apple:ada\nitem4.X-ABLABEL:Apple",
    ] {
        let card = read(given);
        for version in [Version::V3, Version::V4] {
            let lines = lines(&card, version);
            for line in given.lines() {
                assert_eq!(lines.iter().filter(|other| *other == line).count(), 1, "{line} in {lines:#?}");
            }
            assert_eq!(rows(written(&card, version).as_bytes()).remove(0).unwrap().item, card);
        }
    }
}

#[test]
fn roles_without_a_company_come_out_again() {
    for given in
        ["TITLE:Poet\nROLE:Writer", "ORG:;Sales;North", "ORG:;Sales\nTITLE;LANGUAGE=en:Poet", "item1.ORG:;Sales"]
    {
        let card = read(given);
        assert!(card.employments.is_absent());
        for version in [Version::V3, Version::V4] {
            let lines = lines(&card, version);
            for line in given.lines() {
                assert!(lines.contains(&line.to_owned()), "{line} is not in {lines:#?}");
            }
        }
    }
    // A title that belonged to no company is given to none that the contact has got since.
    let mut card = read("TITLE:Poet\nORG:;Sales");
    card.employments.push(Employment { company: Some("Acme".to_owned()), ..Employment::default() });
    assert_eq!(rows(written(&card, Version::V4).as_bytes()).remove(0).unwrap().item, card);
    assert_eq!(jscontact::from_jscontact(jscontact::to_jscontact(&card)).unwrap(), card);
}

#[test]
fn properties_without_a_field_come_out_as_they_were() {
    let given = [
        "X-ANDROID-CUSTOM:vnd.android.cursor.item/nickname;Foo\\;Bar;1;;",
        "GENDER:F",
        "GEO:geo:37.386013,-122.082932",
        "TZ;VALUE=utc-offset:-0500",
        "CLIENTPIDMAP:1;urn:uuid:3df403f4-5924-4bb7-b077-3c711d9eb34b",
        "IMPP;X-SERVICE-TYPE=Skype;TYPE=home:skype:ada",
        "KEY;TYPE=PGP;ENCODING=b:AAEC",
        "item9.X-PHONETIC:a\\,b",
        "NICKNAME;TYPE=work:Boss",
        "ANNIVERSARY:20090808",
        "RELATED;TYPE=friend:urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
        "REV:20240131T083000Z",
        "LANG;TYPE=work;PREF=1:en",
        "HOBBY;LEVEL=high:reading",
        "EXPERTISE:chess",
        "MEMBER:urn:uuid:1",
        "CALURI;MEDIATYPE=text/calendar:https://x.org/a.ics",
    ];
    let card = read(&format!("VERSION:4.0\nFN:Ada\n{}", given.join("\n")));
    // The parameters of a line have no order.
    let sorted = |line: &str| {
        let (head, value) = line.split_once(':').unwrap();
        let mut fields: Vec<String> = head.split(';').map(str::to_owned).collect();
        fields[1..].sort_unstable();
        (fields, value.to_owned())
    };
    let lines: Vec<_> = lines(&card, Version::V4).iter().map(|line| sorted(line)).collect();
    for line in given {
        assert!(lines.contains(&sorted(line)), "{line} is not in {lines:#?}");
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(card in strategies::card(), is_new in any::<bool>()) {
        let version = if is_new { Version::V4 } else { Version::V3 };
        let text = written(&card, version);
        prop_assert!(text.split("\r\n").all(|line| line.len() <= 75 && !line.contains('\n')));
        let read = rows(text.as_bytes()).remove(0).unwrap();
        prop_assert_eq!(read.warnings, vec![], "{}", text);
        prop_assert_eq!(jscontact::to_jscontact(&read.item), jscontact::to_jscontact(&card), "{}", text);
        prop_assert_eq!(&read.item, &card, "{}", text);
    }

    /// Another reader sees the same names, addresses and numbers.
    #[test]
    fn another_reader_reads_what_is_written(card in strategies::card()) {
        use calcard::vcard::{VCard, VCardProperty, VCardValue};
        let texts = |parsed: &VCard, name: VCardProperty| -> Vec<String> {
            let entries = parsed.entries.iter().filter(|entry| entry.name == name);
            entries.flat_map(|entry| &entry.values).filter_map(|value| match value {
                VCardValue::Text(text) => Some(text.clone()),
                _ => None,
            }).collect()
        };
        let values = |points: &[ContactPoint]| points.iter().map(|point| point.value.clone()).collect::<Vec<_>>();
        for version in [Version::V3, Version::V4] {
            let parsed = VCard::parse(written(&card, version)).unwrap();
            prop_assert_eq!(texts(&parsed, VCardProperty::Fn), vec![card.display_name().unwrap_or_default()]);
            prop_assert_eq!(texts(&parsed, VCardProperty::Email), values(card.emails.items()));
            prop_assert_eq!(texts(&parsed, VCardProperty::Tel), values(card.phones.items()));
            prop_assert_eq!(texts(&parsed, VCardProperty::Note), card.notes.value().cloned().into_iter().collect::<Vec<_>>());
        }
    }

    #[test]
    fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..200), cuts in proptest::collection::vec((0..2000_usize, 0..40_usize), 0..6), card in strategies::card()) {
        prop_assert!(rows(&bytes).len() <= bytes.len());
        let mut text = [b"BEGIN:VCARD\n".as_slice(), &bytes, written(&card, Version::V3).as_bytes()].concat();
        for (at, length) in cuts {
            let at = at % text.len();
            let end = (at + length).min(text.len());
            text.drain(at..end);
            if text.is_empty() {
                break;
            }
        }
        for row in rows(&text).into_iter().flatten() {
            let again = written(&row.item, Version::V4);
            prop_assert!(again.ends_with("END:VCARD\r\n"));
        }
    }
}
