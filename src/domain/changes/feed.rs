//! The live end of the feed: one reader for all who listen to this process.
//!
//! Nothing here is the truth, which is the table: a signal only says when to look, and who falls behind reads from the
//! table again ([`super::Tail`]).

use std::{sync::Arc, time::Duration};

use sea_orm::{ConnectionTrait, DbErr, Statement};
use tokio::sync::{Notify, broadcast, watch};

use super::{Change, Position, Wanted, read};
use crate::{
    config::DatabaseConfig,
    domain::error::{Error, Result},
    storage::{Db, Listener},
};

/// What the reader has found at once, in order.
pub(super) type Batch = Arc<Vec<Change>>;

/// Batches that wait for a listener; one that is further behind reads from the table.
const BATCHES_WAITING: usize = 256;
/// Changes in a batch.
const BATCH: u64 = 500;
/// How soon the table is read again after a signal, for what was committed behind a transaction that still ran. Each
/// time without a signal it takes four times as long, until it is longer than [`AGAIN_MAX`].
const AGAIN: Duration = Duration::from_millis(4);
const AGAIN_MAX: Duration = Duration::from_millis(256);
/// How often the table is read without any signal: for writes of other processes that gave none.
const POLL: Duration = Duration::from_millis(500);
/// Least time between two signals to other replicas.
const ANNOUNCE_EVERY: Duration = Duration::from_millis(5);
/// How long to wait when the database is away.
const RETRY: Duration = Duration::from_secs(1);
/// What replicas call each other by.
const CHANNEL: &str = "liaison_changes";

/// The live end of the feed.
#[derive(Debug)]
pub struct Feed {
    batches: broadcast::Sender<Batch>,
    /// How far the reader has come; none while nobody listens.
    read_to: watch::Sender<Option<Position>>,
    /// Somebody has begun to listen.
    joined: Notify,
    /// There may be something to read.
    signal: Notify,
    /// There is something that other replicas do not know of.
    news: Notify,
    /// How often the table is read without any signal.
    poll: Duration,
}

impl Default for Feed {
    fn default() -> Self {
        Self::looking_every(POLL)
    }
}

impl Feed {
    /// One that reads the table so often without any signal: tests show by it what signals do.
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

    /// How far the feed is known; the beginning while nobody listens.
    pub fn now(&self) -> Position {
        self.read_to.borrow().unwrap_or_default()
    }

    /// All batches from here on, and the place after which they hold everything.
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
            // Whoever began to listen before this may count on the place where it stopped; whoever does so from now on
            // finds none, and waits for the next.
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
        read::end(db.reads()).await
    }

    /// Reads on from a place for as long as anybody listens; how far it came.
    async fn follow(&self, db: &Db, mut position: Position) -> Position {
        self.read_to.send_replace(Some(position));
        let mut pause = AGAIN;
        while self.batches.receiver_count() > 0 {
            match read::after(db.reads(), &Wanted::default(), position, BATCH).await {
                Ok(rows) => {
                    let is_full = rows.len() as u64 == BATCH;
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
                () = self.signal.notified() => pause = AGAIN,
                () = tokio::time::sleep(pause) => {
                    pause = if pause < AGAIN_MAX { pause * 4 } else { self.poll };
                }
            }
        }
        position
    }

    /// Tells other replicas, at most so often. The changes are committed by then: a signal within the transaction would
    /// make PostgreSQL commit all who signal one after the other.
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
            tokio::time::sleep(ANNOUNCE_EVERY).await;
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
                tokio::time::sleep(RETRY).await;
            }
        }
    }

    async fn hear_until_cut_off(&self, config: &DatabaseConfig) -> std::result::Result<(), DbErr> {
        let mut listener = Listener::open(config, CHANNEL).await?;
        loop {
            // What was said before, or while the connection was lost, is not repeated.
            self.signal.notify_one();
            if !listener.heard().await? {
                tracing::info!("The connection for signals was lost; connecting again");
            }
        }
    }
}

async fn away(error: &Error) {
    tracing::warn!(%error, "Changes could not be read; trying again");
    tokio::time::sleep(RETRY).await;
}
