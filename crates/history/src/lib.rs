//! Cairn crate: history.
