//! Cairn crate: objects.
