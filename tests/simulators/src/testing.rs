//! What the tests of both stand-ins need: an HTTP client and a port.

use std::net::{Ipv4Addr, SocketAddr};

use serde_json::Value;

/// Any free port of this machine.
pub(crate) fn anywhere() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, 0).into()
}

/// A client that keeps no connection, so that a server's closing of one is never met by the next call.
pub(crate) fn client() -> reqwest::Client {
    // The second installation is refused, and changes nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .pool_max_idle_per_host(0)
        .no_proxy()
        .user_agent("order-relay/some-function")
        .build()
        .unwrap()
}

/// The status and the JSON of an answer.
pub(crate) async fn told(request: reqwest::RequestBuilder) -> (u16, Value) {
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let text = answer.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}
