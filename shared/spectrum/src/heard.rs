//! An answer, as far as HTTP goes.

use std::time::Duration;

use bytes::Bytes;
use reqwest::Response;
use serde_json::Value;
use vendor_http::{NoBody, body, retry_after_seconds};

use crate::errors::{CallError, Operation};
use crate::guesses::{is_rate_header, speaks_of_the_rate};
use crate::words::trace_id;

/// An order of some thousand lines; what is larger is none.
const BODY_BYTES_MAX: usize = 8 * 1024 * 1024;

pub(crate) struct Heard {
    pub(crate) operation: Operation,
    pub(crate) status: u16,
    pub(crate) retry_after: Option<Duration>,
    rate_headers: bool,
    pub(crate) body: Result<Bytes, NoBody>,
}

impl Heard {
    /// Reads an answer to its end. The time limit is the request's.
    pub(crate) async fn read(operation: Operation, response: Response) -> Self {
        let headers = response.headers();
        Self {
            operation,
            status: response.status().as_u16(),
            // Spectrum names no such header; something before it may send it.
            retry_after: retry_after_seconds(headers),
            rate_headers: headers.keys().any(|name| is_rate_header(name.as_str())),
            body: body(response, BODY_BYTES_MAX).await,
        }
    }

    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The body's bytes; nothing where there is none.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.body.as_deref().unwrap_or_default()
    }

    /// Its words, whatever its form: samples of failures are not even JSON.
    pub(crate) fn words(&self) -> String {
        String::from_utf8_lossy(self.bytes()).into_owned()
    }

    /// Whether it begins like a web page: something before Spectrum spoke.
    pub(crate) fn is_page(&self) -> bool {
        self.bytes().trim_ascii_start().starts_with(b"<")
    }

    /// Whether a 403 speaks of the rate.
    pub(crate) fn tells_the_rate(&self) -> bool {
        self.rate_headers || speaks_of_the_rate(&self.words())
    }

    /// `http_<status>`, and the trace log id if one is told.
    pub(crate) fn said(&self) -> String {
        match trace_id(&self.words()).filter(|_| !self.is_page()) {
            Some(trace) => format!("http_{}, trace {trace}", self.status),
            None => format!("http_{}", self.status),
        }
    }

    /// The whole body of a success, which is not a web page.
    pub(crate) fn whole(&self) -> Result<&[u8], CallError> {
        match &self.body {
            Ok(_) if self.is_page() => Err(self.unavailable()),
            Ok(body) => Ok(body),
            Err(NoBody::TooLarge) => Err(self.unclear("the answer is too large")),
            Err(NoBody::Broken(doubt)) => Err(CallError::NoAnswer {
                operation: self.operation,
                doubt: *doubt,
            }),
        }
    }

    /// The JSON of a success.
    pub(crate) fn json(&self) -> Result<Value, CallError> {
        let body = self.whole()?;
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        serde_json::from_slice(body).map_err(|_| self.unclear("the answer is not JSON"))
    }

    pub(crate) fn unclear(&self, what: &'static str) -> CallError {
        CallError::Unclear {
            operation: self.operation,
            status: self.status,
            what,
        }
    }

    pub(crate) fn unavailable(&self) -> CallError {
        CallError::Unavailable {
            operation: self.operation,
            said: self.said(),
            retry_after: self.retry_after,
        }
    }
}
