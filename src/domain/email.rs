//! E-mail addresses, parsed once at the edge.

use super::{error::Code, folding::is_ignorable, trim::trim};

/// An e-mail address as it was given, known to have the shape of one.
///
/// The rule is deliberately small (one `@`, a dot in the domain, no spaces): contact data comes from everywhere, and
/// only sending a mail proves an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailAddress(String);

/// Longest address in characters.
pub const EMAIL_CHARS_MAX: usize = 255;

impl EmailAddress {
    /// Parses a trimmed, non-empty text.
    pub fn parse(text: &str) -> Result<Self, Code> {
        if text.chars().count() > EMAIL_CHARS_MAX {
            return Err(Code::TooLong);
        }
        let well_formed = text.split_once('@').is_some_and(|(local, domain)| {
            !local.is_empty()
                && !domain.contains('@')
                && domain.contains('.')
                && domain.split('.').all(|label| !label.is_empty())
        });
        let spaced = text.chars().any(|letter| letter.is_whitespace() || letter.is_control() || is_ignorable(letter));
        if well_formed && !spaced { Ok(Self(text.to_owned())) } else { Err(Code::Invalid) }
    }

    /// True of an address that the mail crate takes for a recipient's.
    pub fn can_be_sent_to(&self) -> bool {
        self.0.parse::<lettre::Address>().is_ok()
    }

    /// As it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form by which addresses are compared.
    pub fn lower(&self) -> String {
        lower(&self.0)
    }
}

/// Address given for an account, without characters that no address has, cut so that it fits into a record.
pub fn from_input(text: &str) -> String {
    let letters = text.chars().filter(|letter| !letter.is_control()).collect::<String>();
    trim(&letters).chars().take(EMAIL_CHARS_MAX).collect()
}

/// The form by which addresses are compared: lower case, accents kept.
pub fn lower(address: &str) -> String {
    address.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::EmailAddress;

    #[test]
    fn shape_is_checked() {
        for good in ["a@b.c", "Ada.Lovelace+x@mail.example.com", "用户@例え.jp"] {
            assert!(EmailAddress::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "a",
            "@b.c",
            "a@",
            "a@b",
            "a@b.",
            "a@.b",
            "a@b@c.d",
            "a b@c.d",
            "a@b .c",
            "a\u{7}@b.c",
            "a\u{200b}@b.c",
            "a@b\u{ad}.c",
        ] {
            assert!(EmailAddress::parse(bad).is_err(), "{bad:?}");
        }
    }
}
