//! Merges neighbouring small files into larger ones, so that lookups need not ask many.

use std::sync::Arc;

use bytes::Bytes;
use cairn_model::{AccountId, Entry, Origin, Outline, Sequence, Timestamp};
use parquet::errors::{ParquetError, Result};

use crate::StoreError;
use crate::file_writer::NewFile;
use crate::index_format::Indexed;
use crate::index_writer::origin_word;
use crate::manifest::FileEntry;
use crate::number::{index, narrow, wide};
use crate::parquet_writer::Texts;
use crate::part::{Part, Prepared};
use crate::state::Shared;
use crate::stored_file::{StoredFile, TextPages};

/// Files that became one.
#[derive(Debug)]
pub(crate) struct Compacted {
    pub(crate) inputs: Vec<Arc<StoredFile>>,
    pub(crate) output: FileEntry,
}

/// Neighbouring files of one account that should become one: together at most `rows_max` events, and at least twice as
/// many as the largest of them, so that an event is written again only so often as its file doubles.
pub(crate) fn choose(files: &[Arc<StoredFile>], rows_max: usize) -> Option<Vec<Arc<StoredFile>>> {
    let mut sorted: Vec<&Arc<StoredFile>> = files.iter().collect();
    sorted.sort_unstable_by_key(|file| (file.entry.account, file.entry.sequence_first));
    let mut best: &[&Arc<StoredFile>] = &[];
    for start in 0..sorted.len() {
        let (mut sum, mut largest) = (0, 0);
        for end in start..sorted.len() {
            let (Some(first), Some(last)) = (sorted.get(start), sorted.get(end)) else { break };
            sum += index(last.entry.rows);
            largest = largest.max(index(last.entry.rows));
            if last.entry.account != first.entry.account || sum > rows_max {
                break;
            }
            let run = sorted.get(start..=end).unwrap_or_default();
            if sum >= 2 * largest && run.len() > best.len().max(1) {
                best = run;
            }
        }
    }
    (!best.is_empty()).then(|| best.iter().map(|file| Arc::clone(file)).collect())
}

/// Makes and puts the file that has all events of `inputs`.
pub(crate) async fn compact(
    shared: Arc<Shared>,
    inputs: Vec<Arc<StoredFile>>,
) -> std::result::Result<Compacted, StoreError> {
    let mut sources = Vec::with_capacity(inputs.len());
    for input in &inputs {
        sources.push(Source::read(input).await?);
    }
    let bytes_hint = inputs.iter().map(|input| index(input.entry.parquet_bytes)).sum::<usize>();
    let made = shared.environment.tasks.unhurried(move || merge(sources, bytes_hint)).await;
    let file = made.map_err(|error| StoreError::Flush(error.to_string()))?;
    let output = file.put(&shared.bucket).await?;
    Ok(Compacted { inputs, output })
}

/// The events of one file and how each came.
struct Source {
    account: AccountId,
    arrivals: Vec<(Sequence, Timestamp, Origin)>,
    raw: TextPages,
    beside: Option<TextPages>,
}

impl Source {
    async fn read(file: &StoredFile) -> std::result::Result<Self, StoreError> {
        let cursors = file.cursors().await?;
        let imported = file.rows_with(Indexed::Origin, &[origin_word(Origin::Imported)], None).await?;
        let mut imported = imported.between(0, u32::MAX).peekable();
        let mut arrivals = Vec::with_capacity(wide(cursors.rows()));
        for row in 0..cursors.rows() {
            let Some(cursor) = cursors.get(row) else { break };
            let is_imported = imported.next_if_eq(&row).is_some();
            let origin = if is_imported { Origin::Imported } else { Origin::Live };
            arrivals.push((cursor.sequence, file.received_at(cursor.sequence).await?, origin));
        }
        let (raw, beside) = (file.events().await?, file.besides().await?);
        Ok(Self { account: file.entry.account, arrivals, raw, beside })
    }
}

/// Reads all events twice: first for their fields, then, in the order of the merged file, for their bytes. Only a page
/// of each file is in memory at a time.
fn merge(sources: Vec<Source>, bytes_hint: usize) -> Result<NewFile> {
    let account = sources.first().map_or(AccountId::DEFAULT, |source| source.account);
    let mut part = Part::new(account);
    let mut source_of: Vec<u32> = Vec::new();
    for (number, source) in sources.iter().enumerate() {
        let mut events = source.raw.clone();
        for (sequence, received_at, origin) in source.arrivals.iter().copied() {
            let event = next(&mut events)?;
            let entry =
                Entry { sequence, received_at, account, origin, event, beside: None, outline: Outline::default() };
            part.push(&Prepared::read(&entry));
            source_of.push(narrow(number));
        }
    }
    let order = part.newest_first();
    let (mut raws, mut besides): (Vec<_>, Vec<_>) = sources.into_iter().map(|s| (s.raw, s.beside)).unzip();
    let raws = order.iter().map(|place| next(source(&mut raws, &source_of, *place)?));
    let besides = order.iter().map(|place| match source(&mut besides, &source_of, *place)? {
        Some(beside) => next(beside),
        None => Ok(Bytes::new()),
    });
    NewFile::make(&part, &order, Texts { raws, besides }, bytes_hint)
}

/// The file that the row at `place` comes from.
fn source<'a, T>(sources: &'a mut [T], source_of: &[u32], place: u32) -> Result<&'a mut T> {
    let source = source_of.get(wide(place)).and_then(|number| sources.get_mut(wide(*number)));
    source.ok_or_else(|| ParquetError::General("a row belongs to no file".to_owned()))
}

fn next(events: &mut TextPages) -> Result<Bytes> {
    events.next().flatten().ok_or_else(|| ParquetError::General("a page of events is damaged".to_owned()))
}
