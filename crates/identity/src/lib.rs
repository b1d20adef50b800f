//! Cairn crate: identity.
