//! Settings: one list, from which the file, the environment, the flags and `--print-settings` all come.
//!
//! A value comes from the first of: a flag, an environment variable (`CAIRN_` and the key in capitals with `_` for
//! `.`), the settings file, the default. Unknown keys in the file are refused with their line.

mod capture;
mod console_client;
mod declared;
mod endpoint;
mod file;
mod list;
mod oidc;
mod protected;
mod tables;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use cairn_edge::SettingView;
use cairn_iam::Declaration;

pub(crate) use capture::{AnswerAfterWord, CaptureTable, OnFailure};
pub(crate) use console_client::ConsoleClientTable;
pub(crate) use endpoint::EndpointTable;
pub(crate) use file::FileError;
pub(crate) use list::{LIST, Setting, category};
pub(crate) use oidc::OidcProviderTable;
pub(crate) use protected::ProtectedTable;
pub(crate) use tables::{AccountTable, BucketTable, KeysOf};

/// Where the value of a setting came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    Default,
    File { path: PathBuf, line: usize },
    Environment(String),
    Flag,
}

/// All settings, resolved.
#[derive(Debug)]
pub(crate) struct Settings {
    values: BTreeMap<&'static str, (String, Origin)>,
    pub(crate) accounts: Vec<AccountTable>,
    /// What the file declares, and how it is called.
    pub(crate) declarations: (String, Vec<Declaration>),
    pub(crate) buckets: Vec<BucketTable>,
    pub(crate) captures: Vec<CaptureTable>,
    pub(crate) protected_trails: Vec<ProtectedTable>,
    pub(crate) endpoints: Vec<EndpointTable>,
    pub(crate) oidc_providers: Vec<OidcProviderTable>,
    /// Whether moto's own tests are served. Only a flag says so, never a file that could be left behind.
    pub(crate) test_hooks: bool,
    /// Whether the root gets a new password at this start.
    pub(crate) reset_root: bool,
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SettingsError {
    #[error(transparent)]
    File(#[from] FileError),
    #[error("{key} = `{value}` ({origin}): {problem}")]
    Invalid { key: &'static str, value: String, origin: Origin, problem: String },
    #[error("`{0}` is not a setting; `cairn serve --print-settings` lists them")]
    UnknownVariable(String),
}

impl Settings {
    /// Resolves every setting. `flags` are key and value, `environment` all variables of the process.
    pub(crate) fn resolve(
        file: Option<&Path>,
        environment: &BTreeMap<String, String>,
        flags: &[(&'static str, String)],
    ) -> Result<Self, SettingsError> {
        let mut values: BTreeMap<_, _> =
            LIST.iter().map(|row| (row.key, (row.default.to_owned(), Origin::Default))).collect();
        let (mut accounts, mut buckets, mut captures) = (Vec::new(), Vec::new(), Vec::new());
        let mut protected_trails = Vec::new();
        let mut endpoints = Vec::new();
        let mut declarations = (String::new(), Vec::new());
        let mut oidc_providers = Vec::new();
        if let Some(path) = file {
            let read = file::read(path, environment)?;
            declarations = (path.display().to_string(), read.declarations);
            for (row, value, line) in read.values {
                values.insert(row.key, (value, Origin::File { path: path.to_owned(), line }));
            }
            (accounts, buckets, captures) = (read.accounts, read.buckets, read.captures);
            protected_trails = read.protected_trails;
            endpoints = read.endpoints;
            oidc_providers = read.oidc_providers;
        }
        for (variable, value) in environment.iter().filter(|(name, _)| name.starts_with("CAIRN_")) {
            match LIST.iter().find(|row| row.variable() == *variable) {
                Some(row) => values.insert(row.key, (value.clone(), Origin::Environment(variable.clone()))),
                None if NOT_SETTINGS.contains(&variable.as_str()) => None,
                None if declared::variables(&accounts).any(|named| named == variable) => None,
                None => return Err(SettingsError::UnknownVariable(variable.clone())),
            };
        }
        for (key, value) in flags {
            values.insert(key, (value.clone(), Origin::Flag));
        }
        let settings = Self {
            values,
            accounts,
            declarations,
            buckets,
            captures,
            protected_trails,
            endpoints,
            oidc_providers,
            test_hooks: false,
            reset_root: false,
        };
        settings.check()?;
        Ok(settings)
    }

    fn check(&self) -> Result<(), SettingsError> {
        for row in LIST {
            let Some((value, origin)) = self.values.get(row.key) else { continue };
            (row.check)(value).map_err(|problem| SettingsError::Invalid {
                key: row.key,
                value: row.shown(value).to_owned(),
                origin: origin.clone(),
                problem,
            })?;
        }
        Ok(())
    }

    /// The text of a setting; empty when it is unset.
    pub(crate) fn text(&self, key: &str) -> &str {
        self.values.get(key).map_or("", |(value, _)| value)
    }

    /// A setting that the list checks to be a whole number.
    pub(crate) fn number(&self, key: &str) -> u64 {
        self.text(key).parse().unwrap_or(0)
    }

    /// A whole number as a size or a count in memory.
    pub(crate) fn size(&self, key: &str) -> usize {
        usize::try_from(self.number(key)).unwrap_or(usize::MAX)
    }

    /// A setting in seconds.
    pub(crate) fn seconds(&self, key: &str) -> std::time::Duration {
        std::time::Duration::from_secs_f64(self.text(key).parse().unwrap_or(0.0))
    }

    /// A comma-separated list.
    pub(crate) fn words(&self, key: &str) -> Vec<&str> {
        self.text(key).split(',').map(str::trim).filter(|word| !word.is_empty()).collect()
    }

    /// Every row of the list as it may be shown, with where its value came from.
    pub(crate) fn views(&self) -> Vec<SettingView> {
        let view = |row: &'static Setting| {
            let (value, origin) = self.values.get(row.key)?;
            let origin = match origin {
                Origin::Default => "default",
                Origin::File { .. } => "file",
                Origin::Environment(_) => "environment",
                Origin::Flag => "argument",
            };
            let (value, is_secret) = (row.shown(value).to_owned(), row.is_secret());
            Some(SettingView { name: row.key, value, default: row.default, origin, is_secret, about: row.help })
        };
        LIST.iter().filter_map(view).collect()
    }

    /// What `--print-settings` shows: each value and where it came from. Secrets are not shown.
    pub(crate) fn print(&self) -> String {
        let values = LIST.iter().filter_map(|row| {
            let (value, origin) = self.values.get(row.key)?;
            Some(format!("# {}\n{} = {:?}  # {origin}\n", row.help, row.key, row.shown(value)))
        });
        let accounts = self.accounts.iter().map(declared::shown);
        let buckets = self.buckets.iter().map(|of| format!("[[buckets]]  # {} at {}\n", of.name, of.endpoint_url));
        let protected = self.protected_trails.iter().map(ProtectedTable::shown);
        let endpoints = self.endpoints.iter().map(EndpointTable::shown);
        let providers = self.oidc_providers.iter().map(OidcProviderTable::shown);
        let captures = self.captures.iter().map(shown_capture);
        let tables = accounts.chain(buckets).chain(providers).chain(endpoints).chain(captures).chain(protected);
        values.chain(tables).collect()
    }
}

/// What is shown of a gateway: never the secret with which it asks for users and keys.
fn shown_capture(of: &CaptureTable) -> String {
    let key = of.inventory_access_key_id.as_ref();
    let inventory = key.map(|key| format!(", asks whose keys are whose as {key}")).unwrap_or_default();
    format!("[[capture]]  # {} in front of {}{inventory}\n", of.listen, of.upstream)
}

/// Variables that other parts of the project use.
const NOT_SETTINGS: &[&str] = &["CAIRN_SEED", "CAIRN_SHARED", "CAIRN_BIN", "CAIRN_PYTHON", "CAIRN_PROFILE"];

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File { path, line } => write!(f, "{}:{line}", path.display()),
            Self::Environment(variable) => write!(f, "environment {variable}"),
            Self::Flag => f.write_str("flag"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_file(text: &str) -> Result<Settings, SettingsError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cairn.toml");
        std::fs::write(&path, text).unwrap();
        let environment = BTreeMap::from([("CAIRN_LISTEN".to_owned(), "127.0.0.1:1".to_owned())]);
        Settings::resolve(Some(&path), &environment, &[("data", "/flag".to_owned())])
    }

    #[test]
    fn a_flag_beats_the_environment_which_beats_the_file_which_beats_the_default() {
        let text = "listen = \"127.0.0.1:2\"\ndata = \"/file\"\n[delivery]\nlog_interval_seconds = 7\n";
        let settings = with_file(text).unwrap();
        assert_eq!(settings.text("listen"), "127.0.0.1:1");
        assert_eq!(settings.text("data"), "/flag");
        assert_eq!(settings.number("delivery.log_interval_seconds"), 7);
        assert_eq!(settings.number("delivery.digest_interval_seconds"), 3600);
        let printed = settings.print();
        assert!(printed.contains("cairn.toml:4"), "{printed}");
        assert!(printed.contains("environment CAIRN_LISTEN"), "{printed}");
    }

    #[test]
    fn each_setting_is_shown_with_its_origin_and_no_secret_ever_is() {
        let settings =
            with_file("root_secret_access_key = \"secret-value\"\n[delivery]\nlog_interval_seconds = 7\n").unwrap();
        let views = settings.views();
        assert_eq!(views.len(), LIST.len());
        let of = |name: &str| {
            let view = views.iter().find(|view| view.name == name).unwrap();
            (view.value.as_str(), view.default, view.origin, view.is_secret)
        };
        assert_eq!(of("listen"), ("127.0.0.1:1", "127.0.0.1:4580", "environment", false));
        assert_eq!(of("data"), ("/flag", "./data", "argument", false));
        assert_eq!(of("delivery.log_interval_seconds"), ("7", "300", "file", false));
        assert_eq!(of("history.retention_days"), ("90", "90", "default", false));
        assert_eq!(of("root_secret_access_key"), ("(hidden)", "", "file", true));
        assert_eq!(of("kms.master_key"), ("", "", "default", true));
        assert!(!format!("{views:?}").contains("secret-value"));
    }

    #[test]
    fn what_is_wrong_in_the_file_is_said_with_its_line() {
        let problem = |text: &str| with_file(text).unwrap_err().to_string();
        let unknown = problem("listen = \"127.0.0.1:2\"\n\n[delivery]\nlog_intervall_seconds = 7\n");
        assert!(unknown.contains("cairn.toml:4") && unknown.contains("delivery.log_intervall_seconds"), "{unknown}");
        assert!(problem("[history]\nretention_days = \"x\"\n").contains("cairn.toml:2"));
        let lock = problem("[delivery.object_lock]\ndays = 30\nmode = \"strict\"\n");
        assert!(lock.contains("cairn.toml:3") && lock.contains("governance or compliance"), "{lock}");
        assert!(problem("[delivery.object_lock]\ndays = 0\n").contains("cairn.toml:2"));
        assert!(problem("a = = b").contains("cairn.toml:1"));
        assert!(problem("[[accounts]]\nid = \"111122223333\"\nkeyss = []\n").contains("cairn.toml:3"));
        assert!(problem("[[accounts]]\nid = \"1\"\nkeys = []\n").contains("twelve digits"));
    }

    #[test]
    fn unknown_variables_are_refused_and_secrets_are_not_printed() {
        let resolve = |name: &str| {
            let environment = BTreeMap::from([(name.to_owned(), "secret-value".to_owned())]);
            Settings::resolve(None, &environment, &[])
        };
        assert!(resolve("CAIRN_NO_SUCH").is_err());
        for name in ["CAIRN_ROOT_SECRET_ACCESS_KEY", "CAIRN_INVENTORY_SECRET_ACCESS_KEY"] {
            assert!(!resolve(name).unwrap().print().contains("secret-value"), "{name}");
        }
        let keys = "inventory_access_key_id = \"AKIALOOKS\"\ninventory_secret_access_key = \"secret-value\"\n";
        let capture = format!("[[capture]]\nlisten = \"127.0.0.1:3\"\nupstream = \"http://127.0.0.1:4\"\n{keys}");
        let printed = with_file(&capture).unwrap().print();
        assert!(printed.contains("AKIALOOKS") && !printed.contains("secret-value"), "{printed}");
    }
}
