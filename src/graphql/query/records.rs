//! The arguments of the queries that contacts and companies have in common, how they are answered, and the fields that are
//! prepared of them. Each argument struct is built by the resolver from its parameters, and by the prepared field from the
//! arguments of the request.

use std::{collections::HashSet, marker::PhantomData, sync::Arc};

use async_graphql::{Context, ID};
use uuid::Uuid;

use crate::{
    config::Limits,
    domain::{
        page::Page,
        parse_id,
        records::{self, ListRequest, Selection},
        search::Term,
        trash::Trashable,
    },
    graphql::{
        connection::{PICKER_LIMIT_DEFAULT, PICKER_LIMIT_MAX, PageArgs, count, needs_page},
        context::{ContextExt, RequestState, check_ids},
        described::{Order, Where},
        error::{ApiError, ApiResult, ErrorCode},
        fast::{
            Connection, Plan,
            prepared::{Answering, Arguments, PreparedField, prepare},
        },
    },
    resources::Resource,
};

/// One record as the query selects it; none when that takes the ordinary resolvers.
pub(super) async fn record(
    ctx: &Context<'_>,
    resource: &'static Resource,
    id: Uuid,
) -> Option<ApiResult<Option<Vec<u8>>>> {
    let plan = Plan::new(ctx, resource)?;
    prepare(ctx, || PreparedRecord(Arc::clone(&plan)));
    match plan.record(ctx.state(), id).await {
        // The arguments of a list: the resolvers say so at its own field.
        Err(error) if error.code == ErrorCode::BadUserInput => None,
        answer => Some(answer),
    }
}

#[derive(Debug)]
struct PreparedRecord(Arc<Plan>);

impl PreparedField for PreparedRecord {
    fn answer<'a>(&'a self, state: &'a RequestState, arguments: Arguments<'a>) -> Answering<'a> {
        Box::pin(async move {
            let written = match parse_id(&arguments.get::<ID>("id")?) {
                Some(id) => self.0.record(state, id).await?,
                None => None,
            };
            Ok(written.unwrap_or_else(|| b"null".to_vec()))
        })
    }
}

/// The ids of a list of records.
pub(super) struct Ids(pub(super) Vec<ID>);

impl Ids {
    /// The well-formed ids, each once, in the order given.
    pub(super) fn keys(&self, limits: &Limits) -> ApiResult<Vec<Uuid>> {
        check_ids(&self.0, limits)?;
        let mut seen = HashSet::new();
        Ok(self.0.iter().filter_map(|id| parse_id(id)).filter(|id| seen.insert(*id)).collect())
    }
}

/// Records by id as the query selects them; none when that takes the ordinary resolvers.
pub(super) async fn by_ids(
    ctx: &Context<'_>,
    resource: &'static Resource,
    keys: &[Uuid],
) -> Option<ApiResult<Vec<u8>>> {
    let plan = Plan::of_list(ctx, resource)?;
    prepare(ctx, || PreparedByIds(Arc::clone(&plan)));
    Some(plan.by_ids(ctx.state(), keys).await)
}

#[derive(Debug)]
struct PreparedByIds(Arc<Plan>);

impl PreparedField for PreparedByIds {
    fn answer<'a>(&'a self, state: &'a RequestState, arguments: Arguments<'a>) -> Answering<'a> {
        Box::pin(async move {
            let keys = Ids(arguments.get("ids")?).keys(&state.limits)?;
            Ok(self.0.by_ids(state, &keys).await?)
        })
    }
}

/// The arguments of a picker.
pub(super) struct PickerArgs {
    pub(super) query: String,
    pub(super) limit: i32,
    pub(super) exclude_ids: Vec<ID>,
}

/// A search for a picker; without a term nothing is found.
pub(super) struct Pick {
    pub(super) term: Option<Term>,
    pub(super) limit: u64,
    pub(super) exclude: Vec<Uuid>,
}

impl PickerArgs {
    fn read(arguments: Arguments<'_>) -> ApiResult<Self> {
        Ok(Self {
            query: arguments.get("query")?,
            limit: arguments.get_or("limit", PICKER_LIMIT_DEFAULT)?,
            exclude_ids: arguments.get_or("excludeIds", Vec::new())?,
        })
    }

    /// Checks the arguments.
    pub(super) fn pick(self, limits: &Limits) -> ApiResult<Pick> {
        let exclude = Ids(self.exclude_ids).keys(limits)?;
        let limit = u64::try_from(self.limit).ok().filter(|limit| *limit <= PICKER_LIMIT_MAX);
        let refused = || ApiError::bad_input(format!("`limit` must be between 0 and {PICKER_LIMIT_MAX}."));
        Ok(Pick { term: Term::parse(&self.query), limit: limit.ok_or_else(refused)?, exclude })
    }
}

/// The records that a picker shows; none when that takes the ordinary resolvers.
pub(super) async fn search<E: Trashable>(ctx: &Context<'_>, pick: &Pick) -> Option<ApiResult<Vec<u8>>> {
    let plan = Plan::of_list(ctx, E::RESOURCE)?;
    prepare(ctx, || PreparedSearch::<E>(Arc::clone(&plan), PhantomData));
    Some(found::<E>(&plan, ctx.state(), pick).await)
}

async fn found<E: Trashable>(plan: &Arc<Plan>, state: &RequestState, pick: &Pick) -> ApiResult<Vec<u8>> {
    match &pick.term {
        Some(term) => plan.search::<E>(state, term, pick.limit, &pick.exclude).await,
        None => Ok(b"[]".to_vec()),
    }
}

#[derive(Debug)]
struct PreparedSearch<E>(Arc<Plan>, PhantomData<fn() -> E>);

impl<E: Trashable> PreparedField for PreparedSearch<E> {
    fn answer<'a>(&'a self, state: &'a RequestState, arguments: Arguments<'a>) -> Answering<'a> {
        Box::pin(async move {
            let pick = PickerArgs::read(arguments)?.pick(&state.limits)?;
            Ok(found::<E>(&self.0, state, &pick).await?)
        })
    }
}

/// The arguments that select the records of a list or a count.
pub(super) struct SelectionArgs<E> {
    pub(super) filter: Option<Where<E>>,
    pub(super) search: Option<String>,
    pub(super) include_trashed: bool,
}

impl<E: Trashable> SelectionArgs<E> {
    fn read(arguments: Arguments<'_>) -> ApiResult<Self> {
        Ok(Self {
            filter: arguments.get("filter")?,
            search: arguments.get("search")?,
            include_trashed: arguments.get_or("includeTrashed", false)?,
        })
    }

    /// The selection that they stand for.
    fn selection(self) -> Selection {
        Selection {
            filter: self.filter.map(|filter| filter.0),
            search: self.search.as_deref().and_then(Term::parse),
            include_trashed: self.include_trashed,
        }
    }

    /// Counts the records that they select.
    pub(super) async fn count(self, ctx: &Context<'_>) -> ApiResult<i64> {
        prepare(ctx, || PreparedCount::<E>(PhantomData));
        Ok(count(Box::pin(records::count::<E>(ctx.db(), &self.selection())).await?))
    }
}

#[derive(Debug)]
struct PreparedCount<E>(PhantomData<fn() -> E>);

impl<E: Trashable> PreparedField for PreparedCount<E> {
    fn answer<'a>(&'a self, state: &'a RequestState, arguments: Arguments<'a>) -> Answering<'a> {
        Box::pin(async move {
            let selection = SelectionArgs::<E>::read(arguments)?.selection();
            let counted = records::count::<E>(&state.domain.db, &selection).await.map_err(ApiError::from)?;
            Ok(counted.to_string().into_bytes())
        })
    }
}

/// The arguments of a list.
pub(super) struct ListArgs<E> {
    pub(super) page: PageArgs,
    pub(super) records: SelectionArgs<E>,
    pub(super) order_by: Option<Vec<Order<E>>>,
}

/// A page of a list: written as the query selects it, or for the ordinary resolvers.
pub(super) enum Listed<E: Trashable> {
    Written(Vec<u8>),
    Read { page: Option<Arc<Page<E::Model>>>, selection: Selection },
}

impl<E: Trashable> ListArgs<E> {
    fn read(arguments: Arguments<'_>) -> ApiResult<Self> {
        Ok(Self {
            page: arguments.page()?,
            records: SelectionArgs::read(arguments)?,
            order_by: arguments.get("orderBy")?,
        })
    }

    /// Checks the arguments.
    fn request(self, limits: &Limits) -> ApiResult<ListRequest> {
        Ok(ListRequest {
            page: self.page.request(limits)?,
            selection: self.records.selection(),
            order: self.order_by.unwrap_or_default().into_iter().map(|order| order.0).collect(),
        })
    }

    /// Reads the page.
    pub(super) async fn list(self, ctx: &Context<'_>) -> ApiResult<Listed<E>> {
        let list = self.request(&ctx.state().limits)?;
        if let Some(plan) = Connection::new(ctx, E::RESOURCE) {
            prepare(ctx, || PreparedList::<E>(Arc::clone(&plan), PhantomData));
            return Ok(Listed::Written(plan.read::<E>(ctx.state(), &list).await?));
        }
        let page =
            if needs_page(ctx, &list.page) { Some(Arc::new(records::list::<E>(ctx.db(), &list).await?)) } else { None };
        Ok(Listed::Read { page, selection: list.selection })
    }
}

#[derive(Debug)]
struct PreparedList<E>(Arc<Connection>, PhantomData<fn() -> E>);

impl<E: Trashable> PreparedField for PreparedList<E> {
    fn answer<'a>(&'a self, state: &'a RequestState, arguments: Arguments<'a>) -> Answering<'a> {
        Box::pin(async move {
            let list = ListArgs::<E>::read(arguments)?.request(&state.limits)?;
            Ok(self.0.read::<E>(state, &list).await?)
        })
    }
}
