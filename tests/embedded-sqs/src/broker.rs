//! All queues together: what one call does when it concerns more than one of them.

use std::collections::BTreeMap;

use crate::error::SqsError;
use crate::message::{Handle, Message};
use crate::queue::Queue;
use crate::redrive::MoveTask;
use crate::settings::{ACCOUNT, Settings};

/// The state behind the server's lock.
#[derive(Debug, Default)]
pub(crate) struct Broker {
    pub(crate) base_url: String,
    queues: BTreeMap<String, Queue>,
    serial: u64,
    pub(crate) moves: Vec<MoveTask>,
}

impl Broker {
    /// A number that nothing else here has.
    pub(crate) fn next(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }

    /// A sequence number: 20 digits, growing.
    pub(crate) fn sequence(&mut self) -> String {
        format!("{:020}", self.next())
    }

    pub(crate) fn url(&self, name: &str) -> String {
        format!("{}/{ACCOUNT}/{name}", self.base_url)
    }

    pub(crate) fn names(&self) -> Vec<String> {
        self.queues.keys().cloned().collect()
    }

    /// Makes a queue, or gives one that exists new settings.
    pub(crate) fn create(&mut self, settings: Settings, now_ms: i64) {
        let serial = self.next();
        match self.queues.get_mut(&settings.spec.name) {
            Some(queue) => queue.settings = settings,
            None => {
                self.queues
                    .insert(settings.spec.name.clone(), Queue::new(serial, settings, now_ms));
            }
        }
    }

    pub(crate) fn delete_queue(&mut self, name: &str) -> Result<(), SqsError> {
        self.queues.remove(name).map(drop).ok_or_else(SqsError::no_queue)
    }

    pub(crate) fn find(&self, name: &str) -> Option<&Queue> {
        self.queues.get(name)
    }

    pub(crate) fn queue(&self, name: &str) -> Result<&Queue, SqsError> {
        self.find(name).ok_or_else(SqsError::no_queue)
    }

    pub(crate) fn queue_mut(&mut self, name: &str) -> Result<&mut Queue, SqsError> {
        self.queues.get_mut(name).ok_or_else(SqsError::no_queue)
    }

    /// The names of the queues whose dead-letter queue this is.
    pub(crate) fn sources(&self, dead_letter_queue: &str) -> Vec<String> {
        let is_source = |queue: &&Queue| {
            queue
                .settings
                .spec
                .redrive
                .as_ref()
                .is_some_and(|redrive| redrive.dead_letter_queue == dead_letter_queue)
        };
        self.queues
            .values()
            .filter(is_source)
            .map(|queue| queue.settings.spec.name.clone())
            .collect()
    }

    /// Receives from a queue; what was received too often goes to its dead-letter queue meanwhile.
    pub(crate) fn take(
        &mut self,
        name: &str,
        max: usize,
        hide_s: Option<i64>,
        now_ms: i64,
    ) -> Result<Vec<(Message, Handle)>, SqsError> {
        let spec = &self.queue(name)?.settings.spec;
        let hide_ms = hide_s.unwrap_or(spec.visibility_timeout_s) * 1000;
        let redrive = spec
            .redrive
            .clone()
            .filter(|redrive| self.queues.contains_key(&redrive.dead_letter_queue));
        let dead_after = redrive.as_ref().map(|redrive| redrive.max_receive_count);
        let taken = self.queue_mut(name)?.take(max, hide_ms, dead_after, now_ms);
        if let Some(redrive) = redrive {
            for message in taken.dead {
                self.bury(message, name, &redrive.dead_letter_queue, now_ms)?;
            }
        }
        Ok(taken.delivered)
    }

    /// Moves a message into a dead-letter queue.
    ///
    /// Its age goes on on a standard queue and starts anew on a FIFO queue (developer guide, "Setting-up dead-letter
    /// queue retention": "the enqueue timestamp is unchanged" against "resets"). On a FIFO queue its id takes the place
    /// of its deduplication id (developer guide, "Learn how to configure a dead-letter queue redrive").
    fn bury(&mut self, message: Message, from: &str, to: &str, now_ms: i64) -> Result<(), SqsError> {
        let entry = self.next();
        let queue = self.queue_mut(to)?;
        let fifo = queue.settings.spec.fifo;
        let kept_from_ms = if fifo { now_ms } else { message.kept_from_ms };
        let dedup = if fifo {
            Some(message.id.clone())
        } else {
            message.dedup
        };
        queue.put(Message {
            entry,
            kept_from_ms,
            dedup,
            hidden_until_ms: 0,
            handles: 0,
            came_from: Some(from.to_owned()),
            ..message
        });
        Ok(())
    }
}
