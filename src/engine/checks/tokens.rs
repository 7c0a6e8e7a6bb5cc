//! Size of a document, measured before it is parsed.

use super::limits::too_complex;
use crate::{config::Limits, engine::language::TextLimits, graphql::error::ApiError};

/// Brackets in each other. The parser and what walks its output go one deeper on the stack for each.
const NESTING_MAX: u64 = 50;

/// Operations in one document: each is validated with all of the fragments that it uses.
const OPERATIONS_MAX: u64 = 20;
/// Tokens, commas, comments and blanks that the parser takes for each token that counts: text that is laid out for people
/// has about two.
const PARSED_PER_TOKEN: u64 = 4;

/// The limits of the parser, which counts what stands between the tokens too.
pub(crate) fn text_limits(limits: &Limits) -> TextLimits {
    TextLimits {
        tokens_max: limits.tokens_max.saturating_mul(PARSED_PER_TOKEN),
        nesting_max: NESTING_MAX * 2,
        operations_max: OPERATIONS_MAX,
    }
}

/// Refuses a text with too many lexical tokens or brackets in each other. Strings and comments count as one token. The
/// parser refuses text that is not GraphQL.
pub(crate) fn check(document: &str, limits: &Limits) -> Result<(), ApiError> {
    let (mut tokens, mut depth, mut deepest): (u64, u64, u64) = (0, 0, 0);
    let mut rest = document;
    while let Some(letter) = rest.chars().next() {
        let length = match letter {
            letter if letter.is_whitespace() || matches!(letter, ',' | '\u{feff}') => {
                rest = rest.get(letter.len_utf8()..).unwrap_or_default();
                continue;
            }
            '#' => rest.find('\n').unwrap_or(rest.len()),
            '"' => string_length(rest),
            letter if is_name(letter) => rest.find(|next| !is_name(next)).unwrap_or(rest.len()),
            letter => letter.len_utf8(),
        };
        match letter {
            '{' | '[' | '(' => depth += 1,
            '}' | ']' | ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
        tokens += 1;
        rest = rest.get(length..).unwrap_or_default();
    }
    if tokens > limits.tokens_max {
        return Err(too_complex("tokens", limits.tokens_max));
    }
    if deepest > NESTING_MAX {
        return Err(too_complex("brackets in each other", NESTING_MAX));
    }
    Ok(())
}

fn is_name(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// The length of the string that the text begins with: up to its closing quotes, or to the end of the line for an
/// ordinary one that has none.
fn string_length(text: &str) -> usize {
    if let Some(block) = text.strip_prefix("\"\"\"") {
        let mut end = 0;
        while let Some(found) = block.get(end..).and_then(|rest| rest.find("\"\"\"")) {
            if !block.get(..end + found).is_some_and(|before| before.ends_with('\\')) {
                return end + found + 6;
            }
            end += found + 3;
        }
        return text.len();
    }
    let mut escaped = false;
    for (place, letter) in text.char_indices().skip(1) {
        match letter {
            '"' if !escaped => return place + 1,
            '\n' | '\r' => return place,
            _ => escaped = letter == '\\' && !escaped,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(document: &str, tokens: u64) -> bool {
        check(document, &Limits { tokens_max: tokens, ..Limits::default() }).is_ok()
    }

    #[test]
    fn tokens_are_counted_as_the_specification_cuts_them() {
        for (document, tokens) in [
            ("{ a(b: \"c } d\") }", 8),
            ("{ a # b c d\n }", 4),
            ("\"\"\"a \"b\" \\\"\"\" c\"\"\" d", 2),
            ("\"\" a", 2),
            ("\"\"\"\"\"\" a", 2),
            ("\"a\\\"b\" c", 2),
            ("\"open\nb c", 3),
            ("é{$x}", 5),
        ] {
            assert!(allows(document, tokens) && !allows(document, tokens - 1), "{document}");
        }
    }

    #[test]
    fn a_block_string_hides_nothing_behind_it() {
        assert!(!allows(&format!("{{ a(b: \"\"\" \" \"\"\") {} }}", "c ".repeat(100)), 50));
    }
}
