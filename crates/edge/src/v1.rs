//! What each route of [`crate::routes`] does.

pub(crate) mod counts;
pub(crate) mod search;
