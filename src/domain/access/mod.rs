//! Authentication: passwords, sessions, API keys, one-time links, and the audit record.
//!
//! The rights of a role are declared in one place, with the API's fields (`engine/checks/access.rs`). This module
//! handles how callers get a role.

mod accounts;
mod administration;
mod admins;
pub mod audit;
mod authenticate;
mod identities;
mod keys;
mod links;
mod open_logins;
mod outbox;
mod password;
mod secret;
mod sessions;
mod token_cache;
mod users;

pub use accounts::{
    SignedIn, change_password, create_first_admin, note_refused_sign_in, request_password_link, set_password, sign_in,
    sign_out,
};
pub use administration::{deactivate, delete, end_sessions, reactivate, rename};
pub use authenticate::{authenticate, cached, check_open_logins};
pub use identities::{
    ExternalAccount, PROVIDER_SIGN_IN_SECONDS, ProviderOfSession, ProviderRefusal, ProviderRules, note_failed_provider,
    provider_of_session, sign_in_by_provider, use_provider_sign_in,
};
pub use keys::{MintedKey, create_key, get_keys, list_keys, revoke_key};
pub use links::{LINK_MINUTES, for_recipient, needs_first_admin, withdraw};
pub use open_logins::OpenLogin;
pub use outbox::admin_address;
pub(in crate::domain) use outbox::tell_admins;
pub use password::{Password, warm_up};
pub use secret::Secret;
pub(in crate::domain) use sessions::sign_everybody_out;
pub use sessions::{end as session_end, end_session, list as list_sessions, remove_expired};
pub use token_cache::TokenCache;
pub use users::{Account, create_user, find_user, invite, list_users, make_link, set_role};

pub use crate::config::Lifetimes;
