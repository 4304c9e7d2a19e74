//! What tests switch and read back.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::store::{ErpOrder, ErpStatus};
use super::{Erp, Late, LateReply, answer};

impl Erp {
    /// Whether every PUT makes an order of its own, whatever is there under its key: an ERP whose reference field is
    /// not unique. A GET then tells the first.
    pub fn non_unique(&self, yes: bool) {
        self.state().switches.non_unique = yes;
    }

    /// Orders that are made from now on answer `pending` this many times, their PUT included, before they have a
    /// number.
    pub fn pending(&self, times: u32) {
        self.state().switches.pending = times;
    }

    /// The next PUT that fits the contract is done late. Called n times, it holds for the next n.
    pub fn late_commit(&self, when: Late, reply: LateReply) {
        self.state().switches.late.push_back((when, reply));
    }

    /// Whether this customer is unknown: 422 `unknown_customer`.
    pub fn unknown_customer(&self, code: &str, yes: bool) {
        set(&mut self.state().switches.unknown_customers, code, yes);
    }

    /// Whether this item is unknown: 422 `unknown_sku`, naming the line (counted from 0, as in the contract's sample).
    pub fn unknown_sku(&self, sku: &str, yes: bool) {
        set(&mut self.state().switches.unknown_skus, sku, yes);
    }

    /// Whether this customer is on credit hold: 422 `credit_hold`.
    pub fn credit_hold(&self, customer: &str, yes: bool) {
        set(&mut self.state().switches.credit_holds, customer, yes);
    }

    /// Staff cancel the orders under this key.
    pub fn cancelled(&self, key: &str) {
        for order in self.state().made.get_mut(key).into_iter().flatten() {
            order.status = ErpStatus::Cancelled;
        }
    }

    /// Staff keyed this order by hand, under this key and number.
    pub fn keyed(&self, key: &str, reference: &str, content_sha256: &str) {
        let created_at_ms = self.0.clock.now_ms();
        let order = ErpOrder {
            key: key.to_owned(),
            reference: Some(reference.to_owned()),
            id: format!("by-hand-{reference}"),
            content_sha256: content_sha256.to_owned(),
            status: ErpStatus::Accepted,
            revision_of: None,
            times_created: 0,
            created_at_ms,
            request: Arc::new(Value::Null),
        };
        self.state().made.entry(key.to_owned()).or_default().push(order);
    }

    /// Staff change the orders under this key by hand: from now on their content is not what the request said.
    pub fn changed_by_hand(&self, key: &str, content_sha256: &str) {
        for order in self.state().made.get_mut(key).into_iter().flatten() {
            content_sha256.clone_into(&mut order.content_sha256);
        }
    }

    /// The next `times` calls get an HTML page with 200, without effect.
    pub fn garbage_200(&self, times: usize) {
        self.state().switches.garbage = times;
    }

    /// Whether every call gets 503 with `Retry-After: 30`.
    pub fn maintenance(&self, yes: bool) {
        self.state().switches.maintenance = yes;
    }

    /// Whether the right token is refused too, with 401.
    pub fn refuse_credentials(&self, yes: bool) {
        self.state().switches.refuse_credentials = yes;
    }

    /// From now on this is the token; the old one is refused.
    pub fn set_token(&self, token: &str) {
        token.clone_into(&mut self.state().token);
    }

    /// Every PUT gets this status (404 or 405) and a page that is not the contract's, as from a wrong base URL.
    pub fn not_found_on_put(&self, status: Option<u16>) {
        self.state().switches.not_found_on_put = status;
    }

    /// The next `times` calls get this status with an error of this class and code, without effect.
    pub fn fail_next(&self, status: u16, class: &str, code: &str, times: usize) {
        let failure = answer::error(status, class, code);
        self.state()
            .switches
            .failures
            .extend(std::iter::repeat_n(failure, times));
    }

    /// Every call takes this much longer before it has any effect; a client that gives up meanwhile changes nothing.
    pub fn slow(&self, delay: Duration) {
        self.state().switches.slow = delay;
    }

    /// Every sales order, by key.
    pub fn orders(&self) -> Vec<ErpOrder> {
        self.state()
            .made
            .values()
            .flat_map(|made| counted(made))
            .collect()
    }

    /// The sales orders under one key: more than one is a doubled order.
    pub fn orders_for(&self, key: &str) -> Vec<ErpOrder> {
        self.state()
            .made
            .get(key)
            .map(|made| counted(made))
            .unwrap_or_default()
    }

    /// The most requests that were ever served at the same time.
    pub fn max_concurrency(&self) -> usize {
        self.state().busy_max
    }

    /// The most requests about one key that were ever served at the same time.
    pub fn max_concurrency_per_key(&self) -> usize {
        self.state().busy_max_per_key
    }

    /// How many calls came without the right token.
    pub fn refused_logins(&self) -> usize {
        self.state().refused_logins
    }

    /// How many calls came, by operation (`PUT sales-orders`, `GET sales-orders`, `GET /`, …), those that a fault
    /// broke included.
    pub fn calls(&self) -> BTreeMap<String, u64> {
        self.state().calls.clone()
    }
}

fn counted(made: &[ErpOrder]) -> Vec<ErpOrder> {
    made.iter()
        .map(|order| ErpOrder {
            times_created: made.len(),
            ..order.clone()
        })
        .collect()
}

fn set(among: &mut std::collections::BTreeSet<String>, one: &str, yes: bool) {
    if yes {
        among.insert(one.to_owned());
    } else {
        among.remove(one);
    }
}
