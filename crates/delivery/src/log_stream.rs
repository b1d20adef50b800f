//! How far a lane's log stream is behind its sealed files. No I/O: a part of the lane's state.
//!
//! A log stream is fed from the sealed files, which are on disk already, packed and in the order of the journal: a log
//! group that is away holds neither memory nor the journal.

use std::collections::VecDeque;
use std::time::Duration;

use cairn_model::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Attempts;

/// Sealed files of a lane that wait at most.
const PIECES_MAX: usize = 10_000;
/// For how long the events of a file carry the time at which it was sealed. A log group may drop what is a day old,
/// so that later the time of sending is taken.
const SEALED_TIME_HOLDS: Duration = Duration::from_hours(12);

/// The sealed files that a lane's log stream does not have yet, oldest first, and how sending them went.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LogStream {
    pub(crate) pieces: VecDeque<Piece>,
    pub(crate) attempts: Attempts,
}

/// A sealed file on its way into a log stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Piece {
    /// The number of the file in its lane.
    pub(crate) number: u64,
    pub(crate) sealed_at: Timestamp,
    /// Bytes of the packed file.
    pub(crate) stored_bytes: u64,
    /// How many of its events the stream has.
    pub(crate) sent: usize,
}

impl LogStream {
    /// A file was sealed. Beyond `backlog_bytes_max` bytes of waiting files the oldest are given up; their numbers are
    /// returned. The newest always stays.
    pub(crate) fn add(&mut self, piece: Piece, backlog_bytes_max: u64) -> Vec<u64> {
        self.pieces.push_back(piece);
        let mut given_up = Vec::new();
        while self.pieces.len() > 1 && (self.bytes() > backlog_bytes_max || self.pieces.len() > PIECES_MAX) {
            given_up.extend(self.pieces.pop_front().map(|piece| piece.number));
        }
        given_up
    }

    fn bytes(&self) -> u64 {
        self.pieces.iter().map(|piece| piece.stored_bytes).sum()
    }

    /// Whether the file with this number is still needed for it.
    pub(crate) fn needs(&self, number: u64) -> bool {
        self.pieces.iter().any(|piece| piece.number == number)
    }

    /// The stream has the first `sent` events of a file.
    pub(crate) fn advance(&mut self, number: u64, sent: usize) {
        self.pieces.iter_mut().filter(|piece| piece.number == number).for_each(|piece| piece.sent = sent);
    }

    /// Nothing more of a file is sent.
    pub(crate) fn finish(&mut self, number: u64) {
        self.pieces.retain(|piece| piece.number != number);
    }
}

impl Piece {
    /// The time that its events carry: the same on every attempt, unless it has waited for long.
    pub(crate) fn time(&self, now: Timestamp) -> Timestamp {
        if now.since(self.sealed_at) <= SEALED_TIME_HOLDS { self.sealed_at } else { now }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(number: u64, stored_bytes: u64) -> Piece {
        Piece { number, sealed_at: Timestamp::from_unix_seconds(1_000), stored_bytes, sent: 0 }
    }

    #[test]
    fn beyond_the_limit_the_oldest_files_are_given_up_and_the_newest_stays() {
        let mut stream = LogStream::default();
        assert!(stream.add(piece(1, 40), 100).is_empty());
        assert!(stream.add(piece(2, 60), 100).is_empty());
        assert_eq!(stream.add(piece(3, 30), 100), [1]);
        assert_eq!(stream.add(piece(4, 500), 100), [2, 3]);
        assert!(stream.needs(4) && !stream.needs(3));
        stream.advance(4, 7);
        assert_eq!(stream.pieces[0].sent, 7);
        stream.finish(4);
        assert!(stream.pieces.is_empty());
    }

    #[test]
    fn the_time_of_events_is_stable_until_it_would_be_too_old() {
        let sealed = piece(1, 1);
        let later = |hours| sealed.sealed_at.plus(Duration::from_hours(hours));
        assert_eq!(sealed.time(later(12)), sealed.sealed_at);
        assert_eq!(sealed.time(later(13)), later(13));
    }
}
