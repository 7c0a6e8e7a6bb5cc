//! Checks of a card, whatever file it came from: each format writes it, and reads that again as one card.

use liaison::card::{
    Card, Read,
    csv::{self, CONTACT_COLUMNS},
    jscontact, vcard,
};

/// Reads a file to its end, and checks each card.
pub fn check_all(rows: impl Iterator<Item = Read<Card>>) {
    for row in rows {
        if let Ok(Ok(row)) = row {
            check(&row.item);
        }
    }
}

fn check(card: &Card) {
    for version in [vcard::Version::V3, vcard::Version::V4] {
        let mut text = String::new();
        vcard::write_card(card, version, &mut text);
        // Such a card is refused by an import, and would be taken for UTF-16.
        if text.contains('\0') {
            return;
        }
        let read = vcard::Reader::new(text.as_bytes()).collect::<Vec<_>>();
        assert!(matches!(read.as_slice(), [Ok(Ok(_))]), "{version:?}: {text}\n{read:?}");
    }
    let value = jscontact::to_jscontact(card);
    assert!(jscontact::from_jscontact(value.clone()).is_ok(), "{value}");
    let mut table = csv::Writer::new(Vec::new(), CONTACT_COLUMNS, false).unwrap();
    table.contact(card).unwrap();
    let table = table.finish().unwrap();
    let read = csv::Reader::new(table.as_slice(), &csv::Options::default()).unwrap().collect::<Vec<_>>();
    assert!(read.len() <= 1, "{}\n{read:?}", String::from_utf8_lossy(&table));
}
