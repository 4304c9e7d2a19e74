//! An answer, as far as HTTP goes.

use std::time::Duration;

use bytes::Bytes;
use reqwest::Response;
use vendor_http::{NoBody, body, retry_after};

use crate::answer::Doubt;

/// Contract answers are small; what is larger is not one.
const BODY_BYTES_MAX: usize = 1024 * 1024;

#[derive(Debug)]
pub(crate) struct Heard {
    pub(crate) status: u16,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) body: Result<Bytes, Doubt>,
}

impl Heard {
    /// Reads an answer to its end. `Content-Encoding` is ignored on purpose: we ask for none, and a real ERP was seen
    /// to claim gzip over a plain body (erp.md section 2.5).
    pub(crate) async fn read(response: Response) -> Self {
        let status = response.status().as_u16();
        let retry_after = retry_after(response.headers());
        let no_body = |why| match why {
            NoBody::Broken(doubt) => doubt.into(),
            NoBody::TooLarge => Doubt::Unreadable {
                status,
                what: "the answer is too large",
            },
        };
        let body = body(response, BODY_BYTES_MAX).await.map_err(no_body);
        Self {
            status,
            retry_after,
            body,
        }
    }
}
