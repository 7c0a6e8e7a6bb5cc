//! A job of several transactions, as imports are, and what undoing makes of it.

use std::sync::Arc;

use sea_orm::EntityTrait;
use uuid::Uuid;

use super::{advance, end, get, is_undone, join, kept, rows::update_all, start, undo};
use crate::{
    clock::Clock,
    config::DatabaseConfig,
    domain::{
        Actor, Context, Write,
        changes::{Diff, NewChange},
        companies::{self, CompanyReference},
        contacts,
        input::{self, Given, Input, check},
        memberships::{self, Details},
        page::PageRequest,
        records,
    },
    entity::{
        batch::{BatchKind, BatchState},
        change::{ChangeKind, SubjectType},
        company,
        contact::{self, Entity, Model},
        membership,
        role::Role,
        status::Status,
    },
    resources::CONTACT,
    storage::{self, Db},
};

async fn context() -> (tempfile::TempDir, Context) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}?mode=rwc", folder.path().join("test.db").display());
    let config = DatabaseConfig { url, ..DatabaseConfig::default() };
    storage::migrate(&config, async |_| Ok(())).await.unwrap();
    let db = Db::connect(&config).await.unwrap();
    let actor = Actor { role: Some(Role::Admin), ..Actor::default() };
    let ctx = Context {
        db,
        clock: Clock::stepping(),
        actor,
        token_cache: Arc::default(),
        feed: Arc::default(),
        groups: Arc::default(),
        outbound: Arc::default(),
        passwords: true,
    };
    (folder, ctx)
}

fn text(input: Input, name: &str, value: &str) -> Input {
    input.with(CONTACT.field(name).unwrap(), Some(Given::Text(value.to_owned())))
}

fn named(name: &str) -> contacts::NewContact {
    contacts::NewContact { input: text(Input::default(), "name", name), ..contacts::NewContact::default() }
}

async fn insert(write: &Write, input: Input) -> Uuid {
    let id = write.clock.new_id();
    let row = input::complete::<Entity>(check::<Entity>(&[], input, true).unwrap().0, id, write.now).unwrap();
    Entity::insert(row).exec_without_returning(&write.tx).await.unwrap();
    write.record(vec![NewChange::contact(ChangeKind::Created, id)]).await.unwrap();
    id
}

async fn update(write: &Write, stored: &Model, input: Input) {
    let (row, _) = check::<Entity>(&[], input, false).unwrap();
    let mut present = Model { version: stored.version + 1, updated_at: write.now, ..stored.clone() };
    super::rows::overlay::<Entity>(&mut present, &row).unwrap();
    let diff = Diff::between::<Entity>(stored, &present);
    update_all::<Entity>(write, vec![(stored, &present)]).await.unwrap();
    write.record(vec![NewChange::contact(ChangeKind::Updated, stored.id).with(diff)]).await.unwrap();
}

async fn acme(write: &Write) -> Uuid {
    companies::resolve(write, &CompanyReference::FindOrCreateByName("Acme".to_owned())).await.unwrap()
}

/// An import of two rows: a contact that is there already, and a new one with the external id `key:1`, both at Acme.
async fn import(ctx: &Context, old: Uuid) -> (Uuid, Uuid) {
    let write = ctx.begin().await.unwrap();
    let batch = start(&write, BatchKind::Import).await.unwrap();
    write.commit().await.unwrap();
    let mut write = ctx.begin().await.unwrap();
    join(&mut write, batch.id);
    let company = acme(&write).await;
    let stored = records::get::<Entity>(&write.tx, old).await.unwrap().unwrap();
    let input = text(text(Input::default(), "email", "Old@Example.com"), "phone", "1");
    update(&write, &stored, input).await;
    memberships::put_first(&write, old, company, Details::default()).await.unwrap();
    advance(&write).await.unwrap();
    write.commit().await.unwrap();

    let mut write = ctx.begin().await.unwrap();
    join(&mut write, batch.id);
    let company = acme(&write).await;
    let new = insert(&write, text(text(Input::default(), "name", "New"), "externalId", "key:1")).await;
    memberships::insert_first(&write, new, company, Details::default()).await.unwrap();
    let stored = records::get::<Entity>(&write.tx, new).await.unwrap().unwrap();
    update(&write, &stored, text(Input::default(), "name", "Newer")).await;
    advance(&write).await.unwrap();
    end(&write, batch.id, BatchState::Done).await.unwrap();
    write.commit().await.unwrap();
    (batch.id, new)
}

/// The companies that a contact works for, the primary one first.
async fn companies_of(ctx: &Context, contact_id: Uuid) -> Vec<(String, Status, bool)> {
    let mut loaded = memberships::of_contacts(ctx.db.reads(), &[contact_id], true).await.unwrap();
    let of_contact = loaded.remove(&contact_id).unwrap_or_default().into_iter();
    of_contact
        .map(|loaded| {
            (
                loaded.company.as_ref().unwrap().name.clone(),
                loaded.company.unwrap().status,
                loaded.membership.is_primary,
            )
        })
        .collect()
}

async fn contact(ctx: &Context, id: Uuid) -> Model {
    records::get::<contact::Entity>(ctx.db.reads(), id).await.unwrap().unwrap()
}

async fn kept_of(ctx: &Context, batch: Uuid) -> Vec<(SubjectType, Uuid, String)> {
    let mut found = kept(ctx.db.reads(), &[batch], &PageRequest::whole()).await.unwrap();
    let rows = found.remove(&batch).unwrap().rows.into_iter();
    rows.map(|row| (row.subject_type, row.subject_id, row.field)).collect()
}

async fn old_at_home_and_office(ctx: &Context) -> Uuid {
    let old = contacts::create(ctx, named("Old")).await.unwrap().id;
    for company in ["Office", "Home"] {
        let write = ctx.begin().await.unwrap();
        let reference = CompanyReference::FindOrCreateByName(company.to_owned());
        let company = companies::resolve(&write, &reference).await.unwrap();
        memberships::put_first(&write, old, company, Details::default()).await.unwrap();
        write.commit().await.unwrap();
    }
    old
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_is_taken_back_and_comes_again() {
    let (_folder, ctx) = context().await;
    let old = old_at_home_and_office(&ctx).await;
    let before = (contact(&ctx, old).await, companies_of(&ctx, old).await);
    let (batch, new) = import(&ctx, old).await;
    let made = get(ctx.db.reads(), batch).await.unwrap().unwrap();
    assert_eq!((made.change_count, made.done_count, made.state), (7, 7, BatchState::Done));
    assert_eq!(companies_of(&ctx, old).await[0], ("Acme".to_owned(), Status::Active, true));

    let undone = undo(&ctx, &batch.to_string()).await.unwrap();
    assert_eq!((undone.state, undone.done_count), (BatchState::Undone, 7));
    assert_eq!(kept_of(&ctx, batch).await, []);
    let after = contact(&ctx, old).await;
    assert_eq!(
        Model { version: before.0.version, updated_at: before.0.updated_at, ..after.clone() },
        before.0,
        "with every column that follows from another"
    );
    assert_eq!(after.version, before.0.version + 2);
    assert_eq!(companies_of(&ctx, old).await, before.1);
    let gone = contact(&ctx, new).await;
    assert_eq!((gone.status, gone.prior_status, gone.name.as_str()), (Status::Trashed, Some(Status::Active), "New"));
    assert!(is_undone::<Entity>(&gone));
    // It keeps its company in the trash.
    assert_eq!(companies_of(&ctx, new).await, [("Acme".to_owned(), Status::Trashed, true)]);

    // The same key brings it back, and its company by the name.
    let key = text(text(Input::default(), "name", "Again"), "externalId", "key:1");
    let company = CompanyReference::FindOrCreateByName("ACME".to_owned());
    let primary = contacts::PrimaryCompany { company, role: None, department: None };
    let again = contacts::NewContact { input: key, primary_company: Some(primary), ..contacts::NewContact::default() };
    let again = contacts::create(&ctx, again).await.unwrap();
    assert_eq!((again.id, again.status, again.name.as_str(), again.undone_at), (new, Status::Active, "Again", None));
    assert_eq!(companies_of(&ctx, new).await, [("Acme".to_owned(), Status::Active, true)]);
    assert_eq!(company::Entity::find().all(ctx.db.reads()).await.unwrap().len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_id_brings_an_undone_record_back() {
    let (_folder, ctx) = context().await;
    let old = old_at_home_and_office(&ctx).await;
    let (batch, new) = import(&ctx, old).await;
    undo(&ctx, &batch.to_string()).await.unwrap();
    let again = contacts::NewContact { id: Some(new.to_string()), ..named("Again") };
    let again = contacts::create(&ctx, again).await.unwrap();
    assert_eq!((again.id, again.status, again.name.as_str()), (new, Status::Active, "Again"));
    assert_eq!(again.external_id.as_deref(), Some("key:1"));
    // A record that a user trashes stays in the trash, because the user means it.
    crate::domain::trash::trash::<Entity>(&ctx, &new.to_string()).await.unwrap();
    let third = contacts::NewContact { id: Some(new.to_string()), ..named("Third") };
    assert_eq!(contacts::create(&ctx, third).await.unwrap().name, "Again");
    assert_eq!(contact(&ctx, new).await.status, Status::Trashed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_somebody_changed_since_stays() {
    let (_folder, ctx) = context().await;
    let old = old_at_home_and_office(&ctx).await;
    let (batch, new) = import(&ctx, old).await;
    contacts::update(&ctx, &old.to_string(), text(Input::default(), "phone", "2"), None).await.unwrap();
    contacts::update(&ctx, &new.to_string(), text(Input::default(), "name", "Newest"), None).await.unwrap();
    let at_acme = memberships::of_contacts(ctx.db.reads(), &[old], true).await.unwrap().remove(&old).unwrap();
    let at_acme = at_acme[0].membership.id;
    let role = crate::resources::MEMBERSHIP.field("role").unwrap();
    let fields = Input::default().with(role, Some(Given::Text("Boss".to_owned())));
    let patch = memberships::MembershipPatch { fields, ..memberships::MembershipPatch::default() };
    memberships::update(&ctx, &at_acme.to_string(), patch).await.unwrap();

    undo(&ctx, &batch.to_string()).await.unwrap();
    let home = membership::Entity::find().all(ctx.db.reads()).await.unwrap();
    let home = home.iter().find(|row| row.contact_id == old && !row.is_primary && row.position == 1).unwrap().id;
    assert_eq!(
        kept_of(&ctx, batch).await,
        [
            (SubjectType::Contact, new, "name".to_owned()),
            (SubjectType::Membership, at_acme, String::new()),
            (SubjectType::Contact, old, "phone".to_owned()),
            (SubjectType::Contact, old, "phones".to_owned()),
            (SubjectType::Membership, home, "isPrimary".to_owned()),
        ]
    );
    let after = contact(&ctx, old).await;
    assert_eq!((after.phone.as_deref(), after.email, after.email_lower), (Some("2"), None, None));
    assert_eq!(contact(&ctx, new).await.status, Status::Trashed);
    // The company came with the batch, and is in the trash; the membership is somebody's by now.
    let at: Vec<_> = companies_of(&ctx, old).await.into_iter().map(|(name, ..)| name).collect();
    assert_eq!(at, ["Acme", "Office", "Home"]);
}
