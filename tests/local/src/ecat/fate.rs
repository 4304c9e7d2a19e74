//! What shall have become of a submission when a run is over.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeBounds;

use simulators::{SeenEcatOrder, Submitted};

use super::{Found, View};
use crate::Stack;

/// What shall have become of a submission when a run is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum EcatFate {
    /// In the ERP once, under the key of its own number.
    Imported,
    /// Not in the ERP: a newer one with the same content, or its accepted revision, took its place.
    Superseded,
    /// Not in the ERP: it waits for a person under this code, and words say why; empty: under any.
    Held(&'static str),
    /// Not in the ERP: a person decided so.
    Discarded,
    /// It is one of several of an order, and the moment of its arrival decides: the ERP has it once, or it is superseded,
    /// or waits with a reason. Of all of these the ERP has one at most.
    OneOf,
}

/// What shall have become of all submissions of a run, by their ids.
#[derive(Debug, Clone, Default)]
pub(crate) struct EcatFates(BTreeMap<u64, (Submitted, EcatFate)>);

impl EcatFates {
    /// This shall become of a submission.
    pub(crate) fn put(&mut self, submitted: Submitted, fate: EcatFate) {
        self.0.insert(submitted.id, (submitted, fate));
    }

    /// All of them, by id.
    pub(crate) fn all(&self) -> impl Iterator<Item = &(Submitted, EcatFate)> {
        self.0.values()
    }

    /// The submissions whose ids are in this range and which are not where they shall be, in words.
    pub(crate) fn wrong(&self, stack: &Stack, view: &View, ids: impl RangeBounds<u64>) -> Vec<String> {
        let mut wrong = Vec::new();
        for (submitted, fate) in self.0.range(ids).map(|(_, one)| one) {
            wrong.extend(fate.wrong(view, submitted));
            if !stack.ecat.received(&submitted.number) {
                wrong.push(format!("eCat {} is not marked as received", submitted.number));
            }
        }
        wrong
    }

    /// What is wrong with the run as a whole, beside what is wrong with single submissions.
    pub(crate) fn wrong_in_all(&self, stack: &Stack, view: &View) -> Vec<String> {
        let seen = stack.ecat.orders();
        let mut wrong = self.unaccounted(&seen);
        let mut by_uuid: BTreeMap<&str, Vec<&(Submitted, EcatFate)>> = BTreeMap::new();
        for one in self.all() {
            by_uuid.entry(&one.0.uuid).or_default().push(one);
        }
        for (uuid, family) in by_uuid {
            let found = |one: &Submitted| view.found(uuid, one.id, &one.number);
            let imported = family.iter().filter(|(one, _)| found(one) == Found::Imported);
            let one_of = family.iter().any(|(_, fate)| *fate == EcatFate::OneOf);
            if one_of && imported.count() > 1 {
                wrong.push(format!(
                    "eCat order {uuid} is more than once in the ERP, and nobody decided so"
                ));
            }
            for (older, _) in family.iter().filter(|(one, _)| found(one) == Found::Superseded) {
                let newer = family.iter().filter(|(newer, _)| newer.id > older.id);
                if one_of && !newer.clone().any(|(newer, _)| same(&seen, older, newer)) {
                    wrong.push(format!("eCat {} was superseded by other content", older.number));
                }
            }
        }
        let known: BTreeSet<String> = (self.all())
            .map(|(one, _)| view.key(&one.uuid, one.id, &one.number))
            .collect();
        let strange = view.ecat_keys().filter(|key| !known.contains(*key));
        wrong.extend(strange.map(|key| format!("nobody submitted what the ERP has as {key}")));
        let complaints = stack.ecat.complaints().into_iter();
        wrong.extend(complaints.map(|complaint| format!("eCat refused a call: {complaint}")));
        wrong
    }

    /// Submissions that nobody accounts for. A record that can't be read is no submission.
    fn unaccounted(&self, seen: &[SeenEcatOrder]) -> Vec<String> {
        let ids = seen.iter().filter_map(|order| order.id);
        let strange = ids.filter(|id| !self.0.contains_key(id));
        strange
            .map(|id| format!("nobody accounts for eCat's submission {id}"))
            .collect()
    }
}

/// Whether two submissions have the same lines.
fn same(seen: &[SeenEcatOrder], one: &Submitted, other: &Submitted) -> bool {
    let items = |id: u64| {
        let order = seen.iter().find(|order| order.id == Some(id))?.order.clone()?;
        Some(order["items"].clone())
    };
    items(one.id) == items(other.id)
}

impl EcatFate {
    fn wrong(&self, view: &View, submitted: &Submitted) -> Option<String> {
        let number = &submitted.number;
        let found = view.found(&submitted.uuid, submitted.id, number);
        let fits = match (self, &found) {
            (Self::Held(code), Found::Held(held)) => code.is_empty() || code == held,
            (Self::Imported | Self::OneOf, Found::Imported)
            | (Self::Superseded | Self::OneOf, Found::Superseded)
            | (Self::Discarded, Found::Discarded)
            | (Self::OneOf, Found::Waiting | Found::Held(_)) => true,
            _ => false,
        };
        if !fits {
            return Some(format!("eCat {number} is {found:?} instead of {self:?}"));
        }
        let wanted = usize::from(found == Found::Imported);
        let times = view.in_erp(&view.key(&submitted.uuid, submitted.id, number));
        (times != wanted).then(|| format!("eCat {number} is {times} times in the ERP instead of {wanted}"))
    }
}
