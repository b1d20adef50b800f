//! A lookup over the tails and the files: the newest of each are merged until there are enough.

use std::collections::BinaryHeap;
use std::sync::{Arc, PoisonError};

use futures_util::{StreamExt, TryStreamExt, stream};

use crate::file_lookup::{FileAnswers, may_answer};
use crate::question::Question;
use crate::state::View;
use crate::stored_file::StoredFile;
use crate::{Cursor, Found, StoreError};

/// So many events are fetched from the object store at once.
const FETCHES_MAX: usize = 16;

/// One of the answers: an event at hand, or its place in a file.
enum Answer {
    InTail(Found),
    InFile(Arc<StoredFile>, Cursor, u32),
}

/// The newest events of `view` that fit, newest first.
pub(crate) async fn lookup(view: &View, question: &Question) -> Result<Vec<Found>, StoreError> {
    if question.is_impossible() {
        return Ok(Vec::new());
    }
    let mut in_tails = Vec::new();
    for tail in &view.tails {
        in_tails.extend(tail.read().unwrap_or_else(PoisonError::into_inner).lookup(question));
    }
    in_tails.sort_unstable_by_key(|found| std::cmp::Reverse(found.cursor()));
    let answers = merge(view, question, in_tails).await?;
    let found = stream::iter(answers).map(fetch).buffered(FETCHES_MAX);
    found.try_collect().await
}

async fn fetch(answer: Answer) -> Result<Found, StoreError> {
    match answer {
        Answer::InTail(found) => Ok(found),
        Answer::InFile(file, cursor, row) => {
            let (event, beside) = (file.event(row).await?, file.beside(row).await?);
            let received_at = file.received_at(cursor.sequence).await?;
            let Cursor { event_time, sequence } = cursor;
            Ok(Found { account: file.entry.account, sequence, received_at, event_time, event, beside })
        }
    }
}

/// Files that may have answers, opened only when something as new as their newest event is due.
struct Files<'a> {
    question: &'a Question,
    /// The newest last.
    closed: Vec<&'a Arc<StoredFile>>,
    open: Vec<FileAnswers>,
    /// The next answer of each open file: its place, its row, the number of the file in `open`.
    next: BinaryHeap<(Cursor, u32, usize)>,
}

async fn merge(view: &View, question: &Question, in_tails: Vec<Found>) -> Result<Vec<Answer>, StoreError> {
    let mut closed: Vec<_> = view.files.iter().filter(|file| may_answer(file, question)).collect();
    closed.sort_unstable_by_key(|file| file.entry.time_max);
    let mut files = Files { question, closed, open: Vec::new(), next: BinaryHeap::new() };
    let mut in_tails = in_tails.into_iter().peekable();
    let mut answers = Vec::with_capacity(question.limit.min(64));
    while answers.len() < question.limit {
        let due = in_tails.peek().map(Found::cursor);
        files.open_due(due).await?;
        match (due, files.next.peek().map(|(cursor, ..)| *cursor)) {
            (Some(tail), Some(file)) if tail > file => answers.extend(in_tails.next().map(Answer::InTail)),
            (Some(_), None) => answers.extend(in_tails.next().map(Answer::InTail)),
            (_, Some(_)) => answers.extend(files.take().await?),
            (None, None) => break,
        }
    }
    Ok(answers)
}

impl Files<'_> {
    /// Opens every file that may have something newer than what comes next otherwise.
    async fn open_due(&mut self, other: Option<Cursor>) -> Result<(), StoreError> {
        while let Some(file) = self.closed.last() {
            let due = self.next.peek().map(|(cursor, ..)| *cursor).max(other);
            if due.is_some_and(|due| due.event_time > file.entry.time_max) {
                break;
            }
            let answers = FileAnswers::find(file, self.question).await?;
            self.closed.pop();
            if let Some(answers) = answers {
                self.open.push(answers);
                self.advance(self.open.len() - 1).await?;
            }
        }
        Ok(())
    }

    async fn advance(&mut self, number: usize) -> Result<(), StoreError> {
        if let Some(answers) = self.open.get_mut(number)
            && let Some((cursor, row)) = answers.next(self.question).await?
        {
            self.next.push((cursor, row, number));
        }
        Ok(())
    }

    async fn take(&mut self) -> Result<Option<Answer>, StoreError> {
        let Some((cursor, row, number)) = self.next.pop() else { return Ok(None) };
        self.advance(number).await?;
        Ok(self.open.get(number).map(|answers| Answer::InFile(Arc::clone(&answers.file), cursor, row)))
    }
}
