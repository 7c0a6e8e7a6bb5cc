//! The GraphQL schema: what the API looks like, over what the domain does.

use async_graphql::{EmptySubscription, SDLExportOptions, ValidationMode};

mod connection;
pub mod context;
pub mod direct;
pub mod documents;
pub mod error;
mod filter;
mod input;
pub mod limits;
pub mod loaders;
mod mutation;
mod query;
mod scalars;
pub mod tokens;
mod types;

pub use mutation::Mutation;
pub use query::Query;

/// Liaison's schema.
pub type Schema = async_graphql::Schema<Query, Mutation, EmptySubscription>;

/// Builds the schema. What a query may cost is checked before it gets here (see [`limits`]).
pub fn schema() -> Schema {
    build(ValidationMode::Strict)
}

/// The same schema for documents that are known to be valid (see [`documents`]).
pub fn schema_for_valid_documents() -> Schema {
    build(ValidationMode::Fast)
}

fn build(validation: ValidationMode) -> Schema {
    Schema::build(Query::default(), Mutation::default(), EmptySubscription)
        .register_output_type::<types::Node>()
        .validation_mode(validation)
        .finish()
}

/// The schema in GraphQL's own language, sorted, as `schema.graphql` holds it.
pub fn sdl() -> String {
    let options = SDLExportOptions::new()
        .sorted_fields()
        .sorted_arguments()
        .sorted_enum_items()
        .include_specified_by()
        .prefer_single_line_descriptions();
    schema().sdl_with_options(options)
}
