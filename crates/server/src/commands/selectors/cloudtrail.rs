//! What `cairn selectors` asks of a running server: CloudTrail's operations, and the pages of the history.

use bytes::Bytes;
use cairn_model::Timestamp;
use reqwest::Method;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;

use super::Problem;
use crate::commands::client::{Call, Client};

const TARGET: &str = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.";

/// A page of events.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Page<'a> {
    /// Each as it was accepted.
    #[serde(borrow)]
    pub(super) events: Vec<&'a RawValue>,
    /// Asks for the next one.
    #[serde(default)]
    pub(super) next_token: Option<String>,
}

/// An error of the server.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Refusal {
    #[serde(rename = "__type", alias = "code")]
    code: String,
    message: String,
}

/// Calls an operation.
pub(super) async fn call<T: DeserializeOwned>(client: &Client, operation: &str, request: &Value) -> Result<T, Problem> {
    let target = ("x-amz-target", format!("{TARGET}{operation}"));
    let call = Call {
        service: "cloudtrail",
        method: Method::POST,
        path: "/",
        query: String::new(),
        headers: vec![target, ("content-type", "application/x-amz-json-1.1".to_owned())],
        body: request.to_string().into_bytes(),
    };
    let body = send(client, call).await.map_err(|problem| format!("{operation}: {problem}"))?;
    Ok(serde_json::from_slice(&body).map_err(|error| format!("{operation}: {error}"))?)
}

/// The body of a page of the history: [`page`] reads it.
pub(super) async fn events(
    client: &Client,
    (start, end): (Timestamp, Timestamp),
    token: Option<&str>,
) -> Result<Bytes, Problem> {
    let more = token.map_or(String::new(), |token| format!("&token={token}"));
    let query = format!("start={}&end={}{more}", start.unix_seconds(), end.unix_seconds());
    let (service, method, path) = ("cloudtrail", Method::GET, "/v1/events");
    let call = Call { service, method, path, query, headers: Vec::new(), body: Vec::new() };
    Ok(send(client, call).await.map_err(|problem| format!("reading the history: {problem}"))?)
}

/// Reads a page.
pub(super) fn page(body: &[u8]) -> Result<Page<'_>, Problem> {
    Ok(serde_json::from_slice(body).map_err(|error| format!("a page of the history cannot be read: {error}"))?)
}

async fn send(client: &Client, call: Call<'_>) -> Result<Bytes, Problem> {
    let (status, body) = client.send(call).await?;
    if status.is_success() {
        return Ok(body);
    }
    let refusal: Refusal = serde_json::from_slice(&body).unwrap_or_default();
    let code = if refusal.code.is_empty() { status.to_string() } else { refusal.code };
    Err(format!("{code}: {}", refusal.message).into())
}
