//! The live end of the feed: one reader for all listeners of this process.
//!
//! The table is the source of truth. A signal only says when to read it, and a listener that lags reads the table again
//! ([`super::Tail`]).

use std::{sync::Arc, time::Duration};

use sea_orm::{ConnectionTrait, DbErr, Statement};
use tokio::sync::{Notify, broadcast, watch};

use super::{Change, Position, Wanted, end::end, read};
use crate::{
    config::DatabaseConfig,
    domain::error::{Error, Result},
    storage::{Db, Listener},
};

/// Changes found by one read, in order.
pub(super) type Batch = Arc<Vec<Change>>;

/// Batches that wait for a listener; one that is further behind reads from the table.
const BATCHES_WAITING: usize = 256;
/// Changes in a batch.
const CHANGES_PER_READ: u64 = 500;
/// Delay of the next read after a signal, because a transaction that still ran may commit earlier changes. Each time
/// without a signal it takes four times as long, until it is longer than [`RECHECK_AFTER_MAX`].
const RECHECK_AFTER: Duration = Duration::from_millis(4);
const RECHECK_AFTER_MAX: Duration = Duration::from_millis(256);
/// Interval of reads without any signal, for writes of other processes that gave none.
const POLL_INTERVAL: Duration = Duration::from_millis(500);
/// Minimum time between two signals to other replicas.
const ANNOUNCE_INTERVAL: Duration = Duration::from_millis(5);
/// Delay before another try while the database is unavailable.
const RETRY_INTERVAL: Duration = Duration::from_secs(1);
/// PostgreSQL's notification channel between replicas.
const CHANNEL: &str = "liaison_changes";

/// The live end of the feed.
#[derive(Debug)]
pub struct Feed {
    batches: broadcast::Sender<Batch>,
    /// Position of the reader; none while nobody listens.
    read_to: watch::Sender<Option<Position>>,
    /// Notified when somebody begins to listen.
    joined: Notify,
    /// Notified when there may be something to read.
    signal: Notify,
    /// Notified when other replicas are to be told of changes.
    news: Notify,
    /// Interval of reads without any signal.
    poll: Duration,
}

impl Default for Feed {
    fn default() -> Self {
        Self::looking_every(POLL_INTERVAL)
    }
}

impl Feed {
    /// Builds a feed with this interval of reads without any signal: tests show by it what signals do.
    pub fn looking_every(poll: Duration) -> Self {
        Self {
            batches: broadcast::Sender::new(BATCHES_WAITING),
            read_to: watch::Sender::new(None),
            joined: Notify::new(),
            signal: Notify::new(),
            news: Notify::new(),
            poll,
        }
    }

    /// Says that changes were committed.
    pub fn wrote(&self) {
        self.signal.notify_one();
        self.news.notify_one();
    }

    /// Known position of the feed; the beginning while nobody listens.
    pub fn now(&self) -> Position {
        self.read_to.borrow().unwrap_or_default()
    }

    /// Returns all batches from here on, and the place after which they hold everything.
    pub(super) async fn listen(&self) -> Result<(broadcast::Receiver<Batch>, Position)> {
        let batches = self.batches.subscribe();
        self.joined.notify_one();
        let mut read_to = self.read_to.subscribe();
        let position = read_to.wait_for(Option::is_some).await.ok().and_then(|position| *position);
        Ok((batches, position.ok_or_else(|| Error::BadRequest("The server is stopping.".to_owned()))?))
    }

    /// Reads, listens and announces until dropped.
    pub async fn run(&self, db: &Db) {
        tokio::join!(self.read(db), self.announce(db), self.hear(db));
    }

    async fn read(&self, db: &Db) {
        let mut stopped_at = None;
        loop {
            self.read_to.send_replace(None);
            // Earlier listeners count on the place where reading stopped. Later ones find none, and wait for the next.
            let from = match stopped_at.take().filter(|_| self.batches.receiver_count() > 0) {
                Some(position) => Ok(position),
                None => self.begin(db).await,
            };
            match from {
                Ok(position) => stopped_at = Some(self.follow(db, position).await),
                Err(error) => away(&error).await,
            }
        }
    }

    /// Waits until somebody listens, and begins at the feed's end.
    async fn begin(&self, db: &Db) -> Result<Position> {
        while self.batches.receiver_count() == 0 {
            self.joined.notified().await;
        }
        end(db.reads()).await
    }

    /// Reads on from a place for as long as anybody listens; returns the place it reached.
    async fn follow(&self, db: &Db, mut position: Position) -> Position {
        self.read_to.send_replace(Some(position));
        let mut pause = RECHECK_AFTER;
        while self.batches.receiver_count() > 0 {
            match read::after(db.reads(), &Wanted::default(), position, CHANGES_PER_READ).await {
                Ok(rows) => {
                    let is_full = rows.len() as u64 == CHANGES_PER_READ;
                    if let Some(last) = rows.last().map(|last| last.position) {
                        position = last;
                        drop(self.batches.send(Arc::new(read::readable(rows))));
                        self.read_to.send_replace(Some(position));
                    }
                    if is_full {
                        continue;
                    }
                }
                Err(error) => away(&error).await,
            }
            tokio::select! {
                () = self.signal.notified() => pause = RECHECK_AFTER,
                () = tokio::time::sleep(pause) => {
                    pause = if pause < RECHECK_AFTER_MAX { pause * 4 } else { self.poll };
                }
            }
        }
        position
    }

    /// Tells other replicas, at most once per interval. The changes are committed by then, because a signal within the
    /// transaction would make PostgreSQL commit all that signal one after the other.
    async fn announce(&self, db: &Db) {
        if db.config().is_sqlite() {
            return;
        }
        let sql = format!("SELECT pg_notify('{CHANNEL}', '')");
        loop {
            self.news.notified().await;
            let statement = Statement::from_string(db.backend(), &sql);
            if let Err(cause) = db.writer().query_one_raw(statement).await {
                tracing::debug!(%cause, "Other replicas could not be told of changes; they will look by themselves");
            }
            tokio::time::sleep(ANNOUNCE_INTERVAL).await;
        }
    }

    /// Takes the signals of other replicas, while anybody listens here.
    async fn hear(&self, db: &Db) {
        if db.config().is_sqlite() {
            return;
        }
        let mut read_to = self.read_to.subscribe();
        loop {
            if read_to.wait_for(Option::is_some).await.is_err() {
                return;
            }
            let nobody_listens = async {
                drop(read_to.wait_for(Option::is_none).await);
            };
            let heard = tokio::select! {
                heard = self.hear_until_cut_off(db.config()) => heard,
                () = nobody_listens => continue,
            };
            if let Err(cause) = heard {
                tracing::warn!(%cause, "Signals of other replicas are not heard; looking for changes from time to time");
                tokio::time::sleep(RETRY_INTERVAL).await;
            }
        }
    }

    async fn hear_until_cut_off(&self, config: &DatabaseConfig) -> std::result::Result<(), DbErr> {
        let mut listener = Listener::open(config, CHANNEL).await?;
        loop {
            // Signals from before, or from while the connection was lost, are not repeated.
            self.signal.notify_one();
            if !listener.heard().await? {
                tracing::info!("The connection for signals was lost; connecting again");
            }
        }
    }
}

async fn away(error: &Error) {
    tracing::warn!(%error, "Changes could not be read; trying again");
    tokio::time::sleep(RETRY_INTERVAL).await;
}
