//! Logins of open connections: WebSockets and event streams, which last longer than a request.
//!
//! All of them are looked up together, because each would otherwise cost a statement of its own at every check.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::sync::watch;

use super::Secret;

/// Tokens of the open connections, each with the number of connections.
#[derive(Debug, Default)]
pub(super) struct OpenLogins {
    tokens: Mutex<HashMap<[u8; 32], usize>>,
    /// Notified after each check.
    checks: watch::Sender<()>,
}

impl OpenLogins {
    /// Has the login of a connection checked from now on.
    pub(super) fn add(self: &Arc<Self>, token: &Secret) -> OpenLogin {
        let hash = token.hash();
        *self.tokens.lock().unwrap_or_else(PoisonError::into_inner).entry(hash).or_default() += 1;
        OpenLogin { logins: Arc::clone(self), hash, checks: self.checks.subscribe() }
    }

    /// Says that all logins were checked.
    pub(super) fn note_check(&self) {
        self.checks.send_replace(());
    }

    /// Returns the hashes of all tokens.
    pub(super) fn hashes(&self) -> Vec<[u8; 32]> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner).keys().copied().collect()
    }
}

/// Login of an open connection, which is checked until this is dropped.
#[derive(Debug)]
pub struct OpenLogin {
    logins: Arc<OpenLogins>,
    hash: [u8; 32],
    checks: watch::Receiver<()>,
}

impl OpenLogin {
    /// Waits for the next check. After it, [`authenticate`](super::authenticate) knows what has become of the login.
    pub async fn checked(&mut self) {
        if self.checks.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

impl Drop for OpenLogin {
    fn drop(&mut self) {
        let mut tokens = self.logins.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(connections) = tokens.get_mut(&self.hash) {
            *connections -= 1;
            if *connections == 0 {
                tokens.remove(&self.hash);
            }
        }
    }
}
