//! `PutResourcePolicy` gives an event data store, a dashboard or a channel its policy.

use serde::{Deserialize, Serialize};

use super::policy_target::{check_policy, no_such_target};
use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct PutResourcePolicy;

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    resource_arn: Option<String>,
    resource_policy: Option<String>,
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

impl Operation for PutResourcePolicy {
    const NAME: &'static str = "PutResourcePolicy";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::ResourceARNNotValidException,
        ErrorCode::ResourceNotFoundException,
        ErrorCode::ResourcePolicyNotValidException,
        ErrorCode::ResourceTypeNotSupportedException,
    ];
    type Request = Request;
    type Response = Response;

    /// The ARN's form is judged first, then the policy's text, then whether the resource exists.
    fn asks(cx: &Context, request: &Request) -> Vec<Ask> {
        vec![cx.ask_on_resource(request.resource_arn.as_deref())]
    }

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let error = no_such_target(cx, request.resource_arn.as_deref());
        if error.code == ErrorCode::ResourceNotFoundException {
            check_policy(request.resource_policy.as_deref())?;
        }
        Err::<Response, _>(error)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::fixture::{Fixture, arn};

    const STORE: &str = "arn:aws:cloudtrail:us-east-1:123456789012:eventdatastore/12345678-1234-1234-1234-123456789012";

    async fn code(fixture: &Fixture, resource: &str, policy: Value) -> String {
        let request = json!({"ResourceArn": resource, "ResourcePolicy": policy});
        fixture.call("PutResourcePolicy", request).await.unwrap_err().0
    }

    #[tokio::test]
    async fn each_bad_policy_is_refused_before_the_resource_is_looked_for() {
        let fixture = Fixture::new().await;
        let deep = format!("{}{}", "[".repeat(4000), "]".repeat(4000));
        let long = format!(r#"{{"Statement":[{{"Sid":"{}"}}]}}"#, "x".repeat(8192));
        for policy in
            [json!(null), json!(""), json!("{"), json!("[]"), json!(r#"{"Statement":[]}"#), json!(deep), json!(long)]
        {
            assert_eq!(code(&fixture, STORE, policy.clone()).await, "ResourcePolicyNotValidException", "{policy}");
        }
        let good = json!(r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow"}]}"#);
        assert_eq!(code(&fixture, STORE, good.clone()).await, "ResourceNotFoundException");
        assert_eq!(code(&fixture, &arn("main"), good.clone()).await, "ResourceTypeNotSupportedException");
        assert_eq!(code(&fixture, "main", good).await, "ResourceARNNotValidException");
    }
}
