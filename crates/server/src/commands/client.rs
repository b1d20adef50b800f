//! Signed requests to a running server.

use std::time::Duration;

use bytes::Bytes;
use cairn_environment::Environment;
use cairn_import::Credentials;
use cairn_model::Region;
use cairn_signing::{Request, SecretKey, Signer};
use reqwest::{Method, StatusCode};

use super::Problem;
use super::aws_variables::AwsVariables;

/// An answer that takes longer will not come.
const TIMEOUT: Duration = Duration::from_mins(1);

/// A connection to a server.
#[derive(Clone)]
pub(super) struct Client {
    http: reqwest::Client,
    endpoint_url: String,
    host: String,
    region: Region,
    credentials: Credentials,
    environment: Environment,
}

/// What differs from one request to the other.
pub(super) struct Call<'a> {
    /// What is signed for: `cloudtrail`, `iam`.
    pub(super) service: &'a str,
    pub(super) method: Method,
    pub(super) path: &'a str,
    /// Without its question mark, encoded.
    pub(super) query: String,
    /// Besides those that signing adds.
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Vec<u8>,
}

impl Client {
    /// For the server, the Region and the key that the usual AWS variables name, unless given here.
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

    /// The same with another key.
    pub(super) fn with_key(&self, access_key_id: &str, secret_access_key: &str) -> Self {
        let (access_key_id, secret_access_key) = (access_key_id.to_owned(), secret_access_key.to_owned());
        Self { credentials: Credentials { access_key_id, secret_access_key, session_token: None }, ..self.clone() }
    }

    /// The answer's status and body, whatever they say.
    ///
    /// # Errors
    /// The server does not answer.
    pub(super) async fn send(&self, call: Call<'_>) -> Result<(StatusCode, Bytes), Problem> {
        let question = if call.query.is_empty() { "" } else { "?" };
        let url = format!("{}{}{question}{}", self.endpoint_url, call.path, call.query);
        let mut request = self.http.request(call.method.clone(), url);
        for (name, value) in self.headers(&call) {
            request = request.header(name, value);
        }
        let answer = request.body(call.body).send().await.map_err(|error| self.away(&error))?;
        let status = answer.status();
        Ok((status, answer.bytes().await.map_err(|error| self.away(&error))?))
    }

    fn headers(&self, call: &Call<'_>) -> Vec<(&'static str, String)> {
        let mut headers = vec![("host", self.host.clone())];
        headers.extend(call.headers.iter().cloned());
        if let Some(token) = &self.credentials.session_token {
            headers.push(("x-amz-security-token", token.clone()));
        }
        let secret_access_key = SecretKey::new(self.credentials.secret_access_key.as_str());
        let signer = Signer {
            access_key_id: &self.credentials.access_key_id,
            secret_access_key: &secret_access_key,
            region: &self.region,
            service: call.service,
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
