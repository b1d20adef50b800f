//! `DeleteOrganization` ends an organization that has no other accounts. Its trails become ordinary ones.

use serde::{Deserialize, Serialize};

use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct DeleteOrganization;

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Request {}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Response {}

impl Operation for DeleteOrganization {
    const NAME: &'static str = "DeleteOrganization";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] =
        &[ErrorCode::AWSOrganizationsNotInUseException, ErrorCode::OrganizationNotEmptyException];
    type Request = Request;
    type Response = Response;

    async fn run(cx: &Context, _: Request) -> Result<Response, ApiError> {
        let (by, now) = (cx.caller.account, cx.stop_now());
        cx.change_organizations(move |all| all.delete(by, now)).await?;
        Ok(Response {})
    }
}
