//! The GraphQL schema: what the API looks like, over what the domain does.

use async_graphql::{SDLExportOptions, SchemaBuilder, ValidationMode, resolver_utils::enum_value};

use crate::domain::Code;

mod card;
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
mod null_arguments;
mod query;
mod scalars;
mod self_only;
pub mod subscription;
mod types;

pub(crate) use described::Where;
pub use mutation::Mutation;
pub use query::Query;
pub(crate) use scalars::CHECKS as SCALAR_CHECKS;
pub use scalars::ScalarCheck;
pub use subscription::Subscription;

/// A user error's code as the API writes it.
pub(crate) fn user_error_code(code: Code) -> String {
    enum_value(types::UserErrorCode::from(code)).to_string().replace('"', "")
}

/// Liaison's schema.
pub type Schema = async_graphql::Schema<Query, Mutation, Subscription>;

/// Selections in each other, fragments put in, that the library executes.
const SELECTIONS_DEPTH_MAX: usize = 100;

/// The schema, which executes documents that are valid: the library's own validation is off, but for the few rules that
/// its execution relies on.
pub(crate) fn schema() -> Schema {
    builder().finish()
}

/// The schema for documents with a variable that is null where no null may stand, see [`null_arguments`].
pub(crate) fn schema_for_null_arguments() -> Schema {
    builder().extension(null_arguments::NullArguments).finish()
}

fn builder() -> SchemaBuilder<Query, Mutation, Subscription> {
    Schema::build(Query::default(), Mutation::default(), Subscription)
        .register_output_type::<types::Node>()
        .validation_mode(ValidationMode::Fast)
        .limit_recursive_depth(SELECTIONS_DEPTH_MAX)
}

/// The schema in GraphQL's own language, sorted, as `schema.graphql` holds it.
pub fn sdl() -> String {
    sdl_of(&schema())
}

/// A schema that is built already in that language.
pub(crate) fn sdl_of(schema: &Schema) -> String {
    let options = SDLExportOptions::new()
        .sorted_fields()
        .sorted_arguments()
        .sorted_enum_items()
        .include_specified_by()
        .prefer_single_line_descriptions();
    schema.sdl_with_options(options)
}
