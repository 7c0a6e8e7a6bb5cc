//! The companies that rows name.

use sea_orm::{ActiveModelTrait, ModelTrait, Value};
use uuid::Uuid;

use super::{
    item::{Employer, Item},
    matching::{Found, choose},
    options::{MatchKey, Options},
    wanted::Pass,
};
use crate::{
    card::with_line_feeds,
    clock::Clock,
    domain::{
        error::{Code, Result, UserError},
        input::{self, Given, Input, check},
        memberships::Details,
        parse_id,
        text::trim,
        upsert::{Directory, Key, host, name_key},
    },
    entity::{
        company::{ActiveModel, Entity},
        membership,
    },
    resources::COMPANY,
};

/// The keys by which the company of a person is found.
pub(super) fn keys(employer: &Employer) -> Vec<Key> {
    let id = employer.id.as_deref().and_then(parse_id).map(Key::Id);
    let external_id = text(employer.external_id.as_ref()).map(|text| Key::ExternalId(text.to_owned()));
    let name = text(employer.name.as_ref()).map(name_key);
    let website = employer.website.as_deref().and_then(host).map(Key::Website);
    [id, external_id, name, website].into_iter().flatten().collect()
}

/// The text by which a row names a company that is not there.
pub(super) fn told_by(employer: &Employer) -> String {
    match keys(employer).into_iter().next() {
        Some(Key::Id(id)) => id.to_string(),
        Some(Key::ExternalId(text) | Key::Name(text) | Key::ExactName(text) | Key::Website(text)) => text,
        _ => String::new(),
    }
}

fn text(text: Option<&String>) -> Option<&str> {
    text.map(|text| trim(text)).filter(|text| !text.is_empty())
}

/// A place of a person in a company that was found, or is to be created.
pub(super) struct Place {
    company_id: Option<Uuid>,
    /// The company to be created.
    new: ActiveModel,
    key: Option<Key>,
    /// Role and department, as far as they are given.
    details: membership::ActiveModel,
}

impl Place {
    /// The places of a person; those without a company are left out.
    pub(super) fn find_all(
        employers: &[Employer],
        directory: &Directory<Entity>,
    ) -> std::result::Result<Vec<Self>, Vec<UserError>> {
        let (mut places, mut errors) = (Vec::new(), Vec::new());
        for employer in employers.iter().filter(|employer| !keys(employer).is_empty()) {
            match Self::find(employer, directory) {
                Ok((place, wrong)) => {
                    errors.extend(wrong);
                    places.push(place);
                }
                Err(cause) => errors.push(UserError::new(Code::Invalid, &["company"], cause.to_string())),
            }
        }
        if errors.is_empty() { Ok(places) } else { Err(errors) }
    }

    fn find(employer: &Employer, directory: &Directory<Entity>) -> Result<(Self, Vec<UserError>)> {
        let live = |key: &Key| directory.with(key).0.into_iter().next();
        let of_any_status = |key: &Key| {
            let (live, trashed) = directory.with(key);
            live.into_iter().chain(trashed).next()
        };
        let company_id = keys(employer).iter().find_map(|key| match key {
            Key::Id(_) | Key::ExternalId(_) => of_any_status(key),
            other => live(other),
        });
        let (details, mut errors) = Details::given(&[], employer.role.as_ref(), employer.department.as_ref())?;
        let mut new = <ActiveModel as ActiveModelTrait>::default();
        let name = text(employer.name.as_ref());
        if company_id.is_none() {
            let texts = [("name", name), ("website", text(employer.website.as_ref()))];
            let given = texts.into_iter().filter_map(|(field, text)| Some((COMPANY.field(field)?, text?)));
            let given = given
                .fold(Input::default(), |input, (field, text)| input.with(field, Some(Given::Text(text.to_owned()))));
            let (row, wrong) = check::<Entity>(&["company"], given, true)?;
            errors.extend(wrong);
            new = row;
        }
        Ok((Self { company_id, new, key: name.map(name_key), details: details.into_row() }, errors))
    }

    /// Role and department to be written to a membership, or to a new one. A text that differs from the one that is there
    /// by the kind of its line breaks alone stays, as in other fields.
    pub(super) fn details(&self, present: Option<&membership::Model>) -> membership::ActiveModel {
        use membership::Column::{Department, DepartmentKey, Role, RoleKey};
        let mut details = self.details.clone();
        for (text, key) in [(Role, RoleKey), (Department, DepartmentKey)] {
            let (new, present) = (details.get(text).into_value(), present.map(|present| present.get(text)));
            if let (Some(Value::String(Some(new))), Some(Value::String(Some(present)))) = (new, present)
                && with_line_feeds(&new) == with_line_feeds(&present)
            {
                details.not_set(text);
                details.not_set(key);
            }
        }
        details
    }

    /// The company, as far as it is known before anything is created.
    pub(super) fn company_id(&self) -> Option<Uuid> {
        self.company_id
    }

    /// The company: the one that was found, one of the same name that was created meanwhile, or a new one.
    pub(super) fn resolve(&self, clock: &Clock, directory: &mut Directory<Entity>) -> Result<Uuid> {
        let same = || self.key.as_ref().and_then(|key| directory.with(key).0.into_iter().next());
        if let Some(id) = self.company_id.or_else(same) {
            return Ok(id);
        }
        let (_, trashed) = self.key.as_ref().map(|key| directory.with(key)).unwrap_or_default();
        if let Some(undone) = directory.undone(&trashed) {
            directory.change(undone, &<ActiveModel as ActiveModelTrait>::default(), true)?;
            return Ok(undone);
        }
        directory.create(input::complete::<Entity>(self.new.clone(), clock.new_id(), clock.now())?, false)
    }
}

/// The company that a row of a file of companies is about: by id, by external id, by name. When rows are written, companies
/// that have only their names in common are not one.
pub(super) fn find_own(
    item: &Item,
    directory: &Directory<Entity>,
    options: &Options,
    pass: Pass,
) -> std::result::Result<Found, UserError> {
    let by = |key: MatchKey, of: Option<Key>| of.filter(|_| options.match_by.contains(&key));
    let id = by(MatchKey::Id, item.id.as_deref().and_then(parse_id).map(Key::Id));
    let external_id = by(MatchKey::ExternalId, item.text("externalId").map(|text| Key::ExternalId(text.to_owned())));
    let name = item.text("name").map(name_key);
    let is_named_only = id.is_none() && external_id.is_none();
    for key in [id, external_id, name.filter(|_| is_named_only && pass == Pass::Match)].into_iter().flatten() {
        if let Some(found) = choose(&[key], directory, |_| true, options.on_trashed)? {
            return Ok(found);
        }
    }
    Ok(Found::New)
}
