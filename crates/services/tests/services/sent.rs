//! Requests and answers that tests write down in short.

use cairn_services::{BodyView, BucketPlace, CallOutcome, RequestView, ResponseView, Scope, ServiceCall, identify};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use serde_json::Value;

/// A request.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: Option<String>,
    pub(crate) headers: HeaderMap,
    /// The signing name in the credential scope.
    pub(crate) service: Option<String>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(crate) fn new(method: &str, target: &str) -> Self {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let request = Self {
            method: method.parse().unwrap(),
            path: path.to_owned(),
            query: Some(query.to_owned()).filter(|query| !query.is_empty()),
            headers: HeaderMap::new(),
            service: None,
            body: Vec::new(),
        };
        request.header("host", "127.0.0.1:4581")
    }

    pub(crate) fn signed_for(mut self, service: &str) -> Self {
        self.service = Some(service.to_owned());
        self
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        self.headers.insert(name, HeaderValue::from_str(value).unwrap());
        self
    }

    pub(crate) fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// A form of the query protocol.
    pub(crate) fn form(service: &str, body: &str) -> Self {
        let form = "application/x-www-form-urlencoded; charset=utf-8";
        Self::new("POST", "/").signed_for(service).header("content-type", form).body(body)
    }

    /// A call of the JSON protocol.
    pub(crate) fn json(service: &str, target: &str, body: &str) -> Self {
        Self::new("POST", "/").signed_for(service).header("x-amz-target", target).body(body)
    }

    pub(crate) fn s3(method: &str, target: &str) -> Self {
        Self::new(method, target).signed_for("s3")
    }

    pub(crate) fn view(&self) -> RequestView<'_> {
        RequestView {
            method: &self.method,
            path: &self.path,
            query: self.query.as_deref(),
            headers: &self.headers,
            scope: self.service.as_deref().map(|service| Scope { service, region: "eu-west-1" }),
            body: BodyView { bytes: &self.body, is_whole: true },
        }
    }

    pub(crate) fn call(&self) -> ServiceCall {
        identify(&self.view(), BucketPlace::Path)
    }

    pub(crate) fn event_name(&self) -> String {
        self.call().event_name
    }

    pub(crate) fn parameters(&self) -> Value {
        self.call().request_parameters(&self.view()).unwrap_or_default()
    }

    /// What an answer to this request says.
    pub(crate) fn answered(&self, status: u16, headers: &[(&'static str, &'static str)], body: &str) -> CallOutcome {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect();
        let body = BodyView { bytes: body.as_bytes(), is_whole: true };
        self.call().outcome(&ResponseView { status: StatusCode::from_u16(status).unwrap(), headers: &headers, body })
    }
}
