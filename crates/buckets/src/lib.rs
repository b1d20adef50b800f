//! Cairn crate: buckets.
