//! People who sign in, and what vouches for them: passwords with MFA, attempts that are slowed, what is told of them.

mod attempts;
mod break_glass;
mod event;
mod handed_over;
mod oidc;
mod renewal;
mod sign_in;
mod with_provider;

pub use break_glass::{BreakGlass, BreakGlassUse};
pub use event::SignInEvent;
pub use handed_over::HandedOver;
pub use oidc::{ConsoleClient, OidcAnswer, OidcBegun, OidcOffer, OidcProvider, OidcWish, RoleRule, TokenError};
pub use renewal::NotRenewed;
pub use sign_in::{Attempt, Attempted, Refused, SignIn, SignInSettings, SignedIn};
pub use with_provider::{OidcArrival, VouchedPerson};
