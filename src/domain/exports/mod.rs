//! Exports: all records that a filter selects, as a file that is written while it is read.
//!
//! An export is one statement, so the file shows the directory as it was at one moment. Contacts and companies come in
//! the order of their ids, which is the order in which they were made, and interactions newest first.

mod companies;
mod contacts;
mod format;
mod interactions;
mod output;

use sea_orm::{
    QuerySelect, QueryTrait,
    sea_query::{Expr, Order},
};

use self::output::Output;
use super::{
    Context,
    access::audit,
    error::{Error, Result},
    filter::Filter,
    interactions as logged, order, page,
    records::Selection,
    search::Extent,
    trash::Trashable,
};
use crate::{
    entity::{company, contact},
    resources::{INTERACTION, Resource},
    storage::{Parts, RowEncoder, projection::Projection},
};

pub use format::{Format, Of};

/// An export that is asked for.
#[derive(Clone, Debug)]
pub struct Export {
    /// The records.
    pub of: Of,
    /// The format of the file.
    pub format: Format,
    /// Only records that it is true of.
    pub filter: Option<Filter>,
    /// Trashed records too; of interactions, those of trashed contacts and companies. A filter that names a status
    /// includes trashed records by itself.
    pub include_trashed: bool,
    /// A byte order mark before a table, by which spreadsheets know the encoding.
    pub has_mark: bool,
}

impl Export {
    /// The same, if the records can be written in the format.
    pub fn checked(self) -> std::result::Result<Self, &'static str> {
        if self.of != Of::Contacts && self.format != Format::Csv {
            return Err("Companies and interactions can be exported as csv only.");
        }
        if self.has_mark && self.format != Format::Csv {
            return Err("A byte order mark stands before csv only.");
        }
        Ok(self)
    }

    /// Records in the audit record who exports what, and starts the export. The first part is there when this returns,
    /// so that what fails at once is an error and no file.
    pub async fn begin(&self, ctx: &Context) -> Result<File> {
        let filtered = if self.filter.is_some() { " filtered" } else { "" };
        audit::record_export(ctx, &format!("{} {}{filtered}", self.of.name(), self.format.name())).await?;
        let output = Output::new(self.of, self.format, self.has_mark)?;
        let mut rest = match self.of {
            Of::Contacts => {
                let encoder = contacts::Contacts::new(output);
                self.records::<contact::Entity>(ctx, contacts::columns, encoder).await
            }
            Of::Companies => {
                let encoder = companies::Companies::new(output);
                self.records::<company::Entity>(ctx, companies::columns, encoder).await
            }
            Of::Interactions => {
                let select = logged::select(&ctx.db, self.filter.as_ref(), self.include_trashed);
                let mut query = select.select_only().into_query();
                interactions::columns(&INTERACTION, ctx).apply(&mut query);
                for (key, direction) in page::order_by(&order::asked(&INTERACTION, &[]), false) {
                    query.order_by_expr(key, direction);
                }
                let encoder = interactions::Interactions::new(output);
                ctx.db.stream(ctx.db.backend().build(&query), encoder).await.map_err(Error::from)
            }
        }?;
        let first = rest.next().await.transpose()?;
        Ok(File { first, rest })
    }

    async fn records<E: Trashable>(
        &self,
        ctx: &Context,
        columns: impl FnOnce(&'static Resource, &Context) -> Projection,
        encoder: impl RowEncoder,
    ) -> Result<Parts> {
        let selection = Selection { filter: self.filter.clone(), search: None, include_trashed: self.include_trashed };
        let mut query = selection.select::<E>(&ctx.db, Extent::Whole).await?.select_only().into_query();
        columns(E::RESOURCE, ctx).apply(&mut query);
        query.order_by_expr(Expr::col((E::RESOURCE.table, "id")), Order::Asc);
        Ok(ctx.db.stream(ctx.db.backend().build(&query), encoder).await?)
    }
}

/// A file that is being written. Dropping it stops that.
#[derive(Debug)]
pub struct File {
    first: Option<Vec<u8>>,
    rest: Parts,
}

impl File {
    /// The next bytes. `None` at the end; after an error the file is incomplete.
    pub async fn next(&mut self) -> Option<Result<Vec<u8>>> {
        match self.first.take() {
            Some(first) => Some(Ok(first)),
            None => Some(self.rest.next().await?.map_err(Error::from)),
        }
    }
}
