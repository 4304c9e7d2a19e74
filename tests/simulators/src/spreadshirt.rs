//! Spreadshirt: sessions, and the order reports of a partner.

mod answer;
mod auth;
mod list;
mod render;
mod report;
mod sessions;
mod state;
mod switches;
mod target;
#[cfg(test)]
mod tests;

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use host::{Call, Clock, Fault, Gate, Reply, Server};
use http::{Method, Request};

use answer::Answer;
pub use report::{Dates, FullData, Hrefs, ItemChange, OrderReport};
pub use sessions::SESSION as SPREADSHIRT_SESSION;
use state::State;
use target::{Resource, Target};

/// The function that calls, if its `User-Agent` does not say so.
const READER: &str = "spreadshirt-read-reports";

/// Where the API begins on the server.
const ROOT: &str = "/api/v1";

/// Spreadshirt, as the user of one partner sees it. Clones share their state.
#[derive(Clone)]
pub struct Spreadshirt(Arc<Inner>);

struct Inner {
    clock: Clock,
    gate: Gate,
    state: Mutex<State>,
}

impl Spreadshirt {
    /// A Spreadshirt without reports, that knows one application (`api_key`, `secret`) and one user, who owns `partner`.
    pub fn new(
        clock: Clock,
        gate: Gate,
        partner: &str,
        (api_key, secret): (&str, &str),
        (username, password): (&str, &str),
    ) -> Self {
        let state = State::new(partner, (api_key, secret), (username, password));
        Self(Arc::new(Inner {
            clock,
            gate,
            state: Mutex::new(state),
        }))
    }

    /// Serves on `address`; see [`Spreadshirt::base_url`].
    ///
    /// # Errors
    /// When the address cannot be bound.
    pub async fn serve(&self, address: SocketAddr) -> io::Result<Server> {
        let this = self.clone();
        host::serve(address, move |request| std::future::ready(this.handle(&request))).await
    }

    /// The API's root on a server of [`Spreadshirt::serve`].
    pub fn base_url(server: &Server) -> String {
        format!("{}{ROOT}", server.url())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The vendor's own time.
    fn now_ms(&self) -> i64 {
        self.0.clock.now_ms() + self.state().switches.ahead_ms
    }

    fn handle(&self, request: &Request<Bytes>) -> Reply {
        let target = Target::of(request);
        self.state().count(&target.operation);
        let fault = self.0.gate.judge(Call {
            service: "spreadshirt",
            operation: &target.operation,
            subject: &target.subject,
            // Its `User-Agent` names the application, and whom to write to. One function alone reads reports.
            caller: match crate::caller(request.headers()) {
                "" => READER,
                named => named,
            },
        });
        if matches!(fault, Some(Fault::LostRequest | Fault::KilledBefore)) {
            return Reply::Drop;
        }
        let refused = match fault {
            Some(Fault::ServerError) => Some(self.state().trouble()),
            // That there is such an answer is a guess: no rate limit is documented.
            Some(Fault::Throttled) => Some(Answer::text(429, "Too many requests")),
            _ => self.state().switches.failures.pop_front(),
        };
        let answer = match refused {
            Some(answer) => answer,
            None => self.answer(&target, request).unwrap_or_else(|refusal| refusal),
        };
        if !matches!(
            fault,
            None | Some(Fault::CutBody | Fault::ServerError | Fault::Throttled)
        ) {
            return Reply::Drop;
        }
        let now = self.now_ms();
        let how = self
            .state()
            .switches
            .delivery(answer.len(), fault == Some(Fault::CutBody));
        Reply::Answer(answer.response(now, how))
    }

    fn answer(&self, target: &Target, request: &Request<Bytes>) -> Result<Answer, Answer> {
        let now = self.now_ms();
        let mut state = self.state();
        if !request.headers().contains_key(http::header::USER_AGENT) {
            return Err(state.complain(403, "there is no User-Agent".to_owned()));
        }
        let Some(resource) = &target.resource else {
            return Err(state.complain(404, format!("{} is no address", request.uri().path())));
        };
        let method = request.method();
        if *method != Method::POST && !request.body().is_empty() {
            return Err(state.complain(400, format!("a {method} has no body")));
        }
        if request.uri().query().is_some() && *resource != Resource::Reports {
            return Err(state.complain(400, "there are no query parameters here".to_owned()));
        }
        match (resource, method) {
            (Resource::ServerTime, &Method::GET) => {
                state.admit_key(request)?;
                Ok(Answer::text(200, &now.to_string()))
            }
            (Resource::Sessions, &Method::POST) => {
                state.admit_key(request)?;
                state.login(request.body(), now)
            }
            (Resource::Reports, &Method::GET) => {
                state.admit(request, now)?;
                state.list(request.uri().query().unwrap_or_default())
            }
            (Resource::Report(id), &Method::GET) => {
                state.admit(request, now)?;
                state.one(id)
            }
            (Resource::Report(id), &Method::DELETE) => {
                state.admit(request, now)?;
                state.delete(id)
            }
            _ => Err(state.complain(405, format!("{method} is no method of this"))),
        }
    }
}
