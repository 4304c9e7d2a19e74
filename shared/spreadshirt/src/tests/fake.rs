//! A server that gives the same answer to everything, and remembers what it was asked.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use host::{Reply, Server, serve, text};
use http::{Request, Response};
use http_body_util::{BodyExt, StreamBody};
use order_model::Millis;

use crate::{CallError, Credentials, Detail, PartnerId, ReportId, Session, Spreadshirt};

/// Longer than any test takes.
pub(super) const LONG: Duration = Duration::from_secs(30);
/// Where a test is about silence.
pub(super) const SHORT: Duration = Duration::from_millis(200);
/// 2011-08-20 20:00:00 UTC, when the clock of all tests stands still.
pub(super) const NOW: Millis = Millis(1_313_870_400_000);
pub(super) const AGENT: &str = "order-relay/some-function (https://brand.example; ops@brand.example)";

pub(super) struct Fake {
    server: Server,
    asked: Arc<Mutex<Vec<Request<Bytes>>>>,
}

impl Fake {
    pub(super) async fn answering(answer: impl Fn() -> Reply + Send + Sync + 'static) -> Self {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&asked);
        let server = serve(([127, 0, 0, 1], 0).into(), move |request| {
            kept.lock().unwrap().push(request);
            let reply = answer();
            async move { reply }
        });
        Self {
            server: server.await.unwrap(),
            asked,
        }
    }

    pub(super) async fn saying(status: u16, body: impl Into<String>) -> Self {
        let body = body.into();
        Self::answering(move || Reply::Answer(text(status, body.clone()))).await
    }

    pub(super) fn client(&self) -> Spreadshirt {
        client(&format!("{}/api/v1/", self.server.url()), LONG)
    }

    pub(super) fn url(&self) -> String {
        self.server.url()
    }

    /// The only request there was.
    pub(super) fn only(&self) -> Request<Bytes> {
        let mut asked = self.asked.lock().unwrap();
        assert_eq!(asked.len(), 1, "one request per verb");
        asked.remove(0)
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

/// An answer in parts; the last one may be a break of the connection or silence.
pub(super) fn parts(parts: Vec<io::Result<Bytes>>, then_silence: bool) -> Reply {
    use futures::StreamExt;
    // A pause before each part lets the server flush what came before it.
    let frames = futures::stream::iter(parts).then(async |part| {
        tokio::task::yield_now().await;
        part.map(hyper::body::Frame::data)
    });
    let body = if then_silence {
        StreamBody::new(frames.chain(futures::stream::pending())).boxed_unsync()
    } else {
        StreamBody::new(frames).boxed_unsync()
    };
    Reply::Answer(Response::new(body))
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
