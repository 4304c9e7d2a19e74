//! Operations on messages.

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::attributes::{self, hex, md5_hex, md5_of};
use crate::batch;
use crate::broker::Broker;
use crate::check::{self, MAX_BYTES};
use crate::error::SqsError;
use crate::message::{Handle, Message};
use crate::params::{number, object, optional_text, queue_name, text, texts, visibility};
use crate::settings::QueueSpec;

/// The reason that SQS gives for a parameter that goes with the other kind of queue.
const WRONG_KIND: &str = "The request include parameter that is not valid for this queue type.";

pub(crate) fn send(broker: &mut Broker, body: &Value, now_ms: i64) -> Result<Value, SqsError> {
    let queue = queue_name(body)?;
    check_kind(&broker.queue(queue)?.settings.spec, body)?;
    send_one(broker, queue, body, now_ms)
}

pub(crate) fn send_batch(
    broker: &mut Broker,
    body: &Value,
    in_part: bool,
    now_ms: i64,
) -> Result<Value, SqsError> {
    let queue = queue_name(body)?;
    let spec = &broker.queue(queue)?.settings.spec;
    let entries = check::entries(body, "SendMessageBatchRequestEntry")?;
    for entry in entries {
        check_kind(spec, entry).map_err(|error| match error.code {
            // Recorded: the same text as for a single message, under another code.
            "MissingParameter" => SqsError::parameter(error.message),
            _ => error,
        })?;
    }
    let bytes: usize = entries.iter().map(size).sum();
    if bytes > MAX_BYTES {
        let text =
            format!("Batch requests cannot be longer than {MAX_BYTES} bytes. You have sent {bytes} bytes.");
        return Err(SqsError::new("AWS.SimpleQueueService.BatchRequestTooLong", text));
    }
    Ok(batch::each(entries, in_part, |entry| {
        send_one(broker, queue, entry, now_ms)
    }))
}

fn size(entry: &Value) -> usize {
    let body = entry["MessageBody"].as_str().unwrap_or_default();
    body.len() + attributes::size(&object(entry, "MessageAttributes"))
}

/// Refuses parameters that do not go with the kind of queue, and the lack of those that must.
fn check_kind(spec: &QueueSpec, entry: &Value) -> Result<(), SqsError> {
    let (group, dedup) = (
        optional_text(entry, "MessageGroupId"),
        optional_text(entry, "MessageDeduplicationId"),
    );
    for (name, id) in [("MessageGroupId", group), ("MessageDeduplicationId", dedup)] {
        let good = |id: &str| (1..=128).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic());
        if let Some(id) = id.filter(|id| !good(id)) {
            let reason = "Can only include alphanumeric and punctuation characters. 1 to 128 in length";
            return Err(SqsError::value(id, name, reason));
        }
    }
    if !spec.fifo {
        // A group id is welcome on a standard queue, too: it makes the queue a fair one.
        return dedup.map_or(Ok(()), |id| {
            Err(SqsError::value(id, "MessageDeduplicationId", WRONG_KIND))
        });
    }
    if group.is_none() {
        return Err(SqsError::missing("MessageGroupId"));
    }
    if dedup.is_none() && !spec.content_based_dedup {
        return Err(SqsError::parameter(
            "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided \
             explicitly",
        ));
    }
    match entry["DelaySeconds"].as_i64() {
        None | Some(0) => Ok(()),
        Some(delay) => Err(SqsError::value(delay, "DelaySeconds", WRONG_KIND)),
    }
}

fn send_one(broker: &mut Broker, queue: &str, entry: &Value, now_ms: i64) -> Result<Value, SqsError> {
    let mut message = draft(&broker.queue(queue)?.settings.spec, entry, now_ms)?;
    let known = broker.queue_mut(queue)?.duplicate(&message, now_ms);
    let fifo = broker.queue(queue)?.settings.spec.fifo;
    let is_new = known.is_none();
    (message.id, message.sequence) = match known {
        Some(first) => first,
        None => (
            Uuid::new_v4().to_string(),
            if fifo { Some(broker.sequence()) } else { None },
        ),
    };
    let told = sent(&message, entry);
    if is_new {
        message.entry = broker.next();
        broker.queue_mut(queue)?.send(message, now_ms);
    }
    Ok(told)
}

/// The message that this request describes, still without id and place.
fn draft(spec: &QueueSpec, entry: &Value, now_ms: i64) -> Result<Message, SqsError> {
    let body = text(entry, "MessageBody")?;
    check::characters(body)?;
    let attributes = object(entry, "MessageAttributes");
    attributes::check(&attributes)?;
    if size(entry) > spec.max_message_bytes {
        let most = spec.max_message_bytes;
        let text =
            format!("One or more parameters are invalid. Reason: Message must be shorter than {most} bytes.");
        return Err(SqsError::parameter(text));
    }
    let delay = number(
        entry,
        "DelaySeconds",
        0..=900,
        "DelaySeconds must be >= 0 and <= 900.",
    )?;
    // On a FIFO queue only a delay of 0 comes this far, and it does not undo the queue's.
    let delay_s = delay.filter(|_| !spec.fifo).unwrap_or(spec.delay_s);
    let dedup = optional_text(entry, "MessageDeduplicationId").map(str::to_owned);
    let by_content = || Some(hex(&Sha256::digest(body.as_bytes()))).filter(|_| spec.fifo);
    Ok(Message {
        entry: 0,
        id: String::new(),
        body: body.to_owned(),
        attributes,
        trace: entry["MessageSystemAttributes"]["AWSTraceHeader"]["StringValue"]
            .as_str()
            .map(str::to_owned),
        group: optional_text(entry, "MessageGroupId").map(str::to_owned),
        dedup: dedup.or_else(by_content),
        sequence: None,
        sent_ms: now_ms,
        kept_from_ms: now_ms,
        delayed_until_ms: now_ms + delay_s * 1000,
        hidden_until_ms: 0,
        first_received_ms: None,
        receives: 0,
        handles: 0,
        came_from: None,
        faulted: false,
    })
}

fn sent(message: &Message, entry: &Value) -> Value {
    let mut told = json!({ "MessageId": message.id, "MD5OfMessageBody": md5_hex(message.body.as_bytes()) });
    if let Some(sum) = md5_of(&message.attributes) {
        told["MD5OfMessageAttributes"] = json!(sum);
    }
    if let Some(sum) = md5_of(&object(entry, "MessageSystemAttributes")) {
        told["MD5OfMessageSystemAttributes"] = json!(sum);
    }
    if let Some(sequence) = &message.sequence {
        told["SequenceNumber"] = json!(sequence);
    }
    told
}

/// Receives what is there now. Waiting is the caller's.
pub(crate) fn receive(broker: &mut Broker, body: &Value, now_ms: i64) -> Result<Value, SqsError> {
    let queue = queue_name(body)?;
    broker.queue(queue)?;
    let max = number(
        body,
        "MaxNumberOfMessages",
        1..=10,
        "Must be between 1 and 10, if provided.",
    )?
    .unwrap_or(1);
    wait_s(broker, body)?;
    let taken = broker.take(
        queue,
        usize::try_from(max).unwrap_or(1),
        visibility(body)?,
        now_ms,
    )?;
    let messages: Vec<Value> = taken
        .iter()
        .map(|(message, handle)| received(message, *handle, body))
        .collect();
    Ok(if messages.is_empty() {
        json!({})
    } else {
        json!({ "Messages": messages })
    })
}

/// How long a receive waits for a first message, in seconds.
pub(crate) fn wait_s(broker: &Broker, body: &Value) -> Result<i64, SqsError> {
    let asked = number(
        body,
        "WaitTimeSeconds",
        0..=20,
        "Must be >= 0 and <= 20, if provided.",
    )?;
    let queue = broker.queue(queue_name(body)?)?;
    Ok(asked.unwrap_or(queue.settings.spec.receive_wait_s))
}

fn received(message: &Message, handle: Handle, ask: &Value) -> Value {
    let mut told = json!({
        "MessageId": message.id,
        "ReceiptHandle": handle.text(),
        "Body": message.body,
        "MD5OfBody": md5_hex(message.body.as_bytes()),
    });
    let mut names = texts(ask, "MessageSystemAttributeNames");
    names.extend(texts(ask, "AttributeNames"));
    let all = names.iter().any(|name| name == "All");
    let system: Map<String, Value> = message
        .system_attributes()
        .into_iter()
        .filter(|(name, _)| all || names.contains(name))
        .map(|(name, value)| (name, Value::String(value)))
        .collect();
    if !system.is_empty() {
        told["Attributes"] = Value::Object(system);
    }
    let wanted = attributes::wanted(&message.attributes, &texts(ask, "MessageAttributeNames"));
    if let Some(sum) = md5_of(&wanted) {
        told["MD5OfMessageAttributes"] = json!(sum);
        told["MessageAttributes"] = Value::Object(wanted);
    }
    told
}

pub(crate) fn delete(broker: &mut Broker, body: &Value, now_ms: i64) -> Result<Value, SqsError> {
    let queue = broker.queue_mut(queue_name(body)?)?;
    queue.delete(text(body, "ReceiptHandle")?, now_ms)?;
    Ok(json!({}))
}

pub(crate) fn delete_batch(
    broker: &mut Broker,
    body: &Value,
    in_part: bool,
    now_ms: i64,
) -> Result<Value, SqsError> {
    let queue = broker.queue_mut(queue_name(body)?)?;
    let entries = check::entries(body, "DeleteMessageBatchRequestEntry")?;
    Ok(batch::each(entries, in_part, |entry| {
        queue.delete(text(entry, "ReceiptHandle")?, now_ms)?;
        Ok(json!({}))
    }))
}

pub(crate) fn change_visibility(broker: &mut Broker, body: &Value, now_ms: i64) -> Result<Value, SqsError> {
    let queue = broker.queue_mut(queue_name(body)?)?;
    let handle = text(body, "ReceiptHandle")?;
    let hide_s = visibility(body)?.ok_or_else(|| SqsError::missing("VisibilityTimeout"))?;
    queue.change_visibility(handle, hide_s * 1000, now_ms)?;
    Ok(json!({}))
}

pub(crate) fn change_visibility_batch(
    broker: &mut Broker,
    body: &Value,
    in_part: bool,
    now_ms: i64,
) -> Result<Value, SqsError> {
    let queue = broker.queue_mut(queue_name(body)?)?;
    let entries = check::entries(body, "ChangeMessageVisibilityBatchRequestEntry")?;
    Ok(batch::each(entries, in_part, |entry| {
        let handle = text(entry, "ReceiptHandle")?;
        let hide_s = visibility(entry)?.ok_or_else(|| SqsError::missing("VisibilityTimeout"))?;
        queue.change_visibility(handle, hide_s * 1000, now_ms)?;
        Ok(json!({}))
    }))
}
