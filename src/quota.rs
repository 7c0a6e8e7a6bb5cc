//! Quotas of callers: the number of open connections and subscriptions that each may have.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use crate::{domain::Actor, throttle::Caller};

/// Usage of each caller. A caller that uses nothing takes no memory.
#[derive(Clone, Debug, Default)]
pub(crate) struct Quotas(Arc<Mutex<HashMap<Caller, u32>>>);

/// Part of a caller's quota. Dropping the permit returns it.
pub(crate) struct Permit {
    quotas: Quotas,
    caller: Caller,
    weight: u32,
}

impl Quotas {
    /// Takes a permit of the given weight. `None` when the caller would exceed the maximum.
    pub(crate) fn acquire(&self, actor: &Actor, weight: u32, max: u32) -> Option<Permit> {
        let caller = Caller::of(actor);
        let mut callers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = callers.get(&caller).copied().unwrap_or_default();
        let after = before.checked_add(weight).filter(|after| *after <= max)?;
        callers.insert(caller.clone(), after);
        drop(callers);
        Some(Permit { quotas: self.clone(), caller, weight })
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut callers = self.quotas.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(used) = callers.get_mut(&self.caller) {
            *used -= self.weight;
            if *used == 0 {
                callers.remove(&self.caller);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::Quotas;
    use crate::domain::Actor;

    #[test]
    fn a_user_holds_as_much_in_all_sessions_together_as_in_one() {
        let session = |number| Actor {
            user_id: Some(Uuid::from_u128(1)),
            session_id: Some(Uuid::from_u128(number)),
            ..Actor::default()
        };
        let quotas = Quotas::default();
        let (one, other) = (quotas.acquire(&session(2), 2, 3), quotas.acquire(&session(3), 1, 3));
        assert!(one.is_some() && other.is_some());
        assert!(quotas.acquire(&session(4), 1, 3).is_none());
        let key = Actor { key_id: Some(Uuid::from_u128(1)), ..Actor::default() };
        assert!(quotas.acquire(&key, 3, 3).is_some());
        drop(one);
        assert!(quotas.acquire(&session(4), 2, 3).is_some());
        drop(other);
        assert!(quotas.0.lock().unwrap().is_empty());
    }
}
