//! `GenerateCredentialReport` asks for a credential report, which is ready at once.

use serde::{Deserialize, Serialize};

use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct GenerateCredentialReport;

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Request {}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Response {
    state: Option<String>,
    description: Option<String>,
}

impl Operation for GenerateCredentialReport {
    const NAME: &'static str = "GenerateCredentialReport";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[];
    type Request = Request;
    type Response = Response;

    async fn run(_: &Context, _: Request) -> Result<Response, ApiError> {
        Ok(Response { state: Some("COMPLETE".to_owned()), description: None })
    }
}
