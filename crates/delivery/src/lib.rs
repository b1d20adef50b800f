//! Cairn crate: delivery.
