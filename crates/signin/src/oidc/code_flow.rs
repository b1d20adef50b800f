//! The authorization code flow with PKCE: a browser goes to the provider, comes back with a code, and the code becomes a token.
//!
//! Sources: `OpenID` Connect Core 1.0 section 3.1, RFC 7636 (PKCE), RFC 9207 (which issuer answers), RFC 9700.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use bytes::Bytes;
use cairn_identity::Vouched;
use cairn_model::{AccountId, Timestamp};
use http::{Request, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::begun::{BEGUN_SECONDS, Begun};
use super::console_client::{ConsoleClient, OidcOffer};
use super::discovery::{Discovery, unreachable};
use super::provider::{KnownProvider, Providers};
use super::token::{Token, TokenError};

/// Somebody who wants to sign in through a provider.
#[derive(Debug, Clone)]
pub struct OidcWish {
    /// The provider, as an offer names it.
    pub provider: String,
    /// The page to show at the end: a path of the console.
    pub return_to: String,
    /// Where the provider is to send the browser back to, unless the settings say.
    pub redirect_uri: String,
    /// When it came.
    pub at: Timestamp,
}

/// Where somebody is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OidcBegun {
    /// The provider's page.
    pub location: String,
    /// What the browser keeps until it comes back.
    pub sealed: String,
    /// How long that counts, in seconds.
    pub seconds: i64,
}

/// Somebody whom a provider sent back.
#[derive(Debug, Clone, Default)]
pub struct OidcAnswer {
    /// What becomes a token.
    pub code: Option<String>,
    /// What was given to the provider.
    pub state: Option<String>,
    /// Which provider says that it answers.
    pub issuer: Option<String>,
    /// What the browser kept.
    pub sealed: Option<String>,
}

/// Why nobody is vouched for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum CodeFlowError {
    /// No such provider signs people in.
    #[error("no identity provider has this name")]
    UnknownProvider,
    /// What comes back is not what was begun in this browser, or was ended before.
    #[error("the sign-in was not begun here, was ended already, or is too old")]
    NotBegun,
    /// The provider sends no code.
    #[error("the provider refused")]
    Refused,
    /// The token is not believed.
    #[error("{0}")]
    Token(#[from] TokenError),
}

/// Somebody whom a provider vouches for, and what that makes of them.
#[derive(Debug, Clone)]
pub(crate) struct Arrived {
    pub(crate) account: AccountId,
    pub(crate) vouched: Vouched,
    /// `None` for somebody who is known and gets none.
    pub(crate) role: Option<(String, String)>,
}

#[derive(Deserialize)]
struct TokenAnswer {
    id_token: String,
}

/// What stands in a form or a query as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

impl Providers {
    /// What people may choose from.
    pub(crate) fn offers(&self) -> Vec<OidcOffer> {
        let offer = |known: &KnownProvider| {
            let ConsoleClient { name, title, .. } = known.provider.console.as_ref()?;
            Some(OidcOffer { name: name.clone(), title: title.clone(), account: known.provider.account })
        };
        self.declared().filter_map(offer).collect()
    }

    fn named(&self, name: &str) -> Result<(&KnownProvider, &ConsoleClient), CodeFlowError> {
        let mut clients = self.declared().filter_map(|known| Some((known, known.console()?)));
        clients.find(|(_, client)| client.name == name).ok_or(CodeFlowError::UnknownProvider)
    }

    /// The account and the ARN of the provider that a browser was sent to, where it was.
    pub(crate) fn of_begun(&self, sealed: Option<&str>, now: Timestamp) -> Option<(AccountId, String, String)> {
        let begun = self.begun.open(sealed?, now)?;
        let (known, _) = self.named(&begun.provider).ok()?;
        Some((known.provider.account, known.provider.arn(), begun.return_to))
    }

    /// Sends a browser to a provider.
    pub(crate) async fn begin(&self, wish: &OidcWish) -> Result<OidcBegun, CodeFlowError> {
        let (known, client) = self.named(&wish.provider)?;
        let discovery = known.discovery.get(&known.provider, &self.environment).await?;
        let page = discovery.authorization_endpoint.ok_or_else(|| unreachable("it says nowhere to log in"))?;
        let begun = Begun {
            provider: client.name.clone(),
            state: self.begun.secret(),
            nonce: self.begun.secret(),
            verifier: self.begun.secret(),
            redirect_uri: client.redirect_uri.clone().unwrap_or_else(|| wish.redirect_uri.clone()),
            return_to: wish.return_to.clone(),
            expires: wish.at.unix_seconds() + BEGUN_SECONDS,
        };
        let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, begun.verifier.as_bytes()));
        let query = form(&[
            ("response_type", "code"),
            ("client_id", &client.client_id),
            ("redirect_uri", &begun.redirect_uri),
            ("scope", &client.scopes.join(" ")),
            ("state", &begun.state),
            ("nonce", &begun.nonce),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ]);
        let joint = if page.contains('?') { '&' } else { '?' };
        let sealed = self.begun.seal(&begun).ok_or(CodeFlowError::NotBegun)?;
        Ok(OidcBegun { location: format!("{page}{joint}{query}"), sealed, seconds: BEGUN_SECONDS })
    }

    /// Whom the provider vouches for that a browser comes back from.
    pub(crate) async fn end(&self, answer: &OidcAnswer, now: Timestamp) -> Result<Arrived, CodeFlowError> {
        let sealed = answer.sealed.as_deref().unwrap_or_default();
        let begun = self.begun.open(sealed, now).ok_or(CodeFlowError::NotBegun)?;
        let state = answer.state.as_deref().unwrap_or_default();
        let is_same = verify_slices_are_equal(begun.state.as_bytes(), state.as_bytes()).is_ok();
        if !is_same || !self.begun.end(&begun, now) {
            return Err(CodeFlowError::NotBegun);
        }
        let (known, client) = self.named(&begun.provider)?;
        if answer.issuer.as_deref().is_some_and(|issuer| issuer != known.provider.issuer) {
            return Err(CodeFlowError::Refused);
        }
        let code = answer.code.as_deref().ok_or(CodeFlowError::Refused)?;
        let discovery = known.discovery.get(&known.provider, &self.environment).await?;
        let request = token_request(&discovery, client, (code, &begun))?;
        let TokenAnswer { id_token } = exchange(known, request).await?;
        let token = Token::read(&id_token)?;
        if token.claims.issuer()? != known.provider.issuer {
            return Err(CodeFlowError::Token(TokenError::UnknownIssuer(String::new())));
        }
        known.check(&token, now, &self.environment).await?;
        token.claims.check_client(&client.client_id, &begun.nonce)?;
        let vouched = known.vouched(&token.claims, client.client_id.clone())?;
        let role = client.role(&token.claims).zip(client.session_name(&token.claims));
        let role = role.map(|(arn, session_name)| (arn.to_owned(), session_name));
        Ok(Arrived { account: known.provider.account, vouched, role })
    }
}

impl KnownProvider {
    fn console(&self) -> Option<&ConsoleClient> {
        self.provider.console.as_ref()
    }
}

/// The request that makes a token of a code. A secret goes in a header where the provider takes that, as it must by default.
fn token_request(
    discovery: &Discovery,
    client: &ConsoleClient,
    (code, begun): (&str, &Begun),
) -> Result<Request<Bytes>, TokenError> {
    let place = discovery.token_endpoint.as_deref().ok_or_else(|| unreachable("it says nowhere to get tokens"))?;
    let mut members = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", &*begun.redirect_uri),
        ("client_id", &*client.client_id),
        ("code_verifier", &*begun.verifier),
    ];
    let methods = &discovery.token_endpoint_auth_methods_supported;
    let takes = |name: &str| methods.iter().any(|method| method == name);
    let in_form = takes("client_secret_post") && !takes("client_secret_basic");
    let mut request = Request::post(place)
        .header(header::ACCEPT, "application/json")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    if let Some(secret) = &client.client_secret {
        if in_form {
            members.push(("client_secret", secret));
        } else {
            let pair = Zeroizing::new(format!("{}:{}", encoded(&client.client_id), encoded(secret)));
            request = request.header(header::AUTHORIZATION, format!("Basic {}", STANDARD.encode(pair.as_bytes())));
        }
    }
    request.body(Bytes::from(form(&members))).map_err(|_| unreachable("its address is none"))
}

/// The token for a code. Where the provider says no, it is not to be asked again.
async fn exchange(known: &KnownProvider, request: Request<Bytes>) -> Result<TokenAnswer, CodeFlowError> {
    let answer = known.provider.outbound.send_unsigned(request).await;
    let answer = answer.map_err(|error| TokenError::Unreachable(error.to_string()))?;
    let status = answer.status();
    if status.is_client_error() {
        tracing::warn!(%status, issuer = known.provider.issuer, "an identity provider gives no token for a code");
        return Err(CodeFlowError::Refused);
    }
    if !status.is_success() {
        return Err(TokenError::Unreachable(format!("it answers {status}")).into());
    }
    serde_json::from_slice(answer.body()).map_err(|_| unreachable("its token is not as it must be").into())
}

fn form(members: &[(&str, &str)]) -> String {
    let pairs: Vec<String> = members.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    pairs.join("&")
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, PLAIN).to_string()
}
