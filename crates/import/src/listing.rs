//! Finds the files of a source.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use cairn_objects::Bucket;

use crate::ImportError;

/// A file that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listed {
    pub(crate) name: String,
    pub(crate) size: u64,
    pub(crate) modified_ms: i64,
}

/// All files below `root`, sorted by path; `root` itself when it is a file. Links to folders are not followed.
/// It waits for the disk.
///
/// # Errors
/// [`ImportError::Source`] when a folder cannot be read.
pub(crate) fn list_folder(root: &Path) -> Result<Vec<Listed>, ImportError> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(path) = folders.pop() {
        list_one(&path, &mut folders, &mut found).map_err(|error| source_error(&path.display(), &error))?;
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

fn list_one(path: &Path, folders: &mut Vec<PathBuf>, found: &mut Vec<Listed>) -> std::io::Result<()> {
    let meta = fs::metadata(path)?;
    if meta.is_file() {
        found.push(listed(path, &meta));
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            folders.push(entry.path());
        } else if let Ok(meta) = fs::metadata(entry.path())
            && meta.is_file()
        {
            found.push(listed(&entry.path(), &meta));
        }
    }
    Ok(())
}

fn listed(path: &Path, meta: &fs::Metadata) -> Listed {
    let modified = meta.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
    Listed {
        name: path.to_string_lossy().into_owned(),
        size: meta.len(),
        modified_ms: i64::try_from(modified.as_millis()).unwrap_or(0),
    }
}

/// The next objects whose keys begin with `prefix`, after `start_after`; none at the end.
///
/// # Errors
/// [`ImportError::Source`] when the bucket does not list them.
pub(crate) async fn list_bucket(
    bucket: &Bucket,
    prefix: &str,
    start_after: Option<&str>,
) -> Result<Vec<Listed>, ImportError> {
    let place = format!("s3://{}/{prefix}", bucket.name());
    let objects = bucket.list(prefix, start_after, 1000).await.map_err(|error| source_error(&place, &error))?;
    let listed = |object: cairn_objects::ObjectMeta| Listed {
        size: object.size,
        modified_ms: object.last_modified.unix_ms(),
        name: object.key,
    };
    Ok(objects.into_iter().map(listed).collect())
}

fn source_error(place: &impl ToString, reason: &impl ToString) -> ImportError {
    ImportError::Source { place: place.to_string(), reason: reason.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_is_listed_in_the_order_of_its_paths_and_a_file_is_a_tree() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("b/c")).unwrap();
        for (name, text) in [("b/c/2", "22"), ("a", "1"), ("b/1", "")] {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let names: Vec<_> =
            list_folder(folder.path()).unwrap().into_iter().map(|file| (file.name, file.size)).collect();
        let path = |name: &str| folder.path().join(name).display().to_string();
        assert_eq!(names, [(path("a"), 1), (path("b/1"), 0), (path("b/c/2"), 2)]);
        assert_eq!(list_folder(&folder.path().join("a")).unwrap().len(), 1);
        assert!(list_folder(&folder.path().join("absent")).is_err());
    }
}
