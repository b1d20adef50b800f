//! Events that are on their way: claimed by a request, or durable but not yet known to the store.
//!
//! The store learns of an event a moment after the journal. Without this, two requests that bring the same event at
//! the same time would both find it unknown. A request first claims its events here, then asks the store, then
//! appends; a claim ends only once the store has applied the event, so there is no moment in which neither knows it.
//! A request never waits for another's claim while it holds claims of its own, so none waits for ever.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use cairn_model::{EventKey, Sequence};
use tokio::sync::Notify;

/// What a claim found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Claim {
    /// Nobody has it: it is the caller's now.
    Mine,
    /// It is durable, with these bytes.
    Same,
    /// Another event with its id is durable.
    Different,
    /// Someone has claimed it, perhaps this request; how that ends is not known yet.
    Pending,
}

/// The events on their way. Clones share them.
#[derive(Debug, Clone, Default)]
pub(crate) struct InFlight(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    events: Mutex<Events>,
    settled: Notify,
}

#[derive(Debug, Default)]
struct Events {
    by_id: HashMap<[u8; 16], OnItsWay, foldhash::fast::RandomState>,
    /// Durable claims with the place behind them, in the order in which they became durable.
    durable: VecDeque<(Sequence, Vec<[u8; 16]>)>,
}

#[derive(Debug)]
struct OnItsWay {
    bytes_hash: u64,
    durable: bool,
}

/// Claims of one request. What is not settled when this is dropped is free again.
#[derive(Debug)]
pub(crate) struct Claims {
    in_flight: InFlight,
    ids: Vec<[u8; 16]>,
}

impl InFlight {
    /// Claims each of `keys` that nobody has. Everything below `applied` is known to the store and forgotten here.
    pub(crate) fn claim(&self, applied: Sequence, keys: impl Iterator<Item = EventKey>) -> (Vec<Claim>, Claims) {
        let mut events = self.events();
        events.forget(applied);
        let mut ids = Vec::new();
        let mut claim = |key: EventKey| match events.by_id.entry(key.id) {
            Entry::Vacant(free) => {
                free.insert(OnItsWay { bytes_hash: key.bytes_hash, durable: false });
                ids.push(key.id);
                Claim::Mine
            }
            Entry::Occupied(taken) if !taken.get().durable => Claim::Pending,
            Entry::Occupied(taken) if taken.get().bytes_hash == key.bytes_hash => Claim::Same,
            Entry::Occupied(_) => Claim::Different,
        };
        let found = keys.map(&mut claim).collect();
        drop(events);
        (found, Claims { in_flight: self.clone(), ids })
    }

    /// Resolves when a claim is settled after `enable` was called on it.
    pub(crate) fn settled(&self) -> tokio::sync::futures::Notified<'_> {
        self.0.settled.notified()
    }

    fn events(&self) -> MutexGuard<'_, Events> {
        self.0.events.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Events {
    fn forget(&mut self, applied: Sequence) {
        while self.durable.front().is_some_and(|(end, _)| *end <= applied) {
            for id in self.durable.pop_front().into_iter().flat_map(|(_, ids)| ids) {
                self.by_id.remove(&id);
            }
        }
    }
}

impl Claims {
    /// Gives up the claims on `keys`, which the store knows already.
    pub(crate) fn release(&mut self, keys: &[EventKey]) {
        if keys.is_empty() {
            return;
        }
        let mut events = self.in_flight.events();
        for key in keys {
            events.by_id.remove(&key.id);
        }
        drop(events);
        let released: std::collections::HashSet<_> = keys.iter().map(|key| key.id).collect();
        self.ids.retain(|id| !released.contains(id));
        self.in_flight.0.settled.notify_waiters();
    }

    /// Keeps the claims until the store has applied everything below `end`.
    pub(crate) fn settle(mut self, end: Sequence) {
        let ids = std::mem::take(&mut self.ids);
        let mut events = self.in_flight.events();
        for id in &ids {
            if let Some(on_its_way) = events.by_id.get_mut(id) {
                on_its_way.durable = true;
            }
        }
        events.durable.push_back((end, ids));
        drop(events);
        self.in_flight.0.settled.notify_waiters();
    }
}

impl Drop for Claims {
    fn drop(&mut self) {
        if self.ids.is_empty() {
            return;
        }
        let mut events = self.in_flight.events();
        for id in &self.ids {
            events.by_id.remove(id);
        }
        drop(events);
        self.in_flight.0.settled.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(id: u8, bytes_hash: u64) -> EventKey {
        EventKey { id: [id; 16], bytes_hash }
    }

    #[test]
    fn a_claim_lasts_until_the_store_has_applied_the_event() {
        let in_flight = InFlight::default();
        let claim = |applied: u64, key| in_flight.claim(Sequence(applied), std::iter::once(key));
        let (found, claims) = claim(0, key(1, 7));
        assert_eq!(found, [Claim::Mine]);
        assert_eq!(claim(0, key(1, 7)).0, [Claim::Pending]);
        claims.settle(Sequence(5));
        assert_eq!(claim(4, key(1, 7)).0, [Claim::Same]);
        assert_eq!(claim(4, key(1, 8)).0, [Claim::Different]);
        assert_eq!(claim(5, key(1, 8)).0, [Claim::Mine]);
    }

    #[test]
    fn what_is_dropped_or_released_is_free_again() {
        let in_flight = InFlight::default();
        let (found, mut claims) = in_flight.claim(Sequence(0), [key(1, 1), key(2, 2), key(1, 1)].into_iter());
        assert_eq!(found, [Claim::Mine, Claim::Mine, Claim::Pending]);
        claims.release(&[key(1, 1)]);
        let (found, again) = in_flight.claim(Sequence(0), [key(1, 1), key(2, 2)].into_iter());
        assert_eq!(found, [Claim::Mine, Claim::Pending]);
        drop(claims);
        drop(again);
        assert!(in_flight.events().by_id.is_empty());
    }
}
