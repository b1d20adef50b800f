//! `LeaveOrganization` takes the caller's account out of its organization.

use serde::{Deserialize, Serialize};

use crate::operation::Operation;
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct LeaveOrganization;

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Request {}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Response {}

impl Operation for LeaveOrganization {
    const NAME: &'static str = "LeaveOrganization";
    const ACCESS: Access = Access::Write;
    const ERRORS: &'static [ErrorCode] = &[
        ErrorCode::AWSOrganizationsNotInUseException,
        ErrorCode::ConstraintViolationException,
        ErrorCode::MasterCannotLeaveOrganizationException,
    ];
    type Request = Request;
    type Response = Response;

    async fn run(cx: &Context, _: Request) -> Result<Response, ApiError> {
        let (by, now) = (cx.caller.account, cx.stop_now());
        cx.change_organizations(move |all| all.remove_account(by, by, now)).await?;
        Ok(Response {})
    }
}
