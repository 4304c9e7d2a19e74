//! The HTTP client for vendors.

use std::time::Duration;

/// A client that names the function, follows no redirect (credentials would travel with it) and checks TLS with rustls
/// on ring. Time limits of single calls are the vendor clients'.
pub fn http_client(function: &str) -> Result<reqwest::Client, reqwest::Error> {
    // Refused if it is set already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .user_agent(format!("order-relay/{function}"))
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(Duration::from_secs(5))
        // A vendor behind a load balancer may have closed an idle connection; a request on it would be lost and unknown.
        .pool_idle_timeout(Duration::from_secs(20))
        .build()
}
