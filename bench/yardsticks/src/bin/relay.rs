//! The limit of a gateway: passes bytes on in both directions, records nothing, and computes for a while for each piece.
//!
//! `relay ADDRESS UPSTREAM MICROSECONDS` connects to `UPSTREAM` for each client. A request and its answer that come in
//! one piece each cost `MICROSECONDS` of processor time together, besides what the sockets take.

use std::hint::black_box;
use std::io;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const PIECE_BYTES: usize = 64 << 10;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let [address, upstream, micros]: [String; 3] =
        std::env::args().skip(1).collect::<Vec<_>>().try_into().map_err(|_| "relay ADDRESS UPSTREAM MICROSECONDS")?;
    let computing = Duration::from_micros(micros.parse()?) / 2;
    let listener = TcpListener::bind(address).await?;
    loop {
        let (client, _) = listener.accept().await?;
        // A connection that breaks ends alone.
        tokio::spawn(relay(client, upstream.clone(), computing));
    }
}

async fn relay(mut client: TcpStream, upstream: String, computing: Duration) -> io::Result<()> {
    let mut upstream = TcpStream::connect(upstream).await?;
    client.set_nodelay(true)?;
    upstream.set_nodelay(true)?;
    let (mut request, mut answer) = (vec![0; PIECE_BYTES], vec![0; PIECE_BYTES]);
    loop {
        let (piece, to) = tokio::select! {
            count = client.read(&mut request) => (&request[..count?], &mut upstream),
            count = upstream.read(&mut answer) => (&answer[..count?], &mut client),
        };
        if piece.is_empty() {
            return Ok(());
        }
        compute(computing);
        to.write_all(piece).await?;
    }
}

/// Takes this much processor time, as long as nobody else takes the processor.
fn compute(span: Duration) {
    let begin = Instant::now();
    while begin.elapsed() < span {
        black_box(());
    }
}
