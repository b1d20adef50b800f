//! `PutKeyPolicy` replaces the policy of a key.

use serde::{Deserialize, Serialize};

use super::requests::{check_policy_name, checked_policy, required};
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct PutKeyPolicy;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    key_id: Option<String>,
    policy_name: Option<String>,
    policy: Option<String>,
    bypass_policy_lockout_safety_check: Option<bool>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Response {}

impl Operation for PutKeyPolicy {
    const NAME: &'static str = "PutKeyPolicy";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::KMSInvalidStateException,
        ErrorCode::MalformedPolicyDocumentException,
        ErrorCode::NotFoundException,
    ];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_key(request.key_id.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        check_policy_name(request.policy_name.as_deref())?;
        let policy = checked_policy(required("policy", request.policy.as_deref())?)?;
        if !request.bypass_policy_lockout_safety_check.unwrap_or(false) {
            cx.check_not_locked_out(request.key_id.as_deref(), &policy)?;
        }
        cx.change_key(request.key_id.as_deref(), |key| {
            key.check_changeable()?;
            key.policy = policy;
            Ok(())
        })
        .await?;
        Ok(Response {})
    }
}
