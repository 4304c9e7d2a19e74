//! The client: one HTTP request per verb, and no retry. `PUT` is meant to be safe to repeat; we do not rely on it.

use std::time::Duration;

use order_model::{ContentHash, ErpKey, Order};
use reqwest::RequestBuilder;
use serde_json::Value;
use vendor_http::Silence;

use crate::answer::Answer;
use crate::credentials::Credentials;
use crate::heard::Heard;
use crate::judge::{Verb, judge};
use crate::request::Request;
use crate::root::{Contract, RootError, contract};

/// An ERP that speaks the contract.
#[derive(Debug, Clone)]
pub struct Erp {
    http: reqwest::Client,
    base_url: String,
    credentials: Credentials,
    timeout: Duration,
}

impl Erp {
    /// `base_url` is what stands before `/sales-orders`. `http` follows no redirects. `timeout` is for a whole call; the
    /// contract asks for 60 s or more, because waits of 30 s were seen in a real ERP.
    pub fn new(http: reqwest::Client, base_url: &str, credentials: Credentials, timeout: Duration) -> Self {
        Self {
            http,
            base_url: base_url.trim_end_matches('/').to_owned(),
            credentials,
            timeout,
        }
    }

    /// Imports an order, or gives what is there. `hash` is the content hash of this very order. Never gives
    /// [`Answer::NotFound`].
    pub async fn put(&self, order: &Order, hash: &ContentHash) -> Answer {
        let request = self
            .http
            .put(self.order_url(&order.key))
            .json(&Request::new(order, hash));
        self.ask(Verb::Put, &order.key, request).await
    }

    /// Looks an order up. Never gives [`Answer::Changed`].
    pub async fn get(&self, key: &ErpKey) -> Answer {
        self.ask(Verb::Get, key, self.http.get(self.order_url(key))).await
    }

    /// Asks what is there: the check of a set-up.
    ///
    /// # Errors
    /// When anything but an ERP that speaks the contract, and takes our token, answers.
    pub async fn root(&self) -> Result<Contract, RootError> {
        let request = self.http.get(format!("{}/", self.base_url));
        match self.send(request).await {
            Ok(heard) => contract(heard),
            Err(Silence::Unusable) => Err(RootError::Unusable),
            Err(Silence::NotSent) => Err(RootError::NotSent),
            Err(Silence::Unknown(why)) => Err(RootError::Unavailable(why.into())),
        }
    }

    async fn ask(&self, verb: Verb, key: &ErpKey, request: RequestBuilder) -> Answer {
        match self.send(request).await {
            Ok(heard) => judge(verb, key, &heard),
            Err(Silence::Unusable) => Answer::Misconfigured {
                status: None,
                code: "unusable_request".to_owned(),
            },
            Err(Silence::NotSent) => Answer::NotSent,
            Err(Silence::Unknown(why)) => Answer::Unknown {
                retry_after: None,
                why: why.into(),
            },
        }
    }

    async fn send(&self, request: RequestBuilder) -> Result<Heard, Silence> {
        let request = request.bearer_auth(&self.credentials.token).timeout(self.timeout);
        let response = request.send().await.map_err(|error| Silence::of(&error))?;
        Ok(Heard::read(response).await)
    }

    fn order_url(&self, key: &ErpKey) -> String {
        order_url(&self.base_url, key)
    }
}

/// What [`Erp::put`] would send for an order, for a person to look at: the address and the JSON body. The token stands
/// in neither. Nothing is sent.
pub fn would_put(base_url: &str, order: &Order, hash: &ContentHash) -> (String, Value) {
    let url = order_url(base_url.trim_end_matches('/'), &order.key);
    // Texts, numbers and lists of them: there is always a JSON of it.
    (
        url,
        serde_json::to_value(Request::new(order, hash)).unwrap_or_default(),
    )
}

fn order_url(base_url: &str, key: &ErpKey) -> String {
    format!("{base_url}/sales-orders/{key}")
}
