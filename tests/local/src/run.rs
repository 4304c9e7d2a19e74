//! The bundle going by itself: schedules tick, queues feed.

use std::collections::BTreeMap;
use std::time::Duration;

use lambda_runner::{Task, run, schedule};
use serde_json::json;

use crate::Stack;

/// How often a schedule ticks here, whatever minutes the template says.
const TICK: Duration = Duration::from_millis(700);

/// Everything that goes by itself.
pub(crate) struct Running {
    queues: Vec<Task>,
    schedules: BTreeMap<String, Vec<Task>>,
}

impl Running {
    pub(crate) fn start(stack: &Stack) -> Self {
        let feed = |mapping| run(stack.runner.clone(), stack.sqs.clone(), mapping);
        let mut running = Self {
            queues: stack.mappings().into_iter().map(feed).collect(),
            schedules: BTreeMap::new(),
        };
        for name in stack.deployment.functions.keys() {
            running.wake(stack, name);
        }
        running
    }

    /// Disables the schedules of a function, as a person may; what has begun comes to its end.
    pub(crate) async fn rest(&mut self, function: &str) {
        for task in self.schedules.remove(function).unwrap_or_default() {
            task.finish().await;
        }
    }

    /// Enables the schedules of a function.
    pub(crate) fn wake(&mut self, stack: &Stack, function: &str) {
        let Some(wired) = stack.deployment.functions.get(function) else {
            return;
        };
        let ticks = wired.schedules.iter().filter(|tick| tick.enabled);
        let tasks = ticks.map(|tick| {
            let event = serde_json::from_str(&tick.input).unwrap_or_else(|_| json!({}));
            schedule(stack.runner.clone(), function, TICK, event)
        });
        self.schedules.insert(function.to_owned(), tasks.collect());
    }

    pub(crate) async fn finish(self) {
        for task in self.schedules.into_values().flatten().chain(self.queues) {
            task.finish().await;
        }
    }
}

/// Keeps the bundle going until the caller stops waiting.
pub async fn keep_running(stack: &Stack) {
    let _running = Running::start(stack);
    std::future::pending::<()>().await;
}
