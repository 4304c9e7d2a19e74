//! A list of orders, as it arrives.

use std::time::Duration;

use bytes::Bytes;
use reqwest::Response;
use tokio::time::timeout;

use crate::answer::{Head, Tracking, is_web_page};
use crate::errors::{CallError, Doubt};

/// The bytes of a list: a JSON array, nothing at all, or `null`. They are the vendor's, unread.
///
/// There is one only where the answer's beginning was seen: a head says 200 before anybody knows whether RepSpark spoke.
/// The list may be long, so its time limit is between two parts, not for the whole.
#[derive(Debug)]
pub struct OrderStream {
    operation: &'static str,
    tracking: Tracking,
    between: Duration,
    /// The first part, until it is asked for.
    begin: Option<Bytes>,
    state: State,
}

#[derive(Debug)]
enum State {
    Open(Response),
    Ended,
    Failed(Doubt),
}

impl OrderStream {
    /// Reads an answer up to its first part that is not blank. The time limit is the call's.
    pub(crate) async fn begin(
        operation: &'static str,
        between: Duration,
        mut response: Response,
    ) -> Result<Self, CallError> {
        let tracking = Head::of(&response).tracking;
        let begin = loop {
            match response.chunk().await {
                Ok(Some(bytes)) => match is_web_page(&bytes) {
                    Some(true) => return Err(Doubt::WebPage.about(operation, tracking)),
                    Some(false) => break Some(bytes),
                    // Blanks before a list say nothing.
                    None => {}
                },
                Ok(None) => break None,
                Err(error) => return Err(broken(&error).about(operation, tracking)),
            }
        };
        let state = if begin.is_some() {
            State::Open(response)
        } else {
            State::Ended
        };
        Ok(Self {
            operation,
            tracking,
            between,
            begin,
            state,
        })
    }

    /// To quote to RepSpark's support.
    pub fn tracking(&self) -> &Tracking {
        &self.tracking
    }

    /// The next part; `None` at the end, and only if the transport says that the answer is whole.
    ///
    /// # Errors
    /// [`CallError::Unknown`] if the answer broke off or stood still. It is the same at every further call: a list that
    /// broke off never comes to look complete.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, CallError> {
        if let Some(begin) = self.begin.take() {
            return Ok(Some(begin));
        }
        let next = match &mut self.state {
            State::Open(response) => timeout(self.between, response.chunk()).await,
            State::Ended => return Ok(None),
            State::Failed(doubt) => return Err(doubt.clone().about(self.operation, self.tracking.clone())),
        };
        match next {
            Ok(Ok(Some(bytes))) => Ok(Some(bytes)),
            Ok(Ok(None)) => {
                self.state = State::Ended;
                Ok(None)
            }
            Ok(Err(error)) => Err(self.fail(broken(&error))),
            Err(_elapsed) => Err(self.fail(Doubt::TimedOut)),
        }
    }

    fn fail(&mut self, doubt: Doubt) -> CallError {
        self.state = State::Failed(doubt.clone());
        doubt.about(self.operation, self.tracking.clone())
    }
}

fn broken(error: &reqwest::Error) -> Doubt {
    vendor_http::Doubt::of(error).into()
}
