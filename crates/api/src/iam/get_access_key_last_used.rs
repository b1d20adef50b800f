//! `GetAccessKeyLastUsed` says when an access key was last used, and whose it is.

use serde::{Deserialize, Serialize};

use super::requests::required;
use super::shapes::LastUsedShape;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct GetAccessKeyLastUsed;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    access_key_id: Option<String>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Response {
    user_name: Option<String>,
    access_key_last_used: Option<LastUsedShape>,
}

impl Operation for GetAccessKeyLastUsed {
    const NAME: &'static str = "GetAccessKeyLastUsed";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_key_owner(request.access_key_id.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let id = required("accessKeyId", request.access_key_id)?;
        let own = cx.services.iam.key(&id).filter(|key| key.account == cx.caller.account);
        let (name, used) = own.and_then(|key| cx.services.iam.key_last_used(&key.id)).ok_or_else(|| {
            let message = format!(
                "User {} is not authorized to perform: iam:GetAccessKeyLastUsed on resource: access key {id}",
                cx.caller.arn()
            );
            ApiError::new(ErrorCode::AccessDenied, message)
        })?;
        Ok(Response { user_name: Some(name), access_key_last_used: Some(LastUsedShape::of(used)) })
    }
}
