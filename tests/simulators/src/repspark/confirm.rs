//! `POST orderconfirmation`.

use std::collections::BTreeSet;

use bytes::Bytes;
use host::Body;
use http::{Request, Response};
use serde_json::{Value, json};

use super::RepSpark;
use super::answer::Refusal;
use super::headers;
use super::state::{SENT, State, VALID};
use super::target::number;
use crate::plain::Plain;

/// One item of the array.
struct Item {
    order: u64,
    erp_number: String,
    error: String,
}

/// Counts a POST for as long as it is being served.
struct InFlight<'a>(&'a RepSpark);

/// The transaction of a POST; another POST cannot begin one meanwhile.
struct Transaction<'a>(&'a RepSpark);

impl RepSpark {
    pub(super) async fn confirm(
        &self,
        request: &Request<Bytes>,
        cut: bool,
    ) -> Result<Response<Body>, Refusal> {
        let _counted = InFlight::begin(self);
        let token = headers::sync_token(request.headers())?;
        if !crate::says_json(request.headers()) {
            return Err(Refusal::new(
                400,
                "UnsupportedContentType",
                "application/json is required",
            ));
        }
        let _open = Transaction::begin(self, token)?;
        let items = items(request.body())?;
        let mut held = self.0.held.subscribe();
        let _ = held.wait_for(|held| !*held).await;
        self.dawdle().await;
        let now = self.0.clock.now_ms();
        self.state().commit(&items, now)?;
        // The body of a success is not documented; a client must not need it.
        Ok(Plain::json(200, &json!({"Code": "OK"})).response(cut))
    }
}

impl<'a> InFlight<'a> {
    fn begin(of: &'a RepSpark) -> Self {
        of.0.posts.send_modify(|posts| *posts += 1);
        let now = *of.0.posts.borrow();
        let mut state = of.state();
        state.posts_max = state.posts_max.max(now);
        Self(of)
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.0.posts.send_modify(|posts| *posts -= 1);
    }
}

impl<'a> Transaction<'a> {
    /// That a second POST while one is open is refused is documented; that it is a 400, and the code, are a guess.
    fn begin(of: &'a RepSpark, token: uuid::Uuid) -> Result<Self, Refusal> {
        let mut state = of.state();
        if state.open {
            return Err(Refusal::new(
                400,
                "TransactionNotCommitted",
                "another transaction is open",
            ));
        }
        if !state.tokens.insert(token) {
            return Err(Refusal::new(
                409,
                "TransactionAlreadyExists",
                "the token was used before",
            ));
        }
        state.open = true;
        Ok(Self(of))
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        self.0.state().open = false;
    }
}

/// The array, item by item. That an empty array is refused is a guess.
fn items(body: &[u8]) -> Result<Vec<Item>, Refusal> {
    let Ok(Value::Array(values)) = serde_json::from_slice(body) else {
        return Err(Refusal::input("the body is not a JSON array"));
    };
    if values.is_empty() {
        return Err(Refusal::input("the array is empty"));
    }
    let items = values.iter().map(item).collect::<Result<Vec<_>, _>>()?;
    let mut seen = BTreeSet::new();
    if items.iter().all(|item| seen.insert(item.order)) {
        Ok(items)
    } else {
        Err(Refusal::new(400, "DuplicateEntities", "RepSparkOrderNumber"))
    }
}

fn item(value: &Value) -> Result<Item, Refusal> {
    let Value::Object(fields) = value else {
        return Err(Refusal::input("an item is not an object"));
    };
    let known = ["RepSparkOrderNumber", "ErpOrderNumber", "ErrorMessage"];
    if let Some(other) = fields.keys().find(|name| !known.contains(&name.as_str())) {
        return Err(Refusal::input(other.as_str()));
    }
    let text = |name: &str| match fields.get(name) {
        None | Some(Value::Null) => Ok(String::new()),
        Some(Value::String(text)) => Ok(text.clone()),
        Some(_) => Err(Refusal::input(name)),
    };
    let order = fields.get("RepSparkOrderNumber").and_then(number);
    Ok(Item {
        order: order.ok_or_else(|| Refusal::input("RepSparkOrderNumber"))?,
        erp_number: text("ErpOrderNumber")?,
        error: text("ErrorMessage")?,
    })
}

impl State {
    /// All of the items, or nothing.
    fn commit(&mut self, items: &[Item], now_ms: i64) -> Result<(), Refusal> {
        for item in items {
            self.check(item)?;
        }
        // Within one array the numbers must differ as well.
        let mut numbers = BTreeSet::new();
        if !items
            .iter()
            .all(|item| item.erp_number.is_empty() || numbers.insert(&item.erp_number))
        {
            return Err(Refusal::input("ErpOrderNumber is not unique"));
        }
        if self.switches.without_effect > 0 {
            self.switches.without_effect -= 1;
            return Ok(());
        }
        for item in items {
            let Some(entry) = self.orders.get_mut(&item.order) else {
                continue;
            };
            // Guess: an item with an error text leaves its order as it is.
            if item.error.is_empty() {
                entry.becomes(VALID, now_ms);
                entry.confirmations.push(item.erp_number.clone());
                if !item.erp_number.is_empty() {
                    self.numbers.insert(item.erp_number.clone(), item.order);
                }
            } else {
                entry.messages.push(item.error.clone());
            }
        }
        Ok(())
    }

    /// Guesses, on the strict side: unknown orders, orders that are neither Sent nor Valid, another number for a
    /// Valid order, and a number that another order has ("arbitrary but unique") are `InvalidInput`.
    fn check(&self, item: &Item) -> Result<(), Refusal> {
        if let Some(code) = self.switches.rejected.get(&item.order) {
            return Err(Refusal::new(400, code, format!("order {}", item.order)));
        }
        let Some(entry) = self.orders.get(&item.order) else {
            return Err(Refusal::input(format!(
                "RepSparkOrderNumber {} is not known",
                item.order
            )));
        };
        if entry.status != SENT && entry.status != VALID {
            return Err(Refusal::input(format!("order {} is not Sent", item.order)));
        }
        let other_number = entry.status == VALID && entry.erp_number().unwrap_or_default() != item.erp_number;
        let taken = self
            .numbers
            .get(&item.erp_number)
            .is_some_and(|order| *order != item.order);
        if other_number || taken {
            return Err(Refusal::input(format!("ErpOrderNumber of order {}", item.order)));
        }
        Ok(())
    }
}
