//! The real server: built by `make test`, started on a free port in a folder of its own, stopped by its process id.

use std::ffi::OsString;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};

use tempfile::TempDir;

use crate::{http, wait};

/// The key pair that the tests give the default account's root.
pub(crate) const ACCESS_KEY_ID: &str = "AKIACONFORMANCE00001";
pub(crate) const SECRET_ACCESS_KEY: &str = "conformance/secret+of/forty+characters00";

/// Settings under which an hour is three seconds.
const QUICK: &str = "[delivery]\nlog_interval_seconds = 1\ndigest_interval_seconds = 3\n";

/// A server with its folder. It keeps its port and its data when it is stopped and started again.
pub(crate) struct Server {
    folder: TempDir,
    address: String,
    process: Option<Child>,
    /// What starts the server, when it is not started itself.
    starter: Vec<String>,
    /// `serve` or a command that serves as well, with arguments of its own.
    subcommand: Vec<String>,
}

impl Server {
    /// A running server with quick delivery.
    pub(crate) fn start() -> Self {
        Self::start_with("")
    }

    /// A running server with more settings, as text of `cairn.toml`.
    pub(crate) fn start_with(settings: &str) -> Self {
        let mut server = Self::prepare(settings);
        server.start_again();
        server
    }

    /// A folder with settings, and nothing running yet.
    pub(crate) fn prepare(settings: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("cairn.toml"), format!("{QUICK}{settings}")).unwrap();
        Self {
            folder,
            address: format!("127.0.0.1:{}", free_port()),
            process: None,
            starter: Vec::new(),
            subcommand: vec!["serve".into()],
        }
    }

    /// The same with `--test-hooks`, for moto's own tests.
    pub(crate) fn prepare_with_test_hooks(settings: &str) -> Self {
        let mut server = Self::prepare(settings);
        server.subcommand.push("--test-hooks".into());
        server
    }

    /// A folder for `cairn demo` with so many events.
    pub(crate) fn prepare_demo(events: u64) -> Self {
        let mut server = Self::prepare("");
        server.subcommand = ["demo", "--events", &events.to_string()].map(String::from).into();
        server
    }

    /// The same with a data folder that is a file system of its own: it has so many MiB, only the server's process
    /// sees it, and it is gone with it. `None` where such cannot be mounted.
    pub(crate) fn prepare_on_own_disk(settings: &str, mebibytes: u32) -> Option<Self> {
        let mut server = Self::prepare(settings);
        fs::create_dir(server.data()).unwrap();
        let mount = format!("mount -t tmpfs -o size={mebibytes}m,mode=700 none data && exec \"$@\"");
        // As root, or as anyone whom the system lets have a namespace of users.
        let starters = [&["unshare", "--mount"][..], &["unshare", "--map-root-user", "--mount"]];
        server.starter = starters.into_iter().find_map(|unshare| {
            let starter = [unshare, &["sh", "-c", &mount, "sh"]].concat();
            let mut attempt = Command::new(starter[0]);
            attempt.args(&starter[1..]).arg("true").current_dir(server.folder()).stderr(Stdio::null());
            attempt.status().is_ok_and(|status| status.success()).then(|| starter.iter().map(|&s| s.into()).collect())
        })?;
        Some(server)
    }

    /// Lets the server believe this certificate, a PEM file, and no other.
    pub(crate) fn trust(&mut self, certificate: &Path) {
        self.starter = vec!["env".into(), format!("SSL_CERT_FILE={}", certificate.display())];
    }

    /// Starts the server and waits until it is ready.
    pub(crate) fn start_again(&mut self) {
        self.start_without_waiting();
        self.wait_ready();
    }

    /// The same with `--reset-root`.
    pub(crate) fn start_again_with_reset_root(&mut self) {
        self.subcommand.push("--reset-root".into());
        self.start_again();
        self.subcommand.pop();
    }

    /// Starts the server and returns at once.
    pub(crate) fn start_without_waiting(&mut self) {
        assert!(self.process.is_none(), "the server runs already");
        self.process = Some(self.command().env_clear_keys().spawn().unwrap());
    }

    /// Waits until the server says that it is ready.
    pub(crate) fn wait_ready(&mut self) {
        let address = self.address.clone();
        wait::until("the server to become ready", || {
            let ended = self.process.as_mut().and_then(|process| process.try_wait().unwrap());
            assert!(ended.is_none(), "the server ended with {ended:?}:\n{}", self.log());
            (http::get(&address, "/readyz").and_then(|answer| http::status(&answer)) == Some(200)).then_some(())
        });
    }

    /// `cairn serve`, or what serves in its place, with this server's folder, address and keys, its output going to the log.
    pub(crate) fn command(&self) -> Command {
        let log = fs::OpenOptions::new().create(true).append(true).open(self.folder.path().join("server.log")).unwrap();
        let mut words: Vec<OsString> = self.starter.iter().map(OsString::from).collect();
        words.push(binary().into());
        let mut command = Command::new(&words[0]);
        command
            .current_dir(self.folder.path())
            .args(&words[1..])
            .args(&self.subcommand)
            .args(["--data", "data", "--listen", &self.address, "--config", "cairn.toml"])
            .env("CAIRN_ROOT_ACCESS_KEY_ID", ACCESS_KEY_ID)
            .env("CAIRN_ROOT_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY)
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log);
        command
    }

    /// Ends the server as a power cut would.
    pub(crate) fn kill(&mut self) {
        let mut process = self.process.take().unwrap();
        process.kill().unwrap();
        process.wait().unwrap();
    }

    /// Asks the server to stop and waits until it has.
    pub(crate) fn terminate(&mut self) -> ExitStatus {
        self.ask_to_stop();
        self.wait_ended()
    }

    /// Sends SIGTERM.
    pub(crate) fn ask_to_stop(&self) {
        self.signal("TERM");
    }

    /// Sends SIGINT, as ^C does.
    pub(crate) fn interrupt(&self) {
        self.signal("INT");
    }

    fn signal(&self, name: &str) {
        let id = self.process_id().to_string();
        let sent = Command::new("sh").args(["-c", "kill -\"$0\" \"$1\"", name, &id]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits until the process is gone.
    pub(crate) fn wait_ended(&mut self) -> ExitStatus {
        let mut process = self.process.take().unwrap();
        wait::until("the server to end", || process.try_wait().unwrap())
    }

    /// `127.0.0.1:PORT`
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// `http://127.0.0.1:PORT`
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The folder that holds settings, data and log.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The data folder.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The data folder as its process sees it.
    pub(crate) fn data_from_outside(&self) -> PathBuf {
        PathBuf::from(format!("/proc/{}/root{}", self.process_id(), self.data().display()))
    }

    /// All that the server has written to its output.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("server.log")).unwrap_or_default()
    }

    /// The process that runs now.
    pub(crate) fn process_id(&self) -> u32 {
        self.process.as_ref().unwrap().id()
    }

    /// The most memory that the process ever had, in bytes.
    pub(crate) fn memory_peak_bytes(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process_id())).unwrap();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")).unwrap();
        peak.parse::<u64>().unwrap() * 1024
    }

    /// Runs another subcommand of `cairn` as a client of this server.
    pub(crate) fn cairn(&self, arguments: &[&str]) -> Output {
        self.client(arguments).output().unwrap()
    }

    /// Another subcommand of `cairn`, ready to run as a client of this server.
    pub(crate) fn client(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary());
        command.current_dir(self.folder.path()).args(arguments);
        crate::aws::set_variables(&mut command, &self.url());
        command.stdin(Stdio::null());
        command
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(mut process) = self.process.take() {
            drop(process.kill());
            drop(process.wait());
        }
        if std::thread::panicking() {
            let log = self.log();
            let lines: Vec<&str> = log.lines().collect();
            println!("the end of the server's log:\n{}", lines[lines.len().saturating_sub(60)..].join("\n"));
        }
    }
}

/// A child that does not inherit the keys of the person who runs the tests.
trait WithoutForeignKeys {
    fn env_clear_keys(&mut self) -> &mut Self;
}

impl WithoutForeignKeys for Command {
    fn env_clear_keys(&mut self) -> &mut Self {
        self.env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY").env_remove("AWS_SESSION_TOKEN")
    }
}

/// A port that was free a moment ago.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// The `cairn` that was built with this test: it lies beside it in the target folder.
pub(crate) fn binary() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let binary = test.ancestors().nth(2).unwrap().join("cairn");
    assert!(binary.exists(), "{} is missing: `cargo build -p cairn-server`, or `make test`", binary.display());
    binary
}

/// The root of the repository.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}
