//! Cost of a document, computed before anything else looks at it.
//!
//! A document of n fragments that each spread the next one twice stands for 2^n fields, and the library's own checks
//! walk all of them. Here each fragment is reckoned once, so the check costs no more than the document is long; what
//! passes is small enough for the library.

use std::collections::HashMap;

use async_graphql::{
    Name, Variables,
    parser::{
        parse_schema,
        types::{
            ExecutableDocument, Field, OperationDefinition, OperationType, Selection, SelectionSet, TypeKind,
            TypeSystemDefinition,
        },
    },
};
use async_graphql_value::{ConstValue, Number, Value};

use super::filter_size::{self, FilterSize};
use crate::{
    config::Limits,
    graphql::{
        connection::{PAGE_SIZE_DEFAULT, PICKER_LIMIT_DEFAULT, PICKER_LIMIT_MAX},
        error::{ApiError, ErrorCode},
    },
};

/// Size of a part of a document, with its fragments expanded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Size {
    /// Fields at this level.
    here: u64,
    fields: u64,
    aliases: u64,
    directives: u64,
    depth: u64,
    complexity: u64,
    /// How many lists of the schema's own description stand in each other.
    described: u64,
    /// Tests in filters that look at each row.
    scans: u64,
    /// Values of arguments, those of a variable at each of its uses.
    inputs: u64,
}

impl Size {
    fn beside(self, other: Self) -> Self {
        Self {
            here: self.here.saturating_add(other.here),
            fields: self.fields.saturating_add(other.fields),
            aliases: self.aliases.saturating_add(other.aliases),
            directives: self.directives.saturating_add(other.directives),
            depth: self.depth.max(other.depth),
            complexity: self.complexity.saturating_add(other.complexity),
            described: self.described.max(other.described),
            scans: self.scans.saturating_add(other.scans),
            inputs: self.inputs.saturating_add(other.inputs),
        }
    }
}

/// How long the lists of each field are, read off the schema: connections by their arguments, other lists by what
/// their kind usually holds.
#[derive(Debug)]
pub struct Costs {
    /// The type that each field of each type returns, and how long it is.
    fields: HashMap<String, HashMap<String, (String, Length)>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Length {
    /// A single value.
    One,
    /// As long as `first` or `last` say.
    Page,
    /// As long as `limit` says.
    Limit,
    /// As long as the list of ids in the arguments.
    Ids,
    /// The few that hang on one record.
    Few,
    /// The types of the schema.
    Types,
    /// Lists that describe a type or a field.
    Described,
}

/// Assumed length of a list without arguments: memberships of a contact, parties to an interaction.
const RELATION_LENGTH: u64 = 8;
/// Assumed length of the list of all types.
const TYPES_LENGTH: u64 = 25;
/// Assumed length of the list of a type's fields, and of other lists that describe it.
const DESCRIPTION_LENGTH: u64 = 5;
/// Lists of the schema's description in each other. Tools ask for the arguments of the fields of the types; types refer
/// to each other in circles, so each further level makes the answer many times longer.
const DESCRIBED_DEPTH_MAX: u64 = 3;

/// Values of all arguments of a request, those of a variable at each of its uses: twice what `variables` may have.
const INPUTS_MAX: u64 = 200_000;
/// Items of a list of names that the schema has, such as the keys of an order.
const NAMES_MAX: usize = 20;

/// The fields by which a schema describes itself. They are in no SDL: GraphQL specification, section 4.
const INTROSPECTION: &[(&str, &str, &str, Length)] = &[
    ("Query", "__schema", "__Schema", Length::One),
    ("Query", "__type", "__Type", Length::One),
    ("__Schema", "types", "__Type", Length::Types),
    ("__Schema", "queryType", "__Type", Length::One),
    ("__Schema", "mutationType", "__Type", Length::One),
    ("__Schema", "subscriptionType", "__Type", Length::One),
    ("__Schema", "directives", "__Directive", Length::Described),
    ("__Type", "fields", "__Field", Length::Described),
    ("__Type", "inputFields", "__InputValue", Length::Described),
    ("__Type", "interfaces", "__Type", Length::Described),
    ("__Type", "possibleTypes", "__Type", Length::Described),
    ("__Type", "enumValues", "__EnumValue", Length::Described),
    ("__Type", "ofType", "__Type", Length::One),
    ("__Field", "args", "__InputValue", Length::Described),
    ("__Field", "type", "__Type", Length::One),
    ("__InputValue", "type", "__Type", Length::One),
    ("__Directive", "args", "__InputValue", Length::Described),
];

impl Costs {
    /// Reads the schema's text.
    pub fn new(sdl: &str) -> Self {
        let mut fields: HashMap<String, HashMap<String, (String, Length)>> = HashMap::new();
        for definition in parse_schema(sdl).map(|document| document.definitions).unwrap_or_default() {
            let TypeSystemDefinition::Type(definition) = definition else { continue };
            let definition = definition.node;
            let TypeKind::Object(object) = definition.kind else { continue };
            let of_type = fields.entry(definition.name.node.to_string()).or_default();
            for field in object.fields {
                let field = field.node;
                let has = |name: &str| field.arguments.iter().any(|argument| argument.node.name.node == name);
                let ty = field.ty.node.to_string();
                let length = if has("first") {
                    Length::Page
                } else if has("limit") {
                    Length::Limit
                } else if has("ids") {
                    Length::Ids
                } else if ty.starts_with('[') && !matches!(field.name.node.as_str(), "edges" | "nodes") {
                    Length::Few
                } else {
                    Length::One
                };
                let ty = ty.trim_matches(|letter| matches!(letter, '[' | ']' | '!')).to_owned();
                of_type.insert(field.name.node.to_string(), (ty, length));
            }
        }
        for (of, name, ty, length) in INTROSPECTION {
            fields.entry((*of).to_owned()).or_default().insert((*name).to_owned(), ((*ty).to_owned(), *length));
        }
        Self { fields }
    }

    /// Refuses a document whose operation is too large, deep or costly, or whose fragments go in a circle.
    pub fn check(
        &self,
        document: &ExecutableDocument,
        operation: &OperationDefinition,
        variables: &Variables,
        limits: &Limits,
    ) -> Result<(), ApiError> {
        let mut walk =
            Walk { costs: self, document, variables, limits, fragments: HashMap::new(), counted: HashMap::new() };
        let mut size = walk.operation(operation)?;
        // Validation also walks other operations, and fragments that this operation does not use.
        let mut unreached = Size::default();
        for (_, other) in
            document.operations.iter().filter(|(_, other)| !std::ptr::eq(&raw const other.node, operation))
        {
            unreached = unreached.beside(walk.operation(&other.node)?);
        }
        for name in document.fragments.keys() {
            if !walk.fragments.contains_key(name.as_str()) {
                unreached = unreached.beside(walk.fragment(name)?);
            }
        }
        size.fields = size.fields.saturating_add(unreached.fields);
        size.directives = size.directives.saturating_add(unreached.directives);
        for (what, is, most) in [
            ("fields", size.fields, limits.fields_max),
            ("aliases", size.aliases, limits.aliases_max),
            ("directives", size.directives, limits.directives_max),
            ("levels of fields", size.depth, limits.depth_max.into()),
            ("top-level fields", size.here, limits.root_fields_max),
            ("lists of the schema's description in each other", size.described, DESCRIBED_DEPTH_MAX),
            ("tests in filters that look at each row", size.scans, limits.scans_max),
            ("values of arguments, those of a variable at each use,", size.inputs, INPUTS_MAX),
            ("points of complexity", size.complexity, limits.complexity_max),
        ] {
            if is > most {
                return Err(too_complex(what, most));
            }
        }
        Ok(())
    }
}

/// The error for a document that goes over a limit.
pub(crate) fn too_complex(what: &str, most: u64) -> ApiError {
    let message = format!("The query is too complex: at most {most} {what} are allowed. Ask for less at once.");
    ApiError::new(ErrorCode::QueryTooComplex, message)
}

struct Walk<'a> {
    costs: &'a Costs,
    document: &'a ExecutableDocument,
    variables: &'a Variables,
    limits: &'a Limits,
    /// Finished fragments; `None` while one is being computed.
    fragments: HashMap<String, Option<Size>>,
    /// How many values each variable has that was looked at.
    counted: HashMap<&'a Name, u64>,
}

impl<'a> Walk<'a> {
    fn operation(&mut self, operation: &'a OperationDefinition) -> Result<Size, ApiError> {
        let root = match operation.ty {
            OperationType::Query => "Query",
            OperationType::Mutation => "Mutation",
            OperationType::Subscription => "Subscription",
        };
        let mut size = self.selection_set(&operation.selection_set.node, root)?;
        size.directives = size.directives.saturating_add(count(operation.directives.len()));
        Ok(size)
    }

    fn selection_set(&mut self, set: &'a SelectionSet, ty: &str) -> Result<Size, ApiError> {
        let mut total = Size::default();
        for selection in &set.items {
            let size = match &selection.node {
                Selection::Field(field) => self.field(&field.node, ty)?,
                Selection::FragmentSpread(spread) => {
                    let mut size = self.fragment(&spread.node.fragment_name.node)?;
                    size.directives = size.directives.saturating_add(count(spread.node.directives.len()));
                    size
                }
                Selection::InlineFragment(inline) => {
                    let inline = &inline.node;
                    let ty = inline.type_condition.as_ref().map_or(ty, |condition| &condition.node.on.node);
                    let mut size = self.selection_set(&inline.selection_set.node, ty)?;
                    size.directives = size.directives.saturating_add(count(inline.directives.len()));
                    size
                }
            };
            total = total.beside(size);
        }
        Ok(total)
    }

    fn field(&mut self, field: &'a Field, ty: &str) -> Result<Size, ApiError> {
        let costs = self.costs;
        let known = costs.fields.get(ty).and_then(|fields| fields.get(field.name.node.as_str()));
        let (child_type, length) = known.map_or(("", Length::One), |(ty, length)| (ty.as_str(), *length));
        let inner = self.selection_set(&field.selection_set.node, child_type)?;
        let times = self.length(field, length);
        let tests = self.tests(field)?;
        Ok(Size {
            here: 1,
            fields: inner.fields.saturating_add(1),
            aliases: inner.aliases.saturating_add(u64::from(field.alias.is_some())),
            directives: inner.directives.saturating_add(count(field.directives.len())),
            depth: inner.depth.saturating_add(1),
            complexity: inner.complexity.saturating_mul(times).saturating_add(1).saturating_add(tests.complexity()),
            described: inner.described + u64::from(matches!(length, Length::Types | Length::Described)),
            scans: inner.scans.saturating_add(tests.scans),
            inputs: inner.inputs.saturating_add(self.inputs(field)?),
        })
    }

    /// The values of a field's arguments: each is taken apart for each field that has it. Lists of names of the schema's have
    /// few that differ.
    fn inputs(&mut self, field: &'a Field) -> Result<u64, ApiError> {
        for name in ["orderBy", "subjectTypes"] {
            if let Some(ArgumentLength::List(length)) = self.argument(field, name)
                && length > NAMES_MAX
            {
                return Err(ApiError::bad_input(format!("`{name}` has at most {NAMES_MAX} items.")));
            }
        }
        let mut sum = 0_u64;
        for (_, value) in &field.arguments {
            sum = sum.saturating_add(self.values(&value.node));
        }
        Ok(sum)
    }

    /// How many objects, lists and values there are. Documents and variables have a bounded depth.
    fn values(&mut self, value: &'a Value) -> u64 {
        match value {
            Value::Variable(name) => {
                let variables = self.variables;
                *self.counted.entry(name).or_insert_with(|| variables.get(name).map_or(1, const_values))
            }
            Value::List(items) => items.iter().fold(1, |sum: u64, item| sum.saturating_add(self.values(item))),
            Value::Object(fields) => fields.values().fold(1, |sum: u64, field| sum.saturating_add(self.values(field))),
            _ => 1,
        }
    }

    /// The tests of a field's `filter`; a search counts as one that scans.
    fn tests(&self, field: &'a Field) -> Result<FilterSize, ApiError> {
        let given = |name: &str| field.arguments.iter().find(|(argument, _)| argument.node == name);
        let mut size = match given("filter") {
            Some((_, filter)) => filter_size::measure(&filter.node, &|name| self.variables.get(name), self.limits)?,
            None => FilterSize::default(),
        };
        size.scans = size.scans.saturating_add(u64::from(given("search").is_some()));
        Ok(size)
    }

    fn fragment(&mut self, name: &str) -> Result<Size, ApiError> {
        match self.fragments.get(name) {
            Some(Some(size)) => return Ok(*size),
            Some(None) => {
                let message = format!("The fragment \"{}\" contains itself.", shortened(name));
                return Err(ApiError::new(ErrorCode::ValidationFailed, message));
            }
            None => {}
        }
        // An unknown fragment is for validation to report.
        let Some(definition) = self.document.fragments.get(name) else { return Ok(Size::default()) };
        if count(self.fragments.values().filter(|size| size.is_none()).count()) > self.limits.depth_max.into() {
            return Err(too_complex("levels of fragments", self.limits.depth_max.into()));
        }
        self.fragments.insert(name.to_owned(), None);
        let ty = definition.node.type_condition.node.on.node.as_str();
        let mut size = self.selection_set(&definition.node.selection_set.node, ty)?;
        size.directives = size.directives.saturating_add(count(definition.node.directives.len()));
        self.fragments.insert(name.to_owned(), Some(size));
        Ok(size)
    }

    /// How many values a field has, as far as its arguments tell. Values out of range count as the greatest allowed:
    /// the resolver refuses them.
    fn length(&self, field: &'a Field, length: Length) -> u64 {
        let number = |name: &str| match self.argument(field, name)? {
            ArgumentLength::Number(number) => whole(number),
            ArgumentLength::List(_) => None,
        };
        match length {
            Length::One => 1,
            Length::Few => RELATION_LENGTH,
            Length::Types => TYPES_LENGTH,
            Length::Described => DESCRIPTION_LENGTH,
            Length::Page => {
                let size = number("first").or_else(|| number("last")).unwrap_or(PAGE_SIZE_DEFAULT);
                size.min(self.limits.page_size_max.into())
            }
            Length::Limit => {
                number("limit").unwrap_or_else(|| PICKER_LIMIT_DEFAULT.unsigned_abs().into()).min(PICKER_LIMIT_MAX)
            }
            Length::Ids => match self.argument(field, "ids") {
                Some(ArgumentLength::List(length)) => count(length).min(self.limits.bulk_max.into()),
                _ => 1,
            },
        }
    }

    fn argument(&self, field: &'a Field, name: &str) -> Option<ArgumentLength<'a>> {
        let (_, value) = field.arguments.iter().find(|(argument, _)| argument.node == name)?;
        match &value.node {
            Value::Variable(variable) => match self.variables.get(variable)? {
                ConstValue::Number(number) => Some(ArgumentLength::Number(number)),
                ConstValue::List(items) => Some(ArgumentLength::List(items.len())),
                _ => None,
            },
            Value::Number(number) => Some(ArgumentLength::Number(number)),
            Value::List(items) => Some(ArgumentLength::List(items.len())),
            _ => None,
        }
    }
}

/// A number as Int has it: 1.0 is one too.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast of a double stops at the limits")]
fn whole(number: &Number) -> Option<u64> {
    let double = || number.as_f64().filter(|number| *number >= 0.0);
    number.as_u64().or_else(|| double().map(|number| number as u64))
}

/// Length of a list, as an argument gives it.
enum ArgumentLength<'a> {
    Number(&'a Number),
    /// How many items it lists.
    List(usize),
}

fn const_values(value: &ConstValue) -> u64 {
    match value {
        ConstValue::List(items) => items.iter().map(const_values).sum::<u64>() + 1,
        ConstValue::Object(fields) => fields.values().map(const_values).sum::<u64>() + 1,
        _ => 1,
    }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}

/// The beginning of a name that a client made up, short enough to be sent back.
pub(crate) fn shortened(name: &str) -> String {
    name.chars().take(60).collect()
}
