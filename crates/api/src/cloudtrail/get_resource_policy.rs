//! `GetResourcePolicy` shows the policy of an event data store, a dashboard or a channel.

use serde::{Deserialize, Serialize};

use super::policy_target::no_such_target;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct GetResourcePolicy;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    resource_arn: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Response {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    resource_arn: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    resource_policy: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    delegated_admin_resource_policy: Option<String>,
}

impl Operation for GetResourcePolicy {
    const NAME: &'static str = "GetResourcePolicy";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::ResourceARNNotValidException,
        ErrorCode::ResourceNotFoundException,
        ErrorCode::ResourceTypeNotSupportedException,
    ];
    type Request = Request;
    type Response = Response;

    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_resource(request.resource_arn.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        Err::<Response, _>(no_such_target(cx, request.resource_arn.as_deref()))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::fixture::{Fixture, arn};

    #[tokio::test]
    async fn each_wrong_resource_has_its_error() {
        let fixture = Fixture::new().await;
        let of = |resource: &str| format!("arn:aws:cloudtrail:us-east-1:123456789012:{resource}");
        for (resource, code) in [
            (None, "ResourceARNNotValidException"),
            (Some("my-store".to_owned()), "ResourceARNNotValidException"),
            (Some("arn:aws:s3:::bucket".to_owned()), "ResourceARNNotValidException"),
            (Some("arn:aws:cloudtrail:us-east-1:1:channel/c".to_owned()), "ResourceARNNotValidException"),
            (Some(of("channel/a b")), "ResourceARNNotValidException"),
            (Some(of("channel")), "ResourceARNNotValidException"),
            (Some(of(&format!("channel/{}", "x".repeat(256)))), "ResourceARNNotValidException"),
            (Some(arn("main")), "ResourceTypeNotSupportedException"),
            (Some(of("eventdatastore/12345678-1234-1234-1234-123456789012")), "ResourceNotFoundException"),
            (Some(of("dashboard/AWS")), "ResourceNotFoundException"),
        ] {
            let request = json!({"ResourceArn": resource});
            let (got, message) = fixture.call("GetResourcePolicy", request).await.unwrap_err();
            assert_eq!(got, code, "{resource:?}: {message}");
        }
    }
}
