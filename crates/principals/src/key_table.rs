//! Every known key by its id, read by many and written by the learner alone.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::known::{Known, Link};

/// Known keys by access key id.
#[derive(Debug, Default)]
pub(crate) struct KeyTable {
    rows: RwLock<Rows>,
}

#[derive(Debug, Default)]
struct Rows {
    keys: HashMap<Arc<str>, Arc<Known>>,
    sessions: usize,
}

impl KeyTable {
    pub(crate) fn get(&self, access_key_id: &str) -> Option<Arc<Known>> {
        self.read().keys.get(access_key_id).cloned()
    }

    /// Puts a key in its place and gives the link that stood there before, if that was another.
    pub(crate) fn put(&self, known: &Arc<Known>) -> Option<Arc<Link>> {
        let mut rows = self.write();
        rows.sessions += usize::from(known.is_session);
        let before = rows.keys.insert(Arc::clone(&known.link.access_key_id), Arc::clone(known))?;
        rows.sessions = rows.sessions.saturating_sub(usize::from(before.is_session));
        (!Arc::ptr_eq(&before.link, &known.link)).then(|| Arc::clone(&before.link))
    }

    /// Takes out a key if it is still as in `known`.
    pub(crate) fn remove(&self, known: &Arc<Known>) {
        let mut rows = self.write();
        if let Entry::Occupied(place) = rows.keys.entry(Arc::clone(&known.link.access_key_id))
            && Arc::ptr_eq(place.get(), known)
        {
            place.remove();
            rows.sessions = rows.sessions.saturating_sub(usize::from(known.is_session));
        }
    }

    /// Those of all keys that `choose` takes something of.
    pub(crate) fn select<T>(&self, choose: impl FnMut(&Arc<Known>) -> Option<T>) -> Vec<T> {
        self.read().keys.values().filter_map(choose).collect()
    }

    /// How many keys there are, sessions included.
    pub(crate) fn len(&self) -> usize {
        self.read().keys.len()
    }

    /// Shows the numbers of keys and sessions as gauges.
    pub(crate) fn measure(&self) {
        let (keys, sessions) = {
            let rows = self.read();
            (rows.keys.len(), rows.sessions)
        };
        let gauge = |number: usize| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
        metrics::gauge!("principals_keys").set(gauge(keys.saturating_sub(sessions)));
        metrics::gauge!("principals_sessions").set(gauge(sessions));
    }

    fn read(&self) -> RwLockReadGuard<'_, Rows> {
        self.rows.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Rows> {
        self.rows.write().unwrap_or_else(PoisonError::into_inner)
    }
}
