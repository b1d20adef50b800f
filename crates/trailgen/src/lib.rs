//! Cairn crate: trailgen.
