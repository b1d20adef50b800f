//! Error documents: what the protocol layer made of an error, completed with AWS's text and the request's id.

use http::{Method, Response, StatusCode, header};

use crate::S3Body;

/// What AWS says where the error brought no message of its own.
const MESSAGES: [(&str, &str); 37] = [
    ("AccessDenied", "Access Denied"),
    ("BadDigest", "The Content-MD5 or checksum value that you specified did not match what the server received."),
    (
        "BucketAlreadyExists",
        "The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.",
    ),
    ("BucketAlreadyOwnedByYou", "Your previous request to create the named bucket succeeded and you already own it."),
    ("BucketNotEmpty", "The bucket you tried to delete is not empty"),
    ("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size"),
    ("IncompleteBody", "You did not provide the number of bytes specified by the Content-Length HTTP header"),
    ("InternalError", "We encountered an internal error. Please try again."),
    ("InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records."),
    ("InvalidArgument", "Invalid Argument"),
    ("InvalidBucketName", "The specified bucket is not valid."),
    ("InvalidBucketState", "The request is not valid with the current state of the bucket."),
    ("InvalidDigest", "The Content-MD5 you specified was invalid."),
    ("InvalidRange", "The requested range is not satisfiable"),
    ("InvalidRequest", "The request is not valid."),
    ("InvalidURI", "Couldn't parse the specified URI."),
    ("KeyTooLongError", "Your key is too long"),
    ("MalformedPolicy", "Policies must be valid JSON and the first byte must be '{'"),
    ("MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema"),
    ("MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size"),
    ("MethodNotAllowed", "The specified method is not allowed against this resource."),
    ("MissingContentLength", "You must provide the Content-Length HTTP header."),
    ("NoSuchBucket", "The specified bucket does not exist"),
    ("NoSuchBucketPolicy", "The bucket policy does not exist"),
    ("NoSuchCORSConfiguration", "The CORS configuration does not exist"),
    ("NoSuchKey", "The specified key does not exist."),
    ("NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist"),
    ("NoSuchObjectLockConfiguration", "The specified object does not have a ObjectLock configuration"),
    ("NoSuchTagSet", "The TagSet does not exist"),
    ("NoSuchWebsiteConfiguration", "The specified bucket does not have a website configuration"),
    ("NotImplemented", "A header you provided implies functionality that is not implemented"),
    ("ObjectLockConfigurationNotFoundError", "Object Lock configuration does not exist for this bucket"),
    ("PreconditionFailed", "At least one of the pre-conditions you specified did not hold"),
    ("RequestTimeTooSkewed", "The difference between the request time and the current time is too large."),
    (
        "RequestTimeout",
        "Your socket connection to the server was not read from or written to within the timeout period.",
    ),
    (
        "SignatureDoesNotMatch",
        "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
    ),
    ("SlowDown", "Please reduce your request rate."),
];

/// Completes the answer to a refused request; its code and message when it is one.
pub(crate) fn complete(
    response: &mut Response<S3Body>,
    method: &Method,
    resource: &str,
    request_id: &str,
) -> Option<(String, String)> {
    let status = response.status();
    if status == StatusCode::NOT_MODIFIED {
        set_body(response, S3Body::empty());
        return None;
    }
    if !status.is_client_error() && !status.is_server_error() {
        return None;
    }
    let document = response.body().bytes().unwrap_or_default();
    let document = String::from_utf8_lossy(&document);
    let code = element(&document, "Code").unwrap_or_else(|| "InternalError".to_owned());
    let message = element(&document, "Message").unwrap_or_else(|| default_message(&code));
    let body = match *method {
        Method::HEAD => S3Body::empty(),
        _ => S3Body::from(document_of(&code, &message, resource, request_id)),
    };
    set_body(response, body);
    Some((code, message))
}

fn set_body(response: &mut Response<S3Body>, body: S3Body) {
    response.headers_mut().remove(header::CONTENT_LENGTH);
    *response.body_mut() = body;
}

fn default_message(code: &str) -> String {
    let known = MESSAGES.iter().find(|(known, _)| *known == code);
    known.map_or_else(|| code.to_owned(), |(_, message)| (*message).to_owned())
}

fn document_of(code: &str, message: &str, resource: &str, request_id: &str) -> String {
    let element = |name: &str, text: &str| format!("<{name}>{}</{name}>", escape(text));
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error>{}{}{}{}</Error>",
        element("Code", code),
        element("Message", message),
        element("Resource", resource),
        element("RequestId", request_id),
    )
}

fn element(document: &str, name: &str) -> Option<String> {
    let (_, after) = document.split_once(&format!("<{name}>"))?;
    let (text, _) = after.split_once(&format!("</{name}>"))?;
    Some(unescape(text))
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            // No XML 1.0 document may contain these.
            letter if letter.is_control() => escaped.push('\u{fffd}'),
            letter => escaped.push(letter),
        }
    }
    escaped
}

fn unescape(text: &str) -> String {
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")];
    entities.iter().fold(text.to_owned(), |text, (entity, letter)| text.replace(entity, letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(document: &'static str) -> Response<S3Body> {
        let response = Response::builder().status(404).header("content-length", "3");
        response.body(S3Body::from(bytes::Bytes::from_static(document.as_bytes()))).unwrap()
    }

    #[test]
    fn a_document_gets_awss_text_and_the_requests_id() {
        let mut response = refused("<Error><Code>NoSuchKey</Code></Error>");
        let error = complete(&mut response, &Method::GET, "/b/<k>\u{1}", "ID1").unwrap();
        assert_eq!(error, ("NoSuchKey".into(), "The specified key does not exist.".into()));
        let body = String::from_utf8(response.body().bytes().unwrap().to_vec()).unwrap();
        assert!(body.contains("<Resource>/b/&lt;k&gt;\u{fffd}</Resource><RequestId>ID1</RequestId></Error>"), "{body}");
        assert!(response.headers().is_empty());
    }

    #[test]
    fn a_message_is_kept_and_a_head_request_gets_no_document() {
        let mut response = refused("<Error><Code>X</Code><Message>a &amp;lt; b</Message></Error>");
        let error = complete(&mut response, &Method::HEAD, "/", "ID1");
        assert_eq!(error, Some(("X".into(), "a &lt; b".into())));
        assert_eq!(response.body().bytes().unwrap().len(), 0);
    }

    #[test]
    fn what_was_not_refused_stays_as_it_is() {
        let mut response = Response::new(S3Body::from(bytes::Bytes::from_static(b"<Code>x</Code>")));
        assert_eq!(complete(&mut response, &Method::GET, "/", "ID1"), None);
        assert_eq!(response.body().bytes().unwrap(), "<Code>x</Code>");
    }
}
