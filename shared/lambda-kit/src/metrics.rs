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

use order_model::{ErpKey, FaultClass, Millis, OrderState, Outcome, Service, StepName};

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
    came: BTreeMap<(ErpKey, StepName), Came>,
}

/// What came of a step in one invocation.
#[derive(Debug, Clone, Copy)]
enum Came {
    /// Done, so long after the order was first seen.
    Done(Duration),
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
    pub fn failed(&self, vendor: Service, fault: Option<FaultClass>) {
        if let Some(class) = fault {
            self.count(Metric::VendorErrors(vendor, class), 1);
        }
    }

    /// What was recorded of a claimed step of this order.
    pub fn recorded(&self, order: &OrderState, step: StepName, outcome: &Outcome, now: Millis) {
        let came = match outcome {
            Outcome::Done { .. } => Came::Done(now.since(order.first_seen)),
            Outcome::Held { .. } | Outcome::Refused { .. } => Came::Held,
            Outcome::Later { .. } | Outcome::Unknown { .. } | Outcome::Pending { .. } => Came::Later,
        };
        self.came(&order.key, step, came);
    }

    /// A step was held without having been claimed.
    pub fn held(&self, order: &ErpKey, step: StepName) {
        self.came(order, step, Came::Held);
    }

    /// What came of a step could not be recorded.
    pub fn unrecorded(&self, order: &ErpKey, step: StepName) {
        self.came(order, step, Came::Failed);
    }

    fn came(&self, order: &ErpKey, step: StepName, came: Came) {
        self.counted().came.insert((order.clone(), step), came);
    }

    /// Says, as it is dropped, what was counted until then.
    pub(crate) fn until_the_end(&self) -> TheEnd {
        TheEnd(self.clone())
    }

    /// The lines of what was counted, which begins anew.
    fn take(&self, at: Millis) -> String {
        let counted = std::mem::take(&mut *self.counted());
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
            if let (Came::Done(after), StepName::Import | StepName::Confirm) = (came, step) {
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
        let lines = self.0.take(clock::now());
        // In one write, so that no log line falls into it. A metric that can't be said stops no work.
        let _ = std::io::stdout().lock().write_all(lines.as_bytes());
    }
}

#[cfg(test)]
mod tests;
