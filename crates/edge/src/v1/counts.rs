//! `POST /v1/counts`: how many events there are, in slots of time and by the values of fields.

use cairn_api::ApiError;
use cairn_history::CountEvents;
use cairn_identity::Verified;

use crate::front::Visit;
use crate::outcome::Pending;
use crate::routes::{Served, json};

pub(crate) async fn serve(visit: Visit<'_>, verified: &Verified, body: &[u8]) -> Served {
    let parameters = serde_json::from_slice(body).ok();
    let result = answer(visit, verified, body).await;
    Served { parameters, result }
}

async fn answer(visit: Visit<'_>, verified: &Verified, body: &[u8]) -> Result<Pending, ApiError> {
    let account = verified.caller.account;
    let context = visit.context(verified);
    context.permit_action("cloudtrail:LookupEvents", &[])?;
    let body = json(body)?;
    let request = CountEvents::parse(&body, account, visit.arrival.received_at)?;
    let accounts = context.permitted_accounts(request.accounts())?;
    let found = visit.front.services.history.count_events(&accounts, &request);
    let found = visit.while_asked(found).await??;
    Ok(visit.later(move || found.to_json()))
}
