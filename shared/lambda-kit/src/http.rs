//! The HTTP client: one for the vendors and for AWS.

use std::path::Path;
use std::time::Duration;

use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};
use rustls_native_certs::{load_certs_from_paths, load_native_certs};

use crate::Settings;

/// Where Lambda's image and the usual Linux machines keep the authorities that they trust, as one file.
const BUNDLES: [&str; 2] = [
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/certs/ca-certificates.crt",
];

/// A client that names the function, follows no redirect (credentials would travel with it) and checks TLS with rustls
/// on ring. Time limits of single calls are the vendor clients'.
pub fn http_client(function: &str) -> Result<reqwest::Client, reqwest::Error> {
    // Refused if it is set already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls())
        .user_agent(format!("order-relay/{function}"))
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(Duration::from_secs(5))
        // A vendor behind a load balancer may have closed an idle connection; a request on it would be lost and unknown.
        .pool_idle_timeout(Duration::from_secs(20))
        .build()
}

fn tls() -> ClientConfig {
    ClientConfig::builder()
        .with_root_certificates(roots())
        .with_no_client_auth()
}

/// The machine's authorities. From one file where there is one: the folder beside it holds the same ones again, and
/// reading that took half of a start. `SSL_CERT_FILE` and `SSL_CERT_DIR` go first, as everywhere.
fn roots() -> RootCertStore {
    let mut roots = RootCertStore::empty();
    // What one authority got wrong must not stop all others.
    let _ = roots.add_parsable_certificates(bundle().unwrap_or_else(|| load_native_certs().certs));
    roots
}

/// The certificates of the first of [`BUNDLES`] that has any.
fn bundle() -> Option<Vec<CertificateDer<'static>>> {
    let settings = Settings::of_environment();
    let told = |name| settings.maybe(name).is_some();
    if told("SSL_CERT_FILE") || told("SSL_CERT_DIR") {
        return None;
    }
    BUNDLES
        .iter()
        .map(|path| load_certs_from_paths(Some(Path::new(path)), None).certs)
        .find(|certificates| !certificates.is_empty())
}
