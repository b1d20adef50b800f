//! Outbound: the one door through which Cairn sends requests to endpoints that users name.
//!
//! A name in a setting or a request may lead anywhere, also to this machine or to the service that hands out its
//! credentials. So every address of a host is checked before a connection is made, the connection goes to an address
//! that was checked, redirects are not followed and proxies are not asked.

mod outbound;
mod outbound_error;
mod policy;
mod resolver;

pub use outbound::{Credentials, Outbound, OutboundLimits};
pub use outbound_error::OutboundError;
pub use policy::{AddressPolicy, AddressRefused};
