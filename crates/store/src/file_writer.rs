//! Makes a file and its index out of rows, and puts both into the object store.

use bytes::Bytes;
use cairn_objects::{Bucket, PutOptions};
use parquet::errors::{ParquetError, Result};

use crate::StoreError;
use crate::index_format::Form;
use crate::manifest::FileEntry;
use crate::number::length;
use crate::parquet_writer::Texts;
use crate::part::{Part, Row};
use crate::{index_writer, parquet_writer};

/// A file that was made and is not in the object store yet.
#[derive(Debug)]
pub(crate) struct NewFile {
    pub(crate) entry: FileEntry,
    parquet: Bytes,
    index: Bytes,
}

impl NewFile {
    /// Makes a file of all rows of `part`, whose `texts` are in the order of [`Part::newest_first`]; `bytes_hint` is
    /// about what the file will have.
    pub(crate) fn make(
        part: &Part,
        order: &[u32],
        texts: Texts<impl Iterator<Item = Result<Bytes>>, impl Iterator<Item = Result<Bytes>>>,
        bytes_hint: usize,
    ) -> Result<Self> {
        Self::make_as(part, order, (texts, bytes_hint), Form::Five)
    }

    /// The same with an index of this form.
    pub(crate) fn make_as(
        part: &Part,
        order: &[u32],
        (texts, bytes_hint): (Texts<impl Iterator<Item = Result<Bytes>>, impl Iterator<Item = Result<Bytes>>>, usize),
        form: Form,
    ) -> Result<Self> {
        let parquet = parquet_writer::write(part, order, texts, bytes_hint)?;
        let failed = |error: fst::Error| ParquetError::External(Box::new(error));
        let index = index_writer::write(part, order, &parquet, form).map_err(failed)?;
        let entry = FileEntry {
            account: part.account,
            sequence_first: min_of(part, |row| row.sequence),
            sequence_last: max_of(part, |row| row.sequence),
            generation: 0,
            rows: length(part.rows.len()),
            time_min: min_of(part, |row| row.event_time),
            time_max: max_of(part, |row| row.event_time),
            received_min: min_of(part, |row| row.received_at),
            received_max: max_of(part, |row| row.received_at),
            parquet_bytes: length(parquet.bytes.len()),
            index_bytes: length(index.len()),
        };
        Ok(Self { entry, parquet: parquet.bytes.into(), index: index.into() })
    }

    /// Puts file and index. When this returns, both are durable; no manifest names them yet.
    pub(crate) async fn put(self, bucket: &Bucket) -> std::result::Result<FileEntry, StoreError> {
        bucket.put(&self.entry.parquet_key(), self.parquet, PutOptions::default()).await?;
        bucket.put(&self.entry.index_key(), self.index, PutOptions::default()).await?;
        Ok(self.entry)
    }
}

fn min_of<T: Ord + Default>(part: &Part, value: impl Fn(&Row) -> T) -> T {
    part.rows.iter().map(value).min().unwrap_or_default()
}

fn max_of<T: Ord + Default>(part: &Part, value: impl Fn(&Row) -> T) -> T {
    part.rows.iter().map(value).max().unwrap_or_default()
}
