//! `DeleteOpenIDConnectProvider` deletes an identity provider that a call made. One that is not there is as good as deleted.

use serde::{Deserialize, Serialize};

use super::failure::refuse;
use super::requests::required;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct DeleteOpenIDConnectProvider;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    #[serde(rename = "OpenIDConnectProviderArn")]
    arn: Option<String>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Response {}

impl Operation for DeleteOpenIDConnectProvider {
    const NAME: &'static str = "DeleteOpenIDConnectProvider";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::InvalidInput];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_provider(request.arn.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let arn = required("openIDConnectProviderArn", request.arn)?;
        cx.check_changeable_provider(&arn).map_err(refuse::<Self>)?;
        cx.services.iam.delete_identity_provider(cx.caller.account, &arn).await.map_err(refuse::<Self>)?;
        Ok(Response {})
    }
}
