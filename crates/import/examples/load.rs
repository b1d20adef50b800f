//! The load generator behind `make bench`: signed requests over plain TCP, as fast as one thread can make them.
//!
//! ```text
//! load ingest --records FILE --per-request 100 ADDRESS …   POST /v1/events?as=live, each event with a new eventID
//! load echo   --records FILE --per-request 100 ADDRESS …   the same bodies, unsigned, to POST /
//! load lookup --queries FILE ADDRESS …                     LookupEvents; FILE has one request body a line
//! ```
//!
//! It prints one line of JSON: requests, seconds, events, failed requests and percentiles of latency in microseconds.

#![allow(clippy::print_stdout, reason = "its result goes to the standard output")]

#[path = "wire/wire.rs"]
mod wire;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use cairn_environment::Environment;
use cairn_model::Region;
use cairn_signing::{Request, SecretKey, Signer};
use clap::{Parser, ValueEnum};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::Instant;

use wire::{Measured, Result, read_head};

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    Ingest,
    Echo,
    Lookup,
}

#[derive(Debug, Clone, Parser)]
struct Arguments {
    kind: Kind,
    /// 127.0.0.1:4580
    address: String,
    #[arg(long, default_value = "AKIDEXAMPLE")]
    access_key_id: String,
    #[arg(long, default_value = "")]
    secret_access_key: String,
    #[arg(long, default_value = "us-east-1")]
    region: String,
    /// The account of the key; events are made its own.
    #[arg(long, default_value = "123456789012")]
    account: String,
    /// NDJSON of events to send over and over.
    #[arg(long)]
    records: Option<String>,
    /// LookupEvents requests, one a line.
    #[arg(long)]
    queries: Option<String>,
    #[arg(long, default_value_t = 100)]
    per_request: usize,
    #[arg(long, default_value_t = 32)]
    connections: u64,
    #[arg(long, default_value_t = 10.0)]
    seconds: f64,
    /// Requests a second over all connections; as many as possible when absent.
    #[arg(long)]
    rate: Option<f64>,
    /// Tells runs apart, so that their events have other ids.
    #[arg(long, default_value_t = 0)]
    run: u64,
}

/// An event cut at its id, so that another can be put in.
struct Template {
    before: String,
    after: String,
}

struct Load {
    arguments: Arguments,
    templates: Vec<Template>,
    queries: Vec<String>,
    environment: Environment,
    next: AtomicU64,
    begin: Instant,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let environment = Environment::real();
    let templates = arguments.records.as_deref().map_or(Ok(Vec::new()), |path| templates(path, &arguments.account))?;
    let queries = match &arguments.queries {
        Some(path) => std::fs::read_to_string(path)?.lines().map(str::to_owned).collect(),
        None => Vec::new(),
    };
    let begin = environment.clock.instant();
    let load = Load { arguments, templates, queries, environment, next: AtomicU64::new(0), begin };
    let load = Arc::new(load);
    let mut connections = Vec::new();
    for number in 0..load.arguments.connections {
        connections.push(load.environment.tasks.spawn(connection(Arc::clone(&load), number)));
    }
    let all = Measured::of(connections).await?;
    let seconds = (load.environment.clock.instant() - load.begin).as_secs_f64();
    let mut report = all.report(seconds);
    let is_lookup = load.arguments.kind == Kind::Lookup;
    let events = if is_lookup { 0 } else { all.requests() * load.arguments.per_request };
    report.insert("events".to_owned(), json!(events));
    println!("{}", Value::Object(report));
    Ok(())
}

/// Sends one request after the other until the time is over.
async fn connection(load: Arc<Load>, number: u64) -> Result<Measured> {
    let mut stream = BufReader::with_capacity(64 << 10, TcpStream::connect(&load.arguments.address).await?);
    stream.get_ref().set_nodelay(true)?;
    let mut measured = Measured::default();
    let span = Duration::from_secs_f64(load.arguments.seconds);
    let connections = f64::from(u32::try_from(load.arguments.connections)?);
    let pause = load.arguments.rate.map(|rate| Duration::from_secs_f64(connections / rate));
    let share = f64::from(u32::try_from(number)?) / connections;
    let mut due = load.begin + pause.unwrap_or_default().mul_f64(share);
    let mut answer = Vec::new();
    while load.begin.elapsed() < span {
        let bytes = load.request();
        // With a rate, latency counts from when the request was due: a slow answer does not hide those behind it.
        let mut started = load.environment.clock.instant();
        if let Some(pause) = pause {
            load.environment.clock.sleep(due.saturating_duration_since(started)).await;
            started = due;
            due += pause;
        }
        stream.write_all(&bytes).await?;
        let status = read_answer(&mut stream, &mut answer).await?;
        measured.latencies_us.push(u64::try_from(started.elapsed().as_micros())?);
        measured.failed += u64::from(status != 200);
        measured.bytes += u64::try_from(bytes.len())?;
    }
    Ok(measured)
}

impl Load {
    /// The bytes of the next request.
    fn request(&self) -> Vec<u8> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let address = &self.arguments.address;
        match self.arguments.kind {
            Kind::Echo => {
                let body = self.events(number);
                let head = format!("POST / HTTP/1.1\r\nhost: {address}\r\ncontent-length: {}\r\n\r\n", body.len());
                [head.into_bytes(), body].concat()
            }
            Kind::Ingest => self.signed("/v1/events", "as=live", None, &self.events(number)),
            Kind::Lookup => {
                let target = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents";
                let at = usize::try_from(number).unwrap_or(0) % self.queries.len().max(1);
                let query = self.queries.get(at).map(String::as_bytes).unwrap_or_default();
                self.signed("/", "", Some(target), query)
            }
        }
    }

    fn signed(&self, path: &str, query: &str, target: Option<&str>, body: &[u8]) -> Vec<u8> {
        let arguments = &self.arguments;
        let mut headers = vec![("host", arguments.address.as_str()), ("content-type", "application/x-amz-json-1.1")];
        headers.extend(target.map(|target| ("x-amz-target", target)));
        let bytes: Vec<(&str, &[u8])> = headers.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
        let secret_access_key = SecretKey::new(arguments.secret_access_key.as_str());
        let Ok(region) = Region::parse(&arguments.region) else { return Vec::new() };
        let signer = Signer {
            access_key_id: &arguments.access_key_id,
            secret_access_key: &secret_access_key,
            region: &region,
            service: "cloudtrail",
        };
        let request = Request { method: "POST", path, query, headers: &bytes };
        let added = signer.sign(&request, body, self.environment.clock.now());
        let mark = if query.is_empty() { "" } else { "?" };
        let mut head = format!("POST {path}{mark}{query} HTTP/1.1\r\ncontent-length: {}\r\n", body.len());
        let added = added.iter().map(|(name, value)| (*name, value.as_str()));
        for (name, value) in headers.iter().copied().chain(added) {
            head = head + name + ": " + value + "\r\n";
        }
        [head.as_bytes(), b"\r\n", body].concat()
    }

    /// The events of a request, one a line, with ids that no other request has.
    fn events(&self, number: u64) -> Vec<u8> {
        let mut body = Vec::with_capacity(self.arguments.per_request * 1600);
        for place in 0..self.arguments.per_request {
            let count = u64::try_from(self.arguments.per_request).unwrap_or(1);
            let event = number.saturating_mul(count).saturating_add(u64::try_from(place).unwrap_or(0));
            let at = usize::try_from(event).unwrap_or(0) % self.templates.len().max(1);
            if let Some(template) = self.templates.get(at) {
                body.extend_from_slice(template.before.as_bytes());
                let id = format!("{:08x}-0000-4000-8000-{event:012x}", self.arguments.run & 0xffff_ffff);
                body.extend_from_slice(id.as_bytes());
                body.extend_from_slice(template.after.as_bytes());
                body.push(b'\n');
            }
        }
        body
    }
}

/// Reads an answer to its end and gives its status.
async fn read_answer(stream: &mut BufReader<TcpStream>, body: &mut Vec<u8>) -> Result<u16> {
    let (status, size) = read_head(stream).await?;
    body.resize(size, 0);
    stream.read_exact(body).await?;
    Ok(status)
}

/// The first events of an NDJSON file that a live producer may send, cut at their ids.
fn templates(path: &str, account: &str) -> Result<Vec<Template>> {
    const MARK: &str = "\"eventID\":\"";
    const RECIPIENT: &str = "\"recipientAccountId\":\"";
    const TEMPLATES: usize = 20_000;
    let mut templates = Vec::new();
    for line in std::fs::read_to_string(path)?.lines().filter(|line| !line.contains("\"cloudtrail.amazonaws.com\"")) {
        let Some((before, rest)) = line.split_once(MARK) else { continue };
        let Some((_, after)) = rest.split_once('"') else { continue };
        let after = match after.split_once(RECIPIENT).and_then(|(head, tail)| Some((head, tail.split_once('"')?.1))) {
            Some((head, tail)) => format!("\"{head}{RECIPIENT}{account}\"{tail}"),
            None => format!("\"{after}"),
        };
        templates.push(Template { before: format!("{before}{MARK}"), after });
        if templates.len() == TEMPLATES {
            break;
        }
    }
    Ok(templates)
}
