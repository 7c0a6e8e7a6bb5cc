//! Queries of contacts.

use std::{collections::HashSet, sync::Arc};

use async_graphql::{Context, Enum, ID, InputObject, Object, OneofObject, SimpleObject};

use crate::{
    config::Limits,
    domain::{
        contacts::{self, Identifier, OrderBy, OrderField, Selection},
        direct::List,
        parse_id,
        search::Term,
    },
    graphql::{
        connection::{PICKER_LIMIT_MAX, PageArgs, needs_page},
        context::{ContextExt, check_ids},
        direct::{
            self, Direct,
            prepared::{Call, prepare},
        },
        error::{ApiError, ApiResult, Nullable},
        filter::{ContactFilter, OrderDirection},
        input::ContactInput,
        items::Items,
        loaders::{ContactById, ContactOfUser},
        own,
        scalars::Json,
        types::{Contact, ContactConnection, ContactTotal, StatusCounts, UserError, settle},
    },
    resources::CONTACT,
};

#[derive(Default)]
pub(super) struct ContactQuery;

#[Object]
impl ContactQuery {
    /// Any status; null when absent or malformed.
    async fn contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contact's id.")] id: ID,
    ) -> Nullable<Direct<Contact>> {
        let id = parse_id(&id)?;
        if !ctx.domain().actor.sees_all() {
            let own = own::contact(ctx).await.map(|contact| contact.filter(|contact| contact.0.id == id));
            return own.map(|contact| contact.map(Direct::Resolve)).transpose();
        }
        if let Some(written) = Box::pin(direct::contact(ctx, id)).await {
            return written.map(|contact| contact.map(Direct::Written)).transpose();
        }
        let contact = ctx.load_one(ContactById(id)).await;
        contact.map(|contact| contact.map(|contact| Direct::Resolve(Contact(contact)))).transpose()
    }

    /// The (at most one) contact connected to this login user; null for null, unknown and malformed.
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

    /// The contact that an identifier names; null when there is none. Null, too, for an address that several live contacts
    /// share, with an error whose code is AMBIGUOUS and whose `extensions.conflictIds` are the oldest 50 of them.
    async fn contact_by_identifier(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "One of the ways to name a contact.")] identifier: ContactIdentifier,
    ) -> Nullable<Contact> {
        let found = Box::pin(contacts::get_by_identifier(ctx.db().reads(), &identifier.into())).await;
        found.map(|contact| contact.map(Contact)).map_err(ApiError::from).transpose()
    }

    /// By name unless ordered otherwise; trashed ones only when asked for.
    #[expect(clippy::too_many_arguments, reason = "the contract's arguments")]
    async fn contacts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "At most this many, from the start.")] first: Option<i32>,
        #[graphql(desc = "Only after this cursor.")] after: Option<String>,
        #[graphql(desc = "At most this many, from the end.")] last: Option<i32>,
        #[graphql(desc = "Only before this cursor.")] before: Option<String>,
        #[graphql(desc = "Only those for which it holds.")] filter: Option<Box<ContactFilter>>,
        #[graphql(desc = "Only those whose name or e-mail contains it; blank is ignored.")] search: Option<String>,
        #[graphql(desc = "What to order by, most important first.")] order_by: Option<Vec<ContactOrder>>,
        #[graphql(desc = "Trashed ones too.", default = false)] include_trashed: bool,
    ) -> ApiResult<Direct<ContactConnection>> {
        let request = PageArgs { first, after, last, before }.request(&ctx.state().limits)?;
        let selection = selection(filter, search.as_deref(), include_trashed);
        let order = order(order_by);
        let total = async || ContactTotal(selection.clone()).count(ctx).await;
        let list = List::Contacts(&selection, &order);
        if let Some(written) = Box::pin(direct::connection(ctx, &CONTACT, list, &request, total)).await {
            return written.map(Direct::Written);
        }
        let page = if needs_page(ctx, &request) {
            Some(Arc::new(Box::pin(contacts::list(ctx.db(), &selection, &order, &request)).await?))
        } else {
            None
        };
        Ok(Direct::Resolve(ContactConnection { page, total: ContactTotal(selection) }))
    }

    /// Any status, in the order asked, each once; unknown and malformed ids are left out; at most 200.
    async fn contacts_by_ids(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contacts' ids.")] ids: Vec<ID>,
    ) -> ApiResult<Direct<Items<Contact>>> {
        check_ids(&ids, &ctx.state().limits)?;
        let keys = distinct(&ids);
        if !ctx.domain().actor.sees_all() {
            let own = own::contact(ctx).await?.filter(|contact| keys.contains(&contact.0.id));
            return Ok(Direct::Resolve(own.into_iter().collect()));
        }
        if let Some(written) = Box::pin(direct::contacts_by_ids(ctx, &keys)).await {
            return written.map(Direct::Written);
        }
        let mut found = Box::pin(ctx.loader().load_many(keys.iter().copied().map(ContactById))).await?;
        let contacts = keys.into_iter().filter_map(|id| found.remove(&ContactById(id)).map(Contact));
        Ok(Direct::Resolve(contacts.collect()))
    }

    /// For pickers: name or e-mail contains the text (case and accents ignored, % and _ literal), by name. Blank text
    /// finds nothing; trashed contacts are left out; limit at most 50.
    async fn search_contacts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The text to look for.")] query: String,
        #[graphql(desc = "At most this many.", default = 8)] limit: i32,
        #[graphql(desc = "Contacts to leave out, such as those already picked; at most 200.", default)]
        exclude_ids: Vec<ID>,
    ) -> ApiResult<Direct<Items<Contact>>> {
        let (limit, exclude) = picker(&ctx.state().limits, limit, &exclude_ids)?;
        let Some(term) = Term::parse(&query) else { return Ok(Direct::Resolve(Items(Vec::new()))) };
        if let Some(written) = Box::pin(direct::search_contacts(ctx, &term, limit, &exclude)).await {
            return written.map(Direct::Written);
        }
        let found = Box::pin(contacts::search(ctx.db(), &term, limit, &exclude)).await?;
        Ok(Direct::Resolve(found.into_iter().map(Contact).collect()))
    }

    /// How many contacts there are for which all of it holds.
    async fn contact_count(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those for which it holds.")] filter: Option<Box<ContactFilter>>,
        #[graphql(desc = "Only those whose name or e-mail contains it; blank is ignored.")] search: Option<String>,
        #[graphql(desc = "Trashed ones too.", default = false)] include_trashed: bool,
    ) -> ApiResult<i64> {
        prepare(ctx, || Call::ContactCount);
        let selection = selection(filter, search.as_deref(), include_trashed);
        let count = Box::pin(contacts::count(ctx.db(), &selection)).await?;
        Ok(i64::try_from(count).unwrap_or(i64::MAX))
    }

    /// How many contacts have each status.
    async fn contact_status_counts(&self, ctx: &Context<'_>) -> ApiResult<StatusCounts> {
        Ok(StatusCounts::new(Box::pin(contacts::status_counts(ctx.db())).await?))
    }

    /// Validates and normalizes without writing; with `id`, as an update of that contact.
    async fn validate_contact(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The contact that would be updated; left out for a new one.")] id: Option<ID>,
        #[graphql(desc = "What would be written.")] input: ContactInput,
    ) -> ApiResult<ContactValidation> {
        let id = id.as_ref().map(|id| id.as_str());
        let outcome = settle(Box::pin(contacts::validate(ctx.domain(), id, input.into())).await)?;
        Ok(match outcome {
            Ok(normalized) => ContactValidation { normalized: Some(Json(normalized)), user_errors: Vec::new() },
            Err(user_errors) => ContactValidation { normalized: None, user_errors },
        })
    }
}

/// What `validateContact` found.
#[derive(SimpleObject)]
pub(crate) struct ContactValidation {
    /// The contact as it would be stored; null when invalid.
    normalized: Option<Json>,
    /// Everything that the user has to put right.
    user_errors: Vec<UserError>,
}

/// One of the ways to name a contact.
#[derive(OneofObject)]
pub(crate) enum ContactIdentifier {
    /// Liaison's id.
    Id(ID),
    /// The caller's own key.
    ExternalId(String),
    /// Ignoring case; AMBIGUOUS when several live contacts share it.
    Email(String),
}

impl From<ContactIdentifier> for Identifier {
    fn from(identifier: ContactIdentifier) -> Self {
        match identifier {
            ContactIdentifier::Id(id) => Self::Id(id.0),
            ContactIdentifier::ExternalId(key) => Self::ExternalId(key),
            ContactIdentifier::Email(address) => Self::Email(address),
        }
    }
}

/// One key of an order. Equal values are always ordered by id as well, so pages never skip or repeat; nulls come last
/// in both directions.
#[derive(InputObject)]
pub(crate) struct ContactOrder {
    /// What to compare.
    field: ContactOrderField,
    /// Which way.
    #[graphql(default_with = "OrderDirection::Asc")]
    direction: OrderDirection,
}

impl From<ContactOrder> for OrderBy {
    fn from(order: ContactOrder) -> Self {
        Self { field: order.field.into(), descending: order.direction == OrderDirection::Desc }
    }
}

/// What contacts can be ordered by.
#[derive(Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "OrderField")]
pub(crate) enum ContactOrderField {
    /// The name, ignoring case and accents.
    Name,
    /// The e-mail address, ignoring case and accents.
    Email,
    /// When the contact was created.
    CreatedAt,
    /// When the contact was last written.
    UpdatedAt,
    /// The newest interaction that the contact is involved in.
    LastInteractionAt,
}

/// The keys to order by.
pub(super) fn order(order_by: Option<Vec<ContactOrder>>) -> Vec<OrderBy> {
    order_by.unwrap_or_default().into_iter().map(OrderBy::from).collect()
}

/// Which contacts a list or a count is about.
pub(super) fn selection(filter: Option<Box<ContactFilter>>, search: Option<&str>, include_trashed: bool) -> Selection {
    let filter = filter.map(|filter| filter.into_domain());
    Selection { filter, search: search.and_then(Term::parse), include_trashed }
}

/// Checks a picker's arguments.
pub(super) fn picker(limits: &Limits, limit: i32, exclude_ids: &[ID]) -> ApiResult<(u64, Vec<uuid::Uuid>)> {
    check_ids(exclude_ids, limits)?;
    match u64::try_from(limit) {
        Ok(size) if size <= PICKER_LIMIT_MAX => Ok((size, distinct(exclude_ids))),
        _ => Err(ApiError::bad_input(format!("`limit` must be between 0 and {PICKER_LIMIT_MAX}."))),
    }
}

/// The well-formed ids, each once, in the order given.
pub(super) fn distinct(ids: &[ID]) -> Vec<uuid::Uuid> {
    let mut seen = HashSet::new();
    ids.iter().filter_map(|id| parse_id(id)).filter(|id| seen.insert(*id)).collect()
}
