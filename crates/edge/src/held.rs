//! Calls that only read, answered while the journal's disk is full: their events wait here, within bounds, and are
//! recorded as soon as there is space. Reading must go on then; nothing else is answered without its event.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use cairn_recorder::Call;

/// Calls whose events wait for space.
#[derive(Debug)]
pub(crate) struct Held {
    calls_max: usize,
    calls: Mutex<VecDeque<Call>>,
}

impl Held {
    pub(crate) fn new(calls_max: usize) -> Self {
        Self { calls_max, calls: Mutex::default() }
    }

    /// Keeps the call of a request that only read. False when it changes something or there is no more room: then
    /// the request must not be answered.
    pub(crate) fn keep(&self, call: &Call) -> bool {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = call.read_only && calls.len() < self.calls_max;
        if kept {
            calls.push_back(call.clone());
            metrics::counter!("cairn_events_held_total").increment(1);
        }
        kept
    }

    /// The oldest call that waits.
    pub(crate) fn take(&self) -> Option<Call> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }

    /// Takes back the call that could not be recorded; how many wait now.
    pub(crate) fn put_back(&self, call: Call) -> usize {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.push_front(call);
        calls.len()
    }
}
