//! `GetCredentialReport` gives the credential report of the account, as everything is now.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::credential_report::report;
use crate::operation::Operation;
use crate::wire_time::IsoTime;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct GetCredentialReport;

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Request {}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Response {
    /// The base64 of the CSV: the member is a blob.
    content: Option<String>,
    report_format: Option<String>,
    generated_time: Option<IsoTime>,
}

impl Operation for GetCredentialReport {
    const NAME: &'static str = "GetCredentialReport";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[];
    type Request = Request;
    type Response = Response;

    async fn run(cx: &Context, _: Request) -> Result<Response, ApiError> {
        Ok(Response {
            content: Some(STANDARD.encode(report(cx))),
            report_format: Some("text/csv".to_owned()),
            generated_time: Some(IsoTime(cx.received_at)),
        })
    }
}
