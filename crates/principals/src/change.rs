//! What was learnt and is not durable yet.

use std::sync::Arc;

use crate::entity::Entity;
use crate::known::Known;

/// How many changes may wait for a database that does not take them.
const WAITING_MAX: usize = 65_536;

/// One change of the rows.
#[derive(Debug, Clone)]
pub(crate) enum Change {
    PutEntity(Arc<Entity>),
    ForgetEntity(i64),
    PutKey(Arc<Known>),
    ForgetKey(i64),
}

/// Changes in the order in which they must be written, and the numbers of new rows.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    waiting: Vec<Change>,
    /// How many changes there were from the start.
    end: u64,
    last_row: i64,
}

impl Changes {
    /// After rows with numbers up to `last_row`.
    pub(crate) fn after(last_row: i64) -> Self {
        Self { last_row, ..Self::default() }
    }

    /// The number of a new row. Numbers rise: what a row refers to stands before it.
    pub(crate) fn next_row(&mut self) -> i64 {
        self.last_row = self.last_row.saturating_add(1);
        self.last_row
    }

    /// The place after the last change: durable when that many changes are.
    pub(crate) fn end(&self) -> u64 {
        self.end
    }

    /// Whether no more may be learnt until something is written.
    pub(crate) fn is_full(&self) -> bool {
        self.waiting.len() >= WAITING_MAX
    }

    pub(crate) fn put_entity(&mut self, entity: &Arc<Entity>) {
        self.push(Change::PutEntity(Arc::clone(entity)));
    }

    pub(crate) fn forget_entity(&mut self, row: i64) {
        self.push(Change::ForgetEntity(row));
    }

    pub(crate) fn put_key(&mut self, known: &Arc<Known>) {
        self.push(Change::PutKey(Arc::clone(known)));
    }

    pub(crate) fn forget_key(&mut self, row: i64) {
        self.push(Change::ForgetKey(row));
    }

    /// Everything that waits, and the place after it.
    pub(crate) fn take(&mut self) -> (Vec<Change>, u64) {
        (std::mem::take(&mut self.waiting), self.end)
    }

    /// Puts back what could not be written.
    pub(crate) fn put_back(&mut self, mut batch: Vec<Change>) {
        batch.append(&mut self.waiting);
        self.waiting = batch;
    }

    fn push(&mut self, change: Change) {
        self.waiting.push(change);
        self.end += 1;
    }
}
