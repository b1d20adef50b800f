//! Cairn crate: recorder.
