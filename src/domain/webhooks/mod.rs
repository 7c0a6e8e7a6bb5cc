//! Webhooks: endpoints of other systems that are told of changes. This module has their settings, secrets, place in the
//! feed and state; `crate::webhooks` delivers.

mod key;
mod lease;
mod network;
mod retry;
mod seal;
mod secret;
mod signing;
mod state;
mod url;
mod write;

pub use self::{
    key::SecretKey,
    lease::{LEASE, claim, is_claimable, release},
    network::Outbound,
    retry::GIVE_UP_AFTER,
    seal::seal_again,
    secret::WebhookSecret,
    signing::{Signer, signer},
    state::{Failed, delivered, failed, is_current, skipped, switch_off},
    url::{parse as parse_url, site},
    write::{
        NewWebhook, WebhookInput, create, delete, enabled, get, get_many, list, place, replay, rotate, subject_types,
        update,
    },
};
