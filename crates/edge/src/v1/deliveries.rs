//! `GET /v1/trails/deliveries`: the files that a trail has put into its bucket, the newest first.

use cairn_api::{ApiError, ErrorCode};
use cairn_delivery::{DeliveriesError, DeliveriesPage, DeliveriesWish, ListedKind};
use cairn_identity::Verified;
use serde_json::{Map, Value, json};

use super::request::arguments;
use crate::front::Visit;
use crate::routes::Served;

const LIMIT: usize = 50;
const LIMIT_MAX: usize = 1000;

pub(crate) async fn serve(visit: Visit<'_>, verified: &Verified, _body: &[u8]) -> Served {
    let query = visit.head.uri.query().unwrap_or_default();
    let given = match arguments(query, &["trail", "limit", "nextToken"]) {
        Ok(given) => given,
        Err(error) => return error.into(),
    };
    let result = page(visit, verified, &given).await;
    let result = result.map(|page| visit.later(move || shown(&page).to_string()));
    Served { parameters: Some(Value::Object(given)), result }
}

async fn page(visit: Visit<'_>, verified: &Verified, given: &Map<String, Value>) -> Result<DeliveriesPage, ApiError> {
    let text = |name: &str| given.get(name).and_then(Value::as_str);
    let context = visit.context(verified);
    let trail = context.permitted_trail("cloudtrail:GetTrailStatus", text("trail").unwrap_or_default())?;
    let limit = text("limit").map_or(Some(LIMIT), |limit| limit.parse().ok());
    let limit = limit.filter(|limit| (1..=LIMIT_MAX).contains(limit)).ok_or_else(|| {
        ApiError::new(ErrorCode::ValidationException, format!("`limit` must be a number from 1 to {LIMIT_MAX}."))
    })?;
    let account = verified.caller.account;
    let wish = DeliveriesWish {
        // A member of an organization sees its own part of the organization's trail.
        account: (account != trail.account).then_some(account),
        limit,
        next_token: text("nextToken").map(str::to_owned),
    };
    visit.front.services.delivery.deliveries(&trail, &wish).await.map_err(|error| refused(&error))
}

fn refused(error: &DeliveriesError) -> ApiError {
    let code = match error {
        DeliveriesError::InvalidToken => ErrorCode::InvalidNextTokenException,
        DeliveriesError::NoSuchBucket(_) => ErrorCode::S3BucketDoesNotExistException,
        DeliveriesError::Bucket { .. } => ErrorCode::ServiceUnavailable,
    };
    ApiError::new(code, error.to_string())
}

fn shown(page: &DeliveriesPage) -> Value {
    let files = page.files.iter().map(|file| {
        json!({
            "kind": match file.kind {
                ListedKind::Log => "log",
                ListedKind::Digest => "digest",
            },
            "bucket": file.bucket,
            "key": file.key,
            "bytes": file.bytes,
            "at": file.at.unix_seconds(),
            "account": file.account.as_str(),
            "region": file.region.as_str(),
        })
    });
    let mut shown = json!({ "deliveries": files.collect::<Vec<_>>() });
    if let Some(token) = &page.next_token {
        shown["nextToken"] = token.as_str().into();
    }
    shown
}
