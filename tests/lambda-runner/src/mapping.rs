//! The event source mapping: from a queue to a function.

use std::sync::Arc;
use std::time::{Duration, Instant};

use embedded_sqs::{Received, Sqs};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::batch::{Verdict, event, verdict};
use crate::model::Outcome;
use crate::runner::Runner;
use crate::task::Task;

/// SQS gives at most this many messages at once.
const RECEIVE_MAX: usize = 10;

/// How long one poll of an empty queue waits: SQS's own maximum, on the queues' clock.
const POLL: Duration = Duration::from_secs(20);

/// Which queue feeds which function, and how.
#[derive(Clone, Debug)]
pub struct Mapping {
    /// The function's name.
    pub function: String,
    /// The queue's name.
    pub queue: String,
    /// At most this many messages in one invocation.
    pub batch_size: usize,
    /// How long a batch that is not full waits for more, on the queues' clock. [`drain_once`] never waits.
    pub window: Duration,
    /// At most this many invocations at once; 0 counts as 1.
    pub max_concurrency: usize,
}

/// Takes one batch of what is visible now, invokes the function, and deletes what succeeded. Answers how many messages
/// the batch had: 0 says that nothing was visible. What failed stays invisible until its time is over.
pub async fn drain_once(runner: &Runner, sqs: &Sqs, mapping: &Mapping) -> usize {
    let batch = gather(runner, sqs, mapping, [Duration::ZERO; 2]).await;
    if !batch.is_empty() {
        deliver(runner, sqs, mapping, &batch).await;
    }
    batch.len()
}

/// Polls until the task is finished or dropped, with up to `max_concurrency` invocations at once.
///
/// A message group of a FIFO queue is in one batch at a time because the queue holds it back meanwhile.
pub fn run(runner: Runner, sqs: Sqs, mapping: Mapping) -> Task {
    Task::start(|stop| async move {
        let slots = Arc::new(Semaphore::new(mapping.max_concurrency.max(1)));
        let mut batches = JoinSet::new();
        loop {
            let next = async {
                let slot = Arc::clone(&slots).acquire_owned().await;
                (
                    slot,
                    gather(&runner, &sqs, &mapping, [POLL, mapping.window]).await,
                )
            };
            let (slot, batch) = tokio::select! {
                () = stop.asked() => break,
                next = next => next,
            };
            // Those that are done are let go of.
            while batches.try_join_next().is_some() {}
            if batch.is_empty() {
                continue;
            }
            let (runner, sqs, mapping) = (runner.clone(), sqs.clone(), mapping.clone());
            batches.spawn(async move {
                deliver(&runner, &sqs, &mapping, &batch).await;
                drop(slot);
            });
        }
        batches.join_all().await;
    })
}

/// Receives once; where the mapping asks for more than one receive gives, or for a window, until the batch is full or
/// nothing more comes in time. The two times are those for the first message and for the rest.
async fn gather(
    runner: &Runner,
    sqs: &Sqs,
    mapping: &Mapping,
    [wait, window]: [Duration; 2],
) -> Vec<Received> {
    let full = mapping.batch_size.max(1);
    let mut batch = sqs.receive(&mapping.queue, full.min(RECEIVE_MAX), wait).await;
    runner.polled(&mapping.queue, |polls| polls.received(batch.len()));
    if full <= RECEIVE_MAX && window.is_zero() {
        return batch;
    }
    let begun = Instant::now();
    while !batch.is_empty() && batch.len() < full {
        let left = window.saturating_sub(begun.elapsed());
        let more = sqs
            .receive(&mapping.queue, (full - batch.len()).min(RECEIVE_MAX), left)
            .await;
        runner.polled(&mapping.queue, |polls| polls.received(more.len()));
        if more.is_empty() {
            break;
        }
        batch.extend(more);
    }
    batch
}

async fn deliver(runner: &Runner, sqs: &Sqs, mapping: &Mapping, batch: &[Received]) {
    let event = event(&sqs.arn(&mapping.queue), batch);
    // After an error, a crash or a timeout the whole batch stays.
    let Outcome::Ok(answer) = runner.invoke(&mapping.function, event).await.outcome else {
        return;
    };
    let ids = batch.iter().map(|message| message.message_id.clone()).collect();
    match verdict(&answer, &ids) {
        Verdict::DoneExcept(stays) => {
            runner.polled(&mapping.queue, |polls| polls.deleted(batch.len() - stays.len()));
            for message in batch
                .iter()
                .filter(|message| !stays.contains(&message.message_id))
            {
                // On a FIFO queue it fails when the visibility timeout was over first: the message comes again.
                if let Err(error) = sqs.delete(&mapping.queue, &message.receipt_handle) {
                    let id = &message.message_id;
                    runner.remark(
                        &mapping.function,
                        format!("{id} is done but cannot be deleted: {error}"),
                    );
                }
            }
        }
        // On AWS this is seen nowhere but in the queue; here at least the log tells it.
        Verdict::Unreadable(reason) => {
            runner.remark(
                &mapping.function,
                format!("its whole batch stays in {}: {reason}", mapping.queue),
            );
        }
    }
}
