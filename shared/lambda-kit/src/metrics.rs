//! Metrics, in CloudWatch's embedded metric format: one JSON object a line on standard output, where CloudWatch finds it
//! among the log lines. No call, no permission, nothing that could fail a function.
//!
//! They are counted while an invocation lasts and said at its end, one line for each set of dimension values. A metric is
//! billed for each such set, so all are closed lists: never an order, an error's text or anything else that a vendor could
//! name.

mod line;
mod metric;

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use order_model::{Admission, FaultClass, Millis, OrderKey, OrderState, StepName, StepState, Vendor};

use crate::{Settings, SettingsError, clock};
use line::Stack;
pub use metric::Metric;
use metric::{Kind, Of};

/// The namespace of all our metrics.
pub const NAMESPACE: &str = "OrderRelay";

/// The metrics of one process, which works one invocation at a time. Clones count together.
#[derive(Debug, Clone)]
pub struct Metrics {
    stack: Arc<Stack>,
    counted: Arc<Mutex<Counted>>,
}

/// What one invocation has counted so far.
#[derive(Debug, Default)]
struct Counted {
    values: BTreeMap<Metric, Vec<u64>>,
    /// What came of each order's step. The last word counts: an order that was given back and then sent is done.
    came: BTreeMap<(OrderKey, StepName), Came>,
}

/// What came of a step in one invocation.
#[derive(Debug, Clone, Copy)]
enum Came {
    /// Done, so long after the order was first seen, where that says how long the bundle took.
    Done(Option<Duration>),
    Held,
    Later,
    Failed,
}

impl Metrics {
    /// Reads the dimensions that every metric has: `BRAND` and `STAGE`, letter for letter as the template's alarms name
    /// them.
    pub fn new(settings: Settings) -> Result<Self, SettingsError> {
        let stack = Stack {
            brand: settings.text("BRAND")?,
            stage: settings.text("STAGE")?,
        };
        Ok(Self {
            stack: Arc::new(stack),
            counted: Arc::default(),
        })
    }

    /// Counts a value: a count is added up over the invocation, of a gauge the last value counts.
    pub fn count(&self, metric: Metric, value: u64) {
        self.counted().count(metric, value);
    }

    /// Counts how a call of a vendor failed, if it did.
    pub fn failed(&self, vendor: Vendor, fault: Option<FaultClass>) {
        if let Some(class) = fault {
            self.count(Metric::VendorErrors(vendor, class), 1);
        }
    }

    /// What came of a step of this order, as it was recorded: judged by the state, because recording may leave another
    /// one behind than the outcome says. A step that was ended for good without being done, such as a report that RepSpark
    /// does not take, counts as nothing: nobody waits for it.
    pub fn recorded(&self, order: &OrderState, step: StepName, now: Millis) {
        let came = match order.step(step) {
            StepState::Done { .. } => Came::Done(to_done(order, now)),
            StepState::Held { .. } => Came::Held,
            StepState::Due { .. }
            | StepState::Claimed { .. }
            | StepState::Unknown { .. }
            | StepState::Pending { .. } => Came::Later,
            StepState::Off | StepState::Superseded | StepState::Discarded => {
                self.counted().came.remove(&(order.key.clone(), step));
                return;
            }
        };
        self.came(&order.key, step, came);
    }

    /// A step could not be worked, or what came of it could not be recorded.
    pub fn unrecorded(&self, order: &OrderKey, step: StepName) {
        self.came(order, step, Came::Failed);
    }

    /// The same of an order of which nothing else was said in this invocation: where the work on many ended at once, those
    /// that were done before are done.
    pub fn unrecorded_unless_said(&self, order: &OrderKey, step: StepName) {
        let mut counted = self.counted();
        counted.came.entry((order.clone(), step)).or_insert(Came::Failed);
    }

    /// Says the gauges at once: what they measured stands, whatever becomes of the rest of the invocation.
    pub fn say_gauges(&self) {
        let gauges = {
            let mut counted = self.counted();
            let all = std::mem::take(&mut counted.values);
            let (gauges, others) = all
                .into_iter()
                .partition(|(metric, _)| metric.kind() == Kind::Gauge);
            counted.values = others;
            gauges
        };
        let gauges = Counted {
            values: gauges,
            ..Counted::default()
        };
        print(&self.lines(clock::now(), gauges));
    }

    fn came(&self, order: &OrderKey, step: StepName, came: Came) {
        self.counted().came.insert((order.clone(), step), came);
    }

    /// Says, as it is dropped, what was counted until then.
    pub(crate) fn until_the_end(&self) -> TheEnd {
        TheEnd(self.clone())
    }

    /// The lines of what was counted, which begins anew.
    fn take(&self, at: Millis) -> String {
        let counted = std::mem::take(&mut *self.counted());
        self.lines(at, counted)
    }

    fn lines(&self, at: Millis, counted: Counted) -> String {
        let lines = self.stack.lines(at, &counted.into_values());
        lines.into_iter().map(|line| format!("{line}\n")).collect()
    }

    fn counted(&self) -> MutexGuard<'_, Counted> {
        self.counted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counted {
    fn count(&mut self, metric: Metric, value: u64) {
        let values = self.values.entry(metric).or_default();
        match (metric.kind(), values.as_mut_slice()) {
            (Kind::Sum, [sum]) => *sum += value,
            (Kind::Gauge, [last]) => *last = value,
            _ => values.push(value),
        }
    }

    /// What there is to say, by what it is said of.
    fn into_values(mut self) -> BTreeMap<Of, Vec<(Metric, Vec<u64>)>> {
        for ((_, step), came) in std::mem::take(&mut self.came) {
            let metric = match came {
                Came::Done(_) => Metric::StepsDone(step),
                Came::Held => Metric::StepsHeld(step),
                Came::Later => Metric::StepsLater(step),
                Came::Failed => Metric::StepsFailed(step),
            };
            self.count(metric, 1);
            // A report is a courtesy: nobody waits for it.
            if let (Came::Done(Some(after)), StepName::Import | StepName::Confirm) = (came, step) {
                self.count(Metric::SecondsToDone(step), after.as_secs());
            }
        }
        let mut by_of: BTreeMap<Of, Vec<(Metric, Vec<u64>)>> = BTreeMap::new();
        for (metric, values) in self.values {
            if metric.kind() != Kind::Sum || values != [0] {
                by_of.entry(metric.of()).or_default().push((metric, values));
            }
        }
        by_of
    }
}

/// The end of an invocation, whatever it comes to: dropped when its handler has answered, failed or panicked.
pub(crate) struct TheEnd(Metrics);

impl Drop for TheEnd {
    fn drop(&mut self) {
        print(&self.0.take(clock::now()));
    }
}

/// In one write, so that no log line falls into it. A metric that can't be said stops no work.
fn print(lines: &str) {
    let _ = std::io::stdout().lock().write_all(lines.as_bytes());
}

/// How long an order took until now. That says nothing of the bundle where a person let it go or adopted it long after it
/// came, or keyed it: then nothing was pinned.
fn to_done(order: &OrderState, now: Millis) -> Option<Duration> {
    let by_hand = order.waived || order.pinned.is_none() || order.admission == Admission::Foreign;
    (!by_hand).then(|| now.since(order.first_seen))
}

#[cfg(test)]
mod tests;
