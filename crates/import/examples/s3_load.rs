//! The load generator for gateways behind `make bench`: S3 requests over plain TCP, signed once and sent over and over, so
//! that it takes little of the processors that the measured servers need.
//!
//! ```text
//! s3_load make     --bytes 1024 --keys 256 ADDRESS    the bucket, and its objects
//! s3_load get      --bytes 1024 --keys 256 ADDRESS    one object after the other, over kept connections
//! s3_load put      --bytes 1024 --keys 256 ADDRESS    the same upwards
//! s3_load download --bytes 1073741824 ADDRESS         one body, signed without its content
//! s3_load upload   --bytes 1073741824 ADDRESS         the same upwards
//! s3_load streams  --bytes 2097152 --connections 1000 ADDRESS    slow bodies at once, half of them upwards
//! ```
//!
//! It prints one line of JSON: requests, seconds, bytes, failed requests and their latency in microseconds.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "its result and its troubles go to the terminal")]

#[path = "wire/wire.rs"]
mod wire;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use cairn_environment::Environment;
use cairn_model::Region;
use cairn_signing::{Request, SecretKey, Signer};
use clap::{Parser, ValueEnum};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::Instant;

use wire::{Measured, Result, read_head};

/// Bytes of a large body that are sent or read at once.
const PIECE_BYTES: usize = 256 << 10;

/// Steps that a slow body takes.
const STEPS: u32 = 64;

/// The receive buffer of a slow reader: what it has not read waits with the sender.
const SLOW_RECEIVE_BYTES: u32 = 16 << 10;

/// How long signatures of bodies that are not signed are good for.
const EXPIRES: Duration = Duration::from_mins(15);

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    Make,
    Get,
    Put,
    Download,
    Upload,
    Streams,
}

#[derive(Debug, Clone, Parser)]
struct Arguments {
    kind: Kind,
    /// 127.0.0.1:8333
    address: String,
    #[arg(long)]
    access_key_id: String,
    #[arg(long)]
    secret_access_key: String,
    #[arg(long, default_value = "bench")]
    bucket: String,
    /// Objects that are asked for in turn.
    #[arg(long, default_value_t = 1)]
    keys: usize,
    /// Bytes of each object.
    #[arg(long, default_value_t = 1024)]
    bytes: usize,
    #[arg(long, default_value_t = 1)]
    connections: usize,
    /// How long to go on, or how long each slow body takes.
    #[arg(long, default_value_t = 5.0)]
    seconds: f64,
}

struct Load {
    arguments: Arguments,
    environment: Environment,
    begin: Instant,
    /// Whole requests, sent in turn.
    requests: Vec<Bytes>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let (arguments, environment) = (Arguments::parse(), Environment::real());
    let begin = environment.clock.instant();
    let mut load = Load { arguments, environment, begin, requests: Vec::new() };
    load.requests = load.all_requests();
    load.begin = load.environment.clock.instant();
    let load = Arc::new(load);
    let mut connections = Vec::new();
    for number in 0..load.arguments.connections {
        connections.push(load.environment.tasks.spawn(connection(Arc::clone(&load), number)));
    }
    let all = Measured::of(connections).await?;
    let seconds = (load.environment.clock.instant() - load.begin).as_secs_f64();
    let mut report = all.report(seconds);
    let total: u64 = all.latencies_us.iter().sum();
    report.insert("meanUs".to_owned(), json!(total.checked_div(u64::try_from(all.requests())?)));
    println!("{}", Value::Object(report));
    Ok(())
}

async fn connection(load: Arc<Load>, number: usize) -> Result<Measured> {
    match load.arguments.kind {
        Kind::Make => each_once(&load).await,
        Kind::Get | Kind::Put => over_and_over(&load, number).await,
        Kind::Download => large(&load, false).await,
        Kind::Upload => large(&load, true).await,
        Kind::Streams => Ok(slow(&load, number).await.unwrap_or_else(|error| {
            eprintln!("stream {number}: {error}");
            Measured { failed: 1, ..Measured::default() }
        })),
    }
}

/// Sends every request once.
async fn each_once(load: &Load) -> Result<Measured> {
    let mut stream = load.connect().await?;
    let mut measured = Measured::default();
    for request in &load.requests {
        load.exchange(&mut stream, request, &mut measured).await?;
    }
    Ok(measured)
}

/// Sends one request after the other until the time is over.
async fn over_and_over(load: &Load, number: usize) -> Result<Measured> {
    let mut stream = load.connect().await?;
    let mut measured = Measured::default();
    let span = Duration::from_secs_f64(load.arguments.seconds);
    let mut at = number;
    while load.begin.elapsed() < span {
        let request = load.requests.get(at % load.requests.len().max(1)).ok_or("nothing to send")?;
        load.exchange(&mut stream, request, &mut measured).await?;
        at += load.arguments.connections;
    }
    Ok(measured)
}

/// One body, up or down.
async fn large(load: &Load, is_upload: bool) -> Result<Measured> {
    let mut stream = load.connect().await?;
    let head = load.presigned(if is_upload { "PUT" } else { "GET" }, "large", load.arguments.bytes);
    let started = load.environment.clock.instant();
    stream.write_all(&head).await?;
    let mut piece = vec![b'x'; PIECE_BYTES];
    let mut left = load.arguments.bytes;
    while is_upload && left > 0 {
        let part = piece.get(..left.min(PIECE_BYTES)).unwrap_or_default();
        stream.write_all(part).await?;
        left -= part.len();
    }
    let (status, size) = read_head(&mut stream).await?;
    let mut left = size;
    while left > 0 {
        let space = piece.get_mut(..left.min(PIECE_BYTES)).unwrap_or_default();
        let count = stream.read(space).await?;
        if count == 0 {
            return Err("the server closed the connection".into());
        }
        left -= count;
    }
    let is_right = status == 200 && (is_upload || size == load.arguments.bytes);
    let latency = u64::try_from(started.elapsed().as_micros())?;
    Ok(Measured {
        latencies_us: vec![latency],
        failed: u64::from(!is_right),
        bytes: u64::try_from(load.arguments.bytes)?,
    })
}

/// One slow body: downwards on even connections, upwards on odd ones.
async fn slow(load: &Load, number: usize) -> Result<Measured> {
    let (is_upload, bytes) = (number % 2 == 1, load.arguments.bytes);
    let socket = TcpSocket::new_v4()?;
    if !is_upload {
        socket.set_recv_buffer_size(SLOW_RECEIVE_BYTES)?;
    }
    let stream = socket.connect(load.arguments.address.parse()?).await?;
    let mut stream = BufReader::with_capacity(4 << 10, stream);
    let key = if is_upload { format!("slow-{number}") } else { "k-0".to_owned() };
    let head = load.presigned(if is_upload { "PUT" } else { "GET" }, &key, bytes);
    let started = load.environment.clock.instant();
    stream.write_all(&head).await?;
    let mut status = 0;
    if !is_upload {
        status = read_head(&mut stream).await?.0;
    }
    let mut piece = vec![b'x'; bytes / usize::try_from(STEPS)?];
    let step = Duration::from_secs_f64(load.arguments.seconds) / STEPS;
    for place in 0..STEPS {
        let due = load.begin + step * place;
        load.environment.clock.sleep(due.saturating_duration_since(load.environment.clock.instant())).await;
        if is_upload {
            stream.write_all(&piece).await?;
        } else {
            stream.read_exact(&mut piece).await?;
        }
    }
    if is_upload {
        status = read_head(&mut stream).await?.0;
    }
    let latency = u64::try_from(started.elapsed().as_micros())?;
    Ok(Measured { latencies_us: vec![latency], failed: u64::from(status != 200), bytes: u64::try_from(bytes)? })
}

impl Load {
    async fn connect(&self) -> Result<BufReader<TcpStream>> {
        let stream = TcpStream::connect(&self.arguments.address).await?;
        stream.set_nodelay(true)?;
        Ok(BufReader::with_capacity(64 << 10, stream))
    }

    async fn exchange(&self, stream: &mut BufReader<TcpStream>, request: &[u8], measured: &mut Measured) -> Result<()> {
        let started = self.environment.clock.instant();
        stream.write_all(request).await?;
        let (status, size) = read_head(stream).await?;
        let mut left = size;
        while left > 0 {
            let count = stream.fill_buf().await?.len().min(left);
            if count == 0 {
                return Err("the server closed the connection".into());
            }
            stream.consume(count);
            left -= count;
        }
        measured.latencies_us.push(u64::try_from(started.elapsed().as_micros())?);
        measured.failed += u64::from(status != 200);
        measured.bytes += u64::try_from(size.max(request.len()))?;
        Ok(())
    }

    /// The requests that are sent whole, over and over.
    fn all_requests(&self) -> Vec<Bytes> {
        let content = vec![b'x'; self.arguments.bytes];
        let keys = (0..self.arguments.keys).map(|number| format!("/{}/k-{number}", self.arguments.bucket));
        match self.arguments.kind {
            Kind::Get => keys.map(|path| self.signed("GET", &path, &[])).collect(),
            Kind::Put => keys.map(|path| self.signed("PUT", &path, &content)).collect(),
            Kind::Make => std::iter::once(self.signed("PUT", &format!("/{}", self.arguments.bucket), &[]))
                .chain(keys.map(|path| self.signed("PUT", &path, &content)))
                .collect(),
            Kind::Download | Kind::Upload | Kind::Streams => Vec::new(),
        }
    }

    fn signed(&self, method: &str, path: &str, body: &[u8]) -> Bytes {
        let (arguments, secret_access_key, region) = self.signing();
        let headers = [("host", arguments.address.as_str()), ("user-agent", "s3-load/1")];
        let bytes = headers.map(|(name, value)| (name, value.as_bytes()));
        let signer = Signer {
            access_key_id: &arguments.access_key_id,
            secret_access_key: &secret_access_key,
            region: &region,
            service: "s3",
        };
        let request = Request { method, path, query: "", headers: &bytes };
        let added = signer.sign(&request, body, self.environment.clock.now());
        let mut head = format!("{method} {path} HTTP/1.1\r\n") + &about_body(method, body.len());
        let added = added.iter().map(|(name, value)| (*name, value.as_str()));
        for (name, value) in headers.iter().copied().chain(added) {
            head = head + name + ": " + value + "\r\n";
        }
        [head.as_bytes(), b"\r\n", body].concat().into()
    }

    /// The head of a request whose body is not signed.
    fn presigned(&self, method: &str, key: &str, bytes: usize) -> Bytes {
        let (arguments, secret_access_key, region) = self.signing();
        let signer = Signer {
            access_key_id: &arguments.access_key_id,
            secret_access_key: &secret_access_key,
            region: &region,
            service: "s3",
        };
        let path = format!("/{}/{key}", arguments.bucket);
        let headers = [("host", arguments.address.as_bytes())];
        let request = Request { method, path: &path, query: "", headers: &headers };
        let query = signer.presign(&request, EXPIRES, self.environment.clock.now());
        let head = format!("{method} {path}?{query} HTTP/1.1\r\nhost: {}\r\n", arguments.address);
        (head + &about_body(method, bytes) + "\r\n").into()
    }

    fn signing(&self) -> (&Arguments, SecretKey, Region) {
        let secret_access_key = SecretKey::new(self.arguments.secret_access_key.as_str());
        (&self.arguments, secret_access_key, Region::us_east_1())
    }
}

/// The headers that say what body follows.
fn about_body(method: &str, bytes: usize) -> String {
    if method != "PUT" {
        return String::new();
    }
    format!("content-length: {bytes}\r\ncontent-type: application/octet-stream\r\n")
}
