//! moto, which answers as many services of AWS, installed into `.venv`.

use std::collections::BTreeMap;
use std::fs;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::server::{free_port, repository};
use crate::{http, wait};

/// A running `moto_server`.
pub(crate) struct Moto {
    folder: TempDir,
    address: String,
    process: Child,
}

impl Moto {
    /// A running one; none where it is not installed.
    pub(crate) fn start() -> Option<Self> {
        let program = repository().join(".venv/bin/moto_server");
        if !program.exists() {
            return None;
        }
        let (folder, port) = (tempfile::tempdir().unwrap(), free_port());
        let log = fs::File::create(folder.path().join("moto.log")).unwrap();
        let process = Command::new(program)
            .args(["--host", "127.0.0.1", "--port", &port.to_string()])
            .current_dir(folder.path())
            // Its answers shall not depend on the order of its sets.
            .env("PYTHONHASHSEED", "0")
            .env_remove("AWS_ENDPOINT_URL")
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut moto = Self { folder, address: format!("127.0.0.1:{port}"), process };
        moto.wait_ready();
        Some(moto)
    }

    /// `http://127.0.0.1:PORT`
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How many requests it has answered, by the status of the answers, as its log says.
    pub(crate) fn answers(&self) -> BTreeMap<String, u64> {
        let mut answers = BTreeMap::new();
        for line in self.log().lines() {
            let status = line.split_once(" HTTP/1.1\" ").and_then(|(_, rest)| rest.split(' ').next());
            if let Some(status) = status {
                *answers.entry(status.to_owned()).or_default() += 1;
            }
        }
        answers
    }

    fn wait_ready(&mut self) {
        wait::until("moto to become ready", || {
            let ended = self.process.try_wait().unwrap();
            assert!(ended.is_none(), "moto ended: {}", self.log());
            http::get(&self.address, "/moto-api/").filter(|answer| http::status(answer).is_some()).map(drop)
        });
    }

    fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("moto.log")).unwrap_or_default()
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
