//! eCat: the list of orders that are not yet marked as received, and the call that marks them.

mod answer;
mod list;
mod malformed;
mod mark;
mod moments;
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
pub use sample::{ECAT_CUSTOM_FIELDS, ECAT_PERSONAL, ecat_refilled, ecat_revised, ecat_sample};
use state::State;
pub use state::{SeenEcatOrder, Sequence, Shown, Single, Submitted};
use target::{Resource, Target};

/// eCat, as one organisation's admin user sees it. Clones share their state.
#[derive(Clone)]
pub struct Ecat(Arc<Inner>);

struct Inner {
    clock: Clock,
    gate: Gate,
    org: String,
    state: Mutex<State>,
    pause: watch::Sender<Pause>,
}

/// How far the pause in a list's body is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pause {
    None,
    Reached,
    Released,
}

impl Ecat {
    /// An empty eCat of one organisation (its name as it stands in URLs) that knows one login.
    pub fn new(clock: Clock, gate: Gate, org: &str, username: &str, password: &str) -> Self {
        Self(Arc::new(Inner {
            clock,
            gate,
            org: org.to_owned(),
            state: Mutex::new(State::new(username, password)),
            pause: watch::Sender::new(Pause::None),
        }))
    }

    /// Serves on `address`; the base URL is the server's URL.
    ///
    /// # Errors
    /// When the address cannot be bound.
    pub async fn serve(&self, address: SocketAddr) -> io::Result<Server> {
        let this = self.clone();
        host::serve(address, move |request| std::future::ready(this.handle(&request))).await
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn handle(&self, request: &Request<Bytes>) -> Reply {
        let target = Target::of(request);
        self.state().count(&target.operation);
        let fault = self.0.gate.judge(Call {
            service: "ecat",
            operation: &target.operation,
            subject: &target.subject,
            caller: crate::caller(request.headers()),
        });
        if matches!(fault, Some(Fault::LostRequest | Fault::KilledBefore)) {
            return Reply::Drop;
        }
        let refused = match fault {
            Some(Fault::ServerError) => Some(self.state().trouble()),
            Some(Fault::Throttled) => Some(Refusal::new(429, "too many requests")),
            _ => self.state().next_failure(),
        };
        let answered = match refused {
            Some(refusal) => Err(refusal),
            None => self.answer(&target, request, fault),
        };
        let answers = matches!(
            fault,
            None | Some(Fault::CutBody | Fault::ServerError | Fault::Throttled)
        ) || (fault == Some(Fault::PartialBatch) && *request.method() == Method::POST);
        if !answers {
            return Reply::Drop;
        }
        let cut = fault == Some(Fault::CutBody);
        Reply::Answer(answered.unwrap_or_else(|refusal| refusal.plain().response(cut)))
    }

    fn answer(
        &self,
        target: &Target,
        request: &Request<Bytes>,
        fault: Option<Fault>,
    ) -> Result<Response<Body>, Refusal> {
        let cut = fault == Some(Fault::CutBody);
        let Some(resource) = &target.resource else {
            return Err(self.complain(404, format!("{} is no address", request.uri().path())));
        };
        self.state().admit(target.org == self.0.org, request.headers())?;
        if request.uri().query().is_some() {
            return Err(self.complain(400, "there are no query parameters".to_owned()));
        }
        let get = *request.method() == Method::GET;
        if get && !request.body().is_empty() {
            return Err(self.complain(400, "a GET has no body".to_owned()));
        }
        match resource {
            Resource::NewOrders if get => Ok(self.list(cut)),
            Resource::NewOrders if *request.method() == Method::POST => {
                let partly = fault == Some(Fault::PartialBatch);
                Ok(self.mark(request, partly)?.response(cut))
            }
            Resource::Order(id) if get => self.one(id, cut),
            _ => Err(self.complain(405, format!("{} is no method of this", request.method()))),
        }
    }

    /// A refusal of what no client may send, remembered for the test. The status is a guess: none is documented.
    fn complain(&self, status: u16, text: String) -> Refusal {
        let refusal = Refusal::new(status, &text);
        self.state().complaints.push(text);
        refusal
    }
}
