//! `AssumeRoleWithWebIdentity` gives temporary credentials of a role to whom an identity provider vouches for. It is
//! not signed: the provider's token stands in for a signature.

use std::sync::Arc;
use std::time::Duration;

use cairn_identity::{Caller, Holder, NewSession, Principal, Session, Vouched};
use cairn_signin::TokenError;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::assume_role::{AssumedRoleUser, account_and_path};
use super::credentials_shape::{CredentialsShape, without_secrets};
use super::session_request::{PolicyArnShape, checked_name, checked_transitive, packed_size, refused};
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode, Protocol, Services};

pub(crate) struct AssumeRoleWithWebIdentity;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    role_arn: Option<String>,
    role_session_name: Option<String>,
    web_identity_token: Option<String>,
    provider_id: Option<String>,
    policy_arns: Option<Vec<PolicyArnShape>>,
    policy: Option<String>,
    duration_seconds: Option<u32>,
    minimum_session_token_size: Option<u32>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Response {
    pub(super) credentials: CredentialsShape,
    subject_from_web_identity_token: String,
    assumed_role_user: AssumedRoleUser,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    packed_policy_size: Option<u32>,
    provider: String,
    audience: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    source_identity: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    session_token_size: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    session_token_utilization: Option<u32>,
}

impl Request {
    /// A request for so many seconds of a role, for which somebody is vouched already.
    pub(super) fn of_vouched((role_arn, session_name): (&str, &str), seconds: u32) -> Self {
        Self {
            role_arn: Some(role_arn.to_owned()),
            role_session_name: Some(session_name.to_owned()),
            duration_seconds: Some(seconds),
            ..Self::default()
        }
    }
}

/// The longest session tags' key and value in characters.
const TAG_LENGTHS_MAX: (usize, usize) = (128, 256);
const TAGS_MAX: usize = 50;

/// Who sends such a request: whoever the provider of its token vouches for. `body` is the request's form.
///
/// # Errors
/// What the service model has for tokens that are not believed, and `SerializationException`.
pub async fn authenticate_web_identity(
    services: &Services,
    body: &[u8],
    now: cairn_model::Timestamp,
) -> Result<Caller, ApiError> {
    let request: Request = Protocol::AwsQuery.read(body)?;
    let missing = || ApiError::new(ErrorCode::InvalidIdentityToken, "The request has no WebIdentityToken.");
    if request.provider_id.is_some() {
        let message = "ProviderId is for tokens of OAuth 2.0, which are not taken: tokens of OpenID Connect are.";
        return Err(refused(message));
    }
    let token = request.web_identity_token.ok_or_else(missing)?;
    let arn = request.role_arn.as_deref().unwrap_or_default();
    let (account, _) = account_and_path(arn).ok_or_else(|| refused(format!("{} is invalid", arn.escape_debug())))?;
    let vouched = services.sign_in.vouched(account, &token, now).await.map_err(|error| not_believed(&error))?;
    Ok(Caller::vouched(account, vouched))
}

fn not_believed(error: &TokenError) -> ApiError {
    let code = match error {
        TokenError::Malformed(_)
        | TokenError::UnknownIssuer(_)
        | TokenError::UnknownKey
        | TokenError::WrongSignature
        | TokenError::WrongAudience => ErrorCode::InvalidIdentityToken,
        TokenError::Claim(_) => ErrorCode::IDPRejectedClaim,
        TokenError::Expired { .. } => ErrorCode::ExpiredWebIdentityToken,
        TokenError::Unreachable(_) => ErrorCode::IDPCommunicationError,
    };
    // Whoever asks is a stranger, and is not told what the way to the provider looks like.
    let message = match error {
        TokenError::Unreachable(_) => "The identity provider cannot be asked for its keys.".to_owned(),
        TokenError::UnknownIssuer(issuer) => {
            let shown: String = issuer.chars().filter(|c| !c.is_control()).take(256).collect();
            format!("No OpenIDConnect provider found in your account for {shown}")
        }
        TokenError::Malformed(_)
        | TokenError::UnknownKey
        | TokenError::WrongSignature
        | TokenError::WrongAudience
        | TokenError::Claim(_)
        | TokenError::Expired { .. } => error.to_string(),
    };
    ApiError::new(code, message)
}

impl Operation for AssumeRoleWithWebIdentity {
    const NAME: &'static str = "AssumeRoleWithWebIdentity";
    const ACCESS: Access = Access::Issue;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::ExpiredWebIdentityToken,
        ErrorCode::IDPCommunicationError,
        ErrorCode::IDPRejectedClaim,
        ErrorCode::InvalidIdentityToken,
        ErrorCode::MalformedPolicyDocument,
        ErrorCode::PackedPolicyTooLarge,
    ];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        let arn = request.role_arn.as_deref().unwrap_or_default();
        let name = request.role_session_name.clone();
        let Principal::WebIdentity(vouched) = &cx.caller.principal else {
            // A signature proves nothing about a token.
            return vec![Ask::itself().on(arn).guarded(cx.caller.account, None)];
        };
        let ask = |ask: Ask| cx.ask_on_trust_of(arn, told(vouched, ask.with_all("sts:RoleSessionName", name.clone())));
        let mut asks = vec![ask(Ask::itself())];
        if !vouched.tags.is_empty() {
            asks.push(ask(Ask::to("sts:TagSession")));
        }
        if vouched.source_identity.is_some() {
            asks.push(ask(Ask::to("sts:SetSourceIdentity")));
        }
        asks
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let Principal::WebIdentity(vouched) = &cx.caller.principal else {
            return Err(ApiError::new(ErrorCode::AccessDenied, "The request is not to be signed."));
        };
        let vouched = Arc::clone(vouched);
        let name = checked_name("roleSessionName", request.role_session_name.as_deref(), &(2..=64))?;
        let arn = request.role_arn.as_deref().unwrap_or_default();
        let role = cx.role(arn).ok_or_else(|| refused(format!("{arn} is invalid")))?;
        let seconds = cx.role_seconds(request.duration_seconds, &role)?;
        let mut session = Session::new(cx.received_at, cx.received_at.plus(Duration::from_secs(seconds.into())));
        session.source_identity.clone_from(&vouched.source_identity);
        session.tags = checked_claimed_tags(&vouched)?;
        let names = vouched.transitive_tag_keys.iter().cloned().collect();
        session.transitive_tag_keys = checked_transitive(Some(names), &session.tags)?;
        session.web_identity = Some(Box::new(vouched.identity.clone()));
        session.chain = cx.caller.chain_of_next();
        let limits = cx.checked_limits(request.policy, request.policy_arns)?;
        let packed_policy_size = packed_size(&limits, &session.tags);
        let assumed_role_user = AssumedRoleUser::of(&role, &name);
        cx.tell_of_break_glass(arn, Self::NAME).await?;
        let credentials = cx.issue(NewSession {
            account: role.account,
            holder: Holder::Role { id: role.id.clone(), session_name: name },
            session,
            policies: limits.policies,
            policy_arns: limits.policy_arns,
        })?;
        let (session_token_size, session_token_utilization) = credentials.token_size();
        Ok(Response {
            credentials,
            subject_from_web_identity_token: vouched.identity.subject.clone(),
            assumed_role_user,
            packed_policy_size,
            provider: vouched.identity.provider.clone(),
            audience: vouched.identity.audience.clone(),
            source_identity: vouched.source_identity.clone(),
            session_token_size,
            session_token_utilization,
        })
    }

    fn parameters(request: &Request) -> Value {
        let mut parameters = serde_json::to_value(request).unwrap_or_default();
        if let Some(members) = parameters.as_object_mut() {
            members.remove("WebIdentityToken");
        }
        parameters
    }

    fn elements(response: &Response) -> Value {
        without_secrets(response)
    }
}

/// Tells policies what the token says: keys that begin with the provider's name.
fn told(vouched: &Vouched, ask: Ask) -> Ask {
    let key = |claim: &str| format!("{}:{claim}", vouched.provider_name);
    ask.with(key("aud"), vouched.identity.audience.clone())
        .with("aws:FederatedProvider", vouched.identity.provider.clone())
        .with(key("sub"), vouched.identity.subject.clone())
        .with_all(&key("oaud"), vouched.audiences.clone())
        .with_all(&key("amr"), vouched.methods.clone())
        .with_all("sts:SourceIdentity", vouched.source_identity.clone())
        .with_all("sts:TransitiveTagKeys", vouched.transitive_tag_keys.iter().cloned())
        .requesting(vouched.tags.iter().map(|(key, value)| (key.as_str(), value.as_str())))
}

/// The session tags of a token.
fn checked_claimed_tags(vouched: &Vouched) -> Result<std::collections::BTreeMap<String, String>, ApiError> {
    let (key_max, value_max) = TAG_LENGTHS_MAX;
    let fits = |(key, value): (&String, &String)| {
        !key.is_empty() && key.chars().count() <= key_max && value.chars().count() <= value_max
    };
    if vouched.tags.len() > TAGS_MAX || !vouched.tags.iter().all(fits) {
        let message = "The token's session tags are more than 50, or their keys or values are too long.";
        return Err(ApiError::new(ErrorCode::IDPRejectedClaim, message));
    }
    Ok(vouched.tags.clone())
}
