//! The schema as documents are validated against it.

use apollo_compiler::{Node, Schema, schema::ExtendedType, validation::Valid};

/// Fields by which later editions of the specification let a schema describe itself, and that the executing library does
/// not answer.
const NOT_ANSWERED: &[(&str, &str)] = &[("__Directive", "isDeprecated"), ("__Directive", "deprecationReason")];
/// Arguments of the same kind.
const NOT_TAKEN: &[(&str, &str, &str)] = &[("__Schema", "directives", "includeDeprecated")];

/// Reads the schema's text. The error says what is wrong with it.
pub(super) fn read(sdl: &str) -> Result<Valid<Schema>, String> {
    let schema = Schema::parse_and_validate(sdl, "schema.graphql").map_err(|failed| failed.errors.to_string())?;
    let mut schema = schema.into_inner();
    for (type_name, field) in NOT_ANSWERED {
        if let Some(ExtendedType::Object(object)) = schema.types.get_mut(*type_name) {
            object.make_mut().fields.shift_remove(*field);
        }
    }
    for (type_name, field, argument) in NOT_TAKEN {
        if let Some(ExtendedType::Object(object)) = schema.types.get_mut(*type_name)
            && let Some(field) = object.make_mut().fields.get_mut(*field)
        {
            Node::make_mut(field).arguments.retain(|definition| definition.name != *argument);
        }
    }
    Ok(Valid::assume_valid(schema))
}
