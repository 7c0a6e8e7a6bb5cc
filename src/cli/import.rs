//! `liaison import FILE`: brings a directory in.

use std::{
    fs::File,
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};

use super::operator::{self, explain};
use crate::{
    card::encoding_named,
    config::DatabaseArgs,
    domain::{
        Context,
        imports::{self, ColumnMapping, Kind, MatchKey, NewJob, Options, ReportRow},
        page::PageRequest,
        upsert::OnTrashed,
    },
    entity::import_job::{ImportFormat, ImportState, ImportSubject, Model},
};

/// Import contacts or companies from a CSV, vCard or JSContact file
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(super) struct Import {
    #[command(flatten)]
    database: DatabaseArgs,

    /// File to import; `-` reads standard input
    #[arg(required_unless_present = "resume")]
    file: Option<PathBuf>,

    /// Kind of records in the file
    #[arg(long, value_enum, default_value_t = Of::Contacts)]
    of: Of,

    /// Format of the file; told by its name when omitted
    #[arg(long, value_enum)]
    format: Option<Format>,

    /// Only say what would be written
    #[arg(long)]
    dry_run: bool,

    /// Field that a column feeds, such as `Kontakt=name` or `Internal=` to leave it out; may be repeated
    #[arg(long = "map", value_name = "COLUMN=FIELD", value_parser = mapping)]
    map: Vec<ColumnMapping>,

    /// Values by which rows are matched with records, in this order
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [By::Id, By::ExternalId, By::Uid, By::Email])]
    match_by: Vec<By>,

    /// Action on a match in the trash
    #[arg(long, value_enum, default_value_t = Trashed::Reject)]
    on_trashed: Trashed,

    /// Encoding of the file, such as `windows-1251`; found out when omitted
    #[arg(long, value_parser = encoding)]
    encoding: Option<String>,

    /// Let an empty cell clear its field
    #[arg(long)]
    empty_clears: bool,

    /// Keep columns that are not known in the metadata
    #[arg(long)]
    keep_unknown: bool,

    /// Go on with imports whose process ended while they were written
    #[arg(long)]
    resume: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Of {
    Contacts,
    Companies,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    Csv,
    Vcard,
    Jscontact,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum By {
    Id,
    ExternalId,
    Uid,
    Email,
    Phone,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Trashed {
    Restore,
    Ignore,
    Reject,
}

fn encoding(text: &str) -> Result<String, String> {
    encoding_named(text)
        .map(|encoding| encoding.name().to_owned())
        .ok_or_else(|| "there is no such encoding".to_owned())
}

fn mapping(text: &str) -> Result<ColumnMapping, String> {
    let (column, field) = text.rsplit_once('=').ok_or("Give COLUMN=FIELD, or COLUMN= to leave the column out.")?;
    Ok(ColumnMapping { column: column.to_owned(), field: (!field.is_empty()).then(|| field.to_owned()) })
}

impl Import {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let ctx = operator::open(&self.database).await?;
        let outcome = if self.resume { resume(&ctx).await } else { self.import(&ctx).await };
        ctx.db.close().await?;
        outcome
    }

    async fn import(&self, ctx: &Context) -> anyhow::Result<()> {
        let file = self.file.as_deref().unwrap_or(Path::new("-"));
        let new = NewJob {
            subject: match self.of {
                Of::Contacts => ImportSubject::Contacts,
                Of::Companies => ImportSubject::Companies,
            },
            format: self.format(file)?,
            file_name: file.file_name().map(|name| name.to_string_lossy().into_owned()).filter(|name| name != "-"),
            is_dry_run: self.dry_run,
            id: None,
            options: self.options(),
        };
        let input: Box<dyn Read + Send> = if file == Path::new("-") {
            Box::new(io::stdin())
        } else {
            Box::new(File::open(file).with_context(|| format!("{} could not be opened", file.display()))?)
        };
        let job = imports::create(ctx, new).await.map_err(explain)?;
        let progress = Progress::new()?;
        let job = imports::run(ctx, job, input, |job| progress.tell(job)).await.map_err(explain)?;
        progress.0.finish_and_clear();
        report(ctx, &job).await
    }

    fn format(&self, file: &Path) -> anyhow::Result<ImportFormat> {
        let extension = file.extension().map(|extension| extension.to_string_lossy().to_lowercase());
        Ok(match (self.format, extension.as_deref()) {
            (Some(Format::Csv), _) | (None, Some("csv" | "tsv" | "txt")) => ImportFormat::Csv,
            (Some(Format::Vcard), _) | (None, Some("vcf" | "vcard")) => ImportFormat::Vcard,
            (Some(Format::Jscontact), _) | (None, Some("json" | "jscontact")) => ImportFormat::Jscontact,
            (None, _) => bail!("The format cannot be told by the file's name; give --format"),
        })
    }

    fn options(&self) -> Options {
        let by = |by: &By| match by {
            By::Id => MatchKey::Id,
            By::ExternalId => MatchKey::ExternalId,
            By::Uid => MatchKey::Uid,
            By::Email => MatchKey::Email,
            By::Phone => MatchKey::Phone,
        };
        Options {
            match_by: self.match_by.iter().map(by).collect(),
            on_trashed: match self.on_trashed {
                Trashed::Restore => OnTrashed::Restore,
                Trashed::Ignore => OnTrashed::Ignore,
                Trashed::Reject => OnTrashed::Reject,
            },
            empty_clears: self.empty_clears,
            keeps_unknown: self.keep_unknown,
            mapping: self.map.clone(),
            encoding: self.encoding.clone(),
        }
    }
}

async fn resume(ctx: &Context) -> anyhow::Result<()> {
    let progress = Progress::new()?;
    let jobs = imports::take_up_all(ctx, true, |job| progress.tell(job)).await.map_err(explain)?;
    progress.0.finish_and_clear();
    if jobs.is_empty() {
        writeln!(io::stdout(), "No import was cut off.")?;
    }
    for job in jobs {
        report(ctx, &job).await?;
    }
    Ok(())
}

/// Bar that shows rows, rate and time left.
struct Progress(ProgressBar);

impl Progress {
    fn new() -> anyhow::Result<Self> {
        let style = ProgressStyle::with_template("{msg} {bar:30} {pos}/{len} rows, {per_sec}, {eta} left")?;
        Ok(Self(ProgressBar::new(0).with_style(style)))
    }

    fn tell(&self, job: &Model) {
        if job.state == ImportState::Writing {
            self.0.set_message("Writing");
            let written = job.created + job.updated + job.unchanged + job.restored + job.failed;
            self.0.set_length(job.rows_total.unwrap_or(job.rows_read).unsigned_abs().into());
            self.0.set_position(written.unsigned_abs().into());
        } else {
            self.0.set_message("Reading");
            self.0.set_length(job.rows_read.unsigned_abs().into());
            self.0.set_position(job.rows_read.unsigned_abs().into());
        }
    }
}

/// Prints the outcome of an import, and the rows that failed. Fails where the import did.
async fn report(ctx: &Context, job: &Model) -> anyhow::Result<()> {
    let mut out = io::stdout();
    let mut page = PageRequest::first(1000);
    loop {
        let failures = imports::rows(&ctx.db, job.id, Kind::Failures, &page).await.map_err(explain)?;
        for row in &failures.rows {
            let row = ReportRow::of(row, Kind::Failures);
            let faults: Vec<String> = row
                .faults
                .iter()
                .map(|fault| format!("{} {} {}", fault.code, fault.field.join("."), fault.message))
                .collect();
            writeln!(out, "line {}: {}", row.line, faults.join("; "))?;
        }
        match failures.rows.last() {
            Some(last) if failures.has_next => page.after = Some(failures.cursor(last)),
            _ => break,
        }
    }
    let Model { created, updated, unchanged, restored, failed, companies_created, .. } = job;
    writeln!(
        out,
        "{}{} rows: {created} created, {updated} updated, {unchanged} unchanged, {restored} restored, {failed} failed; \
         {companies_created} companies created",
        if job.is_dry_run { "dry run, " } else { "" },
        job.rows_read
    )?;
    if let Some(batch_id) = job.batch_id {
        writeln!(out, "batch {batch_id}")?;
    }
    match (&job.error, job.state) {
        (Some(error), _) => bail!("{error}"),
        (None, ImportState::Done) => Ok(()),
        (None, _) => bail!("The import was cancelled"),
    }
}
