//! A server that gives the same answer to everything, and remembers what it was asked.

use std::io;
use std::time::Duration;

use bytes::Bytes;
pub(super) use host::parts;
use host::{Recorder, Reply, text};
use http::Request;
use order_model::{EcatId, EcatOrg};

use crate::heard::Head;
use crate::{CallError, Credentials, Ecat};

/// Longer than any test takes.
pub(super) const LONG: Duration = Duration::from_secs(30);
/// Where a test is about silence.
pub(super) const SHORT: Duration = Duration::from_millis(200);

pub(super) const UUID: &str = "9B0D2C64-7F1A-4C53-8E77-52A4D1C0B6E3";

pub(super) struct Fake(Recorder);

impl Fake {
    pub(super) async fn answering(answer: impl Fn() -> Reply + Send + Sync + 'static) -> Self {
        Self(Recorder::answering(move |_| answer()).await.unwrap())
    }

    pub(super) async fn saying(status: u16, body: impl Into<String>) -> Self {
        let body = body.into();
        Self::answering(move || Reply::Answer(text(status, body.clone()))).await
    }

    pub(super) fn client(&self) -> Ecat {
        self.client_in(LONG, LONG)
    }

    pub(super) fn client_in(&self, call: Duration, between: Duration) -> Ecat {
        client(&format!("{}/", self.0.url()), call, between)
    }

    /// The only request there was.
    pub(super) fn only(&self) -> Request<Bytes> {
        self.0.only()
    }
}

pub(super) fn client(base_url: &str, call: Duration, between: Duration) -> Ecat {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    let org = EcatOrg::new("demo").unwrap();
    Ecat::new(http, base_url, &org, credentials(), call, between)
}

fn credentials() -> Credentials {
    serde_json::from_str(r#"{"username":"apiuser","password":"s3cret"}"#).unwrap()
}

/// The head of a good answer, where a server for each case would take too long.
pub(super) fn head(operation: &'static str) -> Head {
    Head {
        operation,
        status: 200,
        retry_after: None,
        credentials: credentials(),
    }
}

pub(super) fn cut() -> io::Result<&'static str> {
    Err(io::Error::other("cut"))
}

/// What each verb comes to, as an error.
pub(super) async fn errors(client: &Ecat) -> [CallError; 3] {
    [
        list_error(client).await,
        client
            .mark_received(&super::mark::batch(&["a"]))
            .await
            .unwrap_err(),
        client.order(EcatId(402_311)).await.unwrap_err(),
    ]
}

/// Why a list came to nothing, or did not come to its end.
pub(super) async fn list_error(client: &Ecat) -> CallError {
    match client.new_orders().await {
        Ok(stream) => super::list::collect(stream).await.1.unwrap_err(),
        Err(error) => error,
    }
}

/// The names of errors, where the rest is another test's.
pub(super) fn named(error: &CallError) -> &'static str {
    match error {
        CallError::NotSent { .. } => "NotSent",
        CallError::Unauthorized { .. } => "Unauthorized",
        CallError::Throttled { .. } => "Throttled",
        CallError::Failed { .. } => "Failed",
        CallError::Unavailable { .. } => "Unavailable",
        CallError::NoAnswer { .. } => "NoAnswer",
        CallError::Unclear { .. } => "Unclear",
        CallError::NotFound { .. } => "NotFound",
        CallError::Misconfigured { .. } => "Misconfigured",
    }
}
