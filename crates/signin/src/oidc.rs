//! Identity providers by `OpenID` Connect: who they are, which keys they sign with, and what their tokens say.

mod key_set;
mod provider;
mod token;

pub use provider::OidcProvider;
pub(crate) use provider::Providers;
pub use token::TokenError;
