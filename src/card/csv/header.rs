//! Names of columns, compared as people mean them.

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// The words of a column's name: in lower case, without accents and punctuation. `firstName`, `First_Name` and `FIRST NAME`
/// have the same words.
pub(super) fn words(name: &str) -> String {
    let mut words = String::with_capacity(name.len());
    let mut last = ' ';
    for letter in name.nfkd().filter(|letter| !is_combining_mark(*letter)) {
        if letter.is_alphanumeric() {
            let is_new =
                (letter.is_uppercase() && last.is_lowercase()) || (letter.is_numeric() && last.is_alphabetic());
            let is_new = is_new || (letter.is_alphabetic() && last.is_numeric());
            if (is_new || !last.is_alphanumeric()) && !words.is_empty() {
                words.push(' ');
            }
            match letter {
                'ß' => words.push_str("ss"),
                letter => words.extend(letter.to_lowercase()),
            }
        }
        last = letter;
    }
    words
}

/// The words without the number that stands among them, and the number: "e mail 2 value" has the number 2.
pub(super) fn numbered(words: &str) -> (String, Option<u32>) {
    let mut number = None;
    let rest: Vec<&str> = words
        .split(' ')
        .filter(|word| match word.parse() {
            Ok(found) if number.is_none() => {
                number = Some(found);
                false
            }
            _ => true,
        })
        .collect();
    (rest.join(" "), number)
}

#[cfg(test)]
mod tests {
    use super::{numbered, words};

    #[test]
    fn names_are_compared_by_their_words() {
        for name in ["firstName", "First_Name", "FIRST NAME", " first-name: "] {
            assert_eq!(words(name), "first name");
        }
        assert_eq!(words("Straße geschäftlich"), "strasse geschaftlich");
        assert_eq!(words("Téléphone (bureau) 2"), "telephone bureau 2");
        assert_eq!(words("LinkedIn"), "linked in");
        assert_eq!(words("会社名"), "会社名");
        assert_eq!(numbered("e mail 1 value"), ("e mail value".to_owned(), Some(1)));
        assert_eq!(numbered("e mail"), ("e mail".to_owned(), None));
    }
}
