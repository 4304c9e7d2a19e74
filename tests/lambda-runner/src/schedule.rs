//! EventBridge's part: a function that is called again and again.

use std::time::Duration;

use serde_json::Value;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval_at};

use crate::runner::Runner;
use crate::task::Task;

/// Invokes a function every so often (real time), the first time when `every` has passed once.
///
/// An invocation that still runs holds back no later one: EventBridge does not promise that either, so two may run at
/// once where the function's `max_instances` allow it. A failed one is not repeated.
pub fn schedule(runner: Runner, function: impl Into<String>, every: Duration, payload: Value) -> Task {
    let function = function.into();
    // A period of zero is not one; and no real schedule is shorter than this.
    let every = every.max(Duration::from_millis(1));
    Task::start(|stop| async move {
        let mut ticks = interval_at(Instant::now() + every, every);
        // A machine that was busy for a while gets no burst of calls afterwards.
        ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let mut running = JoinSet::new();
        loop {
            tokio::select! {
                () = stop.asked() => break,
                _ = ticks.tick() => {}
            }
            while running.try_join_next().is_some() {}
            let (runner, function, payload) = (runner.clone(), function.clone(), payload.clone());
            running.spawn(async move {
                runner.tick(&function, payload).await;
            });
        }
        running.join_all().await;
    })
}
