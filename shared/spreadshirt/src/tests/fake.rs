//! A server that gives the same answer to everything, and remembers what it was asked.

use std::io;
use std::time::Duration;

use bytes::Bytes;
pub(super) use host::parts;
use host::{Recorder, Reply, text};
use http::Request;
use order_model::Millis;

use crate::{CallError, Credentials, Detail, PartnerId, ReportId, Session, Spreadshirt};

/// Longer than any test takes.
pub(super) const LONG: Duration = Duration::from_secs(30);
/// Where a test is about silence.
pub(super) const SHORT: Duration = Duration::from_millis(200);
/// 2011-08-20 20:00:00 UTC, when the clock of all tests stands still.
pub(super) const NOW: Millis = Millis(1_313_870_400_000);
pub(super) const AGENT: &str = "order-relay/some-function (https://brand.example; ops@brand.example)";

pub(super) struct Fake(Recorder);

impl Fake {
    pub(super) async fn answering(answer: impl Fn() -> Reply + Send + Sync + 'static) -> Self {
        Self(Recorder::answering(move |_| answer()).await.unwrap())
    }

    pub(super) async fn saying(status: u16, body: impl Into<String>) -> Self {
        let body = body.into();
        Self::answering(move || Reply::Answer(text(status, body.clone()))).await
    }

    pub(super) fn client(&self) -> Spreadshirt {
        client(&format!("{}/api/v1/", self.0.url()), LONG)
    }

    pub(super) fn url(&self) -> String {
        self.0.url()
    }

    /// The only request there was.
    pub(super) fn only(&self) -> Request<Bytes> {
        self.0.only()
    }
}

pub(super) fn client(base_url: &str, call: Duration) -> Spreadshirt {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    Spreadshirt::new(http, base_url, AGENT, credentials(), || NOW, call)
}

pub(super) fn credentials() -> Credentials {
    serde_json::from_str(
        r#"{"api_key":"123456789","secret":"987654321","username":"partner@example.test","password":"p<&>\"s"}"#,
    )
    .unwrap()
}

pub(super) fn session() -> Session {
    Session::new("sess-77").unwrap()
}

pub(super) fn partner() -> PartnerId {
    PartnerId::new("1102730").unwrap()
}

pub(super) fn id() -> ReportId {
    ReportId::new("9001").unwrap()
}

pub(super) fn cut() -> io::Result<Bytes> {
    Err(io::Error::other("cut"))
}

/// What each verb comes to, as an error: log in, list, read, delete, ask for the time.
pub(super) async fn errors(client: &Spreadshirt) -> [CallError; 5] {
    [
        client.login().await.unwrap_err(),
        client
            .reports(&session(), &partner(), Detail::References)
            .await
            .unwrap_err(),
        client.report(&session(), &id()).await.unwrap_err(),
        client.delete(&session(), &id()).await.unwrap_err(),
        client.server_time().await.unwrap_err(),
    ]
}

/// The names of errors, where the rest is another test's.
pub(super) fn named(error: &CallError) -> &'static str {
    match error {
        CallError::NotSent { .. } => "NotSent",
        CallError::Unauthorized { .. } => "Unauthorized",
        CallError::Forbidden { .. } => "Forbidden",
        CallError::Throttled { .. } => "Throttled",
        CallError::Refused { .. } => "Refused",
        CallError::Unavailable { .. } => "Unavailable",
        CallError::NoAnswer { .. } => "NoAnswer",
        CallError::Unclear { .. } => "Unclear",
        CallError::Unreadable { .. } => "Unreadable",
        CallError::NotFound { .. } => "NotFound",
        CallError::Misconfigured { .. } => "Misconfigured",
    }
}
