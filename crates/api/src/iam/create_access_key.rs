//! `CreateAccessKey` gives a user an access key, whose secret is shown this once.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::failure::refuse;
use super::requests::user_or_caller;
use super::shapes::KeyShape;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct CreateAccessKey;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    user_name: Option<String>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Response {
    access_key: Option<KeyShape>,
}

impl Operation for CreateAccessKey {
    const NAME: &'static str = "CreateAccessKey";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::LimitExceeded, ErrorCode::NoSuchEntity];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_user(request.user_name.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let name = user_or_caller(cx, request.user_name)?;
        let made = cx.services.iam.create_access_key(cx.caller.account, &name).await.map_err(refuse::<Self>)?;
        Ok(Response { access_key: Some(KeyShape::of(&made)) })
    }

    fn elements(response: &Response) -> Value {
        let mut elements = serde_json::to_value(response).unwrap_or_default();
        if let Some(key) = elements.get_mut("AccessKey").and_then(Value::as_object_mut) {
            key.remove("SecretAccessKey");
        }
        elements
    }
}
