//! Answers of one file, newest first, one at a time.

use std::sync::Arc;

use cairn_model::Timestamp;

use crate::file_filter::rows_that_fit;
use crate::index_format::Indexed;
use crate::postings::{Rows, RowsBetween};
use crate::question::{Question, Wanted};
use crate::stored_file::{Cursors, StoredFile};
use crate::{Cursor, StoreError};

/// The rows of one file that fit a question, newest first.
#[derive(Debug)]
pub(crate) struct FileAnswers {
    pub(crate) file: Arc<StoredFile>,
    cursors: Cursors,
    rows: RowsBetween,
    /// Whether some of the rows may be too old to be kept.
    check_arrival: bool,
}

/// Whether a file may have answers at all, by what the manifest says.
pub(crate) fn may_answer(file: &StoredFile, question: &Question) -> bool {
    let entry = &file.entry;
    question.fits_account(entry.account)
        && entry.time_max >= question.start
        && entry.time_min <= question.end
        && question.after.is_none_or(|after| entry.time_min <= after.event_time)
        && entry.sequence_first < question.before_sequence
        && entry.received_max >= question.received_min
}

impl FileAnswers {
    /// The answers of `file`; none when it has no row that fits.
    pub(crate) async fn find(file: &Arc<StoredFile>, question: &Question) -> Result<Option<Self>, StoreError> {
        let Some(rows) = rows(file, question).await? else { return Ok(None) };
        let cursors = file.cursors().await?;
        let newer =
            |cursor: Cursor| cursor.event_time > question.end || question.after.is_some_and(|after| cursor >= after);
        let first = cursors.first_not(newer);
        let end = cursors.first_not(|cursor| cursor.event_time >= question.start);
        let rows = match rows {
            Found::All => RowsBetween::All(first..end),
            Found::Some(rows) => rows.between(first, end),
        };
        let check_arrival = file.entry.received_min < question.received_min;
        Ok(Some(Self { file: Arc::clone(file), cursors, rows, check_arrival }))
    }

    /// The next answer and its row.
    pub(crate) async fn next(&mut self, question: &Question) -> Result<Option<(Cursor, u32)>, StoreError> {
        for row in self.rows.by_ref() {
            let Some(cursor) = self.cursors.get(row) else { continue };
            if cursor.sequence >= question.before_sequence {
                continue;
            }
            let received_at = if self.check_arrival {
                self.file.received_at(cursor.sequence).await?
            } else {
                Timestamp::from_unix_ms(i64::MAX)
            };
            if received_at >= question.received_min {
                return Ok(Some((cursor, row)));
            }
        }
        Ok(None)
    }
}

enum Found {
    All,
    Some(Rows),
}

/// The rows that have what is wanted, whatever their times; none when there are none.
async fn rows(file: &StoredFile, question: &Question) -> Result<Option<Found>, StoreError> {
    let ids = question.event_ids(file.entry.account);
    if let Some(ids) = &ids
        && !file.may_have(ids).await?
    {
        return Ok(None);
    }
    let categories: Vec<&str> = question.categories.iter().map(|category| category.as_str()).collect();
    let mut lists: Vec<(u32, Indexed, Vec<&str>)> = Vec::new();
    for (indexed, values) in wanted_values(question, &categories) {
        let count = file.count_with(indexed, &values).await?;
        if count == 0 {
            return Ok(None);
        }
        if u64::from(count) < file.entry.rows || !is_single(indexed) {
            lists.push((count, indexed, values));
        }
    }
    lists.sort_by_key(|(count, ..)| *count);
    let mut rows = match &ids {
        Some(ids) => Some(rows_with_event_id(file, question, ids).await?),
        None => None,
    };
    for (_, indexed, values) in lists {
        rows = Some(file.rows_with(indexed, &values, rows).await?);
    }
    if let Some(filter) = question.filter.as_ref().filter(|_| rows.as_ref().is_none_or(|rows| !rows.is_empty())) {
        let fit = rows_that_fit(file, filter).await?;
        rows = Some(match rows {
            Some(rows) => rows.and(fit),
            None => fit,
        });
    }
    Ok(match rows {
        Some(rows) if rows.is_empty() => None,
        Some(rows) => Some(Found::Some(rows)),
        None => Some(Found::All),
    })
}

/// Whether each row has at most one value, so that equal counts mean every row.
fn is_single(indexed: Indexed) -> bool {
    !matches!(indexed, Indexed::ResourceType | Indexed::ResourceName)
}

fn wanted_values<'a>(question: &'a Question, categories: &[&'a str]) -> Vec<(Indexed, Vec<&'a str>)> {
    let mut values = Vec::new();
    for wanted in &question.wanted {
        values.push(match wanted {
            Wanted::EventId(_) => continue,
            Wanted::EventName(text) => (Indexed::EventName, vec![text.as_str()]),
            Wanted::ReadOnly(value) => (Indexed::ReadOnly, vec![if *value == Some(true) { "true" } else { "false" }]),
            Wanted::Username(text) => (Indexed::Username, vec![text.as_str()]),
            Wanted::ResourceType(text) => (Indexed::ResourceType, vec![text.as_str()]),
            Wanted::ResourceName(text) => (Indexed::ResourceName, vec![text.as_str()]),
            Wanted::EventSource(text) => (Indexed::EventSource, vec![text.as_str()]),
            Wanted::AccessKeyId(text) => (Indexed::AccessKeyId, vec![text.as_str()]),
            Wanted::OriginPrincipal(text) => (Indexed::OriginPrincipal, vec![text.as_str()]),
        });
    }
    if let Some(region) = &question.region {
        values.push((Indexed::AwsRegion, vec![region.as_str()]));
    }
    if !categories.is_empty() {
        values.push((Indexed::Category, categories.to_vec()));
    }
    values
}

/// The rows with a key, of which the events themselves say that they have the wanted `eventID`.
async fn rows_with_event_id(file: &StoredFile, question: &Question, ids: &[u64]) -> Result<Rows, StoreError> {
    let mut rows = Vec::new();
    for row in file.rows_with_ids(ids).await? {
        let event = file.event(row).await?;
        if question.fits_event_id(file.entry.account, || Some(&event)) {
            rows.push(row);
        }
    }
    Ok(Rows::Few(rows))
}
