//! Sign-in through an identity provider: from a click to credentials that the page may fetch once.

use std::net::IpAddr;

use cairn_identity::Vouched;
use cairn_model::{AccountId, Timestamp};
use serde_json::{Value, json};

use crate::attempts::Who;
use crate::handed_over::HandedOver;
use crate::oidc::{CodeFlowError, OidcAnswer, OidcBegun, OidcOffer, OidcWish};
use crate::{Refused, SignIn, SignInEvent, SignedIn, TokenError};

/// Somebody whom a provider vouches for. What it becomes is for the trust policy of the role to say.
#[derive(Debug, Clone)]
pub struct VouchedPerson {
    /// Whose the provider and the role are.
    pub account: AccountId,
    /// Who.
    pub vouched: Vouched,
    /// The ARN of the role.
    pub role_arn: String,
    /// What the session is called.
    pub session_name: String,
    /// How long a session may last, in seconds.
    pub seconds: u64,
    /// For how many seconds after the sign-in its credentials may be renewed.
    pub renewable_seconds: u64,
    who: Who,
}

/// What came of somebody whom a provider sent back.
#[derive(Debug)]
pub struct OidcArrival {
    /// The page that was asked for, where it is known.
    pub return_to: Option<String>,
    /// Who it is, or why it is nobody, and what is recorded then.
    pub result: Result<VouchedPerson, (Refused, SignInEvent)>,
}

impl SignIn {
    /// The providers that people may sign in through.
    pub fn offers(&self) -> Vec<OidcOffer> {
        self.0.providers.offers()
    }

    /// Sends a browser to a provider.
    ///
    /// # Errors
    /// [`Refused::Failed`] for a provider that there is not, [`Refused::ProviderUnavailable`].
    pub async fn begin_with_provider(&self, wish: &OidcWish) -> Result<OidcBegun, Refused> {
        self.0.providers.begin(wish).await.map_err(|error| refused(&error))
    }

    /// Looks at what a browser brings that a provider sent back.
    pub async fn end_with_provider(
        &self,
        answer: &OidcAnswer,
        (source, login_to): (IpAddr, &str),
        at: Timestamp,
    ) -> OidcArrival {
        let parts = &*self.0;
        let found = parts.providers.of_begun(answer.sealed.as_deref(), at);
        let (provider, return_to) =
            found.map_or((None, None), |(account, arn, page)| (Some((account, arn)), Some(page)));
        let who = parts.attempts.who(("oidc", answer.state.as_deref()), source);
        let now = parts.environment.clock.instant();
        let event = |identity: Option<(AccountId, Value)>| {
            let (account, identity) = identity.unwrap_or_else(|| match &provider {
                Some((account, arn)) => (*account, json!({"type": "WebIdentityUser", "identityProvider": arn})),
                None => (AccountId::DEFAULT, self.unreadable().user_identity),
            });
            SignInEvent::through_provider(account, identity, login_to, false)
        };
        if let Err(wait) = parts.attempts.begin(who, now) {
            count("too-many");
            return OidcArrival { return_to, result: Err((Refused::TooMany(wait), event(None))) };
        }
        let result = match parts.providers.end(answer, at).await {
            Ok(arrived) => {
                let identity =
                    cairn_identity::Caller::vouched(arrived.account, arrived.vouched.clone()).user_identity();
                let no_role = || (Refused::NoRole, event(Some((arrived.account, identity))));
                arrived.role.clone().ok_or_else(no_role).map(|(role_arn, session_name)| VouchedPerson {
                    account: arrived.account,
                    vouched: arrived.vouched,
                    role_arn,
                    session_name,
                    seconds: parts.settings.session.as_secs(),
                    renewable_seconds: parts.settings.renewable.as_secs(),
                    who,
                })
            }
            Err(error) => {
                tracing::info!(%error, "nobody is signed in through an identity provider");
                Err((refused(&error), event(None)))
            }
        };
        if let Err((refused, _)) = &result {
            if *refused != Refused::Failed {
                parts.attempts.take_back(who, parts.environment.clock.instant());
            }
            count("failure");
        }
        OidcArrival { return_to, result }
    }

    /// Keeps the credentials of somebody who is in until the page asks for them. `None` where too many wait.
    pub fn hand_over(&self, person: &VouchedPerson, signed_in: SignedIn) -> Option<HandedOver> {
        let parts = &*self.0;
        let now = parts.environment.clock.instant();
        parts.attempts.succeed(person.who, now);
        count("success");
        parts.handover.keep(signed_in, &parts.environment.random, now)
    }

    /// Notes that the trust policy of a role would not have somebody. They are who they say, and need not wait for that.
    pub fn turn_away(&self, person: &VouchedPerson) {
        self.0.attempts.take_back(person.who, self.0.environment.clock.instant());
        count("failure");
    }

    /// The credentials for a code, in the browser that it was given to.
    ///
    /// # Errors
    /// [`Refused::Failed`], also for a code that was used, and [`Refused::TooMany`].
    pub fn take_over(&self, code: &str, binding: &str, source: IpAddr) -> Result<SignedIn, Refused> {
        let parts = &*self.0;
        let now = parts.environment.clock.instant();
        let who = parts.attempts.who(("oidc-code", code), source);
        parts.attempts.begin(who, now).map_err(Refused::TooMany)?;
        let signed_in = parts.handover.take(code, binding, now).ok_or(Refused::Failed)?;
        parts.attempts.succeed(who, now);
        Ok(signed_in)
    }
}

fn count(outcome: &'static str) {
    metrics::counter!("cairn_sign_ins_total", "outcome" => outcome).increment(1);
}

fn refused(error: &CodeFlowError) -> Refused {
    match error {
        CodeFlowError::Token(TokenError::Unreachable(_)) => Refused::ProviderUnavailable,
        CodeFlowError::UnknownProvider
        | CodeFlowError::NotBegun
        | CodeFlowError::Refused
        | CodeFlowError::Token(
            TokenError::Malformed(_)
            | TokenError::UnknownIssuer(_)
            | TokenError::UnknownKey
            | TokenError::WrongSignature
            | TokenError::WrongAudience
            | TokenError::Claim(_)
            | TokenError::Expired { .. },
        ) => Refused::Failed,
    }
}
