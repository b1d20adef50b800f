//! What the gateway answers by itself, in the words of the protocol that the request speaks.

use bytes::Bytes;
use cairn_guard::BadHead;
use http::{HeaderValue, Response, StatusCode, header};

use crate::sighting::Sighting;

/// An answer of the gateway's own, with all of its body.
pub(crate) type Reply = Response<Bytes>;

/// What an answer of the gateway's own says: a code that is also the event's `errorCode`, and a message.
#[derive(Debug, Clone)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

/// How an error is put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    S3,
    Query,
    Ec2,
    Json,
    Cbor,
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    /// The journal takes no more: nothing is done here without a record.
    pub(crate) fn unrecorded() -> Self {
        let message = "The call cannot be recorded at the moment, and nothing is passed on here without a record.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "ServiceUnavailable", message)
    }

    /// The call was passed on and answered, and that cannot be recorded.
    pub(crate) fn unfinished() -> Self {
        let message =
            "The call was passed on, but its outcome cannot be recorded at the moment. It may have taken effect.";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "ServiceUnavailable", message)
    }

    /// The bytes are no request.
    pub(crate) fn bad_head(bad: BadHead) -> Self {
        let status = match bad {
            BadHead::TooLarge | BadHead::TooManyHeaders => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
            BadHead::TimedOut => StatusCode::REQUEST_TIMEOUT,
            BadHead::Version => StatusCode::HTTP_VERSION_NOT_SUPPORTED,
            BadHead::BareLineBreak
            | BadHead::RequestLine
            | BadHead::Target
            | BadHead::Header
            | BadHead::Host
            | BadHead::ContentLength
            | BadHead::TransferEncoding
            | BadHead::TwoLengths
            | BadHead::Truncated => StatusCode::BAD_REQUEST,
        };
        Self::new(status, "MalformedHttpRequestException", bad.to_string())
    }

    /// The answer to the request.
    pub(crate) fn reply(&self, form: Form, request_id: &str) -> Reply {
        let mut reply = Response::new(self.body(form, request_id));
        *reply.status_mut() = self.status;
        let headers = reply.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(form.content_type()));
        let id = if form == Form::S3 { "x-amz-request-id" } else { "x-amzn-requestid" };
        if let Ok(value) = HeaderValue::from_str(request_id) {
            headers.insert(id, value);
        }
        match form {
            Form::Json => {
                headers.insert("x-amzn-errortype", HeaderValue::from_static(self.code));
            }
            Form::Cbor => {
                headers.insert("smithy-protocol", HeaderValue::from_static("rpc-v2-cbor"));
            }
            Form::S3 | Form::Query | Form::Ec2 => {}
        }
        reply
    }

    fn body(&self, form: Form, request_id: &str) -> Bytes {
        let (code, message) = (self.code, escaped(&self.message));
        match form {
            Form::S3 => format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{message}</Message>\
                 <RequestId>{request_id}</RequestId></Error>"
            )
            .into(),
            Form::Query => {
                let fault = if self.status.is_server_error() { "Receiver" } else { "Sender" };
                format!(
                    "<ErrorResponse><Error><Type>{fault}</Type><Code>{code}</Code><Message>{message}</Message></Error>\
                     <RequestId>{request_id}</RequestId></ErrorResponse>"
                )
                .into()
            }
            Form::Ec2 => format!(
                "<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors>\
                 <RequestID>{request_id}</RequestID></Response>"
            )
            .into(),
            Form::Json => serde_json::json!({ "__type": code, "message": self.message }).to_string().into(),
            Form::Cbor => cbor(&[("__type", code), ("message", &self.message)]),
        }
    }
}

impl Form {
    /// How errors are put to whoever sent a request for a service, which is named as in events.
    pub(crate) fn of(sighting: &Sighting, service: &str) -> Self {
        let content_type = sighting.header("content-type").unwrap_or_default().to_ascii_lowercase();
        if sighting.headers.contains_key("smithy-protocol") || content_type.starts_with("application/cbor") {
            return Self::Cbor;
        }
        if sighting.headers.contains_key("x-amz-target") || content_type.starts_with("application/x-amz-json") {
            return Self::Json;
        }
        let query = sighting.target.query().unwrap_or_default();
        let is_form = content_type.starts_with("application/x-www-form-urlencoded");
        match service {
            "s3.amazonaws.com" => Self::S3,
            "ec2.amazonaws.com" => Self::Ec2,
            _ if is_form || query.split('&').any(|pair| pair.starts_with("Action=")) => Self::Query,
            _ => Self::Json,
        }
    }

    fn content_type(self) -> &'static str {
        match self {
            Self::S3 => "application/xml",
            Self::Query | Self::Ec2 => "text/xml",
            Self::Json => "application/x-amz-json-1.1",
            Self::Cbor => "application/cbor",
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A map of texts in CBOR (RFC 8949), fewer than 24 of them.
fn cbor(pairs: &[(&str, &str)]) -> Bytes {
    let mut out = vec![0xa0 | u8::try_from(pairs.len()).unwrap_or(0)];
    for text in pairs.iter().flat_map(|(name, value)| [name, value]) {
        let length = u16::try_from(text.len()).unwrap_or(0);
        out.push(0x79);
        out.extend_from_slice(&length.to_be_bytes());
        out.extend_from_slice(text.as_bytes().get(..usize::from(length)).unwrap_or_default());
    }
    out.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_protocol_has_its_envelope() {
        let refusal = Refusal::new(StatusCode::BAD_GATEWAY, "BadGateway", "a<b");
        let text = |form| String::from_utf8(refusal.body(form, "id-1").to_vec()).unwrap();
        assert!(text(Form::S3).contains("<Error><Code>BadGateway</Code><Message>a&lt;b</Message><RequestId>id-1<"));
        assert!(text(Form::Query).contains("<Type>Receiver</Type><Code>BadGateway</Code>"));
        assert!(text(Form::Ec2).contains("<Errors><Error><Code>BadGateway</Code>"));
        assert_eq!(text(Form::Json), r#"{"__type":"BadGateway","message":"a<b"}"#);
        let cbor = refusal.body(Form::Cbor, "id-1");
        assert_eq!(&cbor[..], b"\xa2\x79\0\x06__type\x79\0\x0aBadGateway\x79\0\x07message\x79\0\x03a<b");
    }
}
