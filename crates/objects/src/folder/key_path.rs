//! How keys become file names: readable, reversible, and never outside the bucket's folder.
//!
//! Each segment between slashes is one file name, with control characters, `%`, `\` and everything beyond ASCII
//! percent-encoded. A segment of only points is encoded too, and an empty segment is a lone `%`. Since an encoded name
//! has `%` only there or before two hexadecimal digits, names such as `.%tmp` and `leaf.%meta` are free for our own use.

use std::path::{Path, PathBuf};

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use crate::ObjectError;

/// The longest key in bytes, as in S3.
pub(crate) const KEY_BYTES_MAX: usize = 1024;

/// What is put behind the name of an object's file for the name of its sidecar.
pub(crate) const SIDECAR_SUFFIX: &str = ".%meta";

/// The folder in the bucket's root where files are written before they get their names.
pub(crate) const TEMPORARY: &str = ".%tmp";

const NAME_BYTES_MAX: usize = 255 - SIDECAR_SUFFIX.len();
const ENCODED: &AsciiSet = &CONTROLS.add(b'%').add(b'\\').add(b'/');
const EMPTY: &str = "%";

/// Refuses keys that no bucket can hold.
pub(crate) fn check_key(key: &str) -> Result<(), ObjectError> {
    if key.is_empty() {
        return Err(ObjectError::invalid_key("it is empty"));
    }
    if key.len() > KEY_BYTES_MAX {
        return Err(ObjectError::invalid_key(format!("it is longer than {KEY_BYTES_MAX} bytes")));
    }
    Ok(())
}

/// The file of the object with this key.
pub(crate) fn object_path(root: &Path, key: &str) -> Result<PathBuf, ObjectError> {
    check_key(key)?;
    path_below(root, key)
}

/// The folder whose files' keys begin with `folder_key`, which is empty or ends with a slash.
pub(crate) fn folder_path(root: &Path, folder_key: &str) -> Result<PathBuf, ObjectError> {
    match folder_key.strip_suffix('/') {
        Some(segments) => path_below(root, segments),
        None => Ok(root.to_owned()),
    }
}

/// The sidecar of an object's file.
pub(crate) fn sidecar_path(object: &Path) -> PathBuf {
    let mut name = object.as_os_str().to_owned();
    name.push(SIDECAR_SUFFIX);
    PathBuf::from(name)
}

/// The segment that a file name stands for; `None` when it is not a name that we give.
pub(crate) fn decode_segment(name: &str) -> Option<String> {
    if name == EMPTY {
        return Some(String::new());
    }
    let segment = percent_decode_str(name).decode_utf8().ok()?;
    (encode_segment(&segment) == name).then(|| segment.into_owned())
}

fn path_below(root: &Path, segments: &str) -> Result<PathBuf, ObjectError> {
    let mut path = root.to_owned();
    for segment in segments.split('/') {
        let name = encode_segment(segment);
        if name.len() > NAME_BYTES_MAX {
            let reason = format!("a part between slashes takes more than {NAME_BYTES_MAX} bytes as a file name");
            return Err(ObjectError::invalid_key(reason));
        }
        path.push(name);
    }
    Ok(path)
}

fn encode_segment(segment: &str) -> String {
    match segment {
        "" => EMPTY.to_owned(),
        "." => "%2E".to_owned(),
        ".." => "%2E%2E".to_owned(),
        other => utf8_percent_encode(other, ENCODED).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Component;

    use proptest::prelude::*;

    use super::*;

    fn decode_key(root: &Path, path: &Path) -> Option<String> {
        let names = path.strip_prefix(root).ok()?;
        let segments: Option<Vec<_>> =
            names.components().map(|name| decode_segment(name.as_os_str().to_str()?)).collect();
        Some(segments?.join("/"))
    }

    #[test]
    fn names_are_readable_and_tricks_are_not_paths() {
        let name = |key| object_path(Path::new("/r"), key).unwrap().to_str().unwrap().to_owned();
        assert_eq!(name("AWSLogs/1/a b_c-d:e.json.gz"), "/r/AWSLogs/1/a b_c-d:e.json.gz");
        assert_eq!(name("../../etc/passwd"), "/r/%2E%2E/%2E%2E/etc/passwd");
        assert_eq!(name("/a//./"), "/r/%/a/%/%2E/%");
        assert_eq!(name("a\0\\é%"), "/r/a%00%5C%C3%A9%25");
        assert_eq!(name(".%tmp/x.%meta"), "/r/.%25tmp/x.%25meta");
        assert!(object_path(Path::new("/r"), "").is_err());
        assert!(object_path(Path::new("/r"), &"a".repeat(250)).is_err());
        assert!(object_path(Path::new("/r"), &"a/".repeat(513)).is_err());
    }

    #[test]
    fn names_that_we_do_not_give_are_not_decoded() {
        for foreign in [".%tmp", "leaf.%meta", "%41", "%2e", "é", "a%", "%FF", ".", ".."] {
            assert_eq!(decode_segment(foreign), None, "{foreign}");
        }
    }

    proptest! {
        #[test]
        fn every_key_comes_back_from_its_path_and_stays_below_the_root(key in "([a-c./%\\\\é\0~ -]{1,3}/?){1,8}") {
            let root = Path::new("/data/bucket");
            let path = object_path(root, &key).unwrap();
            prop_assert!(path.starts_with(root) && path != root);
            prop_assert!(path.components().all(|part| matches!(part, Component::RootDir | Component::Normal(_))));
            prop_assert_eq!(decode_key(root, &path), Some(key));
        }
    }
}
