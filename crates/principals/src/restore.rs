//! Builds what was learnt before from the rows: keys, their chains, users and roles.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use sqlx::SqliteConnection;

use crate::change::Changes;
use crate::entity::{Directory, Entity};
use crate::key_table::KeyTable;
use crate::known::{ANCESTORS_MAX, Ancestors, Known, Link};
use crate::learner::Learner;
use crate::rows::{self, KeyRow, RowError};

/// A key of which only the chain is still missing.
struct Stored {
    link: Arc<Link>,
    key: KeyPlace,
}

/// The parts of a row that a link does not keep.
struct KeyPlace {
    caller: Option<i64>,
    origin: Option<i64>,
    depth: usize,
    ends_at: Option<cairn_model::Timestamp>,
    given: bool,
}

/// Keys by row, while chains are built.
#[derive(Default)]
struct Restoring {
    entities: HashMap<i64, Arc<Entity>>,
    stored: HashMap<i64, Stored>,
    /// The newest row of each key.
    newest: HashMap<Arc<str>, i64>,
    /// The chains that end in a key, made once for all sessions that it began.
    chains: HashMap<i64, Ancestors>,
}

/// Everything that the database holds. Rows that nothing refers to any more are forgotten.
pub(crate) async fn load(connection: &mut SqliteConnection) -> Result<(Learner, KeyTable), RowError> {
    let mut restoring = Restoring::default();
    let mut directory = Directory::default();
    let mut last_row = 0;
    rows::read_entities(connection, |entity| {
        let entity = Arc::new(entity);
        last_row = last_row.max(entity.row);
        directory.insert(&entity);
        restoring.entities.insert(entity.row, entity);
    })
    .await?;
    rows::read_keys(connection, |row| {
        last_row = last_row.max(row.row);
        restoring.take(row)
    })
    .await?;
    let mut changes = Changes::after(last_row);
    let keys = restoring.build();
    let retired = restoring.retired(&mut changes);
    for entity in restoring.entities.into_values() {
        if !directory.holds(&entity) && Arc::strong_count(&entity) == 1 {
            changes.forget_entity(entity.row);
        }
    }
    Ok((Learner { directory, changes, retired, swept_at: None }, keys))
}

impl Restoring {
    fn take(&mut self, row: KeyRow) -> Result<(), RowError> {
        let KeyRow { row, access_key_id, caller, origin, depth, ends_at, given, event_id, identity, session } = row;
        let missing = || RowError::Damaged { row, reason: "the user or role that it refers to is missing".into() };
        let identity = identity.try_map(|id| self.entities.get(&id).cloned().ok_or_else(missing))?;
        self.newest.insert(Arc::clone(&access_key_id), row);
        let link = Link::new(row, access_key_id, identity).made_by(session, event_id);
        self.stored
            .insert(row, Stored { link: Arc::new(link), key: KeyPlace { caller, origin, depth, ends_at, given } });
        Ok(())
    }

    fn build(&mut self) -> KeyTable {
        let keys = KeyTable::default();
        let newest: Vec<i64> = self.newest.values().copied().collect();
        for row in newest {
            let ancestors = self.ancestors(row);
            if let Some(Stored { link, key }) = self.stored.get(&row) {
                let known = Known::restored(Arc::clone(link), ancestors, key.depth, key.ends_at);
                keys.put(&Arc::new(known.with_end(key.ends_at, key.given)));
            }
        }
        keys
    }

    /// The keys that led to the one at `row`, as far as they are kept; the first one always is.
    fn ancestors(&mut self, row: i64) -> Ancestors {
        let Some(caller) = self.stored.get(&row).and_then(|stored| stored.key.caller) else {
            return Arc::new([]);
        };
        if let Some(chain) = self.chains.get(&caller) {
            return Arc::clone(chain);
        }
        let origin = self.stored.get(&row).and_then(|stored| stored.key.origin);
        let mut chain: Vec<Arc<Link>> = Vec::new();
        let mut next = Some(caller);
        while let Some(stored) = next.and_then(|row| self.stored.get(&row))
            && chain.len() < ANCESTORS_MAX
        {
            chain.push(Arc::clone(&stored.link));
            // rows refer to earlier ones only: what does not is not followed
            next = stored.key.caller.filter(|caller| *caller < stored.link.row);
        }
        if let Some(first) = origin.and_then(|row| self.stored.get(&row))
            && chain.last().is_none_or(|link| link.row != first.link.row)
        {
            chain.truncate(ANCESTORS_MAX - 1);
            chain.push(Arc::clone(&first.link));
        }
        chain.reverse();
        let chain: Ancestors = chain.into();
        self.chains.insert(caller, Arc::clone(&chain));
        chain
    }

    /// The links that are no key's any more but still belong to chains; the others are forgotten.
    fn retired(&mut self, changes: &mut Changes) -> Vec<Arc<Link>> {
        let newest: HashSet<i64> = self.newest.values().copied().collect();
        self.chains.clear();
        let mut retired = Vec::new();
        for (row, Stored { link, .. }) in self.stored.drain() {
            if newest.contains(&row) {
                continue;
            }
            if Arc::strong_count(&link) == 1 {
                changes.forget_key(row);
            } else {
                retired.push(link);
            }
        }
        retired
    }
}
