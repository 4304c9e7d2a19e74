//! A server on a workbench: calls by name, and a clock at hand.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test that called it")]

use std::time::Duration;

use embedded_sqs::{QueueSpec, Sqs};
use host::{Clock, Gate};
use serde_json::{Value, json};

pub struct Bench {
    pub sqs: Sqs,
    pub clock: Clock,
    pub gate: Gate,
}

impl Bench {
    pub fn new() -> Self {
        let (clock, gate) = (Clock::new(), Gate::new());
        let sqs = Sqs::new(clock.clone(), gate.clone());
        sqs.set_base_url("http://sqs.test");
        Self { sqs, clock, gate }
    }

    /// A bench with queues of these names and SQS's defaults.
    pub fn with(names: &[&str]) -> Self {
        let bench = Self::new();
        names
            .iter()
            .for_each(|name| bench.sqs.create(QueueSpec::new(*name)));
        bench
    }

    pub fn pass(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    /// The call's answer; `fields` go beside the queue's URL.
    pub fn call(&self, operation: &str, queue: &str, fields: Value) -> Value {
        self.sqs.handle(operation, &self.ask(queue, fields)).unwrap()
    }

    /// The code of the call's error.
    pub fn refused(&self, operation: &str, queue: &str, fields: Value) -> &'static str {
        self.sqs
            .handle(operation, &self.ask(queue, fields))
            .unwrap_err()
            .code
    }

    pub fn ask(&self, queue: &str, mut fields: Value) -> Value {
        fields["QueueUrl"] = json!(self.sqs.url(queue));
        fields
    }

    pub fn send(&self, queue: &str, body: &str) -> Value {
        self.call("SendMessage", queue, json!({ "MessageBody": body }))
    }

    pub fn send_in(&self, queue: &str, group: &str, body: &str) -> Value {
        let fields = json!({ "MessageBody": body, "MessageGroupId": group, "MessageDeduplicationId": body });
        self.call("SendMessage", queue, fields)
    }

    /// The messages of one receive of up to 10.
    pub fn receive(&self, queue: &str) -> Vec<Value> {
        let fields = json!({ "MaxNumberOfMessages": 10, "MessageSystemAttributeNames": ["All"] });
        self.call("ReceiveMessage", queue, fields)["Messages"]
            .as_array()
            .cloned()
            .unwrap_or_default()
    }

    pub fn bodies(&self, queue: &str) -> Vec<String> {
        bodies(&self.receive(queue))
    }

    pub fn delete(&self, queue: &str, message: &Value) {
        self.call(
            "DeleteMessage",
            queue,
            json!({ "ReceiptHandle": message["ReceiptHandle"] }),
        );
    }
}

pub fn bodies(messages: &[Value]) -> Vec<String> {
    messages
        .iter()
        .map(|message| message["Body"].as_str().unwrap().to_owned())
        .collect()
}
