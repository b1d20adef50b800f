//! Writes the lookup index of a file. The format is described in [`crate::index_format`].

use std::borrow::Cow;

use cairn_model::{Category, Origin, Timestamp};

use crate::dictionary::{ABSENT, Dictionary};
use crate::index_format::{Form, Head, Indexed, SectionWriter, Width, section};
use crate::key_filter;
use crate::long_values::{is_long, is_of_long_value, key_of};
use crate::number::{length, narrow, wide};
use crate::parquet_writer::{Page, ParquetBytes};
use crate::part::{Part, Row, RowKey, column};
use crate::postings;

/// So many keys on average make a bucket: what a search for one key reads.
const BUCKET_KEYS: usize = 128;

/// Bytes of one key in its section.
pub(crate) const KEY_BYTES: usize = 16;

/// The bytes of the index of `part` in this `order`, beside this `file`, in this `form`.
pub(crate) fn write(part: &Part, order: &[u32], file: &ParquetBytes, form: Form) -> Result<Vec<u8>, fst::Error> {
    let rows: Vec<&Row> = order.iter().filter_map(|place| part.rows.get(wide(*place))).collect();
    let mut sections = SectionWriter::new();
    let mut head = Head {
        form,
        rows: narrow(rows.len()),
        time_width: Width::Four,
        sequence_width: Width::Four,
        time_max_ms: rows.first().map_or(0, |row| row.event_time.unix_ms()),
        sequence_first: rows.iter().map(|row| row.sequence.0).min().unwrap_or_default(),
        sections: [crate::index_format::Place::default(); section::COUNT],
    };
    let time_max = Timestamp::from_unix_ms(head.time_max_ms);
    let (width, times) = numbers(rows.iter().map(|row| time_max.since(row.event_time).as_secs()));
    head.time_width = width;
    sections.put(&times);
    let (width, sequences) = numbers(rows.iter().map(|row| row.sequence.0 - head.sequence_first));
    head.sequence_width = width;
    sections.put(&sequences);
    sections.put(&arrivals(&rows));
    sections.put(&page_table(&file.raw_pages));
    sections.put(&page_table(&file.beside_pages));
    sections.put(&key_filter::build(rows.iter().map(|row| row.key.id)));
    let (buckets, keys) = keys(&rows);
    sections.put(&buckets);
    sections.put(&keys);
    let mut lists = Vec::with_capacity(Indexed::ALL.len());
    for indexed in Indexed::ALL {
        let (map, of_map) = values((part, &rows), indexed, form)?;
        sections.put(&map);
        lists.push(of_map);
    }
    for list in &lists {
        sections.put(list);
    }
    Ok(sections.finish(head))
}

fn numbers(numbers: impl Iterator<Item = u64> + Clone) -> (Width, Vec<u8>) {
    let width = Width::for_max(numbers.clone().max().unwrap_or_default());
    let mut bytes = Vec::new();
    numbers.for_each(|number| width.put(number, &mut bytes));
    (width, bytes)
}

fn arrivals(rows: &[&Row]) -> Vec<u8> {
    let mut arrivals: Vec<_> = rows.iter().map(|row| (row.sequence, row.received_at)).collect();
    arrivals.sort_unstable();
    arrivals.dedup_by_key(|(_, received_at)| *received_at);
    let mut bytes = Vec::with_capacity(arrivals.len() * 16);
    for (sequence, received_at) in arrivals {
        bytes.extend(sequence.0.to_le_bytes());
        bytes.extend(received_at.unix_ms().to_le_bytes());
    }
    bytes
}

fn page_table(pages: &[Page]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(pages.len() * 16);
    for page in pages {
        bytes.extend(page.first_row.to_le_bytes());
        bytes.extend(page.bytes.to_le_bytes());
        bytes.extend(page.offset.to_le_bytes());
    }
    bytes
}

/// The upper bits of an id that name its bucket, for so many buckets (a power of two).
pub(crate) fn bucket_of(id: u64, buckets: u64) -> u64 {
    match buckets.trailing_zeros() {
        0 => 0,
        bits => id >> (64 - bits),
    }
}

fn keys(rows: &[&Row]) -> (Vec<u8>, Vec<u8>) {
    let mut keys: Vec<(RowKey, u32)> = rows.iter().map(|row| row.key).zip(0..).collect();
    keys.sort_unstable();
    let mut bytes = Vec::with_capacity(keys.len() * KEY_BYTES);
    for (key, row) in &keys {
        bytes.extend(key.id.to_le_bytes());
        bytes.extend(key.bytes_hash.to_le_bytes());
        bytes.extend(row.to_le_bytes());
    }
    let count = length((keys.len() / BUCKET_KEYS).max(1).next_power_of_two());
    let starts: Vec<usize> =
        (0..=count).map(|bucket| keys.partition_point(|(key, _)| bucket_of(key.id, count) < bucket)).collect();
    let mut buckets = Vec::new();
    for (start, end) in starts.iter().zip(starts.iter().skip(1)) {
        let crc = crc32c::crc32c(bytes.get(start * KEY_BYTES..end * KEY_BYTES).unwrap_or_default());
        buckets.extend(narrow(*start).to_le_bytes());
        buckets.extend(crc.to_le_bytes());
    }
    (buckets, bytes)
}

/// The map of one kind of value, and the rows of each.
fn values((part, rows): (&Part, &[&Row]), indexed: Indexed, form: Form) -> Result<(Vec<u8>, Vec<u8>), fst::Error> {
    let of_column = |column: usize| {
        let numbers = |row: &Row, put: &mut dyn FnMut(u32)| put(row.values.get(column).copied().unwrap_or(ABSENT));
        let dictionary = part.columns.get(column);
        dictionary.map_or_else(|| Ok(<_>::default()), |dictionary| map_of(dictionary, (rows, form), numbers))
    };
    match indexed {
        Indexed::EventName => of_column(column::EVENT_NAME),
        Indexed::EventSource => of_column(column::EVENT_SOURCE),
        Indexed::AwsRegion => of_column(column::AWS_REGION),
        Indexed::Username => of_column(column::USERNAME),
        Indexed::AccessKeyId => of_column(column::ACCESS_KEY_ID),
        Indexed::OriginPrincipal => of_column(column::ORIGIN_PRINCIPAL),
        Indexed::ResourceType => map_of(&part.resource_types, (rows, form), |row, put| {
            part.resources(row).iter().for_each(|resource| put(resource.resource_type));
        }),
        Indexed::ResourceName => map_of(&part.resource_names, (rows, form), |row, put| {
            part.resources(row).iter().for_each(|resource| put(resource.resource_name));
        }),
        Indexed::ReadOnly => map_of_words(rows, &[Some(false), Some(true)], read_only_word, |row| row.read_only),
        Indexed::Origin => map_of_words(rows, &[Origin::Live, Origin::Imported], origin_word, |row| row.origin),
        Indexed::Category => map_of_words(rows, &Category::ALL, Category::as_str, |row| row.category),
    }
}

/// The word for a `readOnly` in its map; none has none.
pub(crate) fn read_only_word(value: Option<bool>) -> &'static str {
    if value == Some(true) { "true" } else { "false" }
}

/// The word for an origin in its map; intents are in no file.
pub(crate) fn origin_word(origin: Origin) -> &'static str {
    match origin {
        Origin::Live => "live",
        Origin::Imported => "imported",
        Origin::Intent => "intent",
    }
}

/// The map of a member that has one of few values.
fn map_of_words<V: Copy + PartialEq>(
    rows: &[&Row],
    all: &[V],
    word: impl Fn(V) -> &'static str,
    value: impl Fn(&Row) -> V,
) -> Result<(Vec<u8>, Vec<u8>), fst::Error> {
    let mut words = Dictionary::default();
    let numbers: Vec<(V, u32)> = all.iter().map(|value| (*value, words.number(Some(word(*value))))).collect();
    let find = |row: &Row| numbers.iter().find(|(of, _)| *of == value(row)).map_or(ABSENT, |(_, number)| *number);
    map_of(&words, (rows, Form::Five), |row, put| put(find(row)))
}

/// The map of a dictionary's texts, and the lists that it points to. `numbers` puts the numbers that a row has.
fn map_of(
    dictionary: &Dictionary,
    (rows, form): (&[&Row], Form),
    numbers: impl Fn(&Row, &mut dyn FnMut(u32)),
) -> Result<(Vec<u8>, Vec<u8>), fst::Error> {
    let (starts, by_number) = group_rows(dictionary.len(), rows, numbers);
    let mut postings = Vec::new();
    let mut map = fst::MapBuilder::memory();
    for (key, number) in keys_of(dictionary, form) {
        let (from, to) = (starts.get(wide(number)).copied(), starts.get(wide(number) + 1).copied());
        let rows = from.zip(to).and_then(|(from, to)| by_number.get(from..to)).unwrap_or_default();
        if !rows.is_empty() {
            map.insert(key, postings::encode(rows, &mut postings))?;
        }
    }
    Ok((map.into_inner()?, postings))
}

/// What a dictionary's texts are called in a map, ascending, each with the number of its text.
fn keys_of(dictionary: &Dictionary, form: Form) -> Vec<(Cow<'_, [u8]>, u32)> {
    let sorted = dictionary.sorted().into_iter().filter(|(text, _)| form == Form::Five || !is_long(text));
    let (mut long, mut keys): (Vec<_>, Vec<_>) =
        sorted.map(|(text, number)| (key_of(text), number)).partition(|(key, _)| is_of_long_value(key));
    // They come behind every text.
    long.sort_unstable();
    keys.append(&mut long);
    keys
}

/// The rows of each number one after the other, each ascending and without repetition, and where each number's begin.
fn group_rows(count: usize, rows: &[&Row], numbers: impl Fn(&Row, &mut dyn FnMut(u32))) -> (Vec<usize>, Vec<u32>) {
    let mut sizes = vec![0_usize; count + 1];
    let mut last = vec![u32::MAX; count + 1];
    let mut each = |visit: &mut dyn FnMut(u32, u32)| {
        last.fill(u32::MAX);
        for (row, place) in rows.iter().zip(0..) {
            numbers(row, &mut |number| {
                let seen = last.get_mut(wide(number)).map(|last| std::mem::replace(last, place));
                if number != ABSENT && seen != Some(place) {
                    visit(number, place);
                }
            });
        }
    };
    each(&mut |number, _| {
        if let Some(size) = sizes.get_mut(wide(number)) {
            *size += 1;
        }
    });
    let mut starts = Vec::with_capacity(count + 2);
    let total = sizes.iter().fold(0, |start, size| {
        starts.push(start);
        start + size
    });
    starts.push(total);
    let mut next = starts.clone();
    let mut grouped = vec![0; total];
    each(&mut |number, place| {
        if let Some(next) = next.get_mut(wide(number)) {
            if let Some(to) = grouped.get_mut(*next) {
                *to = place;
            }
            *next += 1;
        }
    });
    (starts, grouped)
}
