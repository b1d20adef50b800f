//! `CreateOpenIDConnectProvider` makes an identity provider whose tokens `AssumeRoleWithWebIdentity` takes.

use cairn_iam::IamError;
use serde::{Deserialize, Serialize};

use super::asks::pairs;
use super::failure::refuse;
use super::requests::{required, tag_pairs};
use super::shapes::TagShape;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct CreateOpenIDConnectProvider;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    url: Option<String>,
    #[serde(rename = "ClientIDList")]
    client_id_list: Option<Vec<String>>,
    thumbprint_list: Option<Vec<String>>,
    tags: Option<Vec<TagShape>>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Response {
    #[serde(rename = "OpenIDConnectProviderArn")]
    arn: Option<String>,
    tags: Option<Vec<TagShape>>,
}

impl Operation for CreateOpenIDConnectProvider {
    const NAME: &'static str = "CreateOpenIDConnectProvider";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::ConcurrentModification,
        ErrorCode::EntityAlreadyExists,
        ErrorCode::InvalidInput,
        ErrorCode::LimitExceeded,
    ];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        let arn = arn_of(cx, request.url.as_deref().unwrap_or_default());
        let make = |ask: Ask| ask.on(&*arn).requesting(pairs(request.tags.as_deref()));
        let mut asks = vec![make(Ask::itself())];
        if request.tags.as_ref().is_some_and(|tags| !tags.is_empty()) {
            asks.push(make(Ask::to("iam:TagOpenIDConnectProvider")));
        }
        asks
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let url = required("url", request.url)?;
        let tags = tag_pairs(request.tags)?;
        if cx.is_declared_provider(&arn_of(cx, &url)) {
            let message = format!("Provider with url {url} already exists.");
            return Err(refuse::<Self>(IamError::EntityAlreadyExists(message)));
        }
        let lists = (request.client_id_list.unwrap_or_default(), request.thumbprint_list.unwrap_or_default());
        let made = cx.services.iam.create_identity_provider((cx.caller.account, &url), lists, &tags).await;
        let made = made.map_err(refuse::<Self>)?;
        Ok(Response { arn: Some(made.arn()), tags: TagShape::some(&made.tags) })
    }
}

/// The ARN that the provider of an issuer has.
fn arn_of(cx: &Context, url: &str) -> String {
    let name = url.split_once("://").map_or(url, |(_, name)| name).trim_end_matches('/');
    format!("arn:aws:iam::{}:oidc-provider/{name}", cx.caller.account)
}
