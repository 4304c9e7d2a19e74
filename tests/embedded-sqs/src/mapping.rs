//! What the event source mapping in this process uses: receive and delete without HTTP and without the gate.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use host::{Call, Fault};
use serde_json::{Map, Value};

use crate::attributes::md5_hex;
use crate::broker::Broker;
use crate::error::SqsError;
use crate::guesses::LATE_MS;
use crate::message::{Handle, Message};
use crate::sqs::Sqs;

/// A delivery.
#[derive(Clone, Debug, PartialEq)]
pub struct Received {
    /// The message's id, the same on every delivery.
    pub message_id: String,
    /// What deletes it after this delivery.
    pub receipt_handle: String,
    /// The body.
    pub body: String,
    /// The body's MD5, in hexadecimal.
    pub md5_of_body: String,
    /// All system attributes: `ApproximateReceiveCount`, `SentTimestamp`, `MessageGroupId`, …
    pub attributes: BTreeMap<String, String>,
    /// The sender's attributes in SQS's shape: name to `{"DataType": .., "StringValue": ..}`.
    pub message_attributes: Map<String, Value>,
}

impl Sqs {
    /// Receives up to `max` messages; waits for the first until this much time went by on the server's clock. A queue
    /// that does not exist has none.
    ///
    /// This is no call at the gate. With [`Sqs::judge_deliveries`] the gate is asked about each message instead:
    ///
    /// * `DuplicateDelivery`: on a standard queue a copy stays visible, which deleting this delivery does not delete. On
    ///   a FIFO queue this delivery's time is over at once, so that deleting by it fails and the message comes again.
    /// * `LateDelivery`: the message comes 300 ms later, and so does what follows it in its group.
    /// * A kind that loses the request, or is answered with an error: nothing happened.
    /// * Any other kind: the reply is lost; the message is in flight until its visibility timeout is over.
    pub async fn receive(&self, name: &str, max: usize, wait: Duration) -> Vec<Received> {
        let end_ms = self.now_ms() + i64::try_from(wait.as_millis()).unwrap_or(i64::from(i32::MAX));
        let attempt = || Some(self.receive_now(name, max)).filter(|received| !received.is_empty());
        self.until(end_ms, attempt).await.unwrap_or_default()
    }

    /// As [`Sqs::receive`], without waiting.
    pub fn receive_now(&self, name: &str, max: usize) -> Vec<Received> {
        let now_ms = self.now_ms();
        // The lock is let go of before the gate is asked, because the gate may call others back.
        let taken = self.broker().take(name, max, None, now_ms).unwrap_or_default();
        let delivered = if self.judges() {
            self.judge(name, taken)
        } else {
            taken
        };
        delivered
            .into_iter()
            .map(|(message, handle)| told(message, handle))
            .collect()
    }

    /// Deletes by a delivery's receipt handle.
    ///
    /// # Errors
    ///
    /// As `DeleteMessage`: there is no such queue, the handle is malformed, or, on a FIFO queue, it has expired.
    pub fn delete(&self, name: &str, receipt_handle: &str) -> Result<(), SqsError> {
        let now_ms = self.now_ms();
        let deleted = self
            .broker()
            .queue_mut(name)
            .and_then(|queue| queue.delete(receipt_handle, now_ms));
        self.tell();
        deleted
    }

    fn judge(&self, name: &str, taken: Vec<(Message, Handle)>) -> Vec<(Message, Handle)> {
        let mut held_back = BTreeSet::new();
        let mut delivered = Vec::new();
        for (message, handle) in taken {
            if message
                .group
                .as_ref()
                .is_some_and(|group| held_back.contains(group))
            {
                self.change(|broker| broker.queue_mut(name).map(|queue| queue.put_off(handle.entry, 0)));
                continue;
            }
            let call = Call {
                service: "sqs",
                operation: "Deliver",
                subject: &message.body,
                caller: "event-source-mapping",
            };
            let fault = self.gate().judge(call);
            if self.show(name, &message, fault) {
                delivered.push((message, handle));
            } else if self.is_fifo(name) {
                held_back.extend(message.group);
            }
        }
        delivered
    }

    /// Does what a fault does to a message that was taken; says whether the message is delivered.
    fn show(&self, name: &str, message: &Message, fault: Option<Fault>) -> bool {
        let entry = message.entry;
        match fault {
            None => true,
            // Once is enough: where a fault is certain, a message would otherwise never come to rest.
            Some(Fault::DuplicateDelivery | Fault::LateDelivery) if message.faulted => true,
            Some(Fault::DuplicateDelivery) if self.is_fifo(name) => {
                self.change(|broker| broker.queue_mut(name).map(|queue| queue.release(entry)));
                true
            }
            Some(Fault::DuplicateDelivery) => {
                self.change(|broker| copy(broker, name, message));
                true
            }
            Some(Fault::LateDelivery) => self.put_off(name, entry, self.now_ms() + LATE_MS),
            Some(Fault::LostRequest | Fault::KilledBefore | Fault::ServerError | Fault::Throttled) => {
                self.put_off(name, entry, 0)
            }
            Some(Fault::LostReply | Fault::KilledAfter | Fault::CutBody | Fault::PartialBatch) => false,
        }
    }

    fn put_off(&self, name: &str, entry: u64, until_ms: i64) -> bool {
        self.change(|broker| broker.queue_mut(name).map(|queue| queue.put_off(entry, until_ms)));
        false
    }

    fn is_fifo(&self, name: &str) -> bool {
        self.broker()
            .find(name)
            .is_some_and(|queue| queue.settings.spec.fifo)
    }

    /// Changes a queue that may have been deleted meanwhile; then there is nothing to change.
    fn change(&self, act: impl FnOnce(&mut Broker) -> Result<(), SqsError>) {
        let _gone = act(&mut self.broker());
        self.tell();
    }
}

/// Puts a second entry of the same message into its queue: another of SQS's servers still has it. That server has not
/// counted this delivery.
fn copy(broker: &mut Broker, name: &str, message: &Message) -> Result<(), SqsError> {
    let entry = broker.next();
    let receives = message.receives.saturating_sub(1);
    let copy = Message {
        entry,
        receives,
        hidden_until_ms: 0,
        handles: 0,
        faulted: true,
        ..message.clone()
    };
    broker.queue_mut(name)?.put(copy);
    Ok(())
}

fn told(message: Message, handle: Handle) -> Received {
    Received {
        receipt_handle: handle.text(),
        md5_of_body: md5_hex(message.body.as_bytes()),
        attributes: message.system_attributes(),
        message_id: message.id,
        body: message.body,
        message_attributes: message.attributes,
    }
}
