//! A server that gives tokens and the same answer to everything else, and remembers what it was asked.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use host::{Recorder, Reply, json, text};
use http::Request;
use serde_json::json;

use super::sample::{identifiers, sample};
use crate::*;

/// Longer than any test takes.
pub(super) const LONG: Duration = Duration::from_secs(30);

pub(super) struct Fake(Recorder);

impl Fake {
    /// Every call is answered by this, but for token calls.
    pub(super) async fn answering(answer: impl Fn() -> Reply + Send + Sync + 'static) -> Self {
        let given = AtomicUsize::new(0);
        let token = move || {
            let token = format!("t0ken-{}", given.fetch_add(1, Ordering::SeqCst) + 1);
            json(
                200,
                &json!({"token_type": "bearer", "expires_in": 3600, "access_token": token}),
            )
            .into()
        };
        Self::giving(token, answer).await
    }

    /// The answer to token calls, and that to all others.
    pub(super) async fn giving(
        token: impl Fn() -> Reply + Send + Sync + 'static,
        answer: impl Fn() -> Reply + Send + Sync + 'static,
    ) -> Self {
        let reply = move |request: &Request<Bytes>| if is_login(request) { token() } else { answer() };
        Self(Recorder::answering(reply).await.unwrap())
    }

    pub(super) async fn saying(status: u16, body: impl Into<String>) -> Self {
        let body = body.into();
        Self::answering(move || Reply::Answer(text(status, body.clone()))).await
    }

    pub(super) fn client(&self) -> SparkLayer {
        self.client_in(LONG)
    }

    pub(super) fn client_in(&self, call: Duration) -> SparkLayer {
        client(&format!("{}/", self.0.url()), call)
    }

    /// The requests so far, without the token calls.
    pub(super) fn asked(&self) -> Vec<Request<Bytes>> {
        let mut asked = self.0.asked();
        asked.retain(|request| !is_login(request));
        asked
    }

    /// The token calls so far.
    pub(super) fn logins(&self) -> Vec<Request<Bytes>> {
        let mut asked = self.0.asked();
        asked.retain(is_login);
        asked
    }
}

fn is_login(request: &Request<Bytes>) -> bool {
    request.uri().path() == "/api/auth/token"
}

pub(super) fn client(base_url: &str, call: Duration) -> SparkLayer {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .pool_max_idle_per_host(0)
        .no_proxy()
        .user_agent("order-relay/sparklayer-publish-purchase")
        .build()
        .unwrap();
    let credentials =
        serde_json::from_str(r#"{"client_id":"relay-client","client_secret":"s3cret"}"#).unwrap();
    let site = SiteId::new("northlinks").unwrap();
    SparkLayer::new(http, base_url, site, credentials, Options::default(), call)
}

/// What a PUT of the sample comes to.
pub(super) async fn put(client: &SparkLayer) -> Result<Stored, CallError> {
    client
        .put_purchase(&identifiers().lookup(), &sample(), order_model::Millis(0))
        .await
}
