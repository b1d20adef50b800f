//! Answers: bodies, and the envelopes in which each protocol puts an error.

use bytes::Bytes;
use cairn_api::ApiError;
use cairn_buckets::S3Body;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use http_body_util::{Either, Full};

/// An answer on its way out.
pub(crate) type Reply = Response<ReplyBody>;

/// The bytes of an answer: all there, or streamed from an object.
pub(crate) type ReplyBody = Either<Full<Bytes>, S3Body>;

/// How a request is spoken, which decides the words and the envelope of its errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// AWS JSON 1.1: CloudTrail.
    Json,
    /// The query protocol: STS.
    Query,
    /// REST JSON: CloudTrail's data plane.
    RestJson,
    /// REST XML: S3.
    S3,
}

const JSON_TYPE: &str = "application/x-amz-json-1.1";
const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
const S3_REQUEST_ID: HeaderName = HeaderName::from_static("x-amz-request-id");
const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");

impl Dialect {
    fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Json => JSON_TYPE,
            Self::RestJson => "application/json",
            Self::Query => "text/xml",
            Self::S3 => "application/xml",
        })
    }

    /// Adds the request's id where clients of this protocol look for it.
    pub(crate) fn stamp(self, headers: &mut HeaderMap, request_id: &str) {
        let name = if self == Self::S3 { S3_REQUEST_ID } else { REQUEST_ID };
        if let Ok(id) = HeaderValue::from_str(request_id) {
            headers.insert(name, id);
        }
    }

    /// A success with this body.
    pub(crate) fn success(self, body: Bytes, request_id: &str) -> Reply {
        self.reply(StatusCode::OK, body, request_id)
    }

    /// An error in this protocol's envelope. `detail` is XML that S3 puts beside the message.
    pub(crate) fn error(self, error: &ApiError, detail: &str, request_id: &str) -> Reply {
        let status = StatusCode::from_u16(error.code.http_status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut reply = self.reply(status, self.error_body(error, detail, request_id), request_id);
        if matches!(self, Self::Json | Self::RestJson) {
            reply.headers_mut().insert(ERROR_TYPE, HeaderValue::from_static(error.code.as_str()));
        }
        reply
    }

    fn error_body(self, error: &ApiError, detail: &str, request_id: &str) -> Bytes {
        let (code, message) = (error.code.as_str(), &*error.message);
        match self {
            Self::Json => {
                let mut body = serde_json::json!({ "__type": code, "message": message });
                if let Some(reason) = error.reason {
                    body["Reason"] = reason.into();
                }
                body.to_string().into()
            }
            Self::RestJson => serde_json::json!({ "code": code, "message": message }).to_string().into(),
            Self::Query => {
                let fault = if error.code.http_status() < 500 { "Sender" } else { "Receiver" };
                format!(
                    "<ErrorResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n  <Error>\n    \
                     <Type>{fault}</Type>\n    <Code>{code}</Code>\n    <Message>{}</Message>\n  </Error>\n  \
                     <RequestId>{request_id}</RequestId>\n</ErrorResponse>\n",
                    escaped(message)
                )
                .into()
            }
            Self::S3 => format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{}</Message>{detail}\
                 <RequestId>{request_id}</RequestId></Error>",
                escaped(message)
            )
            .into(),
        }
    }

    fn reply(self, status: StatusCode, body: Bytes, request_id: &str) -> Reply {
        let mut reply = Response::new(ReplyBody::Left(Full::new(body)));
        *reply.status_mut() = status;
        reply.headers_mut().insert(header::CONTENT_TYPE, self.content_type());
        self.stamp(reply.headers_mut(), request_id);
        reply
    }
}

/// Text as XML carries it; what XML cannot carry becomes U+FFFD.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' => out.push(character),
            control if control.is_control() => out.push('\u{fffd}'),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use cairn_api::ErrorCode;

    use super::*;

    fn body(dialect: Dialect, error: &ApiError) -> String {
        String::from_utf8(dialect.error_body(error, "<A>1</A>", "id-1").to_vec()).unwrap()
    }

    #[test]
    fn each_protocol_has_its_envelope() {
        let error = ApiError::new(ErrorCode::SerializationException, "a<b>\u{1}");
        assert_eq!(body(Dialect::Json, &error), "{\"__type\":\"SerializationException\",\"message\":\"a<b>\\u0001\"}");
        assert_eq!(
            body(Dialect::RestJson, &error),
            "{\"code\":\"SerializationException\",\"message\":\"a<b>\\u0001\"}"
        );
        let xml = "<Code>SerializationException</Code><Message>a&lt;b&gt;\u{fffd}</Message><A>1</A><RequestId>id-1";
        assert!(body(Dialect::S3, &error).contains(xml));
        assert!(body(Dialect::Query, &error).contains("<Type>Sender</Type>\n    <Code>SerializationException</Code>"));
        let reply = Dialect::Json.error(&error, "", "id-1");
        assert_eq!(reply.headers()["x-amzn-errortype"], "SerializationException");
        assert_eq!(reply.headers()["x-amzn-requestid"], "id-1");
        assert_eq!(Dialect::S3.error(&error, "", "id-1").headers()["x-amz-request-id"], "id-1");
    }
}
