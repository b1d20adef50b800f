//! `DeleteResourcePolicy` removes the policy of an event data store, a dashboard or a channel.

use serde::{Deserialize, Serialize};

use super::policy_target::no_such_target;
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct DeleteResourcePolicy;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    resource_arn: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Response {}

impl Operation for DeleteResourcePolicy {
    const NAME: &'static str = "DeleteResourcePolicy";
    const ACCESS: Access = Access::Write;
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
        let channel = "arn:aws:cloudtrail:us-east-1:123456789012:channel/12345678-1234-1234-1234-123456789012";
        for (resource, code) in [
            ("", "ResourceARNNotValidException"),
            (&arn("main"), "ResourceTypeNotSupportedException"),
            (channel, "ResourceNotFoundException"),
        ] {
            let request = json!({"ResourceArn": resource});
            assert_eq!(fixture.call("DeleteResourcePolicy", request).await.unwrap_err().0, code);
        }
    }
}
