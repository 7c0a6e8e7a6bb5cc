//! Relay connections: page arguments, and one macro for the connection and edge types.

use super::error::{ApiError, ApiResult};
use crate::{config::Limits, domain::page::PageRequest};

/// Rows on a page when neither `first` nor `last` is given.
pub(crate) const PAGE_SIZE_DEFAULT: u64 = 50;

/// Records that a picker shows when nothing is said.
pub(crate) const PICKER_LIMIT_DEFAULT: i32 = 8;

/// Most records that a picker shows.
pub(crate) const PICKER_LIMIT_MAX: u64 = 50;

/// A count as GraphQL's Int; there are never more records than that.
pub(crate) fn count(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The paging arguments as they came.
#[derive(Clone, Debug, Default)]
pub(crate) struct PageArgs {
    pub(crate) first: Option<i32>,
    pub(crate) after: Option<String>,
    pub(crate) last: Option<i32>,
    pub(crate) before: Option<String>,
}

impl PageArgs {
    /// Checks the arguments against the limits.
    pub(crate) fn request(self, limits: &Limits) -> ApiResult<PageRequest> {
        let most = u64::from(limits.page_size_max);
        let size = |name: &str, value: i32| {
            let size = u64::try_from(value).ok().filter(|size| *size <= most);
            size.ok_or_else(|| ApiError::bad_input(format!("`{name}` must be between 0 and {most}.")))
        };
        let (limit, backwards) = match (self.first, self.last) {
            (Some(_), Some(_)) => {
                return Err(ApiError::bad_input("Give either `first` or `last`, not both."));
            }
            (Some(first), None) => (size("first", first)?, false),
            (None, Some(last)) => (size("last", last)?, true),
            (None, None) => (PAGE_SIZE_DEFAULT.min(most), false),
        };
        Ok(PageRequest { limit, backwards, after: self.after, before: self.before })
    }
}

/// True when the query selects something of a connection that needs its page, or has cursors to be checked.
pub(crate) fn needs_page(ctx: &async_graphql::Context<'_>, request: &PageRequest) -> bool {
    let has_cursor = request.after.is_some() || request.before.is_some();
    has_cursor || ["edges", "nodes", "pageInfo"].into_iter().any(|field| super::context::selects(ctx, field))
}

/// Position of a page in its list.
#[derive(async_graphql::SimpleObject)]
pub(crate) struct PageInfo {
    /// True when there are records after this page.
    pub(crate) has_next_page: bool,
    /// True when there are records before this page.
    pub(crate) has_previous_page: bool,
    /// Cursor of the page's first record; null on an empty page.
    pub(crate) start_cursor: Option<String>,
    /// Cursor of the page's last record; null on an empty page.
    pub(crate) end_cursor: Option<String>,
}

/// Defines a connection type and its edge type.
///
/// `$total` has an async `count(&self, &Context) -> ApiResult<i64>`, called only when `totalCount` is selected.
macro_rules! connection {
    ($connection:ident, $edge:ident, $node:ident($model:ty), $total:ty, $noun:literal) => {
        #[doc = concat!("A page of a list of ", $noun, ".")]
        pub(crate) struct $connection {
            /// None when the query selects nothing that needs the page.
            pub(crate) page: Option<std::sync::Arc<crate::domain::page::Page<$model>>>,
            pub(crate) total: $total,
        }

        impl $connection {
            fn rows(&self) -> &[$model] {
                self.page.as_ref().map_or(&[], |page| page.rows.as_slice())
            }

            fn cursor(&self, row: &$model) -> String {
                self.page.as_ref().map(|page| page.cursor(row)).unwrap_or_default()
            }
        }

        #[doc = concat!("A page of a list of ", $noun, ".")]
        #[async_graphql::Object]
        impl $connection {
            /// The records with their cursors.
            async fn edges(&self) -> $crate::graphql::items::Items<$edge> {
                let edge = |row: &$model| $edge { cursor: self.cursor(row), node: $node(row.clone()) };
                self.rows().iter().map(edge).collect()
            }

            /// The records.
            async fn nodes(&self) -> $crate::graphql::items::Items<$node> {
                self.rows().iter().cloned().map($node).collect()
            }

            /// Position of this page in the list.
            async fn page_info(&self) -> $crate::graphql::connection::PageInfo {
                let page = self.page.as_ref();
                $crate::graphql::connection::PageInfo {
                    has_next_page: page.is_some_and(|page| page.has_next),
                    has_previous_page: page.is_some_and(|page| page.has_previous),
                    start_cursor: self.rows().first().map(|row| self.cursor(row)),
                    end_cursor: self.rows().last().map(|row| self.cursor(row)),
                }
            }

            /// Number of records in the whole list; counted only when selected.
            async fn total_count(&self, ctx: &async_graphql::Context<'_>) -> $crate::graphql::error::ApiResult<i64> {
                self.total.count(ctx).await
            }
        }

        #[doc = concat!("A record in a list of ", $noun, ", with its cursor.")]
        pub(crate) struct $edge {
            cursor: String,
            node: $node,
        }

        #[doc = concat!("A record in a list of ", $noun, ", with its cursor.")]
        #[async_graphql::Object]
        impl $edge {
            /// Position of the record in the list: pass it as `after` or `before`. Opaque; it stays valid after the
            /// record is deleted.
            async fn cursor(&self) -> &str {
                &self.cursor
            }

            /// The record.
            async fn node(&self) -> &$node {
                &self.node
            }
        }
    };
}

pub(crate) use connection;
