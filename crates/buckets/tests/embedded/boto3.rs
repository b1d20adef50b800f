//! The embedded S3 behind a real listener, used by boto3.

use std::path::Path;

use cairn_buckets::EmbeddedS3;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::process::Command;

use super::world::{OWNER, SECRET, STRANGER, World, caller};

async fn serve(listener: TcpListener, service: EmbeddedS3, world: &World) {
    loop {
        let Ok((stream, _)) = listener.accept().await else { return };
        let service = service.clone();
        let connection = hyper::server::conn::http1::Builder::new().serve_connection(
            TokioIo::new(stream),
            service_fn(move |request: http::Request<hyper::body::Incoming>| {
                let service = service.clone();
                async move {
                    let text = format!("{:?} {}", request.headers().get("authorization"), request.uri());
                    let key = if text.contains(STRANGER) { STRANGER } else { OWNER };
                    Ok::<_, std::convert::Infallible>(service.call(request, caller(key)).await.response)
                }
            }),
        );
        world.environment.tasks.spawn(connection);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn boto3_uses_the_embedded_s3_as_it_uses_awss() {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.venv/bin/python");
    let has_boto3 = Command::new(&python).args(["-c", "import boto3"]).output().await;
    if !has_boto3.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: no boto3 in .venv (make setup)");
        return;
    }
    let world = World::new().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let client = Command::new(&python)
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/embedded/client.py"))
        .args([&endpoint, OWNER, STRANGER, SECRET])
        .output();
    let output = tokio::select! {
        output = client => output.unwrap(),
        () = serve(listener, world.service.clone(), &world) => panic!("the listener ended"),
    };
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    assert!(text.contains("all done"), "{text}");
}
