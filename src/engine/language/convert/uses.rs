//! The variables that definitions use in ways that the validating library does not look at.

use std::collections::{HashMap, HashSet};

use async_graphql::{
    Name, Pos,
    parser::types::{DocumentOperations, ExecutableDocument},
};

use crate::engine::language::fault::Fault;

/// The variables that one definition uses, and the fragments whose uses are its own.
#[derive(Default)]
pub(super) struct Uses {
    pub(super) spreads: Vec<Name>,
    /// Variables that `@skip` and `@include` look at.
    pub(super) conditions: Vec<Name>,
    /// Variables in objects of scalars such as JSON.
    pub(super) in_scalars: Vec<(Name, Pos)>,
    /// Variables that stand where no null may.
    pub(super) not_null: Vec<Name>,
}

/// The uses of all definitions of a document.
#[derive(Default)]
pub(super) struct Definitions {
    pub(super) operations: Vec<(Option<Name>, Uses)>,
    pub(super) fragments: HashMap<Name, Uses>,
}

impl Definitions {
    /// Notes undefined variables, and lets those that `@skip` and `@include` look at be no null: a variable with a default
    /// may stand there whatever its type is, and may be given as null all the same. Returns the others of which this is true.
    pub(super) fn finish(&self, document: &mut ExecutableDocument, faults: &mut Vec<Fault>) -> Vec<Name> {
        let mut nullable = Vec::new();
        for (name, uses) in &self.operations {
            let reached = self.reached(uses);
            let operation = match &mut document.operations {
                DocumentOperations::Single(operation) => Some(operation),
                DocumentOperations::Multiple(operations) => name.as_ref().and_then(|name| operations.get_mut(name)),
            };
            let Some(operation) = operation else { continue };
            let variables = &mut operation.node.variable_definitions;
            for (name, place) in reached.iter().flat_map(|uses| &uses.in_scalars) {
                if !variables.iter().any(|variable| variable.node.name.node == *name) {
                    faults.push(Fault::document(format!("The variable `${name}` is not defined."), Some(*place)));
                }
            }
            let conditions: HashSet<&Name> = reached.iter().flat_map(|uses| &uses.conditions).collect();
            for variable in variables.iter_mut().map(|variable| &mut variable.node) {
                if conditions.contains(&variable.name.node) {
                    variable.var_type.node.nullable = false;
                }
            }
            let not_null: HashSet<&Name> = reached.iter().flat_map(|uses| &uses.not_null).collect();
            let variables = variables.iter().map(|variable| &variable.node);
            let with_null = variables.filter(|variable| variable.var_type.node.nullable);
            nullable
                .extend(with_null.map(|variable| &variable.name.node).filter(|name| not_null.contains(name)).cloned());
        }
        nullable
    }

    /// The uses of a definition and of all fragments that it reaches.
    fn reached<'a>(&'a self, uses: &'a Uses) -> Vec<&'a Uses> {
        let (mut reached, mut seen, mut next) = (vec![uses], HashSet::new(), 0);
        while let Some(uses) = reached.get(next) {
            let new = uses.spreads.iter().filter(|name| seen.insert(*name));
            let new: Vec<&Uses> = new.filter_map(|name| self.fragments.get(name)).collect();
            reached.extend(new);
            next += 1;
        }
        reached
    }
}
