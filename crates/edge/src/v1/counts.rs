//! `POST /v1/counts`: how many events there are, in slots of time and by the values of fields.

use cairn_api::ApiError;
use cairn_history::CountEvents;
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
    let request = match CountEvents::parse(&body, account, visit.arrival.received_at) {
        Ok(request) => request,
        Err(error) => return ApiError::from(error).into(),
    };
    let counted = visit.front.services.history.count_events(account, &request).await;
    let result = counted.map(|answer| visit.later(move || answer.to_json())).map_err(ApiError::from);
    Served { parameters: Some(body), result }
}
