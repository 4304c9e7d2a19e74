//! A whole answer in memory, before it is decided whether its body arrives.

use host::Body;
use http::{HeaderName, HeaderValue, Response, StatusCode};
use serde_json::Value;

/// An answer of known bytes.
#[derive(Debug, Clone)]
pub(crate) struct Plain {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Plain {
    /// A JSON answer.
    pub(crate) fn json(status: u16, value: &Value) -> Self {
        Self::of(status, "application/json", value.to_string())
    }

    /// A page such as a proxy in front of a service sends.
    pub(crate) fn html(status: u16, title: &str) -> Self {
        Self::of(
            status,
            "text/html",
            format!("<html><head><title>{title}</title></head><body>{title}</body></html>"),
        )
    }

    /// An answer without a body.
    pub(crate) fn empty(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Vec::new(),
        }
    }

    /// With one more header.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    fn of(status: u16, kind: &str, body: String) -> Self {
        Self {
            status,
            headers: vec![("content-type", kind.to_owned())],
            body: body.into_bytes(),
        }
    }

    /// The response; a `cut` body breaks off at its half.
    pub(crate) fn response(self, cut: bool) -> Response<Body> {
        let half = self.body.len() / 2;
        let body = if cut {
            crate::cut::stream(Box::new(std::iter::once(self.body)), Some(half), None)
        } else {
            host::body(self.body)
        };
        let mut response = Response::new(body);
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                response
                    .headers_mut()
                    .insert(HeaderName::from_static(name), value);
            }
        }
        response
    }
}
