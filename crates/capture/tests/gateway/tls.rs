//! TLS on either side.

use std::sync::Arc;

use cairn_capture::CertificateFiles;
use tokio::net::TcpStream;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, ServerConfig, crypto};
use tokio_rustls::{TlsAcceptor, TlsConnector};

use crate::house::{House, settings};
use crate::played::{EMPTY, Line, Upstream, get};

/// A certificate for 127.0.0.1 that vouches for itself, and its key.
fn certificate() -> CertificateFiles {
    let made = rcgen::generate_simple_self_signed(vec!["127.0.0.1".to_owned()]).unwrap();
    CertificateFiles { chain: made.cert.pem().into_bytes(), key: made.signing_key.serialize_pem().into_bytes() }
}

async fn connect(
    address: std::net::SocketAddr,
    roots: &CertificateFiles,
) -> Line<tokio_rustls::client::TlsStream<TcpStream>> {
    let mut store = RootCertStore::empty();
    store.add(CertificateDer::from_pem_slice(&roots.chain).unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(store)
        .with_no_client_auth();
    let socket = TcpStream::connect(address).await.unwrap();
    let name = ServerName::try_from("127.0.0.1").unwrap();
    Line(TlsConnector::from(Arc::new(config)).connect(name, socket).await.unwrap())
}

async fn accept(
    upstream: &Upstream,
    files: &CertificateFiles,
) -> std::io::Result<Line<tokio_rustls::server::TlsStream<TcpStream>>> {
    let config = ServerConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from_pem_slice(&files.chain).unwrap()],
            PrivateKeyDer::from_pem_slice(&files.key).unwrap(),
        )
        .unwrap();
    TlsAcceptor::from(Arc::new(config)).accept(upstream.accept().await.0).await.map(Line)
}

#[tokio::test(flavor = "multi_thread")]
async fn both_sides_can_be_encrypted_and_the_record_says_how() {
    let (ours, theirs) = (certificate(), certificate());
    let upstream = Upstream::start().await;
    let mut settings = settings(upstream.address());
    settings.upstream.tls = true;
    settings.upstream_roots = Some(theirs.chain.clone());
    settings.certificate = Some(ours.clone());
    let house = House::open(settings).await;
    let mut client = connect(house.address, &ours).await;
    client.send(get("/b/k")).await;
    let mut line = accept(&upstream, &theirs).await.unwrap();
    line.expect(get("/b/k")).await;
    line.send(EMPTY).await;
    client.expect(EMPTY).await;
    let event = house.wait_for_events(1).await.remove(0);
    assert_eq!(event["tlsDetails"]["tlsVersion"], "TLSv1.3");
    assert!(event["tlsDetails"]["cipherSuite"].as_str().unwrap().starts_with("TLS_"), "{event}");
    assert_eq!(event["tlsDetails"]["clientProvidedHostHeader"], "s3.example");
    assert_eq!(event["additionalEventData"]["CipherSuite"], event["tlsDetails"]["cipherSuite"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upstream_for_which_nobody_vouches_is_not_spoken_to() {
    let (theirs, others) = (certificate(), certificate());
    let upstream = Upstream::start().await;
    let mut settings = settings(upstream.address());
    settings.upstream.tls = true;
    settings.upstream_roots = Some(others.chain.clone());
    let house = House::open(settings).await;
    let mut client = crate::played::client(house.address).await;
    client.send(get("/b/k")).await;
    assert!(accept(&upstream, &theirs).await.is_err());
    assert!(client.head().await.starts_with("HTTP/1.1 502 "));
    assert_eq!(house.wait_for_events(1).await[0]["errorCode"], "BadGateway");
}
