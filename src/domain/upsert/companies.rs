//! Upserting companies, and the companies that contacts work for.

use sea_orm::{
    ActiveModelTrait, DbBackend,
    sea_query::{LockType, SelectStatement},
};
use uuid::Uuid;

use super::{
    ItemResult, OnTrashed, Upserted,
    directory::Directory,
    is_done, is_tried_again, item_path,
    keys::{Findable, Key, Texts, take_turns, with_values},
    plan::{Checked, Planned, at, plan},
    refused,
    write::{self, record},
};
use crate::{
    domain::{
        Context, batches,
        companies::CompanyReference,
        error::{Code, Result, UserError},
        folding, input,
        input::{Given, Input, check},
        parse_id, refusal,
        text::trim,
    },
    entity::{
        batch::BatchKind,
        company::{ActiveModel, Entity, Model},
    },
    resources::COMPANY,
};

/// One of the ways to name a company.
#[derive(Clone, Debug)]
pub enum CompanyIdentifier {
    /// Liaison's id.
    Id(String),
    /// The caller's own key.
    ExternalId(String),
    /// The name of a live company, ignoring case and accents.
    Name(String),
}

/// A company to be updated or created.
#[derive(Clone, Debug)]
pub struct CompanyItem {
    /// The company.
    pub identifier: CompanyIdentifier,
    /// Its fields.
    pub input: Input,
    /// Action when the only match is in the trash.
    pub on_trashed: OnTrashed,
}

impl Findable for Entity {
    fn keys(company: &Model) -> Vec<Key> {
        let website = company.website.as_deref().and_then(host).map(Key::Website);
        [company.external_id.clone().map(Key::ExternalId), Some(name_key(&company.name)), website]
            .into_iter()
            .flatten()
            .collect()
    }

    fn with_texts(texts: &Texts, backend: DbBackend) -> Vec<SelectStatement> {
        let mut parts = Vec::new();
        for (column, values) in
            [("external_id", &texts.external_ids), ("name_key", &texts.names), ("name", &texts.exact_names)]
        {
            if !values.is_empty() {
                parts.push(with_values("companies", "id", column, values, backend));
            }
        }
        if !texts.websites.is_empty() {
            let hosts: Vec<String> = texts.websites.iter().map(|host| folding::key(host)).collect();
            parts.push(with_values("companies", "id", "website_host", &hosts, backend));
        }
        parts
    }
}

/// The host of a website, without "www.".
pub(crate) fn host(website: &str) -> Option<String> {
    let rest = website.split_once("://").map_or(website, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#', ':']).next().unwrap_or_default().to_lowercase();
    let host = trim(&host).trim_start_matches("www.");
    host.contains('.').then(|| host.to_owned())
}

/// The key of a name.
pub(crate) fn name_key(name: &str) -> Key {
    let key = folding::key(name);
    if key.is_empty() { Key::ExactName(name.to_owned()) } else { Key::Name(key) }
}

/// The input that sets one text.
fn text_input(field: &str, text: &str) -> Input {
    let field = COMPANY.field(field);
    field.map_or_else(Input::default, |field| Input::default().with(field, Some(Given::Text(text.to_owned()))))
}

/// Updates or creates companies, in one transaction. With `all_or_none`, one item that fails undoes all.
pub async fn upsert_companies(ctx: &Context, items: Vec<CompanyItem>, all_or_none: bool) -> Result<Upserted<Entity>> {
    let mut checked = Vec::with_capacity(items.len());
    for (place, item) in items.into_iter().enumerate() {
        checked.push(check_item(item, item_path(Some(place)))?);
    }
    let mut attempts = 1;
    loop {
        let outcome = attempt(ctx, &checked, all_or_none).await.map_err(refusal::explain::<Entity>);
        if !is_tried_again(&outcome, &mut attempts) {
            return outcome;
        }
    }
}

async fn attempt(ctx: &Context, checked: &[Checked<Entity>], all_or_none: bool) -> Result<Upserted<Entity>> {
    let mut write = ctx.begin().await?;
    batches::begin(&mut write);
    let mut keys: Vec<Key> = checked.iter().filter_map(|item| item.key.clone()).collect();
    keys.extend(checked.iter().filter_map(|item| wanted_external_id(&item.row)));
    take_turns(&write.tx, keys.iter().filter_map(|key| key.turn("companies")).collect()).await?;
    let mut directory = Directory::<Entity>::read(&write.tx, &keys, Some(LockType::NoKeyUpdate)).await?;
    let mut planned = Vec::with_capacity(checked.len());
    for item in checked {
        planned.push(plan(ctx, item, &mut directory)?);
    }
    let is_written = is_done(planned.iter().map(|planned| planned.outcome), all_or_none);
    let mut batch = None;
    if is_written {
        let changes = write::records(&write, &mut directory).await?;
        write.record(changes).await?;
        batch = batches::finish(&write, BatchKind::Upsert).await?;
        write.commit().await?;
    }
    let result = |planned: Planned| {
        if is_written {
            ItemResult { record: record(&directory, planned.id), outcome: planned.outcome, errors: planned.errors }
        } else {
            refused(planned.errors)
        }
    };
    Ok(Upserted { results: planned.into_iter().map(result).collect(), batch })
}

/// The key of the external id that a row sets.
pub(super) fn wanted_external_id(row: &ActiveModel) -> Option<Key> {
    row.external_id.clone().take().flatten().map(Key::ExternalId)
}

fn check_item(item: CompanyItem, path: Vec<String>) -> Result<Checked<Entity>> {
    let place: Vec<&str> = path.iter().map(String::as_str).collect();
    let (row, mut errors) = check::<Entity>(&[&place[..], &["input"]].concat(), item.input, false)?;
    let mut implied = <ActiveModel as ActiveModelTrait>::default();
    let key = match &item.identifier {
        CompanyIdentifier::Id(id) => {
            let key = parse_id(id).map(Key::Id);
            if key.is_none() {
                errors.push(at(&path, Code::Invalid, &["identifier", "id"], "This is not an id."));
            }
            key
        }
        CompanyIdentifier::ExternalId(text) => {
            let (set, wrong) =
                check::<Entity>(&[&place[..], &["identifier"]].concat(), text_input("externalId", text), false)?;
            implied = set;
            errors.extend(wrong);
            wanted_external_id(&implied)
        }
        CompanyIdentifier::Name(text) => {
            let (set, wrong) =
                check::<Entity>(&[&place[..], &["identifier"]].concat(), text_input("name", text), false)?;
            implied = set;
            errors.extend(wrong);
            implied.name.clone().take().map(|name: String| name_key(&name))
        }
    };
    if key.is_none() && errors.is_empty() {
        errors.push(at(&path, Code::Blank, &["identifier"], "The identifier must not be blank."));
    }
    Ok(Checked { path, key, row, implied, on_trashed: item.on_trashed, errors })
}

/// The company that a contact is to work for.
pub(super) struct Employer {
    key: Option<Key>,
    /// A company of that name, where one is to be created.
    named: Option<ActiveModel>,
    field: &'static str,
}

impl Employer {
    /// Checks a reference; what is wrong with it is added to the errors.
    pub(super) fn check(path: &[String], reference: &CompanyReference, errors: &mut Vec<UserError>) -> Result<Self> {
        Ok(match reference {
            CompanyReference::Id(id) => Self { key: parse_id(id).map(Key::Id), named: None, field: "id" },
            CompanyReference::ExternalId(text) => {
                let key = Some(trim(text)).filter(|text| !text.contains('\0')).map(str::to_owned);
                Self { key: key.map(Key::ExternalId), named: None, field: "externalId" }
            }
            CompanyReference::FindOrCreateByName(name) => {
                let field = ["primaryCompany", "company", "findOrCreateByName"];
                let (row, wrong) = check::<Entity>(&[], text_input("name", name), true)?;
                errors.extend(wrong.into_iter().map(|error| at(path, error.code, &field, error.message)));
                Self { key: Some(name_key(trim(name))), named: Some(row), field: "findOrCreateByName" }
            }
        })
    }

    /// The key to read it by.
    pub(super) fn key(&self) -> Option<&Key> {
        self.key.as_ref()
    }

    /// Finds the company; none where it is named by its name and there is none.
    pub(super) fn find(
        &self,
        path: &[String],
        directory: &Directory<Entity>,
    ) -> std::result::Result<Option<Uuid>, UserError> {
        let (live, trashed) = self.key.as_ref().map(|key| directory.with(key)).unwrap_or_default();
        if self.named.is_some() {
            return Ok(live.first().copied());
        }
        // By id and key, one in the trash is found too.
        let found = live.first().or(trashed.first()).copied();
        let field = ["primaryCompany", "company", self.field];
        found.map(Some).ok_or_else(|| at(path, Code::NotFound, &field, "There is no such company."))
    }

    /// Creates the company of that name, or brings it back where an undo has moved it to the trash.
    pub(super) fn create(&self, ctx: &Context, directory: &mut Directory<Entity>) -> Result<Uuid> {
        let (_, trashed) = self.key.as_ref().map(|key| directory.with(key)).unwrap_or_default();
        if let Some(undone) = directory.undone(&trashed) {
            directory.change(undone, &<ActiveModel as ActiveModelTrait>::default(), true)?;
            return Ok(undone);
        }
        let row = self.named.clone().unwrap_or_default();
        directory.create(input::complete::<Entity>(row, ctx.clock.new_id(), ctx.clock.now())?, false)
    }
}
