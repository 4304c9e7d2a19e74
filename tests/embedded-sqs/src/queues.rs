//! Operations on queues.

use serde_json::{Map, Value, json};

use crate::broker::Broker;
use crate::error::SqsError;
use crate::params::{object, optional_text, queue_name, text, texts};
use crate::settings::{Settings, check_name};

/// One purge a minute (recorded).
const PURGE_MS: i64 = 60_000;

pub(crate) fn create(broker: &mut Broker, body: &Value, now_ms: i64) -> Result<Value, SqsError> {
    let name = text(body, "QueueName")?;
    let attributes = object(body, "Attributes");
    let settings = Settings::create(name, &attributes)?;
    if let Some(queue) = broker.find(name) {
        let (is, asked) = (queue.settings.told(), settings.told());
        if let Some(other) = attributes.keys().find(|key| is.get(*key) != asked.get(*key)) {
            let text = format!(
                "A queue already exists with the same name and a different value for attribute {other}"
            );
            return Err(SqsError::new("QueueAlreadyExists", text));
        }
    } else {
        broker.create(settings, now_ms);
    }
    Ok(json!({ "QueueUrl": broker.url(name) }))
}

pub(crate) fn delete(broker: &mut Broker, body: &Value) -> Result<Value, SqsError> {
    broker.delete_queue(queue_name(body)?)?;
    Ok(json!({}))
}

pub(crate) fn purge(broker: &mut Broker, body: &Value, now_ms: i64) -> Result<Value, SqsError> {
    let name = queue_name(body)?;
    let queue = broker.queue_mut(name)?;
    if queue.purged_ms.is_some_and(|at| now_ms < at + PURGE_MS) {
        let text = format!("Only one PurgeQueue operation on {name} is allowed every 60 seconds.");
        return Err(SqsError::new("AWS.SimpleQueueService.PurgeQueueInProgress", text));
    }
    queue.purge(now_ms);
    Ok(json!({}))
}

pub(crate) fn url(broker: &Broker, body: &Value) -> Result<Value, SqsError> {
    let name = text(body, "QueueName")?;
    broker.queue(name)?;
    Ok(json!({ "QueueUrl": broker.url(name) }))
}

pub(crate) fn attributes(broker: &Broker, body: &Value, now_ms: i64) -> Result<Value, SqsError> {
    let queue = broker.queue(queue_name(body)?)?;
    let names = texts(body, "AttributeNames");
    names.iter().try_for_each(|name| check_name(name))?;
    let depths = queue.depths(now_ms);
    let mut told = queue.settings.told();
    for (name, value) in [
        ("ApproximateNumberOfMessages", depths.visible.to_string()),
        (
            "ApproximateNumberOfMessagesNotVisible",
            depths.in_flight.to_string(),
        ),
        ("ApproximateNumberOfMessagesDelayed", depths.delayed.to_string()),
        ("CreatedTimestamp", (queue.created_ms / 1000).to_string()),
        ("LastModifiedTimestamp", (queue.modified_ms / 1000).to_string()),
    ] {
        told.insert(name.to_owned(), Value::String(value));
    }
    let all = names.iter().any(|name| name == "All");
    let wanted: Map<String, Value> = told
        .into_iter()
        .filter(|(name, _)| all || names.contains(name))
        .collect();
    Ok(if wanted.is_empty() {
        json!({})
    } else {
        json!({ "Attributes": wanted })
    })
}

pub(crate) fn set_attributes(broker: &mut Broker, body: &Value, now_ms: i64) -> Result<Value, SqsError> {
    let queue = broker.queue_mut(queue_name(body)?)?;
    // All of them or none.
    let mut changed = queue.settings.clone();
    changed.change(&object(body, "Attributes"))?;
    queue.settings = changed;
    queue.modified_ms = now_ms;
    Ok(json!({}))
}

pub(crate) fn list(broker: &Broker, body: &Value) -> Result<Value, SqsError> {
    let prefix = optional_text(body, "QueueNamePrefix").unwrap_or_default();
    let names = broker.names();
    let urls: Vec<String> = names
        .iter()
        .filter(|name| name.starts_with(prefix))
        .map(|name| broker.url(name))
        .collect();
    Ok(if urls.is_empty() {
        json!({})
    } else {
        json!({ "QueueUrls": urls })
    })
}

pub(crate) fn sources(broker: &Broker, body: &Value) -> Result<Value, SqsError> {
    let name = queue_name(body)?;
    broker.queue(name)?;
    let urls: Vec<String> = broker
        .sources(name)
        .iter()
        .map(|source| broker.url(source))
        .collect();
    Ok(json!({ "queueUrls": urls }))
}
