//! Marking received what is durable, while the rest of the list still arrives.

use ecat::{Batch, MARKS_MAX, Marks, fault};
use lambda_kit::{Deadline, Metric, VendorGate, clock};
use order_intake::Arrived;
use order_model::{EcatOrderNumber, Vendor};

use crate::PullOrders;
use crate::numbers::Numbers;

/// So many numbers stand in one line of the log.
const NAMED: usize = 5;

/// What is to be marked, and what became of it.
pub(crate) struct Marker<'a> {
    function: &'a PullOrders,
    gate: &'a VendorGate,
    deadline: Deadline,
    numbers: Numbers,
    /// A call failed: the rest of this pull is left to the next one.
    failed: bool,
    pub(crate) marked: u64,
    pub(crate) not_marked: u64,
}

impl<'a> Marker<'a> {
    pub(crate) fn new(function: &'a PullOrders, gate: &'a VendorGate, deadline: Deadline) -> Self {
        Self {
            function,
            gate,
            deadline,
            numbers: Numbers::default(),
            failed: false,
            marked: 0,
            not_marked: 0,
        }
    }

    /// Hears what came of a batch of records.
    pub(crate) fn hear(&mut self, came: &[Arrived]) {
        for one in came {
            match one {
                Arrived::Submission { submission, .. } => self.numbers.durable(&submission.number),
                Arrived::Quarantined { number, .. } => self.numbers.block(number.as_deref()),
                Arrived::Lost(submission) => {
                    self.numbers.block(Some(submission.number.as_str()));
                    if self.numbers.is_asked(submission.number.as_str()) {
                        tracing::error!(
                            ecat.id = submission.id.0,
                            "submission {id} could not be kept, and its number was marked received for another one: invoke ecat-pull-orders with {{\"ecat_id\": {id}}}",
                            id = submission.id
                        );
                    }
                }
                Arrived::LostBroken { number } => {
                    self.numbers.block(number.as_deref());
                    if let Some(number) = number
                        && self.numbers.is_asked(number)
                    {
                        tracing::error!(
                            "a broken record of order number {number} could not be kept, and that number was marked received for another one: look it up at ecat"
                        );
                    }
                }
            }
        }
    }

    /// Marks as many full batches as there are, and as the time goes.
    pub(crate) async fn mark_full(&mut self) {
        while self.numbers.waiting() >= MARKS_MAX && self.may_go_on() {
            let batch = self.numbers.take();
            self.mark(batch).await;
        }
    }

    /// Marks all that is left, as far as the time goes. What is not asked for now comes again.
    pub(crate) async fn mark_rest(&mut self) {
        while self.numbers.waiting() > 0 && self.may_go_on() {
            let batch = self.numbers.take();
            self.mark(batch).await;
        }
        if self.failed {
            self.not_marked += self.numbers.left();
        }
    }

    fn may_go_on(&self) -> bool {
        let call = self.function.config.ecat.call;
        !self.failed && self.deadline.covers(clock::now(), call)
    }

    /// Says what became of the marks.
    pub(crate) fn end(&self) {
        let metrics = &self.function.kit.metrics;
        metrics.count(Metric::OrdersNotMarked(Vendor::Ecat), self.not_marked);
    }

    async fn mark(&mut self, numbers: Vec<EcatOrderNumber>) {
        for batch in Batch::all(numbers) {
            let function = self.function;
            let secret = &function.config.ecat.secret;
            let call = async |credentials| function.client(credentials).mark_received(&batch).await;
            match function.kit.call_twice(self.gate, secret, call, fault).await {
                Ok(Ok(marks)) => self.read(&marks),
                Ok(Err(error)) => self.fail(&batch, &error),
                Err(error) => self.fail(&batch, &error),
            }
        }
    }

    fn read(&mut self, marks: &Marks) {
        self.marked += marks.received.len() as u64;
        let not = marks.failed.len() + marks.missing.len();
        self.not_marked += not as u64;
        if not == 0 {
            return;
        }
        let failed = marks
            .failed
            .iter()
            .map(|(number, why)| format!("{number}: {why:?}"));
        let missing = marks
            .missing
            .iter()
            .map(|number| format!("{number}: nothing said"));
        let named: Vec<String> = failed.chain(missing).take(NAMED).collect();
        tracing::warn!(
            orders = not,
            "ecat did not mark {not} orders received; they come again: {}",
            named.join(", ")
        );
    }

    fn fail(&mut self, batch: &Batch, error: &dyn std::error::Error) {
        self.failed = true;
        self.not_marked += batch.numbers().len() as u64;
        tracing::warn!(
            orders = batch.numbers().len(),
            "marking orders received failed, and the rest of this pull is left to the next one: {error}"
        );
    }
}
