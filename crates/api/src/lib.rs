//! Cairn crate: api.
