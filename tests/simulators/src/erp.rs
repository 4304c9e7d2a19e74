//! An ERP that speaks `erp-orders/1` to the letter, and that can be as unhelpful as real ones.

mod answer;
mod contract;
mod fields;
mod late;
mod store;
mod switches;
#[cfg(test)]
mod tests;

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use host::{Call, Clock, Fault, Gate, Reply, Server};
use http::{Method, Request};
use tokio::sync::watch;

use crate::plain::Plain;
use answer::Refusal;
pub use late::{Late, LateReply};
use store::State;
pub use store::{ErpOrder, ErpStatus};

/// The ERP. Clones share their state.
#[derive(Clone)]
pub struct Erp(Arc<Inner>);

struct Inner {
    clock: Clock,
    gate: Gate,
    state: Mutex<State>,
    late: watch::Sender<usize>,
}

/// What a request is about.
#[derive(Clone, Copy)]
enum Target<'a> {
    Root,
    Order(&'a str),
    Other,
}

/// Counts a request for as long as it is being served.
struct Busy<'a> {
    erp: &'a Erp,
    key: String,
}

impl Erp {
    /// An empty ERP that knows one token.
    pub fn new(clock: Clock, gate: Gate, token: &str) -> Self {
        Self(Arc::new(Inner {
            clock,
            gate,
            state: Mutex::new(State::new(token)),
            late: watch::Sender::new(0),
        }))
    }

    /// Serves on `address`; the base URL is the server's URL and `/erp`.
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
        let path = request.uri().path().to_owned();
        let target = Target::of(&path);
        let (operation, subject) = target.names(request.method(), &path);
        self.state().count(&operation);
        let fault = self.0.gate.judge(Call {
            service: "erp",
            operation: &operation,
            subject,
            caller: crate::caller(request.headers()),
        });
        if matches!(fault, Some(Fault::LostRequest | Fault::KilledBefore)) {
            return Reply::Drop;
        }
        let _busy = Busy::begin(&self, subject);
        let broken = match fault {
            Some(Fault::ServerError) => Some(self.state().trouble()),
            Some(Fault::Throttled) => Some(answer::throttled()),
            _ => self.state().broken(request.method()),
        };
        let plain = match broken {
            Some(plain) => Some(plain),
            None => self.answer(target, &request).await,
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
    async fn answer(&self, target: Target<'_>, request: &Request<Bytes>) -> Option<Plain> {
        if let Err(refusal) = self.state().admit(request.headers()) {
            return Some(refusal.plain());
        }
        let slow = self.state().switches.slow;
        if !slow.is_zero() {
            tokio::time::sleep(slow).await;
        }
        match (target, request.method()) {
            (Target::Root, &Method::GET) => Some(answer::root()),
            (Target::Order(key), &Method::GET) => Some(self.state().look(key)),
            (Target::Order(key), &Method::PUT) => self.put(key, request).await,
            (Target::Root | Target::Order(_), _) => Some(Refusal::config(405, "method").plain()),
            (Target::Other, _) => Some(Refusal::config(404, "no_such_resource").plain()),
        }
    }

    async fn put(&self, key: &str, request: &Request<Bytes>) -> Option<Plain> {
        let sheet = match contract::read(key, crate::says_json(request.headers()), request.body()) {
            Ok(sheet) => sheet,
            Err(refusal) => return Some(refusal.plain()),
        };
        let late = self.state().next_late();
        match late {
            Some((when, reply)) => self.commit_late(sheet, when, reply).await,
            None => Some(self.commit(&sheet)),
        }
    }

    fn commit(&self, sheet: &contract::Sheet) -> Plain {
        let now = self.0.clock.now_ms();
        self.state().put(sheet, now)
    }
}

impl<'a> Target<'a> {
    fn of(path: &'a str) -> Self {
        match path.strip_prefix("/erp/") {
            Some("") => Self::Root,
            Some(rest) => match rest.strip_prefix("sales-orders/") {
                Some(key) if !key.is_empty() && !key.contains('/') => Self::Order(key),
                _ => Self::Other,
            },
            None => Self::Other,
        }
    }

    /// The operation and the subject for the gate.
    fn names(self, method: &Method, path: &str) -> (String, &'a str) {
        match self {
            Self::Root => (format!("{method} /"), ""),
            Self::Order(key) => (format!("{method} sales-orders"), key),
            Self::Other => (format!("{method} {path}"), ""),
        }
    }
}

impl<'a> Busy<'a> {
    fn begin(erp: &'a Erp, key: &str) -> Self {
        erp.state().enter(key);
        Self {
            erp,
            key: key.to_owned(),
        }
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.erp.state().leave(&self.key);
    }
}
