//! A gateway in front of moto: many services over every protocol, each call one true event, each answer untouched.

use std::fs;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::aws::run_script;
use crate::server::{ACCESS_KEY_ID, Server, free_port, repository};
use crate::{http, wait};

/// `moto_server`, which answers as many services of AWS.
struct Moto {
    folder: TempDir,
    address: String,
    process: Child,
}

impl Moto {
    /// A running one; none where it is not installed.
    fn start() -> Option<Self> {
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

#[test]
fn calls_of_many_services_are_answered_untouched_and_are_one_true_event_each() {
    let Some(moto) = Moto::start() else {
        println!("skipped: moto is not in .venv; `make test` installs it");
        return;
    };
    let gateway = format!("127.0.0.1:{}", free_port());
    let server = Server::start_with(&format!(
        "[[capture]]\nlisten = \"{gateway}\"\nupstream = \"http://{}\"\n[[capture.identities]]\n\
         access_key_id = \"{ACCESS_KEY_ID}\"\nuser_name = \"tests\"\n",
        moto.address
    ));
    let addresses = [format!("http://{gateway}"), format!("http://{}", moto.address)];
    print!("{}", run_script(&server, "moto_calls.py", &[&addresses[0], &addresses[1]]));
}
