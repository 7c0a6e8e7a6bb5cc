//! `liaison export`.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use clap::{Args, ValueEnum};

use super::operator::{self, explain};
use crate::{
    config::DatabaseArgs,
    domain::{
        Context,
        exports::{Export, File, Format, Of},
    },
    engine,
};

/// Write contacts, companies or interactions to a file, as they are at one moment
#[derive(Debug, Args)]
pub(super) struct ExportArgs {
    #[command(flatten)]
    database: DatabaseArgs,

    /// Records to export
    #[arg(long, default_value = "contacts")]
    of: OfArg,

    /// Format of the file; companies and interactions are exported as csv only
    #[arg(long, default_value = "csv")]
    format: FormatArg,

    /// Only records that match this filter, which is JSON as the API takes it: {"name":{"startsWith":"a"}}
    #[arg(long, value_name = "JSON")]
    filter: Option<String>,

    /// Trashed records too; of interactions, those of trashed contacts and companies
    #[arg(long)]
    include_trashed: bool,

    /// Begin the table with a byte order mark, by which spreadsheets know the encoding
    #[arg(long)]
    bom: bool,

    /// File to write, or - for standard output
    #[arg(default_value = "-")]
    file: PathBuf,
}

/// Value of `--of`.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum OfArg {
    Contacts,
    Companies,
    Interactions,
}

/// Value of `--format`.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum FormatArg {
    Csv,
    Vcard3,
    Vcard4,
    Jscontact,
}

impl From<OfArg> for Of {
    fn from(of: OfArg) -> Self {
        match of {
            OfArg::Contacts => Self::Contacts,
            OfArg::Companies => Self::Companies,
            OfArg::Interactions => Self::Interactions,
        }
    }
}

impl From<FormatArg> for Format {
    fn from(format: FormatArg) -> Self {
        match format {
            FormatArg::Csv => Self::Csv,
            FormatArg::Vcard3 => Self::Vcard3,
            FormatArg::Vcard4 => Self::Vcard4,
            FormatArg::Jscontact => Self::Jscontact,
        }
    }
}

impl ExportArgs {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let of = Of::from(self.of);
        let filter = self.filter.as_deref().map(|filter| engine::read_filter(of, filter)).transpose();
        let export = Export {
            of,
            format: self.format.into(),
            filter: filter.map_err(anyhow::Error::msg)?,
            include_trashed: self.include_trashed,
            has_mark: self.bom,
        };
        let export = export.checked().map_err(anyhow::Error::msg)?;
        let ctx = operator::open(&self.database).await?;
        let outcome = write(&ctx, &export, &self.file).await;
        ctx.db.close().await?;
        outcome
    }
}

async fn write(ctx: &Context, export: &Export, path: &Path) -> anyhow::Result<()> {
    let mut file = export.begin(ctx).await.map_err(explain)?;
    if path.as_os_str() == "-" {
        return copy(&mut file, &mut io::stdout()).await;
    }
    // The name appears only when the file is complete. Others must not read what a directory has.
    let mut unfinished = path.as_os_str().to_owned();
    unfinished.push(".part");
    let unfinished = PathBuf::from(unfinished);
    let cannot = || format!("{} cannot be written", path.display());
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    let mut out = options.open(&unfinished).with_context(cannot)?;
    let written = match copy(&mut file, &mut out).await {
        Ok(()) => out.sync_all().and_then(|()| fs::rename(&unfinished, path)).with_context(cannot),
        failed => failed,
    };
    if written.is_err() {
        // The first error is the one to tell.
        drop(fs::remove_file(&unfinished));
    }
    written
}

async fn copy(file: &mut File, out: &mut impl Write) -> anyhow::Result<()> {
    while let Some(part) = file.next().await {
        out.write_all(&part.map_err(explain)?)?;
    }
    Ok(out.flush()?)
}
