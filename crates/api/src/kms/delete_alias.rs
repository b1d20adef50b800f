//! `DeleteAlias` takes a name away from its key.

use serde::{Deserialize, Serialize};

use super::failure::refuse;
use super::requests::required;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct DeleteAlias;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    alias_name: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Response {}

impl Operation for DeleteAlias {
    const NAME: &'static str = "DeleteAlias";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::NotFoundException];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        let alias = request.alias_name.as_deref();
        vec![cx.ask_on_alias(alias), cx.ask_on_key(alias)]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let name = required("aliasName", request.alias_name.as_deref())?;
        cx.services.kms.delete_alias(&cx.key_place(), name).await.map_err(refuse)?;
        Ok(Response {})
    }
}
