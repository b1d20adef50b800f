//! The variables that AWS's own tools read, for the commands that are clients.

use std::collections::BTreeMap;

use cairn_environment::Environment;
use cairn_import::Credentials;
use cairn_model::Region;
use cairn_objects::{Bucket, RemoteBucket, RemoteKeys};

use super::{Problem, environment_variables};

/// The variables of the process.
pub(crate) struct AwsVariables(BTreeMap<String, String>);

impl AwsVariables {
    pub(crate) fn read() -> Self {
        Self(environment_variables())
    }

    fn first(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.0.get(*name)).filter(|value| !value.is_empty()).cloned()
    }

    /// Where the server is.
    pub(crate) fn server_url(&self) -> String {
        let named = self.first(&["AWS_ENDPOINT_URL_CLOUDTRAIL", "AWS_ENDPOINT_URL"]);
        named.unwrap_or_else(|| "http://127.0.0.1:4580".to_owned())
    }

    /// Where S3 is.
    pub(crate) fn s3_url(&self) -> Option<String> {
        self.first(&["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"])
    }

    /// The Region to sign for.
    pub(crate) fn region(&self) -> String {
        self.first(&["AWS_REGION", "AWS_DEFAULT_REGION"]).unwrap_or_else(|| "us-east-1".to_owned())
    }

    /// The key to sign with.
    pub(crate) fn credentials(&self) -> Result<Credentials, Problem> {
        let (id, secret) = self.key_pair()?;
        let session_token = self.first(&["AWS_SESSION_TOKEN"]);
        Ok(Credentials { access_key_id: id, secret_access_key: secret, session_token })
    }

    fn key_pair(&self) -> Result<(String, String), Problem> {
        match (self.first(&["AWS_ACCESS_KEY_ID"]), self.first(&["AWS_SECRET_ACCESS_KEY"])) {
            (Some(id), Some(secret)) => Ok((id, secret)),
            _ => Err("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set".into()),
        }
    }

    /// The bucket and the prefix of `s3://BUCKET/PREFIX` at an endpoint.
    pub(crate) fn bucket(
        &self,
        url: &str,
        endpoint_url: Option<String>,
        environment: &Environment,
    ) -> Result<(Bucket, String), Problem> {
        let place = url.strip_prefix("s3://").ok_or("expected s3://BUCKET/PREFIX")?;
        let (name, prefix) = place.split_once('/').unwrap_or((place, ""));
        let (access_key_id, secret_access_key) = self.key_pair()?;
        let remote = RemoteBucket {
            name: name.to_owned(),
            endpoint_url,
            region: Region::parse(&self.region())?,
            access_key_id,
            secret_access_key: secret_access_key.into(),
            path_style: true,
            sets_acl: true,
            allow_local: true,
            keys: RemoteKeys::Ours,
        };
        Ok((Bucket::remote(&remote, environment)?, prefix.to_owned()))
    }
}
