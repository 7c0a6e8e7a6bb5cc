//! Password rules, and hashing with argon2id.

use std::sync::{Arc, LazyLock};

use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version, password_hash::phc::PasswordHash};
use sea_orm::DbErr;
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;

use crate::domain::{Code, Error, Result, UserError};

/// Shortest and longest password, in characters. NIST SP 800-63B asks for a minimum of at least 8, and for a maximum of
/// at least 64.
const CHARS_MIN: usize = 8;
const CHARS_MAX: usize = 128;
/// Guesses that an attacker must need. A password that falls earlier is refused.
const GUESSES_MIN: u64 = 10_000;

/// OWASP's minimum parameters for argon2id: 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Permits for hashing at once. Each hash takes 19 MiB and a processor, and one processor is left to other work.
static HASHING_PERMITS: LazyLock<Arc<Semaphore>> = LazyLock::new(|| {
    let processors = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    Arc::new(Semaphore::new(processors.saturating_sub(1).max(1)))
});

/// Permits for waiting to hash, for a few seconds at most. Further requests are refused.
static WAITING_PERMITS: Semaphore = Semaphore::const_new(WAITING_MAX);
const WAITING_MAX: usize = 128;

/// Hash to compare with when there is no account or no password, so that the answer takes as long.
static PLACEHOLDER_HASH: LazyLock<String> = LazyLock::new(|| hash_now("nobody's password").unwrap_or_default());

/// Computes the placeholder hash at start. Computed lazily, it would double the time of the first sign-in with an
/// unknown address, and so reveal it.
pub fn warm_up() {
    LazyLock::force(&PLACEHOLDER_HASH);
}

/// Password in clear, normalized with NFKC as in RFC 8265, so that it is the same from every keyboard.
#[derive(Clone)]
pub struct Password(String);

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

impl Password {
    /// Normalizes the password of a sign-in. Text beyond the longest possible password is cut off.
    pub fn from_input(text: &str) -> Self {
        // Decomposed letters and accents take up to four times as many characters.
        Self(text.chars().take(CHARS_MAX * 4).nfkc().take(CHARS_MAX + 1).collect())
    }

    /// Checks a new password, for a user with this address.
    pub(super) fn parse(text: &str, email: &str) -> std::result::Result<Self, UserError> {
        let refuse = |code, message: &str| Err(UserError::new(code, &["password"], message));
        let password = Self::from_input(text);
        match password.0.chars().count() {
            0 => refuse(Code::Blank, "The password must not be empty."),
            count if count < CHARS_MIN => refuse(Code::Invalid, "A password has at least 8 characters."),
            count if count > CHARS_MAX => refuse(Code::TooLong, "A password has at most 128 characters."),
            _ if password.0.chars().any(char::is_control) => {
                refuse(Code::Invalid, "A password has no control characters.")
            }
            _ if password.is_common(email) => refuse(
                Code::Invalid,
                "Your own address and the passwords that are tried first are refused. Choose another.",
            ),
            _ => Ok(password),
        }
    }

    fn is_common(&self, email: &str) -> bool {
        let local = email.split('@').next().unwrap_or_default();
        let inputs: Vec<&str> = [email, local, "liaison"].into_iter().filter(|input| !input.is_empty()).collect();
        zxcvbn::zxcvbn(&self.0, &inputs).guesses() < GUESSES_MIN
    }

    /// Computes the hash to store, off the asynchronous threads.
    pub(super) async fn hash(&self) -> Result<String> {
        let password = self.clone();
        let failed = || Error::Internal(DbErr::Custom("a password could not be hashed".to_owned()));
        with_permit(move || hash_now(&password.0)).await?.ok_or_else(failed)
    }

    /// Compares with a stored hash, or with the placeholder, which takes as long.
    pub(super) async fn matches(&self, stored: Option<String>) -> Result<Matched> {
        let password = self.clone();
        let matched = with_permit(move || {
            let compared = stored.as_deref().unwrap_or(&PLACEHOLDER_HASH);
            let is_right = PasswordHash::new(compared)
                .is_ok_and(|hash| argon2().verify_password(password.0.as_bytes(), &hash).is_ok());
            match stored {
                Some(stored) if is_right && is_outdated(&stored) => Matched::Outdated,
                Some(_) if is_right => Matched::Yes,
                _ => Matched::No,
            }
        });
        matched.await
    }
}

/// Result of comparing a password with a hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Matched {
    Yes,
    /// The password matches a hash with outdated parameters.
    Outdated,
    No,
}

async fn with_permit<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let _waiting = WAITING_PERMITS.try_acquire().map_err(|_full| Error::Busy)?;
    let permit = Arc::clone(&HASHING_PERMITS).acquire_owned().await.map_err(|_closed| Error::Busy)?;
    let working = tokio::task::spawn_blocking(move || {
        let value = work();
        drop(permit);
        value
    });
    working.await.map_err(|cause| Error::Internal(DbErr::Custom(cause.to_string())))
}

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).unwrap_or_default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn hash_now(password: &str) -> Option<String> {
    let hash: std::result::Result<PasswordHash, _> = argon2().hash_password(password.as_bytes());
    hash.ok().map(|hash| hash.to_string())
}

/// Returns true when the hash was made with other parameters than today's.
fn is_outdated(stored: &str) -> bool {
    let today = format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}$");
    !stored.starts_with(&today)
}

#[cfg(test)]
mod tests {
    use super::{Matched, PLACEHOLDER_HASH, Password, is_outdated};
    use crate::domain::Code;

    #[tokio::test]
    async fn a_hash_matches_its_password_however_it_was_typed() {
        let hash = Password::parse("Ａ ligature: ﬁne", "a@b.example").unwrap().hash().await.unwrap();
        assert!(!is_outdated(&hash));
        assert_eq!(Password::from_input("A ligature: fine").matches(Some(hash.clone())).await.unwrap(), Matched::Yes);
        assert_eq!(Password::from_input("A ligature: fines").matches(Some(hash)).await.unwrap(), Matched::No);
        assert_eq!(Password::from_input("nobody's password").matches(None).await.unwrap(), Matched::No);
        assert!(PLACEHOLDER_HASH.starts_with("$argon2id$"));
    }

    #[tokio::test]
    async fn hashes_of_other_parameters_match_and_are_known_as_outdated() {
        use argon2::{Argon2, Params, PasswordHasher, password_hash::phc::PasswordHash};
        let weak = Argon2::from(Params::new(8 * 1024, 1, 1, None).unwrap());
        let hash: PasswordHash = weak.hash_password(b"long enough").unwrap();
        assert_eq!(
            Password::from_input("long enough").matches(Some(hash.to_string())).await.unwrap(),
            Matched::Outdated
        );
    }

    #[tokio::test]
    async fn a_password_typed_in_parts_is_taken_whole() {
        let typed = "e\u{301}a\u{300} u\u{308}n\u{303}".repeat(20);
        let hash = Password::parse(&typed, "a@b.example").unwrap().hash().await.unwrap();
        assert_eq!(Password::from_input(&typed).matches(Some(hash.clone())).await.unwrap(), Matched::Yes);
        let composed = "\u{e9}\u{e0} \u{fc}\u{f1}".repeat(20);
        assert_eq!(Password::from_input(&composed).matches(Some(hash)).await.unwrap(), Matched::Yes);
    }

    #[test]
    fn what_is_short_long_or_common_is_refused() {
        let code = |text: &str| Password::parse(text, "ada.lovelace@b.example").map_err(|error| error.code).err();
        assert_eq!(code(""), Some(Code::Blank));
        assert_eq!(code("x9$kQ2!"), Some(Code::Invalid));
        assert_eq!(code(&"x".repeat(129)), Some(Code::TooLong));
        assert_eq!(code("nul\0in between"), Some(Code::Invalid));
        for common in ["password", "12345678", "iloveyou", "password1", "qwertyuiop", "ada.lovelace"] {
            assert_eq!(code(common), Some(Code::Invalid), "{common}");
        }
        assert_eq!(code("correct horse battery"), None);
        assert_eq!(code(&"ärgerlich ".repeat(12)), None);
    }
}
