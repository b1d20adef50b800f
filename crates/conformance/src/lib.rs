//! Cairn crate: conformance.
