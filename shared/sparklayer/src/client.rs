//! The client: one HTTP request per verb, before it one for a token where none is good, and no retry. Who may repeat what
//! is decided by the callers.

use std::sync::Arc;
use std::time::Duration;

use order_model::Millis;
use reqwest::RequestBuilder;
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderValue};
use serde_json::Value;
use tokio::sync::Mutex;

use crate::credentials::Credentials;
use crate::errors::{CallError, Operation};
use crate::hash::{AcceptedHash, accepted_hash};
use crate::heard::Heard;
use crate::identifiers::{Lookup, SiteId};
use crate::judge::{failed, no_answer, no_body};
use crate::options::Options;
use crate::problem::Problem;
use crate::purchase::Purchase;
use crate::stored::Stored;
use crate::token::{Asked, Token};
use crate::wire::wire;

const JSON: &str = "application/json";

/// SparkLayer, for one site. Clones share their token; a client with other credentials is a new one.
#[derive(Debug, Clone)]
pub struct SparkLayer {
    http: reqwest::Client,
    base_url: String,
    site: SiteId,
    credentials: Credentials,
    options: Options,
    call: Duration,
    token: Arc<Mutex<Option<Token>>>,
}

impl SparkLayer {
    /// `base_url` is the root, such as `https://app.sparklayer.io`. `http` follows no redirects. `call` is for one HTTP
    /// request; a verb that needs a token first takes twice that at most.
    pub fn new(
        http: reqwest::Client,
        base_url: &str,
        site: SiteId,
        credentials: Credentials,
        options: Options,
        call: Duration,
    ) -> Self {
        Self {
            http,
            base_url: base_url.trim_end_matches('/').to_owned(),
            site,
            credentials,
            options,
            call,
            token: Arc::default(),
        }
    }

    /// Whether these are the credentials that it calls with.
    pub fn is_of(&self, credentials: &Credentials) -> bool {
        self.credentials == *credentials
    }

    /// Whether it has a token that is good: a verb makes one HTTP request then, and no other before it.
    pub async fn is_logged_in(&self, now: Millis) -> bool {
        let kept = self.token.lock().await;
        kept.as_ref().is_some_and(|token| token.is_good(now))
    }

    /// What a PUT of this purchase would be remembered by.
    pub fn hash(&self, purchase: &Purchase) -> AcceptedHash {
        accepted_hash(&wire(purchase, &self.options))
    }

    /// Whether all that this purchase says is stored.
    pub fn is_stored(&self, purchase: &Purchase, stored: &Stored) -> bool {
        stored.holds(&wire(purchase, &self.options))
    }

    /// Makes sure that there is a token: the check of a set-up. Changes nothing.
    ///
    /// # Errors
    /// When SparkLayer gives none.
    pub async fn log_in(&self, now: Millis) -> Result<(), CallError> {
        self.token(now).await.map(|_| ())
    }

    /// Stores a purchase: makes it if nothing is found by `lookup`, else replaces all of its data. Safe to repeat, but an
    /// older state must not be sent behind a newer one. `now` says whether the token is still good.
    ///
    /// # Errors
    /// Unless [`CallError::surely_not_done`], it may have been stored, or be stored later.
    pub async fn put_purchase(
        &self,
        lookup: &Lookup,
        purchase: &Purchase,
        now: Millis,
    ) -> Result<Stored, CallError> {
        let body = wire(purchase, &self.options);
        let request = self.http.put(self.url(lookup)).json(&body);
        let heard = self.ask(Operation::Put, request, now).await?;
        stored(Operation::Put, &heard, lookup)
    }

    /// Shows a purchase; none if SparkLayer has none by this look-up.
    ///
    /// # Errors
    /// Never [`CallError::NotFound`].
    pub async fn get_purchase(&self, lookup: &Lookup, now: Millis) -> Result<Option<Stored>, CallError> {
        let request = self.http.get(self.url(lookup));
        match self.ask(Operation::Get, request, now).await {
            Ok(heard) => stored(Operation::Get, &heard, lookup).map(Some),
            Err(CallError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn ask(
        &self,
        operation: Operation,
        request: RequestBuilder,
        now: Millis,
    ) -> Result<Heard, CallError> {
        let token = self.token(now).await?;
        let heard = self
            .send(operation, request.header(AUTHORIZATION, token.clone()))
            .await?;
        if heard.status == 401 {
            self.forget(&token).await;
        }
        match heard.is_success() {
            true => Ok(heard),
            false => Err(failed(operation, &heard)),
        }
    }

    /// The token, as a header. Whoever comes while one is being fetched waits for it, so that one is enough for all.
    async fn token(&self, now: Millis) -> Result<HeaderValue, CallError> {
        let mut kept = self.token.lock().await;
        if let Some(token) = kept.as_ref().filter(|token| token.is_good(now)) {
            return Ok(token.header.clone());
        }
        *kept = None;
        let token = self.new_token(now).await?;
        let header = token.header.clone();
        *kept = Some(token);
        Ok(header)
    }

    async fn new_token(&self, now: Millis) -> Result<Token, CallError> {
        let operation = Operation::Token;
        let request = self
            .http
            .post(format!("{}/api/auth/token", self.base_url))
            .json(&Asked::of(&self.credentials));
        let heard = self.send(operation, request).await?;
        let status = heard.status;
        if !heard.is_success() {
            return Err(failed(operation, &heard));
        }
        let body = heard.body.map_err(|why| no_body(operation, status, why))?;
        Token::read(&body, now).map_err(|what| CallError::Unclear {
            operation,
            status,
            what,
        })
    }

    /// Forgets a token that was refused, unless somebody has got another one meanwhile.
    async fn forget(&self, refused: &HeaderValue) {
        let mut kept = self.token.lock().await;
        if kept.as_ref().is_some_and(|token| token.header == *refused) {
            *kept = None;
        }
    }

    async fn send(&self, operation: Operation, request: RequestBuilder) -> Result<Heard, CallError> {
        let request = request
            .header("site-id", self.site.as_str())
            .header(ACCEPT, JSON)
            .timeout(self.call);
        match request.send().await {
            Ok(response) => Ok(Heard::read(response).await),
            Err(error) => Err(no_answer(operation, &error)),
        }
    }

    fn url(&self, lookup: &Lookup) -> String {
        purchase_url(&self.base_url, lookup)
    }
}

/// What [`SparkLayer::put_purchase`] would send for a purchase, for a person to look at: the address and the JSON body.
/// The token stands in neither. Nothing is sent.
pub fn would_put(base_url: &str, lookup: &Lookup, purchase: &Purchase, options: &Options) -> (String, Value) {
    let url = purchase_url(base_url.trim_end_matches('/'), lookup);
    (url, wire(purchase, options))
}

fn purchase_url(base_url: &str, lookup: &Lookup) -> String {
    format!("{base_url}/api/v1/purchases/{}", lookup.path())
}

fn stored(operation: Operation, heard: &Heard, lookup: &Lookup) -> Result<Stored, CallError> {
    let status = heard.status;
    if heard.is_page() {
        // Something before SparkLayer spoke; what it did with the call nobody knows.
        return Err(CallError::Unavailable {
            operation,
            problem: Problem::bare(status),
            retry_after: heard.retry_after,
        });
    }
    let body = heard
        .body
        .as_deref()
        .map_err(|why| no_body(operation, status, *why))?;
    Stored::read(body, lookup).map_err(|what| CallError::Unclear {
        operation,
        status,
        what,
    })
}
