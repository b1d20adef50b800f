//! Writes a tail that no longer grows to files.

use std::sync::{Arc, PoisonError, RwLock};

use bytes::Bytes;
use cairn_model::AccountId;

use crate::StoreError;
use crate::file_writer::NewFile;
use crate::manifest::FileEntry;
use crate::number::wide;
use crate::parquet_writer::Texts;
use crate::state::Shared;
use crate::tail::Tail;

/// Makes and puts one file for each account of `tail`. Doing it again replaces them with the same.
pub(crate) async fn flush(shared: Arc<Shared>, tail: Arc<RwLock<Tail>>) -> Result<Vec<FileEntry>, StoreError> {
    let started = shared.environment.clock.instant();
    let mut accounts: Vec<AccountId> =
        tail.read().unwrap_or_else(PoisonError::into_inner).parts.keys().copied().collect();
    accounts.sort_unstable();
    let mut entries = Vec::with_capacity(accounts.len());
    for account in accounts {
        let tail = Arc::clone(&tail);
        let made = shared.environment.tasks.unhurried(move || make(&tail, account)).await;
        let file = made.map_err(|error| StoreError::Flush(error.to_string()))?;
        if let Some(file) = file {
            entries.push(file.put(&shared.bucket).await?);
        }
    }
    metrics::histogram!("store_flush_seconds").record((shared.environment.clock.instant() - started).as_secs_f64());
    Ok(entries)
}

fn make(tail: &RwLock<Tail>, account: AccountId) -> parquet::errors::Result<Option<NewFile>> {
    let tail = tail.read().unwrap_or_else(PoisonError::into_inner);
    let Some(part) = tail.parts.get(&account) else { return Ok(None) };
    let order = part.part.newest_first();
    let raws = order.iter().filter_map(|place| part.events.get(wide(*place))).cloned().map(Ok);
    let besides = order.iter().map(|place| Ok(part.besides.get(place).cloned().unwrap_or_default()));
    // Events compress to about a quarter, fields included.
    let bytes_hint = part.events.iter().map(Bytes::len).sum::<usize>() / 4;
    NewFile::make(&part.part, &order, Texts { raws, besides }, bytes_hint).map(Some)
}
