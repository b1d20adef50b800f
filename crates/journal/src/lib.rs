//! Cairn crate: journal.
