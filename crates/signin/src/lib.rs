//! People who sign in, and what vouches for them: passwords with MFA, attempts that are slowed, what is told of them.

mod attempts;
mod break_glass;
mod event;
mod oidc;
mod sign_in;

pub use break_glass::{BreakGlass, BreakGlassUse};
pub use event::SignInEvent;
pub use oidc::{OidcProvider, TokenError};
pub use sign_in::{Attempt, Attempted, Refused, SignIn, SignInSettings, SignedIn};
