//! Sends requests to the server: signed, and again when it is busy.

use std::time::Duration;

use bytes::Bytes;
use cairn_environment::Environment;
use cairn_model::Region;
use cairn_signing::{Request, SecretKey, Signer};
use reqwest::StatusCode;
use serde::Deserialize;

use crate::{ImportError, ImportSettings, Importing};

const PATH: &str = "/v1/events";
const ATTEMPTS_MAX: u32 = 10;
const WAIT_FIRST: Duration = Duration::from_millis(100);
const WAIT_MAX: Duration = Duration::from_secs(5);

/// A connection to the server.
#[derive(Debug)]
pub(crate) struct Client {
    http: reqwest::Client,
    endpoint_url: String,
    host: String,
    region: Region,
    secret_access_key: SecretKey,
    settings: ImportSettings,
    environment: Environment,
}

/// What the server says of a request's events. The other members of its answer are not needed.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Report {
    pub(crate) accepted: u64,
    pub(crate) duplicates: u64,
    pub(crate) conflicts: u64,
    pub(crate) rejected: u64,
    pub(crate) digests: u64,
    pub(crate) problems: Vec<Problem>,
}

/// Something that was not taken in, and where.
#[derive(Debug, Deserialize)]
pub(crate) struct Problem {
    pub(crate) offset: u64,
    #[serde(default)]
    pub(crate) document: Option<u64>,
    #[serde(default)]
    pub(crate) record: Option<u64>,
    pub(crate) reason: String,
}

/// How a request ended.
#[derive(Debug)]
pub(crate) enum Answer {
    /// It was taken in.
    Report(Report),
    /// This body is not acceptable as a whole: a bomb, too large.
    Unacceptable(String),
}

/// One attempt.
enum Attempt {
    Answered(Answer),
    Busy(String),
    Refused { code: String, message: String },
}

/// An error of any of AWS's JSON shapes.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ErrorBody {
    #[serde(rename = "__type", alias = "code", alias = "Code")]
    code: String,
    #[serde(alias = "Message")]
    message: String,
}

impl Client {
    /// A client of the server that `settings` name.
    ///
    /// # Errors
    /// [`ImportError::Server`] when its URL is none, or the Region no Region.
    pub(crate) fn new(settings: &ImportSettings, environment: &Environment) -> Result<Self, ImportError> {
        let server_error = |reason: String| ImportError::Server { endpoint_url: settings.endpoint_url.clone(), reason };
        let url = reqwest::Url::parse(&settings.endpoint_url).map_err(|error| server_error(error.to_string()))?;
        let host = url.host_str().ok_or_else(|| server_error("the URL names no host".to_owned()))?;
        let http = reqwest::Client::builder().no_proxy().build().map_err(|error| server_error(error.to_string()))?;
        Ok(Self {
            http,
            endpoint_url: settings.endpoint_url.trim_end_matches('/').to_owned(),
            host: url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")),
            region: Region::parse(&settings.region).map_err(|error| server_error(error.to_string()))?,
            secret_access_key: SecretKey::new(settings.credentials.secret_access_key.as_str()),
            settings: settings.clone(),
            environment: environment.clone(),
        })
    }

    /// Sends one body of gzip members. Waits and tries again while the server is busy or away.
    ///
    /// # Errors
    /// [`ImportError::Server`] when it stays away, [`ImportError::Refused`] when it does not accept the caller.
    pub(crate) async fn send(&self, body: Bytes) -> Result<Answer, ImportError> {
        let (mut wait, mut reason) = (WAIT_FIRST, String::new());
        for attempt in 0..ATTEMPTS_MAX {
            if attempt > 0 {
                // Half of the wait is drawn, so that many clients do not come back at the same moment.
                let half = u64::try_from(wait.as_millis()).unwrap_or(0) / 2;
                self.environment
                    .clock
                    .sleep(wait / 2 + Duration::from_millis(self.environment.random.below(half)))
                    .await;
                wait = (wait * 2).min(WAIT_MAX);
            }
            match self.attempt(body.clone()).await {
                Attempt::Answered(answer) => return Ok(answer),
                Attempt::Refused { code, message } => return Err(ImportError::Refused { code, message }),
                Attempt::Busy(why) => reason = why,
            }
        }
        Err(ImportError::Server { endpoint_url: self.endpoint_url.clone(), reason })
    }

    async fn attempt(&self, body: Bytes) -> Attempt {
        let query = match self.settings.importing {
            Importing::History => "as=history",
            Importing::Live => "as=live",
        };
        let mut request = self.http.post(format!("{}{PATH}?{query}", self.endpoint_url));
        for (name, value) in self.headers(query, &body) {
            request = request.header(name, value);
        }
        match request.body(body).send().await {
            Ok(response) => {
                let status = response.status();
                match response.bytes().await {
                    Ok(text) => answer(status, &text),
                    Err(error) => Attempt::Busy(plainly(&error)),
                }
            }
            Err(error) => Attempt::Busy(plainly(&error)),
        }
    }

    fn headers(&self, query: &str, body: &Bytes) -> Vec<(&'static str, String)> {
        let mut headers = vec![
            ("host", self.host.clone()),
            ("content-type", "application/x-ndjson".to_owned()),
            ("content-encoding", "gzip".to_owned()),
        ];
        if let Some(token) = &self.settings.credentials.session_token {
            headers.push(("x-amz-security-token", token.clone()));
        }
        let signer = Signer {
            access_key_id: &self.settings.credentials.access_key_id,
            secret_access_key: &self.secret_access_key,
            region: &self.region,
            service: "cloudtrail",
        };
        let borrowed: Vec<(&str, &[u8])> = headers.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
        let request = Request { method: "POST", path: PATH, query, headers: &borrowed };
        let added = signer.sign(&request, body, self.environment.clock.now());
        headers.extend(added);
        headers
    }
}

fn answer(status: StatusCode, text: &[u8]) -> Attempt {
    if status.is_success() {
        return match serde_json::from_slice(text) {
            Ok(report) => Attempt::Answered(Answer::Report(report)),
            Err(error) => Attempt::Busy(format!("the answer is not a report: {error}")),
        };
    }
    let error: ErrorBody = serde_json::from_slice(text).unwrap_or_default();
    let code = error.code.rsplit('#').next().unwrap_or_default().to_owned();
    let message = if error.message.is_empty() { status.to_string() } else { error.message };
    if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS || code.starts_with("Throttling") {
        Attempt::Busy(message)
    } else if is_about_the_body(status, &code) {
        Attempt::Answered(Answer::Unacceptable(message))
    } else {
        Attempt::Refused { code, message }
    }
}

/// Whether another body could succeed where this one was refused.
fn is_about_the_body(status: StatusCode, code: &str) -> bool {
    const ABOUT_THE_CALLER: [&str; 4] = ["Signature", "Token", "Client", "AccessDenied"];
    status == StatusCode::PAYLOAD_TOO_LARGE
        || status == StatusCode::BAD_REQUEST
            && !ABOUT_THE_CALLER.iter().any(|word| code.contains(word))
            && code != "RequestExpired"
}

/// The innermost cause, which says more than the outermost.
fn plainly(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(status: u16, body: &str) -> &'static str {
        match answer(StatusCode::from_u16(status).unwrap(), body.as_bytes()) {
            Attempt::Answered(Answer::Report(_)) => "report",
            Attempt::Answered(Answer::Unacceptable(_)) => "unacceptable",
            Attempt::Busy(_) => "busy",
            Attempt::Refused { .. } => "refused",
        }
    }

    #[test]
    fn an_answer_says_whether_to_go_on_to_wait_or_to_stop() {
        assert_eq!(kind(200, r#"{"accepted":1,"firstSequence":0,"problems":[]}"#), "report");
        assert_eq!(kind(503, r#"{"__type":"ServiceUnavailable"}"#), "busy");
        assert_eq!(kind(400, r#"{"__type":"ThrottlingException","message":"x"}"#), "busy");
        assert_eq!(kind(413, "{}"), "unacceptable");
        assert_eq!(kind(400, r#"{"__type":"InvalidParameterException"}"#), "unacceptable");
        for code in
            ["UnrecognizedClientException", "InvalidSignatureException", "AccessDeniedException", "RequestExpired"]
        {
            assert_eq!(kind(400, &format!(r#"{{"__type":"{code}"}}"#)), "refused", "{code}");
        }
        assert_eq!(kind(403, ""), "refused");
        assert_eq!(kind(404, "not json"), "refused");
    }
}
