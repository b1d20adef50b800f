//! `GetOpenIDConnectProvider` tells of an identity provider that the account believes. Of those of the settings no date is
//! known.

use serde::{Deserialize, Serialize};

use super::shapes::TagShape;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::wire_time::IsoTime;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct GetOpenIDConnectProvider;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Request {
    #[serde(rename = "OpenIDConnectProviderArn")]
    arn: Option<String>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Response {
    url: Option<String>,
    #[serde(rename = "ClientIDList")]
    client_id_list: Option<Vec<String>>,
    thumbprint_list: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    create_date: Option<IsoTime>,
    tags: Option<Vec<TagShape>>,
}

impl Operation for GetOpenIDConnectProvider {
    const NAME: &'static str = "GetOpenIDConnectProvider";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::InvalidInput, ErrorCode::NoSuchEntity];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_provider(request.arn.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let arn = request.arn.unwrap_or_default();
        let made = cx.services.iam.identity_provider(&arn).filter(|made| made.account == cx.caller.account);
        if let Some(made) = made.filter(|_| !cx.is_declared_provider(&arn)) {
            let name = made.url.split_once("://").map_or(&*made.url, |(_, name)| name);
            return Ok(Response {
                url: Some(name.trim_end_matches('/').to_owned()),
                client_id_list: Some(made.client_ids.clone()),
                thumbprint_list: Some(made.thumbprints.clone()),
                create_date: Some(IsoTime(made.created_at)),
                tags: Some(TagShape::some(&made.tags).unwrap_or_default()),
            });
        }
        let providers = cx.services.sign_in.providers(cx.caller.account);
        let found = providers.iter().find(|provider| provider.arn() == arn).ok_or_else(|| {
            let shown: String = arn.chars().take(256).collect();
            let message = format!("OpenIDConnect Provider not found for arn {shown}");
            ApiError::new(ErrorCode::NoSuchEntity, message)
        })?;
        Ok(Response {
            url: Some(found.name().to_owned()),
            client_id_list: Some(found.client_ids.clone()),
            // Keys are fetched over a connection that the system's roots vouch for.
            thumbprint_list: Some(Vec::new()),
            create_date: None,
            tags: Some(Vec::new()),
        })
    }
}
