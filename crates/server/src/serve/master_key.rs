//! The master key: given, in a file of the operator's, or in one that the first start makes in the data folder.

use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use cairn_environment::Random;
use cairn_kms::{InvalidMasterKey, MasterKey};
use zeroize::Zeroizing;

use crate::data_folder::{DataFolder, DataFolderError};

/// Why there is no master key.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MasterKeyError {
    #[error("kms.master_key: {0}")]
    Given(InvalidMasterKey),
    #[error("{}: {problem}", path.display())]
    File { path: PathBuf, problem: InvalidMasterKey },
    #[error("the master key file {} cannot be read: {reason}", path.display())]
    Unreadable { path: PathBuf, reason: io::Error },
    #[error("{} can be read by others (mode {mode:03o}): run `chmod 600` on it", path.display())]
    OpenToOthers { path: PathBuf, mode: u32 },
    #[error("{} is gone, but keys lie under it: bring it back, or set kms.master_key_file", path.display())]
    Lost { path: PathBuf },
    #[error(transparent)]
    DataFolder(#[from] DataFolderError),
}

/// The master key: `given` as base64, else in the file of that path, else in the data folder. There it is made when no
/// key can lie under another one yet.
pub(crate) fn find(
    folder: &DataFolder,
    (given, file): (&str, &str),
    random: &Random,
) -> Result<MasterKey, MasterKeyError> {
    if !given.is_empty() {
        return MasterKey::parse(given).map_err(MasterKeyError::Given);
    }
    if !file.is_empty() {
        return read(Path::new(file));
    }
    let path = folder.master_key();
    match read(&path) {
        Err(MasterKeyError::Unreadable { reason, .. }) if reason.kind() == io::ErrorKind::NotFound => {}
        read => return read,
    }
    if folder.kms().exists() {
        return Err(MasterKeyError::Lost { path });
    }
    let made = MasterKey::generate(random);
    let line = Zeroizing::new(format!("{}\n", made.to_base64().as_str()));
    folder.write("master-key", &line)?;
    Ok(made)
}

/// The master key in a file that only its owner can read.
pub(crate) fn read(path: &Path) -> Result<MasterKey, MasterKeyError> {
    let unreadable = |reason| MasterKeyError::Unreadable { path: path.to_owned(), reason };
    let text = Zeroizing::new(std::fs::read_to_string(path).map_err(unreadable)?);
    let mode = std::fs::metadata(path).map_err(unreadable)?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(MasterKeyError::OpenToOthers { path: path.to_owned(), mode });
    }
    MasterKey::parse(&text).map_err(|problem| MasterKeyError::File { path: path.to_owned(), problem })
}

#[cfg(test)]
mod tests {
    use std::fs::{self, Permissions};

    use super::*;

    fn find_in(folder: &DataFolder) -> Result<MasterKey, MasterKeyError> {
        find(folder, ("", ""), &cairn_environment::Environment::real().random)
    }

    #[test]
    fn the_first_start_makes_it_for_its_owner_only_and_the_next_finds_it() {
        let root = tempfile::tempdir().unwrap();
        let folder = DataFolder::open(root.path()).unwrap();
        let made = find_in(&folder).unwrap();
        assert_eq!(find_in(&folder).unwrap().to_base64(), made.to_base64());
        let path = root.path().join("master-key");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        fs::set_permissions(&path, Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(find_in(&folder), Err(MasterKeyError::OpenToOthers { mode: 0o640, .. })));
    }

    #[test]
    fn a_lost_one_is_not_replaced_and_a_given_one_comes_first() {
        let root = tempfile::tempdir().unwrap();
        let folder = DataFolder::open(root.path()).unwrap();
        fs::write(folder.kms(), "").unwrap();
        assert!(matches!(find_in(&folder), Err(MasterKeyError::Lost { .. })));
        let given = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";
        let random = cairn_environment::Environment::real().random;
        assert_eq!(find(&folder, (given, ""), &random).unwrap().to_base64().as_str(), given);
        assert!(matches!(find(&folder, ("short", ""), &random), Err(MasterKeyError::Given(_))));
        assert!(matches!(find(&folder, ("", "/nowhere"), &random), Err(MasterKeyError::Unreadable { .. })));
    }
}
