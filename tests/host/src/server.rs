//! A loopback HTTP/1.1 server whose handler may drop the connection instead of answering.

use std::cell::RefCell;
use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// A response body; it may be a stream that breaks off (an `io::Error` cuts the connection mid-body).
pub type Body = UnsyncBoxBody<Bytes, io::Error>;

/// What a handler decided.
pub enum Reply {
    /// An answer.
    Answer(Response<Body>),
    /// No answer: the connection is closed.
    Drop,
}

impl From<Response<Body>> for Reply {
    fn from(response: Response<Body>) -> Self {
        Self::Answer(response)
    }
}

/// A body of known bytes.
pub fn body(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into())
        .map_err(|never: Infallible| match never {})
        .boxed_unsync()
}

/// A JSON answer.
pub fn json(status: u16, value: &serde_json::Value) -> Response<Body> {
    respond(status, "application/json", value.to_string())
}

/// A plain text answer.
pub fn text(status: u16, text: impl Into<String>) -> Response<Body> {
    respond(status, "text/plain", text.into())
}

fn respond(status: u16, kind: &'static str, content: String) -> Response<Body> {
    let mut response = Response::new(body(content));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response
        .headers_mut()
        .insert(http::header::CONTENT_TYPE, http::HeaderValue::from_static(kind));
    response
}

/// A running server; dropping it closes the port and every connection.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    stop: watch::Sender<bool>,
}

impl Server {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://127.0.0.1:port`, without a final slash.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.stop.send(true);
    }
}

/// Serves `handler` on `address` (port 0: any free one). A request's body is collected before the handler sees it.
///
/// The handler runs in a task of its own, so what it began it finishes even when the client is killed meanwhile:
/// that is what a vendor's server does, and what makes a lost reply differ from a lost request.
pub async fn serve<H, F>(address: SocketAddr, handler: H) -> io::Result<Server>
where
    H: Fn(Request<Bytes>) -> F + Send + Sync + 'static,
    F: Future<Output = Reply> + Send + 'static,
{
    let listener = TcpListener::bind(address).await?;
    let address = listener.local_addr()?;
    let (stop, mut stopped) = watch::channel(false);
    let handler = Arc::new(handler);
    tokio::spawn(async move {
        let each = stopped.clone();
        loop {
            tokio::select! {
                _ = stopped.wait_for(|stop| *stop) => break,
                accepted = listener.accept() => {
                    let Ok((stream, _)) = accepted else { continue };
                    let _ = stream.set_nodelay(true);
                    tokio::spawn(connection(stream, Arc::clone(&handler), each.clone()));
                }
            }
        }
    });
    Ok(Server { address, stop })
}

type Afterwards = RefCell<Vec<Box<dyn FnOnce() + Send>>>;

tokio::task_local! {
    /// What waits for the end of the call that is being served.
    static AFTERWARDS: Afterwards;
}

/// Does this when the call that is being served has had its effect; at once if none is being served here.
pub(crate) fn do_afterwards(what: impl FnOnce() + Send + 'static) {
    let mut what = Some(what);
    let put = AFTERWARDS.try_with(|afterwards| {
        if let Some(what) = what.take() {
            afterwards.borrow_mut().push(Box::new(what));
        }
    });
    if put.is_err()
        && let Some(what) = what
    {
        what();
    }
}

async fn afterwards<F: Future<Output = Reply>>(call: F) -> Reply {
    let served = async move {
        let reply = call.await;
        AFTERWARDS.with(RefCell::take).into_iter().for_each(|what| what());
        reply
    };
    AFTERWARDS.scope(RefCell::default(), served).await
}

async fn connection<H, F>(stream: tokio::net::TcpStream, handler: Arc<H>, mut stopped: watch::Receiver<bool>)
where
    H: Fn(Request<Bytes>) -> F + Send + Sync + 'static,
    F: Future<Output = Reply> + Send + 'static,
{
    let service = hyper::service::service_fn(move |request: Request<hyper::body::Incoming>| {
        let handler = Arc::clone(&handler);
        async move {
            let (head, incoming) = request.into_parts();
            let bytes = incoming.collect().await.map_err(io::Error::other)?.to_bytes();
            let answer = tokio::spawn(afterwards(async move {
                handler(Request::from_parts(head, bytes)).await
            }));
            match answer.await.map_err(io::Error::other)? {
                Reply::Answer(response) => Ok::<_, io::Error>(response),
                Reply::Drop => Err(io::Error::other("dropped on purpose")),
            }
        }
    });
    let connection =
        hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    tokio::select! {
        _ = stopped.wait_for(|stop| *stop) => {}
        _ = connection => {}
    }
}
