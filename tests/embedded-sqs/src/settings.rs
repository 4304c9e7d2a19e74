//! A queue's settings: as a program gives them, and as SQS's attributes.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::check::MAX_BYTES;
use crate::error::SqsError;
use crate::params::after_last;

/// The region in every ARN.
const REGION: &str = "us-east-1";

/// The account in every ARN and URL.
pub(crate) const ACCOUNT: &str = "000000000000";

/// The ARN of the queue of this name.
pub(crate) fn arn(name: &str) -> String {
    format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{name}")
}

/// Where messages go that were received too often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redrive {
    /// The dead-letter queue's name.
    pub dead_letter_queue: String,
    /// After this many receives, the next one moves the message instead.
    pub max_receive_count: u64,
}

/// A queue to be made. [`QueueSpec::new`] has SQS's defaults.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueSpec {
    /// Its name; a FIFO queue's ends in `.fifo`.
    pub name: String,
    /// Whether it is a FIFO queue.
    pub fifo: bool,
    /// How long a received message stays invisible, in seconds.
    pub visibility_timeout_s: i64,
    /// How long a sent message stays invisible unless it says otherwise, in seconds.
    pub delay_s: i64,
    /// How long a message is kept, in seconds.
    pub retention_s: i64,
    /// How long a receive waits unless it says otherwise, in seconds.
    pub receive_wait_s: i64,
    /// The most bytes that a message may have, its attributes included.
    pub max_message_bytes: usize,
    /// Its dead-letter queue, which may be made later.
    pub redrive: Option<Redrive>,
    /// FIFO only: a message without deduplication id is known by its body.
    pub content_based_dedup: bool,
}

impl QueueSpec {
    /// A queue with SQS's defaults (API reference of `CreateQueue`); FIFO if its name ends in `.fifo`.
    pub fn new(name: impl Into<String>) -> Self {
        let name = name.into();
        Self {
            fifo: name.ends_with(".fifo"),
            name,
            visibility_timeout_s: 30,
            delay_s: 0,
            retention_s: 345_600,
            receive_wait_s: 0,
            max_message_bytes: MAX_BYTES,
            redrive: None,
            content_based_dedup: false,
        }
    }

    /// The same with this visibility timeout, in seconds.
    #[must_use]
    pub fn visibility(mut self, seconds: i64) -> Self {
        self.visibility_timeout_s = seconds;
        self
    }

    /// The same with this dead-letter queue.
    #[must_use]
    pub fn redrive_to(mut self, dead_letter_queue: impl Into<String>, max_receive_count: u64) -> Self {
        self.redrive = Some(Redrive {
            dead_letter_queue: dead_letter_queue.into(),
            max_receive_count,
        });
        self
    }
}

/// What a queue goes by: its spec, and attributes that are kept but mean nothing here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Settings {
    pub(crate) spec: QueueSpec,
    /// FIFO: a deduplication id counts in its message group only.
    pub(crate) dedup_by_group: bool,
    kept: BTreeMap<&'static str, String>,
}

/// Attributes that are kept and told, nothing more.
const KEPT: [&str; 6] = [
    "FifoThroughputLimit",
    "KmsDataKeyReusePeriodSeconds",
    "KmsMasterKeyId",
    "Policy",
    "RedriveAllowPolicy",
    "SqsManagedSseEnabled",
];

/// Attributes that are told and cannot be set.
const TOLD: [&str; 6] = [
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesDelayed",
    "ApproximateNumberOfMessagesNotVisible",
    "CreatedTimestamp",
    "LastModifiedTimestamp",
    "QueueArn",
];

/// Attributes that are told and can be set, besides [`KEPT`].
const SET: [&str; 9] = [
    "ContentBasedDeduplication",
    "DeduplicationScope",
    "DelaySeconds",
    "FifoQueue",
    "MaximumMessageSize",
    "MessageRetentionPeriod",
    "ReceiveMessageWaitTimeSeconds",
    "RedrivePolicy",
    "VisibilityTimeout",
];

/// Refuses the name of an attribute that no queue has.
pub(crate) fn check_name(name: &str) -> Result<(), SqsError> {
    let known = name == "All" || KEPT.contains(&name) || TOLD.contains(&name) || SET.contains(&name);
    if known { Ok(()) } else { Err(unknown(name)) }
}

fn unknown(name: &str) -> SqsError {
    SqsError::new("InvalidAttributeName", format!("Unknown Attribute {name}."))
}

impl Settings {
    pub(crate) fn of(spec: QueueSpec) -> Self {
        let kept = BTreeMap::from([("SqsManagedSseEnabled", "true".to_owned())]);
        Self {
            spec,
            dedup_by_group: false,
            kept,
        }
    }

    /// Settings for a new queue from the attributes of `CreateQueue`.
    pub(crate) fn create(name: &str, attributes: &Map<String, Value>) -> Result<Self, SqsError> {
        let fifo = attributes
            .get("FifoQueue")
            .is_some_and(|value| plain(value) == "true");
        crate::check::queue_name(name, fifo)?;
        let mut settings = Self::of(QueueSpec {
            fifo,
            ..QueueSpec::new(name)
        });
        settings.change(attributes)?;
        Ok(settings)
    }

    /// Takes the attributes of `SetQueueAttributes`.
    pub(crate) fn change(&mut self, attributes: &Map<String, Value>) -> Result<(), SqsError> {
        attributes
            .iter()
            .try_for_each(|(name, value)| self.set(name, &plain(value)))
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), SqsError> {
        let spec = &mut self.spec;
        match name {
            "VisibilityTimeout" => spec.visibility_timeout_s = number(name, value, 0, 43_200)?,
            "DelaySeconds" => spec.delay_s = number(name, value, 0, 900)?,
            "MessageRetentionPeriod" => spec.retention_s = number(name, value, 60, 1_209_600)?,
            "ReceiveMessageWaitTimeSeconds" => spec.receive_wait_s = number(name, value, 0, 20)?,
            "MaximumMessageSize" => {
                spec.max_message_bytes =
                    usize::try_from(number(name, value, 1024, 1_048_576)?).unwrap_or(MAX_BYTES);
            }
            "FifoQueue" if !spec.fifo => return Err(unknown(name)),
            "FifoQueue" if value != "true" => {
                let text = "Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.";
                return Err(SqsError::new("InvalidAttributeValue", text));
            }
            "FifoQueue" => {}
            "ContentBasedDeduplication" | "DeduplicationScope" if !spec.fifo => return Err(unknown(name)),
            "ContentBasedDeduplication" => spec.content_based_dedup = value == "true",
            "DeduplicationScope" => self.dedup_by_group = value == "messageGroup",
            "RedrivePolicy" => spec.redrive = redrive(value, spec.fifo)?,
            other => match KEPT.iter().find(|kept| **kept == other) {
                Some(kept) => drop(self.kept.insert(kept, value.to_owned())),
                None => return Err(unknown(name)),
            },
        }
        Ok(())
    }

    /// The attributes as SQS tells them: texts, all of them.
    pub(crate) fn told(&self) -> Map<String, Value> {
        let spec = &self.spec;
        let mut told = Map::new();
        let mut tell = |name: &str, value: String| drop(told.insert(name.to_owned(), Value::String(value)));
        tell("QueueArn", arn(&spec.name));
        tell("VisibilityTimeout", spec.visibility_timeout_s.to_string());
        tell("DelaySeconds", spec.delay_s.to_string());
        tell("MessageRetentionPeriod", spec.retention_s.to_string());
        tell("ReceiveMessageWaitTimeSeconds", spec.receive_wait_s.to_string());
        tell("MaximumMessageSize", spec.max_message_bytes.to_string());
        if let Some(redrive) = &spec.redrive {
            let target = arn(&redrive.dead_letter_queue);
            let policy = json!({"deadLetterTargetArn": target, "maxReceiveCount": redrive.max_receive_count});
            tell("RedrivePolicy", policy.to_string());
        }
        if spec.fifo {
            tell("FifoQueue", "true".to_owned());
            tell("ContentBasedDeduplication", spec.content_based_dedup.to_string());
            tell(
                "DeduplicationScope",
                if self.dedup_by_group {
                    "messageGroup"
                } else {
                    "queue"
                }
                .to_owned(),
            );
            tell("FifoThroughputLimit", "perQueue".to_owned());
        }
        for (name, value) in &self.kept {
            tell(name, value.clone());
        }
        told
    }
}

/// Attributes are texts, but a caller may well write a number or a truth value.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn number(name: &str, value: &str, least: i64, most: i64) -> Result<i64, SqsError> {
    value
        .parse()
        .ok()
        .filter(|number| (least..=most).contains(number))
        .ok_or_else(|| {
            SqsError::new(
                "InvalidAttributeValue",
                format!("Invalid value for the parameter {name}."),
            )
        })
}

fn redrive(value: &str, fifo: bool) -> Result<Option<Redrive>, SqsError> {
    if value.is_empty() {
        return Ok(None);
    }
    let refuse = |reason: &str| SqsError::value(value, "RedrivePolicy", reason);
    let policy: Value =
        serde_json::from_str(value).map_err(|_| refuse("Redrive policy is not a valid JSON map."))?;
    if policy.as_object().is_some_and(Map::is_empty) {
        return Ok(None);
    }
    let target = policy["deadLetterTargetArn"].as_str().unwrap_or_default();
    if !target.starts_with("arn:aws:sqs:") {
        return Err(refuse("Invalid value for deadLetterTargetArn."));
    }
    let count = plain(&policy["maxReceiveCount"])
        .parse()
        .ok()
        .filter(|count| (1..=1000).contains(count));
    let max_receive_count = count.ok_or_else(|| refuse("Invalid value for maxReceiveCount: 1 to 1000."))?;
    let dead_letter_queue = after_last(target, ':').to_owned();
    if dead_letter_queue.ends_with(".fifo") != fifo {
        return Err(refuse(
            "Dead-letter queue must be same type of queue as the source.",
        ));
    }
    Ok(Some(Redrive {
        dead_letter_queue,
        max_receive_count,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn create(name: &str, attributes: Value) -> Result<Settings, SqsError> {
        Settings::create(name, attributes.as_object().unwrap())
    }

    #[test]
    fn a_new_queue_has_the_documented_defaults() {
        let told = create("q", json!({})).unwrap().told();
        assert_eq!(told["VisibilityTimeout"], "30");
        assert_eq!(told["MessageRetentionPeriod"], "345600");
        assert_eq!(told["MaximumMessageSize"], "1048576");
        assert_eq!(told["QueueArn"], "arn:aws:sqs:us-east-1:000000000000:q");
        assert!(!told.contains_key("FifoQueue"));
    }

    #[test]
    fn attributes_out_of_range_or_unknown_are_refused() {
        let code = |name: &str, attributes| create(name, attributes).unwrap_err().code;
        assert_eq!(
            code("q", json!({"VisibilityTimeout": "43201"})),
            "InvalidAttributeValue"
        );
        assert_eq!(
            code("q", json!({"MaximumMessageSize": "1023"})),
            "InvalidAttributeValue"
        );
        assert_eq!(
            code("q", json!({"VisibilityTimeoutSeconds": "1"})),
            "InvalidAttributeName"
        );
        assert_eq!(
            code("q", json!({"ContentBasedDeduplication": "true"})),
            "InvalidAttributeName"
        );
        assert_eq!(code("q", json!({"FifoQueue": "true"})), "InvalidParameterValue");
    }

    #[test]
    fn a_redrive_policy_needs_a_queue_of_the_same_kind() {
        let policy = |target: &str| json!({"RedrivePolicy": json!({"deadLetterTargetArn": arn(target), "maxReceiveCount": "3"}).to_string()});
        let redrive = create("q", policy("q-dlq")).unwrap().spec.redrive.unwrap();
        assert_eq!(
            redrive,
            Redrive {
                dead_letter_queue: "q-dlq".to_owned(),
                max_receive_count: 3
            }
        );
        assert_eq!(
            create("q", policy("q-dlq.fifo")).unwrap_err().code,
            "InvalidParameterValue"
        );
        let dummy = json!({"RedrivePolicy": "{\"deadLetterTargetArn\": \"dummy\", \"maxReceiveCount\": 42}"});
        assert_eq!(
            create("q", dummy).unwrap_err().message,
            "Value {\"deadLetterTargetArn\": \"dummy\", \"maxReceiveCount\": 42} for parameter RedrivePolicy is \
             invalid. Reason: Invalid value for deadLetterTargetArn."
        );
    }
}
