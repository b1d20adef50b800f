//! `GET /v1/accounts`: whose events the caller may search.

use cairn_api::{ApiError, SearchableAccount};
use cairn_identity::Verified;
use serde_json::{Value, json};

use super::request::arguments;
use crate::front::Visit;
use crate::routes::Served;

pub(crate) async fn serve(visit: Visit<'_>, verified: &Verified, _body: &[u8]) -> Served {
    let result = accounts(visit, verified).map(|accounts| visit.later(move || shown(&accounts).to_string()));
    Served { parameters: None, result }
}

fn accounts(visit: Visit<'_>, verified: &Verified) -> Result<Vec<SearchableAccount>, ApiError> {
    let context = visit.context(verified);
    context.permit_action("cairn:ListAccounts", &[])?;
    arguments(visit.head.uri.query().unwrap_or_default(), &[])?;
    Ok(context.searchable_accounts())
}

fn shown(accounts: &[SearchableAccount]) -> Value {
    let account = |account: &SearchableAccount| match &account.name {
        Some(name) => json!({ "id": account.id.as_str(), "name": name }),
        None => json!({ "id": account.id.as_str() }),
    };
    json!({ "accounts": accounts.iter().map(account).collect::<Vec<_>>() })
}
