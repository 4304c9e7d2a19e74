//! `StartMessageMoveTask`: back from a dead-letter queue to where the messages came from.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::broker::Broker;
use crate::error::SqsError;
use crate::message::Message;
use crate::params::{after_last, optional_text, text};

/// A move that was done.
#[derive(Clone, Debug)]
pub(crate) struct MoveTask {
    source_arn: String,
    destination_arn: Option<String>,
    started_ms: i64,
    moved: usize,
}

/// Moves all visible messages at once, which SQS does over time.
pub(crate) fn start(broker: &mut Broker, body: &Value, now_ms: i64) -> Result<Value, SqsError> {
    let source_arn = text(body, "SourceArn")?.to_owned();
    let destination_arn = optional_text(body, "DestinationArn").map(str::to_owned);
    let source = known(broker, &source_arn, "SourceArn")?;
    let destination = match &destination_arn {
        Some(arn) => Some(known(broker, arn, "DestinationArn")?),
        None => None,
    };
    if broker.sources(&source).is_empty() {
        return Err(SqsError::parameter(
            "Source queue must be configured as a Dead Letter Queue.",
        ));
    }
    let mut moved = 0;
    for message in broker.queue_mut(&source)?.take_visible(now_ms) {
        let to = destination.clone().or_else(|| message.came_from.clone());
        match to.filter(|to| broker.find(to).is_some()) {
            Some(to) => {
                let fresh = anew(broker, message, now_ms);
                broker.queue_mut(&to)?.put(fresh);
                moved += 1;
            }
            None => broker.queue_mut(&source)?.put(message),
        }
    }
    broker.moves.insert(
        0,
        MoveTask {
            source_arn,
            destination_arn,
            started_ms: now_ms,
            moved,
        },
    );
    Ok(json!({ "TaskHandle": Uuid::new_v4().to_string() }))
}

fn known(broker: &Broker, arn: &str, parameter: &str) -> Result<String, SqsError> {
    let name = after_last(arn, ':');
    if broker.find(name).is_some() {
        return Ok(name.to_owned());
    }
    let text = format!("The resource that you specified for the {parameter} parameter doesn't exist.");
    Err(SqsError::new("ResourceNotFoundException", text))
}

/// All redriven messages "are considered new messages": new id, new enqueue time, retention from the start (developer
/// guide, "Learn how to configure a dead-letter queue redrive").
fn anew(broker: &mut Broker, message: Message, now_ms: i64) -> Message {
    Message {
        entry: broker.next(),
        id: Uuid::new_v4().to_string(),
        sequence: message.sequence.as_ref().map(|_| broker.sequence()),
        sent_ms: now_ms,
        kept_from_ms: now_ms,
        delayed_until_ms: 0,
        hidden_until_ms: 0,
        first_received_ms: None,
        receives: 0,
        handles: 0,
        came_from: None,
        faulted: false,
        ..message
    }
}

/// `ListMessageMoveTasks`: the newest first.
pub(crate) fn list(broker: &Broker, body: &Value) -> Result<Value, SqsError> {
    let source = text(body, "SourceArn")?;
    known(broker, source, "SourceArn")?;
    let most = body["MaxResults"]
        .as_u64()
        .and_then(|most| usize::try_from(most).ok())
        .unwrap_or(1);
    let tasks = broker
        .moves
        .iter()
        .filter(|task| task.source_arn == source)
        .take(most);
    let results: Vec<Value> = tasks
        .map(|task| {
            let mut told = json!({
                "Status": "COMPLETED",
                "SourceArn": task.source_arn,
                "ApproximateNumberOfMessagesMoved": task.moved,
                "ApproximateNumberOfMessagesToMove": task.moved,
                "StartedTimestamp": task.started_ms,
            });
            if let Some(arn) = &task.destination_arn {
                told["DestinationArn"] = json!(arn);
            }
            told
        })
        .collect();
    Ok(json!({ "Results": results }))
}
