//! The values of a person's card: ways to reach somebody, postal addresses, and dates of which parts may be unknown.

mod address;
mod date;

use serde::{Deserialize, Serialize};

pub use address::PostalAddress;
pub use date::{NotADate, PartialDate};

/// One way to reach somebody. The first of its list is the primary one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ContactPoint {
    /// The address, number or link.
    pub value: String,
    /// Its purpose, e.g. "work".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

impl ContactPoint {
    /// One without a label.
    pub fn new(value: impl Into<String>) -> Self {
        Self { value: value.into(), label: None }
    }
}
