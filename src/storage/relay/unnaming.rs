//! Rewriting of a client's messages, so that none depends on a statement that was prepared before.
//!
//! PostgreSQL's messages consist of a letter, a length that counts itself, and a body; the first message has no letter.

use std::{collections::HashMap, io};

/// Statements that a client has named, and the state of its messages.
#[derive(Debug, Default)]
pub(super) struct Unnaming {
    /// Body of each statement's message after the name: the text, and the types of parameters.
    statements: HashMap<Vec<u8>, Vec<u8>>,
    has_begun: bool,
}

/// Letter of a message that prepares a statement.
const PARSE: u8 = b'P';
/// Letter of a message that binds parameters to a statement.
const BIND: u8 = b'B';
/// Letters of messages that describe and close a statement or a portal.
const DESCRIBE: u8 = b'D';
const CLOSE: u8 = b'C';
/// First byte of a body that is about a statement, and not about a portal.
const STATEMENT: u8 = b'S';
/// Size of a length.
const LENGTH_SIZE: usize = size_of::<u32>();

impl Unnaming {
    /// Rewrites the complete messages at the beginning of `input`; returns how many bytes they are.
    ///
    /// The server answers a statement that is repeated by one message more, which sqlx ignores.
    pub(super) fn rewrite(&mut self, input: &[u8], output: &mut Vec<u8>) -> io::Result<usize> {
        let mut rest = input;
        while let Some((message, behind)) = split_message(rest, usize::from(self.has_begun))? {
            if self.has_begun {
                self.rewrite_message(message, output);
            } else {
                output.extend_from_slice(message);
            }
            self.has_begun = true;
            rest = behind;
        }
        Ok(input.len() - rest.len())
    }

    fn rewrite_message(&mut self, message: &[u8], output: &mut Vec<u8>) {
        let is_rewritten = match message.split_first() {
            Some((&letter, rest)) => {
                rest.get(LENGTH_SIZE..).is_some_and(|body| self.rewrite_body(letter, body, output))
            }
            None => false,
        };
        if !is_rewritten {
            output.extend_from_slice(message);
        }
    }

    /// Returns false for a message that names no statement.
    fn rewrite_body(&mut self, letter: u8, body: &[u8], output: &mut Vec<u8>) -> bool {
        match letter {
            PARSE => {
                let Some((name, statement)) = split_name(body) else { return false };
                self.statements.insert(name.to_vec(), statement.to_vec());
                put(output, PARSE, &[b"\0", statement]);
            }
            BIND => {
                let Some((portal, behind)) = split_text(body) else { return false };
                let Some((name, values)) = split_name(behind) else { return false };
                let Some(statement) = self.statements.get(name) else { return false };
                put(output, PARSE, &[b"\0", statement]);
                put(output, BIND, &[portal, b"\0\0", values]);
            }
            DESCRIBE | CLOSE => {
                let Some(name) = body.strip_prefix(&[STATEMENT]).and_then(split_name) else { return false };
                if letter == CLOSE {
                    self.statements.remove(name.0);
                }
                put(output, letter, &[&[STATEMENT], b"\0"]);
            }
            _ => return false,
        }
        true
    }
}

/// Splits a message off, when all of it has arrived.
fn split_message(input: &[u8], letters: usize) -> io::Result<Option<(&[u8], &[u8])>> {
    let Some(length) = input.get(letters..).and_then(<[u8]>::first_chunk) else { return Ok(None) };
    let length = u32::from_be_bytes(*length) as usize;
    if length < LENGTH_SIZE {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "a message is shorter than its length"));
    }
    Ok(input.split_at_checked(letters + length))
}

/// Splits a text off that ends with NUL. Both parts are without it.
fn split_text(body: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = body.iter().position(|&byte| byte == 0)?;
    let (text, rest) = body.split_at_checked(end)?;
    Some((text, rest.get(1..)?))
}

/// Splits the name of a statement off. `None` for a statement without a name.
fn split_name(body: &[u8]) -> Option<(&[u8], &[u8])> {
    split_text(body).filter(|(name, _)| !name.is_empty())
}

fn put(output: &mut Vec<u8>, letter: u8, parts: &[&[u8]]) {
    let length = LENGTH_SIZE + parts.iter().map(|part| part.len()).sum::<usize>();
    output.push(letter);
    // A body is a part of one that had a length, so its length fits.
    output.extend_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes());
    for part in parts {
        output.extend_from_slice(part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(letter: u8, body: &[u8]) -> Vec<u8> {
        let mut message = Vec::new();
        put(&mut message, letter, &[body]);
        message
    }

    /// Rewrites messages of a client that has begun already.
    fn rewritten(unnaming: &mut Unnaming, messages: &[Vec<u8>]) -> Vec<u8> {
        unnaming.has_begun = true;
        let (input, mut output) = (messages.concat(), Vec::new());
        assert_eq!(unnaming.rewrite(&input, &mut output).unwrap(), input.len());
        output
    }

    #[test]
    fn each_execution_brings_its_statement() {
        let mut unnaming = Unnaming::default();
        let prepared = rewritten(
            &mut unnaming,
            &[message(b'P', b"s1\0SELECT $1\0\0\0"), message(b'D', b"Ss1\0"), message(b'S', b"")],
        );
        let parse = message(b'P', b"\0SELECT $1\0\0\0");
        assert_eq!(prepared, [parse.clone(), message(b'D', b"S\0"), message(b'S', b"")].concat());
        for _ in 0..2 {
            let executed = [message(b'B', b"\0s1\0values"), message(b'E', b"\0\0\0\0\0"), message(b'S', b"")];
            let expected = [parse.clone(), message(b'B', b"\0\0values"), executed[1].clone(), executed[2].clone()];
            assert_eq!(rewritten(&mut unnaming, &executed), expected.concat());
        }
        assert_eq!(rewritten(&mut unnaming, &[message(b'C', b"Ss1\0")]), message(b'C', b"S\0"));
        assert!(unnaming.statements.is_empty());
    }

    #[test]
    fn other_messages_stay_as_they_are() {
        let messages = [
            message(b'p', b"password\0"),
            message(b'P', b"\0SELECT 1\0\0\0"),
            message(b'B', b"\0\0values"),
            message(b'B', b"portal\0unknown\0values"),
            message(b'D', b"P\0"),
            message(b'C', b"P\0"),
            message(b'Q', b"BEGIN\0"),
            message(b'X', b""),
        ];
        assert_eq!(rewritten(&mut Unnaming::default(), &messages), messages.concat());
    }

    #[test]
    fn messages_may_arrive_in_pieces() {
        let startup = [&12_u32.to_be_bytes()[..], b"P\0s1\0abc"].concat();
        let bind = message(b'B', b"\0s1\0values");
        let all = [startup.clone(), message(b'P', b"s1\0SELECT 1\0\0\0"), bind].concat();
        let (mut whole, mut in_pieces) = (Vec::new(), Vec::new());
        assert_eq!(Unnaming::default().rewrite(&all, &mut whole).unwrap(), all.len());
        assert!(whole.starts_with(&startup));
        let (mut unnaming, mut input) = (Unnaming::default(), Vec::new());
        for byte in &all {
            input.push(*byte);
            let used = unnaming.rewrite(&input, &mut in_pieces).unwrap();
            input.drain(..used);
        }
        assert_eq!((in_pieces, input), (whole, Vec::new()));
    }

    #[test]
    fn a_length_that_cannot_be_is_an_error() {
        let mut unnaming = Unnaming { has_begun: true, ..Unnaming::default() };
        assert!(unnaming.rewrite(b"Q\0\0\0\x03", &mut Vec::new()).is_err());
    }
}
