//! The bundle going by itself: schedules tick, queues feed.

use std::time::Duration;

use lambda_runner::{Task, run, schedule};
use serde_json::json;

use crate::Stack;

/// How often a schedule ticks here, whatever minutes the template says.
const TICK: Duration = Duration::from_millis(700);

/// Everything that goes by itself.
pub(crate) struct Running(Vec<Task>);

impl Running {
    pub(crate) fn start(stack: &Stack) -> Self {
        let mut tasks = Vec::new();
        for mapping in stack.mappings() {
            tasks.push(run(stack.runner.clone(), stack.sqs.clone(), mapping));
        }
        for (name, function) in &stack.deployment.functions {
            for tick in function.schedules.iter().filter(|tick| tick.enabled) {
                let event = serde_json::from_str(&tick.input).unwrap_or_else(|_| json!({}));
                tasks.push(schedule(stack.runner.clone(), name, TICK, event));
            }
        }
        Self(tasks)
    }

    pub(crate) async fn finish(self) {
        for task in self.0 {
            task.finish().await;
        }
    }
}

/// Keeps the bundle going until the caller stops waiting.
pub async fn keep_running(stack: &Stack) {
    let _running = Running::start(stack);
    std::future::pending::<()>().await;
}
