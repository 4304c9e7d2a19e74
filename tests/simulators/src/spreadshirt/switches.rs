//! What tests put in, switch and read back.

use std::collections::BTreeMap;
use std::time::Duration;

use super::Spreadshirt;
use super::answer::{Answer, Delivery};
use super::report::{Dates, FullData, Hrefs, OrderReport};
use super::state::{Content, Entry, State};

impl Spreadshirt {
    /// A new report of the user's partner, which nobody has read yet.
    pub fn put_report(&self, report: OrderReport) {
        let mut state = self.state();
        let partner = state.partner.clone();
        state.put(&partner, &report.id.clone(), Content::Report(report));
    }

    /// A report of another partner, which the user must not see.
    pub fn put_report_of(&self, partner: &str, report: OrderReport) {
        let mut state = self.state();
        state.put(partner, &report.id.clone(), Content::Report(report));
    }

    /// A report that is delivered as this very text. Lists show a reference to it.
    pub fn put_raw(&self, id: &str, document: &str) {
        let mut state = self.state();
        let partner = state.partner.clone();
        state.put(&partner, id, Content::Raw(document.to_owned()));
    }

    /// Whether a report is deleted.
    pub fn deleted(&self, id: &str) -> bool {
        let state = self.state();
        state.entries.iter().any(|entry| entry.id == id && entry.deleted)
    }

    /// How many calls that were let in asked to delete a report, those included that found it deleted.
    pub fn deletes(&self, id: &str) -> usize {
        let state = self.state();
        let mut entries = state.entries.iter();
        entries
            .find(|entry| entry.id == id)
            .map_or(0, |entry| entry.deletes)
    }

    /// The ids of what is not deleted, as they were put in.
    pub fn activated(&self) -> Vec<String> {
        let state = self.state();
        let open = state.entries.iter().filter(|entry| !entry.deleted);
        open.map(|entry| entry.id.clone()).collect()
    }

    /// How many logins were tried, with the right key.
    pub fn logins(&self) -> usize {
        self.state().logins
    }

    /// How many logins had a wrong name or password.
    pub fn refused_logins(&self) -> usize {
        self.state().refused_logins
    }

    /// How many logins came too soon after another one, and so put the caller on the black list.
    pub fn black_listings(&self) -> usize {
        self.state().black_listings
    }

    /// How many requests had a wrong key or signature, or a time too far from the vendor's.
    pub fn refused_requests(&self) -> usize {
        self.state().refused_requests
    }

    /// How many requests came with a session that had expired or never was.
    pub fn expired_sessions(&self) -> usize {
        self.state().expired
    }

    /// How many calls came, by operation (`POST sessions`, `GET orderReports`, `GET orderReport`, `DELETE orderReport`,
    /// `GET serverTime`), those that a fault broke included.
    pub fn calls(&self) -> BTreeMap<String, u64> {
        self.state().calls.clone()
    }

    /// What no client may send, in words: addresses, methods, queries, bodies and headers that Spreadshirt does not have.
    pub fn complaints(&self) -> Vec<String> {
        self.state().complaints.clone()
    }

    /// From now on this is the user; sessions go on.
    pub fn set_login(&self, username: &str, password: &str) {
        self.state().user = (username.to_owned(), password.to_owned());
    }

    /// From now on this is the application; what is signed with the old secret is refused.
    pub fn set_application(&self, api_key: &str, secret: &str) {
        self.state().application = (api_key.to_owned(), secret.to_owned());
    }

    /// All sessions are over at once.
    pub fn end_sessions(&self) {
        self.state().sessions.clear();
    }

    /// A session ends when it was not used for so long; 30 minutes by default, which is a guess.
    pub fn session_life(&self, life: Duration) {
        self.state().switches.session_life_ms = whole_ms(life);
    }

    /// A login within so long after another one puts the caller on the black list; 10 s by default.
    pub fn login_gap(&self, gap: Duration) {
        self.state().switches.login_gap_ms = whole_ms(gap);
    }

    /// Takes the caller off the black list.
    pub fn forgive(&self) {
        let mut state = self.state();
        state.black_until_ms = 0;
        state.last_login_ms = None;
    }

    /// How far Spreadshirt's clock is ahead of the test's, in milliseconds.
    pub fn clock_ahead(&self, ms: i64) {
        self.state().switches.ahead_ms = ms;
    }

    /// How links and elements are written.
    pub fn hrefs(&self, hrefs: Hrefs) {
        self.state().switches.hrefs = hrefs;
    }

    /// How dates are written.
    pub fn dates(&self, dates: Dates) {
        self.state().switches.dates = dates;
    }

    /// Whether lists hold their reports.
    pub fn full_data(&self, full_data: FullData) {
        self.state().switches.full_data = full_data;
    }

    /// At most so many reports in a page, whatever is asked for; 50 by default.
    pub fn page_limit(&self, limit: usize) {
        self.state().switches.page_limit = limit;
    }

    /// Whether every report holds one more item, which another brand named.
    pub fn foreign_items(&self, yes: bool) {
        self.state().switches.foreign_items = yes;
    }

    /// Whether every report holds one more item, in a state that nobody documented.
    pub fn unknown_states(&self, yes: bool) {
        self.state().switches.unknown_states = yes;
    }

    /// Whether a query is understood only with a literal `+`; by default only with `%2B`.
    pub fn only_literal_plus(&self, yes: bool) {
        self.state().switches.only_literal_plus = yes;
    }

    /// Whether failures are shown as pages; by default they are plain text. Neither is XML.
    pub fn error_pages(&self, yes: bool) {
        self.state().switches.error_pages = yes;
    }

    /// The next `times` calls fail with this HTTP status and text, without effect, whatever they ask.
    pub fn fail_next(&self, status: u16, text: &str, times: usize) {
        let mut state = self.state();
        let failure = state.failed(status, text);
        let failures = std::iter::repeat_n(failure, times);
        state.switches.failures.extend(failures);
    }

    /// All sessions are over at once, when so many more calls have been answered.
    pub fn end_sessions_after(&self, calls: usize) {
        self.state().switches.end_sessions_after = Some(calls);
    }

    /// The body of the next answer breaks off after so many bytes.
    pub fn cut_body_after(&self, bytes: usize) {
        self.state().switches.deliveries.push_back(Delivery::Cut(bytes));
    }

    /// The body of the next answer stops at its half and never goes on.
    pub fn stall_body(&self) {
        self.state().switches.deliveries.push_back(Delivery::Stalled);
    }

    /// Bodies travel in pieces of so many bytes.
    pub fn bodies_in_pieces(&self, bytes: usize) {
        self.state().switches.pieces = Some(bytes);
    }

    /// The next `times` answers are pages of something in front of Spreadshirt with the status of success.
    pub fn page_instead(&self, times: usize) {
        let pages = std::iter::repeat_n(Answer::page(200, "Maintenance"), times);
        self.state().switches.failures.extend(pages);
    }
}

impl State {
    fn put(&mut self, partner: &str, id: &str, content: Content) {
        self.entries.retain(|entry| entry.id != id);
        self.entries.push(Entry {
            id: id.to_owned(),
            partner: partner.to_owned(),
            content,
            deleted: false,
            deletes: 0,
        });
    }
}

fn whole_ms(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}
