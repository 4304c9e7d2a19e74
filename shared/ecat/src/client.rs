//! The client: one HTTP request per verb, and no retry. Who may repeat what is decided by the callers.

use std::time::Duration;

use order_model::{EcatId, EcatOrg};
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderValue};
use reqwest::{RequestBuilder, Response};
use tokio::time::timeout;

use crate::credentials::Credentials;
use crate::errors::{CallError, Doubt};
use crate::guesses::JSON;
use crate::heard::{Head, no_answer};
use crate::marks::{Batch, Marks, marks};
use crate::seen::{SeenOrder, seen};
use crate::stream::OrderStream;

/// One order at most; a record is 8 MB at most.
const ORDER_BYTES_MAX: usize = 16 * 1024 * 1024;
/// A hundred entries, each with a message.
const MARKS_BYTES_MAX: usize = 1024 * 1024;

const GET_NEW_ORDERS: &str = "GET new_orders";
const POST_NEW_ORDERS: &str = "POST new_orders";
const GET_ORDER: &str = "GET orders/id";

/// eCat, for one organisation.
#[derive(Debug, Clone)]
pub struct Ecat {
    http: reqwest::Client,
    orders_url: String,
    credentials: Credentials,
    call: Duration,
    between: Duration,
}

impl Ecat {
    /// `base_url` is the server's root, such as `https://supercat.supercatsolutions.com`. `http` follows no redirects
    /// and has no time limit of its own. `call` is for a whole call; for the list, until its first order begins. After
    /// that `between` is for each further part of it.
    pub fn new(
        http: reqwest::Client,
        base_url: &str,
        org: &EcatOrg,
        credentials: Credentials,
        call: Duration,
        between: Duration,
    ) -> Self {
        Self {
            http,
            orders_url: format!(
                "{}/{}/ext/v2/orders",
                base_url.trim_end_matches('/'),
                org.in_urls()
            ),
            credentials,
            call,
            between,
        }
    }

    /// All orders that are not marked received, with all their versions; there is no limit to their number. Reading
    /// changes nothing.
    ///
    /// # Errors
    /// A failure that is told before the first order; one that is told behind it comes from the stream.
    pub async fn new_orders(&self) -> Result<OrderStream, CallError> {
        let opened = async {
            let (head, response) = self
                .send(GET_NEW_ORDERS, self.http.get(self.new_orders_url()))
                .await?;
            OrderStream::open(head, self.between, response).await
        };
        // The request's own limit would cover the body as well, and a long list takes longer than a call may.
        timeout(self.call, opened)
            .await
            .unwrap_or(Err(CallError::NoAnswer {
                operation: GET_NEW_ORDERS,
                doubt: Doubt::TimedOut,
            }))
    }

    /// Marks orders as received: eCat gives them no more. Only what is durable may be marked. What a second mark of the
    /// same order comes to is not documented.
    ///
    /// # Errors
    /// A failed envelope is an error for all of them. Unless [`CallError::surely_not_done`], any of them may be marked.
    pub async fn mark_received(&self, batch: &Batch) -> Result<Marks, CallError> {
        let request = self
            .http
            .post(self.new_orders_url())
            .json(batch.numbers())
            .timeout(self.call);
        let (head, response) = self.send(POST_NEW_ORDERS, request).await?;
        let body = head.body(response, MARKS_BYTES_MAX).await?;
        let data = head.open(&body)?;
        marks(batch, &data, &self.credentials).map_err(|what| head.unclear(what))
    }

    /// One submission by its server id, received or not; the vendor calls it an aid for tests.
    ///
    /// # Errors
    /// [`CallError::NotFound`] if eCat shows none.
    pub async fn order(&self, id: EcatId) -> Result<SeenOrder, CallError> {
        let url = format!("{}/{id}.json", self.orders_url);
        let request = self.http.get(url).timeout(self.call);
        let (head, response) = self.send(GET_ORDER, request).await?;
        let body = head.body(response, ORDER_BYTES_MAX).await;
        let order = body.and_then(|body| seen(&head, &body, id));
        match order {
            // The address of one order is not there; that of the list shows whether the set-up fits.
            Err(CallError::Misconfigured { operation, .. }) if head.status == 404 => {
                Err(CallError::NotFound { operation })
            }
            order => order,
        }
    }

    async fn send(
        &self,
        operation: &'static str,
        request: RequestBuilder,
    ) -> Result<(Head, Response), CallError> {
        // Base64 is always a header value.
        let mut authorization =
            HeaderValue::from_str(&self.credentials.basic()).unwrap_or(HeaderValue::from_static(""));
        authorization.set_sensitive(true);
        let request = request.header(AUTHORIZATION, authorization).header(ACCEPT, JSON);
        let response = request
            .send()
            .await
            .map_err(|error| no_answer(operation, &error))?;
        Ok((Head::of(operation, &response, &self.credentials), response))
    }

    fn new_orders_url(&self) -> String {
        format!("{}/new_orders", self.orders_url)
    }
}
