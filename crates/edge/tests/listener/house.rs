//! A server of its own for each test: everything behind the door, on disks in memory and folders that vanish.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use cairn_api::Services;
use cairn_buckets::EmbeddedS3;
use cairn_catalog::{Catalog, CatalogSettings};
use cairn_delivery::{Delivery, DeliveryParts, DeliverySettings, Endpoints, KeySource};
use cairn_edge::{Edge, EdgeParts, EdgeSettings, Probes};
use cairn_environment::Environment;
use cairn_history::History;
use cairn_iam::{Iam, IamLimits};
use cairn_identity::{Caller, Credential, Directory, Entity, Identity, Permissions};
use cairn_journal::{Disk, DiskFaults, Journal, JournalSettings};
use cairn_kms::{Kms, MasterKey};
use cairn_model::{AccountId, Region, Sequence, Timestamp};
use cairn_objects::{Bucket, Buckets, ObjectFaults};
use cairn_policy::{Policy, PolicyKind};
use cairn_recorder::{Recorder, RecorderSettings};
use cairn_signin::{BreakGlass, SignIn, SignInSettings};
use cairn_signing::{Request, SecretKey, Signer};
use cairn_store::{Store, StoreSettings};
use serde_json::Value;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

pub(crate) const KEY: &str = "AKIAIOSFODNN7EXAMPLE";
pub(crate) const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
/// The key of the account 111122223333, which has the same secret.
pub(crate) const OTHER_KEY: &str = "AKIAIOSFODNN8EXAMPLE";

/// The key of a user of the default account who may read what CloudTrail has, and has the same secret.
pub(crate) const READER_KEY: &str = "AKIAIOSFODNN9EXAMPLE";

/// A request for an operation that is none.
pub(crate) const TARGET: (&str, &str) = ("X-Amz-Target", "CloudTrail_20131101.NoSuchOperation");

/// A role whose use is a finding.
pub(crate) const EMERGENCY_ROLE: &str = "arn:aws:iam::123456789012:role/emergency";

/// The form that asks STS who calls.
pub(crate) const WHO: &str = "Action=GetCallerIdentity&Version=2011%2D06-15";

/// A request of a head alone, the last of its connection.
pub(crate) fn plain(head: &str) -> String {
    format!("{head}\r\nHost: cairn\r\nConnection: close\r\n\r\n")
}

fn reader() -> Caller {
    let text =
        r#"{"Statement":{"Effect":"Allow","Action":["cloudtrail:Get*","cloudtrail:LookupEvents"],"Resource":"*"}}"#;
    let policy = Policy::parse(text, PolicyKind::Identity, 1000).unwrap();
    let permissions = Permissions { identity: Arc::new(vec![Arc::new(policy)]), ..Permissions::default() };
    let user = Entity { name: "rita".into(), path: "/".into(), id: "AIDARITA".into(), tags: BTreeMap::new() };
    Caller::user(AccountId::DEFAULT, READER_KEY, user, permissions)
}

pub(crate) struct House {
    pub(crate) environment: Environment,
    address: std::net::SocketAddr,
    journal: Journal,
    pub(crate) iam: Iam,
    /// Who signs people in, and whose sessions they get.
    pub(crate) people: (SignIn, Directory),
    faults: DiskFaults,
    pub(crate) store: Store,
    pub(crate) history_faults: ObjectFaults,
    seen: AtomicU64,
    running: std::sync::Mutex<Option<JoinHandle<()>>>,
    #[expect(dead_code, reason = "it goes when the house does")]
    folder: TempDir,
}

struct AlwaysReady;

impl Probes for AlwaysReady {
    fn readiness(&self) -> Result<(), String> {
        Ok(())
    }

    fn metrics(&self) -> String {
        "up 1\n".to_owned()
    }
}

impl House {
    pub(crate) async fn open(settings: EdgeSettings) -> Self {
        let environment = Environment::real();
        let folder = tempfile::tempdir().unwrap();
        let (disk, faults) = Disk::simulated(&environment);
        // Without zeros ahead, so that a full disk takes nothing more.
        let journal_settings = JournalSettings { ahead_bytes: 0, ..JournalSettings::default() };
        let journal = Journal::open(disk, journal_settings, &environment).await.unwrap();
        let (history, history_faults) = Bucket::simulated("history", &environment);
        let store = Store::open(history, &journal, StoreSettings::default(), &environment).await.unwrap();
        let path = folder.path().join("catalog.sqlite");
        let catalog = Catalog::open(&path, CatalogSettings::default(), &environment).await.unwrap();
        let buckets = Buckets::open(folder.path().join("buckets"), Vec::new(), &environment).await.unwrap();
        let delivery = Delivery::open(DeliveryParts {
            journal: journal.clone(),
            trails: catalog.delivered_trails(),
            catalog: Some(catalog.clone()),
            buckets: buckets.clone().into(),
            endpoints: Endpoints::none(),
            state: Bucket::simulated("delivery", &environment).0,
            keys: KeySource::generated(),
            settings: DeliverySettings::default(),
            environment: environment.clone(),
        });
        let master = MasterKey::generate(&environment.random);
        let path = folder.path().join("iam.sqlite");
        let iam = Iam::open(&path, &master, IamLimits::default(), &environment);
        let iam = iam.await.unwrap();
        let directory = Directory::new(iam.clone(), master.clone(), environment.random.clone());
        let recorder = Recorder::new(journal.clone(), store.clone(), RecorderSettings::default(), &environment);
        let break_glass = BreakGlass::new([EMERGENCY_ROLE.to_owned()]);
        let people = SignInSettings { break_glass, ..SignInSettings::default() };
        let people = SignIn::new(iam.clone(), directory.clone(), recorder.clone(), people, &environment);
        let services = Services {
            catalog,
            iam: iam.clone(),
            sign_in: people.clone(),
            directory: directory.clone(),
            history: History::new(store.clone(), &environment),
            delivery: delivery.await.unwrap(),
            kms: Kms::open(&folder.path().join("kms.sqlite"), master, &environment).await.unwrap(),
            journal: journal.clone(),
            environment: environment.clone(),
        };
        let parts = EdgeParts {
            services: Arc::new(services),
            identity: Arc::new(
                Identity::new(vec![
                    Credential::root(AccountId::DEFAULT, KEY, SecretKey::new(SECRET)),
                    Credential::root(AccountId::parse("111122223333").unwrap(), OTHER_KEY, SecretKey::new(SECRET)),
                    Credential { caller: reader(), secret_access_key: SecretKey::new(SECRET) },
                ])
                .with_directory(directory.clone()),
            ),
            recorder,
            s3: Arc::new(EmbeddedS3::new(buckets, &environment)),
            settings,
            probes: Arc::new(AlwaysReady),
            test_hooks: None,
            environment: Environment { tasks: environment.tasks.child(), ..environment.clone() },
        };
        let edge = Edge::bind(parts, ([127, 0, 0, 1], 0).into()).unwrap();
        let address = edge.local_addr();
        let running = std::sync::Mutex::new(Some(environment.tasks.spawn(edge.run())));
        let (seen, people) = (AtomicU64::new(0), (people, directory));
        Self { environment, address, journal, iam, people, faults, store, history_faults, seen, running, folder }
    }

    /// What signs the same people in with other settings.
    pub(crate) fn sign_in(&self, settings: SignInSettings) -> SignIn {
        let Self { journal, store, iam, environment, .. } = self;
        let recorder = Recorder::new(journal.clone(), store.clone(), RecorderSettings::default(), environment);
        SignIn::new(iam.clone(), self.people.1.clone(), recorder, settings, environment)
    }

    /// Sends bytes and reads what comes until the server closes.
    pub(crate) async fn exchange(&self, bytes: &[u8]) -> Answer {
        self.talk(bytes, false).await
    }

    /// The same, with an end of the client's side behind the bytes.
    pub(crate) async fn exchange_and_half_close(&self, bytes: &[u8]) -> Answer {
        self.talk(bytes, true).await
    }

    async fn talk(&self, bytes: &[u8], half_close: bool) -> Answer {
        let mut socket = TcpStream::connect(self.address).await.unwrap();
        socket.write_all(bytes).await.unwrap();
        if half_close {
            socket.shutdown().await.unwrap();
        }
        let mut all = Vec::new();
        let read = socket.read_to_end(&mut all);
        let read = self.environment.clock.timeout(Duration::from_secs(20), read).await;
        let partial = String::from_utf8_lossy(bytes);
        let read = read.unwrap_or_else(|_| panic!("no end of the answer to {partial}"));
        // A refusal in the middle of a large request may reset the connection behind the answer.
        assert!(read.is_ok() || !all.is_empty(), "{read:?}");
        Answer::parse(&String::from_utf8(all).unwrap())
    }

    /// Sends a whole request, waits until it was seen, and hangs up without reading.
    pub(crate) async fn send_and_leave(&self, bytes: &[u8]) {
        let mut socket = TcpStream::connect(self.address).await.unwrap();
        socket.write_all(bytes).await.unwrap();
        let mut end = self.journal.watch_end();
        drop(socket);
        end.wait_for(|end| end.0 > self.seen.load(Ordering::Relaxed)).await.unwrap();
    }

    /// Repeats a request until it is answered with `status`.
    pub(crate) async fn until_answered(&self, bytes: &[u8], status: u16) {
        let mut answer = self.exchange(bytes).await;
        while answer.status != status {
            assert_eq!(answer.status, 503, "{}", answer.body);
            answer = self.exchange(bytes).await;
        }
    }

    /// The events since the last time this was asked.
    pub(crate) async fn new_events(&self) -> Vec<Value> {
        let mut events = Vec::new();
        loop {
            let from = Sequence(self.seen.load(Ordering::Relaxed));
            let entries = self.journal.read(from, 1 << 20).await.unwrap();
            if entries.is_empty() {
                return events;
            }
            self.seen.fetch_add(u64::try_from(entries.len()).unwrap(), Ordering::Relaxed);
            events.extend(entries.iter().map(|entry| serde_json::from_slice::<Value>(&entry.event).unwrap()));
        }
    }

    /// What stands beside the newest event.
    pub(crate) async fn newest_beside(&self) -> Value {
        let last = Sequence(self.journal.end().0 - 1);
        let entries = self.journal.read(last, 1 << 20).await.unwrap();
        entries[0].beside.as_ref().map(|beside| serde_json::from_slice(beside).unwrap()).unwrap_or_default()
    }

    /// The one event since the last time.
    pub(crate) async fn only_event(&self) -> Value {
        let mut events = self.new_events().await;
        assert_eq!(events.len(), 1, "{events:#?}");
        events.remove(0)
    }

    pub(crate) fn fill_disk(&self, full: bool) {
        self.faults.set_full(full);
    }

    /// Stops the listener and waits for it.
    pub(crate) async fn stop(&self) {
        self.environment.tasks.stop();
        let running = self.running.lock().unwrap().take();
        running.unwrap().await.unwrap();
    }

    pub(crate) async fn close(self) {
        assert_eq!(self.new_events().await.iter().filter(|event| event["errorCode"] == "InternalFailure").count(), 0);
        self.stop().await;
    }
}

/// An answer, taken apart.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
    pub(crate) whole: String,
}

impl Answer {
    fn parse(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        Self { status, head: head.to_owned(), body: body.to_owned(), whole: text.to_owned() }
    }

    /// The error's code, in whichever envelope it is.
    pub(crate) fn code(&self) -> String {
        if let Some((_, rest)) = self.body.split_once("<Code>") {
            return rest.split('<').next().unwrap().to_owned();
        }
        let json: Value = serde_json::from_str(&self.body).unwrap_or_default();
        json["__type"].as_str().or(json["code"].as_str()).unwrap_or_default().to_owned()
    }

    pub(crate) fn request_id(&self) -> String {
        let mut lines = self.head.lines();
        let id = lines.find_map(|line| {
            let line = line.to_ascii_lowercase();
            let found = line.strip_prefix("x-amzn-requestid: ").or(line.strip_prefix("x-amz-request-id: "));
            found.map(str::to_owned)
        });
        let id = id.unwrap_or_else(|| panic!("no request id in {}", self.head));
        // Ids of S3 are in upper case.
        if id.len() == 16 { id.to_ascii_uppercase() } else { id }
    }
}

/// A request to sign.
#[derive(Debug, Clone)]
pub(crate) struct Signed {
    pub(crate) service: &'static str,
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) query: String,
    pub(crate) headers: Vec<(&'static str, &'static str)>,
    pub(crate) body: Vec<u8>,
    pub(crate) key: &'static str,
    pub(crate) secret: &'static str,
    pub(crate) age: Duration,
    pub(crate) keep: bool,
}

impl Signed {
    pub(crate) fn post(service: &'static str) -> Self {
        Self {
            service,
            method: "POST",
            path: "/",
            query: String::new(),
            headers: Vec::new(),
            body: b"{}".to_vec(),
            key: KEY,
            secret: SECRET,
            age: Duration::ZERO,
            keep: false,
        }
    }

    /// With a `Content-Length`.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.head(&format!("Content-Length: {}", self.body.len()));
        bytes.extend_from_slice(&self.body);
        bytes
    }

    /// In chunks of seven bytes.
    pub(crate) fn chunked(&self) -> Vec<u8> {
        let mut bytes = self.head("Transfer-Encoding: chunked");
        for chunk in self.body.chunks(7) {
            bytes.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
            bytes.extend_from_slice(chunk);
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(b"0\r\n\r\n");
        bytes
    }

    fn head(&self, framing: &str) -> Vec<u8> {
        let region = Region::parse("eu-west-1").unwrap();
        let secret = SecretKey::new(self.secret);
        let signer =
            Signer { access_key_id: self.key, secret_access_key: &secret, region: &region, service: self.service };
        let mut headers: Vec<(&str, &[u8])> = vec![("Host", b"127.0.0.1")];
        headers.extend(self.headers.iter().map(|(name, value)| (*name, value.as_bytes())));
        let request = Request { method: self.method, path: self.path, query: &self.query, headers: &headers };
        let at: Timestamp = Environment::real().clock.now().minus(self.age);
        let added = signer.sign(&request, &self.body, at);
        let target = if self.query.is_empty() { self.path.to_owned() } else { format!("{}?{}", self.path, self.query) };
        let mut head = format!("{} {target} HTTP/1.1\r\nUser-Agent: Boto3/1.43\r\n{framing}\r\n", self.method);
        let all = headers.iter().map(|(name, value)| (*name, std::str::from_utf8(value).unwrap()));
        for (name, value) in all.chain(added.iter().map(|(name, value)| (*name, value.as_str()))) {
            head = format!("{head}{name}: {value}\r\n");
        }
        head.push_str(if self.keep { "\r\n" } else { "Connection: close\r\n\r\n" });
        head.into_bytes()
    }
}
