//! `GetCallerIdentity` says who signed the request.

use serde::{Deserialize, Serialize};

use crate::ask::Ask;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct GetCallerIdentity;

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Request {}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Response {
    user_id: String,
    account: String,
    arn: String,
}

impl Operation for GetCallerIdentity {
    const NAME: &'static str = "GetCallerIdentity";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[];
    type Request = Request;
    type Response = Response;

    /// Everybody may know who they are.
    fn asks(_: &Context, _: &Request) -> Vec<Ask> {
        Vec::new()
    }

    async fn run(cx: &Context, _: Request) -> Result<Response, ApiError> {
        Ok(Response { user_id: cx.caller.user_id(), account: cx.caller.account.to_string(), arn: cx.caller.arn() })
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::Fixture;
    use crate::operations;

    #[tokio::test]
    async fn the_caller_is_named_in_xml() {
        let fixture = Fixture::new().await;
        let entry = operations().iter().find(|entry| entry.name == "GetCallerIdentity").unwrap();
        let answer = entry.call(&fixture.cx, b"Action=GetCallerIdentity&Version=2011-06-15").await;
        let xml = answer.result.unwrap().write().unwrap();
        let expected = "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n  \
             <GetCallerIdentityResult>\n    <UserId>123456789012</UserId>\n    <Account>123456789012</Account>\n    \
             <Arn>arn:aws:iam::123456789012:root</Arn>\n  </GetCallerIdentityResult>\n  <ResponseMetadata>\n    \
             <RequestId>id-1</RequestId>\n  </ResponseMetadata>\n</GetCallerIdentityResponse>\n";
        assert_eq!(std::str::from_utf8(&xml).unwrap(), expected);
        assert_eq!((answer.request_parameters, answer.response_elements), (None, None));
    }
}
