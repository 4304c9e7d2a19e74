//! An answer, as far as HTTP goes.

use std::time::Duration;

use bytes::Bytes;
use reqwest::Response;
use vendor_http::{NoBody, body, retry_after};

/// A purchase of some thousand lines; what is larger is none.
const BODY_BYTES_MAX: usize = 16 * 1024 * 1024;

#[derive(Debug)]
pub(crate) struct Heard {
    pub(crate) status: u16,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) body: Result<Bytes, NoBody>,
}

impl Heard {
    /// Reads an answer to its end. The time limit is the request's.
    pub(crate) async fn read(response: Response) -> Self {
        Self {
            status: response.status().as_u16(),
            retry_after: retry_after(response.headers()),
            body: body(response, BODY_BYTES_MAX).await,
        }
    }

    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether it begins like a web page: something before SparkLayer spoke.
    pub(crate) fn is_page(&self) -> bool {
        let body = self.body.as_deref().unwrap_or_default();
        body.trim_ascii_start().starts_with(b"<")
    }
}
