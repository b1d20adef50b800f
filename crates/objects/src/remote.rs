//! A bucket on an S3 endpoint.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use cairn_environment::Environment;
use cairn_model::Region;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path;
use object_store::{
    Attribute, Attributes, BackoffConfig, ClientOptions, GetOptions, GetRange, ObjectStore, ObjectStoreExt, RetryConfig,
};
use zeroize::Zeroizing;

use crate::folder::check_key;
use crate::remote_error::object_error;
use crate::remote_listing::{Order, Wanted, listed_meta, unquoted};
use crate::remote_put::RemotePut;
use crate::remote_settings::disclosed;
use crate::{Disclosed, Object, ObjectError, ObjectMeta, PutOptions, RemoteCaller, RemoteKeys};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
const RETRIES_MAX: usize = 2;

/// Where a remote bucket is and with which key pair it is used.
#[derive(Clone)]
pub struct RemoteBucket {
    /// The bucket's name there, and here.
    pub name: String,
    /// Such as `http://127.0.0.1:8333`; without it, AWS's own endpoint of the Region.
    pub endpoint_url: Option<String>,
    /// The Region that requests are signed for.
    pub region: Region,
    /// The id of the key pair.
    pub access_key_id: String,
    /// Its secret.
    pub secret_access_key: Zeroizing<String>,
    /// Whether the bucket's name goes into the path instead of the host name.
    pub path_style: bool,
    /// Whether objects are put with `x-amz-acl: bucket-owner-full-control`, which few endpoints refuse.
    pub sets_acl: bool,
    /// Whether a name in the endpoint's URL may lead to this machine or its link.
    pub allow_local: bool,
    /// Whose KMS keys trails name for it.
    pub keys: RemoteKeys,
}

impl fmt::Debug for RemoteBucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteBucket")
            .field("name", &self.name)
            .field("endpoint_url", &self.endpoint_url)
            .field("region", &self.region)
            .field("access_key_id", &self.access_key_id)
            .field("secret_access_key", &"(secret)")
            .field("path_style", &self.path_style)
            .field("sets_acl", &self.sets_acl)
            .field("allow_local", &self.allow_local)
            .field("keys", &self.keys)
            .finish()
    }
}

impl RemoteBucket {
    fn is_aws(&self) -> bool {
        let Some(url) = &self.endpoint_url else { return true };
        let host = url.split("://").last().unwrap_or_default().split(['/', ':']).next().unwrap_or_default();
        [".amazonaws.com", ".amazonaws.com.cn"].iter().any(|domain| host.ends_with(domain))
    }
}

/// A bucket on an S3 endpoint. Clones share its connections.
#[derive(Clone)]
pub(crate) struct Remote {
    name: Arc<str>,
    store: Arc<AmazonS3>,
    putting: Arc<RemotePut>,
    order: Order,
    environment: Environment,
}

impl fmt::Debug for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Remote").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Remote {
    pub(crate) fn new(settings: &RemoteBucket, environment: &Environment) -> Result<Self, ObjectError> {
        let options = ClientOptions::new().with_connect_timeout(CONNECT_TIMEOUT).with_timeout(REQUEST_TIMEOUT);
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&settings.name)
            .with_region(settings.region.as_str())
            .with_access_key_id(&settings.access_key_id)
            .with_secret_access_key(settings.secret_access_key.as_str())
            .with_virtual_hosted_style_request(!settings.path_style)
            .with_client_options(options)
            .with_retry(retries());
        if let Some(url) = &settings.endpoint_url {
            builder = builder.with_allow_http(url.starts_with("http://")).with_endpoint(endpoint(settings, url)?);
        }
        let store = builder.build().map_err(|error| ObjectError::Other {
            code: "InvalidRequest".to_owned(),
            reason: format!("the settings of the bucket `{}` do not make sense: {error}", settings.name),
        })?;
        let (name, environment) = (settings.name.as_str().into(), environment.clone());
        let order = if settings.is_aws() { Order::Bytes } else { Order::Unknown };
        let putting = Arc::new(RemotePut::new(settings, &environment)?);
        Ok(Self { name, store: Arc::new(store), putting, order, environment })
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) async fn put(&self, key: &str, bytes: Bytes, options: PutOptions) -> Result<ObjectMeta, ObjectError> {
        // A marker's key ends in a slash: it can be put, and never needs to be read.
        location(key.strip_suffix('/').unwrap_or(key))?;
        let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let tag = self.putting.put(key, bytes, &options).await?;
        Ok(ObjectMeta {
            key: key.to_owned(),
            size,
            etag: unquoted(Some(&tag)),
            last_modified: self.environment.clock.now(),
            content_type: options.content_type,
            content_encoding: options.content_encoding,
            user_metadata: options.user_metadata,
            ..ObjectMeta::default()
        })
    }

    /// Its policy.
    pub(crate) async fn policy(&self) -> Result<Disclosed, ObjectError> {
        disclosed(self.putting.ask("policy").await, "NoSuchBucketPolicy")
    }

    /// Its lifecycle configuration, in XML.
    pub(crate) async fn lifecycle(&self) -> Result<Disclosed, ObjectError> {
        disclosed(self.putting.ask("lifecycle").await, "NoSuchLifecycleConfiguration")
    }

    /// Its versioning configuration, in XML, which every bucket has.
    pub(crate) async fn versioning(&self) -> Result<Disclosed, ObjectError> {
        disclosed(self.putting.ask("versioning").await, "NoSuchVersioningConfiguration")
    }

    pub(crate) fn caller(&self) -> RemoteCaller<'_> {
        self.putting.caller()
    }

    pub(crate) async fn get(&self, key: &str) -> Result<Object, ObjectError> {
        let result = self.store.get_opts(&location(key)?, GetOptions::default()).await.map_err(object_error)?;
        let meta = object_meta(key, &result.meta, &result.attributes);
        let bytes = result.bytes().await.map_err(object_error)?;
        Ok(Object { meta, bytes })
    }

    pub(crate) async fn get_range(&self, key: &str, range: Range<u64>) -> Result<Bytes, ObjectError> {
        if range.is_empty() {
            return self.head(key).await.map(|_| Bytes::new());
        }
        let options = GetOptions { range: Some(GetRange::Bounded(range)), ..GetOptions::default() };
        let result = match self.store.get_opts(&location(key)?, options).await.map_err(object_error) {
            // The range begins behind the end.
            Err(error) if error.code() == "InvalidRange" => return Ok(Bytes::new()),
            other => other?,
        };
        result.bytes().await.map_err(object_error)
    }

    pub(crate) async fn head(&self, key: &str) -> Result<ObjectMeta, ObjectError> {
        let options = GetOptions { head: true, ..GetOptions::default() };
        match self.store.get_opts(&location(key)?, options).await.map_err(object_error) {
            Ok(result) => Ok(object_meta(key, &result.meta, &result.attributes)),
            // An answer without a body does not tell whether it is the key or the bucket that is absent.
            Err(ObjectError::NotFound) => Err(self.check_bucket().await.err().unwrap_or(ObjectError::NotFound)),
            Err(error) => Err(error),
        }
    }

    pub(crate) async fn list(
        &self,
        prefix: &str,
        start_after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<ObjectMeta>, ObjectError> {
        let wanted = Wanted { store: &self.store, prefix, start_after: start_after.unwrap_or_default(), limit };
        wanted.list(self.order).await
    }

    pub(crate) async fn delete(&self, key: &str) -> Result<(), ObjectError> {
        match self.store.delete(&location(key)?).await.map_err(object_error) {
            Err(ObjectError::NotFound) => self.check_bucket().await,
            other => other,
        }
    }

    async fn check_bucket(&self) -> Result<(), ObjectError> {
        let wanted = Wanted { store: &self.store, prefix: "", start_after: "", limit: 1 };
        wanted.list(Order::Bytes).await.map(|_| ())
    }
}

fn retries() -> RetryConfig {
    let backoff =
        BackoffConfig { init_backoff: Duration::from_millis(50), max_backoff: Duration::from_millis(500), base: 2.0 };
    RetryConfig { backoff, max_retries: RETRIES_MAX, retry_timeout: REQUEST_TIMEOUT }
}

/// The endpoint as the library wants it: with the bucket in the host name when that is how it is addressed.
fn endpoint(settings: &RemoteBucket, url: &str) -> Result<String, ObjectError> {
    let url = url.trim_end_matches('/');
    match url.split_once("://") {
        Some(_) if settings.path_style => Ok(url.to_owned()),
        Some((scheme, host)) => Ok(format!("{scheme}://{}.{host}", settings.name)),
        None => Err(ObjectError::Other {
            code: "InvalidRequest".to_owned(),
            reason: format!("the endpoint `{url}` is not a URL that begins with http:// or https://"),
        }),
    }
}

/// The library's path for a key. It has no words for keys with empty segments, `.` or `..`, or control characters.
fn location(key: &str) -> Result<Path, ObjectError> {
    check_key(key)?;
    let path = Path::parse(key).map_err(|error| ObjectError::invalid_key(error.to_string()))?;
    if path.as_ref() == key {
        Ok(path)
    } else {
        Err(ObjectError::invalid_key("on a remote bucket it cannot begin or end with a slash"))
    }
}

fn object_meta(key: &str, meta: &object_store::ObjectMeta, attributes: &Attributes) -> ObjectMeta {
    let text = |attribute| attributes.get(&attribute).map(|value| value.as_ref().to_owned());
    let user_metadata = attributes.iter().filter_map(|(attribute, value)| {
        if let Attribute::Metadata(name) = attribute {
            Some((name.to_string(), value.as_ref().to_owned()))
        } else {
            None
        }
    });
    ObjectMeta {
        key: key.to_owned(),
        content_type: text(Attribute::ContentType),
        content_encoding: text(Attribute::ContentEncoding),
        user_metadata: user_metadata.collect(),
        ..listed_meta(meta)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn the_secret_is_not_shown() {
        assert!(!format!("{:?}", settings("http://localhost", true)).contains("hush"));
        let remote = Remote::new(&settings("http://localhost", true), &Environment::real()).unwrap();
        assert!(!format!("{remote:?}").contains("hush"));
    }

    #[test]
    fn the_bucket_is_in_the_path_or_in_the_host_name() {
        assert_eq!(endpoint(&settings("", true), "http://h:1/").unwrap(), "http://h:1");
        assert_eq!(endpoint(&settings("", false), "https://h:1").unwrap(), "https://logs.h:1");
        assert!(endpoint(&settings("", true), "localhost:1").is_err());
    }

    #[test]
    fn keys_that_the_library_would_change_are_refused() {
        assert_eq!(location("AWSLogs/1/a b~%é.json").unwrap().as_ref(), "AWSLogs/1/a b~%é.json");
        for bad in ["", "/a", "a/", "a//b", "a/../b", "a\nb"] {
            assert!(location(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn only_aws_is_trusted_to_list_in_byte_order() {
        for (url, is_aws) in [
            ("https://s3.eu-west-1.amazonaws.com", true),
            ("https://s3.eu-west-1.amazonaws.com:443/", true),
            ("http://127.0.0.1:8333", false),
            ("https://amazonaws.com.example.org/x.amazonaws.com", false),
        ] {
            assert_eq!(settings(url, true).is_aws(), is_aws, "{url}");
        }
        assert!(RemoteBucket { endpoint_url: None, ..settings("", true) }.is_aws());
    }

    #[tokio::test]
    async fn an_endpoint_that_is_not_there_is_an_outage() {
        let unused = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let remote = Remote::new(&settings(&format!("http://{unused}"), true), &Environment::real()).unwrap();
        let error = remote.get("a").await.unwrap_err();
        assert!(error.is_outage(), "{error}");
    }
}
