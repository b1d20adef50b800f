//! A column of a file in memory: for each row the number of its text, and the texts.

use std::sync::Arc;

use bytes::{Buf, Bytes};
use parquet::basic::Type;
use parquet::column::reader::{get_column_reader, get_typed_column_reader};
use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader};
use parquet::file::reader::{ChunkReader, Length};
use parquet::file::serialized_reader::SerializedPageReader;

use crate::dictionary::Dictionary;
use crate::number::{narrow, u32_at, wide};
use crate::raw_page;

/// A column of a file in memory. Number 0 stands for no text, and 1 for the first.
#[derive(Debug, Clone)]
pub(crate) struct StoredColumn {
    numbers: Bytes,
    texts: Vec<Bytes>,
}

impl StoredColumn {
    /// The column in the form in which it is held: the numbers, four bytes each, and the texts behind their lengths.
    pub(crate) fn held(numbers: &[u32], texts: impl Iterator<Item = impl AsRef<[u8]>>) -> Bytes {
        let mut bytes: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        for text in texts {
            bytes.extend(narrow(text.as_ref().len()).to_le_bytes());
            bytes.extend(text.as_ref());
        }
        bytes.into()
    }

    /// What [`StoredColumn::held`] made for so many rows.
    pub(crate) fn of_held(mut bytes: Bytes, rows: u32) -> Self {
        let numbers = bytes.split_to(bytes.len().min(wide(rows) * 4));
        Self { numbers, texts: raw_page::texts(bytes).collect() }
    }

    /// The numbers of all rows, in their order.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = u32> {
        self.numbers.as_chunks::<4>().0.iter().map(|number| u32::from_le_bytes(*number))
    }

    /// The number of a row.
    pub(crate) fn number(&self, row: u32) -> u32 {
        u32_at(&self.numbers, wide(row) * 4).unwrap_or_default()
    }

    /// The texts, from number 1 on.
    pub(crate) fn texts(&self) -> &[Bytes] {
        &self.texts
    }
}

/// The metadata of a Parquet file, of which `end` are the last bytes. None when they do not hold it.
pub(crate) fn metadata(end: &[u8]) -> Option<ParquetMetaData> {
    let (rest, [length @ .., b'P', b'A', b'R', b'1']) = end.split_last_chunk::<8>()? else { return None };
    let start = rest.len().checked_sub(wide(u32_at(length, 0)?))?;
    ParquetMetaDataReader::decode_metadata(rest.get(start..)?).ok()
}

/// The bytes of one column, at their place in the file.
#[derive(Debug)]
pub(crate) struct ColumnBytes {
    pub(crate) offset: u64,
    pub(crate) bytes: Bytes,
}

impl Length for ColumnBytes {
    fn len(&self) -> u64 {
        self.offset.saturating_add(u64::try_from(self.bytes.len()).unwrap_or(u64::MAX))
    }
}

impl ColumnBytes {
    fn from(&self, start: u64) -> Result<Bytes> {
        let skip = start.checked_sub(self.offset).and_then(|skip| usize::try_from(skip).ok());
        let skip = skip.filter(|skip| *skip <= self.bytes.len());
        skip.map(|skip| self.bytes.slice(skip..)).ok_or_else(|| outside("begins"))
    }
}

impl ChunkReader for ColumnBytes {
    type T = bytes::buf::Reader<Bytes>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        self.from(start).map(Buf::reader)
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        let from = self.from(start)?;
        if length > from.len() {
            return Err(outside("ends"));
        }
        Ok(from.slice(..length))
    }
}

fn outside(how: &str) -> ParquetError {
    ParquetError::General(format!("a page {how} outside of its column"))
}

/// Reads column `at` of a file, in the form of [`StoredColumn::held`].
pub(crate) fn read(metadata: &ParquetMetaData, at: usize, bytes: ColumnBytes) -> Result<Bytes> {
    let missing = || ParquetError::General("the column is missing".to_owned());
    let chunk = metadata.row_groups().first().and_then(|group| group.columns().get(at)).ok_or_else(missing)?;
    if chunk.column_descr().physical_type() != Type::BYTE_ARRAY {
        return Err(missing());
    }
    let rows = usize::try_from(chunk.num_values()).map_err(|_| missing())?;
    let pages = SerializedPageReader::new(Arc::new(bytes), chunk, rows, None)?;
    let mut reader =
        get_typed_column_reader::<ByteArrayType>(get_column_reader(chunk.column_descr_ptr(), Box::new(pages)));
    let (mut levels, mut values) = (Vec::with_capacity(rows), Vec::<ByteArray>::new());
    while levels.len() < rows {
        let (records, ..) = reader.read_records(rows - levels.len(), Some(&mut levels), None, &mut values)?;
        if records == 0 {
            return Err(ParquetError::General("the column has fewer rows".to_owned()));
        }
    }
    let mut values = values.into_iter();
    let mut dictionary = Dictionary::default();
    let numbers: Vec<u32> =
        levels
            .iter()
            .map(|level| {
                if *level == 0 { 0 } else { values.next().map_or(0, |value| dictionary.number_of_bytes(value.data())) }
            })
            .collect();
    let texts = (1..=narrow(dictionary.len())).filter_map(|number| dictionary.text(number));
    Ok(StoredColumn::held(&numbers, texts))
}
