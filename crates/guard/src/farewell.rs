//! The end of a connection that the HTTP server has given up: one last answer, and an ear for what still comes.

use bytes::Bytes;
use http::response::Parts;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// Bytes that a refused client may still send.
const LINGER_BYTES_MAX: usize = 64 << 20;

/// Writes an answer without the HTTP server and closes the sending side.
pub async fn last_answer<S: AsyncWrite + Unpin>(socket: &mut S, head: &Parts, body: &Bytes) {
    let reason = head.status.canonical_reason().unwrap_or_default();
    let mut bytes = format!("HTTP/1.1 {} {reason}\r\n", head.status.as_u16()).into_bytes();
    for (name, value) in &head.headers {
        bytes.extend_from_slice(name.as_str().as_bytes());
        bytes.extend_from_slice(b": ");
        bytes.extend_from_slice(value.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(format!("content-length: {}\r\nconnection: close\r\n\r\n", body.len()).as_bytes());
    bytes.extend_from_slice(body);
    let written = socket.write_all(&bytes).await;
    if let Err(error) = written.and(socket.shutdown().await) {
        tracing::debug!(%error, "a client did not wait for its answer");
    }
}

/// Reads what a client still sends, up to 64 MiB, until it closes. A connection that is closed with bytes unread is
/// reset, and the last answer may be lost with it. The caller limits the time: 5 seconds are usual.
pub async fn linger<S: AsyncRead + Unpin>(socket: &mut S) {
    let (mut space, mut drained) = (vec![0; 8192], 0);
    while let Ok(count @ 1..) = socket.read(&mut space).await {
        drained += count;
        if drained > LINGER_BYTES_MAX {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_last_answer_is_whole_and_closes() {
        let (mut ours, mut theirs) = tokio::io::duplex(1024);
        let (head, ()) = http::Response::builder().status(400).header("a", "b").body(()).unwrap().into_parts();
        last_answer(&mut ours, &head, &Bytes::from_static(b"no")).await;
        drop(ours);
        let mut text = String::new();
        theirs.read_to_string(&mut text).await.unwrap();
        assert_eq!(text, "HTTP/1.1 400 Bad Request\r\na: b\r\ncontent-length: 2\r\nconnection: close\r\n\r\nno");
    }
}
