//! A server that gives the same answer to everything, and remembers what it was asked.

use std::time::Duration;

use bytes::Bytes;
use host::{Recorder, Reply, text};
use http::Request;

use crate::*;

/// Longer than any test takes.
pub(super) const LONG: Duration = Duration::from_secs(30);

pub(super) struct Fake(pub(super) Recorder);

impl Fake {
    pub(super) async fn answering(answer: impl Fn() -> Reply + Send + Sync + 'static) -> Self {
        Self(Recorder::answering(move |_| answer()).await.unwrap())
    }

    pub(super) async fn saying(status: u16, body: impl Into<String>) -> Self {
        let body = body.into();
        Self::answering(move || Reply::Answer(text(status, body.clone()))).await
    }

    pub(super) fn client(&self) -> Spectrum {
        client(&format!("{}/", self.0.url()), LONG)
    }

    /// The only request so far.
    pub(super) fn only(&self) -> Request<Bytes> {
        self.0.only()
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
