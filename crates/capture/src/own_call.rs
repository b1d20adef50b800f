//! A call of the gateway's own to IAM or STS of its upstream: signed, sent, its answer read. It is no client's call and
//! has no event.

use std::future::poll_fn;
use std::time::Duration;

use bytes::{Buf, Bytes};
use cairn_guard::{AnswerHead, Body};
use cairn_model::Region;
use cairn_services::{BodyView, BucketPlace, RequestView, ResponseView, Scope, identify};
use cairn_signing::{Request as Signable, Signer};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, header, request};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::call::Front;
use crate::exchange::read_head;
use crate::settings::InventorySettings;
use crate::upstream::UpstreamFault;

/// How long an answer may take, to its last byte.
const PATIENCE: Duration = Duration::from_secs(10);

/// Bytes that an answer may have: a page of a thousand users takes less than a tenth.
const ANSWER_BYTES_MAX: usize = 4 << 20;

const FORM: &str = "application/x-www-form-urlencoded";
const AGENT: &str = concat!("cairn/", env!("CARGO_PKG_VERSION"));

/// Who is asked, in the query protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Respondent {
    Iam,
    Sts,
}

/// An answer, with the request's parameters beside it, both named as CloudTrail names them.
#[derive(Debug)]
pub(crate) struct OwnAnswer {
    pub(crate) parameters: Option<Value>,
    pub(crate) answer: Value,
}

/// Why a call was not answered as asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OwnFault {
    #[error("{0}")]
    Upstream(#[from] UpstreamFault),
    #[error("the upstream did not answer in time")]
    TimedOut,
    #[error("the upstream's answer cannot be read: {0}")]
    Unreadable(String),
    #[error("the upstream refused: {code}: {message}")]
    Refused { code: String, message: String },
    #[error("the key or a name in the request cannot stand in a header")]
    Unsendable,
    #[error("it was not learnt: {0}")]
    NotLearnt(#[from] cairn_principals::PrincipalsError),
}

impl Respondent {
    fn name(self) -> &'static str {
        match self {
            Self::Iam => "iam",
            Self::Sts => "sts",
        }
    }

    fn version(self) -> &'static str {
        match self {
            Self::Iam => "2010-05-08",
            Self::Sts => "2011-06-15",
        }
    }

    /// The service as events name it.
    pub(crate) fn event_source(self) -> &'static str {
        match self {
            Self::Iam => "iam.amazonaws.com",
            Self::Sts => "sts.amazonaws.com",
        }
    }
}

impl OwnFault {
    /// Whether other calls may fare better.
    pub(crate) fn is_of_this_call(&self) -> bool {
        matches!(self, Self::Refused { .. } | Self::Unreadable(_) | Self::Unsendable)
    }
}

/// Asks the gateway's upstream, and nobody else.
pub(crate) async fn ask(
    front: &Front,
    settings: &InventorySettings,
    (service, action): (Respondent, &str),
    arguments: &[(&str, &str)],
) -> Result<OwnAnswer, OwnFault> {
    let region = match service {
        // It has one, wherever it is asked.
        Respondent::Iam => Region::us_east_1(),
        Respondent::Sts => front.settings.region.clone(),
    };
    let body = form(service, action, arguments);
    let head = head(front, settings, (service, &region), &body)?;
    let asked = front.environment.clock.timeout(PATIENCE, exchange(front, &head, &body)).await;
    let (response, answer) = asked.map_err(|_| OwnFault::TimedOut)??;
    let request = RequestView {
        method: &Method::POST,
        path: "/",
        query: None,
        headers: &head.headers,
        scope: Some(Scope { service: service.name(), region: region.as_str() }),
        body: BodyView { bytes: &body, is_whole: true },
    };
    let call = identify(&request, BucketPlace::Path);
    let view = BodyView { bytes: &answer, is_whole: true };
    let outcome = call.outcome(&ResponseView { status: response.status, headers: &response.headers, body: view });
    if let Some((code, message)) = outcome.error {
        return Err(OwnFault::Refused { code, message });
    }
    Ok(OwnAnswer { parameters: call.request_parameters(&request), answer: outcome.lesson.unwrap_or(Value::Null) })
}

async fn exchange(front: &Front, head: &request::Parts, body: &Bytes) -> Result<(AnswerHead, Vec<u8>), OwnFault> {
    let unreadable = |reason: String| OwnFault::Unreadable(reason);
    let mut line = front.upstream.dial().await.map_err(UpstreamFault::Unreachable)?;
    line.out.extend_from_slice(b"POST / HTTP/1.1\r\n");
    for (name, value) in &head.headers {
        line.out.extend_from_slice(&[name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    line.out.extend_from_slice(b"\r\n");
    line.out.extend_from_slice(body);
    let broken = |error: std::io::Error| UpstreamFault::Broken(error.to_string());
    poll_fn(|cx| line.poll_drain(cx)).await.map_err(broken)?;
    poll_fn(|cx| line.poll_flush(cx)).await.map_err(broken)?;
    let head = poll_fn(|cx| read_head(cx, &mut line, &Method::POST)).await.map_err(UpstreamFault::Broken)?;
    let (mut rest, mut answer) = (head.body, Vec::new());
    loop {
        let count = rest.walk(&line.inbox, &mut |content| answer.extend_from_slice(content));
        line.inbox.advance(count.map_err(|bad| unreadable(bad.to_string()))?);
        if answer.len() > ANSWER_BYTES_MAX {
            return Err(unreadable(format!("it has more than {ANSWER_BYTES_MAX} bytes")));
        }
        if rest.is_over() {
            return Ok((head, answer));
        }
        match poll_fn(|cx| line.poll_fill(cx)).await.map_err(|error| unreadable(error.to_string()))? {
            0 if rest == Body::UntilClose => return Ok((head, answer)),
            0 => return Err(unreadable("it broke off".to_owned())),
            _ => {}
        }
    }
}

fn form(service: Respondent, action: &str, arguments: &[(&str, &str)]) -> Bytes {
    let always = [("Action", action), ("Version", service.version())];
    let pairs = always.iter().chain(arguments);
    let encoded = pairs.map(|(name, value)| format!("{name}={}", utf8_percent_encode(value, NON_ALPHANUMERIC)));
    encoded.collect::<Vec<_>>().join("&").into()
}

fn head(
    front: &Front,
    settings: &InventorySettings,
    (service, region): (Respondent, &Region),
    body: &Bytes,
) -> Result<request::Parts, OwnFault> {
    let host = front.settings.upstream.authority();
    let signer = Signer {
        access_key_id: &settings.access_key_id,
        secret_access_key: &settings.secret_access_key,
        region,
        service: service.name(),
    };
    let plain = [("host", host.as_bytes()), ("content-type", FORM.as_bytes())];
    let unsigned = Signable { method: "POST", path: "/", query: "", headers: &plain };
    let added = signer.sign(&unsigned, body, front.environment.clock.now());
    let text = |text: &str| HeaderValue::from_str(text).map_err(|_| OwnFault::Unsendable);
    let mut headers = HeaderMap::new();
    headers.insert(header::HOST, text(&host)?);
    headers.insert(header::USER_AGENT, HeaderValue::from_static(AGENT));
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(FORM));
    headers.insert(header::CONTENT_LENGTH, body.len().into());
    for (name, value) in added {
        headers.insert(HeaderName::from_static(name), text(&value)?);
    }
    let mut request = Request::new(());
    *request.method_mut() = Method::POST;
    *request.headers_mut() = headers;
    Ok(request.into_parts().0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_any_characters_stay_one_argument() {
        let body = form(Respondent::Iam, "ListAccessKeys", &[("UserName", "a+b=c&d@e")]);
        assert_eq!(&body[..], b"Action=ListAccessKeys&Version=2010%2D05%2D08&UserName=a%2Bb%3Dc%26d%40e");
    }
}
