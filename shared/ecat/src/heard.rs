//! An answer as far as HTTP goes, and what it means that it is not a success.

use std::time::Duration;

use bytes::Bytes;
use reqwest::Response;
use vendor_http::{NoBody, Silence, retry_after_seconds};

use crate::credentials::Credentials;
use crate::envelope::{Envelope, Wanted};
use crate::errors::{CallError, Doubt};
use crate::fault::Fault;
use crate::guesses::speaks_of_credentials;

/// What is known of an answer before its body.
#[derive(Debug, Clone)]
pub(crate) struct Head {
    pub(crate) operation: &'static str,
    pub(crate) status: u16,
    pub(crate) retry_after: Option<Duration>,
    /// To keep them out of what the vendor says.
    pub(crate) credentials: Credentials,
}

impl Head {
    pub(crate) fn of(operation: &'static str, response: &Response, credentials: &Credentials) -> Self {
        Self {
            operation,
            status: response.status().as_u16(),
            // eCat does not document the header; a proxy before it may send it.
            retry_after: retry_after_seconds(response.headers()),
            credentials: credentials.clone(),
        }
    }

    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether an envelope says success, whatever the status, and its `data`.
    pub(crate) fn open(&self, body: &Bytes) -> Result<Bytes, CallError> {
        let mut envelope = Envelope::new(Wanted::Anything);
        let data = envelope.feed(body);
        let (_, verdict) = envelope.end();
        verdict.map_err(|fault| self.judge(fault, Doubt::Incomplete))?;
        Ok(data)
    }

    /// What it means that an answer is not a good envelope. `doubt` says what became of an incomplete one.
    pub(crate) fn judge(&self, fault: Fault, doubt: Doubt) -> CallError {
        let operation = self.operation;
        let message = match &fault {
            Fault::Failed(message) => message.as_deref(),
            _ => None,
        };
        let said = self.said(message);
        match self.status {
            401 | 403 => return CallError::Unauthorized { operation, said },
            _ if message.is_some_and(speaks_of_credentials) => {
                return CallError::Unauthorized { operation, said };
            }
            429 => {
                return CallError::Throttled {
                    operation,
                    said,
                    retry_after: self.retry_after,
                };
            }
            300..=399 | 404 | 405 | 410 => return CallError::Misconfigured { operation, said },
            408 | 500.. => return self.unavailable(said),
            _ => {}
        }
        match fault {
            Fault::Failed(_) => CallError::Failed { operation, said },
            Fault::Incomplete => CallError::NoAnswer { operation, doubt },
            Fault::WebPage => self.unavailable("web_page".to_owned()),
            Fault::Unusable(what) => self.unclear(what),
        }
    }

    pub(crate) fn unclear(&self, what: &'static str) -> CallError {
        CallError::Unclear {
            operation: self.operation,
            status: self.status,
            what,
        }
    }

    fn unavailable(&self, said: String) -> CallError {
        CallError::Unavailable {
            operation: self.operation,
            said,
            retry_after: self.retry_after,
        }
    }

    fn said(&self, message: Option<&str>) -> String {
        match message.map(|message| self.credentials.plain(message)) {
            Some(message) if !message.is_empty() => format!("http_{}: {message}", self.status),
            _ => format!("http_{}", self.status),
        }
    }

    /// Reads a body that is expected to be small. The time limit is the request's.
    pub(crate) async fn body(&self, response: Response, bytes_max: usize) -> Result<Bytes, CallError> {
        let body = vendor_http::body(response, bytes_max).await;
        body.map_err(|why| match why {
            NoBody::Broken(doubt) => self.judge(Fault::Incomplete, doubt.into()),
            NoBody::TooLarge => self.unclear("the answer is too large"),
        })
    }
}

/// What it means that there was no answer at all.
pub(crate) fn no_answer(operation: &'static str, error: &reqwest::Error) -> CallError {
    match Silence::of(error) {
        Silence::Unusable => CallError::Misconfigured {
            operation,
            said: "unusable_request".to_owned(),
        },
        Silence::NotSent => CallError::NotSent { operation },
        Silence::Unknown(doubt) => CallError::NoAnswer {
            operation,
            doubt: doubt.into(),
        },
    }
}
