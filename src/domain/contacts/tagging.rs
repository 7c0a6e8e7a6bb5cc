//! Tags that are added to contacts, and removed from them, beside those that they have.

use std::collections::HashSet;

use serde_json::{Value as Json, json};

use crate::{
    domain::{
        error::{Code, Error, Result, UserError},
        folding,
        input::{Given, Input, check},
    },
    entity::contact::{ActiveModel, Entity, Model},
    resources::CONTACT,
};

/// Tags to add and to remove, checked.
#[derive(Debug)]
pub(super) struct Tagging {
    add: Vec<Json>,
    /// Folded.
    remove: HashSet<String>,
}

impl Tagging {
    /// Checks the tags. `sets_tags` says that an input replaces them, which leaves nothing to add to.
    pub(super) fn check(add: &[String], remove: &[String], sets_tags: bool) -> Result<(Self, Vec<UserError>)> {
        let mut errors = Vec::new();
        for (name, tags) in [("addTags", add), ("removeTags", remove)] {
            let (_, wrong) = check::<Entity>(&[], tag_input(json!(tags)), false)?;
            // A tag is named by its place in the argument.
            errors.extend(wrong.into_iter().map(|mut error| {
                if let Some(first) = error.field.first_mut() {
                    name.clone_into(first);
                }
                error
            }));
            if sets_tags && !tags.is_empty() {
                let message = format!("Give either `tags` or `{name}`.");
                errors.push(UserError::new(Code::Invalid, &[name], message));
            }
        }
        let add = add.iter().map(|tag| json!(tag)).collect();
        Ok((Self { add, remove: remove.iter().map(|tag| folding::key(tag)).collect() }, errors))
    }

    /// The columns that change in a contact; none when its tags stay.
    pub(super) fn row(&self, contact: &Model) -> Result<Option<ActiveModel>> {
        if self.add.is_empty() && self.remove.is_empty() {
            return Ok(None);
        }
        let is_kept = |tag: &&Json| tag.as_str().is_some_and(|tag| !self.remove.contains(&folding::key(tag)));
        let kept = contact.tags.as_array().into_iter().flatten().filter(is_kept);
        let tags: Vec<Json> = kept.chain(&self.add).cloned().collect();
        let (row, errors) = check::<Entity>(&[], tag_input(json!(tags)), false)?;
        if errors.is_empty() {
            return Ok(Some(row));
        }
        let message = "A contact that the filter finds would have too many tags.";
        let error = UserError::new(Code::TooMany, &["addTags"], message);
        Err(Error::from(error.with_conflicts([contact.id])))
    }
}

fn tag_input(tags: Json) -> Input {
    let field = CONTACT.field("tags");
    field.map_or_else(Input::default, |field| Input::default().with(field, Some(Given::Json(tags))))
}
