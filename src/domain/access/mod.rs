//! Who may come in: passwords, sessions, API keys, one-time links, and the record of it all.
//!
//! What a role may do is declared in one place, with the API's fields (`engine/checks/access.rs`); here is how somebody comes
//! to have one.

mod accounts;
pub mod audit;
mod gate;
mod keys;
mod links;
mod password;
mod secret;
mod sessions;
mod users;

pub use accounts::{
    SignedIn, change_password, create_first_admin, note_refused_sign_in, request_password_link, set_password, sign_in,
    sign_out,
};
pub use gate::{Gate, authenticate, remembered};
pub use keys::{MintedKey, create_key, get_keys, list_keys, revoke_key};
pub use links::{LINK_MINUTES, for_recipient, needs_first_admin, withdraw};
pub use password::{Password, make_ready};
pub use secret::Secret;
pub use sessions::remove_expired;
pub use users::{Account, create_user, end_sessions, find_user, invite, list_users, make_link, set_role};

pub use crate::config::Lifetimes;
