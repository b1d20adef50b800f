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
