//! The fields of a selection as an answer has them.

use async_graphql::SelectionField;

/// Fields that share a key in the answer: one field, perhaps selected several times.
pub(super) struct Selected<'a> {
    pub(super) key: &'a str,
    pub(super) name: &'a str,
    pub(super) fields: Vec<SelectionField<'a>>,
}

/// The fields of a selection in the order of the answer.
///
/// Fragments are spread out whatever their type. Documents in which one may not apply take no fast path, see
/// [`super::fragments`].
pub(super) fn selected<'a>(parents: &[SelectionField<'a>]) -> Vec<Selected<'a>> {
    let mut all: Vec<Selected<'a>> = Vec::new();
    for field in parents.iter().flat_map(SelectionField::selection_set) {
        let key = field.alias().unwrap_or(field.name());
        match all.iter_mut().find(|selected| selected.key == key) {
            Some(selected) => selected.fields.push(field),
            None => all.push(Selected { key, name: field.name(), fields: vec![field] }),
        }
    }
    all
}
