//! The GraphQL language: syntax, validation against the schema, and the coercion of variables.
//!
//! Another library than the one that executes does this work, because the latter's parser and validator are incomplete
//! (decision 0019). No other module names it: documents leave this one as the executing library's own types, so that
//! another library can take its place.
//!
//! A document is parsed and validated once. Neither looks at the request's variables, which [`Language::coerce`] checks
//! for each request.

mod coerce;
mod convert;
mod fault;
mod lines;
mod scalars;
mod schema;
#[cfg(test)]
mod tests;
mod validate;
mod values;

use apollo_compiler::{Schema, ast, parser::Parser, validation::Valid};
use async_graphql::{
    Name, Variables,
    parser::types::{ExecutableDocument, OperationDefinition},
};

use self::{
    coerce::InputTypes,
    convert::{Converted, convert},
    lines::Lines,
    scalars::Scalars,
    validate::merge_root_fields,
};
pub use self::{coerce::add_defaults, fault::Fault, validate::Source};
use crate::graphql::ScalarCheck;

/// Limits of a document's text.
#[derive(Clone, Copy, Debug)]
pub struct TextLimits {
    /// Most lexical tokens, with commas, comments and the blanks between them.
    pub tokens_max: u64,
    /// Most brackets in each other.
    pub nesting_max: u64,
    /// Most operations. Each is validated with all of the fragments that it uses.
    pub operations_max: u64,
}

/// Reason why a text is not taken for a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The text is not GraphQL.
    Syntax(Fault),
    /// The text goes over a limit.
    TooLarge {
        /// The things that are limited, as a noun in the plural.
        what: &'static str,
        /// The limit.
        most: u64,
    },
}

/// A document that is GraphQL, and still has to be validated.
pub struct Parsed {
    /// The document as the executing library takes it.
    pub document: ExecutableDocument,
    /// Variables whose type has null, that stand where no null may: a default allows that, and null fails the field.
    pub not_null: Vec<Name>,
    /// The document as it is validated.
    pub source: Source,
}

/// The language over one schema.
pub struct Language {
    schema: Valid<Schema>,
    scalars: Scalars,
    inputs: InputTypes,
}

impl Language {
    /// Reads the schema's text, some of whose scalars have checks. The error says what is wrong with it.
    pub fn new(sdl: &str, scalars: &'static [(&'static str, ScalarCheck)]) -> Result<Self, String> {
        let (schema, scalars) = (schema::read(sdl)?, Scalars(scalars));
        Ok(Self { inputs: InputTypes::new(&schema, scalars), schema, scalars })
    }

    /// Parses a document.
    pub fn parse(&self, text: &str, limits: &TextLimits) -> Result<Parsed, Refusal> {
        let lines = Lines::new(text);
        let (tokens_max, nesting_max) = (size(limits.tokens_max), size(limits.nesting_max));
        let mut parser = Parser::new().token_limit(tokens_max).recursion_limit(nesting_max);
        let parsed = parser.parse_ast(text, "");
        for (what, reached, most) in [
            ("tokens, commas and blanks", parser.tokens_reached(), limits.tokens_max),
            ("brackets in each other", parser.recursion_reached(), limits.nesting_max),
        ] {
            if reached > size(most) {
                return Err(Refusal::TooLarge { what, most });
            }
        }
        let mut ast = parsed.map_err(|failed| Refusal::Syntax(validate::syntax_fault(&failed.errors, &lines)))?;
        let operations = ast.definitions.iter().filter(|one| matches!(one, ast::Definition::OperationDefinition(_)));
        if operations.count() > size(limits.operations_max) {
            return Err(Refusal::TooLarge { what: "operations", most: limits.operations_max });
        }
        merge_root_fields(&mut ast);
        let converted = convert(&ast, &self.schema, self.scalars, &lines).map_err(Refusal::Syntax)?;
        let Converted { document, faults, not_null } = converted;
        Ok(Parsed { document, not_null, source: Source::new(ast, lines, faults) })
    }

    /// Validates a document by every rule of the specification. The cost grows with the document and its fragments put
    /// in, so that limits of those come first.
    pub fn validate(&self, source: &Source) -> Result<(), Vec<Fault>> {
        source.validate(&self.schema)
    }

    /// Turns the variables of a request, defaults among them, into values of their types, as the specification's section
    /// 6.1.2 has it. The operation's document is valid. Variables that the operation does not have stay as they are.
    pub fn coerce(&self, operation: &OperationDefinition, variables: &mut Variables) -> Result<(), Vec<Fault>> {
        self.inputs.coerce(operation, variables)
    }
}

fn size(limit: u64) -> usize {
    usize::try_from(limit).unwrap_or(usize::MAX)
}
