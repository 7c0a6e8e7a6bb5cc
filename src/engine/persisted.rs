//! Documents that clients send by key: trusted ones, and those that a client has sent once with their hash (automatic
//! persisted queries, as Apollo's clients do).

use std::sync::Arc;

use quick_cache::{Weighter, sync::Cache};
use sha2::{Digest, Sha256};

use super::GraphqlRequest;
use crate::{
    config::{DocumentArgs, TrustedDocuments},
    graphql::error::{ApiError, ErrorCode},
};

/// Most text of documents that are kept by their hash, in bytes.
const TEXT_BYTES_MAX: u64 = 4 * 1024 * 1024;
/// Usual number of documents that are kept by their hash.
const DOCUMENTS_USUAL: usize = 4000;

/// SHA-256 hash.
type Hash = [u8; 32];

/// Documents by their keys.
pub(super) struct PersistedDocuments {
    kept: Cache<Hash, Arc<str>, ByLength>,
    trusted: TrustedDocuments,
    only_trusted: bool,
}

#[derive(Clone)]
struct ByLength;

impl Weighter<Hash, Arc<str>> for ByLength {
    fn weight(&self, _: &Hash, text: &Arc<str>) -> u64 {
        u64::try_from(text.len()).unwrap_or(u64::MAX)
    }
}

impl PersistedDocuments {
    /// Trusts the operator's documents, and those of the program's own pages.
    pub(super) fn new(settings: DocumentArgs, own: TrustedDocuments) -> Self {
        let DocumentArgs { trusted_documents, only_trusted } = settings;
        Self {
            kept: Cache::with_weighter(DOCUMENTS_USUAL, TEXT_BYTES_MAX, ByLength),
            trusted: match trusted_documents {
                Some(given) => given.with(&own),
                None => own,
            },
            only_trusted,
        }
    }

    /// Completes a request that names its document by key. Returns the hash of a document that is to be kept once it
    /// has been checked.
    pub(super) fn resolve(&self, request: &mut GraphqlRequest) -> Result<Option<Hash>, ApiError> {
        let Some(key) = &request.document_key else {
            return if self.only_trusted { Err(not_trusted()) } else { Ok(None) };
        };
        if let Some(text) = self.trusted.get(key) {
            if request.query.is_empty() {
                text.clone_into(&mut request.query);
            } else if request.query != text {
                return Err(ApiError::bad_input("The trusted document with this key is another one."));
            }
            return Ok(None);
        }
        if self.only_trusted {
            return Err(if request.query.is_empty() { not_found() } else { not_trusted() });
        }
        let hash = parse_hash(key);
        if request.query.is_empty() {
            let kept = hash.and_then(|hash| self.kept.get(&hash)).ok_or_else(not_found)?;
            (*kept).clone_into(&mut request.query);
            return Ok(None);
        }
        if hash != Some(Sha256::digest(request.query.as_bytes()).into()) {
            return Err(ApiError::bad_input("The hash is not the document's SHA-256."));
        }
        Ok(hash)
    }

    /// Keeps a document that its caller may send.
    pub(super) fn keep(&self, hash: Hash, text: &str) {
        if self.kept.get(&hash).is_none() {
            self.kept.insert(hash, text.into());
        }
    }
}

/// Reads a hash in hexadecimal digits, with or without the name of its algorithm.
fn parse_hash(text: &str) -> Option<Hash> {
    let digits = text.strip_prefix("sha256:").unwrap_or(text);
    // A number's own parser takes a `+`, too.
    if digits.len() != 64 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let mut hash = Hash::default();
    for (byte, pair) in hash.iter_mut().zip(digits.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(hash)
}

/// Builds the error whose message or code makes Apollo's clients send the document next.
fn not_found() -> ApiError {
    ApiError::new(ErrorCode::PersistedQueryNotFound, "PersistedQueryNotFound")
}

fn not_trusted() -> ApiError {
    ApiError::new(ErrorCode::Forbidden, "Only trusted documents are answered here. Send one by its key.")
}

#[cfg(test)]
mod tests {
    use super::parse_hash;

    #[test]
    fn a_hash_has_64_digits() {
        let digits = "0123456789abcdefABCDEF0123456789".repeat(2);
        assert_eq!(parse_hash(&digits), parse_hash(&format!("sha256:{digits}")));
        assert!(parse_hash(&digits).is_some());
        for wrong in ["", "+1", &"+1".repeat(32), &"é".repeat(32), &"0".repeat(63), "md5:0"] {
            assert_eq!(parse_hash(wrong), None, "{wrong}");
        }
    }
}
