//! The caller of an operation.

use std::net::IpAddr;

use uuid::Uuid;

use crate::entity::role::Role;

/// A caller and its address. By default nobody, from nowhere.
#[derive(Clone, Copy, Debug, Default)]
pub struct Actor {
    /// Its role; none when nobody is signed in.
    pub role: Option<Role>,
    /// The login user behind the request, if any.
    pub user_id: Option<Uuid>,
    /// The session in use, if any.
    pub session_id: Option<Uuid>,
    /// The API key in use, if any.
    pub key_id: Option<Uuid>,
    /// The client's network address.
    pub address: Option<IpAddr>,
}

impl Actor {
    /// The caller that is recorded with something, as the author of what goes on by itself.
    pub(crate) fn of_record(user_id: Option<Uuid>, key_id: Option<Uuid>) -> Self {
        Self { user_id, key_id, ..Self::default() }
    }

    /// True of roles that read everything; the others see themselves and their own contact.
    pub fn sees_all(&self) -> bool {
        self.role >= Some(Role::Viewer)
    }
}

/// Type of the caller that made a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActorType {
    /// A login user, who may have been deleted since.
    User,
    /// An API key.
    ApiKey,
    /// The operator: the command line, or anybody with `--dev`.
    Operator,
    /// Liaison itself. No change has been made so yet: what goes on in the background is its caller's.
    System,
}

impl ActorType {
    /// By what is recorded of the caller. Without a login, only the operator writes.
    pub fn of(user_id: Option<Uuid>, key_id: Option<Uuid>) -> Self {
        match (user_id, key_id) {
            (Some(_), _) => Self::User,
            (None, Some(_)) => Self::ApiKey,
            (None, None) => Self::Operator,
        }
    }
}
