//! Which operation is done by what.

use serde_json::Value;

use crate::broker::Broker;
use crate::error::SqsError;
use crate::{messages, queues, redrive};

/// Does one operation at this time. `in_part` lets a batch fail in its last half.
pub(crate) fn perform(
    broker: &mut Broker,
    operation: &str,
    body: &Value,
    in_part: bool,
    now_ms: i64,
) -> Result<Value, SqsError> {
    match operation {
        "SendMessage" => messages::send(broker, body, now_ms),
        "SendMessageBatch" => messages::send_batch(broker, body, in_part, now_ms),
        "ReceiveMessage" => messages::receive(broker, body, now_ms),
        "DeleteMessage" => messages::delete(broker, body, now_ms),
        "DeleteMessageBatch" => messages::delete_batch(broker, body, in_part, now_ms),
        "ChangeMessageVisibility" => messages::change_visibility(broker, body, now_ms),
        "ChangeMessageVisibilityBatch" => messages::change_visibility_batch(broker, body, in_part, now_ms),
        "CreateQueue" => queues::create(broker, body, now_ms),
        "DeleteQueue" => queues::delete(broker, body),
        "PurgeQueue" => queues::purge(broker, body, now_ms),
        "GetQueueUrl" => queues::url(broker, body),
        "GetQueueAttributes" => queues::attributes(broker, body, now_ms),
        "SetQueueAttributes" => queues::set_attributes(broker, body, now_ms),
        "ListQueues" => queues::list(broker, body),
        "ListDeadLetterSourceQueues" => queues::sources(broker, body),
        "StartMessageMoveTask" => redrive::start(broker, body, now_ms),
        "ListMessageMoveTasks" => redrive::list(broker, body),
        other => {
            let text = format!("The operation {other} is not one of this stand-in.");
            Err(SqsError::new("UnknownOperationException", text))
        }
    }
}

/// What a call is about, in a word: the queue's name, where it names one.
pub(crate) fn subject(body: &Value) -> &str {
    let named = [("QueueUrl", '/'), ("QueueName", '/'), ("SourceArn", ':')];
    named
        .iter()
        .find_map(|(field, mark)| Some(crate::params::after_last(body[*field].as_str()?, *mark)))
        .unwrap_or_default()
}
