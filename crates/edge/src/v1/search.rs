//! `POST /v1/search`: events that meet conditions on any field, newest first, page by page.

use cairn_api::ApiError;
use cairn_history::SearchEvents;
use cairn_identity::Verified;

use crate::front::Visit;
use crate::routes::{Served, json};

pub(crate) async fn serve(visit: Visit<'_>, verified: &Verified, body: &[u8]) -> Served {
    let account = verified.caller.account;
    let permitted = visit.context(verified).permit_action("cloudtrail:LookupEvents", &[]);
    let body = match permitted.and_then(|()| json(body)) {
        Ok(body) => body,
        Err(error) => return error.into(),
    };
    let request = match SearchEvents::parse(&body, account) {
        Ok(request) => request,
        Err(error) => return ApiError::from(error).into(),
    };
    let found = visit.front.services.history.search_events(account, &request).await;
    let result = found.map(|answer| visit.later(move || answer.to_json())).map_err(ApiError::from);
    Served { parameters: Some(body), result }
}
