//! Answers: XML for a success, text for a failure.

use std::io;

use bytes::Bytes;
use futures::StreamExt;
use host::Body;
use http::header::{CONTENT_TYPE, DATE, LOCATION};
use http::{HeaderValue, Response, StatusCode};
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;

/// How a body travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Delivery {
    Whole,
    /// It breaks off after so many bytes.
    Cut(usize),
    /// It goes on no more after its half.
    Stalled,
    /// In pieces of so many bytes.
    Pieces(usize),
}

/// An answer of known bytes.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    status: u16,
    kind: &'static str,
    location: Option<String>,
    body: Vec<u8>,
}

impl Answer {
    pub(super) fn text(status: u16, text: &str) -> Self {
        Self::of(status, "text/plain;charset=UTF-8", text.as_bytes())
    }

    pub(super) fn xml(text: &str) -> Self {
        Self::of(200, "application/xml;charset=UTF-8", text.as_bytes())
    }

    /// As a page, such as something in front of Spreadshirt sends.
    pub(super) fn page(status: u16, title: &str) -> Self {
        let page = format!("<html><head><title>{title}</title></head><body>{title}</body></html>");
        Self::of(status, "text/html", page.as_bytes())
    }

    pub(super) fn created(location: String) -> Self {
        Self {
            location: Some(location),
            ..Self::text(201, "")
        }
    }

    fn of(status: u16, kind: &'static str, body: &[u8]) -> Self {
        Self {
            status,
            kind,
            location: None,
            body: body.to_vec(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.body.len()
    }

    /// As it goes out, with the vendor's time on it.
    pub(super) fn response(self, now_ms: i64, how: Delivery) -> Response<Body> {
        let mut response = Response::new(body(self.body, how));
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.kind));
        if let Some(Ok(location)) = self.location.map(HeaderValue::try_from) {
            headers.insert(LOCATION, location);
        }
        let date = jiff::Timestamp::from_millisecond(now_ms)
            .map(|time| time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string())
            .unwrap_or_default();
        if let Ok(date) = HeaderValue::try_from(date) {
            headers.insert(DATE, date);
        }
        response
    }
}

fn body(bytes: Vec<u8>, how: Delivery) -> Body {
    match how {
        Delivery::Whole => host::body(bytes),
        Delivery::Cut(after) => crate::cut::stream(Box::new(std::iter::once(bytes)), Some(after), None),
        Delivery::Stalled => {
            let half = bytes[..bytes.len() / 2].to_vec();
            StreamBody::new(pieces(half, usize::MAX).chain(futures::stream::pending())).boxed_unsync()
        }
        Delivery::Pieces(size) => StreamBody::new(pieces(bytes, size)).boxed_unsync(),
    }
}

fn pieces(bytes: Vec<u8>, size: usize) -> impl futures::Stream<Item = io::Result<Frame<Bytes>>> {
    let bytes = Bytes::from(bytes);
    futures::stream::unfold(bytes, move |mut bytes| async move {
        if bytes.is_empty() {
            return None;
        }
        // A pause before each piece lets the server write out what came before it.
        tokio::task::yield_now().await;
        let piece = bytes.split_to(size.clamp(1, bytes.len()));
        Some((Ok(Frame::data(piece)), bytes))
    })
}
