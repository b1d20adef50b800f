//! Cairn crate: store.
