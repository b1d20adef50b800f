//! `ListOpenIDConnectProviders` names the identity providers that the account believes.

use serde::{Deserialize, Serialize};

use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct ListOpenIDConnectProviders;

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Request {}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct ListEntry {
    arn: Option<String>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Response {
    #[serde(rename = "OpenIDConnectProviderList")]
    providers: Option<Vec<ListEntry>>,
}

impl Operation for ListOpenIDConnectProviders {
    const NAME: &'static str = "ListOpenIDConnectProviders";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[];
    type Request = Request;
    type Response = Response;

    async fn run(cx: &Context, _: Request) -> Result<Response, ApiError> {
        let declared = cx.services.sign_in.providers(cx.caller.account);
        let made = cx.services.iam.list_identity_providers(cx.caller.account);
        let arns = declared.iter().map(|provider| provider.arn()).chain(made.iter().map(|provider| provider.arn()));
        let arns: std::collections::BTreeSet<String> = arns.collect();
        let entries = arns.into_iter().map(|arn| ListEntry { arn: Some(arn) });
        Ok(Response { providers: Some(entries.collect()) })
    }
}
