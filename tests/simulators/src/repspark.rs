//! RepSpark: the order list that flips what it shows, and the confirmation that takes all of an array or nothing.

mod answer;
mod confirm;
mod custom;
mod headers;
mod list;
mod sample;
mod state;
mod switches;
mod target;
#[cfg(test)]
mod tests;

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use host::{Body, Call, Clock, Fault, Gate, Reply, Server};
use http::{Method, Request, Response};
use tokio::sync::watch;

use answer::Refusal;
pub use custom::{sample_custom_map, sample_custom_order};
pub use sample::sample_order;
use state::State;
pub use state::{Empty, Flip, SeenOrder};
use target::{Resource, Target};

use crate::plain::Plain;

/// RepSpark, as one brand's credentials see it. Clones share their state.
#[derive(Clone)]
pub struct RepSpark(Arc<Inner>);

struct Inner {
    clock: Clock,
    gate: Gate,
    state: Mutex<State>,
    posts: watch::Sender<usize>,
    held: watch::Sender<bool>,
}

impl RepSpark {
    /// An empty RepSpark that knows one pair of keys.
    pub fn new(clock: Clock, gate: Gate, client_key: &str, environment_key: &str) -> Self {
        Self(Arc::new(Inner {
            clock,
            gate,
            state: Mutex::new(State::new(client_key, environment_key)),
            posts: watch::Sender::new(0),
            held: watch::Sender::new(false),
        }))
    }

    /// Serves on `address`; the base URL is the server's URL and `/api`.
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
        self.state().count(&target.operation);
        let fault = self.0.gate.judge(Call {
            service: "repspark",
            operation: &target.operation,
            subject: &target.subject,
            caller: crate::caller(request.headers()),
        });
        if matches!(fault, Some(Fault::LostRequest | Fault::KilledBefore)) {
            return Reply::Drop;
        }
        let cut = fault == Some(Fault::CutBody);
        if self.state().next_is_a_page() {
            return Reply::Answer(Plain::html(200, "Scheduled maintenance").response(cut));
        }
        let refused = match fault {
            Some(Fault::ServerError) => Some(self.state().trouble()),
            Some(Fault::Throttled) => Some(Refusal::new(503, "ServerBusy", "try again later")),
            _ => self.state().next_failure(),
        };
        let answered = match refused {
            Some(refusal) => Err(refusal),
            None => self.answer(&target, &request, cut).await,
        };
        if !matches!(
            fault,
            None | Some(Fault::CutBody | Fault::ServerError | Fault::Throttled)
        ) {
            return Reply::Drop;
        }
        let response = answered.unwrap_or_else(|refusal| refusal.plain().response(cut));
        Reply::Answer(self.state().tracked(response))
    }

    async fn answer(
        &self,
        target: &Target,
        request: &Request<Bytes>,
        cut: bool,
    ) -> Result<Response<Body>, Refusal> {
        self.state().admit(request.headers())?;
        headers::known(request.headers(), request.method())?;
        match (target.resource, request.method()) {
            (Some(Resource::Order), &Method::GET) => self.list(request, cut).await,
            (Some(Resource::OrderConfirmation), &Method::POST) => self.confirm(request, cut).await,
            (Some(_), _) => Err(Refusal::verb(request.method())),
            (None, _) => Err(Refusal::new(404, "ResourceNotFound", "no such resource")),
        }
    }

    /// Waits the time that [`RepSpark::slow`] set.
    async fn dawdle(&self) {
        let delay = self.state().switches.slow;
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
    }
}
