//! A cache of authenticated tokens.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use quick_cache::sync::Cache;
use uuid::Uuid;

use super::{Lifetimes, OpenLogin, Secret, open_logins::OpenLogins};
use crate::domain::Actor;

/// Time for which an authenticated token is valid. On the replica that revokes it, it ends at once.
const TOKEN_VALID_FOR: Duration = Duration::from_secs(2);
/// Most tokens in the cache.
const TOKENS_MAX: usize = 10_000;
/// Most refused keys in the cache. Only keys that exist are cached, so that nobody can invent many.
const REFUSED_KEYS_MAX: usize = 1000;
/// Recently authenticated tokens, and the lifetimes of sessions.
pub struct TokenCache {
    pub(super) lifetimes: Lifetimes,
    actors: Cache<[u8; 32], (Actor, Instant)>,
    /// Recently refused keys, each with the time of the refusal that was recorded.
    pub(super) refused_keys: Cache<Uuid, DateTime<Utc>>,
    /// Logins of open connections.
    pub(super) open_logins: Arc<OpenLogins>,
    /// Number of times that the cache was emptied.
    changes: AtomicU64,
}

impl std::fmt::Debug for TokenCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenCache").field("lifetimes", &self.lifetimes).finish_non_exhaustive()
    }
}

impl Default for TokenCache {
    fn default() -> Self {
        Self::new(Lifetimes::default())
    }
}

impl TokenCache {
    /// Makes an empty cache.
    pub fn new(lifetimes: Lifetimes) -> Self {
        let refused_keys = Cache::new(REFUSED_KEYS_MAX);
        Self {
            lifetimes,
            actors: Cache::new(TOKENS_MAX),
            refused_keys,
            open_logins: Arc::default(),
            changes: AtomicU64::new(0),
        }
    }

    /// Returns the lifetimes of sessions.
    pub fn lifetimes(&self) -> Lifetimes {
        self.lifetimes
    }

    /// Has the login of an open connection checked from now on.
    pub fn open_login(&self, token: &Secret) -> OpenLogin {
        self.open_logins.add(token)
    }

    /// Empties the cache. Every change of a session, a key or a role must do so.
    pub(super) fn clear(&self) {
        self.changes.fetch_add(1, Ordering::SeqCst);
        self.actors.clear();
    }

    /// Returns the caller of this token, if it is cached.
    pub(super) fn get(&self, hash: &[u8; 32]) -> Option<Actor> {
        let (actor, since) = self.actors.get(hash)?;
        (since.elapsed() < TOKEN_VALID_FOR).then_some(actor)
    }

    /// Begins a look-up, whose result may be cached if nothing changes meanwhile.
    pub(super) fn begin(&self) -> LookUp {
        LookUp { since: Instant::now(), changes: self.changes.load(Ordering::SeqCst) }
    }

    /// Caches the result of a look-up.
    pub(super) fn keep(&self, look_up: &LookUp, hash: [u8; 32], found: Option<Actor>) {
        let Some(actor) = found else {
            self.actors.remove(&hash);
            return;
        };
        self.actors.insert(hash, (actor, look_up.since));
        // A look-up that began before a change may have read the old state.
        if self.changes.load(Ordering::SeqCst) != look_up.changes {
            self.actors.remove(&hash);
        }
    }
}

/// Look-up of a token.
pub(super) struct LookUp {
    since: Instant,
    changes: u64,
}
