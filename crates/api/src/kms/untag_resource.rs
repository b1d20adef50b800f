//! `UntagResource` takes tags from a key.

use serde::{Deserialize, Serialize};

use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct UntagResource;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    key_id: Option<String>,
    tag_keys: Option<Vec<String>>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Response {}

impl Operation for UntagResource {
    const NAME: &'static str = "UntagResource";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::KMSInvalidStateException, ErrorCode::NotFoundException];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        let names = request.tag_keys.clone().unwrap_or_default();
        vec![cx.ask_on_key(request.key_id.as_deref()).naming_tags(names)]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let names = request.tag_keys.unwrap_or_default();
        cx.change_key(request.key_id.as_deref(), |key| {
            key.check_changeable()?;
            key.tags.retain(|name, _| !names.contains(name));
            Ok(())
        })
        .await?;
        Ok(Response {})
    }
}
