//! The client: one HTTP request per verb, and no retry. Who may repeat what is decided by the callers.

use std::time::Duration;

use reqwest::RequestBuilder;
use reqwest::header::ACCEPT;
use serde_json::Value;

use crate::acknowledgement::Acknowledgement;
use crate::answer::{Acknowledged, Conflict, acknowledged};
use crate::batch::Batch;
use crate::credentials::{Credentials, TOKEN_HEADER};
use crate::details::Details;
use crate::errors::{CallError, Operation};
use crate::heard::Heard;
use crate::judge::{failed, no_answer};
use crate::message::Message;
use crate::notified::Notified;
use crate::number::PurchaseOrderNumber;
use crate::read::{field, text, yes};
use crate::recipe_set::RecipeSetId;
use crate::seen::{SeenOrder, seen};
use crate::several::{Each, all_unknown, each};
use crate::shipment::Shipment;

const JSON: &str = "application/json";

/// Spectrum, for one partner.
#[derive(Debug, Clone)]
pub struct Spectrum {
    http: reqwest::Client,
    base_url: String,
    credentials: Credentials,
    call: Duration,
}

impl Spectrum {
    /// `base_url` is the root, such as `https://api.spectrumcustomizer.com`. `http` follows no redirects. `call` is for a
    /// whole call.
    pub fn new(http: reqwest::Client, base_url: &str, credentials: Credentials, call: Duration) -> Self {
        Self {
            http,
            base_url: base_url.trim_end_matches('/').to_owned(),
            credentials,
            call,
        }
    }

    /// Acknowledges an order: the factory starts. A second one of the same number is a [`Acknowledged::Conflict`].
    ///
    /// # Errors
    /// Unless [`CallError::surely_not_done`], it may have been taken, or be taken later.
    pub async fn acknowledge(&self, one: &Acknowledgement) -> Result<Acknowledged, CallError> {
        let heard = self.post(&Message::Acknowledgement(one)).await?;
        if heard.status == 409 {
            return Ok(Acknowledged::Conflict(Conflict::read(heard.bytes())));
        }
        if !heard.is_success() {
            return Err(failed(&heard));
        }
        let answer = heard.json()?;
        let sent: Vec<&RecipeSetId> = one.recipe_sets().collect();
        let fields = answer
            .as_object()
            .ok_or_else(|| heard.unclear("the answer is no object"))?;
        let read = acknowledged(one.number().as_str(), &sent, fields, self.token());
        read.map_err(|what| heard.unclear(what))
    }

    /// Acknowledges several orders at once. What the answer looks like is not documented, so each order is unknown of which
    /// it does not speak plainly.
    ///
    /// # Errors
    /// Unless [`CallError::surely_not_done`], any of them may have been taken, or be taken later. A 409 is such an error,
    /// since it does not say whose it is.
    pub async fn acknowledge_several(
        &self,
        batch: &Batch,
    ) -> Result<Vec<(PurchaseOrderNumber, Each)>, CallError> {
        let heard = self.post(&Message::Several(batch)).await?;
        if !heard.is_success() {
            return Err(failed(&heard));
        }
        match heard.json() {
            Ok(answer) => Ok(each(batch, &answer, self.token())),
            Err(CallError::Unclear { what, .. }) => Ok(all_unknown(batch, what)),
            Err(error) => Err(error),
        }
    }

    /// Sends the details of an order. It may be the one that makes the order at Spectrum, so it must not be sent before the
    /// acknowledgement is done. The answer is not documented: any success counts that does not say otherwise.
    ///
    /// # Errors
    /// Unless [`CallError::surely_not_done`], they may have been taken, or be taken later.
    pub async fn send_order(&self, details: &Details) -> Result<Acknowledged, CallError> {
        let heard = self.post(&Message::Details(details)).await?;
        if heard.status == 409 {
            return Ok(Acknowledged::Conflict(Conflict::read(heard.bytes())));
        }
        if !heard.is_success() {
            return Err(failed(&heard));
        }
        heard.whole()?;
        let Ok(Value::Object(fields)) = heard.json() else {
            return Ok(Acknowledged::All);
        };
        if field(&fields, "statuses").is_none() && field(&fields, "allSuccessful").is_none() {
            return match speaks_of_failure(&fields) {
                false => Ok(Acknowledged::All),
                true => Err(heard.unclear("a failure inside a success")),
            };
        }
        let items = details.sheet().line_items.iter();
        let sent: Vec<&RecipeSetId> = items.map(|item| &item.recipe_set_id).collect();
        let read = acknowledged(details.number().as_str(), &sent, &fields, self.token());
        read.map_err(|what| heard.unclear(what))
    }

    /// Tells the tracking of a whole order. Safe to repeat, as far as is known: it sets what it says.
    ///
    /// # Errors
    /// Unless [`CallError::surely_not_done`], it may have been taken, or be taken later.
    pub async fn notify_shipment(&self, shipment: &Shipment) -> Result<Notified, CallError> {
        let heard = self.post(&Message::Shipment(shipment)).await?;
        let status = heard.status;
        // Of a sister call the newest page says 404 where older ones say 409 (vendor notes, section 5).
        if status == 409 || (status == 404 && !heard.is_page()) {
            return Ok(Notified::refused(status, heard.bytes(), self.token()));
        }
        if !heard.is_success() {
            return Err(failed(&heard));
        }
        let answer = heard.json()?;
        let read = Notified::read(shipment.number(), status, &answer, self.token());
        read.map_err(|what| heard.unclear(what))
    }

    /// The probe: the order of that number, or none. Changes nothing.
    ///
    /// # Errors
    /// When it is not clear whether the order is there.
    pub async fn find(&self, number: &PurchaseOrderNumber) -> Result<Option<SeenOrder>, CallError> {
        let url = format!("{}/api/order/order-number/{}", self.base_url, number.in_path());
        let heard = self.send(Operation::Find, self.http.get(url)).await?;
        match heard.status {
            // A page instead of an order that is not there is another server's, and half an answer proves nothing.
            404 if !heard.is_page() => return heard.whole().map(|_| None),
            204 => return Ok(None),
            _ if !heard.is_success() => return Err(failed(&heard)),
            _ => {}
        }
        let answer = heard.json()?;
        seen(number, &answer, true).map_err(|what| heard.unclear(what))
    }

    async fn post(&self, message: &Message<'_>) -> Result<Heard, CallError> {
        let url = format!("{}{}", self.base_url, message.path());
        self.send(message.operation(), self.http.post(url).json(message))
            .await
    }

    async fn send(&self, operation: Operation, request: RequestBuilder) -> Result<Heard, CallError> {
        let Some(token) = self.credentials.header() else {
            return Err(CallError::Misconfigured {
                operation,
                said: "unusable_token".to_owned(),
            });
        };
        let request = request
            .header(TOKEN_HEADER, token)
            .header(ACCEPT, JSON)
            .timeout(self.call);
        match request.send().await {
            Ok(response) => Ok(Heard::read(operation, response).await),
            Err(error) => Err(no_answer(operation, &error)),
        }
    }

    fn token(&self) -> &str {
        &self.credentials.token
    }
}

/// Whether a success without statuses says otherwise, in any of the words of its sister calls.
fn speaks_of_failure(fields: &serde_json::Map<String, Value>) -> bool {
    let status = text(fields, "status");
    field(fields, "error").is_some()
        || yes(fields, "success") == Some(false)
        || status.is_some_and(|status| !status.eq_ignore_ascii_case("ok"))
}
