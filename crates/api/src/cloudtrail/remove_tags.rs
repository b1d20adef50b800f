//! `RemoveTags` removes tags by their keys; keys that are not there are fine.

use serde::{Deserialize, Serialize};

use super::tag_shape::{TagShape, tags_by_key};
use super::trail_ask::pairs;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct RemoveTags;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    resource_id: Option<String>,
    tags_list: Option<Vec<TagShape>>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Response {}

impl Operation for RemoveTags {
    const NAME: &'static str = "RemoveTags";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::ChannelARNInvalidException,
        ErrorCode::ChannelNotFoundException,
        ErrorCode::CloudTrailARNInvalidException,
        ErrorCode::ConflictException,
        ErrorCode::EventDataStoreARNInvalidException,
        ErrorCode::EventDataStoreNotFoundException,
        ErrorCode::InvalidTagParameterException,
        ErrorCode::NotOrganizationMasterAccountException,
        ErrorCode::ResourceNotFoundException,
        ErrorCode::ResourceTypeNotSupportedException,
    ];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        let names = pairs(request.tags_list.as_ref()).map(|(name, _)| name.to_owned()).collect();
        vec![cx.ask_on_resource(request.resource_id.as_deref()).naming_tags(names)]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let trail = cx.tagged_trail_at_home(request.resource_id.as_deref())?;
        let keys = tags_by_key(request.tags_list.unwrap_or_default())?.into_keys().collect();
        cx.services.catalog.remove_tags(&trail.id, keys).await?;
        Ok(Response {})
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::fixture::{Fixture, arn};

    #[tokio::test]
    async fn tags_go_by_their_keys_whatever_values_are_named() {
        let fixture = Fixture::new().await;
        let arn = fixture.create_trail("main").await;
        let tags = json!([{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]);
        fixture.call("AddTags", json!({"ResourceId": arn, "TagsList": tags})).await.unwrap();
        let request = json!({"ResourceId": arn, "TagsList": [{"Key": "a", "Value": "else"}, {"Key": "never"}]});
        assert_eq!(fixture.call("RemoveTags", request).await.unwrap(), json!({}));
        let listed = fixture.call("ListTags", json!({"ResourceIdList": [arn]})).await.unwrap();
        assert_eq!(listed["ResourceTagList"][0]["TagsList"], json!([{"Key": "b", "Value": "2"}]));
    }

    #[tokio::test]
    async fn each_wrong_resource_or_tag_has_its_error() {
        let fixture = Fixture::new().await;
        let main = fixture.create_trail("main").await;
        let query = "arn:aws:cloudtrail:us-east-1:123456789012:query/x".to_owned();
        for (resource, key, code) in [
            ("main".to_owned(), "k", "CloudTrailARNInvalidException"),
            (arn("absent"), "k", "ResourceNotFoundException"),
            (query, "k", "ResourceTypeNotSupportedException"),
            (main, "", "InvalidTagParameterException"),
        ] {
            let request = json!({"ResourceId": resource, "TagsList": [{"Key": key}]});
            assert_eq!(fixture.call("RemoveTags", request).await.unwrap_err().0, code);
        }
    }
}
