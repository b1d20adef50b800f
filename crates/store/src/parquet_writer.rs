//! Writes the Parquet file: one row an event, newest first, the fields in columns, the event itself in `raw`,
//! and in `beside` what Cairn knows besides (nothing is the empty text).
//!
//! The pages of both are small and plainly encoded, so that one event costs one page: see [`crate::raw_page`].

use std::sync::Arc;

use bytes::Bytes;
use cairn_model::Origin;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::column::writer::ColumnWriterImpl;
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DataType, Int64Type};
use parquet::errors::{ParquetError, Result};
use parquet::file::page_index::offset_index::OffsetIndexMetaData;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::parser::parse_message_type;
use parquet::schema::types::ColumnPath;

use crate::number::wide;
use crate::part::{Part, Row, column};

/// The columns. Their names are those that CloudTrail Lake has, where it has them.
const SCHEMA: &str = "message events {
    OPTIONAL BYTE_ARRAY eventid (STRING);
    REQUIRED INT64 eventtime (TIMESTAMP(MILLIS,true));
    OPTIONAL BYTE_ARRAY eventname (STRING);
    OPTIONAL BYTE_ARRAY eventsource (STRING);
    OPTIONAL BYTE_ARRAY awsregion (STRING);
    OPTIONAL BYTE_ARRAY username (STRING);
    OPTIONAL BYTE_ARRAY accesskeyid (STRING);
    OPTIONAL BYTE_ARRAY useridentityarn (STRING);
    OPTIONAL BYTE_ARRAY useridentitytype (STRING);
    OPTIONAL BYTE_ARRAY sourceipaddress (STRING);
    OPTIONAL BYTE_ARRAY useragent (STRING);
    OPTIONAL BYTE_ARRAY errorcode (STRING);
    OPTIONAL BYTE_ARRAY eventtype (STRING);
    OPTIONAL BYTE_ARRAY recipientaccountid (STRING);
    OPTIONAL BYTE_ARRAY originprincipal (STRING);
    OPTIONAL BOOLEAN readonly;
    REQUIRED BYTE_ARRAY eventcategory (STRING);
    REQUIRED BYTE_ARRAY accountid (STRING);
    REQUIRED INT64 sequence (INTEGER(64,false));
    REQUIRED INT64 receivedat (TIMESTAMP(MILLIS,true));
    REQUIRED BOOLEAN imported;
    REQUIRED BYTE_ARRAY beside (STRING);
    REQUIRED BYTE_ARRAY raw (STRING);
}";

/// Bytes of JSON after which a page of `raw` ends.
///
/// Generated events, sorted by time as in a file, take 370 bytes each in pages of 32 KiB, 323 at 64 KiB, 285 at 128 KiB;
/// a lookup of 50 scattered events decompresses 50 pages.
const RAW_PAGE_BYTES: usize = 96 << 10;

/// Level 3 makes the same pages less than 3 % smaller.
const ZSTD_LEVEL: i32 = 1;

/// A page of a column of texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Page {
    /// The first event in it.
    pub(crate) first_row: u32,
    /// Its bytes, with its header.
    pub(crate) bytes: u32,
    /// Where it begins in the file.
    pub(crate) offset: u64,
}

/// The bytes of a Parquet file.
#[derive(Debug)]
pub(crate) struct ParquetBytes {
    pub(crate) bytes: Vec<u8>,
    pub(crate) raw_pages: Vec<Page>,
    /// None when nothing stands in the column.
    pub(crate) beside_pages: Vec<Page>,
}

/// The texts of a file's rows, in the order of the file.
pub(crate) struct Texts<R, B> {
    /// The events.
    pub(crate) raws: R,
    /// What stands beside them; empty for nothing.
    pub(crate) besides: B,
}

/// Writes the rows of `part` in this `order`; `texts` are in the same order. `bytes_hint` is about what
/// the file will have, so that its memory does not grow by doubling.
pub(crate) fn write(
    part: &Part,
    order: &[u32],
    texts: Texts<impl Iterator<Item = Result<Bytes>>, impl Iterator<Item = Result<Bytes>>>,
    bytes_hint: usize,
) -> Result<ParquetBytes> {
    let sorted: Vec<&Row> = order.iter().filter_map(|place| part.rows.get(wide(*place))).collect();
    let schema = Arc::new(parse_message_type(SCHEMA)?);
    let mut file = SerializedFileWriter::new(Vec::with_capacity(bytes_hint), schema, Arc::new(properties()?))?;
    let mut group = file.next_row_group()?;
    let text_at = |at: usize| {
        let dictionary = part.columns.get(at);
        move |row: &Row| dictionary.and_then(|texts| texts.text(*row.values.get(at)?)).map(|text| text.clone().into())
    };
    let event_id = |row: &Row| match part.event_id(row) {
        "" => None,
        id => Some(ByteArray::from(id.as_bytes().to_vec())),
    };
    put_optional::<ByteArrayType>(&mut group, &sorted, event_id)?;
    put::<Int64Type>(&mut group, &sorted, |row| row.event_time.unix_ms())?;
    for at in 0..column::COUNT {
        put_optional::<ByteArrayType>(&mut group, &sorted, text_at(at))?;
    }
    put_optional::<BoolType>(&mut group, &sorted, |row| row.read_only)?;
    put::<ByteArrayType>(&mut group, &sorted, |row| Bytes::from_static(row.category.as_str().as_bytes()).into())?;
    let account = Bytes::copy_from_slice(part.account.as_str().as_bytes());
    put::<ByteArrayType>(&mut group, &sorted, |_| account.clone().into())?;
    put::<Int64Type>(&mut group, &sorted, |row| i64::try_from(row.sequence.0).unwrap_or(i64::MAX))?;
    put::<Int64Type>(&mut group, &sorted, |row| row.received_at.unix_ms())?;
    put::<BoolType>(&mut group, &sorted, |row| row.origin == Origin::Imported)?;
    let has_beside = put_texts(&mut group, texts.besides)?;
    put_texts(&mut group, texts.raws)?;
    group.close()?;
    let metadata = file.finish()?;
    let columns = metadata.offset_index().and_then(|groups| groups.first()).map(Vec::as_slice);
    let Some([.., besides, raws]) = columns else {
        return Err(ParquetError::General("the columns of texts have no page index".to_owned()));
    };
    let beside_pages = if has_beside { pages(besides) } else { Vec::new() };
    let raw_pages = pages(raws);
    Ok(ParquetBytes { bytes: std::mem::take(file.inner_mut()), raw_pages, beside_pages })
}

/// Writes a column of texts, one by one; whether any is not empty.
fn put_texts(
    group: &mut SerializedRowGroupWriter<'_, Vec<u8>>,
    texts: impl Iterator<Item = Result<Bytes>>,
) -> Result<bool> {
    let mut has_text = false;
    next_column::<ByteArrayType>(group, |column| {
        for text in texts {
            let text = text?;
            has_text |= !text.is_empty();
            column.write_batch(&[ByteArray::from(text)], None, None)?;
        }
        Ok(())
    })?;
    Ok(has_text)
}

fn pages(column: &OffsetIndexMetaData) -> Vec<Page> {
    let pages = column.page_locations().iter().map(|page| Page {
        first_row: u32::try_from(page.first_row_index).unwrap_or(u32::MAX),
        bytes: u32::try_from(page.compressed_page_size).unwrap_or(u32::MAX),
        offset: u64::try_from(page.offset).unwrap_or(u64::MAX),
    });
    pages.collect()
}

fn properties() -> Result<WriterProperties> {
    let path = |name: &str| ColumnPath::from(name);
    let properties = WriterProperties::builder()
        .set_created_by("cairn".to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(ZSTD_LEVEL)?))
        .set_statistics_enabled(EnabledStatistics::None)
        .set_column_statistics_enabled(path("eventtime"), EnabledStatistics::Page)
        .set_column_statistics_enabled(path("sequence"), EnabledStatistics::Chunk)
        .set_column_statistics_enabled(path("receivedat"), EnabledStatistics::Chunk)
        .set_column_dictionary_enabled(path("eventid"), false)
        .set_max_row_group_row_count(None);
    let properties = ["beside", "raw"].into_iter().fold(properties, |properties, name| {
        let properties = properties.set_column_dictionary_enabled(path(name), false);
        let properties = properties.set_column_encoding(path(name), Encoding::PLAIN);
        properties.set_column_data_page_size_limit(path(name), RAW_PAGE_BYTES)
    });
    let delta = ["eventtime", "sequence", "receivedat"].into_iter();
    let properties = delta.fold(properties, |properties, name| {
        let properties = properties.set_column_dictionary_enabled(path(name), false);
        properties.set_column_encoding(path(name), Encoding::DELTA_BINARY_PACKED)
    });
    Ok(properties.build())
}

fn next_column<T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, Vec<u8>>,
    fill: impl FnOnce(&mut ColumnWriterImpl<'_, T>) -> Result<()>,
) -> Result<()> {
    let column = group.next_column()?;
    let mut column = column.ok_or_else(|| ParquetError::General("the schema has fewer columns".to_owned()))?;
    fill(column.typed::<T>())?;
    column.close()
}

fn put<T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, Vec<u8>>,
    rows: &[&Row],
    value: impl Fn(&Row) -> T::T,
) -> Result<()> {
    let values: Vec<T::T> = rows.iter().map(|row| value(row)).collect();
    next_column::<T>(group, |column| column.write_batch(&values, None, None).map(|_| ()))
}

fn put_optional<T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, Vec<u8>>,
    rows: &[&Row],
    value: impl Fn(&Row) -> Option<T::T>,
) -> Result<()> {
    let mut levels = Vec::with_capacity(rows.len());
    let mut values: Vec<T::T> = Vec::with_capacity(rows.len());
    for row in rows {
        let value = value(row);
        levels.push(i16::from(value.is_some()));
        values.extend(value);
    }
    next_column::<T>(group, |column| column.write_batch(&values, Some(&levels), None).map(|_| ()))
}
