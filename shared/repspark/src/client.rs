//! The client: one HTTP request per verb, and no retry. Who may repeat what is decided by the callers.

use std::time::Duration;

use order_model::RepSparkOrderId;
use reqwest::header::{AUTHORIZATION, HeaderValue};
use reqwest::{RequestBuilder, Response};
use serde::Serialize;
use tokio::time::timeout;
use uuid::Uuid;

use crate::answer::{Head, Tracking, body, is_web_page};
use crate::credentials::Credentials;
use crate::errors::{CallError, Doubt, failure, no_answer};
use crate::seen::{SeenOrder, seen};
use crate::stream::OrderStream;
use crate::wire::{CONFIRMATION_PATH, Confirmation, ListedStatus, ORDER_PATH, Refusal};

/// One order at most; a record is 8 MB at most.
const ORDER_BYTES_MAX: usize = 16 * 1024 * 1024;
/// The body of a confirmation's answer is not documented; it is read only to tell RepSpark from a web page.
const CONFIRMED_BYTES_MAX: usize = 1024 * 1024;

const GET_ORDER: &str = "GET order?orderId";
const POST_CONFIRMATION: &str = "POST orderconfirmation";

/// RepSpark, for one brand in one environment.
#[derive(Debug, Clone)]
pub struct RepSpark {
    http: reqwest::Client,
    base_url: String,
    credentials: Credentials,
    timeout: Duration,
}

impl RepSpark {
    /// `base_url` is the API's root, such as `https://api.repspark.net/api`. `http` follows no redirects and has no
    /// time limit of its own. `timeout` is for a whole call; for a list, up to its first part and between its parts.
    pub fn new(http: reqwest::Client, base_url: &str, credentials: Credentials, timeout: Duration) -> Self {
        Self {
            http,
            base_url: base_url.trim_end_matches('/').to_owned(),
            credentials,
            timeout,
        }
    }

    /// All orders in a status, of the previous 6 months. It returns when the list has begun to arrive: what a proxy says
    /// in RepSpark's place is a failure of this call, and proves nothing of our keys.
    ///
    /// **[`ListedStatus::Submitted`] flips every listed order to Sent, before its answer arrives. It must never be
    /// retried**, not even after an error: what was lost is found again among the Sent ones.
    ///
    /// # Errors
    /// After [`CallError::Unknown`] the orders of a Submitted list may have been flipped.
    pub async fn orders(&self, status: ListedStatus) -> Result<OrderStream, CallError> {
        let operation = status.operation();
        let request = self
            .http
            .get(self.url(ORDER_PATH))
            .query(&[("statusId", status.id())]);
        let begun = async {
            let response = self.send(operation, request).await?;
            OrderStream::begin(operation, self.timeout, response).await
        };
        // The request's own limit would cover the whole body, and a long list takes longer than a call may.
        let elapsed = |_| Doubt::TimedOut.about(operation, Tracking::default());
        timeout(self.timeout, begun).await.map_err(elapsed)?
    }

    /// One order, whatever its status; changes nothing. `None` if RepSpark says that it has no such order: by the code
    /// `ResourceNotFound`, an empty answer, an empty array or `null` (which of these it uses is not documented).
    ///
    /// # Errors
    /// A 404 without the code is no proof, and comes as [`CallError::Busy`].
    pub async fn order(&self, id: &RepSparkOrderId) -> Result<Option<SeenOrder>, CallError> {
        let request = self
            .http
            .get(self.url(ORDER_PATH))
            .query(&[("orderId", id.as_str())])
            .timeout(self.timeout);
        let response = match self.send(GET_ORDER, request).await {
            Ok(response) => response,
            Err(CallError::Refused { code, .. }) if code.eq_ignore_ascii_case("ResourceNotFound") => {
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        let tracking = Head::of(&response).tracking;
        let seen = match body(response, ORDER_BYTES_MAX).await {
            Ok(bytes) => seen(&bytes, id),
            Err(doubt) => Err(doubt),
        };
        seen.map_err(|doubt| doubt.about(GET_ORDER, tracking))
    }

    /// Tells RepSpark the ERP's numbers: the orders become Valid. At least one, and each order once. `token` is new for
    /// each call. Nothing says that a part of the array can be applied, so all or none is assumed.
    ///
    /// # Errors
    /// After [`CallError::Unknown`] read the order: Valid (4) proves that it was applied.
    pub async fn confirm(&self, token: Uuid, confirmations: &[Confirmation]) -> Result<Tracking, CallError> {
        self.post(token, confirmations).await
    }

    /// Tells RepSpark that the ERP did not take these orders. What that does to them there is not known; it sets a
    /// message, so saying it again adds nothing.
    ///
    /// # Errors
    /// After [`CallError::Unknown`] nothing shows whether it was applied.
    pub async fn report(&self, token: Uuid, refusals: &[Refusal]) -> Result<Tracking, CallError> {
        self.post(token, refusals).await
    }

    async fn post<T: Serialize>(&self, token: Uuid, items: &[T]) -> Result<Tracking, CallError> {
        let request = self
            .http
            .post(self.url(CONFIRMATION_PATH))
            .header("X-RepSpark-TransactionToken", token.to_string())
            .header("X-RepSpark-SyncMode", "Delta")
            .json(items)
            .timeout(self.timeout);
        let response = self.send(POST_CONFIRMATION, request).await?;
        let tracking = Head::of(&response).tracking;
        let doubt = match body(response, CONFIRMED_BYTES_MAX).await {
            Ok(bytes) if is_web_page(&bytes) == Some(true) => Doubt::WebPage,
            Ok(_) => return Ok(tracking),
            Err(doubt) => doubt,
        };
        Err(doubt.about(POST_CONFIRMATION, tracking))
    }

    async fn send(&self, operation: &'static str, request: RequestBuilder) -> Result<Response, CallError> {
        // Base64 is always a header value; an empty one would be refused by RepSpark, by name.
        let mut authorization =
            HeaderValue::from_str(&self.credentials.basic()).unwrap_or(HeaderValue::from_static(""));
        authorization.set_sensitive(true);
        let answer = request.header(AUTHORIZATION, authorization).send().await;
        let response = answer.map_err(|error| no_answer(operation, &error))?;
        let head = Head::of(&response);
        if head.is_success() {
            Ok(response)
        } else {
            Err(failure(operation, head))
        }
    }

    fn url(&self, path: &str) -> String {
        format!("{}/{path}", self.base_url)
    }
}
