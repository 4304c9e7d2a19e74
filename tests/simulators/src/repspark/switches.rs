//! What tests put in, switch and read back.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::RepSpark;
use super::answer::Refusal;
use super::state::{Content, DRAFT, Empty, Entry, Flip, SUBMITTED, SeenOrder};
use super::target::number;

impl RepSpark {
    /// Somebody submits this order: it stands as Submitted under its `OrderId`, whatever its `StatusId` says. An
    /// object without an `OrderId` becomes a nameless record, as by [`RepSpark::submit_raw`].
    pub fn submit(&self, order: Value) {
        match order.get("OrderId").and_then(number) {
            Some(id) => self.put(id, order, SUBMITTED),
            None => self.submit_raw(&order.to_string()),
        }
    }

    /// Puts an order there in a status, e.g. 2 for one that an older integration pulled. Its `OrderId` is set to
    /// `order_id`; what stood under that id, malformed records included, is replaced, but for its confirmations.
    pub fn put(&self, order_id: u64, mut order: Value, status: u32) {
        if let Value::Object(fields) = &mut order {
            fields.insert("OrderId".to_owned(), order_id.into());
        }
        let now = self.0.clock.now_ms();
        let mut state = self.state();
        let mut entry = Entry::new(Content::Order(Arc::new(order)), status, now);
        if let Some(before) = state.orders.remove(&order_id) {
            entry.confirmations = before.confirmations;
            entry.messages = before.messages;
        }
        state.orders.insert(order_id, entry);
    }

    /// A record that is put among the others as this very text, Submitted first and Sent after it was delivered.
    /// Where an `OrderId` can be read in it that no order has, it can be asked for, confirmed and replaced by that id.
    pub fn submit_raw(&self, text: &str) {
        let entry = Entry::new(Content::Raw(text.into()), SUBMITTED, self.0.clock.now_ms());
        let mut state = self.state();
        match id_in(text).filter(|id| !state.orders.contains_key(id)) {
            Some(id) => {
                state.orders.insert(id, entry);
            }
            None => state.nameless.push(entry),
        }
    }

    /// The order went back to Draft and is submitted again, changed, under the same id.
    pub fn resubmit(&self, order_id: u64, order: Value) {
        self.put(order_id, order, SUBMITTED);
    }

    /// The order is denied: back to Draft.
    pub fn deny(&self, order_id: u64) {
        self.set_status(order_id, DRAFT);
    }

    /// Sets the status of an order that is there.
    pub fn set_status(&self, order_id: u64, status: u32) {
        let now = self.0.clock.now_ms();
        if let Some(entry) = self.state().orders.get_mut(&order_id) {
            entry.becomes(status, now);
        }
    }

    /// `StatusId` of an order.
    pub fn status(&self, order_id: u64) -> Option<u32> {
        self.state().orders.get(&order_id).map(|entry| entry.status)
    }

    /// The ERP's number that RepSpark shows for an order.
    pub fn erp_number(&self, order_id: u64) -> Option<String> {
        self.state()
            .orders
            .get(&order_id)?
            .erp_number()
            .map(str::to_owned)
    }

    /// The number in every confirmation of this order that took effect, so that doubles are seen.
    pub fn confirmations(&self, order_id: u64) -> Vec<String> {
        self.state()
            .orders
            .get(&order_id)
            .map(|entry| entry.confirmations.clone())
            .unwrap_or_default()
    }

    /// The text of every `ErrorMessage` of this order that was taken, in order.
    pub fn messages(&self, order_id: u64) -> Vec<String> {
        self.state()
            .orders
            .get(&order_id)
            .map(|entry| entry.messages.clone())
            .unwrap_or_default()
    }

    /// Every order that has an id, by id.
    pub fn orders(&self) -> Vec<SeenOrder> {
        let state = self.state();
        let seen = state.orders.iter().map(|(id, entry)| SeenOrder {
            id: *id,
            status: entry.status,
            erp_number: entry.erp_number().map(str::to_owned),
            confirmations: entry.confirmations.clone(),
            order: match &entry.content {
                Content::Order(order) => Some(Arc::clone(order)),
                Content::Raw(_) => None,
            },
        });
        seen.collect()
    }

    /// The most confirmation POSTs that were ever served at the same time.
    pub fn in_flight_post_max(&self) -> usize {
        self.state().posts_max
    }

    /// How many calls came without the right keys.
    pub fn refused_logins(&self) -> usize {
        self.state().refused_logins
    }

    /// How many calls came, by operation (`GET order statusId=1`, `GET order orderId`, `POST orderconfirmation`, …),
    /// those that a fault broke included.
    pub fn calls(&self) -> BTreeMap<String, u64> {
        self.state().calls.clone()
    }

    /// From now on these are the keys; the old ones are refused.
    pub fn set_keys(&self, client_key: &str, environment_key: &str) {
        self.state().keys = (client_key.to_owned(), environment_key.to_owned());
    }

    /// Every POST whose array holds this order is refused as a whole with 400 and this code.
    pub fn reject_confirmation(&self, order_id: u64, code: &str) {
        self.state().switches.rejected.insert(order_id, code.to_owned());
    }

    /// Takes back [`RepSpark::reject_confirmation`].
    pub fn accept_confirmation(&self, order_id: u64) {
        self.state().switches.rejected.remove(&order_id);
    }

    /// The next `times` calls fail with this status and code, without effect, whatever they ask and whoever calls.
    pub fn fail_next(&self, status: u16, error_code: &str, times: usize) {
        let refusal = Refusal::new(status, error_code, "as the test asked");
        self.state()
            .switches
            .failures
            .extend(std::iter::repeat_n(refusal, times));
    }

    /// The next `times` calls fail with 400 and a code that no published table has.
    pub fn unknown_error_code(&self, times: usize) {
        self.fail_next(400, "FluxCapacitorDrained", times);
    }

    /// The next `times` calls are answered by something that stands before RepSpark, with 200 and a web page, whatever they
    /// ask: nobody looks at keys, and nothing takes effect.
    pub fn web_pages(&self, times: usize) {
        self.state().switches.pages = times;
    }

    /// The next `times` POSTs that would be accepted are answered 200 and do nothing.
    pub fn confirm_without_effect(&self, times: usize) {
        self.state().switches.without_effect = times;
    }

    /// The body of the next GET that finds orders breaks off after so many bytes, after the flip.
    pub fn cut_body_after(&self, bytes: usize) {
        self.state().switches.cut_next_get = Some(bytes);
    }

    /// Every call takes this much longer: a GET after its flip, a POST while its transaction is open.
    pub fn slow(&self, delay: Duration) {
        self.state().switches.slow = delay;
    }

    /// Confirmation POSTs stop, with their transaction open, until this is called with `false`.
    pub fn hold_confirmations(&self, hold: bool) {
        self.0.held.send_replace(hold);
    }

    /// Returns when at least so many confirmation POSTs are being served.
    pub async fn wait_for_posts(&self, at_least: usize) {
        let _ = self
            .0
            .posts
            .subscribe()
            .wait_for(|posts| *posts >= at_least)
            .await;
    }

    /// When a list of Submitted orders flips them.
    pub fn flip(&self, when: Flip) {
        self.state().switches.flip = when;
    }

    /// Whether the `orderId` form answers with an array of one.
    pub fn single_as_array(&self, yes: bool) {
        self.state().switches.single_as_array = yes;
    }

    /// Whether `OrderId` and `StatusId` are written as strings.
    pub fn ids_as_strings(&self, yes: bool) {
        self.state().switches.ids_as_strings = yes;
    }

    /// How an empty list is written.
    pub fn empty_as(&self, form: Empty) {
        self.state().switches.empty = form;
    }
}

/// The id in a text that may be no JSON: what follows the first `"OrderId"`.
fn id_in(text: &str) -> Option<u64> {
    let (_, after) = text.split_once("\"OrderId\"")?;
    let after = after
        .trim_start()
        .strip_prefix(':')?
        .trim_start()
        .trim_start_matches('"');
    let end = after
        .find(|sign: char| !sign.is_ascii_digit())
        .unwrap_or(after.len());
    after[..end].parse().ok()
}
