//! `ListPublicKeys` gives the keys that verify digests, for a span of time.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cairn_delivery::PublicKey;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::operation::Operation;
use crate::wire_time::{WireTime, with_iso_times};
use crate::{Access, ApiError, Context, ErrorCode};

pub(crate) struct ListPublicKeys;

// The token is reserved: no answer has one, and what a request says is passed over.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Request {
    start_time: Option<WireTime>,
    end_time: Option<WireTime>,
    next_token: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Response {
    public_key_list: Vec<ListedKey>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

/// `PublicKey` of the service model.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListedKey {
    /// Base64 of a PKCS#1 `RSAPublicKey` in DER.
    value: String,
    validity_start_time: WireTime,
    validity_end_time: WireTime,
    fingerprint: String,
}

impl From<PublicKey> for ListedKey {
    fn from(key: PublicKey) -> Self {
        Self {
            value: STANDARD.encode(&key.value),
            validity_start_time: WireTime(key.validity_start),
            validity_end_time: WireTime(key.validity_end),
            fingerprint: key.fingerprint,
        }
    }
}

impl Operation for ListPublicKeys {
    const NAME: &'static str = "ListPublicKeys";
    const ACCESS: Access = Access::Read;
    const ERRORS: &'static [ErrorCode] = &[ErrorCode::InvalidTimeRangeException];
    type Request = Request;
    type Response = Response;

    async fn run(cx: &Context, request: Request) -> Result<Response, ApiError> {
        let start = request.start_time.map_or(cx.received_at, |time| time.0);
        let end = request.end_time.map_or(cx.received_at, |time| time.0);
        if start > end {
            let message = "The start time must not be after the end time.";
            return Err(ApiError::new(ErrorCode::InvalidTimeRangeException, message));
        }
        let keys = cx.services.delivery.public_keys(&cx.region, start, end).await?;
        Ok(Response { public_key_list: keys.into_iter().map(ListedKey::from).collect(), next_token: None })
    }

    fn parameters(request: &Request) -> Value {
        with_iso_times(request, &[("StartTime", request.start_time), ("EndTime", request.end_time)])
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fixture::{Fixture, answer};

    #[tokio::test]
    async fn the_current_key_is_given_as_pkcs1_in_base64() {
        let fixture = Fixture::new().await;
        let now = fixture.cx.services.environment.clock.now();
        let cx = Context { received_at: now, ..fixture.cx.clone() };
        let listed = answer(&cx, "ListPublicKeys", &json!({"NextToken": "ignored"})).await.result.unwrap();
        let listed: Value = serde_json::from_slice(&listed.write().unwrap()).unwrap();
        let keys = listed["PublicKeyList"].as_array().unwrap();
        assert_eq!(keys.len(), 1, "{listed}");
        assert!(keys[0]["Value"].as_str().unwrap().starts_with("MIIBCgKCAQEA"));
        assert_eq!(keys[0]["Fingerprint"].as_str().unwrap().len(), 32);
        assert!(keys[0]["ValidityStartTime"].as_f64().unwrap() < keys[0]["ValidityEndTime"].as_f64().unwrap());
        assert_eq!(listed.get("NextToken"), None);
    }

    #[tokio::test]
    async fn a_start_after_the_end_is_refused_and_times_are_text_in_the_event() {
        let fixture = Fixture::new().await;
        let request = json!({"StartTime": 1_790_841_792.5, "EndTime": 1_790_841_791});
        let answer = answer(&fixture.cx, "ListPublicKeys", &request).await;
        assert_eq!(answer.result.unwrap_err().code, ErrorCode::InvalidTimeRangeException);
        let expected = json!({"startTime": "2026-10-01T08:03:12Z", "endTime": "2026-10-01T08:03:11Z"});
        assert_eq!(answer.request_parameters, Some(expected));
    }
}
