//! SeaweedFS, an S3 server that is not ours, installed into `.venv`.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};

use serde_json::json;
use tempfile::TempDir;

use crate::aws::tool;
use crate::server::{ACCESS_KEY_ID, SECRET_ACCESS_KEY};
use crate::{http, wait};

/// A running `weed server` whose S3 knows the tests' key.
pub(crate) struct SeaweedFs {
    folder: TempDir,
    url: String,
    process: Child,
}

impl SeaweedFs {
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    /// The same with further arguments.
    pub(crate) fn start_with(further: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let identities = json!({"identities": [{
            "name": "tests",
            "credentials": [{"accessKey": ACCESS_KEY_ID, "secretKey": SECRET_ACCESS_KEY}],
            "actions": ["Admin", "Read", "Write", "List", "Tagging"],
        }]});
        fs::write(folder.path().join("s3.json"), identities.to_string()).unwrap();
        let [master, volume, filer, s3] = free_ports();
        let process = Command::new(tool("weed"))
            .current_dir(folder.path())
            .args([
                "server",
                "-ip",
                "127.0.0.1",
                "-ip.bind",
                "127.0.0.1",
                "-dir",
                ".",
                "-filer",
                "-s3",
                "-s3.config",
                "s3.json",
            ])
            .args([
                "-s3.port.iceberg",
                "0",
                "-s3.port.lance",
                "0",
                "-master.volumeSizeLimitMB",
                "64",
                "-volume.max",
                "8",
            ])
            .args(["-master.port", &master, "-volume.port", &volume, "-filer.port", &filer, "-s3.port", &s3])
            .args(further)
            .stdin(Stdio::null())
            .stdout(fs::File::create(folder.path().join("weed.log")).unwrap())
            .stderr(fs::File::create(folder.path().join("weed.errors")).unwrap())
            .spawn()
            .unwrap();
        let mut seaweed = Self { folder, url: format!("http://127.0.0.1:{s3}"), process };
        seaweed.wait_ready(&format!("127.0.0.1:{s3}"));
        seaweed
    }

    /// Its S3 endpoint.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Settings that let trails deliver to a bucket of it.
    pub(crate) fn settings(&self, bucket: &str) -> String {
        format!(
            "[[buckets]]\nname = \"{bucket}\"\nendpoint_url = \"{}\"\naccess_key_id = \"{ACCESS_KEY_ID}\"\n\
             secret_access_key = \"{SECRET_ACCESS_KEY}\"\n",
            self.url
        )
    }

    /// An unsigned request is refused, by a server that is up.
    fn wait_ready(&mut self, address: &str) {
        wait::until("SeaweedFS to become ready", || {
            let ended = self.process.try_wait().unwrap();
            assert!(
                ended.is_none(),
                "weed ended: {}",
                fs::read_to_string(self.folder.path().join("weed.errors")).unwrap()
            );
            http::get(address, "/").filter(|answer| http::status(answer) == Some(403)).map(drop)
        });
    }
}

impl Drop for SeaweedFs {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// Four free ports below 45,000: SeaweedFS adds 10,000 to each for gRPC. Tests that run beside each other look from
/// different places on.
fn free_ports() -> [String; 4] {
    static STARTS: AtomicU16 = AtomicU16::new(0);
    let place = STARTS.fetch_add(1, Ordering::Relaxed) % 100 * 40;
    let base = 20_000 + u16::try_from(std::process::id() % 16_000).unwrap() + place;
    let is_free = |port: &u16| {
        [*port, port + 10_000].into_iter().all(|port| std::net::TcpListener::bind(("127.0.0.1", port)).is_ok())
    };
    let free: Vec<String> = (base..45_000).filter(is_free).take(4).map(|port| port.to_string()).collect();
    free.try_into().unwrap()
}
