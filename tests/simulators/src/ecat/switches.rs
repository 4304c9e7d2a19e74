//! What tests put in, switch and read back.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::Ecat;
use super::answer::Refusal;
use super::state::{Content, Entry, SeenEcatOrder, Sequence, Shown, Single, State, Submitted};

impl Ecat {
    /// Somebody submits an order for the first time. Its `order_number` and `uuid` are kept, its `id` too if no other
    /// has it; what is missing the server gives. What is no object is delivered as it is.
    pub fn submit(&self, order: Value) -> Submitted {
        let mut state = self.state();
        let id = state.free_id(&order);
        let given = |name: &str| order.get(name).and_then(Value::as_str).map(str::to_owned);
        let number = given("order_number").unwrap_or_else(|| format!("9001-112126-{id}"));
        let uuid = given("uuid").unwrap_or_else(|| format!("0B0D2C64-7F1A-4C53-8E77-{id:012X}"));
        state.put(order, Submitted { id, number, uuid }, false)
    }

    /// The same order is submitted once more, under the number of its first submission and `-1`, `-2`, and so on. None
    /// if there is no such uuid. Its `id` is kept if no other has it.
    pub fn resubmit(&self, uuid: &str, order: Value) -> Option<Submitted> {
        self.state().again(uuid, order, false)
    }

    /// A user empties a submitted order, fills it with these lines and submits it: a new order under the old uuid, with
    /// a dash and a number. On the wire it is what [`Ecat::resubmit`] makes; only [`Ecat::orders`] tells the two apart.
    pub fn empty_and_refill(&self, uuid: &str, order: Value) -> Option<Submitted> {
        self.state().again(uuid, order, true)
    }

    /// An admin edits a submission in the portal: other content under the same id, number and uuid, to be sent again.
    /// A guess that this is how it behaves. Whether there is such an id.
    pub fn edit(&self, id: u64, order: Value) -> bool {
        let mut state = self.state();
        let Some((number, uuid)) = state
            .of_id(id)
            .and_then(|entry| entry.number.clone().zip(entry.uuid.clone()))
        else {
            return false;
        };
        let named = named(order, &Submitted { id, number, uuid });
        for entry in state.entries.iter_mut().filter(|entry| entry.id == Some(id)) {
            entry.content = Content::Order(Arc::new(named.clone()));
            entry.received_ms = None;
        }
        true
    }

    /// The submission stands as not received again.
    pub fn unmark(&self, number: &str) {
        self.state()
            .of_number_mut(number, |entry| entry.received_ms = None);
    }

    /// Somebody marks what has this number as received in the portal.
    pub fn mark_by_hand(&self, number: &str) {
        let now = self.0.clock.now_ms();
        self.state()
            .of_number_mut(number, |entry| entry.received_ms = Some(now));
    }

    /// The numbers of what is not received, as it was submitted; malformed records without a number are left out.
    pub fn unreceived(&self) -> Vec<String> {
        let state = self.state();
        let open = state.entries.iter().filter(|entry| entry.received_ms.is_none());
        open.filter_map(|entry| entry.number.clone()).collect()
    }

    /// Whether every submission of this number is marked as received, and there is one.
    pub fn received(&self, number: &str) -> bool {
        let state = self.state();
        let mut found = state.of_number(number).peekable();
        found.peek().is_some() && found.all(|entry| entry.received_ms.is_some())
    }

    /// How many calls were answered with a success for this number.
    pub fn marks(&self, number: &str) -> usize {
        let state = self.state();
        state
            .of_number(number)
            .map(|entry| entry.marks)
            .max()
            .unwrap_or_default()
    }

    /// The most numbers that one call asked to mark.
    pub fn marks_max(&self) -> usize {
        self.state().marks_max
    }

    /// Every record, as it was submitted.
    pub fn orders(&self) -> Vec<SeenEcatOrder> {
        let state = self.state();
        let seen = state.entries.iter().map(|entry| SeenEcatOrder {
            id: entry.id,
            number: entry.number.clone(),
            uuid: entry.uuid.clone(),
            received: entry.received_ms.is_some(),
            received_at_ms: entry.received_ms,
            marks: entry.marks,
            refilled: entry.refilled,
            order: match &entry.content {
                Content::Order(order) => Some(Arc::clone(order)),
                Content::Raw(_) => None,
            },
        });
        seen.collect()
    }

    /// How many calls came, by operation (`GET new_orders`, `POST new_orders`, `GET order`), those that a fault broke
    /// included.
    pub fn calls(&self) -> BTreeMap<String, u64> {
        self.state().calls.clone()
    }

    /// What no client may send, in words: addresses, methods, queries and bodies that eCat does not have.
    pub fn complaints(&self) -> Vec<String> {
        self.state().complaints.clone()
    }

    /// How many calls came without the right login.
    pub fn refused_logins(&self) -> usize {
        self.state().refused_logins
    }

    /// From now on this is the login; the old one is refused.
    pub fn set_login(&self, username: &str, password: &str) {
        self.state().login = (username.to_owned(), password.to_owned());
    }

    /// How a refused login is shown.
    pub fn refuse_logins(&self, shown: Shown) {
        self.state().switches.logins = shown;
    }

    /// How an unknown organisation is shown.
    pub fn refuse_orgs(&self, shown: Shown) {
        self.state().switches.orgs = shown;
    }

    /// The next `times` calls fail with this HTTP status (200: inside a success) and a failed envelope, without effect,
    /// whatever they ask and whoever calls.
    pub fn fail_next(&self, status: u16, error: &str, times: usize) {
        let refusal = Refusal::new(status, error);
        let failures = std::iter::repeat_n(refusal, times);
        self.state().switches.failures.extend(failures);
    }

    /// The next `times` lists carry all orders and say behind them that they failed.
    pub fn fail_after_data(&self, error: &str, times: usize) {
        let failures = std::iter::repeat_n(error.to_owned(), times);
        self.state().switches.fail_after_data.extend(failures);
    }

    /// The body of the next list breaks off after so many bytes.
    pub fn cut_body_after(&self, bytes: usize) {
        self.state().switches.cut_next_list = Some(bytes);
    }

    /// In which sequence a list shows orders.
    pub fn sequence(&self, sequence: Sequence) {
        self.state().switches.sequence = sequence;
    }

    /// How the address of one order answers.
    pub fn single(&self, single: Single) {
        self.state().switches.single = single;
    }

    /// Whether `status` and `error` of a list come behind its `data`.
    pub fn status_after_data(&self, yes: bool) {
        self.state().switches.status_after_data = yes;
    }

    /// Whether envelopes and orders carry fields that nobody documented, with words that mean something elsewhere, and
    /// replies to marks an entry that nobody asked for.
    pub fn extra_fields(&self, yes: bool) {
        self.state().switches.extra_fields = yes;
    }

    /// Whether the keys of an order come in alphabetical order, so that `order_number` is not the first.
    pub fn keys_sorted(&self, yes: bool) {
        self.state().switches.keys_sorted = yes;
    }

    /// Whether `id` is written as a string.
    pub fn ids_as_strings(&self, yes: bool) {
        self.state().switches.ids_as_strings = yes;
    }

    /// Whether marking what is marked fails; by default it succeeds. The vendor does not say.
    pub fn marks_again_fail(&self, yes: bool) {
        self.state().switches.marks_again_fail = yes;
    }

    /// The next `times` calls that mark say success and mark nothing.
    pub fn marks_without_effect(&self, times: usize) {
        self.state().switches.marks_without_effect = times;
    }

    /// Marking this number fails with this message, inside a success.
    pub fn refuse_mark(&self, number: &str, error: &str) {
        let mut state = self.state();
        state
            .switches
            .refused_marks
            .insert(number.to_owned(), error.to_owned());
    }

    /// This number is left out of the reply, and not marked.
    pub fn omit_mark(&self, number: &str) {
        self.state().switches.omitted_marks.insert(number.to_owned());
    }

    /// Takes back [`Ecat::refuse_mark`] and [`Ecat::omit_mark`].
    pub fn accept_mark(&self, number: &str) {
        let mut state = self.state();
        state.switches.refused_marks.remove(number);
        state.switches.omitted_marks.remove(number);
    }
}

impl State {
    pub(super) fn free_id(&self, order: &Value) -> u64 {
        let given = order.get("id").and_then(Value::as_u64);
        given
            .filter(|id| !self.knows_id(*id))
            .unwrap_or_else(|| self.next_id())
    }

    fn again(&mut self, uuid: &str, order: Value, refilled: bool) -> Option<Submitted> {
        let before = self.of_uuid(uuid);
        let first = before.first()?;
        let (base, uuid) = first.number.clone().zip(first.uuid.clone())?;
        let number = format!("{base}-{}", before.len());
        let id = self.free_id(&order);
        Some(self.put(order, Submitted { id, number, uuid }, refilled))
    }

    fn put(&mut self, order: Value, submitted: Submitted, refilled: bool) -> Submitted {
        self.add(Entry {
            id: Some(submitted.id),
            number: Some(submitted.number.clone()),
            uuid: Some(submitted.uuid.clone()),
            content: Content::Order(Arc::new(named(order, &submitted))),
            received_ms: None,
            marks: 0,
            refilled,
        });
        submitted
    }
}

pub(super) fn named(mut order: Value, submitted: &Submitted) -> Value {
    if let Value::Object(fields) = &mut order {
        fields.insert("order_number".to_owned(), submitted.number.clone().into());
        fields.insert("uuid".to_owned(), submitted.uuid.clone().into());
        fields.insert("id".to_owned(), submitted.id.into());
    }
    order
}
