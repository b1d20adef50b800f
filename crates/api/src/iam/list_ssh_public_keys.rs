//! `ListSSHPublicKeys` names a user's SSH keys, of which there are none.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::requests::user_or_caller;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct ListSSHPublicKeys;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    user_name: Option<String>,
    marker: Option<String>,
    max_items: Option<u32>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Response {
    #[serde(rename = "SSHPublicKeys")]
    ssh_public_keys: Option<Vec<Value>>,
    is_truncated: Option<bool>,
    marker: Option<String>,
}

impl Operation for ListSSHPublicKeys {
    const NAME: &'static str = "ListSSHPublicKeys";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::NoSuchEntity];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_user(request.user_name.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let name = user_or_caller(cx, request.user_name)?;
        let absent = || ApiError::new(ErrorCode::NoSuchEntity, format!("The user with name {name} cannot be found."));
        cx.services.iam.user(cx.caller.account, &name).ok_or_else(absent)?;
        Ok(Response { ssh_public_keys: Some(Vec::new()), is_truncated: Some(false), marker: None })
    }
}
