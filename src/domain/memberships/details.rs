//! The texts of a membership.

use crate::{
    domain::{
        error::{Result, UserError},
        input::{self, Given, Input},
    },
    entity::membership::{ActiveModel, Entity},
    resources::MEMBERSHIP,
};

/// The role and the department of a contact at a company, checked.
#[derive(Clone, Debug, Default)]
pub struct Details(pub(super) ActiveModel);

impl Details {
    /// Trims and checks both texts: the part that may be written, and the errors of the rest. `path` is where they stand
    /// in the arguments.
    pub(crate) fn check(
        path: &[&str],
        role: Option<&String>,
        department: Option<&String>,
    ) -> Result<(Self, Vec<UserError>)> {
        Self::check_texts(path, [("role", role), ("department", department)].into_iter())
    }

    /// The same of the texts that are given; the others stay as they are.
    pub(crate) fn given(
        path: &[&str],
        role: Option<&String>,
        department: Option<&String>,
    ) -> Result<(Self, Vec<UserError>)> {
        let texts = [("role", role), ("department", department)];
        Self::check_texts(path, texts.into_iter().filter(|(_, text)| text.is_some()))
    }

    /// The columns that are set.
    pub(crate) fn into_row(self) -> ActiveModel {
        self.0
    }

    fn check_texts<'a>(
        path: &[&str],
        texts: impl Iterator<Item = (&'a str, Option<&'a String>)>,
    ) -> Result<(Self, Vec<UserError>)> {
        let given = texts.filter_map(|(name, text)| Some((MEMBERSHIP.field(name)?, text)));
        let input = given.fold(Input::default(), |input, (field, text)| {
            input.with(field, text.map(|text| Given::Text(text.clone())))
        });
        let (row, errors) = input::check::<Entity>(path, input, false)?;
        Ok((Self(row), errors))
    }
}
