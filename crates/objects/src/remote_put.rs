//! Puts to a bucket on an S3 endpoint with everything that CloudTrail says in them: the ACL, encryption, locks and
//! conditions, also under keys that end in a slash. The library that reads there has no words for these.

use std::fmt::Write;
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use cairn_environment::Environment;
use cairn_model::Region;
use cairn_outbound::{AddressPolicy, Credentials, Outbound, OutboundError};
use cairn_signing::SecretKey;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, Uri};
use md5::{Digest, Md5};

use crate::remote_error::answered;
use crate::{Encryption, ObjectError, ObjectLock, PutOptions, RemoteBucket, RemoteCaller, RemoteKeys};

/// Attempts after the first one, where the endpoint says that it did nothing.
const RETRIES_MAX: u32 = 2;
const FIRST_WAIT: Duration = Duration::from_millis(50);
/// What every object that CloudTrail puts is marked with.
const ACL: &str = "bucket-owner-full-control";

/// Puts objects into one bucket.
#[derive(Debug)]
pub(crate) struct RemotePut {
    outbound: Outbound,
    credentials: Credentials,
    region: Region,
    /// The URL up to the slash before the key.
    base: String,
    sets_acl: bool,
    keys: RemoteKeys,
    environment: Environment,
}

impl RemotePut {
    /// # Errors
    /// When there is no client to be had, or the endpoint is no URL.
    pub(crate) fn new(settings: &RemoteBucket, environment: &Environment) -> Result<Self, ObjectError> {
        let base = base(settings)?;
        let policy = address_policy(settings, &base)?;
        let outbound = Outbound::new(policy, environment).map_err(unanswered)?;
        let credentials = Credentials {
            access_key_id: settings.access_key_id.clone(),
            secret_access_key: SecretKey::new(settings.secret_access_key.as_str()),
        };
        let (region, sets_acl, keys) = (settings.region.clone(), settings.sets_acl, settings.keys);
        Ok(Self { outbound, credentials, region, base, sets_acl, keys, environment: environment.clone() })
    }

    /// Puts an object and gives its tag, in quotation marks when the endpoint sends one. A put that the endpoint says it
    /// did not do is tried again; one whose end is unknown is not, since the condition on it might then hold no more.
    pub(crate) async fn put(&self, key: &str, bytes: Bytes, options: &PutOptions) -> Result<String, ObjectError> {
        let headers = self.headers(&bytes, options)?;
        let mut wait = FIRST_WAIT;
        for _ in 0..RETRIES_MAX {
            match self.attempt(key, &bytes, &headers).await {
                Err(error) if is_untouched(&error) => self.environment.clock.sleep(wait).await,
                result => return result,
            }
            wait *= 4;
        }
        self.attempt(key, &bytes, &headers).await
    }

    /// Who puts here.
    pub(crate) fn caller(&self) -> RemoteCaller<'_> {
        let (access_key_id, is_secure) = (self.credentials.access_key_id.as_str(), self.base.starts_with("https://"));
        RemoteCaller { access_key_id, is_secure, keys: self.keys }
    }

    /// What the bucket says of one of its settings, such as `policy`.
    pub(crate) async fn ask(&self, setting: &str) -> Result<String, ObjectError> {
        let invalid = || ObjectError::invalid_key("it is no URL");
        let uri: Uri = format!("{}?{setting}", self.base).parse().map_err(|_| invalid())?;
        let request = Request::get(uri).body(Bytes::new()).map_err(|_| invalid())?;
        let sent = self.outbound.send(request, &self.credentials, "s3", &self.region).await;
        let answer: Response<Bytes> = sent.map_err(unanswered)?;
        if answer.status().is_success() {
            return Ok(String::from_utf8_lossy(answer.body()).trim().to_owned());
        }
        Err(answered(answer.status(), answer.body()))
    }

    async fn attempt(&self, key: &str, bytes: &Bytes, headers: &HeaderMap) -> Result<String, ObjectError> {
        let uri: Uri =
            format!("{}{}", self.base, encoded(key)).parse().map_err(|_| ObjectError::invalid_key("it is no URL"))?;
        let mut request =
            Request::put(uri).body(bytes.clone()).map_err(|_| ObjectError::invalid_key("it is no URL"))?;
        *request.headers_mut() = headers.clone();
        let sent = self.outbound.send(request, &self.credentials, "s3", &self.region).await;
        let answer: Response<Bytes> = sent.map_err(unanswered)?;
        if answer.status().is_success() {
            let tag = answer.headers().get(http::header::ETAG).and_then(|tag| tag.to_str().ok());
            return Ok(tag.unwrap_or_default().to_owned());
        }
        Err(answered(answer.status(), answer.body()))
    }

    fn headers(&self, bytes: &[u8], options: &PutOptions) -> Result<HeaderMap, ObjectError> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        let mut add = |name: &str, value: &str| pairs.push((name.to_owned(), value.to_owned()));
        if self.sets_acl {
            add("x-amz-acl", ACL);
        }
        if options.only_if_absent {
            add("if-none-match", "*");
        }
        for (name, value) in [("content-type", &options.content_type), ("content-encoding", &options.content_encoding)]
        {
            if let Some(value) = value {
                add(name, value);
            }
        }
        for (name, value) in &options.user_metadata {
            add(&format!("x-amz-meta-{name}"), value);
        }
        match &options.encryption {
            Encryption::BucketDefault => {}
            Encryption::Aes256 => add("x-amz-server-side-encryption", "AES256"),
            Encryption::Kms { key_arn, context } => {
                add("x-amz-server-side-encryption", "aws:kms");
                add("x-amz-server-side-encryption-aws-kms-key-id", key_arn);
                if !context.is_empty() {
                    let context =
                        serde_json::to_vec(context).map_err(|error| ObjectError::internal(error.to_string()))?;
                    add("x-amz-server-side-encryption-context", &BASE64_STANDARD.encode(context));
                }
            }
        }
        if let Some(lock) = &options.lock {
            add_lock(lock, &mut add);
            // S3 takes no locked object without a checksum.
            add("content-md5", &BASE64_STANDARD.encode(Md5::digest(bytes)));
        }
        pairs.iter().map(|(name, value)| header(name, value)).collect()
    }
}

fn add_lock(lock: &ObjectLock, add: &mut impl FnMut(&str, &str)) {
    if let Some(retention) = lock.retention {
        add("x-amz-object-lock-mode", retention.mode.as_str());
        add("x-amz-object-lock-retain-until-date", &retention.until.iso_seconds());
    }
    if lock.legal_hold {
        add("x-amz-object-lock-legal-hold", "ON");
    }
}

fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), ObjectError> {
    let bad = || ObjectError::Other {
        code: "InvalidArgument".to_owned(),
        reason: format!("`{name}` and its value cannot be sent as a header"),
    };
    let name = HeaderName::try_from(name).map_err(|_| bad())?;
    Ok((name, HeaderValue::try_from(value).map_err(|_| bad())?))
}

/// The URL of the bucket, with a slash at its end.
fn base(settings: &RemoteBucket) -> Result<String, ObjectError> {
    let url = match &settings.endpoint_url {
        Some(url) => url.trim_end_matches('/').to_owned(),
        None => format!("https://s3.{}.amazonaws.com", settings.region),
    };
    let bad = || ObjectError::Other {
        code: "InvalidRequest".to_owned(),
        reason: format!("the endpoint `{url}` is not a URL that begins with http:// or https://"),
    };
    let (scheme, host) = url.split_once("://").ok_or_else(bad)?;
    if settings.path_style {
        Ok(format!("{scheme}://{host}/{}/", settings.name))
    } else {
        Ok(format!("{scheme}://{}.{host}/", settings.name))
    }
}

/// An address that is written down is the operator's word, and so is `localhost`; another name must not lead to this
/// machine unless the settings say that it may.
fn address_policy(settings: &RemoteBucket, base: &str) -> Result<AddressPolicy, ObjectError> {
    let uri: Uri = base.parse().map_err(|_| ObjectError::Other {
        code: "InvalidRequest".to_owned(),
        reason: format!("the endpoint of the bucket `{}` is no URL", settings.name),
    })?;
    let host = uri.host().unwrap_or_default();
    let literal: Result<std::net::IpAddr, _> = host.trim_start_matches('[').trim_end_matches(']').parse();
    let is_meant = settings.allow_local || literal.is_ok() || host == "localhost" || host.ends_with(".localhost");
    Ok(if is_meant { AddressPolicy::Anywhere } else { AddressPolicy::Guarded })
}

/// A key as S3's paths have it: everything but unreserved characters and slashes in percent signs.
fn encoded(key: &str) -> String {
    let mut path = String::with_capacity(key.len());
    for byte in key.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            path.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _written = write!(path, "%{byte:02X}");
        }
    }
    path
}

/// Whether the endpoint says, or it is plain, that nothing was done.
fn is_untouched(error: &ObjectError) -> bool {
    match error {
        ObjectError::Full => true,
        ObjectError::Other { code, .. } => {
            matches!(code.as_str(), "InternalError" | "ServiceUnavailable" | "SlowDown" | "ConditionalRequestConflict")
        }
        ObjectError::NotFound
        | ObjectError::AlreadyExists
        | ObjectError::NoSuchBucket
        | ObjectError::AccessDenied
        | ObjectError::InvalidKey { .. }
        | ObjectError::TimedOut => false,
    }
}

#[allow(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn unanswered(error: OutboundError) -> ObjectError {
    let other = |code: &str| ObjectError::Other { code: code.to_owned(), reason: error.to_string() };
    match &error {
        OutboundError::TimedOut => ObjectError::TimedOut,
        OutboundError::Unreachable(_) => other("ServiceUnavailable"),
        // It may have been done.
        OutboundError::Broken(_) | OutboundError::AnswerTooLong { .. } => other("RequestTimeout"),
        OutboundError::Refused(_) | OutboundError::BadUrl { .. } | OutboundError::NoClient(_) => {
            other("InvalidRequest")
        }
    }
}

#[cfg(test)]
mod tests {
    use cairn_model::Timestamp;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use zeroize::Zeroizing;

    use super::*;
    use crate::LockMode;
    use crate::Retention;

    fn settings(endpoint_url: &str, path_style: bool) -> RemoteBucket {
        RemoteBucket {
            name: "logs".into(),
            endpoint_url: Some(endpoint_url.into()),
            region: Region::us_east_1(),
            access_key_id: "AKID".into(),
            secret_access_key: Zeroizing::new("hush".into()),
            path_style,
            sets_acl: true,
            allow_local: false,
            keys: RemoteKeys::Ours,
        }
    }

    /// An endpoint that gives these answers, one a connection, and the requests that it got.
    async fn endpoint(
        environment: &Environment,
        answers: Vec<&'static str>,
    ) -> (String, tokio::sync::mpsc::Receiver<String>) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (send, received) = tokio::sync::mpsc::channel(16);
        drop(environment.tasks.spawn(async move {
            for answer in answers {
                let (mut socket, _) = listener.accept().await.unwrap();
                let mut request = Vec::new();
                while !request.ends_with(b"hello") && socket.read_buf(&mut request).await.unwrap() > 0 {}
                send.send(String::from_utf8(request).unwrap()).await.unwrap();
                socket.write_all(answer.as_bytes()).await.unwrap();
            }
        }));
        (url, received)
    }

    const DONE: &str = "HTTP/1.1 200 OK\r\netag: \"tag\"\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    const BUSY: &str = "HTTP/1.1 503 Busy\r\ncontent-length: 43\r\nconnection: close\r\n\r\n<Error><Code>SlowDown</Code></Error>       ";
    const TAKEN: &str = "HTTP/1.1 412 Taken\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

    #[tokio::test]
    async fn everything_that_a_put_says_is_in_its_headers() {
        let environment = Environment::real();
        let (url, mut requests) = endpoint(&environment, vec![BUSY, DONE]).await;
        let put = RemotePut::new(&settings(&url, true), &environment).unwrap();
        let until = Timestamp::parse("2027-01-01T00:00:00Z").unwrap();
        let options = PutOptions {
            only_if_absent: true,
            content_type: Some("application/json".to_owned()),
            content_encoding: Some("gzip".to_owned()),
            user_metadata: [("signature".to_owned(), "00ff".to_owned())].into(),
            encryption: Encryption::Kms {
                key_arn: "arn:aws:kms:us-east-1:123456789012:key/k".to_owned(),
                context: [("aws:cloudtrail:arn".to_owned(), "arn".to_owned())].into(),
            },
            lock: Some(ObjectLock {
                retention: Some(Retention { mode: LockMode::Compliance, until }),
                legal_hold: true,
            }),
        };
        assert_eq!(put.put("a/b c+é/", Bytes::from_static(b"hello"), &options).await.unwrap(), "\"tag\"");
        let (first, request) = (requests.recv().await.unwrap(), requests.recv().await.unwrap());
        assert_eq!(first.lines().next(), request.lines().next());
        let lines: Vec<String> = request.lines().map(str::to_lowercase).collect();
        assert_eq!(lines[0], "put /logs/a/b%20c%2b%c3%a9/ http/1.1");
        for expected in [
            "x-amz-acl: bucket-owner-full-control",
            "if-none-match: *",
            "content-type: application/json",
            "content-encoding: gzip",
            "x-amz-meta-signature: 00ff",
            "x-amz-server-side-encryption: aws:kms",
            "x-amz-server-side-encryption-aws-kms-key-id: arn:aws:kms:us-east-1:123456789012:key/k",
            // {"aws:cloudtrail:arn":"arn"}
            "x-amz-server-side-encryption-context: eyjhd3m6y2xvdwr0cmfpbdphcm4ioijhcm4ifq==",
            "x-amz-object-lock-mode: compliance",
            "x-amz-object-lock-retain-until-date: 2027-01-01t00:00:00z",
            "x-amz-object-lock-legal-hold: on",
            // of `hello`
            "content-md5: xufakrxlkna5cz2rebffkg==",
        ] {
            assert!(lines.iter().any(|line| line == expected), "{expected}: {request}");
        }
        let authorization = lines.iter().find(|line| line.starts_with("authorization:")).unwrap();
        for signed in ["if-none-match", "x-amz-acl", "x-amz-object-lock-mode"] {
            assert!(authorization.contains(signed), "{authorization}");
        }
    }

    #[tokio::test]
    async fn a_taken_key_is_said_to_be_taken_and_not_tried_again() {
        let environment = Environment::real();
        let (url, mut requests) = endpoint(&environment, vec![TAKEN]).await;
        let put = RemotePut::new(&RemoteBucket { sets_acl: false, ..settings(&url, true) }, &environment).unwrap();
        let options = PutOptions { only_if_absent: true, ..PutOptions::default() };
        let refused = put.put("k", Bytes::from_static(b"hello"), &options).await;
        assert_eq!(refused, Err(ObjectError::AlreadyExists));
        assert!(!requests.recv().await.unwrap().contains("x-amz-acl"));
    }

    #[tokio::test]
    async fn names_that_lead_to_this_machine_are_refused_unless_they_are_meant_to() {
        let environment = Environment::real();
        let policy = |url: &str, path_style| {
            let settings = settings(url, path_style);
            address_policy(&settings, &base(&settings).unwrap()).unwrap()
        };
        for (url, meant) in [
            ("http://127.0.0.1:8333", AddressPolicy::Anywhere),
            ("http://[::1]:8333", AddressPolicy::Anywhere),
            ("http://localhost:8333", AddressPolicy::Anywhere),
            ("https://s3.example.com", AddressPolicy::Guarded),
            ("https://127.0.0.1.example.com", AddressPolicy::Guarded),
        ] {
            assert_eq!(policy(url, true), meant, "{url}");
        }
        let settings = RemoteBucket { allow_local: true, ..settings("https://s3.example.com", false) };
        assert_eq!(base(&settings).unwrap(), "https://logs.s3.example.com/");
        assert_eq!(address_policy(&settings, &base(&settings).unwrap()).unwrap(), AddressPolicy::Anywhere);
        assert!(RemotePut::new(&settings, &environment).is_ok());
    }
}
