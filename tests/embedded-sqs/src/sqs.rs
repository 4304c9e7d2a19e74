//! The server itself: the queues behind a lock, and who is told when something changes.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use host::{Clock, Gate};
use serde_json::Value;
use tokio::sync::Notify;

use crate::broker::Broker;
use crate::error::SqsError;
use crate::queue::Depths;
use crate::settings::{QueueSpec, Settings, arn};
use crate::{messages, operations};

/// How often a waiting receive looks at the clock. The clock tells nobody when it moves.
const LOOK: Duration = Duration::from_millis(20);

/// An SQS server. Clones are the same server.
#[derive(Clone)]
pub struct Sqs(Arc<Inner>);

struct Inner {
    clock: Clock,
    gate: Gate,
    broker: Mutex<Broker>,
    changed: Notify,
    judges_deliveries: AtomicBool,
}

impl fmt::Debug for Sqs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sqs")
            .field("queues", &self.names())
            .finish_non_exhaustive()
    }
}

impl Sqs {
    /// A server without queues, on this clock, whose calls pass this gate.
    pub fn new(clock: Clock, gate: Gate) -> Self {
        Self(Arc::new(Inner {
            clock,
            gate,
            broker: Mutex::default(),
            changed: Notify::new(),
            judges_deliveries: AtomicBool::new(false),
        }))
    }

    /// What URLs of queues begin with: `http://127.0.0.1:1234`, without a final slash.
    pub fn set_base_url(&self, url: &str) {
        self.broker().base_url = url.trim_end_matches('/').to_owned();
    }

    /// Makes a queue. A queue of that name keeps its messages and takes these settings.
    pub fn create(&self, spec: QueueSpec) {
        let now_ms = self.now_ms();
        self.broker().create(Settings::of(spec), now_ms);
    }

    /// The URL of the queue of this name, whether it exists or not: `<base>/000000000000/<name>`.
    pub fn url(&self, name: &str) -> String {
        self.broker().url(name)
    }

    /// The ARN of the queue of this name, whether it exists or not.
    pub fn arn(&self, name: &str) -> String {
        arn(name)
    }

    /// The names of all queues, in alphabetical order.
    pub fn names(&self) -> Vec<String> {
        self.broker().names()
    }

    /// How many messages a queue has; none, if there is no such queue.
    pub fn depths(&self, name: &str) -> Depths {
        let now_ms = self.now_ms();
        self.broker()
            .find(name)
            .map(|queue| queue.depths(now_ms))
            .unwrap_or_default()
    }

    /// The bodies of all messages in a queue, in their order, also of those that nobody may receive now.
    pub fn peek(&self, name: &str) -> Vec<String> {
        self.broker()
            .find(name)
            .map(|queue| queue.bodies())
            .unwrap_or_default()
    }

    /// Whether [`Sqs::receive`] asks the gate about each message (operation `Deliver`, caller `event-source-mapping`,
    /// subject = the body), so that duplicate and late deliveries can be played. Off at first: each of these questions
    /// counts as a call, which must not be where calls are counted in order to break the n-th.
    pub fn judge_deliveries(&self, on: bool) {
        self.0.judges_deliveries.store(on, Ordering::SeqCst);
    }

    /// Does one operation, beside the gate and without waiting: a receive that finds nothing says so at once.
    ///
    /// `body` is the request's JSON, and so is the answer.
    pub fn handle(&self, operation: &str, body: &Value) -> Result<Value, SqsError> {
        self.perform(operation, body, false)
    }

    /// Waits until a receive from this queue would find something.
    pub async fn wait_for_message(&self, name: &str) {
        let has_any = || {
            let now_ms = self.now_ms();
            self.broker()
                .find(name)
                .is_some_and(|queue| queue.has_any(now_ms))
                .then_some(())
        };
        self.until(i64::MAX, has_any).await;
    }

    /// As [`Sqs::handle`], but a receive waits as long as it says. With `in_part`, a batch fails in its last half.
    pub(crate) async fn perform_waiting(
        &self,
        operation: &str,
        body: &Value,
        in_part: bool,
    ) -> Result<Value, SqsError> {
        if operation != "ReceiveMessage" {
            return self.perform(operation, body, in_part);
        }
        let wait_s = messages::wait_s(&self.broker(), body)?;
        let receive = || match self.perform(operation, body, in_part) {
            Ok(answer) if answer["Messages"].is_null() => None,
            done => Some(done),
        };
        let found = self.until(self.now_ms() + wait_s * 1000, receive).await;
        found.unwrap_or_else(|| Ok(Value::Object(serde_json::Map::new())))
    }

    fn perform(&self, operation: &str, body: &Value, in_part: bool) -> Result<Value, SqsError> {
        let now_ms = self.now_ms();
        let answer = operations::perform(&mut self.broker(), operation, body, in_part, now_ms);
        // A receive changes nothing that others wait for.
        if operation != "ReceiveMessage" {
            self.tell();
        }
        answer
    }

    /// Tries again and again until something is found or the clock has reached `end_ms`.
    pub(crate) async fn until<T>(&self, end_ms: i64, attempt: impl Fn() -> Option<T>) -> Option<T> {
        loop {
            // Asked for before the attempt, so that no change between the two is missed.
            let changed = self.0.changed.notified();
            let found = attempt();
            if found.is_some() || self.now_ms() >= end_ms {
                return found;
            }
            // Either way the next attempt comes.
            let _ = tokio::time::timeout(LOOK, changed).await;
        }
    }

    /// Lets those who wait look again.
    pub(crate) fn tell(&self) {
        self.0.changed.notify_waiters();
    }

    pub(crate) fn now_ms(&self) -> i64 {
        self.0.clock.now_ms()
    }

    pub(crate) fn gate(&self) -> &Gate {
        &self.0.gate
    }

    pub(crate) fn judges(&self) -> bool {
        self.0.judges_deliveries.load(Ordering::SeqCst)
    }

    pub(crate) fn broker(&self) -> MutexGuard<'_, Broker> {
        self.0.broker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
