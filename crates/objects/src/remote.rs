//! A bucket on an S3 endpoint.

use std::fmt;

use cairn_model::Region;
use zeroize::Zeroizing;

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
            .finish()
    }
}
