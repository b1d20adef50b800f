//! What each route of [`crate::routes`] does.

pub(crate) mod accounts;
pub(crate) mod check_policy;
pub(crate) mod counts;
pub(crate) mod deliveries;
pub(crate) mod known_actions;
pub(crate) mod renew;
mod request;
pub(crate) mod search;
pub(crate) mod server;
pub(crate) mod try_selectors;
pub(crate) mod validate;
