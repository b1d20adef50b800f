//! `ListTags` shows the tags of up to twenty resources.

use serde::{Deserialize, Serialize};

use super::tag_shape::{TagShape, tags_list};
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

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
        ErrorCode::ChannelARNInvalidException,
        ErrorCode::CloudTrailARNInvalidException,
        ErrorCode::EventDataStoreARNInvalidException,
        ErrorCode::EventDataStoreNotFoundException,
        ErrorCode::ResourceNotFoundException,
        ErrorCode::ResourceTypeNotSupportedException,
    ];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        let named = request.resource_id_list.iter().flatten();
        let asks: Vec<_> = named.map(|arn| cx.ask_on_resource(Some(arn))).collect();
        if asks.is_empty() { vec![Ask::itself()] } else { asks }
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let ids = request.resource_id_list.unwrap_or_default();
        check_count(ids.len(), cx.services.catalog.settings().list_tags_resources_max)?;
        let listed = ids.into_iter().map(|resource_id| {
            let trail = cx.listed_trail(&resource_id)?;
            Ok(ResourceTag { resource_id, tags_list: tags_list(trail.tags) })
        });
        Ok(Response { resource_tag_list: listed.collect::<Result<_, ApiError>>()?, next_token: None })
    }
}

fn check_count(count: usize, max: usize) -> Result<(), ApiError> {
    let rule = match count {
        0 => "greater than or equal to 1".to_owned(),
        count if count <= max => return Ok(()),
        _ => format!("less than or equal to {max}"),
    };
    let message = format!(
        "1 validation error detected: Value at 'resourceIdList' failed to satisfy constraint: Member must have length {rule}"
    );
    Err(ApiError::new(ErrorCode::ValidationException, message))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::fixture::{Fixture, arn};

    #[tokio::test]
    async fn up_to_twenty_resources_are_answered_in_their_order() {
        let fixture = Fixture::new().await;
        let one = fixture.create_trail("one").await;
        let two = fixture.create_trail("two").await;
        let listed = fixture.call_in("eu-west-1", "ListTags", json!({"ResourceIdList": [two, one]})).await.unwrap();
        let empty = |arn: &str| json!({"ResourceId": arn, "TagsList": []});
        assert_eq!(listed, json!({"ResourceTagList": [empty(&two), empty(&one)]}));
        fixture.call("ListTags", json!({"ResourceIdList": vec![&one; 20]})).await.unwrap();
        for request in [json!({"ResourceIdList": vec![&one; 21]}), json!({"ResourceIdList": []}), json!({})] {
            assert_eq!(fixture.call("ListTags", request).await.unwrap_err().0, "ValidationException");
        }
    }

    #[tokio::test]
    async fn each_wrong_resource_has_its_error() {
        let fixture = Fixture::new().await;
        let query = "arn:aws:cloudtrail:us-east-1:123456789012:query/x".to_owned();
        for (resource, code) in [
            ("main".to_owned(), "CloudTrailARNInvalidException"),
            (arn("absent"), "ResourceNotFoundException"),
            (query, "ResourceTypeNotSupportedException"),
        ] {
            assert_eq!(fixture.call("ListTags", json!({"ResourceIdList": [resource]})).await.unwrap_err().0, code);
        }
    }
}
