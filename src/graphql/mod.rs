//! The GraphQL schema: what the API looks like, over what the domain does.

use async_graphql::{SDLExportOptions, SchemaBuilder, ValidationMode, resolver_utils::enum_value};

use crate::domain::Code;

pub(crate) mod connection;
pub mod context;
mod described;
mod enums;
pub mod error;
pub mod fast;
mod filter;
mod input;
mod items;
pub mod loaders;
mod mutation;
mod own;
mod query;
mod scalars;
pub mod subscription;
mod types;

pub use mutation::Mutation;
pub use query::Query;
pub use subscription::Subscription;

/// A user error's code as the API writes it.
pub(crate) fn user_error_code(code: Code) -> String {
    enum_value(types::UserErrorCode::from(code)).to_string().replace('"', "")
}

/// Liaison's schema.
pub type Schema = async_graphql::Schema<Query, Mutation, Subscription>;

/// Begins the schema, to be validated like this.
pub(crate) fn builder(validation: ValidationMode) -> SchemaBuilder<Query, Mutation, Subscription> {
    Schema::build(Query::default(), Mutation::default(), Subscription)
        .register_output_type::<types::Node>()
        .validation_mode(validation)
}

/// The schema in GraphQL's own language, sorted, as `schema.graphql` holds it.
pub fn sdl() -> String {
    let options = SDLExportOptions::new()
        .sorted_fields()
        .sorted_arguments()
        .sorted_enum_items()
        .include_specified_by()
        .prefer_single_line_descriptions();
    builder(ValidationMode::Strict).finish().sdl_with_options(options)
}
