//! Queues.

use std::collections::BTreeMap;

use crate::TemplateError;
use crate::resources::Resource;
use crate::scope::Scope;

/// A queue. Where the template is silent, SQS's own values stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queue {
    /// Its logical id.
    pub logical_id: String,
    /// Its name, which ends in `.fifo` if it is one.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// Its address.
    pub url: String,
    /// Whether it is a FIFO queue.
    pub fifo: bool,
    /// Seconds that a received message is hidden.
    pub visibility_s: u64,
    /// Seconds before a message can be received first.
    pub delay_s: u64,
    /// Seconds that a message is kept.
    pub retention_s: u64,
    /// What becomes of a message that is received too often.
    pub redrive: Option<Redrive>,
    /// Whether a message's body stands in for its deduplication id.
    pub content_based_dedup: bool,
}

/// Where a message goes that was received too often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redrive {
    /// The name of the dead letter queue.
    pub dead_letters: String,
    /// How often a message is received before it goes there.
    pub max_receive: u64,
}

/// All queues, by logical id.
pub(crate) fn read_all(
    resources: &[Resource],
    scope: &Scope<'_>,
) -> Result<BTreeMap<String, Queue>, TemplateError> {
    let mut queues = BTreeMap::new();
    for resource in resources
        .iter()
        .filter(|resource| resource.kind == "AWS::SQS::Queue")
    {
        queues.insert(resource.id.clone(), read(resource, scope)?);
    }
    for resource in resources
        .iter()
        .filter(|resource| resource.kind == "AWS::SQS::Queue")
    {
        let redrive = redrive(resource, &queues)?;
        if let Some(queue) = queues.get_mut(&resource.id) {
            queue.redrive = redrive;
        }
    }
    Ok(queues)
}

/// A queue without its redrive, which needs the other queues.
fn read(resource: &Resource, scope: &Scope<'_>) -> Result<Queue, TemplateError> {
    let properties = resource.properties()?;
    properties.only(&[
        "ContentBasedDeduplication",
        "DelaySeconds",
        "FifoQueue",
        "MessageRetentionPeriod",
        "RedriveAllowPolicy",
        "RedrivePolicy",
        "SqsManagedSseEnabled",
        "Tags",
        "VisibilityTimeout",
    ])?;
    Ok(Queue {
        logical_id: resource.id.clone(),
        name: scope.physical_name(&resource.id),
        arn: scope.arn(&resource.id, properties.path())?,
        url: scope.queue_url(&resource.id),
        fifo: properties.flag_or("FifoQueue", false)?,
        visibility_s: properties.number_or("VisibilityTimeout", 30)?,
        delay_s: properties.number_or("DelaySeconds", 0)?,
        retention_s: properties.number_or("MessageRetentionPeriod", 345_600)?,
        redrive: None,
        content_based_dedup: properties.flag_or("ContentBasedDeduplication", false)?,
    })
}

fn redrive(resource: &Resource, queues: &BTreeMap<String, Queue>) -> Result<Option<Redrive>, TemplateError> {
    let properties = resource.properties()?;
    if properties.get("RedrivePolicy").is_none() {
        return Ok(None);
    }
    let policy = properties.fields("RedrivePolicy")?;
    let arn = policy.text("deadLetterTargetArn")?;
    let max_receive = policy.number_if_any("maxReceiveCount")?;
    let max_receive =
        max_receive.ok_or_else(|| TemplateError::malformed(policy.path_of("maxReceiveCount"), "given"))?;
    let fifo = queues.get(&resource.id).is_some_and(|queue| queue.fifo);
    // SQS refuses a dead letter queue of the other kind.
    match queues
        .values()
        .find(|queue| queue.arn == arn && queue.fifo == fifo)
    {
        Some(queue) => Ok(Some(Redrive {
            dead_letters: queue.name.clone(),
            max_receive,
        })),
        None => Err(TemplateError::malformed(
            policy.path_of("deadLetterTargetArn"),
            "a queue of this template, FIFO if this one is",
        )),
    }
}
