//! An answer, as far as HTTP goes.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use jiff::fmt::rfc2822;
use reqwest::Response;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

use crate::errors::Doubt;

/// A purchase of some thousand lines; what is larger is none.
const BODY_BYTES_MAX: usize = 16 * 1024 * 1024;
/// A wish to be left alone for longer than a day is taken as a day.
const RETRY_AFTER_S_MAX: u64 = 86_400;

/// Why there is no body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoBody {
    Broken(Doubt),
    TooLarge,
}

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
            body: body(response).await,
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

async fn body(mut response: Response) -> Result<Bytes, NoBody> {
    let mut whole = BytesMut::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if whole.len() + chunk.len() > BODY_BYTES_MAX => return Err(NoBody::TooLarge),
            Ok(Some(chunk)) => whole.extend_from_slice(&chunk),
            Ok(None) => return Ok(whole.freeze()),
            Err(error) => return Err(NoBody::Broken(Doubt::of(&error))),
        }
    }
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
