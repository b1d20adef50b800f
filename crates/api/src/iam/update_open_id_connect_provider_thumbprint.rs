//! `UpdateOpenIDConnectProviderThumbprint` replaces what an account said of an identity provider's certificates.
//! They are kept and shown: what counts is what the system's roots vouch for.

use serde::{Deserialize, Serialize};

use super::failure::refuse;
use super::requests::required;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct UpdateOpenIDConnectProviderThumbprint;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    #[serde(rename = "OpenIDConnectProviderArn")]
    arn: Option<String>,
    thumbprint_list: Option<Vec<String>>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Response {}

impl Operation for UpdateOpenIDConnectProviderThumbprint {
    const NAME: &'static str = "UpdateOpenIDConnectProviderThumbprint";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::InvalidInput, ErrorCode::NoSuchEntity];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_provider(request.arn.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let arn = required("openIDConnectProviderArn", request.arn)?;
        cx.check_changeable_provider(&arn).map_err(refuse::<Self>)?;
        let thumbprints = request.thumbprint_list.unwrap_or_default();
        cx.services.iam.update_thumbprints(cx.caller.account, &arn, thumbprints).await.map_err(refuse::<Self>)?;
        Ok(Response {})
    }
}
