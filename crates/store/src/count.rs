//! Counts events by their columns, in the tails and in the files, without reading the events themselves.

use std::sync::{Arc, PoisonError};

use cairn_model::Category;

use crate::StoreError;
use crate::event_column::{EventColumn, Texts};
use crate::file_lookup::{FileAnswers, may_answer};
use crate::part::{Part, Row};
use crate::question::Question;
use crate::state::View;
use crate::stored_file::StoredFile;
use crate::tally::{Counted, Tally};

/// Adds every event of `view` that fits to `tally`, whose fields are `by`, each with at most one text for an event.
pub(crate) async fn count(
    view: &View,
    question: &Question,
    by: &[EventColumn],
    tally: &mut Tally,
) -> Result<(), StoreError> {
    if question.is_impossible() {
        return Ok(());
    }
    for tail in &view.tails {
        tail.read().unwrap_or_else(PoisonError::into_inner).count(question, by, tally);
    }
    for file in view.files.iter().filter(|file| may_answer(file, question)) {
        count_file(file, question, by, tally).await?;
        // Others are served between two files.
        tokio::task::yield_now().await;
    }
    Ok(())
}

async fn count_file(
    file: &Arc<StoredFile>,
    question: &Question,
    by: &[EventColumn],
    tally: &mut Tally,
) -> Result<(), StoreError> {
    let Some(mut answers) = FileAnswers::find(file, question).await? else { return Ok(()) };
    let errors = file.column(EventColumn::ErrorCode).await?;
    let mut events = Vec::new();
    while let Some((cursor, row)) = answers.next(question).await? {
        let counted = Counted { time: cursor.event_time, is_error: errors.number(row) != 0 };
        tally.add(counted);
        events.push((row, counted));
    }
    for (field, column) in by.iter().enumerate() {
        let column = file.column(*column).await?;
        let numbers = events.iter().map(|(row, counted)| (column.number(*row), *counted));
        tally.add_numbers(field, numbers, column.texts());
    }
    Ok(())
}

/// Adds rows of a part to `tally`.
pub(crate) fn count_rows(part: &Part, rows: &[&Row], by: &[EventColumn], tally: &mut Tally) {
    let counted = |row: &Row| Counted {
        time: row.event_time,
        is_error: row.values.get(crate::part::column::ERROR_CODE) != Some(&0),
    };
    for row in rows {
        tally.add(counted(row));
    }
    for (field, column) in by.iter().enumerate() {
        match column.texts() {
            Texts::Values(at) => {
                let number = |row: &Row| row.values.get(at).copied().unwrap_or_default();
                let texts = part.columns.get(at).map(crate::dictionary::Dictionary::texts).unwrap_or_default();
                tally.add_numbers(field, rows.iter().map(|row| (number(row), counted(row))), texts);
            }
            Texts::ReadOnly => {
                let number = |row: &Row| row.read_only.map_or(0, |value| if value { 2 } else { 1 });
                tally.add_numbers(field, rows.iter().map(|row| (number(row), counted(row))), &["false", "true"]);
            }
            Texts::Category => {
                let number = |row: &Row| (1..).zip(Category::ALL).find(|(_, category)| *category == row.category);
                let number = |row: &Row| number(row).map_or(0, |(number, _)| number);
                let texts = Category::ALL.map(Category::as_str);
                tally.add_numbers(field, rows.iter().map(|row| (number(row), counted(row))), &texts);
            }
            Texts::ResourceTypes | Texts::ResourceNames => {}
        }
    }
}
