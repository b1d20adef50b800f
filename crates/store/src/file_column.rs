//! Reads a column of a file: from its index where that has it, else from the Parquet file.

use bytes::Bytes;

use crate::StoreError;
use crate::cache::Piece;
use crate::event_column::{EventColumn, Texts};
use crate::index_format::Indexed;
use crate::number::wide;
use crate::stored_column::{self, ColumnBytes, StoredColumn};
use crate::stored_file::StoredFile;

/// The end of a Parquet file that is read for its metadata, which takes less.
const PARQUET_END_BYTES: u64 = 64 << 10;

/// The columns of a file that stand before those of the part's dictionaries: `eventid` and `eventtime`.
const COLUMNS_BEFORE_VALUES: usize = 2;

impl StoredFile {
    /// A column that has at most one text for each row.
    pub(crate) async fn column(&self, column: EventColumn) -> Result<StoredColumn, StoreError> {
        let rows = self.rows().await?;
        let piece = Piece::Column(column);
        if let Some(held) = self.cache.get(self.number, piece) {
            return Ok(StoredColumn::of_held(held, rows));
        }
        let held = match (column.indexed(), column.texts()) {
            (Some(indexed), _) => self.column_of_index(indexed, rows).await?,
            (None, Texts::Values(at)) => self.column_of_parquet(at).await?,
            (None, _) => return Err(self.damaged("a column is not in files")),
        };
        self.cache.put(self.number, piece, held.clone());
        Ok(StoredColumn::of_held(held, rows))
    }

    async fn column_of_index(&self, indexed: Indexed, rows: u32) -> Result<Bytes, StoreError> {
        let (mut numbers, mut texts, mut places) = (vec![0; wide(rows)], Vec::new(), Vec::new());
        self.each_value(indexed, |value, place| {
            texts.push(value.to_vec());
            places.push(place);
        })
        .await?;
        let lists = self.all_lists(indexed).await?;
        let mut all = Vec::with_capacity(places.len());
        for place in places {
            all.push(self.rows_of(&lists, place)?);
        }
        self.each_long_value(indexed, |text, rows| {
            texts.push(text.to_vec());
            all.push(rows);
        })
        .await?;
        for (number, with_text) in (1..).zip(all) {
            for row in with_text.between(0, rows) {
                if let Some(slot) = numbers.get_mut(wide(row)) {
                    *slot = number;
                }
            }
        }
        Ok(StoredColumn::held(&numbers, texts.iter()))
    }

    async fn column_of_parquet(&self, at: usize) -> Result<Bytes, StoreError> {
        let bytes = self.entry.parquet_bytes;
        let end = self.bucket.get_range(&self.parquet_key, bytes.saturating_sub(PARQUET_END_BYTES)..bytes).await?;
        let metadata = stored_column::metadata(&end).ok_or_else(|| self.damaged("the end of its file is not whole"))?;
        let chunk = metadata.row_groups().first().and_then(|group| group.columns().get(at + COLUMNS_BEFORE_VALUES));
        let (offset, length) = chunk.ok_or_else(|| self.damaged("its file has fewer columns"))?.byte_range();
        let bytes = self.bucket.get_range(&self.parquet_key, offset..offset + length).await?;
        let read = stored_column::read(&metadata, at + COLUMNS_BEFORE_VALUES, ColumnBytes { offset, bytes });
        read.map_err(|error| self.damaged(&error.to_string()))
    }
}
