//! What RepSpark remembers.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use host::Body;
use http::{HeaderMap, HeaderValue, Response};
use serde_json::Value;
use uuid::Uuid;

use super::answer::Refusal;
use super::headers;

pub(super) const DRAFT: u32 = 9999;
pub(super) const SUBMITTED: u32 = 1;
pub(super) const SENT: u32 = 2;
pub(super) const VALID: u32 = 4;

/// A list by status reaches back about six months.
pub(super) const REACH_MS: i64 = 183 * 24 * 3_600_000;

/// How "no orders" is said; the vendor does not document it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Empty {
    /// 200 with `[]`.
    #[default]
    Array,
    /// 204 without a body.
    NoContent,
    /// 200 with `null`.
    Null,
}

/// When a list of Submitted orders flips them to Sent; the vendor does not say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Flip {
    /// Before the first byte goes out: a lost answer leaves them Sent. What the design assumes.
    #[default]
    BeforeAnswer,
    /// When the last byte was handed to the connection: a lost or cut answer leaves them Submitted.
    AfterLastByte,
}

/// An order as a test sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct SeenOrder {
    /// `OrderId`.
    pub id: u64,
    /// `StatusId`: 9999 Draft, 1 Submitted, 2 Sent, 4 Valid.
    pub status: u32,
    /// The ERP's number that RepSpark shows, once confirmed.
    pub erp_number: Option<String>,
    /// The number in each confirmation that took effect, in order (empty where one gave none).
    pub confirmations: Vec<String>,
    /// The order as it was submitted; `None` for a malformed record.
    pub order: Option<Arc<Value>>,
}

/// A record as it was given.
#[derive(Debug, Clone)]
pub(super) enum Content {
    Order(Arc<Value>),
    Raw(Arc<str>),
}

#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) content: Content,
    pub(super) status: u32,
    pub(super) since_ms: i64,
    pub(super) updated_ms: Option<i64>,
    pub(super) confirmations: Vec<String>,
    pub(super) messages: Vec<String>,
}

impl Entry {
    pub(super) fn new(content: Content, status: u32, since_ms: i64) -> Self {
        Self {
            content,
            status,
            since_ms,
            updated_ms: None,
            confirmations: Vec::new(),
            messages: Vec::new(),
        }
    }

    pub(super) fn becomes(&mut self, status: u32, now_ms: i64) {
        self.status = status;
        self.updated_ms = Some(now_ms);
    }

    /// The number of the last confirmation that gave one.
    pub(super) fn erp_number(&self) -> Option<&str> {
        self.confirmations
            .iter()
            .rev()
            .map(String::as_str)
            .find(|number| !number.is_empty())
    }
}

#[derive(Debug, Default)]
pub(super) struct Switches {
    pub(super) empty: Empty,
    pub(super) flip: Flip,
    pub(super) single_as_array: bool,
    pub(super) ids_as_strings: bool,
    pub(super) slow: Duration,
    pub(super) cut_next_get: Option<usize>,
    pub(super) without_effect: usize,
    pub(super) rejected: BTreeMap<u64, String>,
    pub(super) failures: VecDeque<Refusal>,
    pub(super) pages: usize,
}

#[derive(Debug)]
pub(super) struct State {
    pub(super) keys: (String, String),
    pub(super) orders: BTreeMap<u64, Entry>,
    /// Malformed records whose id cannot be read, or is another record's too.
    pub(super) nameless: Vec<Entry>,
    pub(super) numbers: BTreeMap<String, u64>,
    pub(super) tokens: BTreeSet<Uuid>,
    pub(super) open: bool,
    pub(super) switches: Switches,
    pub(super) calls: BTreeMap<String, u64>,
    pub(super) refused_logins: usize,
    pub(super) posts_max: usize,
    troubles: usize,
    tracked: u64,
}

impl State {
    pub(super) fn new(client_key: &str, environment_key: &str) -> Self {
        Self {
            keys: (client_key.to_owned(), environment_key.to_owned()),
            orders: BTreeMap::new(),
            nameless: Vec::new(),
            numbers: BTreeMap::new(),
            tokens: BTreeSet::new(),
            open: false,
            switches: Switches::default(),
            calls: BTreeMap::new(),
            refused_logins: 0,
            posts_max: 0,
            troubles: 0,
            tracked: 0,
        }
    }

    pub(super) fn count(&mut self, operation: &str) {
        *self.calls.entry(operation.to_owned()).or_default() += 1;
    }

    /// Lets in whoever has the keys, and counts the others.
    pub(super) fn admit(&mut self, headers: &HeaderMap) -> Result<(), Refusal> {
        let admitted = headers::keys(headers).and_then(|keys| {
            if keys == self.keys {
                Ok(())
            } else {
                Err(Refusal::new(
                    401,
                    "AuthenticationFailed",
                    "the keys are not known",
                ))
            }
        });
        if admitted.is_err() {
            self.refused_logins += 1;
        }
        admitted
    }

    /// The failure that a test asked for, if one is left.
    pub(super) fn next_failure(&mut self) -> Option<Refusal> {
        self.switches.failures.pop_front()
    }

    /// Whether something before RepSpark answers this call in its place.
    pub(super) fn next_is_a_page(&mut self) -> bool {
        let page = self.switches.pages > 0;
        self.switches.pages -= usize::from(page);
        page
    }

    /// RepSpark's transient troubles in turn; the third one comes as a 400.
    pub(super) fn trouble(&mut self) -> Refusal {
        self.troubles += 1;
        match self.troubles % 3 {
            1 => Refusal::new(500, "InternalError", "please retry"),
            2 => Refusal::new(503, "ServerBusy", "please retry"),
            _ => Refusal::new(400, "DatabaseConnectionError", "try later"),
        }
    }

    /// Adds the headers that every answer carries. That success says `OK` in the code's header is a guess, since the
    /// vendor's table lists `OK` as the code of 200.
    pub(super) fn tracked(&mut self, mut response: Response<Body>) -> Response<Body> {
        self.tracked += 1;
        let headers = response.headers_mut();
        headers
            .entry("x-repspark-errorcode")
            .or_insert(HeaderValue::from_static("OK"));
        headers.insert(
            "x-repspark-transactiontrackingnumber",
            HeaderValue::from(41_021 + self.tracked),
        );
        headers.insert(
            "x-repspark-transactionbatchtrackingnumber",
            HeaderValue::from(90_310 + self.tracked),
        );
        response
    }

    /// Every record in this status that a list still reaches, the nameless ones in the middle.
    pub(super) fn in_status(&self, status: u32, now_ms: i64) -> Vec<(Option<u64>, Entry)> {
        let reached = |entry: &&Entry| entry.status == status && now_ms - entry.since_ms <= REACH_MS;
        let mut found: Vec<_> = self
            .orders
            .iter()
            .filter(|(_, entry)| reached(entry))
            .map(|(id, entry)| (Some(*id), entry.clone()))
            .collect();
        let middle = found.len() / 2;
        let nameless = self
            .nameless
            .iter()
            .filter(reached)
            .map(|entry| (None, entry.clone()));
        found.splice(middle..middle, nameless);
        found
    }

    /// Flips these Submitted orders, and every nameless Submitted record where `nameless` says so, to Sent.
    pub(super) fn flip(&mut self, ids: &[u64], nameless: bool, now_ms: i64) {
        for id in ids {
            if let Some(entry) = self.orders.get_mut(id).filter(|entry| entry.status == SUBMITTED) {
                entry.becomes(SENT, now_ms);
            }
        }
        if nameless {
            let submitted = self.nameless.iter_mut().filter(|entry| entry.status == SUBMITTED);
            submitted.for_each(|entry| entry.becomes(SENT, now_ms));
        }
    }
}
