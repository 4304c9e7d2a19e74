//! What the ERP remembers.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, Method, header};
use serde_json::Value;

use super::answer::{self, Refusal};
use super::contract::{Sheet, is_key};
use super::late::{Held, Late, LateReply};
use crate::plain::Plain;

/// How far a sales order is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErpStatus {
    /// There, but without a number yet; it is told so this many more times.
    Pending(u32),
    /// There, with its number.
    Accepted,
    /// Staff have cancelled it.
    Cancelled,
}

/// A sales order.
#[derive(Debug, Clone, PartialEq)]
pub struct ErpOrder {
    /// The key that it was put under.
    pub key: String,
    /// The ERP's number; none while pending.
    pub reference: Option<String>,
    /// The ERP's internal id.
    pub id: String,
    /// `content_sha256` of the request that made it.
    pub content_sha256: String,
    /// How far it is.
    pub status: ErpStatus,
    /// The key of the order that it revises.
    pub revision_of: Option<String>,
    /// How many sales orders were made under this key: more than one is a doubled order.
    pub times_created: usize,
    /// When it was made, in milliseconds since 1970.
    pub created_at_ms: i64,
    /// The request that made it; `null` for one that staff keyed.
    pub request: Arc<Value>,
}

#[derive(Debug, Default)]
pub(super) struct Switches {
    pub(super) non_unique: bool,
    pub(super) pending: u32,
    pub(super) maintenance: bool,
    pub(super) refuse_credentials: bool,
    pub(super) not_found_on_put: Option<u16>,
    pub(super) garbage: usize,
    pub(super) failures: VecDeque<Plain>,
    pub(super) slow: Duration,
    pub(super) late: VecDeque<(Late, LateReply)>,
    pub(super) unknown_customers: BTreeSet<String>,
    pub(super) unknown_skus: BTreeSet<String>,
    pub(super) credit_holds: BTreeSet<String>,
}

#[derive(Debug)]
pub(super) struct State {
    pub(super) token: String,
    pub(super) made: BTreeMap<String, Vec<ErpOrder>>,
    pub(super) switches: Switches,
    pub(super) held: Vec<Held>,
    pub(super) calls: BTreeMap<String, u64>,
    pub(super) refused_logins: usize,
    pub(super) busy: BTreeMap<String, usize>,
    pub(super) busy_max: usize,
    pub(super) busy_max_per_key: usize,
    numbers: u64,
    troubles: usize,
}

impl State {
    pub(super) fn new(token: &str) -> Self {
        Self {
            token: token.to_owned(),
            made: BTreeMap::new(),
            switches: Switches::default(),
            held: Vec::new(),
            calls: BTreeMap::new(),
            refused_logins: 0,
            busy: BTreeMap::new(),
            busy_max: 0,
            busy_max_per_key: 0,
            numbers: 0,
            troubles: 0,
        }
    }

    pub(super) fn count(&mut self, operation: &str) {
        *self.calls.entry(operation.to_owned()).or_default() += 1;
    }

    pub(super) fn enter(&mut self, key: &str) {
        let here = self.busy.entry(key.to_owned()).or_default();
        *here += 1;
        if !key.is_empty() {
            self.busy_max_per_key = self.busy_max_per_key.max(*here);
        }
        self.busy_max = self.busy_max.max(self.busy.values().sum());
    }

    pub(super) fn leave(&mut self, key: &str) {
        if let Some(here) = self.busy.get_mut(key) {
            *here -= 1;
            if *here == 0 {
                self.busy.remove(key);
            }
        }
    }

    /// Lets in whoever has the token, and counts the others.
    pub(super) fn admit(&mut self, headers: &HeaderMap) -> Result<(), Refusal> {
        let bearer = headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok());
        let right = bearer.and_then(|text| text.strip_prefix("Bearer ")) == Some(self.token.as_str());
        if right && !self.switches.refuse_credentials {
            return Ok(());
        }
        self.refused_logins += 1;
        Err(Refusal::config(401, "unauthorized"))
    }

    /// What a server in trouble answers, in turn: the contract's form, and two pages of a proxy.
    pub(super) fn trouble(&mut self) -> Plain {
        self.troubles += 1;
        match self.troubles % 3 {
            1 => answer::error(500, "transient", "internal"),
            2 => Plain::html(502, "Bad Gateway"),
            _ => Plain::html(503, "Service Unavailable"),
        }
    }

    /// The answer in place of any work, where a switch says so.
    pub(super) fn broken(&mut self, method: &Method) -> Option<Plain> {
        if let Some(failure) = self.switches.failures.pop_front() {
            return Some(failure);
        }
        if self.switches.maintenance {
            return Some(answer::maintenance());
        }
        if self.switches.garbage > 0 {
            self.switches.garbage -= 1;
            return Some(Plain::html(200, "Sign in to the guest network"));
        }
        let status = self
            .switches
            .not_found_on_put
            .filter(|_| *method == Method::PUT)?;
        Some(Plain::html(status, "Not here"))
    }

    pub(super) fn next_late(&mut self) -> Option<(Late, LateReply)> {
        self.switches.late.pop_front()
    }

    /// `GET`: what is there, or the contract's `not_found`.
    pub(super) fn look(&mut self, key: &str) -> Plain {
        if !is_key(key) {
            return Refusal::value("key", "does not fit ^[A-Z0-9_-]{1,35}$").plain();
        }
        if self.made.contains_key(key) {
            self.tell(key, 0, false)
        } else {
            answer::error(404, "permanent", "not_found")
        }
    }

    /// `PUT`: makes the order, or says what is there.
    pub(super) fn put(&mut self, sheet: &Sheet, now_ms: i64) -> Plain {
        if !self.switches.non_unique
            && let Some(first) = self.made.get(&sheet.key).and_then(|made| made.first())
        {
            return if first.content_sha256 == sheet.sha || first.status == ErpStatus::Cancelled {
                self.tell(&sheet.key, 0, false)
            } else {
                answer::changed(&sheet.key, first.reference.as_deref(), &first.content_sha256)
            };
        }
        if let Err(refusal) = self.allows(sheet) {
            return refusal.plain();
        }
        let id = (90 + self.made.values().map(Vec::len).sum::<usize>()).to_string();
        let status = ErpStatus::Pending(self.switches.pending);
        let made = self.made.entry(sheet.key.clone()).or_default();
        made.push(ErpOrder {
            key: sheet.key.clone(),
            reference: None,
            id,
            content_sha256: sheet.sha.clone(),
            status,
            revision_of: sheet.revision_of.clone(),
            times_created: 0,
            created_at_ms: now_ms,
            request: Arc::clone(&sheet.request),
        });
        let last = made.len() - 1;
        self.tell(&sheet.key, last, true)
    }

    fn allows(&self, sheet: &Sheet) -> Result<(), Refusal> {
        let rules = &self.switches;
        if rules.unknown_customers.contains(&sheet.customer) {
            return Err(Refusal::permanent(
                422,
                "unknown_customer",
                "customer.code",
                "no such customer",
            ));
        }
        if let Some(at) = sheet.skus.iter().position(|sku| rules.unknown_skus.contains(sku)) {
            return Err(Refusal::permanent(
                422,
                "unknown_sku",
                &format!("lines[{at}].sku"),
                "no such item",
            ));
        }
        if rules.credit_holds.contains(&sheet.customer) {
            return Err(Refusal::permanent(
                422,
                "credit_hold",
                "customer.code",
                "the customer is on hold",
            ));
        }
        Ok(())
    }

    /// Says how far an order is. One that was told pending often enough gets its number.
    fn tell(&mut self, key: &str, at: usize, created: bool) -> Plain {
        let Some(order) = self.made.get_mut(key).and_then(|made| made.get_mut(at)) else {
            return answer::error(404, "permanent", "not_found");
        };
        match order.status {
            ErpStatus::Pending(left) if left > 0 => {
                order.status = ErpStatus::Pending(left - 1);
                return answer::pending(key);
            }
            ErpStatus::Pending(_) => order.status = ErpStatus::Accepted,
            ErpStatus::Accepted | ErpStatus::Cancelled => {}
        }
        let numbers = &mut self.numbers;
        let reference = order.reference.get_or_insert_with(|| {
            *numbers += 1;
            format!("SO{}", 104_232 + *numbers)
        });
        let says = if order.status == ErpStatus::Cancelled {
            "cancelled"
        } else {
            "accepted"
        };
        answer::found(
            if created { 201 } else { 200 },
            key,
            says,
            reference,
            &order.id,
            created,
        )
    }
}
