//! When the oldest event of an account happened that is still kept.

use std::sync::{Arc, PoisonError};

use cairn_model::{AccountId, Timestamp};

use crate::StoreError;
use crate::state::View;
use crate::stored_file::StoredFile;

/// When the oldest event of `account` happened that arrived at `received_min` or later; none when there is none.
pub(crate) async fn oldest(
    view: &View,
    account: AccountId,
    received_min: Timestamp,
) -> Result<Option<Timestamp>, StoreError> {
    let in_tails = view.tails.iter().filter_map(|tail| {
        let tail = tail.read().unwrap_or_else(PoisonError::into_inner);
        tail.oldest(account, received_min)
    });
    let mut oldest = in_tails.min();
    let is_kept = |file: &StoredFile| file.entry.account == account && file.entry.received_max >= received_min;
    let mut files: Vec<&Arc<StoredFile>> = view.files.iter().filter(|file| is_kept(file)).collect();
    files.sort_unstable_by_key(|file| file.entry.time_min);
    for file in files {
        if oldest.is_some_and(|oldest| oldest <= file.entry.time_min) {
            break;
        }
        oldest = oldest_of_file(file, received_min).await?.into_iter().chain(oldest).min();
    }
    Ok(oldest)
}

async fn oldest_of_file(file: &StoredFile, received_min: Timestamp) -> Result<Option<Timestamp>, StoreError> {
    if file.entry.received_min >= received_min {
        return Ok(Some(file.entry.time_min));
    }
    let (cursors, arrivals) = (file.cursors().await?, file.arrivals().await?);
    for row in (0..cursors.rows()).rev() {
        let Some(cursor) = cursors.get(row) else { continue };
        if file.arrival(&arrivals, cursor.sequence)? >= received_min {
            return Ok(Some(cursor.event_time));
        }
    }
    Ok(None)
}
