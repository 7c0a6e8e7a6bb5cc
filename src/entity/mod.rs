//! The tables, one file each: columns and nothing else.

pub mod api_key;
pub mod audit_event;
pub mod batch;
pub mod change;
pub mod company;
pub mod contact;
pub mod credential;
pub mod duplicate_scan;
pub mod identity;
pub mod import_chunk;
pub mod import_job;
pub mod import_row;
pub mod interaction;
pub mod interaction_party;
pub mod kept_change;
pub mod membership;
pub mod outbox;
pub mod password_link;
pub mod role;
pub mod session;
pub mod sign_out_hint;
pub mod status;
pub mod used_sign_in;
pub mod user;
pub mod webhook;
pub mod webhook_key;
