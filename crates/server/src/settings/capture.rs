//! `[[capture]]` of the settings file and `--capture` of the command line: gateways.

use std::net::SocketAddr;
use std::path::PathBuf;

use cairn_capture::UpstreamUrl;
use cairn_edge::ProxyRange;
use cairn_model::{AccountId, Region};
use cairn_principals::{KeyHolder, KnownKey};
use cairn_signing::SecretKey;
use serde::{Deserialize, Deserializer};

/// `[[capture]]`: a gateway in front of an endpoint.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CaptureTable {
    /// Where clients reach it: `127.0.0.1:4581`.
    pub(crate) listen: SocketAddr,
    /// Where the endpoint is: `http://127.0.0.1:8333`.
    #[serde(deserialize_with = "parsed")]
    pub(crate) upstream: UpstreamUrl,
    /// The account that the endpoint is; the default one when absent.
    #[serde(default = "default_account")]
    pub(crate) account: AccountId,
    /// The Region of calls that name none.
    #[serde(default = "us_east_1")]
    pub(crate) region: String,
    /// The domain below which the endpoint takes the first part of the host for an S3 bucket.
    pub(crate) bucket_domain: Option<String>,
    /// What logs and metrics call it; the endpoint when absent.
    pub(crate) name: Option<String>,
    /// `closed` or `open`.
    #[serde(default)]
    pub(crate) on_failure: OnFailure,
    /// `intent` or `end`, where calls that cannot be recorded are refused; `intent` when absent.
    pub(crate) answer_after: Option<AnswerAfterWord>,
    /// Bytes of a body that are copied aside for the record.
    pub(crate) body_copy_bytes: Option<usize>,
    /// Whose `X-Forwarded-For` is believed; the general setting when absent.
    pub(crate) trusted_proxies: Option<Vec<Proxy>>,
    /// PEM files of a listener with TLS; both or none.
    pub(crate) certificate_file: Option<PathBuf>,
    /// Its private key.
    pub(crate) key_file: Option<PathBuf>,
    /// PEM file of the certificates that vouch for the endpoint.
    pub(crate) upstream_roots_file: Option<PathBuf>,
    /// Seconds for the endpoint to accept a connection.
    pub(crate) connect_timeout_seconds: Option<u32>,
    /// Seconds for the endpoint to begin an answer.
    pub(crate) first_byte_timeout_seconds: Option<u32>,
    /// Seconds that a body may pause.
    pub(crate) idle_timeout_seconds: Option<u32>,
    /// The key with which the endpoint's IAM is asked whose keys are whose; the general setting when absent.
    pub(crate) inventory_access_key_id: Option<String>,
    /// Its secret.
    #[serde(default, deserialize_with = "secret")]
    pub(crate) inventory_secret_access_key: Option<SecretKey>,
    /// Seconds between two times; the general setting when absent.
    pub(crate) inventory_interval_seconds: Option<u32>,
    /// `[[capture.identities]]`: who keys are.
    #[serde(default)]
    pub(crate) identities: Vec<IdentityTable>,
}

/// A longer name would make no name of a file.
const NAME_BYTES_MAX: usize = 64;

/// What happens to calls that cannot be recorded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum OnFailure {
    /// They are refused.
    #[default]
    Closed,
    /// They go on, and the gap is recorded later.
    Open,
}

/// What is durable before an answer is whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum AnswerAfterWord {
    /// That the call was made.
    Intent,
    /// How it ended, too.
    End,
}

/// An address or range in a list.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Proxy(#[serde(deserialize_with = "parsed")] pub(crate) ProxyRange);

/// `[[capture.identities]]`: a key and who holds it: a user, a session of a role, or, with neither, the account's root.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct IdentityTable {
    pub(crate) access_key_id: String,
    user_name: Option<String>,
    role_name: Option<String>,
    session_name: Option<String>,
    /// Of the user or of the role.
    arn: Option<String>,
    /// `AIDA…` or `AROA…`.
    unique_id: Option<String>,
}

impl CaptureTable {
    /// What `--capture LISTEN=URL` says.
    pub(crate) fn of_flag(text: &str) -> Result<Self, String> {
        let wrong = |problem: &str| format!("--capture {text}: {problem}");
        let (listen, upstream) = text.split_once('=').ok_or_else(|| wrong("expected LISTEN=URL"))?;
        Ok(Self {
            listen: listen.parse().map_err(|_| wrong("LISTEN is an address and a port, such as 127.0.0.1:4581"))?,
            upstream: upstream.parse().map_err(|problem| wrong(&format!("{problem}")))?,
            account: default_account(),
            region: us_east_1(),
            bucket_domain: None,
            name: None,
            on_failure: OnFailure::Closed,
            answer_after: None,
            body_copy_bytes: None,
            trusted_proxies: None,
            certificate_file: None,
            key_file: None,
            upstream_roots_file: None,
            connect_timeout_seconds: None,
            first_byte_timeout_seconds: None,
            idle_timeout_seconds: None,
            inventory_access_key_id: None,
            inventory_secret_access_key: None,
            inventory_interval_seconds: None,
            identities: Vec::new(),
        })
    }

    /// What is wrong with the table as a whole.
    pub(crate) fn check(&self) -> Result<(), String> {
        let wrong = |problem: &str| Err(format!("[[capture]] at {}: {problem}", self.listen));
        if self.certificate_file.is_some() != self.key_file.is_some() {
            return wrong("certificate_file and key_file go together");
        }
        if self.answer_after.is_some() && self.on_failure == OnFailure::Open {
            return wrong("answer_after has no meaning with on_failure = \"open\": there are no intents");
        }
        if self.inventory_access_key_id.is_some() != self.inventory_secret_access_key.is_some() {
            return wrong("inventory_access_key_id and inventory_secret_access_key go together");
        }
        if self.inventory_interval_seconds == Some(0) {
            return wrong("inventory_interval_seconds must be above 0");
        }
        if self.name.as_ref().is_some_and(|name| name.is_empty() || name.len() > NAME_BYTES_MAX) {
            return wrong("name must have 1 to 64 bytes");
        }
        if Region::parse(&self.region).is_err() {
            return wrong("region is not the name of a Region");
        }
        match self.identities.iter().find(|identity| identity.holder().is_none()) {
            Some(identity) => wrong(&format!(
                "identity {}: either user_name, or role_name with session_name, or none of them",
                identity.access_key_id
            )),
            None => Ok(()),
        }
    }

    /// What tells it from other gateways: its name, or where it listens.
    pub(crate) fn label(&self) -> String {
        self.name.clone().unwrap_or_else(|| self.listen.to_string())
    }

    /// The keys that it names.
    pub(crate) fn known_keys(&self) -> impl Iterator<Item = KnownKey> {
        self.identities.iter().filter_map(|identity| {
            let (access_key_id, account) = (identity.access_key_id.clone(), self.account);
            Some(KnownKey { access_key_id, account, holder: identity.holder()? })
        })
    }
}

impl IdentityTable {
    fn holder(&self) -> Option<KeyHolder> {
        let (arn, id) = (self.arn.clone(), self.unique_id.clone());
        match (&self.user_name, &self.role_name, &self.session_name) {
            (None, None, None) => Some(KeyHolder::Root),
            (Some(user_name), None, None) => {
                Some(KeyHolder::IamUser { user_name: user_name.clone(), arn, user_id: id })
            }
            (None, Some(role_name), Some(session_name)) => Some(KeyHolder::AssumedRole {
                role_name: role_name.clone(),
                role_arn: arn,
                role_id: id,
                session_name: session_name.clone(),
            }),
            _ => None,
        }
    }
}

fn parsed<'de, D: Deserializer<'de>, T: std::str::FromStr<Err: std::fmt::Display>>(from: D) -> Result<T, D::Error> {
    String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
}

fn secret<'de, D: Deserializer<'de>>(from: D) -> Result<Option<SecretKey>, D::Error> {
    Ok(Some(SecretKey::new(String::deserialize(from)?)))
}

fn default_account() -> AccountId {
    AccountId::DEFAULT
}

fn us_east_1() -> String {
    "us-east-1".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Result<CaptureTable, String> {
        let table: CaptureTable = toml::from_str(text).map_err(|error| error.message().to_owned())?;
        table.check().map(|()| table)
    }

    #[test]
    fn a_flag_is_a_listener_and_an_endpoint() {
        let table = CaptureTable::of_flag("127.0.0.1:4581=http://127.0.0.1:8333").unwrap();
        assert_eq!((table.listen.port(), table.upstream.to_string()), (4581, "http://127.0.0.1:8333".to_owned()));
        for bad in ["", "127.0.0.1:4581", "4581=http://a", "127.0.0.1:4581=a", "127.0.0.1:4581=http://a/b"] {
            assert!(CaptureTable::of_flag(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_table_says_who_keys_are_and_what_is_wrong_with_it() {
        let base = "listen = \"127.0.0.1:4581\"\nupstream = \"http://127.0.0.1:8333\"\n";
        let alice = "[[identities]]\naccess_key_id = \"AKIAALICE\"\nuser_name = \"alice\"\n";
        let keys: Vec<_> = table(&format!("{base}{alice}")).unwrap().known_keys().collect();
        assert!(matches!(&keys[0].holder, KeyHolder::IamUser { user_name, .. } if user_name == "alice"));
        let wrong = |more: &str| table(&format!("{base}{more}")).unwrap_err();
        assert!(wrong("certificate_file = \"a\"\n").contains("go together"));
        assert!(wrong("inventory_access_key_id = \"a\"\n").contains("go together"));
        assert!(wrong("inventory_interval_seconds = 0\n").contains("above 0"));
        assert!(wrong(&format!("name = \"{}\"\n", "x".repeat(65))).contains("64 bytes"));
        assert!(wrong("region = \"!\"\n").contains("Region"));
        assert!(wrong("on_failure = \"maybe\"\n").contains("unknown variant"));
        assert!(wrong("answer_after = \"never\"\n").contains("unknown variant"));
        assert!(wrong("answer_after = \"end\"\non_failure = \"open\"\n").contains("no intents"));
        assert!(table(&format!("{base}answer_after = \"end\"\n")).is_ok());
        assert!(wrong("trusted_proxies = [\"x\"]\n").contains("IP address"));
        assert!(wrong(&format!("{alice}role_name = \"r\"\n")).contains("either user_name"));
    }
    #[test]
    fn the_secret_of_an_inventory_never_shows() {
        let keys = "inventory_access_key_id = \"AKIALOOKS\"\ninventory_secret_access_key = \"hidden-secret\"\n";
        let table = table(&format!("listen = \"127.0.0.1:1\"\nupstream = \"http://a\"\n{keys}")).unwrap();
        assert_eq!(table.inventory_secret_access_key.as_ref().map(SecretKey::expose), Some("hidden-secret"));
        let shown = format!("{table:?}");
        assert!(shown.contains("AKIALOOKS") && !shown.contains("hidden-secret"), "{shown}");
    }

    #[test]
    fn a_gateway_is_told_by_its_name_or_else_by_where_it_listens() {
        let base = "listen = \"127.0.0.1:4581\"\nupstream = \"http://127.0.0.1:8333\"\n";
        assert_eq!(table(base).unwrap().label(), "127.0.0.1:4581");
        assert_eq!(table(&format!("{base}name = \"photos\"\n")).unwrap().label(), "photos");
    }
}
