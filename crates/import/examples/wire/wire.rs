//! What the load generators share: requests that are counted, and the heads of answers.

use std::error::Error;

use serde_json::{Map, Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

pub(crate) type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// What one connection measured, or all of them.
#[derive(Default)]
pub(crate) struct Measured {
    pub(crate) latencies_us: Vec<u64>,
    pub(crate) failed: u64,
    pub(crate) bytes: u64,
}

impl Measured {
    /// Waits for all connections and adds up what they measured.
    pub(crate) async fn of(connections: Vec<JoinHandle<Result<Self>>>) -> Result<Self> {
        let mut all = Self::default();
        for connection in connections {
            let measured = connection.await??;
            all.latencies_us.extend(measured.latencies_us);
            all.failed += measured.failed;
            all.bytes += measured.bytes;
        }
        all.latencies_us.sort_unstable();
        Ok(all)
    }

    /// How many requests there were.
    pub(crate) fn requests(&self) -> usize {
        self.latencies_us.len()
    }

    /// The members of the report.
    pub(crate) fn report(&self, seconds: f64) -> Map<String, Value> {
        let requests = self.requests();
        let at = |per_mille: usize| self.latencies_us.get(requests.saturating_sub(1) * per_mille / 1000).copied();
        let members = [
            ("requests", json!(requests)),
            ("failed", json!(self.failed)),
            ("seconds", json!(seconds)),
            ("bytes", json!(self.bytes)),
            ("p50Us", json!(at(500))),
            ("p90Us", json!(at(900))),
            ("p99Us", json!(at(990))),
            ("maxUs", json!(at(1000))),
        ];
        members.map(|(name, value)| (name.to_owned(), value)).into_iter().collect()
    }
}

/// Reads the head of an answer and gives its status and how many bytes follow.
pub(crate) async fn read_head(stream: &mut BufReader<TcpStream>) -> Result<(u16, usize)> {
    let (mut line, mut status, mut size) = (Vec::with_capacity(256), 0, 0);
    loop {
        line.clear();
        if stream.read_until(b'\n', &mut line).await? == 0 {
            return Err("the server closed the connection".into());
        }
        let text = std::str::from_utf8(&line)?.trim_end();
        if text.is_empty() {
            return Ok((status, size));
        }
        if status == 0 {
            status = text.split(' ').nth(1).ok_or("no status")?.parse()?;
        } else if let Some((name, value)) = text.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            size = value.trim().parse()?;
        }
    }
}
