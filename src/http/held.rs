//! What each caller has open at the moment, so that nobody takes all there is.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use crate::{domain::Actor, throttle::Caller};

/// How much each caller holds; nothing is kept of those who hold nothing.
#[derive(Clone, Debug, Default)]
pub(super) struct Holdings(Arc<Mutex<HashMap<Caller, u32>>>);

/// What a caller holds; dropping it gives it back.
pub(super) struct Held {
    holdings: Holdings,
    caller: Caller,
    weight: u32,
}

impl Holdings {
    /// None when the caller would hold more than one may.
    pub(super) fn hold(&self, actor: &Actor, weight: u32, most: u32) -> Option<Held> {
        let caller = Caller::of(actor);
        let mut callers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = callers.get(&caller).copied().unwrap_or_default();
        let after = before.checked_add(weight).filter(|after| *after <= most)?;
        callers.insert(caller.clone(), after);
        drop(callers);
        Some(Held { holdings: self.clone(), caller, weight })
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let mut callers = self.holdings.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(held) = callers.get_mut(&self.caller) {
            *held -= self.weight;
            if *held == 0 {
                callers.remove(&self.caller);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::Holdings;
    use crate::domain::Actor;

    #[test]
    fn a_user_holds_as_much_in_all_sessions_together_as_in_one() {
        let session = |number| Actor {
            user_id: Some(Uuid::from_u128(1)),
            session_id: Some(Uuid::from_u128(number)),
            ..Actor::default()
        };
        let holdings = Holdings::default();
        let (one, other) = (holdings.hold(&session(2), 2, 3), holdings.hold(&session(3), 1, 3));
        assert!(one.is_some() && other.is_some());
        assert!(holdings.hold(&session(4), 1, 3).is_none());
        let key = Actor { key_id: Some(Uuid::from_u128(1)), ..Actor::default() };
        assert!(holdings.hold(&key, 3, 3).is_some());
        drop(one);
        assert!(holdings.hold(&session(4), 2, 3).is_some());
        drop(other);
        assert!(holdings.0.lock().unwrap().is_empty());
    }
}
