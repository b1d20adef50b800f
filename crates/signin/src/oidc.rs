//! Identity providers by `OpenID` Connect: who they are, which keys they sign with, what their tokens say, and how people log
//! in there.

mod begun;
mod code_flow;
mod console_client;
mod discovery;
mod key_set;
mod provider;
mod token;

pub(crate) use begun::secret;
pub(crate) use code_flow::CodeFlowError;
pub use code_flow::{OidcAnswer, OidcBegun, OidcWish};
pub use console_client::{ConsoleClient, OidcOffer, RoleRule};
pub use provider::OidcProvider;
pub(crate) use provider::Providers;
pub use token::TokenError;
