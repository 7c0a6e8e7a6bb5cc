//! Requests to other servers.

mod client;
mod tls;

pub(crate) use self::{client::is_safe, tls::https};
pub use self::{
    client::{BoundedClient, OutboundError},
    tls::check_authorities,
};
