//! SparkLayer: the token call, and the purchases that a site's customers see.

mod answer;
mod fields;
mod form;
mod package;
mod personal;
mod places;
mod slow;
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
use http::{HeaderMap, Method, Request};
use serde_json::Value;
use tokio::sync::watch;

use crate::plain::Plain;
use answer::Refusal;
pub use answer::SparkFailure;
pub use personal::{SPARKLAYER_PERSONAL, sparklayer_personal};
use slow::Busy;
pub use slow::Slow;
use state::{Put, State};
pub use state::{SeenPurchase, SeenPut, TOKEN as SPARKLAYER_TOKEN};
use target::{Resource, Target};

/// SparkLayer, as one site's client sees it. Clones share their state.
#[derive(Clone)]
pub struct SparkLayer(Arc<Inner>);

struct Inner {
    clock: Clock,
    gate: Gate,
    site: String,
    state: Mutex<State>,
    slow: watch::Sender<usize>,
}

impl SparkLayer {
    /// A SparkLayer without purchases that knows one site and its client.
    pub fn new(clock: Clock, gate: Gate, site: &str, client_id: &str, client_secret: &str) -> Self {
        Self(Arc::new(Inner {
            clock,
            gate,
            site: site.to_owned(),
            state: Mutex::new(State::new(client_id, client_secret)),
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
        self.state().count(&target.operation);
        let fault = self.0.gate.judge(Call {
            service: "sparklayer",
            operation: &target.operation,
            subject: &target.subject,
            caller: crate::caller(request.headers()),
        });
        if matches!(fault, Some(Fault::LostRequest | Fault::KilledBefore)) {
            return Reply::Drop;
        }
        let busy = (*request.method() == Method::PUT).then(|| Busy::begin(&self, &target.subject));
        let plain = match fault {
            Some(Fault::ServerError) => Some(self.state().trouble().plain()),
            Some(Fault::Throttled) => Some(Refusal::throttled(1).plain()),
            _ => self.answer(&target, &request, busy).await,
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
    async fn answer(&self, target: &Target, request: &Request<Bytes>, busy: Option<Busy>) -> Option<Plain> {
        let answered = match (&target.resource, request.method()) {
            (Some(Resource::Token), &Method::POST) => self.give_token(request),
            (Some(Resource::Purchase { by, identifier }), &Method::PUT) => {
                match self.read_put(by, identifier, request) {
                    Ok(put) => return self.take(put, busy).await,
                    Err(refusal) => Err(refusal),
                }
            }
            (Some(Resource::Purchase { by, identifier }), &Method::GET) => self.show(by, identifier, request),
            (Some(_), method) => Err(self.complain(405, format!("{method} is no method of this"))),
            (None, _) => Err(self.complain(404, format!("{} is no address", request.uri().path()))),
        };
        Some(answered.unwrap_or_else(|refusal| {
            let sent = serde_json::from_slice(request.body()).unwrap_or_default();
            self.refuse(refusal, &sent)
        }))
    }

    /// As the vendor's prose may, a problem repeats something personal that was sent.
    fn refuse(&self, refusal: Refusal, sent: &Value) -> Plain {
        if self.state().switches.empty_errors {
            return refusal.emptied().plain();
        }
        match sparklayer_personal(sent).first() {
            Some(word) => refusal.repeating(word).plain(),
            None => refusal.plain(),
        }
    }

    fn give_token(&self, request: &Request<Bytes>) -> Result<Plain, Refusal> {
        let site = self.site(request.headers())?;
        self.json_body(request)?;
        let mut state = self.state();
        if let Some(failure) = state.switches.token_failures.pop_front() {
            return Err(failure.refusal());
        }
        if !site || !state.knows_client(request.body())? {
            state.refused_logins += 1;
            return Err(Refusal::problem(401, "Unauthorized", "The client is not known"));
        }
        Ok(state.give_token(self.0.clock.now_ms()))
    }

    fn read_put(&self, by: &str, identifier: &str, request: &Request<Bytes>) -> Result<Put, Refusal> {
        self.admit(by, identifier, request)?;
        self.json_body(request)?;
        let shape = self.state().switches.shape.clone();
        let form = form::read(by, identifier, &shape, request.body()).inspect_err(|refusal| {
            self.state().complaints.push(refusal.told());
        })?;
        let caller = crate::caller(request.headers()).to_owned();
        let by = by.to_owned();
        Ok(Put { by, form, caller })
    }

    fn commit(&self, put: &Put) -> Plain {
        let now = self.0.clock.now_ms();
        let committed = self.state().put(put, now);
        committed.unwrap_or_else(|refusal| self.refuse(refusal, &put.form.body))
    }

    fn show(&self, by: &str, identifier: &str, request: &Request<Bytes>) -> Result<Plain, Refusal> {
        self.admit(by, identifier, request)?;
        if !request.body().is_empty() {
            return Err(self.complain(400, "a GET has no body".to_owned()));
        }
        self.state().show(by, identifier)
    }

    /// Lets in whoever has a token of this site and asks for something that can be there.
    fn admit(&self, by: &str, identifier: &str, request: &Request<Bytes>) -> Result<(), Refusal> {
        let site = self.site(request.headers())?;
        if request.uri().query().is_some() {
            return Err(self.complain(400, "there are no query parameters".to_owned()));
        }
        self.state()
            .admit(site, request.headers(), self.0.clock.now_ms())?;
        if !["sparklayer", "platform", "internal", "visible"].contains(&by) {
            return Err(self.complain(400, format!("{by} is no lookupBy")));
        }
        if by == "sparklayer" && uuid::Uuid::try_parse(identifier).is_err() {
            return Err(self.complain(400, "a sparklayer identifier must be a UUID".to_owned()));
        }
        match self.state().next_failure(identifier) {
            Some(failure) => Err(failure.refusal()),
            None => Ok(()),
        }
    }

    /// Whether it is our site's; which one must always be said.
    fn site(&self, headers: &HeaderMap) -> Result<bool, Refusal> {
        match headers.get("site-id").and_then(|site| site.to_str().ok()) {
            Some(site) => Ok(site == self.0.site),
            None => Err(self.complain(400, "the header Site-Id is missing".to_owned())),
        }
    }

    fn json_body(&self, request: &Request<Bytes>) -> Result<(), Refusal> {
        if crate::says_json(request.headers()) {
            Ok(())
        } else {
            Err(self.complain(415, "the media type is not application/json".to_owned()))
        }
    }

    /// A refusal of what no client may send, remembered for the test. Which status it has is a guess.
    fn complain(&self, status: u16, text: String) -> Refusal {
        let refusal = Refusal::problem(status, "Bad Request", &text);
        self.state().complaints.push(text);
        refusal
    }
}
