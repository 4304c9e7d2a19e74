//! An answer as far as HTTP goes, and what it means that it is not a success.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::Response;
use vendor_http::{NoBody, Silence, retry_after_seconds};

use crate::credentials::Credentials;
use crate::errors::{CallError, Doubt};
use crate::session::Session;
use crate::unreadable::Unreadable;
use crate::xml::{BODY_BYTES_MAX, Broken};

/// An error is a line of text (vendor notes, section 6); of a longer one the begin is enough.
const WORDS_BYTES_MAX: usize = 4 * 1024;

/// What is known of an answer before its body.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    pub(crate) operation: &'static str,
    pub(crate) status: u16,
    pub(crate) retry_after: Option<Duration>,
}

impl Head {
    pub(crate) fn of(operation: &'static str, response: &Response) -> Self {
        Self {
            operation,
            status: response.status().as_u16(),
            // Spreadshirt does not document the header; a proxy before it may send it.
            retry_after: retry_after_seconds(response.headers()),
        }
    }

    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// What it means that the status is none of success. Its body is text and never XML; it is told if it is no page, and
    /// no matter if it does not arrive.
    pub(crate) async fn failure(
        &self,
        response: Response,
        credentials: &Credentials,
        session: Option<&Session>,
    ) -> CallError {
        let body = begin(response).await;
        let words = String::from_utf8_lossy(&body);
        let words = match words.trim_start().starts_with('<') || is_web_page(&body) {
            true => String::new(),
            false => credentials.plain(&words, session),
        };
        let said = match words.is_empty() {
            true => format!("http_{}", self.status),
            false => format!("http_{}: {words}", self.status),
        };
        self.judge(said)
    }

    fn judge(&self, said: String) -> CallError {
        let (operation, retry_after) = (self.operation, self.retry_after);
        match self.status {
            400 => CallError::Refused { operation, said },
            401 => CallError::Unauthorized { operation, said },
            403 => CallError::Forbidden { operation, said },
            300..=399 | 404 | 405 | 410 => CallError::Misconfigured { operation, said },
            429 => CallError::Throttled {
                operation,
                said,
                retry_after,
            },
            408 | 500.. => CallError::Unavailable {
                operation,
                said,
                retry_after,
            },
            _ => self.unclear("an unexpected status"),
        }
    }

    pub(crate) fn unclear(&self, what: &'static str) -> CallError {
        CallError::Unclear {
            operation: self.operation,
            status: self.status,
            what,
        }
    }

    /// Reads the whole body of a success. The time limit is the request's.
    pub(crate) async fn body(&self, response: Response) -> Result<Bytes, CallError> {
        let operation = self.operation;
        let too_large = || CallError::Unreadable {
            operation,
            what: Unreadable::TooLarge,
        };
        let declared = response.content_length().unwrap_or(0);
        if usize::try_from(declared).map_or(true, |length| length > BODY_BYTES_MAX) {
            return Err(too_large());
        }
        let body = vendor_http::body(response, BODY_BYTES_MAX).await;
        let body = body.map_err(|why| match why {
            NoBody::Broken(doubt) => CallError::NoAnswer {
                operation,
                doubt: doubt.into(),
            },
            NoBody::TooLarge => too_large(),
        })?;
        if is_web_page(&body) {
            return Err(CallError::Unavailable {
                operation,
                said: "web_page".to_owned(),
                retry_after: self.retry_after,
            });
        }
        Ok(body)
    }

    /// What it means that a document comes to nothing.
    pub(crate) fn broken(&self, broken: Broken) -> CallError {
        let operation = self.operation;
        match broken {
            Broken::Incomplete => CallError::NoAnswer {
                operation,
                doubt: Doubt::Incomplete,
            },
            Broken::Refused(what) => CallError::Unreadable { operation, what },
        }
    }
}

async fn begin(mut response: Response) -> BytesMut {
    let mut begin = BytesMut::new();
    while begin.len() < WORDS_BYTES_MAX {
        match response.chunk().await {
            Ok(Some(chunk)) => begin.extend_from_slice(&chunk),
            Ok(None) | Err(_) => break,
        }
    }
    begin.truncate(WORDS_BYTES_MAX);
    begin
}

/// Whether a body begins like a page: something before Spreadshirt spoke.
fn is_web_page(body: &[u8]) -> bool {
    let body = body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(body);
    let body = body.trim_ascii_start();
    [&b"<html"[..], b"<!doctype html"].iter().any(|begin| {
        body.get(..begin.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(begin))
    })
}

/// What it means that there was no answer at all.
pub(crate) fn no_answer(operation: &'static str, error: &reqwest::Error) -> CallError {
    match Silence::of(error) {
        Silence::Unusable => unusable(operation),
        Silence::NotSent => CallError::NotSent { operation },
        Silence::Unknown(doubt) => CallError::NoAnswer {
            operation,
            doubt: doubt.into(),
        },
    }
}

/// What it means that the settings make no request.
pub(crate) fn unusable(operation: &'static str) -> CallError {
    CallError::Misconfigured {
        operation,
        said: "unusable_request".to_owned(),
    }
}
