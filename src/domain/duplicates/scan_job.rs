//! Finding the likely duplicates of all contacts anew.
//!
//! A scan reads all contacts, compares them in memory, and writes what differs from what is stored, in bounded
//! transactions. Contacts that are written meanwhile are compared again after it, because the upkeep goes on from the
//! place in the feed at which the scan began. After one that was cut off, contacts are read and compared once more, and
//! writing goes on with what is not written yet.

use std::{sync::Arc, time::Duration};

use uuid::Uuid;

use super::{
    Facts, Scan,
    everybody::Everybody,
    form_cache::FormCache,
    job::{self, Begun, Progress},
    lease::Lease,
    people::Known,
    scan_write,
    state::State,
};
use crate::{
    domain::{
        Context, counts,
        error::{Error, Result},
        imports,
    },
    entity::duplicate_scan::{Model, ScanState, ScanStep},
    resources::CONTACT,
};

/// Interval at which a scan stores how far it is.
const TELL_INTERVAL: Duration = Duration::from_secs(1);

/// Is told how far a scan is.
pub type Tell<'a> = &'a (dyn Fn(&Model) + Send + Sync);

/// Makes a scan, or waits for the one that is being made.
pub async fn scan(ctx: &Context, tell: Tell<'_>) -> Result<Model> {
    match job::begin(ctx).await? {
        Begun::New(scan) => make(ctx, scan, tell).await,
        Begun::Running(scan) => wait(ctx, scan.id, tell).await,
    }
}

/// Makes the scan that is wanted, or takes over one whose process has ended. Waits while rows of an import are written,
/// because a scan would have to follow; false then, and while another process makes one.
pub(super) async fn make_wanted(ctx: &Context) -> Result<bool> {
    if imports::is_any_running(ctx).await? {
        return Ok(false);
    }
    let Begun::New(scan) = job::begin(ctx).await? else { return Ok(false) };
    make(ctx, scan, &|_| {}).await?;
    Ok(true)
}

async fn wait(ctx: &Context, id: Uuid, tell: Tell<'_>) -> Result<Model> {
    loop {
        let running = job::get(&ctx.db, id).await?.ok_or_else(job::taken_over)?;
        tell(&running);
        if running.state == ScanState::Done {
            return Ok(running);
        }
        if running.state == ScanState::Failed || running.lease_until < ctx.clock.now() {
            return Err(job::taken_over());
        }
        tokio::time::sleep(TELL_INTERVAL).await;
    }
}

async fn make(ctx: &Context, mut scan: Model, tell: Tell<'_>) -> Result<Model> {
    let progress = Arc::new(Progress::new());
    let made = tokio::select! {
        made = steps(ctx, &progress, scan.id) => made,
        stopped = keep_telling(ctx, scan.clone(), &progress, tell) => stopped,
    };
    let state = if made.is_ok() { ScanState::Done } else { ScanState::Failed };
    if !job::end(ctx, &mut scan, &progress, state).await? {
        return Err(job::taken_over());
    }
    made?;
    tell(&scan);
    tracing::info!(
        contacts = scan.contact_count,
        pairs = scan.pair_count,
        skipped_blocks = scan.skipped_blocks,
        "Compared all contacts"
    );
    Ok(scan)
}

/// Stores and tells how far a scan is. Ends when somebody else has taken it over.
async fn keep_telling(ctx: &Context, mut scan: Model, progress: &Progress, tell: Tell<'_>) -> Result<()> {
    loop {
        tokio::time::sleep(TELL_INTERVAL).await;
        if !job::tell(ctx, &mut scan, progress).await? {
            return Err(job::taken_over());
        }
        tell(&scan);
    }
}

/// Reads, compares and writes.
async fn steps(ctx: &Context, progress: &Arc<Progress>, scan_id: Uuid) -> Result<()> {
    let scoring = State::read(ctx.db.reads()).await?.scoring;
    let total = usize::try_from(counts::total(&ctx.db, &CONTACT, false).await?).unwrap_or_default();
    progress.begin(ScanStep::Reading, total);
    let Gathered { scan, fingerprints, .. } = gather(ctx, progress, total).await?;
    progress.contacts.store(job::number(fingerprints.len()), std::sync::atomic::Ordering::Relaxed);
    let comparing = Arc::clone(progress);
    progress.begin(ScanStep::Comparing, fingerprints.len());
    let scanned = apart(move || scan.run(&|contacts| comparing.advance(contacts))).await?;
    let lease = Lease { db: &ctx.db, scan_id };
    scan_write::write(lease, progress, &fingerprints, scanned, scoring).await
}

/// People to be compared.
struct Gathered {
    scan: Scan,
    /// Ids of the contacts in their order, with a hash of what is compared of each.
    fingerprints: Vec<(Uuid, i64)>,
    forms: FormCache,
}

impl Gathered {
    fn with_capacity(contacts: usize) -> Self {
        let (scan, fingerprints) = (Scan::with_capacity(contacts), Vec::with_capacity(contacts));
        Self { scan, fingerprints, forms: FormCache::default() }
    }

    fn add(mut self, read: &[Facts]) -> Self {
        for facts in read {
            let known = Known::of_facts(facts, &mut self.forms);
            self.fingerprints.push((facts.id, known.fingerprint));
            self.scan.add(known.person);
        }
        self
    }
}

/// Reads all contacts; the next ones while those before are brought into the forms that are compared.
async fn gather(ctx: &Context, progress: &Progress, total: usize) -> Result<Gathered> {
    let mut everybody = Everybody::default();
    let mut gathered = Gathered::with_capacity(total);
    let mut read = everybody.next(&ctx.db).await?;
    while !read.is_empty() {
        progress.advance(read.len());
        let (next, added) = tokio::join!(everybody.next(&ctx.db), apart(move || gathered.add(&read)));
        (read, gathered) = (next?, added?);
    }
    Ok(gathered)
}

/// Does what takes long on a thread of its own.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|cause| Error::Internal(sea_orm::DbErr::Custom(cause.to_string())))
}
