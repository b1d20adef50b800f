//! Makes new files of others: all their events, sorted by time and cut into files of a bounded size.

use std::collections::BinaryHeap;
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use cairn_model::{AccountId, Entry, Origin, Outline, Sequence, Timestamp};
use parquet::errors::{ParquetError, Result};

use crate::StoreError;
use crate::file_writer::NewFile;
use crate::index_format::Indexed;
use crate::index_writer::origin_word;
use crate::manifest::FileEntry;
use crate::number::{length, narrow, wide};
use crate::parquet_writer::Texts;
use crate::part::{Part, Prepared};
use crate::postings::Rows;
use crate::state::Shared;
use crate::stored_file::{Arrivals, Cursors, StoredFile, TextPages};

/// Files that became others.
#[derive(Debug)]
pub(crate) struct Compacted {
    pub(crate) inputs: Vec<Arc<StoredFile>>,
    pub(crate) outputs: Vec<FileEntry>,
}

/// Makes and puts files that have all events of `inputs`, each file older than the one before. Only the events of one
/// new file are in memory at a time, compressed, and of all files the times.
pub(crate) async fn compact(
    shared: Arc<Shared>,
    inputs: Vec<Arc<StoredFile>>,
) -> std::result::Result<Compacted, StoreError> {
    let tasks = &shared.environment.tasks;
    let failed = |error: ParquetError| StoreError::Flush(error.to_string());
    // Nobody else has it, so that a put that is done late can never replace a file that counts.
    let generation = shared.environment.random.below(u64::MAX);
    let mut sources = Vec::with_capacity(inputs.len());
    for input in &inputs {
        sources.push(Source::open(input).await?);
    }
    let cursors: Vec<Cursors> = sources.iter().map(|source| source.cursors.clone()).collect();
    let rows_max = shared.settings.compact_rows_max;
    let cuts = tasks.unhurried(move || cuts(&cursors, rows_max)).await.map_err(failed)?;
    let mut outputs = Vec::with_capacity(cuts.len());
    for cut in cuts {
        let mut slices = Vec::with_capacity(sources.len());
        for (source, rows) in sources.iter().zip(cut).filter(|(_, rows)| !rows.is_empty()) {
            slices.push(source.slice(rows).await?);
        }
        let file = tasks.unhurried(move || merge(slices, generation)).await.map_err(failed)?;
        outputs.push(file.put(&shared.bucket).await?);
    }
    Ok(Compacted { inputs, outputs })
}

/// A file that is merged.
struct Source {
    file: Arc<StoredFile>,
    cursors: Cursors,
    arrivals: Arrivals,
    imported: Rows,
}

/// Some events of a file, newest first, and how each came.
struct Slice {
    account: AccountId,
    arrivals: Vec<(Sequence, Timestamp, Origin)>,
    raw: TextPages,
    beside: Option<TextPages>,
}

impl Source {
    async fn open(file: &Arc<StoredFile>) -> std::result::Result<Self, StoreError> {
        let (cursors, arrivals) = (file.cursors_unheld().await?, file.arrivals().await?);
        let imported = file.rows_with(Indexed::Origin, &[origin_word(Origin::Imported)], None).await?;
        Ok(Self { file: Arc::clone(file), cursors, arrivals, imported })
    }

    async fn slice(&self, rows: Range<u32>) -> std::result::Result<Slice, StoreError> {
        let mut imported = self.imported.clone().between(rows.start, rows.end).peekable();
        let mut arrivals = Vec::with_capacity(rows.len());
        for row in rows.clone() {
            let Some(cursor) = self.cursors.get(row) else { break };
            let is_imported = imported.next_if_eq(&row).is_some();
            let origin = if is_imported { Origin::Imported } else { Origin::Live };
            arrivals.push((cursor.sequence, self.file.arrival(&self.arrivals, cursor.sequence)?, origin));
        }
        let (raw, beside) = (self.file.events(rows.clone()).await?, self.file.besides(rows).await?);
        Ok(Slice { account: self.file.entry.account, arrivals, raw, beside })
    }
}

/// Which rows of each file make up each new file: all together are sorted by time, and cut into files of equal size of
/// at most `rows_max`.
fn cuts(sources: &[Cursors], rows_max: usize) -> Result<Vec<Vec<Range<u32>>>> {
    let rows: u64 = sources.iter().map(|source| u64::from(source.rows())).sum();
    let files = rows.div_ceil(length(rows_max.max(1))).max(1);
    let mut next: BinaryHeap<_> =
        sources.iter().zip(0..).filter_map(|(source, number)| Some((source.get(0)?, number))).collect();
    let mut places = vec![0_u32; sources.len()];
    let mut cuts = Vec::new();
    let mut taken = 0;
    for file in 1..=files {
        let from = places.clone();
        while taken < rows * file / files {
            let Some((_, number)) = next.pop() else { break };
            let number: usize = number;
            taken += 1;
            if let (Some(place), Some(source)) = (places.get_mut(number), sources.get(number)) {
                *place += 1;
                next.extend(source.get(*place).map(|cursor| (cursor, number)));
            }
        }
        cuts.push(from.into_iter().zip(&places).map(|(from, to)| from..*to).collect());
    }
    if taken == rows { Ok(cuts) } else { Err(ParquetError::General("a file has fewer times than rows".to_owned())) }
}

/// Reads all events and what stands beside them twice: first for their fields, then, in the order of the merged file, for their bytes. Only a page
/// of each file is in memory at a time.
fn merge(slices: Vec<Slice>, generation: u64) -> Result<NewFile> {
    let account = slices.first().map_or(AccountId::DEFAULT, |slice| slice.account);
    let bytes_hint = slices.iter().map(|slice| slice.raw.compressed_bytes()).sum();
    let mut part = Part::new(account);
    let mut slice_of: Vec<u32> = Vec::new();
    for (number, slice) in slices.iter().enumerate() {
        let (mut events, mut besides) = (slice.raw.clone(), slice.beside.clone());
        for (sequence, received_at, origin) in slice.arrivals.iter().copied() {
            let event = next(&mut events)?;
            let beside = besides.as_mut().map(next).transpose()?.filter(|beside| !beside.is_empty());
            let entry = Entry { sequence, received_at, account, origin, event, beside, outline: Outline::default() };
            part.push(&Prepared::read(&entry));
            slice_of.push(narrow(number));
        }
    }
    let order = part.newest_first();
    let (mut raws, mut besides): (Vec<_>, Vec<_>) = slices.into_iter().map(|s| (s.raw, s.beside)).unzip();
    let raws = order.iter().map(|place| next(slice(&mut raws, &slice_of, *place)?));
    let besides = order.iter().map(|place| match slice(&mut besides, &slice_of, *place)? {
        Some(beside) => next(beside),
        None => Ok(Bytes::new()),
    });
    let mut file = NewFile::make(&part, &order, Texts { raws, besides }, bytes_hint)?;
    file.entry.generation = generation;
    Ok(file)
}

/// The slice that the row at `place` comes from.
fn slice<'a, T>(slices: &'a mut [T], slice_of: &[u32], place: u32) -> Result<&'a mut T> {
    let slice = slice_of.get(wide(place)).and_then(|number| slices.get_mut(wide(*number)));
    slice.ok_or_else(|| ParquetError::General("a row belongs to no file".to_owned()))
}

fn next(events: &mut TextPages) -> Result<Bytes> {
    events.next().flatten().ok_or_else(|| ParquetError::General("a page of events is damaged".to_owned()))
}
