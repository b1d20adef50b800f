//! Cairn crate: verify.
