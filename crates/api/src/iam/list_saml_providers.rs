//! `ListSAMLProviders` names the SAML providers of the account, of which there are none.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct ListSAMLProviders;

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Request {}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Response {
    #[serde(rename = "SAMLProviderList")]
    saml_provider_list: Option<Vec<Value>>,
}

impl Operation for ListSAMLProviders {
    const NAME: &'static str = "ListSAMLProviders";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[];
    type Request = Request;
    type Response = Response;

    async fn run(_: &Context, _: Request) -> Result<Response, ApiError> {
        Ok(Response { saml_provider_list: Some(Vec::new()) })
    }
}
