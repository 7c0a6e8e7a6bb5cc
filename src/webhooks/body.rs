//! Bodies of deliveries.

use crate::{
    domain::changes::{Cursor, Position},
    engine::{ChangesPage, RenderedChange},
};

/// Most changes of a delivery.
pub(super) const CHANGES_MAX: u8 = 100;
/// Longest body, in bytes.
const BYTES_MAX: usize = 256 * 1024;
/// Room for what surrounds the changes in a body; the longest cursor has less than a hundred bytes.
const FRAME_BYTES: usize = 256;

/// Body of a delivery.
#[derive(Debug)]
pub(super) struct Body {
    /// Cursor of its last change.
    pub(super) cursor: String,
    pub(super) json: Vec<u8>,
    /// Place in the feed that is reached with it.
    pub(super) place: Position,
}

/// Makes the body of the first changes of a page that fit. A change that does not fit alone goes without its values. `None`
/// for a page without changes.
pub(super) fn body(page: ChangesPage) -> Option<Body> {
    let (mut taken, mut bytes) = (Vec::new(), 0);
    for mut change in page.changes {
        let json = if taken.is_empty() { alone(&mut change) } else { change.json() };
        bytes += json.len() + 1;
        if !taken.is_empty() && bytes > BYTES_MAX - FRAME_BYTES {
            return finish(&taken, None);
        }
        taken.push((change.cursor, json));
    }
    finish(&taken, page.end)
}

/// Writes a change so that it fits into a body of its own.
fn alone(change: &mut RenderedChange) -> Vec<u8> {
    let json = change.json();
    if json.len() < BYTES_MAX - FRAME_BYTES {
        return json;
    }
    change.erase_values();
    change.json()
}

/// Puts changes into a body. `end` is the place after the page when all of it was taken.
fn finish(taken: &[(String, Vec<u8>)], end: Option<Position>) -> Option<Body> {
    let (cursor, _) = taken.last()?;
    let changes: Vec<&[u8]> = taken.iter().map(|(_, json)| json.as_slice()).collect();
    let head = format!("{{\"type\":\"changes\",\"cursor\":\"{cursor}\",\"changes\":[");
    let json = [head.as_bytes(), &changes.join(&b','), b"]}"].concat();
    let place = end.or_else(|| Cursor::parse(cursor).ok().map(Cursor::resume))?;
    Some(Body { cursor: cursor.clone(), json, place })
}
