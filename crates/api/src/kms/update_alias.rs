//! `UpdateAlias` lets a name stand for another key.

use serde::{Deserialize, Serialize};

use super::failure::refuse;
use super::requests::required;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct UpdateAlias;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    alias_name: Option<String>,
    target_key_id: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Response {}

impl Operation for UpdateAlias {
    const NAME: &'static str = "UpdateAlias";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::KMSInvalidStateException, ErrorCode::NotFoundException];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        let alias = request.alias_name.as_deref();
        vec![cx.ask_on_alias(alias), cx.ask_on_key(alias), cx.ask_on_key(request.target_key_id.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let name = required("aliasName", request.alias_name.as_deref())?;
        let target = required("targetKeyId", request.target_key_id.as_deref())?;
        cx.services.kms.update_alias(&cx.key_place(), name, target).await.map_err(refuse)?;
        Ok(Response {})
    }
}
