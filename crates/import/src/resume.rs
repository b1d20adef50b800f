//! Remembers which files are done, so that an import that was stopped goes on there.
//!
//! The file has one line of JSON for each file that is done, after a first line that says for which server and which
//! key. It is only a shortcut: a file that is sent again does no harm.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::group::SourceFile;
use crate::listing::Listed;
use crate::{ImportError, ImportSettings, Importing};

/// The files that are done.
#[derive(Debug)]
pub(crate) struct Resume {
    path: PathBuf,
    file: File,
}

/// The files that an earlier run had done, with their sizes and times.
#[derive(Debug, Default)]
pub(crate) struct DoneBefore(HashMap<String, (u64, i64)>);

#[derive(Serialize, Deserialize, PartialEq, Eq)]
struct Header {
    server: String,
    access_key_id: String,
    live: bool,
}

#[derive(Serialize, Deserialize)]
struct Done {
    file: String,
    size: u64,
    modified_ms: i64,
}

impl Resume {
    /// Opens the file, which is begun anew when it is of another server, key or kind of import.
    ///
    /// # Errors
    /// [`ImportError::Resume`] when it cannot be read or written.
    pub(crate) fn open(path: &Path, settings: &ImportSettings) -> Result<(Self, DoneBefore), ImportError> {
        let header = Header {
            server: settings.endpoint_url.clone(),
            access_key_id: settings.credentials.access_key_id.clone(),
            live: settings.importing == Importing::Live,
        };
        Self::open_with(path, &header).map_err(|error| resume_error(path, &error))
    }

    fn open_with(path: &Path, header: &Header) -> io::Result<(Self, DoneBefore)> {
        let bytes = match std::fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(error) => return Err(error),
        };
        // A line may have been cut off within a character.
        let text = String::from_utf8_lossy(&bytes);
        let mut lines = text.lines();
        let is_ours =
            lines.next().and_then(|line| serde_json::from_str(line).ok()).is_some_and(|h: Header| h == *header);
        let mut file = OpenOptions::new().create(true).write(true).truncate(!is_ours).append(is_ours).open(path)?;
        if !is_ours {
            writeln!(file, "{}", serde_json::to_string(header)?)?;
            return Ok((Self { path: path.to_owned(), file }, DoneBefore::default()));
        }
        // A line that was cut off by a crash is not JSON and counts for nothing; what follows begins on a line of its own.
        if !text.ends_with('\n') {
            writeln!(file)?;
        }
        let done = lines.filter_map(|line| serde_json::from_str::<Done>(line).ok());
        let before = done.map(|done| (done.file, (done.size, done.modified_ms))).collect();
        Ok((Self { path: path.to_owned(), file }, DoneBefore(before)))
    }

    /// Remembers that `file` is done.
    ///
    /// # Errors
    /// [`ImportError::Resume`] when it cannot be written.
    pub(crate) fn done(&mut self, file: &SourceFile) -> Result<(), ImportError> {
        let line = Done { file: file.name.clone(), size: file.size, modified_ms: file.modified_ms };
        let written = serde_json::to_string(&line).map_err(io::Error::from).and_then(|mut line| {
            line.push('\n');
            self.file.write_all(line.as_bytes())
        });
        written.map_err(|error| resume_error(&self.path, &error))
    }
}

impl DoneBefore {
    /// Whether the file was done, and has not changed since.
    pub(crate) fn has(&self, file: &Listed) -> bool {
        self.0.get(&file.name) == Some(&(file.size, file.modified_ms))
    }
}

fn resume_error(path: &Path, error: &io::Error) -> ImportError {
    ImportError::Resume { path: path.display().to_string(), reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(server: &str) -> Header {
        Header { server: server.to_owned(), access_key_id: "AKIA".to_owned(), live: false }
    }

    #[test]
    fn what_was_done_is_known_until_the_file_or_the_server_changes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("resume");
        let file = Listed { name: "a".into(), size: 3, modified_ms: 5 };
        let (mut resume, before) = Resume::open_with(&path, &header("x")).unwrap();
        assert!(!before.has(&file));
        resume.done(&SourceFile::new("a".into(), 3, 5)).unwrap();
        resume.file.write_all(b"{\"file\":\"cut \xe2\x82").unwrap();
        drop(resume);
        let (mut resume, before) = Resume::open_with(&path, &header("x")).unwrap();
        assert!(before.has(&file));
        assert!(!before.has(&Listed { size: 4, ..file.clone() }));
        resume.done(&SourceFile::new("b".into(), 1, 1)).unwrap();
        let (_, before) = Resume::open_with(&path, &header("x")).unwrap();
        assert!(before.has(&Listed { name: "b".into(), size: 1, modified_ms: 1 }));
        let (_, before) = Resume::open_with(&path, &header("y")).unwrap();
        assert!(!before.has(&file));
    }
}
