//! Values that are too long for the maps of an index: they stand there under their hashes, and what they are is read from
//! an event that has them.
//!
//! Indexes of [`Form::Four`] do not have them at all. Of such a file all events are read, once while the store is open, the
//! first time that a long value may be part of an answer.

use std::borrow::Cow;

use bytes::Bytes;
use cairn_model::{Entry, Origin, Outline, Sequence, Timestamp};
use fst::{IntoStreamer, Streamer};
use sha2::{Digest, Sha256};

use crate::StoreError;
use crate::index_format::{Form, Indexed};
use crate::part::{Part, Prepared};
use crate::postings::{self, List, Rows};
use crate::stored_file::{StoredFile, TextPages};

/// The longest value that stands in a map itself.
const VALUE_BYTES_MAX: usize = 8_000;

/// With what the key of a long value begins, and no text: no UTF-8 has this byte. It sorts behind every text.
const MARK: u8 = 0xff;

/// So many events are read at once where all are read.
const EVENTS_AT_ONCE: u32 = 4_096;

/// A long value of a file, and the rows that have it.
#[derive(Debug, Clone)]
pub(crate) struct LongValue {
    indexed: Indexed,
    key: Vec<u8>,
    list: List,
}

/// Whether a value is too long to stand in a map itself.
pub(crate) fn is_long(value: &[u8]) -> bool {
    value.len() > VALUE_BYTES_MAX
}

/// What a value is called in a map.
pub(crate) fn key_of(value: &[u8]) -> Cow<'_, [u8]> {
    if !is_long(value) {
        return Cow::Borrowed(value);
    }
    let mut key = vec![MARK];
    key.extend(Sha256::digest(value));
    Cow::Owned(key)
}

/// Whether a key of a map is that of a long value.
pub(crate) fn is_of_long_value(key: &[u8]) -> bool {
    key.first() == Some(&MARK)
}

impl StoredFile {
    /// The rows of a long value; none when there are none.
    pub(crate) async fn list_of_long_value(&self, indexed: Indexed, value: &[u8]) -> Result<Option<List>, StoreError> {
        let key = key_of(value);
        if self.form().await? == Form::Four {
            let mut all = self.long_values(indexed).await?.into_iter();
            return Ok(all.find(|long| *long.key == *key).map(|long| long.list));
        }
        match self.map(indexed).await?.get(&key) {
            Some(place) => self.list_at(indexed, postings::Place::of(place)).await.map(Some),
            None => Ok(None),
        }
    }

    /// Calls `visit` with each long value of a kind and its rows. One text is in memory at a time.
    pub(crate) async fn each_long_value(
        &self,
        indexed: Indexed,
        mut visit: impl FnMut(&[u8], Rows),
    ) -> Result<(), StoreError> {
        for long in self.long_values(indexed).await? {
            let (text, rows) = self.text_and_rows(&long).await?;
            visit(&text, rows);
        }
        Ok(())
    }

    /// All long values of a kind.
    async fn long_values(&self, indexed: Indexed) -> Result<Vec<LongValue>, StoreError> {
        if self.form().await? == Form::Four {
            let all = self.long_values.get_or_try_init(|| self.read_long_values()).await?;
            return Ok(all.iter().filter(|long| long.indexed == indexed).cloned().collect());
        }
        let mut found = Vec::new();
        {
            let map = self.map(indexed).await?;
            let mut keys = map.range().ge([MARK]).into_stream();
            while let Some((key, place)) = keys.next() {
                found.push((key.to_vec(), postings::Place::of(place)));
            }
        }
        let mut values = Vec::with_capacity(found.len());
        for (key, place) in found {
            values.push(LongValue { indexed, key, list: self.list_at(indexed, place).await? });
        }
        Ok(values)
    }

    /// The value itself, from the newest event that has it, and its rows.
    async fn text_and_rows(&self, long: &LongValue) -> Result<(Bytes, Rows), StoreError> {
        let missing = || self.damaged("a long value is not in its event");
        let rows = long.list.rows().ok_or_else(missing)?;
        let row = rows.clone().between(0, u32::MAX).next().ok_or_else(missing)?;
        let part = self.part_of(self.event(row).await?, self.beside(row).await?);
        let mut texts = part.dictionary(long.indexed).into_iter().flat_map(crate::dictionary::Dictionary::texts);
        texts
            .find(|text| is_long(text) && *key_of(text) == *long.key)
            .map(|text| (text.clone(), rows))
            .ok_or_else(missing)
    }

    /// The long values of all events, where the index does not have them.
    async fn read_long_values(&self) -> Result<Vec<LongValue>, StoreError> {
        let rows = self.rows().await?;
        let mut found: Vec<(Indexed, Vec<u8>, Vec<u32>)> = Vec::new();
        let mut start = 0;
        while start < rows {
            let end = rows.min(start.saturating_add(EVENTS_AT_ONCE));
            let (mut events, mut besides) = (self.events(start..end).await?, self.besides(start..end).await?);
            for row in start..end {
                let event = self.next_text(&mut events)?;
                let beside = besides.as_mut().map(|besides| self.next_text(besides)).transpose()?;
                // What is made of a member, such as an ARN of a name, is not much longer than the member.
                if event.len().max(beside.as_ref().map_or(0, Bytes::len)) <= VALUE_BYTES_MAX / 2 {
                    continue;
                }
                let part = self.part_of(event, beside);
                for indexed in Indexed::ALL {
                    let texts = part.dictionary(indexed).into_iter().flat_map(crate::dictionary::Dictionary::texts);
                    for text in texts.filter(|text| is_long(text)) {
                        note(&mut found, (indexed, key_of(text).into_owned()), row);
                    }
                }
            }
            tokio::task::yield_now().await;
            start = end;
        }
        let damaged = || self.damaged("the rows of a long value cannot be written");
        let long = found.into_iter().map(|(indexed, key, rows)| {
            let list = List::of(&rows).ok_or_else(damaged)?;
            Ok(LongValue { indexed, key, list })
        });
        long.collect()
    }

    fn next_text(&self, texts: &mut TextPages) -> Result<Bytes, StoreError> {
        texts.next().flatten().ok_or_else(|| self.damaged("a page of events cannot be read"))
    }

    /// An event and what stands beside it, as they are indexed.
    fn part_of(&self, event: Bytes, beside: Option<Bytes>) -> Part {
        let account = self.entry.account;
        let entry = Entry {
            sequence: Sequence(0),
            received_at: Timestamp::default(),
            account,
            origin: Origin::Live,
            event,
            beside: beside.filter(|beside| !beside.is_empty()),
            outline: Outline::default(),
        };
        let mut part = Part::new(account);
        part.push(&Prepared::read(&entry));
        part
    }
}

/// Notes that `row` has a value; rows ascend, and each is noted once.
fn note(found: &mut Vec<(Indexed, Vec<u8>, Vec<u32>)>, (indexed, key): (Indexed, Vec<u8>), row: u32) {
    match found.iter_mut().find(|(of, known, _)| *of == indexed && *known == key) {
        Some((_, _, rows)) => {
            if rows.last() != Some(&row) {
                rows.push(row);
            }
        }
        None => found.push((indexed, key, vec![row])),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use cairn_environment::Environment;
    use cairn_model::AccountId;
    use cairn_objects::Bucket;

    use super::*;
    use crate::cache::Cache;
    use crate::event_column::EventColumn;
    use crate::file_writer::NewFile;
    use crate::parquet_writer::Texts;
    use crate::predicate::{Operator, Predicate};

    /// A name of so many bytes.
    fn name(length: usize, end: &str) -> String {
        format!("{}{end}", "n".repeat(length - end.len()))
    }

    fn entry(number: u64, user: &str, resource: &str) -> Entry {
        let event = format!(
            r#"{{"eventTime":"2026-10-01T00:00:{number:02}Z","eventID":"id-{number}","userIdentity":{{"type":"IAMUser","userName":"{user}"}},
               "resources":[{{"ARN":"{resource}"}},{{"ARN":"{resource}"}}]}}"#
        );
        Entry {
            sequence: Sequence(number),
            received_at: Timestamp::default(),
            account: AccountId::DEFAULT,
            origin: Origin::Live,
            event: event.into(),
            beside: None,
            outline: Outline::default(),
        }
    }

    /// A file of these events, the newest first, with an index of this form.
    async fn file(entries: &[Entry], form: Form) -> StoredFile {
        let mut part = Part::new(AccountId::DEFAULT);
        for entry in entries {
            part.push(&Prepared::read(entry));
        }
        let order = part.newest_first();
        let raws = order.iter().map(|place| Ok(entries[usize::try_from(*place).unwrap()].event.clone()));
        let besides = order.iter().map(|_| Ok(Bytes::new()));
        let new = NewFile::make_as(&part, &order, (Texts { raws, besides }, 1 << 20), form).unwrap();
        let (environment, _) = Environment::simulated(1, Timestamp::default());
        let (bucket, _) = Bucket::simulated("files", &environment);
        let entry = new.put(&bucket).await.unwrap();
        StoredFile::new(1, entry, bucket, Arc::new(Cache::new(1 << 20)))
    }

    async fn fitting(file: &StoredFile, operator: Operator, value: &str) -> Vec<u32> {
        let predicate = Predicate::new(operator, vec![value.to_owned()], false);
        let rows = file.rows_fitting(Indexed::ResourceName, |text| predicate.fits_bytes(text)).await.unwrap();
        rows.between(0, u32::MAX).collect()
    }

    #[tokio::test]
    async fn values_of_any_length_are_found_by_all_that_is_asked_of_them_in_files_of_both_forms() {
        let (one, other) = (name(9_000, "x"), name(9_000, "y"));
        let (edge, beyond) = (name(8_000, "e"), name(8_001, "e"));
        let resources = [&one, &other, "short", &one, &edge, &beyond];
        let shorter = name(8_999, "x");
        let user = |number| if number == 0 { &one } else { &shorter };
        let entries: Vec<Entry> = (0..).zip(resources).map(|(n, resource)| entry(n, user(n), resource)).collect();
        for form in [Form::Four, Form::Five] {
            let file = file(&entries, form).await;
            // Rows count from the newest event on: that of the last entry.
            for (value, rows) in [(&one, vec![2, 5]), (&other, vec![4]), (&edge, vec![1]), (&beyond, vec![0])] {
                let found = file.rows_with(Indexed::ResourceName, &[value.as_str()], None).await.unwrap();
                assert_eq!(found.between(0, u32::MAX).collect::<Vec<_>>(), rows, "{form:?}");
                let count = file.count_with(Indexed::ResourceName, &[value.as_str()]).await.unwrap();
                assert_eq!(usize::try_from(count), Ok(rows.len()), "{form:?}");
                assert_eq!(fitting(&file, Operator::StartsWith, value).await, rows, "{form:?}");
            }
            assert_eq!(fitting(&file, Operator::EndsWith, "x").await, [2, 5], "{form:?}");
            assert_eq!(fitting(&file, Operator::Exists, "").await, [0, 1, 2, 3, 4, 5], "{form:?}");
            let never = name(9_000, "z");
            assert!(file.rows_with(Indexed::ResourceName, &[&never], None).await.unwrap().is_empty(), "{form:?}");
            let users = file.column(EventColumn::Username).await.unwrap();
            let user =
                |row| users.number(row).checked_sub(1).map(|at| users.texts()[usize::try_from(at).unwrap()].len());
            assert_eq!((user(5), user(0)), (Some(9_000), Some(8_999)), "{form:?}");
        }
    }

    #[tokio::test]
    async fn the_hash_of_a_long_value_is_no_value() {
        let long = name(9_000, "x");
        let file = file(&[entry(0, "nina", &long)], Form::Five).await;
        let hex = key_of(long.as_bytes()).iter().map(|byte| char::from(*byte)).collect::<String>();
        assert!(file.rows_with(Indexed::ResourceName, &[&hex], None).await.unwrap().is_empty());
        assert!(std::str::from_utf8(&key_of(long.as_bytes())).is_err());
        assert_eq!(fitting(&file, Operator::Contains, "nnn").await, [0]);
    }
}
