//! A server that gives the same answer to everything, and remembers what it was asked.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use host::{Reply, Server, serve, text};
use http::Request;

use crate::*;

/// Longer than any test takes.
pub(super) const LONG: Duration = Duration::from_secs(30);

pub(super) struct Fake {
    pub(super) server: Server,
    asked: Arc<Mutex<Vec<Request<bytes::Bytes>>>>,
}

impl Fake {
    pub(super) async fn answering(answer: impl Fn() -> Reply + Send + Sync + 'static) -> Self {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&asked);
        let server = serve(
            ([127, 0, 0, 1], 0).into(),
            move |request: Request<bytes::Bytes>| {
                kept.lock().unwrap().push(request);
                std::future::ready(answer())
            },
        );
        Self {
            server: server.await.unwrap(),
            asked,
        }
    }

    pub(super) async fn saying(status: u16, body: impl Into<String>) -> Self {
        let body = body.into();
        Self::answering(move || Reply::Answer(text(status, body.clone()))).await
    }

    pub(super) fn client(&self) -> Spectrum {
        client(&format!("{}/", self.server.url()), LONG)
    }

    /// The only request so far.
    pub(super) fn only(&self) -> Request<bytes::Bytes> {
        let asked = self.asked.lock().unwrap();
        assert_eq!(asked.len(), 1, "no retry of its own");
        asked[0].clone()
    }
}

pub(super) fn client(base_url: &str, call: Duration) -> Spectrum {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .pool_max_idle_per_host(0)
        .no_proxy()
        .user_agent("order-relay/spectrum-acknowledge-order")
        .build()
        .unwrap();
    let credentials = serde_json::from_str(r#"{"token":"s3cret"}"#).unwrap();
    Spectrum::new(http, base_url, credentials, call)
}
