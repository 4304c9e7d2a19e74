//! What SparkLayer remembers.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use http::HeaderMap;
use http::header::AUTHORIZATION;
use serde_json::{Value, json};

use super::answer::{Refusal, SparkFailure};
use super::form::{Form, Shape};
use super::slow::{Held, Slow};
use crate::plain::Plain;

/// How each token begins.
pub const TOKEN: &str = "spark-token-";

/// A PUT that was taken.
#[derive(Debug, Clone, PartialEq)]
pub struct SeenPut {
    /// Its look-up.
    pub by: String,
    /// The function that called.
    pub caller: String,
    /// When it took effect, by the clock of the test.
    pub at_ms: i64,
    /// Its body, which is all that the purchase was from then on.
    pub body: Arc<Value>,
}

/// A purchase as a test sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct SeenPurchase {
    /// Its names, by their keys.
    pub names: BTreeMap<String, String>,
    /// What it is now; of a cart that nobody replaced, the cart.
    pub body: Arc<Value>,
    /// The PUTs that made it so, the last one last.
    pub history: Vec<SeenPut>,
}

/// A PUT that fits the form.
#[derive(Debug, Clone)]
pub(super) struct Put {
    pub(super) by: String,
    pub(super) form: Form,
    pub(super) caller: String,
}

#[derive(Default)]
pub(super) struct Switches {
    pub(super) shape: Shape,
    pub(super) empty_errors: bool,
    pub(super) one_token: bool,
    pub(super) refuse_older: bool,
    pub(super) token_life_s: Option<u64>,
    pub(super) revoke_after: Option<usize>,
    pub(super) customers: Option<BTreeSet<String>>,
    pub(super) failures: VecDeque<SparkFailure>,
    pub(super) token_failures: VecDeque<SparkFailure>,
    pub(super) failing: BTreeMap<String, SparkFailure>,
    pub(super) slow: VecDeque<Slow>,
}

pub(super) struct State {
    pub(super) client: (String, String),
    /// Until when each token is good.
    pub(super) tokens: BTreeMap<String, i64>,
    pub(super) minted: usize,
    pub(super) purchases: Vec<SeenPurchase>,
    /// Where in them a name is, by its key.
    pub(super) places: BTreeMap<(String, String), usize>,
    pub(super) switches: Switches,
    pub(super) calls: BTreeMap<String, u64>,
    pub(super) complaints: Vec<String>,
    pub(super) refused_logins: usize,
    pub(super) refused_tokens: usize,
    pub(super) overlaps: Vec<String>,
    pub(super) held: Vec<Held>,
    running: BTreeMap<String, usize>,
    troubles: usize,
}

impl State {
    pub(super) fn new(client_id: &str, client_secret: &str) -> Self {
        Self {
            client: (client_id.to_owned(), client_secret.to_owned()),
            tokens: BTreeMap::new(),
            minted: 0,
            purchases: Vec::new(),
            places: BTreeMap::new(),
            switches: Switches::default(),
            calls: BTreeMap::new(),
            complaints: Vec::new(),
            refused_logins: 0,
            refused_tokens: 0,
            overlaps: Vec::new(),
            held: Vec::new(),
            running: BTreeMap::new(),
            troubles: 0,
        }
    }

    pub(super) fn count(&mut self, operation: &str) {
        *self.calls.entry(operation.to_owned()).or_default() += 1;
    }

    pub(super) fn enter(&mut self, identifier: &str) {
        let running = self.running.entry(identifier.to_owned()).or_default();
        if *running > 0 {
            self.overlaps.push(identifier.to_owned());
        }
        *running += 1;
    }

    pub(super) fn leave(&mut self, identifier: &str) {
        if let Some(running) = self.running.get_mut(identifier) {
            *running = running.saturating_sub(1);
        }
    }

    /// Whether the body of a token call is the JSON that is asked for, and names our client.
    pub(super) fn knows_client(&mut self, body: &[u8]) -> Result<bool, Refusal> {
        let asked: Option<BTreeMap<String, String>> = serde_json::from_slice(body).ok();
        let keys = ["client_id", "client_secret", "grant_type"];
        let fits = |asked: &BTreeMap<String, String>| {
            asked.keys().eq(keys)
                && asked
                    .get("grant_type")
                    .is_some_and(|grant| grant == "client_credentials")
        };
        let Some(asked) = asked.filter(fits) else {
            let text = "the body of a token call is not the documented JSON";
            self.complaints.push(text.to_owned());
            return Err(Refusal::problem(400, "Bad Request", text));
        };
        let of = |name: &str| asked.get(name).cloned().unwrap_or_default();
        Ok((of("client_id"), of("client_secret")) == self.client)
    }

    /// A new token. What becomes of the older ones is not documented: they stay good, but for a switch.
    pub(super) fn give_token(&mut self, now_ms: i64) -> Plain {
        if self.switches.one_token {
            self.tokens.clear();
        }
        self.minted += 1;
        let life_s = self.switches.token_life_s.unwrap_or(3600);
        let token = format!("{TOKEN}{}", self.minted);
        let life_ms = i64::try_from(life_s.saturating_mul(1000)).unwrap_or(i64::MAX);
        self.tokens.insert(token.clone(), now_ms.saturating_add(life_ms));
        Plain::json(
            200,
            &json!({"token_type": "bearer", "expires_in": life_s, "access_token": token}),
        )
    }

    /// Lets in whoever has a token that is good.
    pub(super) fn admit(&mut self, site: bool, headers: &HeaderMap, now_ms: i64) -> Result<(), Refusal> {
        let header = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = header.and_then(|text| text.strip_prefix("Bearer "));
        let good = token
            .and_then(|token| self.tokens.get(token))
            .is_some_and(|until| now_ms < *until);
        if !site || !good {
            self.refused_tokens += 1;
            return Err(Refusal::problem(401, "Unauthorized", "").emptied());
        }
        match &mut self.switches.revoke_after {
            Some(0) => {
                self.switches.revoke_after = None;
                self.tokens.clear();
                self.refused_tokens += 1;
                Err(Refusal::problem(401, "Unauthorized", "The token was revoked"))
            }
            Some(calls) => {
                *calls -= 1;
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// The failure that a test asked for, if there is one.
    pub(super) fn next_failure(&mut self, identifier: &str) -> Option<SparkFailure> {
        let failing = self.switches.failing.get(identifier).cloned();
        failing.or_else(|| self.switches.failures.pop_front())
    }

    /// Troubles in turn: SparkLayer's own with a problem, one without a body, and a page of something in front of it.
    pub(super) fn trouble(&mut self) -> Refusal {
        self.troubles += 1;
        match self.troubles % 3 {
            1 => SparkFailure::Status(500),
            2 => SparkFailure::Empty(503),
            _ => SparkFailure::Page(502),
        }
        .refusal()
    }

    pub(super) fn show(&self, by: &str, name: &str) -> Result<Plain, Refusal> {
        let found = self.find(by, name).and_then(|place| self.purchases.get(place));
        let found = found.ok_or_else(Refusal::not_found)?;
        Ok(Plain::json(200, &shown(&found.body)))
    }

    /// Makes the purchase, or replaces all of it.
    pub(super) fn put(&mut self, put: &Put, now_ms: i64) -> Result<Plain, Refusal> {
        let form = &put.form;
        let customers = self.switches.customers.as_ref();
        if customers.is_some_and(|known| !known.contains(&form.customer)) {
            return Err(Refusal::unknown_customer());
        }
        let name = form.names.get(&put.by).map_or("", String::as_str);
        let place = self.find(&put.by, name);
        self.allow(form, place)?;
        let seen = SeenPut {
            by: put.by.clone(),
            caller: put.caller.clone(),
            at_ms: now_ms,
            body: Arc::clone(&form.body),
        };
        let fresh = SeenPurchase {
            names: BTreeMap::new(),
            body: Arc::default(),
            history: Vec::new(),
        };
        let place = place.unwrap_or_else(|| self.add(fresh));
        self.rename(place, &form.names);
        if let Some(purchase) = self.purchases.get_mut(place) {
            purchase.body = Arc::clone(&form.body);
            purchase.history.push(seen);
        }
        let mut answer = shown(&form.body);
        let currency = form.body.get("currency_code").cloned();
        answer["calculated_total"] = json!({"number": form.gross.to_string(), "currency": currency});
        Ok(Plain::json(200, &answer))
    }

    /// Whether what is stored allows it.
    fn allow(&self, form: &Form, place: Option<usize>) -> Result<(), Refusal> {
        let stored = place.and_then(|place| self.purchases.get(place));
        if let Some(stored) = stored {
            // That leaving the id out is a change of it too is a guess.
            let id = stored.names.get("sparklayer");
            if id.is_some() && id != form.names.get("sparklayer") {
                return Err(Refusal::forbidden());
            }
            let before = stored.body.get("revision_date").and_then(Value::as_str);
            let before = before.and_then(|text| text.parse::<jiff::Timestamp>().ok());
            if self.switches.refuse_older && form.revision < before {
                return Err(Refusal::concurrent());
            }
        }
        for (by, name) in &form.names {
            if self.find(by, name).is_some_and(|other| Some(other) != place) {
                return Err(Refusal::clash(by));
            }
        }
        Ok(())
    }
}

/// A purchase with what SparkLayer calculates, which must not be sent back.
fn shown(body: &Value) -> Value {
    let mut shown = body.clone();
    if shown.is_object() {
        shown["calculated_fulfilment_status"] = json!("processing");
        shown["calculated_shipping_address"] = json!("");
        if let Some(dates) = shown.get_mut("dates").and_then(Value::as_object_mut) {
            let placed = dates.get("placed_at").cloned().unwrap_or_default();
            dates.insert("calculated_submitted_at".to_owned(), placed);
        }
    }
    shown
}
