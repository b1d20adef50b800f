//! The yardstick of ingest: an HTTP server that parses the same bodies and does nothing else.
//!
//! `echo ADDRESS` answers each POST of NDJSON with the number of events in it.

use axum::Router;
use axum::body::Bytes;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::routing::post;
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:4599".to_owned());
    let listener = tokio::net::TcpListener::bind(address).await?;
    let routes = Router::new().route("/", post(count)).layer(DefaultBodyLimit::disable());
    axum::serve(listener, routes).await?;
    Ok(())
}

async fn count(body: Bytes) -> Result<String, StatusCode> {
    let mut events = 0;
    for event in serde_json::Deserializer::from_slice(&body).into_iter::<Value>() {
        event.map_err(|_| StatusCode::BAD_REQUEST)?;
        events += 1;
    }
    Ok(format!("{{\"accepted\":{events}}}"))
}
