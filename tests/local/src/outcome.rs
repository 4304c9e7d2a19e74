//! What a run came to.

mod figures;

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use ::cost::Usage;
use serde::Serialize;
use serde_json::Value;

use crate::cost::{Priced, counted, price};
use crate::ecat::{EcatFates, EcatFigures, View};
use crate::fate::Fate;
use crate::fulfilment::{FulfilmentFigures, World};
use crate::{Source, Stack, leaks};

pub use figures::{FunctionFigures, OrderCost, StepCount};

/// What was played, as far as it is judged.
#[derive(Debug, Default)]
pub(crate) struct Played {
    /// What shall have become of each order, by its number at RepSpark.
    pub(crate) fates: BTreeMap<u64, Fate>,
    /// Where the orders came from.
    pub(crate) source: Source,
    /// What shall have become of each submission at eCat.
    pub(crate) ecat: EcatFates,
    /// Records that came with eCat's pull after the last one.
    pub(crate) came_back: Option<u64>,
    /// What happened behind the ERP, if anything did.
    pub(crate) world: Option<World>,
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
    /// Where the orders came from; what stands directly here is RepSpark's.
    pub source: Source,
    /// eCat's figures, if it took part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ecat: Option<EcatFigures>,
    /// What became of the lines, and what customers see of it; none if the bundle tells nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fulfilment: Option<FulfilmentFigures>,
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
            source: played.source,
            ..Self::default()
        };
        report.judge_orders(stack, &played.fates);
        report.judge_ecat(stack, played);
        if let Some(world) = &played.world {
            report.problems.extend(world.wrong(stack, played.faults));
            report.fulfilment = Some(FulfilmentFigures::of(stack, world));
        }
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
        match price(stack.binaries(), self.source).await {
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

    fn judge_ecat(&mut self, stack: &Stack, played: &Played) {
        if played.source == Source::RepSpark {
            return;
        }
        let view = View::of(stack);
        self.problems.extend(played.ecat.wrong(stack, &view, ..));
        self.problems.extend(played.ecat.wrong_in_all(stack, &view));
        match played.came_back {
            Some(0) => {}
            Some(records) => {
                let what = format!("{records} records came back at eCat's next pull");
                self.problems.push(what);
            }
            None => self.problems.push("eCat could not be asked once more".to_owned()),
        }
        self.ecat = Some(EcatFigures::of(stack, &played.ecat, &view, played.came_back));
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
