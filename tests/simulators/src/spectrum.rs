//! Spectrum: acknowledgements that start the factory, the details and the tracking of orders, and orders by their number.

mod answer;
mod fields;
mod form;
mod order;
mod personal;
mod slow;
mod state;
mod switches;
mod target;
#[cfg(test)]
mod tests;
mod traps;

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use host::{Call, Clock, Fault, Gate, Reply, Server};
use http::Request;
use serde_json::Value;
use tokio::sync::watch;

use crate::plain::Plain;
pub use answer::SpectrumFailure;
use answer::{error, trouble};
use form::Work;
pub use order::{SeenSpectrumCall, SeenSpectrumOrder, Start};
pub use personal::{SPECTRUM_PERSONAL, spectrum_personal};
pub use slow::SpectrumSlow;
use state::State;
use target::{Endpoint, Target};
pub use traps::SeveralReply;

/// The header that holds the token; header names have no letter case.
const TOKEN: &str = "spectrum_api_token";

/// Spectrum, as one partner sees it. Clones share their state.
#[derive(Clone)]
pub struct Spectrum(Arc<Inner>);

struct Inner {
    clock: Clock,
    gate: Gate,
    state: Mutex<State>,
    slow: watch::Sender<usize>,
}

impl Spectrum {
    /// A Spectrum without orders that knows one token.
    pub fn new(clock: Clock, gate: Gate, token: &str) -> Self {
        Self(Arc::new(Inner {
            clock,
            gate,
            state: Mutex::new(State::new(token)),
            slow: watch::Sender::new(0),
        }))
    }

    /// Serves on `address`; the base URL is the server's URL.
    ///
    /// # Errors
    /// When the address cannot be bound.
    pub async fn serve(&self, address: SocketAddr) -> io::Result<Server> {
        let this = self.clone();
        host::serve(address, move |request| this.clone().handle(request)).await
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn handle(self, request: Request<Bytes>) -> Reply {
        let target = Target::of(&request);
        let now = self.0.clock.now_ms();
        // Whatever becomes of it, it is a call: what a fault breaks may have reached the vendor.
        let throttled = self.state().count(&target.operation, now);
        let fault = self.0.gate.judge(Call {
            service: "spectrum",
            operation: &target.operation,
            subject: &target.subject,
            caller: crate::caller(request.headers()),
        });
        if matches!(fault, Some(Fault::LostRequest | Fault::KilledBefore)) {
            return Reply::Drop;
        }
        let plain = match fault {
            Some(Fault::ServerError) => Some(trouble(&mut self.state().troubles, &sent(&request), now)),
            Some(Fault::Throttled) => Some(self.forbid(now)),
            _ if throttled => Some(self.forbid(now)),
            _ => self.answer(&target, &request).await,
        };
        match (fault, plain) {
            (None | Some(Fault::ServerError | Fault::Throttled), Some(plain)) => {
                Reply::Answer(plain.response(false))
            }
            (Some(Fault::CutBody), Some(plain)) => Reply::Answer(plain.response(true)),
            _ => Reply::Drop,
        }
    }

    /// The answer, or nothing where the connection closes without one.
    async fn answer(&self, target: &Target, request: &Request<Bytes>) -> Option<Plain> {
        let now = self.0.clock.now_ms();
        if let Err(refusal) = self.admit(target, request, now) {
            return Some(refusal);
        }
        let Some(endpoint) = &target.endpoint else {
            let text = format!("{} is no address", request.uri().path());
            return Some(self.complain(404, text, now));
        };
        if let Some(failure) = self.state().next_failure(&target.operation) {
            return Some(failure.plain(&sent(request), now));
        }
        let work = match endpoint {
            Endpoint::OrderNumber(number) => {
                if !request.body().is_empty() {
                    return Some(self.complain(400, "a GET has no body".to_owned(), now));
                }
                return Some(self.state().show(number, now));
            }
            other => form::read(other, &sent(request)),
        };
        match work {
            Ok(work) => {
                let work = Work {
                    caller: crate::caller(request.headers()).to_owned(),
                    ..work
                };
                self.take(work).await
            }
            Err(text) => Some(self.complain(400, text, now)),
        }
    }

    /// Lets in whoever has the token and asks in the right form.
    fn admit(&self, target: &Target, request: &Request<Bytes>, now: i64) -> Result<(), Plain> {
        let token = request.headers().get(TOKEN).and_then(|value| value.to_str().ok());
        if !self.state().knows(token) {
            let status = self.state().switches.refusal;
            return Err(error(status, "The API token is not valid.", now));
        }
        if !target.method_fits {
            let text = format!("{} is no method of this", request.method());
            return Err(self.complain(405, text, now));
        }
        if request.uri().query().is_some() {
            return Err(self.complain(400, "there are no query parameters".to_owned(), now));
        }
        let is_post =
            matches!(&target.endpoint, Some(endpoint) if !matches!(endpoint, Endpoint::OrderNumber(_)));
        if is_post && !crate::says_json(request.headers()) {
            return Err(self.complain(415, "the media type is not application/json".to_owned(), now));
        }
        Ok(())
    }

    /// Does the work, now.
    fn commit(&self, work: &Work) -> Plain {
        let now = self.0.clock.now_ms();
        self.state().commit(work, now)
    }

    fn forbid(&self, now: i64) -> Plain {
        let plain = error(403, "Forbidden", now);
        match self.state().switches.tell_the_rate {
            true => plain.with("x-ratelimit-remaining", "0"),
            false => plain,
        }
    }

    /// A refusal of what no client may send, remembered for the test. Which status it has is a guess.
    fn complain(&self, status: u16, text: String, now: i64) -> Plain {
        let plain = error(status, &text, now);
        self.state().complaints.push(text);
        plain
    }
}

/// What was sent; null if it is no JSON.
fn sent(request: &Request<Bytes>) -> Value {
    serde_json::from_slice(request.body()).unwrap_or_default()
}
