//! Sending hints to the queues of steps.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_sqs::types::{QueueAttributeName, SendMessageBatchRequestEntry};
use order_model::{Hint, Millis, OrderKey, StepName};

use crate::{Settings, SettingsError};

/// SQS delays a message by at most 15 minutes.
pub(crate) const LONGEST_DELAY: Duration = Duration::from_secs(900);

/// A queue that did not answer; its code, never its message.
#[derive(Debug, thiserror::Error)]
#[error("the queue of step {step} did not {doing}: {code}")]
pub struct HintError {
    step: &'static str,
    doing: &'static str,
    code: String,
}

/// How full a queue is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueueDepth {
    /// Messages visible, in flight and delayed.
    pub messages: u64,
}

/// The queues of the steps that a function may hint.
#[derive(Debug, Clone)]
pub struct Hints {
    client: Client,
    queues: BTreeMap<StepName, String>,
}

impl Hints {
    /// Reads the address of each step's queue: `IMPORT_QUEUE_URL`, `CONFIRM_QUEUE_URL` (the report's as well). A vendor
    /// that is switched off has no queue, and its steps get no hints.
    pub fn new(client: Client, settings: Settings, steps: &[StepName]) -> Result<Self, SettingsError> {
        let urls = steps
            .iter()
            .filter_map(|step| Some((*step, settings.maybe(variable(*step)?)?)));
        Ok(Self {
            client,
            queues: urls.collect(),
        })
    }

    /// The steps that have a queue.
    pub fn steps(&self) -> impl Iterator<Item = StepName> {
        self.queues.keys().copied()
    }

    /// The address of a step's queue: steps may share one.
    pub fn queue(&self, step: StepName) -> Option<&str> {
        self.queues.get(&step).map(String::as_str)
    }

    /// Whether a delayed hint can ride on this step's queue for so long: FIFO queues have no delay of a message's own.
    pub fn can_ride(&self, step: StepName, wait: Duration) -> bool {
        wait <= LONGEST_DELAY && self.queues.get(&step).is_some_and(|url| !url.ends_with(".fifo"))
    }

    /// Sends one hint for each order, `wait` from now. Returns how many could not be sent; the sweep has those.
    ///
    /// On a FIFO queue there is one message group, so that one batch at most is in flight, and `at` makes the
    /// deduplication id: the same id is remembered for five minutes, a hint given later must not vanish into it.
    pub async fn send(&self, step: StepName, orders: &[OrderKey], at: Millis, wait: Duration) -> usize {
        let Some(url) = self.queues.get(&step) else {
            return 0;
        };
        let mut lost = 0;
        for ten in orders.chunks(10) {
            lost += match self.send_ten(step, url, ten, at, wait).await {
                Ok(lost) => lost,
                Err(error) => {
                    tracing::warn!(step = step.as_str(), orders = ten.len(), %error, "hints not sent; the sweep has them");
                    ten.len()
                }
            };
        }
        lost
    }

    async fn send_ten(
        &self,
        step: StepName,
        url: &str,
        orders: &[OrderKey],
        at: Millis,
        wait: Duration,
    ) -> Result<usize, HintError> {
        let fifo = url.ends_with(".fifo");
        let mut call = self.client.send_message_batch().queue_url(url);
        for (place, order) in orders.iter().enumerate() {
            let mut entry = SendMessageBatchRequestEntry::builder()
                .id(place.to_string())
                .message_body(Hint::new(order.clone()).body());
            if fifo {
                entry = entry
                    .message_group_id(group(step))
                    .message_deduplication_id(format!("{order}:{}", at.0));
            } else if !wait.is_zero() {
                entry = entry.delay_seconds(seconds_up(wait));
            }
            let entry = entry
                .build()
                .map_err(|_| fault(step, "take a message", "no body".into()))?;
            call = call.entries(entry);
        }
        let answer = call
            .send()
            .await
            .map_err(|error| fault(step, "take messages", code(&error)))?;
        let failed = answer.failed();
        if let Some(first) = failed.first() {
            tracing::warn!(
                step = step.as_str(),
                orders = failed.len(),
                code = first.code(),
                "hints not taken; the sweep has them"
            );
        }
        Ok(failed.len())
    }

    /// How full a step's queue is.
    pub async fn depth(&self, step: StepName) -> Result<QueueDepth, HintError> {
        let url = self
            .queues
            .get(&step)
            .ok_or_else(|| fault(step, "exist", "no address".into()))?;
        let names = [
            QueueAttributeName::ApproximateNumberOfMessages,
            QueueAttributeName::ApproximateNumberOfMessagesNotVisible,
            QueueAttributeName::ApproximateNumberOfMessagesDelayed,
        ];
        let call = self
            .client
            .get_queue_attributes()
            .queue_url(url)
            .set_attribute_names(Some(names.to_vec()));
        let answer = call
            .send()
            .await
            .map_err(|error| fault(step, "say how full it is", code(&error)))?;
        let count = |name: &QueueAttributeName| -> u64 {
            answer
                .attributes()
                .and_then(|all| all.get(name))
                .and_then(|text| text.parse().ok())
                .unwrap_or(0)
        };
        Ok(QueueDepth {
            messages: names.iter().map(count).sum(),
        })
    }
}

/// The optional steps of this stack: those that have a queue.
pub(crate) fn taken(settings: Settings) -> Vec<StepName> {
    let optional = StepName::ALL.into_iter().flat_map(StepName::optional_followers);
    let has_queue = |step: &&StepName| variable(**step).is_some_and(|name| settings.maybe(name).is_some());
    optional.filter(has_queue).copied().collect()
}

fn variable(step: StepName) -> Option<&'static str> {
    match step {
        StepName::Import => Some("IMPORT_QUEUE_URL"),
        // RepSpark takes one sync at a time, so both kinds go through one queue of one group.
        StepName::Confirm | StepName::Report => Some("CONFIRM_QUEUE_URL"),
        StepName::Publish => Some("PUBLISH_QUEUE_URL"),
        StepName::Acknowledge => Some("ACKNOWLEDGE_QUEUE_URL"),
        StepName::Details => Some("DETAILS_QUEUE_URL"),
        StepName::Notify => Some("NOTIFY_QUEUE_URL"),
        StepName::Review | StepName::Fulfilment => None,
    }
}

/// The message group of a step: one for all the steps of a queue, or two of its batches would be in flight at once.
fn group(step: StepName) -> &'static str {
    match step {
        StepName::Report => StepName::Confirm.as_str(),
        step => step.as_str(),
    }
}

/// Whole seconds, upwards: a hint that came a little too early would be dropped as not yet due.
fn seconds_up(wait: Duration) -> i32 {
    let whole = wait.min(LONGEST_DELAY).as_millis().div_ceil(1000);
    i32::try_from(whole).unwrap_or(900)
}

fn fault(step: StepName, doing: &'static str, code: String) -> HintError {
    HintError {
        step: step.as_str(),
        doing,
        code,
    }
}

fn code<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> String {
    match error {
        SdkError::ServiceError(service) => service.err().code().unwrap_or("unnamed service error").to_owned(),
        SdkError::TimeoutError(_) => "time-out".to_owned(),
        _ => "no answer".to_owned(),
    }
}
