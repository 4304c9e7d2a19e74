//! The figures of a run: functions, steps, writes.

use std::collections::BTreeMap;

use aws_proxy::KeyBill;
use serde::Serialize;

use super::{Report, key};
use crate::Stack;
use crate::fate::Fate;

/// How a function went.
#[derive(Debug, Default, Serialize)]
pub struct FunctionFigures {
    /// Invocations.
    pub invocations: u64,
    /// Ended with an error.
    pub errors: u64,
    /// Killed, crashed or late.
    pub crashes: u64,
    /// Cold starts.
    pub cold_starts: u64,
    /// Mean duration of an invocation, ms.
    pub mean_ms: f64,
    /// AWS calls: service and operation, how often.
    pub calls: BTreeMap<String, u64>,
}

/// How a step went.
#[derive(Debug, Default, Serialize)]
pub struct StepCount {
    /// Done.
    pub done: u64,
    /// Waiting for a person.
    pub held: u64,
    /// Anything else.
    pub other: u64,
}

/// DynamoDB writes per order, indexes included, as the proxy counted them.
#[derive(Debug, Default, Clone, Serialize)]
pub struct OrderCost {
    /// Mean write calls; a batch counts by share.
    pub write_calls_mean: f64,
    /// The dearest order's write calls.
    pub write_calls_max: f64,
    /// Mean write units.
    pub write_units_mean: f64,
    /// The dearest order's write units.
    pub write_units_max: f64,
}

impl OrderCost {
    /// The mean and the dearest of these.
    pub(crate) fn of(costs: &[KeyBill]) -> Self {
        let count = costs.len().max(1) as f64;
        Self {
            write_calls_mean: costs.iter().map(|cost| cost.write_calls).sum::<f64>() / count,
            write_calls_max: costs.iter().map(|cost| cost.write_calls).fold(0.0, f64::max),
            write_units_mean: costs.iter().map(|cost| cost.write_units).sum::<f64>() / count,
            write_units_max: costs.iter().map(|cost| cost.write_units).fold(0.0, f64::max),
        }
    }
}

impl Report {
    pub(super) fn count_functions(&mut self, stack: &Stack) {
        let bill = stack.proxy.bill();
        for (name, one) in stack.runner.figures() {
            let calls = bill.for_function(&name).calls.into_iter();
            let calls = calls
                .map(|((service, operation), count)| (format!("{service} {operation}"), count))
                .collect();
            let figures = FunctionFigures {
                invocations: one.invocations,
                errors: one.errors,
                crashes: one.crashes + one.timeouts + one.init_failures,
                cold_starts: one.cold_starts,
                mean_ms: if one.invocations == 0 {
                    0.0
                } else {
                    one.total_ms as f64 / one.invocations as f64
                },
                calls,
            };
            self.functions.insert(name, figures);
        }
    }

    pub(super) fn count_steps(&mut self, stack: &Stack) {
        for state in stack.states().values() {
            for (step, state) in &state.steps {
                let count = self.steps.entry(step.clone()).or_default();
                match state.as_str() {
                    "done" => count.done += 1,
                    "held" => count.held += 1,
                    _ => count.other += 1,
                }
            }
        }
    }

    pub(super) fn count_cost(&mut self, stack: &Stack, fates: &BTreeMap<u64, Fate>) {
        let bill = stack.proxy.bill();
        let states = stack.states();
        let mut costs = Vec::new();
        for (id, _) in fates.iter().filter(|(_, fate)| **fate == Fate::Valid) {
            let Some(state) = states.get(&key(*id)) else {
                continue;
            };
            let raw = state
                .raw
                .as_ref()
                .map(|raw| format!("raw#{raw}"))
                .unwrap_or_default();
            costs.push(bill.for_keys([state.key.as_str(), raw.as_str()]));
        }
        self.cost = OrderCost::of(&costs);
    }
}
