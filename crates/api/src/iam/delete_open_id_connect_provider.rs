//! `DeleteOpenIDConnectProvider` deletes an identity provider that a call made. One that is not there is as good as deleted.

use serde::{Deserialize, Serialize};

use super::failure::refuse;
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

    fn asks(_: &Context, request: &Request) -> Vec<Ask> {
        vec![Ask::itself().on(request.arn.as_deref().unwrap_or_default())]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let arn = cx.changeable_provider(request.arn, refuse::<Self>)?;
        cx.services.iam.delete_identity_provider(cx.caller.account, &arn).await.map_err(refuse::<Self>)?;
        Ok(Response {})
    }
}
