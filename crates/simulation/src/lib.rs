//! Cairn crate: simulation.
