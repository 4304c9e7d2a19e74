//! What Spreadshirt remembers.

use std::collections::{BTreeMap, VecDeque};

use super::answer::{Answer, Delivery};
use super::report::{Dates, FullData, Hrefs, OrderReport};

/// A report as it was given.
#[derive(Debug, Clone)]
pub(super) enum Content {
    Report(OrderReport),
    /// The whole document, for better or worse.
    Raw(String),
}

#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) id: String,
    pub(super) partner: String,
    pub(super) content: Content,
    pub(super) deleted: bool,
    pub(super) deletes: usize,
}

pub(super) struct Switches {
    pub(super) hrefs: Hrefs,
    pub(super) dates: Dates,
    pub(super) full_data: FullData,
    pub(super) foreign_items: bool,
    pub(super) unknown_states: bool,
    pub(super) only_literal_plus: bool,
    pub(super) error_pages: bool,
    pub(super) page_limit: usize,
    pub(super) ahead_ms: i64,
    pub(super) session_life_ms: i64,
    pub(super) login_gap_ms: i64,
    pub(super) deliveries: VecDeque<Delivery>,
    pub(super) pieces: Option<usize>,
    pub(super) failures: VecDeque<Answer>,
    pub(super) end_sessions_after: Option<usize>,
}

impl Default for Switches {
    fn default() -> Self {
        Self {
            hrefs: Hrefs::default(),
            dates: Dates::default(),
            full_data: FullData::default(),
            foreign_items: false,
            unknown_states: false,
            only_literal_plus: false,
            error_pages: false,
            page_limit: 50,
            ahead_ms: 0,
            // A guess: the vendor says only that sessions expire.
            session_life_ms: 30 * 60 * 1000,
            login_gap_ms: 10_000,
            deliveries: VecDeque::new(),
            pieces: None,
            failures: VecDeque::new(),
            end_sessions_after: None,
        }
    }
}

impl Switches {
    /// How the next body of this length travels.
    pub(super) fn delivery(&mut self, length: usize, cut: bool) -> Delivery {
        match (cut, self.pieces) {
            (true, _) => Delivery::Cut(length / 2),
            (false, pieces) => self
                .deliveries
                .pop_front()
                .or(pieces.map(Delivery::Pieces))
                .unwrap_or(Delivery::Whole),
        }
    }
}

pub(super) struct State {
    pub(super) partner: String,
    pub(super) application: (String, String),
    pub(super) user: (String, String),
    pub(super) entries: Vec<Entry>,
    pub(super) sessions: BTreeMap<String, i64>,
    pub(super) last_login_ms: Option<i64>,
    pub(super) black_until_ms: i64,
    pub(super) switches: Switches,
    pub(super) calls: BTreeMap<String, u64>,
    pub(super) complaints: Vec<String>,
    pub(super) logins: usize,
    pub(super) refused_logins: usize,
    pub(super) refused_requests: usize,
    pub(super) expired: usize,
    pub(super) black_listings: usize,
    troubles: usize,
}

impl State {
    pub(super) fn new(partner: &str, application: (&str, &str), user: (&str, &str)) -> Self {
        let owned = |(one, other): (&str, &str)| (one.to_owned(), other.to_owned());
        Self {
            partner: partner.to_owned(),
            application: owned(application),
            user: owned(user),
            entries: Vec::new(),
            sessions: BTreeMap::new(),
            last_login_ms: None,
            black_until_ms: 0,
            switches: Switches::default(),
            calls: BTreeMap::new(),
            complaints: Vec::new(),
            logins: 0,
            refused_logins: 0,
            refused_requests: 0,
            expired: 0,
            black_listings: 0,
            troubles: 0,
        }
    }

    pub(super) fn count(&mut self, operation: &str) {
        *self.calls.entry(operation.to_owned()).or_default() += 1;
        let left = self.switches.end_sessions_after;
        if left == Some(0) {
            self.sessions.clear();
        }
        self.switches.end_sessions_after = left.and_then(|left| left.checked_sub(1));
    }

    /// A refusal of what no client may send, remembered for the test. The status is a guess where none is documented.
    pub(super) fn complain(&mut self, status: u16, text: String) -> Answer {
        let refusal = self.failed(status, &text);
        self.complaints.push(text);
        refusal
    }

    /// A failure, which is never XML.
    pub(super) fn failed(&self, status: u16, text: &str) -> Answer {
        if self.switches.error_pages {
            Answer::page(status, text)
        } else {
            Answer::text(status, text)
        }
    }

    /// Troubles in turn: Spreadshirt's own, a page of something in front of it, and nothing but a status.
    pub(super) fn trouble(&mut self) -> Answer {
        self.troubles += 1;
        match self.troubles % 3 {
            1 => Answer::text(500, "Internal Server Error"),
            2 => Answer::page(502, "Bad Gateway"),
            _ => Answer::text(503, ""),
        }
    }

    /// A link as the vendor writes it: with its own host, and without TLS.
    pub(super) fn link(&self, collection: &str, id: &str) -> String {
        format!("http://api.spreadshirt.net{}/{collection}/{id}", super::ROOT)
    }

    /// A report of the user's own partner; others are not visible.
    pub(super) fn own(&mut self, id: &str) -> Result<&mut Entry, Answer> {
        let missing = self.failed(404, &format!("Order report {id} not found"));
        let partner = self.partner.clone();
        let mut entries = self.entries.iter_mut();
        entries
            .find(|entry| entry.id == id && entry.partner == partner)
            .ok_or(missing)
    }

    /// Deletes a report; a second time there is none. That the vendor says so is inferred.
    pub(super) fn delete(&mut self, id: &str) -> Result<Answer, Answer> {
        let entry = self.own(id)?;
        entry.deletes += 1;
        if std::mem::replace(&mut entry.deleted, true) {
            return Err(self.failed(404, &format!("Order report {id} not found")));
        }
        Ok(Answer::text(200, "OK"))
    }
}
