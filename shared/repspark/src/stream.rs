//! A list of orders, as it arrives.

use std::time::Duration;

use bytes::Bytes;
use reqwest::Response;
use tokio::time::timeout;

use crate::answer::{Tracking, is_web_page};
use crate::errors::{CallError, Doubt};

/// The bytes of a list: a JSON array, nothing at all, or `null`. They are the vendor's, unread.
///
/// The list may be long, so its time limit is between two parts, not for the whole.
#[derive(Debug)]
pub struct OrderStream {
    operation: &'static str,
    tracking: Tracking,
    between: Duration,
    state: State,
}

#[derive(Debug)]
enum State {
    /// Nothing but blanks came yet.
    Begin(Response),
    Open(Response),
    Ended,
    Failed(Doubt),
}

impl OrderStream {
    pub(crate) fn new(
        operation: &'static str,
        tracking: Tracking,
        between: Duration,
        response: Response,
    ) -> Self {
        Self {
            operation,
            tracking,
            between,
            state: State::Begin(response),
        }
    }

    /// To quote to RepSpark's support.
    pub fn tracking(&self) -> &Tracking {
        &self.tracking
    }

    /// The next part; `None` at the end, and only if the transport says that the answer is whole.
    ///
    /// # Errors
    /// [`CallError::Unknown`] if the answer broke off, stood still, or is a web page. It is the same at every further
    /// call: a list that broke off never comes to look complete.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, CallError> {
        let (response, begin) = match &mut self.state {
            State::Begin(response) => (response, true),
            State::Open(response) => (response, false),
            State::Ended => return Ok(None),
            State::Failed(doubt) => return Err(doubt.clone().about(self.operation, self.tracking.clone())),
        };
        let next = match timeout(self.between, response.chunk()).await {
            Ok(Ok(Some(bytes))) if begin => match is_web_page(&bytes) {
                Some(true) => Err(Doubt::WebPage),
                said => Ok(Some((bytes, said.is_some()))),
            },
            Ok(Ok(part)) => Ok(part.map(|bytes| (bytes, false))),
            Ok(Err(error)) => Err(Doubt::of(&error)),
            Err(_elapsed) => Err(Doubt::TimedOut),
        };
        match next {
            Ok(Some((bytes, opens))) => {
                if opens {
                    self.open();
                }
                Ok(Some(bytes))
            }
            Ok(None) => {
                self.state = State::Ended;
                Ok(None)
            }
            Err(doubt) => {
                self.state = State::Failed(doubt.clone());
                Err(doubt.about(self.operation, self.tracking.clone()))
            }
        }
    }

    fn open(&mut self) {
        self.state = match std::mem::replace(&mut self.state, State::Ended) {
            State::Begin(response) => State::Open(response),
            other => other,
        };
    }
}
