//! The engine: a GraphQL request from its text to its answer, whatever the transport.
//!
//! A transport reads a `GraphqlRequest`, has it checked by `check`, and then either executed by `execute` or, when it
//! is a subscription, opened by `subscribe::open`. The engine knows nothing of media types, status codes and headers.

mod answer;
mod changes_page;
pub mod checks;
mod documents;
mod execute;
mod filters;
pub mod language;
mod omitted_variables;
mod operations;
mod persisted;
mod reading;
mod request;
mod state;
pub(crate) mod subscribe;

pub use state::Engine;
pub(crate) use {
    answer::{Answer, Refused},
    changes_page::{ChangesPage, RenderedChange, changes_page},
    execute::{check, execute},
    filters::read_filter,
    operations::Transport,
    request::GraphqlRequest,
};
