//! JSON by hand, in the shape of Liaison's answers.

use std::io::Write;

use chrono::{DateTime, SecondsFormat, Utc};
use uuid::Uuid;

/// A contact with its primary membership, the membership's company and its user.
pub(crate) struct Contact<'a> {
    pub(crate) id: Uuid,
    pub(crate) name: &'a str,
    pub(crate) email: Option<&'a str>,
    pub(crate) phone: Option<&'a str>,
    pub(crate) status: &'a str,
    pub(crate) updated_at: DateTime<Utc>,
    pub(crate) membership: Option<Membership<'a>>,
    pub(crate) user: Option<(Uuid, &'a str)>,
}

pub(crate) struct Membership<'a> {
    pub(crate) role: Option<&'a str>,
    pub(crate) company: (Uuid, &'a str),
}

pub(crate) fn raw(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
}

pub(crate) fn string(out: &mut Vec<u8>, text: &str) {
    drop(serde_json::to_writer(out, text));
}

pub(crate) fn optional(out: &mut Vec<u8>, text: Option<&str>) {
    match text {
        Some(text) => string(out, text),
        None => raw(out, "null"),
    }
}

pub(crate) fn id(out: &mut Vec<u8>, id: Uuid) {
    raw(out, "\"");
    raw(out, id.hyphenated().encode_lower(&mut Uuid::encode_buffer()));
    raw(out, "\"");
}

pub(crate) fn contact(out: &mut Vec<u8>, contact: &Contact<'_>) {
    raw(out, "{\"id\":");
    id(out, contact.id);
    raw(out, ",\"name\":");
    string(out, contact.name);
    raw(out, ",\"email\":");
    optional(out, contact.email);
    raw(out, ",\"phone\":");
    optional(out, contact.phone);
    raw(out, ",\"status\":\"");
    raw(out, &contact.status.to_ascii_uppercase());
    raw(out, "\",\"updatedAt\":\"");
    raw(out, &contact.updated_at.to_rfc3339_opts(SecondsFormat::Micros, true));
    raw(out, "\",\"primaryMembership\":");
    match &contact.membership {
        Some(membership) => {
            raw(out, "{\"role\":");
            optional(out, membership.role);
            raw(out, ",\"company\":{\"id\":");
            id(out, membership.company.0);
            raw(out, ",\"name\":");
            string(out, membership.company.1);
            raw(out, "}}");
        }
        None => raw(out, "null"),
    }
    raw(out, ",\"user\":");
    user(out, contact.user);
    raw(out, "}");
}

pub(crate) fn user(out: &mut Vec<u8>, user: Option<(Uuid, &str)>) {
    match user {
        Some((user_id, email)) => {
            raw(out, "{\"id\":");
            id(out, user_id);
            raw(out, ",\"email\":");
            string(out, email);
            raw(out, "}");
        }
        None => raw(out, "null"),
    }
}

/// The end of a page of contacts.
pub(crate) fn page_info(out: &mut Vec<u8>, has_next: bool, end: Option<&str>) {
    raw(out, "],\"pageInfo\":{\"hasNextPage\":");
    drop(write!(out, "{has_next}"));
    raw(out, ",\"endCursor\":");
    optional(out, end);
    raw(out, "}}}}");
}

/// Separates the parts of a list.
pub(crate) fn comma(out: &mut Vec<u8>) {
    if out.last() != Some(&b'[') {
        out.push(b',');
    }
}
