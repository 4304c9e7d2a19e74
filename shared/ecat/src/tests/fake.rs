//! A server that gives the same answer to everything, and remembers what it was asked.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use host::{Reply, Server, serve, text};
use http::{Request, Response};
use http_body_util::{BodyExt, StreamBody};
use order_model::{EcatId, EcatOrg};

use crate::heard::Head;
use crate::{CallError, Credentials, Ecat};

/// Longer than any test takes.
pub(super) const LONG: Duration = Duration::from_secs(30);
/// Where a test is about silence.
pub(super) const SHORT: Duration = Duration::from_millis(200);

pub(super) const UUID: &str = "9B0D2C64-7F1A-4C53-8E77-52A4D1C0B6E3";

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

    pub(super) fn client(&self) -> Ecat {
        self.client_in(LONG, LONG)
    }

    pub(super) fn client_in(&self, call: Duration, between: Duration) -> Ecat {
        client(&format!("{}/", self.server.url()), call, between)
    }

    /// The only request there was.
    pub(super) fn only(&self) -> Request<Bytes> {
        let mut asked = self.asked.lock().unwrap();
        assert_eq!(asked.len(), 1, "one request per verb");
        asked.remove(0)
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

/// An answer in parts; the last one may be a break of the connection or silence.
pub(super) fn parts(parts: Vec<io::Result<&'static str>>, then_silence: bool) -> Reply {
    use futures::StreamExt;
    // A pause before each part lets the server flush what came before it.
    let frames = futures::stream::iter(parts).then(async |part| {
        tokio::task::yield_now().await;
        part.map(|text| hyper::body::Frame::data(Bytes::from_static(text.as_bytes())))
    });
    let body = if then_silence {
        StreamBody::new(frames.chain(futures::stream::pending())).boxed_unsync()
    } else {
        StreamBody::new(frames).boxed_unsync()
    };
    Reply::Answer(Response::new(body))
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
