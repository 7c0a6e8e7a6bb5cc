//! Places in a text, in lines and characters.

use async_graphql::Pos;

/// Bytes of a block whose characters are counted beforehand. A column costs at most the counting of one block, so that
/// a long document without line breaks is not counted over and over.
const BLOCK: usize = 256;

/// The lines of a text. They end at a line feed, a carriage return, or both together: GraphQL specification, section 2.1.3.
pub(super) struct Lines {
    text: Box<[u8]>,
    /// Offsets of the lines' first bytes.
    starts: Vec<usize>,
    /// Characters before each block, and in all of them.
    characters: Vec<usize>,
}

impl Lines {
    pub(super) fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for (offset, byte) in bytes.iter().enumerate() {
            let is_end = *byte == b'\n' || (*byte == b'\r' && bytes.get(offset + 1) != Some(&b'\n'));
            if is_end {
                starts.push(offset + 1);
            }
        }
        let mut before = 0;
        let blocks = bytes.chunks(BLOCK).map(|block| {
            let first = before;
            before += count(block);
            first
        });
        let mut characters: Vec<usize> = blocks.collect();
        characters.push(before);
        Self { text: bytes.into(), starts, characters }
    }

    /// The place of a byte.
    pub(super) fn place(&self, offset: usize) -> Pos {
        let line = self.starts.partition_point(|start| *start <= offset);
        let start = line.checked_sub(1).and_then(|line| self.starts.get(line)).copied().unwrap_or_default();
        Pos { line, column: self.before(offset) - self.before(start) + 1 }
    }

    fn before(&self, offset: usize) -> usize {
        let offset = offset.min(self.text.len());
        let block = offset / BLOCK;
        let counted = self.characters.get(block).copied().unwrap_or_default();
        let rest = self.text.get(block * BLOCK..offset).unwrap_or_default();
        counted + count(rest)
    }
}

/// The number of characters that begin in these bytes.
fn count(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| !(0x80..0xc0).contains(*byte)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_in_lines_and_characters() {
        let text = "é{\n  a\r\n\u{2028}ü b\rc";
        let lines = Lines::new(text);
        for (letter, line, column) in [('{', 1, 2), ('a', 2, 3), ('b', 3, 4), ('c', 4, 1)] {
            assert_eq!(lines.place(text.find(letter).unwrap()), Pos { line, column }, "{letter}");
        }
        assert_eq!(lines.place(text.len()), Pos { line: 4, column: 2 });
        assert_eq!(Lines::new("").place(0), Pos { line: 1, column: 1 });
    }

    #[test]
    fn long_lines_are_counted_in_blocks() {
        let text = "ü".repeat(1000) + "x" + &"é".repeat(700) + "y";
        let lines = Lines::new(&text);
        for (letter, column) in [('x', 1001), ('y', 1702)] {
            assert_eq!(lines.place(text.find(letter).unwrap()), Pos { line: 1, column });
        }
        assert_eq!(lines.place(text.len()), Pos { line: 1, column: 1703 });
    }

    #[test]
    fn the_end_of_a_text_has_a_place_also_where_a_block_ends() {
        let text = "x".repeat(BLOCK) + "\n" + &"y".repeat(BLOCK - 1);
        for end in [text.len(), text.len() + 1] {
            assert_eq!(Lines::new(&text).place(end), Pos { line: 2, column: BLOCK });
        }
    }
}
