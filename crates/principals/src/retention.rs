//! Forgets what ended long ago, and what there is no room for.

use std::sync::Arc;
use std::time::Duration;

use cairn_model::Timestamp;

use crate::PrincipalsSettings;
use crate::key_table::KeyTable;
use crate::known::{Known, Link};
use crate::learner::Learner;

/// How often what ended long ago is looked for.
const SWEEP_INTERVAL: Duration = Duration::from_hours(1);
/// When there is no room, one key in this many makes place at once.
const MADE_ROOM: usize = 64;

impl Learner {
    /// Forgets what `settings` do not keep any more. Looks only from time to time, or when there are too many keys.
    pub(crate) fn sweep(&mut self, keys: &KeyTable, settings: &PrincipalsSettings, now: Timestamp) {
        let over = keys.len().saturating_sub(settings.keys_max);
        let due = self.swept_at.is_none_or(|at| now.since(at) >= SWEEP_INTERVAL || at > now);
        if over == 0 && !due {
            return;
        }
        self.swept_at = Some(now);
        let oldest_end = now.minus(settings.kept_after_end);
        let ended = |known: &Arc<Known>| known.ends_at.filter(|end| *end < oldest_end).map(|_| Arc::clone(known));
        let ended = keys.select(ended);
        self.forget(keys, ended);
        self.make_room(keys, settings.keys_max);
        self.directory.shrink(settings.keys_max, &mut self.changes);
        self.let_go();
    }

    fn make_room(&mut self, keys: &KeyTable, keys_max: usize) {
        let over = keys.len().saturating_sub(keys_max);
        if over == 0 {
            return;
        }
        let end = |known: &Arc<Known>| known.ends_at.unwrap_or(Timestamp::from_unix_ms(i64::MAX));
        let mut candidates = keys.select(|known| (!known.given).then(|| Arc::clone(known)));
        let room = over.saturating_add(keys_max / MADE_ROOM);
        if room < candidates.len() {
            candidates.select_nth_unstable_by_key(room, |known| (end(known), known.link.row));
            candidates.truncate(room);
        }
        let count = u64::try_from(candidates.len()).unwrap_or(u64::MAX);
        metrics::counter!("principals_evicted_total").increment(count);
        tracing::warn!(count, keys_max, "no room for more keys: those that end first are forgotten");
        self.forget(keys, candidates);
    }

    fn forget(&mut self, keys: &KeyTable, forgotten: Vec<Arc<Known>>) {
        for known in forgotten {
            keys.remove(&known);
            self.retired.push(Arc::clone(&known.link));
        }
    }

    /// Removes the rows of links that belong to no chain any more.
    fn let_go(&mut self) {
        let changes = &mut self.changes;
        self.retired.retain(|link: &Arc<Link>| {
            let used = Arc::strong_count(link) > 1;
            if !used {
                changes.forget_key(link.row);
            }
            used
        });
    }
}
