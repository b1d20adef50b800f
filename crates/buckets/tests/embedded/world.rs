//! An embedded S3 in a temporary folder, with two accounts and a client that signs.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use cairn_buckets::{EmbeddedS3, S3Answer, S3Caller, S3Facts};
use cairn_environment::Environment;
use cairn_identity::{Caller, Entity, Permissions};
use cairn_model::{AccountId, Region};
use cairn_objects::Buckets;
use cairn_policy::{Policy, PolicyKind};
use cairn_signing::{Request, SecretKey, Signer};
use http_body_util::{BodyExt, Full};
use zeroize::Zeroizing;

pub(crate) const SECRET: &str = "a secret of forty characters, or nearly so";

pub(crate) struct World {
    pub(crate) service: EmbeddedS3,
    pub(crate) buckets: Buckets,
    pub(crate) environment: Environment,
    pub(crate) place: tempfile::TempDir,
}

/// What came back.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: http::HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) facts: S3Facts,
}

impl Reply {
    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The texts of every element of this name.
    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        let pieces = self.text().split(&format!("<{name}>")).collect::<Vec<_>>().into_iter().skip(1);
        pieces.map(|piece| piece.split("</").next().unwrap()).collect()
    }

    /// The status and the error code.
    pub(crate) fn refusal(&self) -> (u16, &str) {
        (self.status, self.facts.error.as_ref().map_or("", |(code, _)| code))
    }
}

/// The caller that the front door would have verified: the account is behind the `AKID` of the key.
pub(crate) fn caller(access_key_id: &str) -> S3Caller {
    let root = Caller::root(
        AccountId::parse(access_key_id.trim_start_matches("AKID").trim_end_matches('U')).unwrap(),
        access_key_id,
    );
    let caller = if access_key_id == USER { user(&root) } else { root };
    S3Caller {
        caller,
        organization: None,
        secret: Zeroizing::new(SECRET.to_owned()),
        region: Region::us_east_1(),
        source: std::net::IpAddr::from([192, 0, 2, 7]),
        secure_transport: false,
    }
}

/// A user of the owner's account who may do everything with objects whose keys begin with `own`.
fn user(root: &Caller) -> Caller {
    let text = r#"{"Statement":{"Effect":"Allow","Action":"s3:*Object","Resource":"arn:aws:s3:::my-logs/own*"}}"#;
    let policy = Policy::parse(text, PolicyKind::Identity, 1000).unwrap();
    let permissions = Permissions { identity: Arc::new(vec![Arc::new(policy)]), ..Permissions::default() };
    let user = Entity { name: "uma".into(), path: "/".into(), id: "AIDAUMA".into(), tags: BTreeMap::new() };
    Caller::user(root.account, USER, user, permissions)
}

pub(crate) const USER: &str = "AKID123456789012U";
pub(crate) const OWNER: &str = "AKID123456789012";
pub(crate) const STRANGER: &str = "AKID999999999999";

impl World {
    pub(crate) async fn new() -> Self {
        Self::of(Environment::real()).await
    }

    /// The same with another clock.
    pub(crate) async fn of(environment: Environment) -> Self {
        let place = tempfile::tempdir().unwrap();
        let buckets = Buckets::open(place.path().join("buckets"), Vec::new(), &environment).await.unwrap();
        Self { service: EmbeddedS3::new(buckets.clone(), &environment), buckets, environment, place }
    }

    /// As the owner: `method`, then the path with its query.
    pub(crate) async fn send(&self, method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> Reply {
        self.send_as(OWNER, (method, target), headers, body).await
    }

    pub(crate) async fn send_as(
        &self,
        access_key_id: &str,
        (method, target): (&str, &str),
        headers: &[(&str, &str)],
        body: &str,
    ) -> Reply {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut all: Vec<(&str, &[u8])> = vec![("host", b"localhost")];
        all.extend(headers.iter().map(|(name, value)| (*name, value.as_bytes())));
        let (secret, region) = (SecretKey::new(SECRET), Region::us_east_1());
        let signer = Signer { access_key_id, secret_access_key: &secret, region: &region, service: "s3" };
        // The protocol layer has a clock of its own.
        let now = Environment::real().clock.now();
        let added = signer.sign(&Request { method, path, query, headers: &all }, body.as_bytes(), now);
        let mut request = http::Request::builder().method(method).uri(target);
        for (name, value) in all {
            request = request.header(name, value);
        }
        for (name, value) in added {
            request = request.header(name, value);
        }
        let request = request.header("content-length", body.len()).header("x-amz-request-id", "REQUEST1");
        let request = request.body(Full::new(Bytes::from(body.to_owned()))).unwrap();
        let S3Answer { response, facts } = self.service.call(request, caller(access_key_id)).await;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Reply { status: parts.status.as_u16(), headers: parts.headers, body, facts }
    }
}
