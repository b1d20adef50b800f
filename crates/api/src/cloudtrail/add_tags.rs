//! `AddTags` adds tags to a resource, or gives those that are there new values.

use serde::{Deserialize, Serialize};

use super::tag_shape::{TagShape, tags_by_key};
use super::trail_ask::pairs;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct AddTags;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    resource_id: Option<String>,
    tags_list: Option<Vec<TagShape>>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Response {}

impl Operation for AddTags {
    const NAME: &'static str = "AddTags";
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
        ErrorCode::TagsLimitExceededException,
    ];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_resource(request.resource_id.as_deref()).requesting(pairs(request.tags_list.as_ref()))]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let trail = cx.tagged_trail_at_home(request.resource_id.as_deref())?;
        let tags = tags_by_key(request.tags_list.unwrap_or_default())?;
        cx.services.catalog.add_tags(&trail.id, tags).await?;
        Ok(Response {})
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::fixture::{Fixture, arn};

    async fn add(fixture: &Fixture, resource: &str, tags: Value) -> Result<Value, (String, String)> {
        fixture.call("AddTags", json!({"ResourceId": resource, "TagsList": tags})).await
    }

    #[tokio::test]
    async fn tags_are_added_and_get_new_values() {
        let fixture = Fixture::new().await;
        let arn = fixture.create_trail("main").await;
        add(&fixture, &arn, json!([{"Key": "a", "Value": "1"}, {"Key": "b"}])).await.unwrap();
        assert_eq!(add(&fixture, &arn, json!([{"Key": "a", "Value": "2"}])).await.unwrap(), json!({}));
        let listed = fixture.call("ListTags", json!({"ResourceIdList": [arn]})).await.unwrap();
        let expected = json!([{"ResourceId": arn, "TagsList": [{"Key": "a", "Value": "2"}, {"Key": "b"}]}]);
        assert_eq!(listed["ResourceTagList"], expected);
    }

    #[tokio::test]
    async fn each_wrong_tag_has_its_error() {
        let fixture = Fixture::new().await;
        let arn = fixture.create_trail("main").await;
        let many: Vec<_> = (0..51).map(|n| json!({"Key": format!("k{n}")})).collect();
        for (tags, code) in [
            (json!([{"Value": "x"}]), "InvalidTagParameterException"),
            (json!([{"Key": "k".repeat(129)}]), "InvalidTagParameterException"),
            (json!([{"Key": "k", "Value": "v".repeat(257)}]), "InvalidTagParameterException"),
            (json!([{"Key": "aws:k"}]), "InvalidTagParameterException"),
            (json!([{"Key": "a<b"}]), "InvalidTagParameterException"),
            (json!([{"Key": "k"}, {"Key": "k"}]), "InvalidTagParameterException"),
            (json!(many), "TagsLimitExceededException"),
        ] {
            assert_eq!(add(&fixture, &arn, tags.clone()).await.unwrap_err().0, code, "{tags}");
        }
    }

    #[tokio::test]
    async fn each_wrong_resource_has_its_error() {
        let fixture = Fixture::new().await;
        let main = fixture.create_multi_region_trail("main").await;
        let other = |resource: &str| format!("arn:aws:cloudtrail:us-east-1:123456789012:{resource}");
        for (resource, code) in [
            ("main".to_owned(), "CloudTrailARNInvalidException"),
            (String::new(), "CloudTrailARNInvalidException"),
            ("arn:aws:s3:::b".to_owned(), "CloudTrailARNInvalidException"),
            (arn("absent"), "ResourceNotFoundException"),
            (main.replace("123456789012", "111122223333"), "ResourceNotFoundException"),
            (other("eventdatastore/x"), "EventDataStoreNotFoundException"),
            (other("eventdatastore/"), "EventDataStoreARNInvalidException"),
            (other("channel/x"), "ChannelNotFoundException"),
            (other("channel/"), "ChannelARNInvalidException"),
            (other("dashboard/x"), "ResourceNotFoundException"),
            (other("query/x"), "ResourceTypeNotSupportedException"),
        ] {
            assert_eq!(add(&fixture, &resource, json!([{"Key": "k"}])).await.unwrap_err().0, code, "{resource}");
        }
        let request = json!({"ResourceId": main, "TagsList": [{"Key": "k"}]});
        let (code, message) = fixture.call_in("eu-west-1", "AddTags", request).await.unwrap_err();
        assert_eq!(code, "ResourceNotFoundException");
        assert!(message.contains("us-east-1"), "{message}");
    }
}
