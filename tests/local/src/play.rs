//! One run: orders in, until each is in the ERP once and Valid, or time is over.

use std::time::{Duration, Instant};

use serde_json::json;
use simulators::sample_order;

use crate::fate::Fate;
use crate::outcome::Played;
use crate::run::Running;
use crate::{Durations, Report, Settings, Stack, chaos};
use lambda_runner::Outcome;

/// What a run is asked for.
#[derive(Debug, Clone)]
pub struct Options {
    /// How many orders reps submit.
    pub orders: u64,
    /// Whether things break.
    pub faults: bool,
    /// Which faults: the same seed breaks the same calls.
    pub seed: u64,
    /// How long it may take.
    pub patience: Duration,
}

impl Options {
    /// Orders of the integration before us, which RepSpark holds as Sent on the first day.
    pub fn foreign(&self) -> u64 {
        (self.orders / 10).max(3)
    }

    fn played(&self) -> Played {
        let foreign = (FIRST - self.foreign()..FIRST).map(|id| (id, Fate::Foreign));
        let ours = (FIRST..FIRST + self.orders).map(|id| (id, Fate::Valid));
        Played {
            fates: foreign.chain(ours).collect(),
            faults: self.faults,
            every_fault: self.orders >= 200,
            ..Played::default()
        }
    }

    /// The stack for such a run.
    pub fn settings(binaries: crate::Binaries, ports: Option<[u16; 3]>) -> Settings {
        Settings {
            binaries,
            durations: Durations::Short,
            movable_clock: false,
            ports,
            parameters: Default::default(),
        }
    }
}

/// The first number of an order that is submitted during the run; smaller ones are foreign.
pub const FIRST: u64 = 8_001;

/// Plays a run. `progress` hears how many of the orders are Valid, a few times a second.
pub async fn play(stack: &Stack, options: &Options, mut progress: impl FnMut(u64, u64)) -> Report {
    let begun = Instant::now();
    for id in FIRST - options.foreign()..FIRST {
        stack.repspark.put(id, sample_order(id, 3), 2);
    }
    if options.faults {
        stack.sqs.judge_deliveries(true);
        stack.gate.play(options.seed, chaos::odds());
    }
    if let Err(problem) = baseline(stack).await {
        return Report::failed(problem);
    }
    let running = Running::start(stack);
    let mut submitted = 0;
    let mut problem = None;
    loop {
        // Three waves, so that pulls find something more than once.
        let wave = if begun.elapsed() < Duration::from_millis(500) {
            options.orders / 2
        } else {
            options.orders
        };
        while submitted < wave {
            stack.repspark.submit(sample_order(FIRST + submitted, 3));
            submitted += 1;
        }
        let valid = valid(stack, options);
        progress(valid, options.orders);
        if let Some(dead) = dead_function(stack) {
            problem = Some(dead);
            break;
        }
        if valid == options.orders && at_rest(stack) {
            break;
        }
        if begun.elapsed() > options.patience {
            problem = Some(format!("not done after {} s", options.patience.as_secs()));
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    stack.gate.disarm();
    running.finish().await;
    Report::of(stack, &options.played(), begun.elapsed(), problem)
}

/// The cut-over of the README: the baseline is taken by hand, before the schedules are on.
async fn baseline(stack: &Stack) -> Result<(), String> {
    for _ in 0..40 {
        match stack
            .invoke("repspark-pull-orders", json!({"baseline": true}))
            .await
            .outcome
        {
            Outcome::Ok(_) => return Ok(()),
            Outcome::InitFailed(why) => return Err(format!("repspark-pull-orders did not start: {why}")),
            // A baseline that met a fault is not taken; one tries again.
            _ => {}
        }
    }
    Err("the baseline could not be taken in 40 tries".to_owned())
}

/// How many of the run's orders are Valid.
fn valid(stack: &Stack, options: &Options) -> u64 {
    (0..options.orders)
        .filter(|n| stack.repspark.status(FIRST + n) == Some(4))
        .count() as u64
}

/// Whether nothing is on its way any more.
pub(crate) fn at_rest(stack: &Stack) -> bool {
    let queues = stack
        .deployment
        .queues
        .values()
        .all(|queue| stack.sqs.depths(&queue.name).total() == 0);
    queues && stack.states().values().all(|state| !state.open)
}

pub(crate) fn dead_function(stack: &Stack) -> Option<String> {
    let figures = stack.runner.figures();
    let (name, _) = figures.iter().find(|(_, figures)| figures.init_failures > 0)?;
    Some(format!("{name} died at its start; its last words stand above"))
}
