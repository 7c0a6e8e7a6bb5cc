//! Cursors of changes: opaque, good across restarts and replicas, the same for the feed and for histories.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};

use super::Position;
use crate::domain::error::{Error, Result};

/// Prefix of every change cursor, so that a cursor of another list is noticed.
const SIGNATURE: &str = "change";

/// Points at a change.
///
/// A history shows a change as soon as it is committed, when changes that the feed puts before it may be uncommitted.
/// The cursor then says so, and the feed goes on from before them: reading changes twice is better than missing some.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    position: Position,
    /// End of the feed when the change was read, if that was before the change.
    horizon: Option<i64>,
}

impl Cursor {
    pub(super) fn new(position: Position, horizon: i64) -> Self {
        Self { position, horizon: (horizon <= position.tx).then_some(horizon) }
    }

    /// Builds a cursor for a place that the feed has come to.
    pub fn at(position: Position) -> Self {
        Self { position, horizon: None }
    }

    /// Reads a cursor that was handed out.
    pub fn parse(text: &str) -> Result<Self> {
        let malformed = || {
            Error::BadRequest(
                "The cursor is malformed. Pass one that a list of changes returned, unchanged.".to_owned(),
            )
        };
        let text = BASE64_URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let text = text.ok_or_else(malformed)?;
        let mut parts = text.split(':');
        if parts.next() != Some(SIGNATURE) {
            return Err(malformed());
        }
        let numbers = parts.map(|part| part.parse().ok().filter(|number| *number >= 0)).collect::<Option<Vec<i64>>>();
        match numbers.ok_or_else(malformed)?.as_slice() {
            [tx, number] => Ok(Self { position: Position { tx: *tx, number: *number }, horizon: None }),
            [tx, number, horizon] => {
                Ok(Self { position: Position { tx: *tx, number: *number }, horizon: Some(*horizon) })
            }
            _ => Err(malformed()),
        }
    }

    /// Position of the change.
    pub fn position(self) -> Position {
        self.position
    }

    /// Position from which the feed goes on without leaving anything out.
    pub fn resume(self) -> Position {
        let before = self.horizon.map(|horizon| Position { tx: horizon - 1, number: i64::MAX });
        before.map_or(self.position, |before| before.min(self.position))
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Position { tx, number } = self.position;
        let horizon = self.horizon.map(|horizon| format!(":{horizon}")).unwrap_or_default();
        f.write_str(&BASE64_URL_SAFE_NO_PAD.encode(format!("{SIGNATURE}:{tx}:{number}{horizon}")))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn cursors_come_back_as_they_went(tx in 0..i64::MAX, number in 0..i64::MAX, horizon in 0..i64::MAX) {
            let cursor = Cursor::new(Position { tx, number }, horizon);
            prop_assert_eq!(cursor, Cursor::parse(&cursor.to_string()).unwrap());
            prop_assert!(cursor.resume() <= cursor.position());
            prop_assert!(cursor.resume().tx < horizon);
        }

        #[test]
        fn no_text_is_more_than_malformed(text in "\\PC*", inner in "change(:-?[0-9]{0,22}){0,4}") {
            drop(Cursor::parse(&text));
            drop(Cursor::parse(&BASE64_URL_SAFE_NO_PAD.encode(inner)));
        }
    }
}
