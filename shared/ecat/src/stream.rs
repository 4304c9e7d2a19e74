//! The list of new orders, as it arrives.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;
use reqwest::Response;
use tokio::time::timeout;

use crate::envelope::{Envelope, Wanted};
use crate::errors::{CallError, Doubt};
use crate::fault::Fault;
use crate::guesses::FIRST_KEY;
use crate::heard::Head;

/// The bytes of the envelope's `data`: an array of orders, unread.
///
/// The list may be long, so its time limit is between two parts, not for the whole.
#[derive(Debug)]
pub struct OrderStream {
    head: Head,
    between: Duration,
    response: Response,
    envelope: Envelope,
    ready: VecDeque<Bytes>,
    ended: Option<Result<(), CallError>>,
}

impl OrderStream {
    /// Reads until an order has begun, or the answer has ended: so an answer without orders is judged here.
    pub(crate) async fn open(head: Head, between: Duration, response: Response) -> Result<Self, CallError> {
        let mut stream = Self {
            head,
            between,
            response,
            envelope: Envelope::new(Wanted::List),
            ready: VecDeque::new(),
            ended: None,
        };
        while !stream.envelope.has_order() {
            match &stream.ended {
                None => stream.pump().await,
                Some(Ok(())) => break,
                Some(Err(error)) => return Err(error.clone()),
            }
        }
        Ok(stream)
    }

    /// The key that the orders of this answer begin with, by its first one; `order_number` if that one does not say it.
    pub fn first_key(&self) -> &str {
        self.envelope.first_key().unwrap_or(FIRST_KEY)
    }

    /// Whether the envelope has said `success` already, and nothing against it. Its fields may come in any order, so it
    /// may say so behind the last order only.
    pub fn said_success(&self) -> bool {
        self.envelope.succeeded()
    }

    /// The next part of the list; `None` at the end, and only if the answer is whole and its envelope says success.
    ///
    /// # Errors
    /// What became of it instead. Orders that were given before are what they are: reading changes nothing at eCat. It
    /// is the same at every further call: a list that broke off never comes to look complete.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, CallError> {
        loop {
            if let Some(bytes) = self.ready.pop_front() {
                return Ok(Some(bytes));
            }
            match &self.ended {
                None => self.pump().await,
                Some(end) => return end.clone().map(|()| None),
            }
        }
    }

    async fn pump(&mut self) {
        let doubt = match timeout(self.between, self.response.chunk()).await {
            Ok(Ok(Some(bytes))) => {
                let data = self.envelope.feed(&bytes);
                self.give(data);
                if !self.envelope.is_settled() {
                    return;
                }
                None
            }
            Ok(Ok(None)) => None,
            Ok(Err(error)) => Some(vendor_http::Doubt::of(&error).into()),
            Err(_elapsed) => Some(Doubt::TimedOut),
        };
        let (rest, verdict) = self.envelope.end();
        self.give(rest);
        // An envelope that is closed may still not be all that was sent.
        let verdict = match (verdict, doubt) {
            (Ok(()), Some(_)) => Err(Fault::Incomplete),
            (verdict, _) => verdict,
        };
        let doubt = doubt.unwrap_or(Doubt::Incomplete);
        self.ended = Some(verdict.map_err(|fault| self.head.judge(fault, doubt)));
    }

    fn give(&mut self, data: Bytes) {
        if !data.is_empty() {
            self.ready.push_back(data);
        }
    }
}
