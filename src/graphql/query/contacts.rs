//! Queries of contacts.

use async_graphql::{Context, ID, Object, SimpleObject};

use super::records::{Ids, ListArgs, Listed, Pick, PickerArgs, SelectionArgs, by_ids, record, search};
use crate::{
    domain::{contacts, parse_id, records as records_of},
    entity::contact,
    graphql::{
        connection::{PICKER_LIMIT_DEFAULT, PageArgs},
        context::{ContextExt, selects},
        described::{Order, Where},
        error::{ApiError, ApiResult, Nullable},
        fast::FieldValue,
        input::{ContactIdentifier, ContactInput},
        items::Items,
        loaders::{ContactById, ContactOfUser},
        scalars::Json,
        self_only,
        types::{Contact, ContactConnection, ContactTotal, DuplicateCandidate, StatusCounts, UserError, into_outcome},
    },
    resources::CONTACT,
};

#[derive(Default)]
pub(super) struct ContactQuery;

#[Object]
impl ContactQuery {
    /// A contact of any status; null when the id is unknown or malformed.
    async fn contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contact's id.")] id: ID,
    ) -> Nullable<FieldValue<Contact>> {
        let id = parse_id(&id)?;
        if !ctx.domain().actor.sees_all() {
            let own = self_only::contact(ctx).await.map(|contact| contact.filter(|contact| contact.id == id));
            return own.map(|contact| contact.map(|contact| FieldValue::Resolve(Contact(contact)))).transpose();
        }
        if let Some(written) = Box::pin(record(ctx, &CONTACT, id)).await {
            return written.map(|contact| contact.map(FieldValue::Written)).transpose();
        }
        let contact = ctx.load_one(ContactById(id)).await;
        contact.map(|contact| contact.map(|contact| FieldValue::Resolve(Contact(contact)))).transpose()
    }

    /// The contact connected to this login user; null when there is none, or the id is null or malformed.
    async fn contact_by_user(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The login user's id.")] user_id: Option<ID>,
    ) -> Nullable<Contact> {
        let user_id = parse_id(&user_id?)?;
        if !ctx.domain().actor.sees_all() && ctx.domain().actor.user_id != Some(user_id) {
            return None;
        }
        ctx.load_one(ContactOfUser(user_id)).await.map(|contact| contact.map(Contact)).transpose()
    }

    /// The contact that an identifier names; null when there is none. An address that several live contacts share gives
    /// null and an error with code AMBIGUOUS, whose `extensions.conflictIds` are the oldest 50 of them.
    async fn contact_by_identifier(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "One of the ways to name a contact.")] identifier: ContactIdentifier,
    ) -> Nullable<Contact> {
        let found = Box::pin(contacts::get_by_identifier(ctx.db().reads(), &identifier.into())).await;
        found.map(|contact| contact.map(Contact)).map_err(ApiError::from).transpose()
    }

    /// Contacts by name, unless ordered otherwise. Trashed contacts are left out by default.
    #[expect(clippy::too_many_arguments, reason = "the contract's arguments")]
    async fn contacts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Maximum number of items, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only items after this cursor.")] after: Option<String>,
        #[graphql(desc = "Maximum number of items, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only items before this cursor.")] before: Option<String>,
        #[graphql(desc = "Only records that match this filter.")] filter: Option<Where<contact::Entity>>,
        #[graphql(desc = "Only contacts found by these words, as by `searchContacts`; blank is ignored.")]
        search: Option<String>,
        #[graphql(desc = "Sort keys, most important first.")] order_by: Option<Vec<Order<contact::Entity>>>,
        #[graphql(desc = "Include trashed records.", default = false)] include_trashed: bool,
    ) -> ApiResult<FieldValue<ContactConnection>> {
        let page = PageArgs { first, after, last, before };
        let records = SelectionArgs { filter, search, include_trashed };
        Ok(match Box::pin(ListArgs::<contact::Entity> { page, records, order_by }.list(ctx)).await? {
            Listed::Written(json) => FieldValue::Written(json),
            Listed::Read { page, selection } => {
                FieldValue::Resolve(ContactConnection { page, total: ContactTotal(selection) })
            }
        })
    }

    /// Contacts of any status, in the order of the ids, each once; unknown and malformed ids are left out; at most 200.
    async fn contacts_by_ids(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contacts' ids.")] ids: Vec<ID>,
    ) -> ApiResult<FieldValue<Items<Contact>>> {
        let keys = Ids(ids).keys(&ctx.state().limits)?;
        if !ctx.domain().actor.sees_all() {
            let own = self_only::contact(ctx).await?.filter(|contact| keys.contains(&contact.id));
            return Ok(FieldValue::Resolve(own.into_iter().map(Contact).collect()));
        }
        if let Some(written) = Box::pin(by_ids(ctx, &CONTACT, &keys)).await {
            return written.map(FieldValue::Written);
        }
        let mut found = Box::pin(ctx.loader().load_many(keys.iter().copied().map(ContactById))).await?;
        let contacts = keys.into_iter().filter_map(|id| found.remove(&ContactById(id)).map(Contact));
        Ok(FieldValue::Resolve(contacts.collect()))
    }

    /// Contacts that have each word of the text, in any order, by name, for pickers. A word may be a part of the name, of
    /// an e-mail address or of the primary company's name, and of a phone number from four digits on. Case and accents
    /// are ignored; % and _ are literal. Blank text finds nothing; trashed contacts are left out; limit at most 50.
    async fn search_contacts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Text to search for.")] query: String,
        #[graphql(desc = "Maximum number of items.", default_with = "PICKER_LIMIT_DEFAULT")] limit: i32,
        #[graphql(desc = "Contacts to leave out, such as those already picked; at most 200.", default)]
        exclude_ids: Vec<ID>,
    ) -> ApiResult<FieldValue<Items<Contact>>> {
        let pick = PickerArgs { query, limit, exclude_ids }.pick(&ctx.state().limits)?;
        if let Some(written) = Box::pin(search::<contact::Entity>(ctx, &pick)).await {
            return written.map(FieldValue::Written);
        }
        let Pick { term: Some(term), limit, exclude } = pick else { return Ok(FieldValue::Resolve(Items(Vec::new()))) };
        let found = Box::pin(records_of::search::<contact::Entity>(ctx.db(), &term, limit, &exclude)).await?;
        Ok(FieldValue::Resolve(found.into_iter().map(Contact).collect()))
    }

    /// Number of contacts that match all arguments.
    async fn contact_count(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only records that match this filter.")] filter: Option<Where<contact::Entity>>,
        #[graphql(desc = "Only contacts found by these words, as by `searchContacts`; blank is ignored.")]
        search: Option<String>,
        #[graphql(desc = "Include trashed records.", default = false)] include_trashed: bool,
    ) -> ApiResult<i64> {
        SelectionArgs::<contact::Entity> { filter, search, include_trashed }.count(ctx).await
    }

    /// Number of contacts with each status.
    async fn contact_status_counts(&self, ctx: &Context<'_>) -> ApiResult<StatusCounts> {
        Ok(StatusCounts::new(Box::pin(records_of::status_counts::<contact::Entity>(ctx.db())).await?))
    }

    /// Validates and normalizes an input without writing; with `id`, as an update of that contact.
    async fn validate_contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Id of the contact to update; omitted for a new one.")] id: Option<ID>,
        #[graphql(desc = "Fields to validate.")] input: ContactInput,
    ) -> ApiResult<ContactValidation> {
        let id = id.as_ref().map(|id| id.as_str());
        let duplicates = if selects(ctx, "duplicates") {
            let found = contacts::lookalikes_of_input(ctx.domain(), id, input.fields.0.clone());
            Box::pin(found).await?.into_iter().map(DuplicateCandidate::from).collect()
        } else {
            Vec::new()
        };
        let outcome = into_outcome(Box::pin(contacts::validate(ctx.domain(), id, input.fields.0)).await)?;
        let (normalized, user_errors) =
            outcome.map_or_else(|errors| (None, errors), |json| (Some(Json(json)), Vec::new()));
        Ok(ContactValidation { normalized, user_errors, duplicates: Items(duplicates) })
    }
}

/// Result of `validateContact`.
#[derive(SimpleObject)]
pub(crate) struct ContactValidation {
    /// Contacts that are likely the same person, best first, at most 20; empty when invalid.
    duplicates: Items<DuplicateCandidate>,
    /// The contact as it would be stored; null when invalid.
    normalized: Option<Json>,
    /// All errors that the user has to put right.
    user_errors: Vec<UserError>,
}
