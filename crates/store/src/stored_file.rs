//! A Parquet file and its lookup index in the object store, read piece by piece.

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use cairn_model::{Sequence, Timestamp};
use cairn_objects::Bucket;
use fst::Streamer;
use tokio::sync::OnceCell;

use crate::cache::{Cache, Piece};
use crate::index_format::{Form, HEAD_BYTES, Head, Indexed, Place, TextColumn, section};
use crate::index_writer::{KEY_BYTES, bucket_of};
use crate::long_values::{LongValue, is_long, is_of_long_value};
use crate::manifest::FileEntry;
use crate::number::{i64_at, index, length, narrow, u32_at, u64_at, wide};
use crate::part::RowKey;
use crate::postings::{self, List, Rows};
use crate::raw_page::{self, Texts};
use crate::{Cursor, Known, StoreError, key_filter};

/// A file of the store.
#[derive(Debug)]
pub(crate) struct StoredFile {
    /// No other file has it while the store is open.
    pub(crate) number: u64,
    pub(crate) entry: FileEntry,
    index_key: String,
    pub(crate) parquet_key: String,
    pub(crate) bucket: Bucket,
    pub(crate) cache: Arc<Cache>,
    head: OnceCell<Head>,
    /// Of a file whose index does not have them.
    pub(crate) long_values: OnceCell<Vec<LongValue>>,
}

/// When the events of a file arrived.
#[derive(Debug, Clone)]
pub(crate) struct Arrivals(Bytes);

/// For each row its place in the order of answers.
#[derive(Debug, Clone)]
pub(crate) struct Cursors {
    head: Head,
    times: Bytes,
    sequences: Bytes,
}

impl StoredFile {
    pub(crate) fn new(number: u64, entry: FileEntry, bucket: Bucket, cache: Arc<Cache>) -> Self {
        let (index_key, parquet_key) = (entry.index_key(), entry.parquet_key());
        Self {
            number,
            entry,
            index_key,
            parquet_key,
            bucket,
            cache,
            head: OnceCell::new(),
            long_values: OnceCell::new(),
        }
    }

    /// Deletes the file and its index.
    pub(crate) async fn delete(&self) -> Result<(), StoreError> {
        self.cache.forget(self.number);
        self.bucket.delete(&self.parquet_key).await?;
        self.bucket.delete(&self.index_key).await?;
        Ok(())
    }

    pub(crate) fn damaged(&self, problem: &str) -> StoreError {
        StoreError::Damaged { key: self.index_key.clone(), problem: problem.to_owned() }
    }

    async fn head(&self) -> Result<&Head, StoreError> {
        let read = || async {
            let bytes = self.bucket.get_range(&self.index_key, 0..length(HEAD_BYTES)).await?;
            Head::parse(&bytes).ok_or_else(|| self.damaged("its head is not whole"))
        };
        self.head.get_or_try_init(read).await
    }

    /// What its index is like.
    pub(crate) async fn form(&self) -> Result<Form, StoreError> {
        Ok(self.head().await?.form)
    }

    async fn place(&self, section: usize) -> Result<Place, StoreError> {
        let place = self.head().await?.sections.get(section).copied();
        place.ok_or_else(|| self.damaged("it has fewer sections"))
    }

    async fn section(&self, section: usize) -> Result<Bytes, StoreError> {
        if let Some(bytes) = self.cache.get(self.number, Piece::Section(section)) {
            return Ok(bytes);
        }
        let bytes = self.section_unheld(section).await?;
        self.cache.put(self.number, Piece::Section(section), bytes.clone());
        Ok(bytes)
    }

    /// A section that is not needed again.
    async fn section_unheld(&self, section: usize) -> Result<Bytes, StoreError> {
        let place = self.place(section).await?;
        let bytes = self.bucket.get_range(&self.index_key, place.offset..place.offset + place.length).await?;
        if crc32c::crc32c(&bytes) != place.crc {
            return Err(self.damaged("a section does not have its checksum"));
        }
        Ok(bytes)
    }

    /// The places of the rows in the order of answers.
    pub(crate) async fn cursors(&self) -> Result<Cursors, StoreError> {
        let head = self.head().await?.clone();
        let (times, sequences) = (self.section(section::TIMES).await?, self.section(section::SEQUENCES).await?);
        Ok(Cursors { head, times, sequences })
    }

    /// The same, for one who goes through them once.
    pub(crate) async fn cursors_unheld(&self) -> Result<Cursors, StoreError> {
        let head = self.head().await?.clone();
        let times = self.section_unheld(section::TIMES).await?;
        Ok(Cursors { head, times, sequences: self.section_unheld(section::SEQUENCES).await? })
    }

    /// When the event with this sequence arrived.
    pub(crate) async fn received_at(&self, sequence: Sequence) -> Result<Timestamp, StoreError> {
        self.arrival(&self.arrivals().await?, sequence)
    }

    /// When the events arrived.
    pub(crate) async fn arrivals(&self) -> Result<Arrivals, StoreError> {
        self.section(section::ARRIVALS).await.map(Arrivals)
    }

    /// When, by `arrivals`, the event with this sequence arrived.
    pub(crate) fn arrival(&self, Arrivals(runs): &Arrivals, sequence: Sequence) -> Result<Timestamp, StoreError> {
        let after = partition(runs.len() / 16, |run| u64_at(runs, run * 16).is_some_and(|first| first <= sequence.0));
        let at = after.checked_sub(1).and_then(|run| i64_at(runs, run * 16 + 8));
        at.map(Timestamp::from_unix_ms).ok_or_else(|| self.damaged("an arrival is missing"))
    }

    /// The rows with one of `values`; narrowed to `others` when there are some.
    pub(crate) async fn rows_with(
        &self,
        indexed: Indexed,
        values: &[&str],
        others: Option<Rows>,
    ) -> Result<Rows, StoreError> {
        let lists = self.lists(indexed, values).await?;
        let damaged = || self.damaged("the rows of a value cannot be read");
        match (lists.as_slice(), others) {
            ([], _) => Ok(Rows::none()),
            ([list], Some(others)) => list.rows_among(others).ok_or_else(damaged),
            (lists, others) => {
                let mut rows: Option<Rows> = None;
                for list in lists {
                    let read = list.rows().ok_or_else(damaged)?;
                    rows = Some(match rows {
                        Some(before) => before.or(read),
                        None => read,
                    });
                }
                let rows = rows.unwrap_or_else(Rows::none);
                Ok(match others {
                    Some(others) => rows.and(others),
                    None => rows,
                })
            }
        }
    }

    /// The rows with a value for which `fits` is true.
    pub(crate) async fn rows_fitting(
        &self,
        indexed: Indexed,
        fits: impl Fn(&[u8]) -> bool,
    ) -> Result<Rows, StoreError> {
        let mut places = Vec::new();
        self.each_value(indexed, |value, place| {
            if fits(value) {
                places.push(place);
            }
        })
        .await?;
        let lists = match places.len() {
            0 => Bytes::new(),
            _ => self.all_lists(indexed).await?,
        };
        let mut rows = Rows::none();
        for place in places {
            rows = rows.or(self.rows_of(&lists, place)?);
        }
        let mut with_long = Vec::new();
        self.each_long_value(indexed, |text, rows| with_long.extend(fits(text).then_some(rows))).await?;
        Ok(with_long.into_iter().fold(rows, Rows::or))
    }

    /// Calls `visit` with each value but the long ones and the place of its rows, in the order of the values.
    pub(crate) async fn each_value(
        &self,
        indexed: Indexed,
        mut visit: impl FnMut(&[u8], postings::Place),
    ) -> Result<(), StoreError> {
        let map = self.map(indexed).await?;
        let mut values = map.stream();
        while let Some((value, place)) = values.next().filter(|(value, _)| !is_of_long_value(value)) {
            visit(value, postings::Place::of(place));
        }
        Ok(())
    }

    /// From values to the places of their rows.
    pub(crate) async fn map(&self, indexed: Indexed) -> Result<fst::Map<Bytes>, StoreError> {
        let map = self.section(indexed.values_section()).await?;
        fst::Map::new(map).map_err(|error| self.damaged(&error.to_string()))
    }

    /// The lists of rows of all values.
    pub(crate) async fn all_lists(&self, indexed: Indexed) -> Result<Bytes, StoreError> {
        let place = self.place(indexed.rows_section()).await?;
        Ok(self.bucket.get_range(&self.index_key, place.offset..place.offset + place.length).await?)
    }

    /// The rows at a place in `lists`.
    pub(crate) fn rows_of(&self, lists: &Bytes, place: postings::Place) -> Result<Rows, StoreError> {
        let list = match place {
            postings::Place::Row(row) => Some(List::Row(row)),
            postings::Place::List(range) => {
                let range = index(range.start)..index(range.end);
                (range.end <= lists.len())
                    .then(|| lists.slice(range))
                    .and_then(|list| postings::checked(&list))
                    .map(List::Rows)
            }
        };
        list.and_then(|list| list.rows()).ok_or_else(|| self.damaged("the rows of a value cannot be read"))
    }

    /// How many rows there are.
    pub(crate) async fn rows(&self) -> Result<u32, StoreError> {
        Ok(self.head().await?.rows)
    }

    /// How many rows have one of `values`.
    pub(crate) async fn count_with(&self, indexed: Indexed, values: &[&str]) -> Result<u32, StoreError> {
        let lists = self.lists(indexed, values).await?;
        let sum = lists.iter().map(List::count).sum::<Option<u32>>();
        sum.ok_or_else(|| self.damaged("the rows of a value cannot be counted"))
    }

    /// The rows of those of `values` that there are.
    async fn lists(&self, indexed: Indexed, values: &[&str]) -> Result<Vec<List>, StoreError> {
        let map = self.map(indexed).await?;
        let mut lists = Vec::with_capacity(values.len());
        for value in values {
            if is_long(value.as_bytes()) {
                lists.extend(self.list_of_long_value(indexed, value.as_bytes()).await?);
            } else if let Some(place) = map.get(value) {
                lists.push(self.list_at(indexed, postings::Place::of(place)).await?);
            }
        }
        Ok(lists)
    }

    /// The rows at a place.
    pub(crate) async fn list_at(&self, indexed: Indexed, place: postings::Place) -> Result<List, StoreError> {
        Ok(match place {
            postings::Place::Row(row) => List::Row(row),
            postings::Place::List(range) => List::Rows(self.list(indexed.rows_section(), range).await?),
        })
    }

    async fn list(&self, section: usize, range: Range<u64>) -> Result<Bytes, StoreError> {
        let piece = Piece::List(section, range.start);
        if let Some(bytes) = self.cache.get(self.number, piece) {
            return Ok(bytes);
        }
        let offset = self.place(section).await?.offset;
        let bytes = self.bucket.get_range(&self.index_key, offset + range.start..offset + range.end).await?;
        let damaged = || self.damaged("a list of rows does not have its checksum");
        let bytes = postings::checked(&bytes).ok_or_else(damaged)?;
        self.cache.put(self.number, piece, bytes.clone());
        Ok(bytes)
    }

    /// Whether the file may have an event with this id.
    pub(crate) async fn may_have(&self, ids: &[u64]) -> Result<bool, StoreError> {
        let filter = self.section(section::FILTER).await?;
        Ok(ids.iter().any(|id| key_filter::may_have(&filter, *id)))
    }

    /// The filter of the file's keys.
    pub(crate) async fn filter(&self) -> Result<Bytes, StoreError> {
        self.section(section::FILTER).await
    }

    /// The rows whose keys have one of these ids.
    pub(crate) async fn rows_with_ids(&self, ids: &[u64]) -> Result<Vec<u32>, StoreError> {
        let mut rows = Vec::new();
        for id in ids {
            let bucket = self.bucket(*id).await?;
            rows.extend(keys_with(&bucket, *id).map(|(_, row)| row));
        }
        rows.sort_unstable();
        rows.dedup();
        Ok(rows)
    }

    /// What is known of an event with this key.
    pub(crate) async fn known(&self, key: RowKey) -> Result<Known, StoreError> {
        let bucket = self.bucket(key.id).await?;
        let mut known = Known::No;
        for (bytes_hash, _) in keys_with(&bucket, key.id) {
            if bytes_hash == key.bytes_hash {
                return Ok(Known::Same);
            }
            known = Known::Different;
        }
        Ok(known)
    }

    /// The keys whose ids have the same upper bits as `id`.
    async fn bucket(&self, id: u64) -> Result<Bytes, StoreError> {
        let buckets = self.section(section::KEY_BUCKETS).await?;
        let (place, rows) = (self.place(section::KEYS).await?, self.head().await?.rows);
        let bucket = index(bucket_of(id, length(buckets.len() / 8)));
        let read = || {
            let first = u32_at(&buckets, bucket * 8)?;
            let end = u32_at(&buckets, bucket * 8 + 8).unwrap_or(rows);
            Some((first, end, u32_at(&buckets, bucket * 8 + 4)?))
        };
        let (first, end, crc) = read().ok_or_else(|| self.damaged("a bucket of keys is missing"))?;
        let key_bytes = length(KEY_BYTES);
        let range = place.offset + u64::from(first) * key_bytes..place.offset + u64::from(end) * key_bytes;
        let bytes = if range.is_empty() { Bytes::new() } else { self.bucket.get_range(&self.index_key, range).await? };
        if crc32c::crc32c(&bytes) == crc {
            Ok(bytes)
        } else {
            Err(self.damaged("a bucket of keys does not have its checksum"))
        }
    }

    /// The event of a row.
    pub(crate) async fn event(&self, row: u32) -> Result<Bytes, StoreError> {
        self.text(TextColumn::Raw, row).await
    }

    /// What stands beside the event of a row.
    pub(crate) async fn beside(&self, row: u32) -> Result<Option<Bytes>, StoreError> {
        if !self.has_beside().await? {
            return Ok(None);
        }
        let text = self.text(TextColumn::Beside, row).await?;
        Ok((!text.is_empty()).then_some(text))
    }

    async fn text(&self, column: TextColumn, row: u32) -> Result<Bytes, StoreError> {
        let pages = self.section(column.section()).await?;
        let damaged = || self.damaged("a page of events cannot be read");
        let after = partition(pages.len() / 16, |page| u32_at(&pages, page * 16).is_some_and(|first| first <= row));
        let page = after.checked_sub(1).ok_or_else(damaged)?;
        let first = u32_at(&pages, page * 16).ok_or_else(damaged)?;
        let bytes = self.page((column, narrow(page)), &pages).await?;
        raw_page::text(&bytes, wide(row - first)).ok_or_else(damaged)
    }

    async fn page(&self, (column, page): (TextColumn, u32), pages: &[u8]) -> Result<Bytes, StoreError> {
        if let Some(bytes) = self.cache.get(self.number, Piece::Page(column, page)) {
            return Ok(bytes);
        }
        let range = page_range(pages, wide(page)).ok_or_else(|| self.damaged("a page of events has no place"))?;
        let bytes = self.bucket.get_range(&self.parquet_key, range).await?;
        let bytes = raw_page::decompress(&bytes).ok_or_else(|| self.damaged("a page of events is damaged"))?;
        let bytes = raw_page::with_places(&bytes);
        self.cache.put(self.number, Piece::Page(column, page), bytes.clone());
        Ok(bytes)
    }

    /// The events from the first of `rows` on, at least to the last.
    pub(crate) async fn events(&self, rows: Range<u32>) -> Result<TextPages, StoreError> {
        self.texts(TextColumn::Raw, rows).await
    }

    /// The same of what stands beside the events; none when nothing does.
    pub(crate) async fn besides(&self, rows: Range<u32>) -> Result<Option<TextPages>, StoreError> {
        if self.has_beside().await? { self.texts(TextColumn::Beside, rows).await.map(Some) } else { Ok(None) }
    }

    async fn has_beside(&self) -> Result<bool, StoreError> {
        Ok(self.place(section::BESIDE_PAGES).await?.length > 0)
    }

    async fn texts(&self, column: TextColumn, rows: Range<u32>) -> Result<TextPages, StoreError> {
        let table = self.section(column.section()).await?;
        let missing = || self.damaged("it has no such pages");
        let begin_before =
            |row: u32| partition(table.len() / 16, |page| u32_at(&table, page * 16).is_some_and(|first| first < row));
        let (first, end) = (begin_before(rows.start + 1).saturating_sub(1), begin_before(rows.end));
        let row = u32_at(&table, first * 16).ok_or_else(missing)?;
        let from = page_range(&table, first).ok_or_else(missing)?.start;
        let to = page_range(&table, end.saturating_sub(1)).ok_or_else(missing)?.end;
        let column = self.bucket.get_range(&self.parquet_key, from..to).await?;
        let ranges = (first..end).filter_map(|page| page_range(&table, page)).map(|range| {
            let start = index(range.start.saturating_sub(from));
            start..start + index(range.end - range.start)
        });
        let mut pages = TextPages { ranges: ranges.collect(), column, page: 0, texts: raw_page::texts(Bytes::new()) };
        for _ in row..rows.start {
            pages.next().flatten().ok_or_else(missing)?;
        }
        Ok(pages)
    }
}

fn page_range(pages: &[u8], page: usize) -> Option<Range<u64>> {
    let (bytes, offset) = (u32_at(pages, page * 16 + 4)?, u64_at(pages, page * 16 + 8)?);
    Some(offset..offset.checked_add(u64::from(bytes))?)
}

/// The keys of a bucket with this id: hash of the bytes and row.
fn keys_with(bucket: &[u8], id: u64) -> impl Iterator<Item = (u32, u32)> {
    let id_at = move |at: usize| u64_at(bucket, at * KEY_BYTES).unwrap_or(u64::MAX);
    let first = partition(bucket.len() / KEY_BYTES, |at| id_at(at) < id);
    let matching = (first..bucket.len() / KEY_BYTES).take_while(move |at| id_at(*at) == id);
    matching.filter_map(|at| Some((u32_at(bucket, at * KEY_BYTES + 8)?, u32_at(bucket, at * KEY_BYTES + 12)?)))
}

/// The first of `0..count` for which `before` is false; it is true for all before and false for all behind.
fn partition(count: usize, before: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low.midpoint(high);
        if before(middle) { low = middle + 1 } else { high = middle }
    }
    low
}

impl Cursors {
    /// How many rows there are.
    pub(crate) fn rows(&self) -> u32 {
        self.head.rows
    }

    /// The place of a row in the order of answers.
    pub(crate) fn get(&self, row: u32) -> Option<Cursor> {
        let seconds = self.head.time_width.get(&self.times, wide(row))?;
        let sequence = self.head.sequence_width.get(&self.sequences, wide(row))?;
        let before = i64::try_from(seconds).ok()?.checked_mul(1000)?;
        Some(Cursor {
            event_time: Timestamp::from_unix_ms(self.head.time_max_ms.checked_sub(before)?),
            sequence: Sequence(self.head.sequence_first.checked_add(sequence)?),
        })
    }

    /// The first row for which `before` is false; it is true for all newer and false for all older rows.
    pub(crate) fn first_not(&self, before: impl Fn(Cursor) -> bool) -> u32 {
        narrow(partition(wide(self.head.rows), |row| self.get(narrow(row)).is_some_and(&before)))
    }
}

/// The compressed texts of a column, in order: iterates over them, one page in memory at a time.
#[derive(Debug, Clone)]
pub(crate) struct TextPages {
    ranges: Vec<Range<usize>>,
    column: Bytes,
    page: usize,
    texts: Texts,
}

impl TextPages {
    /// What they take in memory.
    pub(crate) fn compressed_bytes(&self) -> usize {
        self.column.len()
    }
}

impl Iterator for TextPages {
    type Item = Option<Bytes>;

    /// The next text; `Some(None)` when its page is damaged.
    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(text) = self.texts.next() {
                return Some(Some(text));
            }
            let range = self.ranges.get(self.page)?.clone();
            self.page += 1;
            match self.column.get(range).and_then(raw_page::decompress) {
                Some(page) => self.texts = raw_page::texts(page),
                None => return Some(None),
            }
        }
    }
}
