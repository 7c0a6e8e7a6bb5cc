//! The GraphQL schema: what the API looks like, over what the domain does.

use async_graphql::{SDLExportOptions, ValidationMode, resolver_utils::enum_value};

use crate::domain::Code;

pub mod absent;
pub mod access;
mod connection;
pub mod context;
pub mod direct;
pub mod documents;
pub mod error;
mod filter;
mod filter_size;
mod input;
mod items;
pub mod limits;
pub mod loaders;
mod mutation;
mod own;
mod query;
mod scalars;
pub mod subscription;
pub mod tokens;
mod types;
mod usages;
pub mod validator;
mod values;

pub use mutation::Mutation;
pub use query::Query;
pub use subscription::Subscription;

/// A user error's code as the API writes it.
pub(crate) fn user_error_code(code: Code) -> String {
    enum_value(types::UserErrorCode::from(code)).to_string().replace('"', "")
}

/// Liaison's schema.
pub type Schema = async_graphql::Schema<Query, Mutation, Subscription>;

/// The schema in GraphQL's own language, sorted, as `schema.graphql` holds it.
pub fn sdl() -> String {
    let options = SDLExportOptions::new()
        .sorted_fields()
        .sorted_arguments()
        .sorted_enum_items()
        .include_specified_by()
        .prefer_single_line_descriptions();
    validator::builder(ValidationMode::Strict).finish().sdl_with_options(options)
}
