//! What reps submit at eCat during a run: the same number of orders, the same submissions.

use serde_json::Value;
use simulators::{Ecat, Submitted, ecat_refilled, ecat_revised};

use super::{EcatFate, EcatFates};
use crate::fulfilment::of_ecat;

/// What reps do with an order after its first submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Again {
    /// Another quantity, one line more.
    Revised,
    /// As it was.
    Unchanged,
    /// Emptied and filled with other lines: a new order.
    Refilled,
}

/// One submission to come.
struct Step {
    wave: usize,
    n: u64,
    /// None for the first.
    again: Option<Again>,
}

/// The submissions of a run, wave by wave, and what shall become of them.
pub(crate) struct Load {
    steps: Vec<Step>,
    given: usize,
    /// Whether some of them have custom lines.
    custom: bool,
    /// Each order as it was submitted last, by its number in the run.
    last: std::collections::BTreeMap<u64, (Submitted, Value)>,
}

impl Load {
    /// So many orders: one in ten submitted again, once or twice, and one in fifty emptied and refilled.
    pub(crate) fn new(orders: u64) -> Self {
        let mut steps = Vec::new();
        for n in 1..=orders {
            let wave = usize::from(n > orders / 2);
            steps.push(Step { wave, n, again: None });
            // Every second one comes with the pull of its first submission, typically; the others later.
            let later = wave + usize::from(n / 10 % 2 == 1);
            steps.extend((later..).zip(agains(n)).map(|(wave, again)| Step {
                wave,
                n,
                again: Some(*again),
            }));
        }
        // Within a wave, as above.
        steps.sort_by_key(|step| step.wave);
        Self {
            steps,
            given: 0,
            custom: false,
            last: Default::default(),
        }
    }

    /// The same with custom lines in some of them.
    pub(crate) fn custom(self, custom: bool) -> Self {
        Self { custom, ..self }
    }

    /// How many submissions there are in all.
    pub(crate) fn submissions(&self) -> u64 {
        self.steps.len() as u64
    }

    /// How many were submitted so far.
    pub(crate) fn submitted(&self) -> u64 {
        self.given as u64
    }

    /// Reps submit everything up to this wave.
    pub(crate) fn submit(&mut self, ecat: &Ecat, fates: &mut EcatFates, wave: usize) {
        while let Some(step) = self.steps.get(self.given).filter(|step| step.wave <= wave) {
            self.given += 1;
            let order = match (step.again, self.last.get(&step.n)) {
                (Some(Again::Revised), Some((_, before))) => ecat_revised(before),
                (Some(Again::Refilled), Some((_, before))) => ecat_refilled(before),
                (Some(Again::Unchanged), Some((_, before))) => before.clone(),
                _ => of_ecat(step.n, self.custom),
            };
            let before = self.last.get(&step.n).map(|(first, _)| first.uuid.clone());
            let submitted = match (step.again, before) {
                (Some(Again::Refilled), Some(uuid)) => ecat.empty_and_refill(&uuid, order.clone()),
                (Some(_), Some(uuid)) => ecat.resubmit(&uuid, order.clone()),
                _ => Some(ecat.submit(order.clone())),
            };
            let Some(submitted) = submitted else { continue };
            fates.put(submitted.clone(), fate(step));
            self.last.insert(step.n, (submitted, order));
        }
    }
}

/// Whether nobody submits the n-th order again.
pub(crate) fn is_submitted_once(n: u64) -> bool {
    agains(n).is_empty()
}

/// What reps do with the n-th order later.
fn agains(n: u64) -> &'static [Again] {
    match (n % 10, n % 50, n / 10 % 5) {
        (3, _, 0) => &[Again::Revised],
        (3, _, 1) => &[Again::Unchanged],
        (3, _, 2) => &[Again::Revised, Again::Revised],
        (3, _, 3) => &[Again::Unchanged, Again::Revised],
        (3, _, _) => &[Again::Revised, Again::Unchanged],
        (_, 7, _) => &[Again::Refilled],
        _ => &[],
    }
}

/// What shall become of a submission. One that was refilled is an order of its own, so its first goes on in any case.
fn fate(step: &Step) -> EcatFate {
    match (agains(step.n), step.again) {
        ([], _) | ([Again::Refilled], None) => EcatFate::Imported,
        ([Again::Refilled], Some(_)) => EcatFate::Held(""),
        _ => EcatFate::OneOf,
    }
}

#[cfg(test)]
mod tests {
    use host::{Clock, Gate};

    use super::*;

    #[test]
    fn of_500_orders_50_are_submitted_again_once_or_twice_and_10_are_refilled() {
        let ecat = Ecat::new(Clock::new(), Gate::new(), "demo", "u", "p");
        let (mut load, mut fates) = (Load::new(500), EcatFates::default());
        for wave in 0..4 {
            assert!(load.submitted() < load.submissions(), "wave {wave}");
            load.submit(&ecat, &mut fates, wave);
        }
        assert_eq!(load.submitted(), load.submissions());
        let seen = ecat.orders();
        assert_eq!(load.submissions(), seen.len() as u64);
        assert_eq!(seen.iter().filter(|order| order.refilled).count(), 10);
        let ended = |end: &str| {
            let numbers = seen.iter().filter(|order| !order.refilled);
            let numbers = numbers.filter_map(|order| order.number.clone());
            numbers
                .filter(|number| number.split('-').count() == 4 && number.ends_with(end))
                .count()
        };
        assert_eq!((ended("-1"), ended("-2")), (50, 30));
        assert_eq!(fates.all().count(), 500 + 50 + 30 + 10);
    }
}
