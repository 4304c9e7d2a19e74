//! What tests switch and read back.

use std::collections::BTreeMap;

use super::Spectrum;
use super::answer::SpectrumFailure;
use super::order::{SeenSpectrumOrder, Start};
use super::slow::SpectrumSlow;
use super::traps::SeveralReply;

const MINUTE_MS: i64 = 60_000;

impl Spectrum {
    /// The order of this number.
    pub fn order(&self, number: &str) -> Option<SeenSpectrumOrder> {
        self.state().orders.get(number).cloned()
    }

    /// Every order, by its number.
    pub fn orders(&self) -> BTreeMap<String, SeenSpectrumOrder> {
        self.state().orders.clone()
    }

    /// How often the factory was told to start each recipe set: once is right.
    pub fn starts(&self) -> BTreeMap<String, usize> {
        let state = self.state();
        let counts = state.starts.iter().map(|(id, starts)| (id.clone(), starts.len()));
        counts.collect()
    }

    /// Who started a recipe set, and when.
    pub fn starts_of(&self, recipe_set: &str) -> Vec<Start> {
        self.state().starts.get(recipe_set).cloned().unwrap_or_default()
    }

    /// The recipe sets that were started more than once: goods that are made twice.
    pub fn doubled(&self) -> Vec<String> {
        let starts = self.starts().into_iter();
        starts.filter(|(_, count)| *count > 1).map(|(id, _)| id).collect()
    }

    /// How many calls came, by endpoint (`POST acknowledgement`, `POST acknowledgements`, `POST order`,
    /// `POST ship-notification`, `GET order-number`), those that a fault broke included.
    pub fn calls(&self) -> BTreeMap<String, u64> {
        let state = self.state();
        let counts = state
            .calls
            .iter()
            .map(|(operation, calls)| (operation.clone(), calls.len() as u64));
        counts.collect()
    }

    /// The most calls of an endpoint in any 60 s by the clock of the test, those that a fault broke or the rate refused
    /// included.
    pub fn busiest_minute(&self, endpoint: &str) -> usize {
        self.busiest(endpoint, MINUTE_MS)
    }

    /// As [`Spectrum::busiest_minute`], in any so many milliseconds.
    pub fn busiest(&self, endpoint: &str, window_ms: i64) -> usize {
        let state = self.state();
        let mut calls = state.calls.get(endpoint).cloned().unwrap_or_default();
        // Two that come at once may be counted in another order than they read the clock.
        calls.sort_unstable();
        let busy = |(from, begin): (usize, &i64)| {
            let within = calls[from..].iter().take_while(|at| **at - begin < window_ms);
            within.count()
        };
        calls.iter().enumerate().map(busy).max().unwrap_or(0)
    }

    /// How many calls were refused for their rate.
    pub fn throttled(&self) -> usize {
        self.state().throttled
    }

    /// What no client may send, in words: addresses, methods, headers and bodies that do not fit.
    pub fn complaints(&self) -> Vec<String> {
        self.state().complaints.clone()
    }

    /// How many calls came without the token.
    pub fn refused_logins(&self) -> usize {
        self.state().refused_logins
    }

    /// From now on this is the token.
    pub fn set_token(&self, token: &str) {
        token.clone_into(&mut self.state().token);
    }

    /// The status of a call without the token, which is not documented: 401 without this, and 403 is as likely.
    pub fn refuse_tokens_with(&self, status: u16) {
        self.state().switches.refusal = status;
    }

    /// From now on so many calls of an endpoint in any 60 s are taken, 90 without this; the others are a 403.
    pub fn limit(&self, calls: usize) {
        self.state().switches.limit = calls;
    }

    /// Whether a 403 for the rate has a header that says so. That there are such headers is documented, and no name.
    pub fn tell_the_rate(&self, yes: bool) {
        self.state().switches.tell_the_rate = yes;
    }

    /// Whether this recipe set is unknown: its acknowledgement fails inside a 200, and its order is there all the same.
    pub fn unknown_recipe_set(&self, id: &str, yes: bool) {
        let mut state = self.state();
        let unknown = &mut state.switches.unknown_recipe_sets;
        match yes {
            true => unknown.insert(id.to_owned()),
            false => unknown.remove(id),
        };
    }

    /// Whether a person has cancelled this recipe set in Spectrum's own pages: then the entire order has shipped without it.
    pub fn cancelled(&self, id: &str, yes: bool) {
        let mut state = self.state();
        let cancelled = &mut state.switches.cancelled;
        match yes {
            true => cancelled.insert(id.to_owned()),
            false => cancelled.remove(id),
        };
    }

    /// Whether an order shows the recipe sets that failed as well. The vendor does not say.
    pub fn show_failed(&self, yes: bool) {
        self.state().switches.show_failed = yes;
    }

    /// Whether an order is shown as the only one of an array. The vendor shows no sample.
    pub fn show_in_array(&self, yes: bool) {
        self.state().switches.show_in_array = yes;
    }

    /// Whether an order that is there is taken again, and started again: what a 409 guards against.
    pub fn take_again(&self, yes: bool) {
        self.state().switches.take_again = yes;
    }

    /// Whether the details of an order that is there are a 409. The vendor does not say.
    pub fn details_conflict(&self, yes: bool) {
        self.state().switches.details_conflict = yes;
    }

    /// Whether, of several acknowledgements, one whose order is there refuses only itself, in its own part of a 200.
    pub fn conflict_of_one(&self, yes: bool) {
        self.state().switches.conflict_of_one = yes;
    }

    /// The status of a ship notification whose line is not there: 409 without this; newer pages say 404 of a sister call.
    pub fn lines_missing_as(&self, status: u16) {
        self.state().switches.lines_missing_as = status;
    }

    /// What several acknowledgements are answered with.
    pub fn several_reply(&self, reply: SeveralReply) {
        self.state().switches.several = reply;
    }

    /// The next `times` calls fail like this, without effect, whatever they ask.
    pub fn fail_next(&self, failure: SpectrumFailure, times: usize) {
        self.fail_endpoint("", failure, times);
    }

    /// The next `times` calls of the endpoints whose names begin like this fail like this, without effect.
    pub fn fail_endpoint(&self, endpoint: &str, failure: SpectrumFailure, times: usize) {
        let failures = std::iter::repeat_n((endpoint.to_owned(), failure), times);
        self.state().switches.failures.extend(failures);
    }

    /// The next `times` posts that fit are slow like this.
    pub fn slow_next(&self, slow: SpectrumSlow, times: usize) {
        let slow = std::iter::repeat_n(slow, times);
        self.state().switches.slow.extend(slow);
    }
}
