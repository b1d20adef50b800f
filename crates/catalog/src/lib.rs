//! Cairn crate: catalog.
