//! Signed requests to a running server: its operations, and the pages of its history.

use std::time::Duration;

use bytes::Bytes;
use cairn_environment::Environment;
use cairn_import::Credentials;
use cairn_model::{Region, Timestamp};
use cairn_signing::{Request, SecretKey, Signer};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;

use super::Problem;
use crate::commands::aws_variables::AwsVariables;

const TARGET: &str = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.";
/// An answer that takes longer will not come.
const TIMEOUT: Duration = Duration::from_mins(1);

/// A connection to a server.
pub(super) struct Client {
    http: reqwest::Client,
    endpoint_url: String,
    host: String,
    region: Region,
    credentials: Credentials,
    environment: Environment,
}

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

/// What differs from one request to the other.
struct Call<'a> {
    method: reqwest::Method,
    path: &'a str,
    query: String,
    target: Option<String>,
    body: Vec<u8>,
}

impl Client {
    pub(super) fn new(
        endpoint_url: Option<String>,
        region: Option<String>,
        environment: &Environment,
    ) -> Result<Self, Problem> {
        let variables = AwsVariables::read();
        let endpoint_url = endpoint_url.unwrap_or_else(|| variables.server_url());
        let url = reqwest::Url::parse(&endpoint_url).map_err(|error| format!("{endpoint_url}: {error}"))?;
        let host = url.host_str().ok_or_else(|| format!("{endpoint_url}: the URL names no host"))?;
        Ok(Self {
            http: reqwest::Client::builder().no_proxy().timeout(TIMEOUT).build()?,
            host: url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")),
            endpoint_url: endpoint_url.trim_end_matches('/').to_owned(),
            region: Region::parse(&region.unwrap_or_else(|| variables.region()))?,
            credentials: variables.credentials()?,
            environment: environment.clone(),
        })
    }

    /// Calls an operation of CloudTrail.
    pub(super) async fn call<T: DeserializeOwned>(&self, operation: &str, request: &Value) -> Result<T, Problem> {
        let call = Call {
            method: reqwest::Method::POST,
            path: "/",
            query: String::new(),
            target: Some(format!("{TARGET}{operation}")),
            body: request.to_string().into_bytes(),
        };
        let body = self.send(call).await.map_err(|problem| format!("{operation}: {problem}"))?;
        Ok(serde_json::from_slice(&body).map_err(|error| format!("{operation}: {error}"))?)
    }

    /// The body of a page of the history: [`page`] reads it.
    pub(super) async fn events(&self, start: Timestamp, end: Timestamp, token: Option<&str>) -> Result<Bytes, Problem> {
        let more = token.map_or(String::new(), |token| format!("&token={token}"));
        let query = format!("start={}&end={}{more}", start.unix_seconds(), end.unix_seconds());
        let call = Call { method: reqwest::Method::GET, path: "/v1/events", query, target: None, body: Vec::new() };
        Ok(self.send(call).await.map_err(|problem| format!("reading the history: {problem}"))?)
    }

    async fn send(&self, call: Call<'_>) -> Result<Bytes, Problem> {
        let question = if call.query.is_empty() { "" } else { "?" };
        let url = format!("{}{}{question}{}", self.endpoint_url, call.path, call.query);
        let mut request = self.http.request(call.method.clone(), url);
        for (name, value) in self.headers(&call) {
            request = request.header(name, value);
        }
        let answer = request.body(call.body).send().await.map_err(|error| self.away(&error))?;
        let status = answer.status();
        let body = answer.bytes().await.map_err(|error| self.away(&error))?;
        if status.is_success() {
            return Ok(body);
        }
        let refusal: Refusal = serde_json::from_slice(&body).unwrap_or_default();
        let code = if refusal.code.is_empty() { status.to_string() } else { refusal.code };
        Err(format!("{code}: {}", refusal.message).into())
    }

    fn headers(&self, call: &Call<'_>) -> Vec<(&'static str, String)> {
        let mut headers = vec![("host", self.host.clone())];
        if let Some(target) = &call.target {
            headers.push(("x-amz-target", target.clone()));
            headers.push(("content-type", "application/x-amz-json-1.1".to_owned()));
        }
        if let Some(token) = &self.credentials.session_token {
            headers.push(("x-amz-security-token", token.clone()));
        }
        let secret_access_key = SecretKey::new(self.credentials.secret_access_key.as_str());
        let signer = Signer {
            access_key_id: &self.credentials.access_key_id,
            secret_access_key: &secret_access_key,
            region: &self.region,
            service: "cloudtrail",
        };
        let borrowed: Vec<(&str, &[u8])> = headers.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
        let request = Request { method: call.method.as_str(), path: call.path, query: &call.query, headers: &borrowed };
        let added = signer.sign(&request, &call.body, self.environment.clock.now());
        headers.extend(added);
        headers
    }

    /// The innermost cause says more than the outermost.
    fn away(&self, error: &reqwest::Error) -> String {
        let mut cause: &dyn std::error::Error = error;
        while let Some(next) = cause.source() {
            cause = next;
        }
        format!("the server at {} does not answer: {cause}", self.endpoint_url)
    }
}

/// Reads a page.
pub(super) fn page(body: &[u8]) -> Result<Page<'_>, Problem> {
    Ok(serde_json::from_slice(body).map_err(|error| format!("a page of the history cannot be read: {error}"))?)
}
