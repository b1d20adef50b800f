//! `DescribeOrganization` shows the organization that the caller's account is in.

use serde::{Deserialize, Serialize};

use super::account_shape::OrganizationShape;
use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct DescribeOrganization;

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Request {}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Response {
    organization: OrganizationShape,
}

impl Operation for DescribeOrganization {
    const NAME: &'static str = "DescribeOrganization";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::AWSOrganizationsNotInUseException];
    type Request = Request;
    type Response = Response;

    async fn run(cx: &Context, _: Request) -> Result<Response, ApiError> {
        Ok(Response { organization: OrganizationShape::from(&cx.organization()?) })
    }
}
