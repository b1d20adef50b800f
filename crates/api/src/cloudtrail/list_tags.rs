//! `ListTags` shows the tags of up to twenty resources.

use serde::{Deserialize, Serialize};

use super::tag_shape::{TagShape, tags_list};
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

const RESOURCES_MAX: usize = 20;

pub(crate) struct ListTags;

// The token is reserved: no answer has one, and what a request says is passed over.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    resource_id_list: Option<Vec<String>>,
    next_token: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Response {
    resource_tag_list: Vec<ResourceTag>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ResourceTag {
    resource_id: String,
    tags_list: Vec<TagShape>,
}

impl Operation for ListTags {
    const NAME: &'static str = "ListTags";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::CloudTrailARNInvalidException,
        ErrorCode::ResourceNotFoundException,
        ErrorCode::ResourceTypeNotSupportedException,
    ];
    type Request = Request;
    type Response = Response;

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let ids = request.resource_id_list.unwrap_or_default();
        check_count(ids.len())?;
        let listed = ids.into_iter().map(|resource_id| {
            let trail = cx.tagged_trail(Some(&resource_id))?;
            Ok(ResourceTag { resource_id, tags_list: tags_list(trail.tags) })
        });
        Ok(Response { resource_tag_list: listed.collect::<Result<_, ApiError>>()?, next_token: None })
    }
}

fn check_count(count: usize) -> Result<(), ApiError> {
    let rule = match count {
        0 => "greater than or equal to 1",
        1..=RESOURCES_MAX => return Ok(()),
        _ => "less than or equal to 20",
    };
    let message = format!(
        "1 validation error detected: Value at 'resourceIdList' failed to satisfy constraint: Member must have length {rule}"
    );
    Err(ApiError::new(ErrorCode::ValidationException, message))
}
