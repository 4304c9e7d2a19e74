//! What eCat remembers.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::header::AUTHORIZATION;
use serde_json::Value;

use super::answer::Refusal;

/// How a refused login or an unknown organisation is shown; the vendor documents neither.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Shown {
    /// HTTP 401, or 404, with a failed envelope.
    #[default]
    ByStatus,
    /// HTTP 200 with a failed envelope.
    Within200,
}

/// In which sequence a list shows orders; the vendor does not say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sequence {
    /// As they were submitted.
    #[default]
    Submitted,
    /// The last submitted first.
    Reversed,
    /// Mixed, the same way for the same number.
    Mixed(u64),
}

/// How the address of one order answers; the vendor does not say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Single {
    /// The order alone.
    #[default]
    Bare,
    /// An envelope with the order as its data.
    Enveloped,
    /// An envelope with a list of one.
    EnvelopedList,
}

/// What the server gave a submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submitted {
    /// `id`.
    pub id: u64,
    /// `order_number`.
    pub number: String,
    /// `uuid`.
    pub uuid: String,
}

/// A submission as a test sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct SeenEcatOrder {
    /// `id`; none for a malformed record.
    pub id: Option<u64>,
    /// `order_number`; none for a malformed record without a readable one.
    pub number: Option<String>,
    /// `uuid`; none for a malformed record.
    pub uuid: Option<String>,
    /// Whether it is marked as received.
    pub received: bool,
    /// When it was marked, by the clock of the test.
    pub received_at_ms: Option<i64>,
    /// How many calls marked it, the repeated ones included.
    pub marks: usize,
    /// Whether it is an order of its own under an old uuid, which nothing on the wire says.
    pub refilled: bool,
    /// As it is delivered, but for the switches; none for a malformed record.
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
    pub(super) id: Option<u64>,
    pub(super) number: Option<String>,
    pub(super) uuid: Option<String>,
    pub(super) content: Content,
    pub(super) received_ms: Option<i64>,
    pub(super) marks: usize,
    pub(super) refilled: bool,
}

/// What a test does in the middle of a call.
pub(super) type Act = Box<dyn FnOnce() + Send>;

#[derive(Default)]
pub(super) struct Switches {
    pub(super) logins: Shown,
    pub(super) orgs: Shown,
    pub(super) sequence: Sequence,
    pub(super) single: Single,
    pub(super) status_after_data: bool,
    pub(super) extra_fields: bool,
    pub(super) keys_sorted: bool,
    pub(super) ids_as_strings: bool,
    pub(super) marks_again_fail: bool,
    pub(super) marks_without_effect: usize,
    pub(super) fail_after_data: VecDeque<String>,
    pub(super) cut_next_list: Option<usize>,
    pub(super) pause_next_list: Option<usize>,
    pub(super) act_in_next_list: Option<(usize, Act)>,
    pub(super) act_at_marks: Option<(usize, Act)>,
    pub(super) refused_marks: BTreeMap<String, String>,
    pub(super) omitted_marks: BTreeSet<String>,
    pub(super) failures: VecDeque<Refusal>,
}

pub(super) struct State {
    pub(super) login: (String, String),
    pub(super) entries: Vec<Entry>,
    /// Where the entries of a number stand; a number can be two orders'.
    pub(super) by_number: BTreeMap<String, Vec<usize>>,
    by_id: BTreeMap<u64, usize>,
    by_uuid: BTreeMap<String, Vec<usize>>,
    pub(super) switches: Switches,
    pub(super) calls: BTreeMap<String, u64>,
    pub(super) complaints: Vec<String>,
    pub(super) refused_logins: usize,
    pub(super) marks_max: usize,
    troubles: usize,
}

impl State {
    pub(super) fn new(username: &str, password: &str) -> Self {
        Self {
            login: (username.to_owned(), password.to_owned()),
            entries: Vec::new(),
            by_number: BTreeMap::new(),
            by_id: BTreeMap::new(),
            by_uuid: BTreeMap::new(),
            switches: Switches::default(),
            calls: BTreeMap::new(),
            complaints: Vec::new(),
            refused_logins: 0,
            marks_max: 0,
            troubles: 0,
        }
    }

    pub(super) fn count(&mut self, operation: &str) {
        *self.calls.entry(operation.to_owned()).or_default() += 1;
    }

    /// Lets in whoever knows the organisation and its login.
    pub(super) fn admit(&mut self, known_org: bool, headers: &HeaderMap) -> Result<(), Refusal> {
        let status = |shown, status| match shown {
            Shown::ByStatus => status,
            Shown::Within200 => 200,
        };
        if !known_org {
            return Err(Refusal::failure(
                status(self.switches.orgs, 404),
                "Organization not found",
            ));
        }
        if login(headers).as_ref() != Some(&self.login) {
            self.refused_logins += 1;
            return Err(Refusal::failure(
                status(self.switches.logins, 401),
                "Invalid credentials",
            ));
        }
        Ok(())
    }

    /// The failure that a test asked for, if one is left.
    pub(super) fn next_failure(&mut self) -> Option<Refusal> {
        self.switches.failures.pop_front()
    }

    /// Troubles in turn: eCat's own, the same inside a 200, and a page of something in front of it.
    pub(super) fn trouble(&mut self) -> Refusal {
        self.troubles += 1;
        match self.troubles % 3 {
            1 => Refusal::new(500, "Internal error"),
            2 => Refusal::new(200, "Internal error"),
            _ => Refusal::page(502, "Bad Gateway"),
        }
    }

    /// The next id: in sequence, with gaps, because other organisations submit too.
    pub(super) fn next_id(&self) -> u64 {
        self.by_id.last_key_value().map_or(402_311, |(last, _)| last + 3)
    }

    pub(super) fn knows_id(&self, id: u64) -> bool {
        self.by_id.contains_key(&id)
    }

    /// Adds a record at the end of the list.
    pub(super) fn add(&mut self, entry: Entry) {
        let at = self.entries.len();
        if let Some(number) = &entry.number {
            self.by_number.entry(number.clone()).or_default().push(at);
        }
        if let Some(id) = entry.id {
            self.by_id.insert(id, at);
        }
        if let Some(uuid) = &entry.uuid {
            self.by_uuid
                .entry(uuid.to_ascii_uppercase())
                .or_default()
                .push(at);
        }
        self.entries.push(entry);
    }

    /// Puts a named order where a record of its number stands that was no order. Whether there was one.
    pub(super) fn mend(&mut self, submitted: &Submitted, order: Value) -> bool {
        let is_text = |at: &usize| {
            let entry = self.entries.get(*at);
            entry.is_some_and(|entry| matches!(entry.content, Content::Raw(_)))
        };
        let places = self.by_number.get(&submitted.number).into_iter().flatten();
        let Some(at) = places.copied().find(is_text) else {
            return false;
        };
        if let Some(entry) = self.entries.get_mut(at) {
            entry.id = Some(submitted.id);
            entry.uuid = Some(submitted.uuid.clone());
            entry.content = Content::Order(Arc::new(order));
        }
        self.by_id.insert(submitted.id, at);
        let uuid = submitted.uuid.to_ascii_uppercase();
        self.by_uuid.entry(uuid).or_default().push(at);
        true
    }

    pub(super) fn of_id(&self, id: u64) -> Option<&Entry> {
        self.entries.get(*self.by_id.get(&id)?)
    }

    pub(super) fn of_number(&self, number: &str) -> impl Iterator<Item = &Entry> {
        let places = self.by_number.get(number).into_iter().flatten();
        places.filter_map(|at| self.entries.get(*at))
    }

    pub(super) fn of_number_mut(&mut self, number: &str, change: impl Fn(&mut Entry)) -> bool {
        let places = self.by_number.get(number).cloned().unwrap_or_default();
        for at in &places {
            if let Some(entry) = self.entries.get_mut(*at) {
                change(entry);
            }
        }
        !places.is_empty()
    }

    /// The submissions of a uuid, as they came.
    pub(super) fn of_uuid(&self, uuid: &str) -> Vec<&Entry> {
        let places = self.by_uuid.get(&uuid.to_ascii_uppercase()).into_iter().flatten();
        places.filter_map(|at| self.entries.get(*at)).collect()
    }

    /// Every record that is not marked, old versions too, in the sequence of the switch.
    pub(super) fn unreceived(&self) -> Vec<Entry> {
        let found = self.entries.iter().filter(|entry| entry.received_ms.is_none());
        let mut found: Vec<(u64, Entry)> = (0..).zip(found.cloned()).collect();
        match self.switches.sequence {
            Sequence::Submitted => {}
            Sequence::Reversed => found.reverse(),
            Sequence::Mixed(seed) => found.sort_by_key(|(at, _)| mixed(seed, *at)),
        }
        found.into_iter().map(|(_, entry)| entry).collect()
    }
}

/// The two parts of the Basic scheme; none if they are not there.
fn login(headers: &HeaderMap) -> Option<(String, String)> {
    let text = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let bytes = STANDARD.decode(text.strip_prefix("Basic ")?).ok()?;
    let pair = String::from_utf8(bytes).ok()?;
    let (username, password) = pair.split_once(':')?;
    Some((username.to_owned(), password.to_owned()))
}

/// A place in a mixed list (the final mix of splitmix64).
fn mixed(seed: u64, at: u64) -> u64 {
    let x = seed.wrapping_add(at.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}
