//! `GetFederationToken` gives temporary credentials under another name, which can do what both the caller and the session
//! policies allow.

use std::ops::RangeInclusive;
use std::time::Duration;

use cairn_identity::{Holder, NewSession, Principal, Session};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::credentials_shape::{CredentialsShape, without_secrets};
use super::session_request::{PolicyArnShape, TagShape, checked_duration, checked_name, checked_tags, packed_size};
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct GetFederationToken;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    name: Option<String>,
    policy: Option<String>,
    policy_arns: Option<Vec<PolicyArnShape>>,
    duration_seconds: Option<u32>,
    tags: Option<Vec<TagShape>>,
    minimum_session_token_size: Option<u32>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct FederatedUser {
    federated_user_id: String,
    arn: String,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Response {
    credentials: CredentialsShape,
    federated_user: FederatedUser,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    packed_policy_size: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    session_token_size: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    session_token_utilization: Option<u32>,
}

const SECONDS: RangeInclusive<u32> = 900..=129_600;
const SECONDS_DEFAULT: u32 = 43_200;
const ROOT_SECONDS_MAX: u32 = 3600;

impl Operation for GetFederationToken {
    const NAME: &'static str = "GetFederationToken";
    const ACCESS: Access = Access::Issue;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::MalformedPolicyDocument, ErrorCode::PackedPolicyTooLarge];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        let name = request.name.as_deref().unwrap_or_default();
        let arn = format!("arn:aws:sts::{}:federated-user/{name}", cx.caller.account);
        let tags = || request.tags.iter().flatten().map(TagShape::pair);
        let mut asks = vec![Ask::itself().on(&*arn).requesting(tags())];
        if tags().next().is_some() {
            asks.push(Ask::to("sts:TagSession").on(arn).requesting(tags()));
        }
        asks
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let name = checked_name("name", request.name.as_deref(), &(2..=32))?;
        let (user_id, most) = match (&cx.caller.principal, &cx.caller.session) {
            (Principal::Root, None) => (None, ROOT_SECONDS_MAX),
            (Principal::User(user), None) => (Some(user.id.clone()), *SECONDS.end()),
            _ => {
                let message = "Cannot call GetFederationToken with session credentials";
                return Err(ApiError::new(ErrorCode::AccessDenied, message));
            }
        };
        let seconds = checked_duration(request.duration_seconds.unwrap_or(SECONDS_DEFAULT), &SECONDS)?.min(most);
        let mut session = Session::new(cx.received_at, cx.received_at.plus(Duration::from_secs(seconds.into())));
        session.tags = checked_tags(request.tags.as_deref())?;
        session.chain = cx.caller.chain_of_next();
        let limits = cx.checked_limits(request.policy, request.policy_arns)?;
        let packed_policy_size = packed_size(&limits, &session.tags);
        let account = cx.caller.account;
        let federated_user = FederatedUser {
            federated_user_id: format!("{account}:{name}"),
            arn: format!("arn:aws:sts::{account}:federated-user/{name}"),
        };
        let credentials = cx.issue(NewSession {
            account,
            holder: Holder::Federated { name, user_id },
            session,
            policies: limits.policies,
            policy_arns: limits.policy_arns,
        })?;
        let (session_token_size, session_token_utilization) = credentials.token_size();
        Ok(Response { credentials, federated_user, packed_policy_size, session_token_size, session_token_utilization })
    }

    fn elements(response: &Response) -> Value {
        without_secrets(response)
    }
}
