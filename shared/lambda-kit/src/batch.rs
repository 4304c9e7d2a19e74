//! SQS batches: each message by itself.

use std::collections::BTreeSet;
use std::future::Future;

use futures::stream::{self, StreamExt};
use order_model::{Hint, OrderKey, Origin, StepName};
use serde::{Deserialize, Serialize};

use crate::caught;

/// What SQS hands to a function.
#[derive(Debug, Deserialize)]
pub struct Batch {
    #[serde(rename = "Records", default)]
    records: Vec<Record>,
}

#[derive(Debug, Deserialize)]
struct Record {
    #[serde(rename = "messageId", default)]
    id: String,
    #[serde(default)]
    body: String,
}

/// One message of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// SQS's id of this delivery's message; changes on a redrive, so it is good for nothing but the answer.
    pub id: String,
    /// What it says.
    pub hint: Hint,
}

/// What a function answers: the messages that SQS shall bring again. All others are deleted.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Answer {
    #[serde(rename = "batchItemFailures")]
    failures: BTreeSet<Failure>,
    /// Orders of returned messages: what came of the work on them is not recorded.
    #[serde(skip)]
    unrecorded: BTreeSet<OrderKey>,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct Failure {
    #[serde(rename = "itemIdentifier")]
    id: String,
}

impl Batch {
    /// Parts the batch into messages of ours and an answer that already returns what is not.
    ///
    /// Two messages about one order are one piece of work; both are answered as it ends.
    pub fn read(self) -> (Vec<Message>, Answer) {
        let mut answer = Answer::default();
        let mut messages = Vec::with_capacity(self.records.len());
        for record in self.records {
            match Hint::parse(&record.body) {
                Ok(hint) => messages.push(Message { id: record.id, hint }),
                Err(error) => {
                    tracing::error!(message.id = record.id, %error, "returned a message that is not ours");
                    answer.fail(record.id);
                }
            }
        }
        (messages, answer)
    }

    /// Where the orders come from that the messages of ours are about.
    pub fn origins(&self) -> BTreeSet<Origin> {
        let hints = self
            .records
            .iter()
            .filter_map(|record| Hint::parse(&record.body).ok());
        hints.map(|hint| hint.order.origin()).collect()
    }

    /// The orders that the messages of ours are about, each once, in their order.
    pub fn orders(&self) -> Vec<OrderKey> {
        let mut seen = BTreeSet::new();
        let records = self.records.iter();
        let orders = records.filter_map(|record| Some(Hint::parse(&record.body).ok()?.order));
        orders.filter(|order| seen.insert(order.clone())).collect()
    }

    /// Works the messages of a step, at most `at_once` at a time. `work` says whether what came of the message is
    /// recorded.
    pub async fn each<W, F>(self, step: StepName, at_once: usize, work: W) -> Answer
    where
        W: Fn(Hint) -> F,
        F: Future<Output = bool>,
    {
        let (messages, mut answer) = self.read();
        let mut seen = BTreeSet::new();
        let (first, again): (Vec<_>, Vec<_>) = messages
            .into_iter()
            .partition(|message| seen.insert(message.hint.order.clone()));
        let work = &work;
        let failed: Vec<Message> =
            stream::iter(first)
                .map(|message| async move {
                    let hint = message.hint.clone();
                    // Called in here, so that a panic before its first wait is caught too.
                    let recorded = caught(async { work(hint).await }).await.unwrap_or_else(|panicked| {
                    tracing::error!(order.id = %message.hint.order, step = step.as_str(), "{panicked}");
                    false
                });
                    (!recorded).then_some(message)
                })
                .buffer_unordered(at_once.max(1))
                .filter_map(std::future::ready)
                .collect()
                .await;
        for message in again {
            if failed.iter().any(|one| one.hint.order == message.hint.order) {
                answer.fail(message.id);
            }
        }
        for message in failed {
            answer.fail(message.id);
            answer.unrecorded.insert(message.hint.order);
        }
        answer
    }
}

impl Answer {
    /// Returns a message to SQS. An empty id would make Lambda return the whole batch, so it is not passed on.
    pub fn fail(&mut self, id: String) {
        if !id.is_empty() {
            self.failures.insert(Failure { id });
        }
    }

    /// The orders whose messages go back because what came of them is not recorded. A message that is not ours names
    /// none.
    pub fn unrecorded(&self) -> impl Iterator<Item = &OrderKey> {
        self.unrecorded.iter()
    }

    /// How many messages go back.
    pub fn failed(&self) -> usize {
        self.failures.len()
    }
}
