//! `RemoveClientIDFromOpenIDConnectProvider` takes one away of those for whom an identity provider may make tokens.

use serde::{Deserialize, Serialize};

use super::failure::refuse;
use super::requests::required;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct RemoveClientIDFromOpenIDConnectProvider;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    #[serde(rename = "OpenIDConnectProviderArn")]
    arn: Option<String>,
    #[serde(rename = "ClientID")]
    client_id: Option<String>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Response {}

impl Operation for RemoveClientIDFromOpenIDConnectProvider {
    const NAME: &'static str = "RemoveClientIDFromOpenIDConnectProvider";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::InvalidInput, ErrorCode::NoSuchEntity];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_provider(request.arn.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let client_id = required("clientID", request.client_id)?;
        let arn = required("openIDConnectProviderArn", request.arn)?;
        cx.check_changeable_provider(&arn).map_err(refuse::<Self>)?;
        cx.services.iam.remove_client_id(cx.caller.account, &arn, &client_id).await.map_err(refuse::<Self>)?;
        Ok(Response {})
    }
}
