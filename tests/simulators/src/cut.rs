//! Bodies that are made piece by piece, and that may break off.

use std::io;
use std::pin::Pin;

use bytes::Bytes;
use futures::StreamExt;
use host::Body;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;

/// Pieces are gathered to about this many bytes before they go out, so that small records do not each cost a write.
const CHUNK: usize = 16 * 1024;

/// The parts of a body, made as they are asked for.
pub(crate) type Pieces = Box<dyn Iterator<Item = Vec<u8>> + Send>;

/// What happens when the last byte was handed over.
pub(crate) type AtEnd = Box<dyn FnOnce() + Send>;

struct Source {
    pieces: Pieces,
    left: Option<usize>,
    at_end: Option<AtEnd>,
    over: bool,
}

/// A chunked body of these pieces; with `cut_after`, the connection breaks when that many bytes went out.
pub(crate) fn stream(pieces: Pieces, cut_after: Option<usize>, at_end: Option<AtEnd>) -> Body {
    let source = Source {
        pieces,
        left: cut_after,
        at_end,
        over: false,
    };
    StreamBody::new(futures::stream::unfold(source, next)).boxed_unsync()
}

/// What is waited for between two parts of a body.
pub(crate) type Wait = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A chunked body in parts. What belongs to a part happens when the part was handed over, before the next one is made.
pub(crate) fn in_parts(parts: Vec<(Pieces, Wait)>) -> Body {
    let part = |(pieces, wait)| {
        let source = Source {
            pieces,
            left: None,
            at_end: None,
            over: false,
        };
        let wait = futures::stream::once(wait).filter_map(|()| std::future::ready(None));
        futures::stream::unfold(source, next).chain(wait)
    };
    StreamBody::new(futures::stream::iter(parts).flat_map(part)).boxed_unsync()
}

async fn next(mut source: Source) -> Option<(io::Result<Frame<Bytes>>, Source)> {
    if source.over {
        return None;
    }
    let mut chunk = Vec::new();
    if source.left != Some(0) {
        while chunk.len() < CHUNK {
            let Some(piece) = source.pieces.next() else { break };
            chunk.extend_from_slice(&piece);
        }
    }
    if let Some(left) = &mut source.left {
        chunk.truncate(*left);
        *left -= chunk.len();
    }
    if !chunk.is_empty() {
        return Some((Ok(Frame::data(chunk.into())), source));
    }
    source.over = true;
    if source.left.is_some() {
        // The server writes out what it has when a body has to wait; without this the bytes before the cut would
        // be thrown away with the connection, and a cut body would be no more than a lost reply.
        tokio::task::yield_now().await;
        return Some((Err(io::Error::other("the body breaks off on purpose")), source));
    }
    if let Some(at_end) = source.at_end.take() {
        at_end();
    }
    None
}
