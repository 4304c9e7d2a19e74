//! An answer, as far as HTTP goes.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use jiff::fmt::rfc2822;
use reqwest::Response;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

use crate::answer::Doubt;

/// Contract answers are small; what is larger is not one.
const BODY_BYTES_MAX: usize = 1024 * 1024;
/// A wish to be left alone for longer than a day is taken as a day.
const RETRY_AFTER_S_MAX: u64 = 86_400;

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
        Self {
            status: response.status().as_u16(),
            retry_after: retry_after(response.headers()),
            body: body(response).await,
        }
    }
}

async fn body(mut response: Response) -> Result<Bytes, Doubt> {
    let status = response.status().as_u16();
    let mut whole = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| Doubt::of(&error))? {
        if whole.len() + chunk.len() > BODY_BYTES_MAX {
            let what = "the answer is too large";
            return Err(Doubt::Unreadable { status, what });
        }
        whole.extend_from_slice(&chunk);
    }
    Ok(whole.freeze())
}

/// Seconds, or a date, which is held against the answer's own `Date`: so no clock is needed here.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let seconds = match text.parse::<u64>() {
        Ok(seconds) => seconds,
        Err(_) => {
            let now = rfc2822::parse(headers.get(DATE)?.to_str().ok()?).ok()?;
            let then = rfc2822::parse(text).ok()?;
            let seconds = then.timestamp().as_second() - now.timestamp().as_second();
            u64::try_from(seconds).unwrap_or(0)
        }
    };
    Some(Duration::from_secs(seconds.min(RETRY_AFTER_S_MAX)))
}
