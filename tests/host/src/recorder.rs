//! A server that answers as it is told and remembers what it was asked: enough of a vendor for the tests of its client.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use futures::{StreamExt, stream};
use http::{Request, Response};
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;

use crate::server::{Reply, Server, serve};

/// The server and its memory.
#[derive(Debug)]
pub struct Recorder {
    server: Server,
    asked: Arc<Mutex<Vec<Request<Bytes>>>>,
}

impl Recorder {
    /// Serves on any free port; `answer` is what each request gets.
    pub async fn answering(
        answer: impl Fn(&Request<Bytes>) -> Reply + Send + Sync + 'static,
    ) -> io::Result<Self> {
        let asked = Arc::<Mutex<Vec<_>>>::default();
        let kept = Arc::clone(&asked);
        let server = serve(([127, 0, 0, 1], 0).into(), move |request| {
            let reply = answer(&request);
            kept.lock().unwrap_or_else(PoisonError::into_inner).push(request);
            std::future::ready(reply)
        });
        let server = server.await?;
        Ok(Self { server, asked })
    }

    /// `http://127.0.0.1:port`, without a final slash.
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// The requests so far, in order.
    pub fn asked(&self) -> Vec<Request<Bytes>> {
        self.requests().clone()
    }

    /// The only request so far, which is forgotten with this: the next one is the only one again.
    ///
    /// # Panics
    /// If there was none, or more than one: a client makes one request per verb.
    pub fn only(&self) -> Request<Bytes> {
        let mut asked = self.requests();
        assert_eq!(asked.len(), 1, "one request per verb");
        asked.remove(0)
    }

    fn requests(&self) -> MutexGuard<'_, Vec<Request<Bytes>>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An answer in parts; behind the last one silence, if that is wanted. A part that is an error breaks the connection.
pub fn parts<T: Into<Bytes> + Send + 'static>(parts: Vec<io::Result<T>>, then_silence: bool) -> Reply {
    // A pause before each part lets the server flush what came before it.
    let frames = stream::iter(parts).then(async |part| {
        tokio::task::yield_now().await;
        part.map(|part| Frame::data(part.into()))
    });
    let body = if then_silence {
        StreamBody::new(frames.chain(stream::pending())).boxed_unsync()
    } else {
        StreamBody::new(frames).boxed_unsync()
    };
    Reply::Answer(Response::new(body))
}
