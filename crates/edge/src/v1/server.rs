//! `GET /v1/status`, `/v1/settings` and `/v1/gateways`: what the server tells of itself.

use cairn_api::{ApiError, ErrorCode};
use cairn_identity::Verified;
use serde_json::{Value, json};

use super::request::arguments;
use crate::front::Visit;
use crate::routes::Served;
use crate::server_view::ServerView;

/// How the server is.
pub(crate) async fn status(visit: Visit<'_>, verified: &Verified, _body: &[u8]) -> Served {
    let view = match permitted(visit, verified, "cairn:GetStatus") {
        Ok(view) => view,
        Err(error) => return error.into(),
    };
    let account = verified.caller.account;
    let Ok(mut shown) = serde_json::to_value(view.status(account).await) else { return ApiError::internal().into() };
    shown["account"] = account.as_str().into();
    shown["region"] = verified.region.as_str().into();
    answer(visit, shown)
}

/// Every setting with its origin.
pub(crate) async fn settings(visit: Visit<'_>, verified: &Verified, _body: &[u8]) -> Served {
    match permitted(visit, verified, "cairn:GetSettings") {
        Ok(view) => answer(visit, json!({ "settings": view.settings() })),
        Err(error) => error.into(),
    }
}

/// The gateways of the caller's account.
pub(crate) async fn gateways(visit: Visit<'_>, verified: &Verified, _body: &[u8]) -> Served {
    match permitted(visit, verified, "cairn:ListGateways") {
        Ok(view) => answer(visit, json!({ "gateways": view.gateways(verified.caller.account) })),
        Err(error) => error.into(),
    }
}

fn permitted<'v>(visit: Visit<'v>, verified: &Verified, action: &'static str) -> Result<&'v dyn ServerView, ApiError> {
    visit.context(verified).permit_action(action, &[])?;
    arguments(visit.head.uri.query().unwrap_or_default(), &[])?;
    let untold = || ApiError::new(ErrorCode::ServiceUnavailable, "The server does not tell this of itself.");
    visit.front.probes.view().ok_or_else(untold)
}

fn answer(visit: Visit<'_>, shown: Value) -> Served {
    Served { parameters: None, result: Ok(visit.later(move || shown.to_string())) }
}
