//! Mutations of contacts.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, Enum, ID, Object, SimpleObject};

use super::payload::payload;
use crate::{
    domain::{
        self, contacts,
        duplicates::Lookalike,
        trash::{self, Move, Moved},
    },
    entity::contact,
    graphql::{
        context::{ContextExt, RequestState, selects},
        error::{ApiError, ApiResult, Nullable},
        fast::{
            Plan,
            prepared::{Answering, Arguments, Fallback, PreparedField, Slot, prepare},
        },
        input::{ContactInput, PrimaryCompanyInput},
        items::Items,
        loaders::ContactById,
        types::{Batch, Contact, DuplicateCandidate, UserError, current, into_outcome},
    },
    resources::CONTACT,
};

#[derive(Default)]
pub(super) struct ContactMutation;

#[Object]
impl ContactMutation {
    /// Creates a contact. With an `id` (UUIDv7) of the caller's choice, repeating the call returns the same contact. An
    /// id that another record has, or had before it was deleted for good, is TAKEN.
    async fn create_contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contact's fields.")] input: ContactInput,
        #[graphql(desc = "An id of the caller's choice.")] id: Option<ID>,
        #[graphql(desc = "The company that the contact works for.")] primary_company: Option<PrimaryCompanyInput>,
        #[graphql(
            desc = "What becomes of a contact that certainly exists already.",
            default_with = "DuplicatePolicy::Allow"
        )]
        on_duplicate: DuplicatePolicy,
    ) -> Nullable<CreateContactPayload> {
        let new = contacts::NewContact {
            id: id.map(|id| id.0),
            input: input.fields.0,
            primary_company: primary_company.map(Into::into),
            on_duplicate: on_duplicate.into(),
        };
        Some(Box::pin(CreateContactPayload::of(ctx, new)).await)
    }

    /// Writes the fields of the input; the others stay as they are.
    async fn update_contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contact's id.")] id: ID,
        #[graphql(desc = "The fields to write.")] input: ContactInput,
        #[graphql(desc = "Version that the record must have; the update is refused otherwise.")]
        expected_version: Option<i32>,
    ) -> Nullable<ContactPayload> {
        if ctx.data_opt::<Slot>().is_some()
            && let Some(plan) = Plan::payload(ctx, "ContactPayload", "contact", &CONTACT)
        {
            prepare(ctx, || PreparedUpdate(plan));
        }
        ContactPayload::from_result(UpdateArgs { id, input, expected_version }.update(ctx)).await
    }

    /// Moves the contact to the trash. It can be restored.
    async fn trash_contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contact's id.")] id: ID,
    ) -> Nullable<ContactPayload> {
        ContactPayload::from_result(trash::trash::<contact::Entity>(ctx.domain(), &id)).await
    }

    /// Restores a contact from the trash to the status it had before.
    async fn restore_contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contact's id.")] id: ID,
    ) -> Nullable<ContactPayload> {
        ContactPayload::from_result(trash::restore::<contact::Entity>(ctx.domain(), &id)).await
    }

    /// Deletes a contact for good, with its memberships, interactions and recorded values.
    async fn delete_contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contact's id.")] id: ID,
    ) -> Nullable<DeleteContactPayload> {
        let outcome = into_outcome(Box::pin(contacts::delete(ctx.domain(), &id)).await);
        Some(outcome.map(|outcome| match outcome {
            Ok(deleted) => DeleteContactPayload {
                deleted_contact_id: Some(deleted.contact_id.into()),
                deleted_membership_count: i64::try_from(deleted.membership_count).unwrap_or(i64::MAX),
                deleted_interaction_count: i64::try_from(deleted.interaction_count).unwrap_or(i64::MAX),
                user_errors: Vec::new(),
            },
            Err(user_errors) => DeleteContactPayload {
                deleted_contact_id: None,
                deleted_membership_count: 0,
                deleted_interaction_count: 0,
                user_errors,
            },
        }))
    }

    /// Moves several contacts to the trash, each by itself. At most 1000 ids.
    async fn trash_contacts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contacts' ids.")] ids: Vec<ID>,
    ) -> Nullable<ContactsPayload> {
        Some(Box::pin(move_all(ctx, ids, Move::Trash)).await)
    }

    /// Restores several contacts, each by itself. At most 1000 ids.
    async fn restore_contacts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contacts' ids.")] ids: Vec<ID>,
    ) -> Nullable<ContactsPayload> {
        Some(Box::pin(move_all(ctx, ids, Move::Restore)).await)
    }
}

/// The arguments of `updateContact`: built by the resolver from its parameters, and by the prepared field from the
/// arguments of the request.
struct UpdateArgs {
    id: ID,
    input: ContactInput,
    expected_version: Option<i32>,
}

impl UpdateArgs {
    fn read(arguments: Arguments<'_>) -> ApiResult<Self> {
        let (id, input) = (arguments.get("id")?, arguments.get("input")?);
        Ok(Self { id, input, expected_version: arguments.get("expectedVersion")? })
    }

    /// Updates the contact, unless that was refused already.
    async fn update(self, ctx: &Context<'_>) -> domain::Result<contact::Model> {
        if let Some(errors) = &ctx.state().refused {
            return Err(domain::Error::Rejected(errors.clone()));
        }
        contacts::update(ctx.domain(), &self.id, self.input.fields.0, self.expected_version).await
    }
}

/// `updateContact` with a payload that selects nothing but columns of the contact.
#[derive(Debug)]
struct PreparedUpdate(Arc<Plan>);

impl PreparedField for PreparedUpdate {
    fn answer<'a>(&'a self, state: &'a RequestState, arguments: Arguments<'a>) -> Answering<'a> {
        Box::pin(async move {
            let UpdateArgs { id, input, expected_version } = UpdateArgs::read(arguments)?;
            let updated = self.0.update_contact(state, &id, input.fields.0, expected_version).await;
            updated.map_err(|error| match error {
                domain::Error::Rejected(errors) => Fallback::Refused(errors),
                // It may have been written.
                error => Fallback::Failed(error.into()),
            })
        })
    }
}

async fn move_all(ctx: &Context<'_>, ids: Vec<ID>, direction: Move) -> ApiResult<ContactsPayload> {
    let most = ctx.state().limits.bulk_max as usize;
    if ids.len() > most {
        return Err(ApiError::bad_input(format!("At most {most} ids fit in one call; split the list.")));
    }
    let ids: Vec<String> = ids.into_iter().map(|id| id.0).collect();
    let moved: Moved<contact::Model> = trash::move_all::<contact::Entity>(ctx.domain(), &ids, direction).await?;
    Ok(ContactsPayload {
        contacts: moved.records.into_iter().map(Contact).collect(),
        batch: moved.batch.map(Batch),
        user_errors: moved.errors.into_iter().map(UserError::from).collect(),
    })
}

payload! {
    /// Result of a contact mutation.
    ContactPayload {
        /// The contact after the mutation; null when the mutation was refused.
        contact: Contact(contact::Model),
        /// Present record with `STALE_VERSION`; the record that has the value with `TAKEN`; otherwise null.
        current: ContactById
    }
}

/// Action on a new contact that is certainly a duplicate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "contacts::OnDuplicate")]
pub(crate) enum DuplicatePolicy {
    /// Create it anyway and report the candidates.
    Allow,
    /// Do not create it when there is a candidate that is CERTAIN: DUPLICATE with `conflictIds`.
    Reject,
}

/// Result of `createContact`.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct CreateContactPayload {
    /// The new contact; null when the mutation was refused.
    contact: Option<Contact>,
    /// Errors that the user can put right; empty on success.
    user_errors: Vec<UserError>,
    #[graphql(skip)]
    duplicates: Vec<Lookalike>,
}

#[ComplexObject]
impl CreateContactPayload {
    /// The contact that has the value with `TAKEN`; otherwise null.
    async fn current(&self, ctx: &Context<'_>) -> Nullable<Contact> {
        let id = current(&self.user_errors)?;
        ctx.load_one(ContactById(id)).await.map(|record| record.map(Contact)).transpose()
    }

    /// Contacts that are likely the same person, best first, at most 20; also when the mutation was refused because of
    /// one.
    async fn duplicates(&self) -> Items<DuplicateCandidate> {
        self.duplicates.iter().cloned().map(DuplicateCandidate::from).collect()
    }
}

impl CreateContactPayload {
    async fn of(ctx: &Context<'_>, new: contacts::NewContact) -> ApiResult<Self> {
        // Looked for before the contact is one of them, and only where somebody wants to know.
        let duplicates = if selects(ctx, "duplicates") {
            Box::pin(contacts::lookalikes_of_new(ctx.domain(), &new)).await?
        } else {
            Vec::new()
        };
        let outcome = into_outcome(contacts::create(ctx.domain(), new).await)?;
        let (contact, user_errors) =
            outcome.map_or_else(|errors| (None, errors), |new| (Some(Contact(new)), Vec::new()));
        Ok(Self { contact, user_errors, duplicates })
    }
}

/// Result of a bulk mutation.
pub(crate) struct ContactsPayload {
    contacts: Vec<Contact>,
    batch: Option<Batch>,
    user_errors: Vec<UserError>,
}

/// Result of a bulk mutation.
#[Object]
impl ContactsPayload {
    /// Contacts that were moved, in the order of the ids.
    async fn contacts(&self) -> Items<&Contact> {
        self.contacts.iter().collect()
    }

    /// The batch that the moves are; null when nothing was moved.
    async fn batch(&self) -> Option<&Batch> {
        self.batch.as_ref()
    }

    /// One error for each refused id; its `field` ends with the id's first place in `ids`.
    async fn user_errors(&self) -> &[UserError] {
        &self.user_errors
    }
}

/// Result of `deleteContact`.
#[derive(SimpleObject)]
pub(crate) struct DeleteContactPayload {
    /// Id of the deleted contact; null when the mutation was refused.
    deleted_contact_id: Option<ID>,
    /// Number of memberships deleted with it.
    deleted_membership_count: i64,
    /// Number of interactions deleted with it.
    deleted_interaction_count: i64,
    /// Errors that the user can put right; empty on success.
    user_errors: Vec<UserError>,
}
