//! TLS on either side, and what the record says of it.

use std::sync::Arc;

use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, ServerConfig, ServerConnection, crypto};
use tokio_rustls::{TlsAcceptor, TlsConnector};

use crate::settings::{CertificateFiles, UpstreamUrl};

/// Why TLS cannot be spoken.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The listener's certificate or key cannot be used.
    #[error("the listener's certificate or key cannot be used: {0}")]
    Certificate(String),
    /// The certificates that vouch for the upstream cannot be used.
    #[error("the certificates that vouch for the upstream cannot be used: {0}")]
    Roots(String),
    /// The upstream's host is not a name that a certificate can have.
    #[error("`{0}` is not a name that a certificate can have")]
    Name(String),
}

/// The listener's side.
pub(crate) fn acceptor(files: &CertificateFiles) -> Result<TlsAcceptor, TlsError> {
    let failed = |reason: &dyn std::fmt::Display| TlsError::Certificate(reason.to_string());
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&files.chain).collect();
    let chain = chain.map_err(|error| failed(&error))?;
    let key = PrivateKeyDer::from_pem_slice(&files.key).map_err(|error| failed(&error))?;
    let config = ServerConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| failed(&error))?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|error| failed(&error))?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// The upstream's side, with the name that its certificate must have.
pub(crate) fn connector(
    url: &UpstreamUrl,
    roots: Option<&[u8]>,
) -> Result<(TlsConnector, ServerName<'static>), TlsError> {
    let mut store = RootCertStore::empty();
    match roots {
        Some(pem) => {
            for certificate in CertificateDer::pem_slice_iter(pem) {
                let certificate = certificate.map_err(|error| TlsError::Roots(error.to_string()))?;
                store.add(certificate).map_err(|error| TlsError::Roots(error.to_string()))?;
            }
        }
        None => {
            store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    if store.is_empty() {
        return Err(TlsError::Roots("there are none".to_owned()));
    }
    let config = ClientConfig::builder_with_provider(Arc::new(crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| TlsError::Roots(error.to_string()))?
        .with_root_certificates(store)
        .with_no_client_auth();
    let name = ServerName::try_from(url.host.clone()).map_err(|_| TlsError::Name(url.host.clone()))?;
    Ok((TlsConnector::from(Arc::new(config)), name))
}

/// Version and cipher suite of a connection, in the words of CloudTrail's records.
pub(crate) fn words(connection: &ServerConnection) -> (String, String) {
    let version = connection.protocol_version().and_then(|version| version.as_str()).unwrap_or_default();
    let suite = connection.negotiated_cipher_suite().and_then(|suite| suite.suite().as_str()).unwrap_or_default();
    (version.replace("TLSv1_", "TLSv1."), suite_word(suite))
}

/// `TLS_AES_128_GCM_SHA256` of TLS 1.3, `ECDHE-RSA-AES128-GCM-SHA256` of TLS 1.2.
fn suite_word(suite: &str) -> String {
    if let Some(suite) = suite.strip_prefix("TLS13_") {
        return format!("TLS_{suite}");
    }
    let suite = suite.strip_prefix("TLS_").unwrap_or(suite).replace("WITH_", "").replace('_', "-");
    suite.replace("AES-128", "AES128").replace("AES-256", "AES256")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cipher_suites_have_the_names_that_records_have() {
        assert_eq!(suite_word("TLS13_AES_128_GCM_SHA256"), "TLS_AES_128_GCM_SHA256");
        assert_eq!(suite_word("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"), "ECDHE-RSA-AES128-GCM-SHA256");
    }
}
