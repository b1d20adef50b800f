//! The routes of people who sign in and out, which carry no signature (docs/sign-in.md).

use http::Method;
use http::request::Parts;

/// Where an identity provider sends browsers back to.
pub(crate) const CALLBACK_PATH: &str = "/v1/sign-in/oidc/callback";
/// The paths to which a browser shows what it keeps of a sign-in through a provider.
pub(crate) const OIDC_PATH: &str = "/v1/sign-in/oidc";

/// What a person does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PeopleRoute {
    /// Asks how one can sign in.
    Offers,
    /// Signs in by password.
    SignIn,
    /// Signs out.
    SignOut,
    /// Goes to an identity provider.
    ToProvider,
    /// Comes back from there.
    FromProvider,
    /// Fetches what came of that.
    Credentials,
}

impl PeopleRoute {
    /// The route of a request, if it is one of a person.
    pub(crate) fn of(head: &Parts) -> Option<Self> {
        Some(match (&head.method, head.uri.path()) {
            (&Method::GET, "/v1/sign-in") => Self::Offers,
            (&Method::POST, "/v1/sign-in") => Self::SignIn,
            (&Method::POST, "/v1/sign-out") => Self::SignOut,
            (&Method::GET, OIDC_PATH) => Self::ToProvider,
            (&Method::GET, CALLBACK_PATH) => Self::FromProvider,
            (&Method::POST, "/v1/sign-in/oidc/credentials") => Self::Credentials,
            _ => return None,
        })
    }

    /// The name of the event that is left.
    pub(crate) fn event_name(self) -> &'static str {
        match self {
            Self::SignOut => "Logout",
            Self::Offers | Self::SignIn | Self::ToProvider | Self::FromProvider | Self::Credentials => "ConsoleLogin",
        }
    }
}
