//! What a run came to.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use ::cost::Usage;
use serde::Serialize;
use serde_json::Value;

use crate::cost::{Priced, counted, price};
use crate::fate::Fate;
use crate::{Stack, leaks};

/// What was played, as far as it is judged.
#[derive(Debug, Default)]
pub(crate) struct Played {
    /// What shall have become of each order, by its number at RepSpark.
    pub(crate) fates: BTreeMap<u64, Fate>,
    /// Whether things broke.
    pub(crate) faults: bool,
    /// Whether each kind of fault must have fired: one that never did proves nothing, but a small run may well miss some.
    pub(crate) every_fault: bool,
    /// What happened, scene by scene.
    pub(crate) story: Vec<StoryLine>,
    /// What the last recovery said of the balance.
    pub(crate) balance: Option<Value>,
}

/// One scene of a scripted day.
#[derive(Debug, Clone, Serialize)]
pub struct StoryLine {
    /// The time of that day, such as `09:00`.
    pub at: &'static str,
    /// The scene's name.
    pub scene: &'static str,
    /// What it came to, with its figures.
    pub came_to: String,
}

/// What a run came to; also its JSON form.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    /// Whether every order is in the ERP once and Valid with its number, and nothing else happened.
    pub ok: bool,
    /// What is wrong, in words; empty if all is well.
    pub problems: Vec<String>,
    /// Orders submitted in this run.
    pub orders: u64,
    /// Of those, Valid at RepSpark.
    pub valid: u64,
    /// Of those, in the ERP exactly once.
    pub imported_once: u64,
    /// Of those, keyed into the ERP by the order desk.
    pub keyed_by_hand: u64,
    /// Of those, not imported because a person decided so.
    pub discarded: u64,
    /// Orders that nobody has submitted.
    pub drafts: u64,
    /// Orders of the integration before us: left alone.
    pub foreign: u64,
    /// What happened, scene by scene; empty for a run without a script.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub story: Vec<StoryLine>,
    /// What the last recovery of a scripted day said of the balance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub balance: Option<Value>,
    /// How long it took.
    pub seconds: f64,
    /// By function.
    pub functions: BTreeMap<String, FunctionFigures>,
    /// By step.
    pub steps: BTreeMap<String, StepCount>,
    /// What DynamoDB writes an order cost.
    pub cost: OrderCost,
    /// What this run used, ticks, retries and what broke included; and its list price in US dollars.
    pub used: Usage,
    /// See `used`.
    pub used_usd: f64,
    /// What AWS would ask for clean orders and for an idle month, counted apart from this run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<Priced>,
    /// SQS requests of the functions, by operation.
    pub sqs_requests: BTreeMap<String, u64>,
    /// Faults that fired: service, kind, how often.
    pub faults: Vec<(String, String, u64)>,
}

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
#[derive(Debug, Default, Serialize)]
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

impl fmt::Display for StoryLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:<16} {}", self.at, self.scene, self.came_to)
    }
}

impl Report {
    pub(crate) fn failed(problem: String) -> Self {
        Self {
            problems: vec![problem],
            ..Self::default()
        }
    }

    pub(crate) fn of(stack: &Stack, played: &Played, took: Duration, problem: Option<String>) -> Self {
        let mut report = Self {
            seconds: took.as_secs_f64(),
            problems: problem.into_iter().collect(),
            sqs_requests: stack.proxy.bill().sqs_requests(),
            story: played.story.clone(),
            balance: played.balance.clone(),
            ..Self::default()
        };
        report.judge_orders(stack, &played.fates);
        report.count_functions(stack);
        report.count_steps(stack);
        report.count_cost(stack, &played.fates);
        report.used = counted(stack);
        report.used_usd = report.used.usd();
        report.count_faults(stack, played);
        for refusal in stack.proxy.refused() {
            let what = format!(
                "{} may not {} on {}",
                refusal.function, refusal.action, refusal.resource
            );
            report.problems.push(what);
        }
        report
            .problems
            .extend(leaks::find(&stack.runner.output(), &leaks::of_orders(stack)));
        report.ok = report.problems.is_empty();
        report
    }

    /// The same, with what AWS would ask for such orders; see [`price`]. A run that went wrong has no price.
    #[must_use]
    pub async fn priced(mut self, stack: &Stack) -> Self {
        if !self.ok {
            return self;
        }
        match price(stack.binaries()).await {
            Ok(priced) => self.price = Some(priced),
            Err(why) => {
                self.ok = false;
                self.problems
                    .push(format!("the price could not be counted: {why}"));
            }
        }
        self
    }

    fn judge_orders(&mut self, stack: &Stack, fates: &BTreeMap<u64, Fate>) {
        for (id, fate) in fates {
            self.problems.extend(fate.wrong(stack, *id));
            match fate {
                Fate::Foreign => self.foreign += 1,
                Fate::Draft => self.drafts += 1,
                Fate::Discarded => self.discarded += 1,
                Fate::KeyedByHand(_) => self.keyed_by_hand += 1,
                Fate::Valid => self.imported_once += u64::from(stack.erp.orders_for(&key(*id)).len() == 1),
            }
            if !matches!(fate, Fate::Foreign | Fate::Draft) {
                self.orders += 1;
                self.valid += u64::from(stack.repspark.status(*id) == Some(4));
            }
        }
    }

    fn count_functions(&mut self, stack: &Stack) {
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

    fn count_steps(&mut self, stack: &Stack) {
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

    fn count_cost(&mut self, stack: &Stack, fates: &BTreeMap<u64, Fate>) {
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
        let count = costs.len().max(1) as f64;
        self.cost = OrderCost {
            write_calls_mean: costs.iter().map(|cost| cost.write_calls).sum::<f64>() / count,
            write_calls_max: costs.iter().map(|cost| cost.write_calls).fold(0.0, f64::max),
            write_units_mean: costs.iter().map(|cost| cost.write_units).sum::<f64>() / count,
            write_units_max: costs.iter().map(|cost| cost.write_units).fold(0.0, f64::max),
        };
    }

    fn count_faults(&mut self, stack: &Stack, played: &Played) {
        let fired = stack.gate.fired();
        for ((service, fault), count) in &fired {
            self.faults.push((service.clone(), format!("{fault:?}"), *count));
        }
        if played.faults && played.every_fault {
            for odds in crate::odds() {
                if !fired.keys().any(|(_, fault)| *fault == odds.fault) {
                    self.problems
                        .push(format!("the fault {:?} never fired in this run", odds.fault));
                }
            }
        }
    }
}

/// The ERP key of an order of this run.
pub(crate) fn key(id: u64) -> String {
    format!("RS-ACME-{id}")
}
