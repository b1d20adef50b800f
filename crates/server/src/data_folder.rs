//! The data folder: what lies where in it, one instance at a time, and the root key pair of the first start.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use cairn_environment::Random;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// An opened data folder. While it lives no other instance can open it.
#[derive(Debug)]
pub(crate) struct DataFolder {
    root: PathBuf,
    _lock: File,
}

/// The key pair of the default account's root.
pub(crate) struct RootCredentials {
    pub(crate) access_key_id: String,
    pub(crate) secret_access_key: String,
    /// Whether they were made just now, so that they are shown once.
    pub(crate) is_new: bool,
}

/// Why the data folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DataFolderError {
    #[error("{}: {reason}", path.display())]
    Io { path: PathBuf, reason: io::Error },
    #[error("{} is in use by another instance of Cairn", path.display())]
    InUse { path: PathBuf },
    #[error("{} can be read by others (mode {mode:03o}): run `chmod 600` on it", path.display())]
    OpenToOthers { path: PathBuf, mode: u32 },
    #[error("{} does not hold a key pair: it needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY lines", path.display())]
    NoKeyPair { path: PathBuf },
    #[error("root_access_key_id and root_secret_access_key go together: only one is set")]
    HalfAKeyPair,
}

const BASE32: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

impl DataFolder {
    /// Opens the folder, made with mode 0700 when it is absent.
    pub(crate) fn open(root: &Path) -> Result<Self, DataFolderError> {
        let failed = |reason| DataFolderError::Io { path: root.to_owned(), reason };
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(root).map_err(failed)?;
        let path = root.join("lock");
        let failed = |reason| DataFolderError::Io { path: path.clone(), reason };
        let lock =
            OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(&path).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { root: root.to_owned(), _lock: lock }),
            Err(std::fs::TryLockError::WouldBlock) => Err(DataFolderError::InUse { path: root.to_owned() }),
            Err(std::fs::TryLockError::Error(reason)) => Err(DataFolderError::Io { path, reason }),
        }
    }

    pub(crate) fn journal(&self) -> PathBuf {
        self.root.join("journal")
    }

    pub(crate) fn history(&self) -> PathBuf {
        self.root.join("history")
    }

    pub(crate) fn buckets(&self) -> PathBuf {
        self.root.join("buckets")
    }

    pub(crate) fn delivery(&self) -> PathBuf {
        self.root.join("delivery")
    }

    pub(crate) fn quarantine(&self) -> PathBuf {
        self.root.join("quarantine")
    }

    pub(crate) fn kms(&self) -> PathBuf {
        self.root.join("kms.sqlite")
    }

    pub(crate) fn iam(&self) -> PathBuf {
        self.root.join("iam.sqlite")
    }

    pub(crate) fn master_key(&self) -> PathBuf {
        self.root.join("master-key")
    }

    pub(crate) fn catalog(&self) -> PathBuf {
        self.root.join("catalog.sqlite")
    }

    /// The file in which the gateway of this name keeps whose keys are whose. Its folder is made when it is absent.
    pub(crate) fn principals(&self, gateway: &str) -> Result<PathBuf, DataFolderError> {
        let folder = self.root.join("principals");
        let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder);
        made.map_err(|reason| DataFolderError::Io { path: folder.clone(), reason })?;
        Ok(folder.join(format!("{}.sqlite", file_name(gateway))))
    }

    /// Leaves the address of the listener where scripts find it.
    pub(crate) fn write_listen_address(&self, address: &str) -> Result<(), DataFolderError> {
        self.write("listen-address", &format!("{address}\n"))
    }

    /// The root's key pair: the given one, else the one of the first start, else a new one, kept with mode 0600.
    pub(crate) fn root_credentials(
        &self,
        given: (&str, &str),
        random: &Random,
    ) -> Result<RootCredentials, DataFolderError> {
        match given {
            ("", "") => {}
            (id, secret) if !id.is_empty() && !secret.is_empty() => {
                let (access_key_id, secret_access_key) = (id.to_owned(), secret.to_owned());
                return Ok(RootCredentials { access_key_id, secret_access_key, is_new: false });
            }
            _ => return Err(DataFolderError::HalfAKeyPair),
        }
        let path = self.root.join("root-credentials");
        match std::fs::read_to_string(&path) {
            Ok(text) => kept_credentials(&path, &text),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let made = RootCredentials {
                    access_key_id: format!("AKIA{}", random.text(BASE32, 16)),
                    secret_access_key: random.text(BASE64, 40),
                    is_new: true,
                };
                self.write("root-credentials", &made.exports())?;
                Ok(made)
            }
            Err(reason) => Err(DataFolderError::Io { path, reason }),
        }
    }

    /// Writes a file of the folder as a whole and durably, with mode 0600.
    pub(crate) fn write(&self, name: &str, text: &str) -> Result<(), DataFolderError> {
        let path = self.root.join(name);
        let write = || -> io::Result<()> {
            let temporary = self.root.join(format!("{name}.new"));
            let mut file = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&temporary)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            std::fs::rename(&temporary, &path)?;
            File::open(&self.root)?.sync_all()
        };
        write().map_err(|reason| DataFolderError::Io { path: path.clone(), reason })
    }
}

/// A name of a file that no other text gives: what is neither letter, digit, `-`, `.` nor `_` is written as `%3A`.
fn file_name(text: &str) -> String {
    const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_');
    utf8_percent_encode(text, ESCAPED).to_string()
}

fn kept_credentials(path: &Path, text: &str) -> Result<RootCredentials, DataFolderError> {
    let failed = |reason| DataFolderError::Io { path: path.to_owned(), reason };
    let mode = std::fs::metadata(path).map_err(failed)?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(DataFolderError::OpenToOthers { path: path.to_owned(), mode });
    }
    let value = |name: &str| {
        let mut lines = text.lines().map(|line| line.trim().trim_start_matches("export ").trim_start());
        lines
            .find_map(|line| line.strip_prefix(name)?.strip_prefix('='))
            .map(|value| value.trim_matches('"').to_owned())
    };
    match (value("AWS_ACCESS_KEY_ID"), value("AWS_SECRET_ACCESS_KEY")) {
        (Some(access_key_id), Some(secret_access_key)) if !secret_access_key.is_empty() => {
            Ok(RootCredentials { access_key_id, secret_access_key, is_new: false })
        }
        _ => Err(DataFolderError::NoKeyPair { path: path.to_owned() }),
    }
}

impl RootCredentials {
    /// The lines that a shell reads.
    pub(crate) fn exports(&self) -> String {
        format!(
            "export AWS_ACCESS_KEY_ID={}\nexport AWS_SECRET_ACCESS_KEY={}\n",
            self.access_key_id, self.secret_access_key
        )
    }
}

impl std::fmt::Debug for RootCredentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "RootCredentials({}, hidden)", self.access_key_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn credentials(folder: &DataFolder) -> Result<RootCredentials, DataFolderError> {
        folder.root_credentials(("", ""), &cairn_environment::Environment::real().random)
    }

    #[test]
    fn the_first_start_makes_a_key_pair_and_the_next_finds_it() {
        let root = tempfile::tempdir().unwrap();
        let folder = DataFolder::open(&root.path().join("new/data")).unwrap();
        let made = credentials(&folder).unwrap();
        assert!(made.is_new && made.access_key_id.len() == 20 && made.secret_access_key.len() == 40);
        let kept = credentials(&folder).unwrap();
        assert!(!kept.is_new);
        assert_eq!((kept.access_key_id, kept.secret_access_key), (made.access_key_id, made.secret_access_key));
        assert!(matches!(DataFolder::open(&folder.root), Err(DataFolderError::InUse { .. })));
    }

    #[test]
    fn a_key_pair_that_others_can_read_is_refused() {
        let root = tempfile::tempdir().unwrap();
        let folder = DataFolder::open(root.path()).unwrap();
        credentials(&folder).unwrap();
        let path = root.path().join("root-credentials");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(credentials(&folder), Err(DataFolderError::OpenToOthers { mode: 0o640, .. })));
    }

    #[test]
    fn each_gateway_has_a_file_of_its_own_within_the_folder() {
        let root = tempfile::tempdir().unwrap();
        let folder = DataFolder::open(root.path()).unwrap();
        for (gateway, name) in [
            ("photos", "photos.sqlite"),
            ("127.0.0.1:4581", "127.0.0.1%3A4581.sqlite"),
            ("127.0.0.1_4581", "127.0.0.1_4581.sqlite"),
            ("../other/ü%", "..%2Fother%2F%C3%BC%25.sqlite"),
        ] {
            assert_eq!(folder.principals(gateway).unwrap(), root.path().join("principals").join(name));
        }
        let mode = std::fs::metadata(root.path().join("principals")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }

    #[test]
    fn given_keys_are_taken_and_half_a_pair_is_refused() {
        let root = tempfile::tempdir().unwrap();
        let folder = DataFolder::open(root.path()).unwrap();
        let random = cairn_environment::Environment::real().random;
        assert_eq!(folder.root_credentials(("id", "secret"), &random).unwrap().access_key_id, "id");
        assert!(matches!(folder.root_credentials(("id", ""), &random), Err(DataFolderError::HalfAKeyPair)));
    }
}
