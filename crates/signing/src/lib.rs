//! Cairn crate: signing.
