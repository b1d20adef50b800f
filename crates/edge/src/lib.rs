//! Cairn crate: edge.
