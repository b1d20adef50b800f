//! The forms in which values travel, each read as far as it can be: a body may be cut off or malformed.

pub(crate) mod cbor;
pub(crate) mod form;
pub(crate) mod json;
pub(crate) mod xml;

/// Nesting below this is left out.
pub(crate) const DEPTH_MAX: usize = 100;
