//! What each route of [`crate::routes`] does.

pub(crate) mod search;
