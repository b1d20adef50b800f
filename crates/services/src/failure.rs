//! Errors of answers, with the codes that CloudTrail writes (reference section 8.1).

use http::{Method, StatusCode};

use crate::answer::{Body, error_of_body};
use crate::identify::Found;
use crate::response::ResponseView;

/// Whether an answer says that the call failed. S3 redirects and answers "not modified" instead of doing.
pub(crate) fn is_failure(found: &Found, status: StatusCode) -> bool {
    let is_s3 = found.service.is_some_and(|service| service.name == "s3");
    status.is_client_error() || status.is_server_error() || (is_s3 && status.is_redirection())
}

/// `errorCode` and `errorMessage`.
pub(crate) fn error(found: &Found, response: &ResponseView<'_>, body: &Body) -> (String, String) {
    let (code, message) = error_of_body(body);
    let header = |name: &str| response.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let query_code = header("x-amzn-query-error").and_then(|value| value.split(';').next().map(str::to_owned));
    let code = header("x-amzn-errortype").or(code).map(|code| bare(&code).to_owned()).filter(|code| !code.is_empty());
    let code = code.or(query_code).unwrap_or_else(|| code_of_status(found, response.status).to_owned());
    (spelled(found, response.status, &code), message.unwrap_or_default())
}

/// The name of an error without the namespace before it and the address behind it.
fn bare(code: &str) -> &str {
    let code = code.rsplit('#').next().unwrap_or(code);
    code.split(':').next().unwrap_or(code).trim()
}

/// CloudTrail's spelling of a code on the wire.
fn spelled(found: &Found, status: StatusCode, code: &str) -> String {
    let Some(service) = found.service else { return code.to_owned() };
    match service.name {
        "ec2" if code.starts_with("Client.") || code.starts_with("Server.") => code.to_owned(),
        "ec2" if status.is_server_error() => format!("Server.{code}"),
        "ec2" => format!("Client.{code}"),
        "iam" => service.model().exception_of_code(code).unwrap_or(code).to_owned(),
        _ if code == "AccessDeniedException" => "AccessDenied".to_owned(),
        _ => code.to_owned(),
    }
}

/// The code of an error without a body, such as the answers to HEAD requests.
fn code_of_status(found: &Found, status: StatusCode) -> &'static str {
    let is_s3 = found.service.is_some_and(|service| service.name == "s3");
    match status {
        StatusCode::NOT_MODIFIED => "NotModified",
        StatusCode::MOVED_PERMANENTLY | StatusCode::PERMANENT_REDIRECT => "PermanentRedirect",
        StatusCode::FOUND | StatusCode::TEMPORARY_REDIRECT => "TemporaryRedirect",
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => "AccessDenied",
        StatusCode::NOT_FOUND if is_s3 => match found.operation {
            Some(operation) if operation.name == "HeadBucket" => "NoSuchBucket",
            Some(operation) if operation.method == Method::HEAD => "NoSuchKey",
            _ => "NotFound",
        },
        StatusCode::NOT_FOUND => "ResourceNotFoundException",
        StatusCode::METHOD_NOT_ALLOWED => "MethodNotAllowed",
        StatusCode::CONFLICT => "Conflict",
        StatusCode::PRECONDITION_FAILED => "PreconditionFailed",
        StatusCode::RANGE_NOT_SATISFIABLE => "InvalidRange",
        StatusCode::PAYLOAD_TOO_LARGE => "EntityTooLarge",
        StatusCode::TOO_MANY_REQUESTS => "ThrottlingException",
        StatusCode::SERVICE_UNAVAILABLE => "ServiceUnavailable",
        StatusCode::BAD_GATEWAY => "BadGateway",
        StatusCode::GATEWAY_TIMEOUT => "GatewayTimeout",
        status if status.is_server_error() => "InternalFailure",
        _ => "BadRequest",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::json_body;
    use crate::identify::Wire;
    use crate::request::BodyView;
    use crate::tables;
    use crate::wire::xml;
    use http::HeaderMap;

    fn code(service: &str, status: u16, header: Option<&'static str>, body: &Body) -> (String, String) {
        let found = Found {
            service: tables::named(service),
            operation: None,
            name: "Any".to_owned(),
            wire: Wire::Json,
            s3_target: None,
        };
        let mut headers = HeaderMap::new();
        if let Some(value) = header {
            headers.insert("x-amzn-errortype", http::HeaderValue::from_static(value));
        }
        let status = StatusCode::from_u16(status).unwrap();
        error(&found, &ResponseView { status, headers: &headers, body: BodyView::default() }, body)
    }

    fn xml_body(text: &str) -> Body {
        Body::Xml(xml::read(text.as_bytes()).unwrap())
    }

    #[test]
    fn codes_are_read_from_every_protocol_and_spelled_as_records_do() {
        let json = json_body(r#"{"__type":"com.amazonaws.dynamodb#ResourceNotFoundException","message":"no"}"#);
        assert_eq!(code("dynamodb", 400, None, &json), ("ResourceNotFoundException".into(), "no".into()));
        let rest = json_body(r#"{"Message":"denied"}"#);
        let header = Some("AccessDeniedException:http://internal.amazon.com/");
        assert_eq!(code("lambda", 403, header, &rest), ("AccessDenied".into(), "denied".into()));
        let query =
            xml_body("<ErrorResponse><Error><Code>NoSuchEntity</Code><Message>m</Message></Error></ErrorResponse>");
        assert_eq!(code("iam", 404, None, &query), ("NoSuchEntityException".into(), "m".into()));
        let ec2 = xml_body(
            "<Response><Errors><Error><Code>InvalidVpcID.NotFound</Code><Message>m</Message></Error></Errors></Response>",
        );
        assert_eq!(code("ec2", 400, None, &ec2), ("Client.InvalidVpcID.NotFound".into(), "m".into()));
        let s3 = xml_body("<Error><Code>NoSuchBucket</Code><Message>m</Message></Error>");
        assert_eq!(code("s3", 404, None, &s3), ("NoSuchBucket".into(), "m".into()));
        assert_eq!(code("kinesis", 503, None, &Body::Nothing).0, "ServiceUnavailable");
    }
}
