//! `GetAccountSummary` counts what the account has, beside its quotas.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::summary::summary;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct GetAccountSummary;

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Request {}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Response {
    summary_map: Option<BTreeMap<String, u64>>,
}

impl Operation for GetAccountSummary {
    const NAME: &'static str = "GetAccountSummary";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[];
    type Request = Request;
    type Response = Response;

    async fn run(cx: &Context, _: Request) -> Result<Response, ApiError> {
        Ok(Response { summary_map: Some(summary(cx)) })
    }
}
