//! One queue: what is in it, who may see it, and until when. It knows no clock; the time comes in.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::SqsError;
use crate::message::{Handle, Message};
use crate::settings::Settings;

/// How long a deduplication id is remembered, even after its message was deleted: 5 minutes (API reference of
/// `SendMessage`; "continues tracking the deduplication ID even after the message has been received and deleted",
/// developer guide, FIFO key terms).
const DEDUP_MS: i64 = 300_000;

/// How many messages a queue has, by what may happen to them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Depths {
    /// Could be received now, but for a message group that is in flight.
    pub visible: usize,
    /// Received, and neither deleted nor visible again.
    pub in_flight: usize,
    /// Not to be received yet.
    pub delayed: usize,
}

impl Depths {
    /// All messages.
    pub fn total(self) -> usize {
        self.visible + self.in_flight + self.delayed
    }
}

/// A first message of a deduplication id.
#[derive(Clone, Debug)]
struct Remembered {
    until_ms: i64,
    id: String,
    sequence: Option<String>,
}

#[derive(Debug)]
pub(crate) struct Queue {
    /// Told apart from a queue of the same name that was deleted.
    serial: u64,
    pub(crate) settings: Settings,
    pub(crate) created_ms: i64,
    pub(crate) modified_ms: i64,
    pub(crate) purged_ms: Option<i64>,
    messages: Vec<Message>,
    remembered: BTreeMap<(Option<String>, String), Remembered>,
}

/// What a receive found.
#[derive(Debug, Default)]
pub(crate) struct Taken {
    /// What the receiver gets, with the handle for it.
    pub(crate) delivered: Vec<(Message, Handle)>,
    /// What has been received too often and belongs in the dead-letter queue.
    pub(crate) dead: Vec<Message>,
}

impl Queue {
    pub(crate) fn new(serial: u64, settings: Settings, now_ms: i64) -> Self {
        Self {
            serial,
            settings,
            created_ms: now_ms,
            modified_ms: now_ms,
            purged_ms: None,
            messages: Vec::new(),
            remembered: BTreeMap::new(),
        }
    }

    fn fifo(&self) -> bool {
        self.settings.spec.fifo
    }

    /// The id and sequence number of the message that was sent with this deduplication id less than 5 minutes ago.
    pub(crate) fn duplicate(&mut self, message: &Message, now_ms: i64) -> Option<(String, Option<String>)> {
        self.remembered.retain(|_, first| first.until_ms > now_ms);
        let first = self.remembered.get(&self.dedup_key(message)?)?;
        Some((first.id.clone(), first.sequence.clone()))
    }

    fn dedup_key(&self, message: &Message) -> Option<(Option<String>, String)> {
        let id = message.dedup.clone().filter(|_| self.fifo())?;
        Some((message.group.clone().filter(|_| self.settings.dedup_by_group), id))
    }

    /// Adds a message that a client sent, and remembers its deduplication id.
    pub(crate) fn send(&mut self, message: Message, now_ms: i64) {
        if let Some(key) = self.dedup_key(&message) {
            let first = Remembered {
                until_ms: now_ms + DEDUP_MS,
                id: message.id.clone(),
                sequence: message.sequence.clone(),
            };
            self.remembered.insert(key, first);
        }
        self.put(message);
    }

    /// Adds a message that comes from another queue, or once more from this one.
    pub(crate) fn put(&mut self, message: Message) {
        self.messages.push(message);
    }

    /// Up to `max` messages, invisible from now on for this long. With `dead_after`, messages that were received as
    /// often as that are taken out instead.
    pub(crate) fn take(&mut self, max: usize, hide_ms: i64, dead_after: Option<u64>, now_ms: i64) -> Taken {
        self.expire(now_ms);
        let mut locked = self.locked(now_ms);
        let (mut taken, mut dead) = (Taken::default(), BTreeSet::new());
        let (fifo, queue) = (self.fifo(), self.serial);
        for message in &mut self.messages {
            if taken.delivered.len() == max {
                break;
            }
            if fifo && message.group.as_ref().is_some_and(|group| locked.contains(group)) {
                continue;
            }
            if !message.is_visible(now_ms) {
                // What comes after it in its group must not overtake it.
                locked.extend(message.group.clone());
                continue;
            }
            if dead_after.is_some_and(|count| message.receives >= count) {
                dead.insert(message.entry);
                continue;
            }
            message.receives += 1;
            message.handles += 1;
            message.hidden_until_ms = now_ms + hide_ms;
            message.first_received_ms.get_or_insert(now_ms);
            let handle = Handle {
                queue,
                entry: message.entry,
                number: message.handles,
            };
            taken.delivered.push((message.clone(), handle));
        }
        taken.dead = self.remove(&dead);
        taken
    }

    /// The message groups with a message in flight. While there is one, no other of its group is handed out.
    fn locked(&self, now_ms: i64) -> BTreeSet<String> {
        self.messages
            .iter()
            .filter(|message| message.is_hidden(now_ms))
            .filter_map(|m| m.group.clone())
            .collect()
    }

    /// Whether a receive would find something.
    pub(crate) fn has_any(&self, now_ms: i64) -> bool {
        let locked = self.locked(now_ms);
        let free = |message: &Message| {
            !self.fifo() || !message.group.as_ref().is_some_and(|group| locked.contains(group))
        };
        self.messages
            .iter()
            .any(|message| message.is_visible(now_ms) && free(message))
    }

    fn remove(&mut self, entries: &BTreeSet<u64>) -> Vec<Message> {
        self.messages
            .extract_if(.., |message| entries.contains(&message.entry))
            .collect()
    }

    /// Takes out all messages that are visible, for another queue.
    pub(crate) fn take_visible(&mut self, now_ms: i64) -> Vec<Message> {
        self.messages
            .extract_if(.., |message| message.is_visible(now_ms))
            .collect()
    }

    /// Forgets what is older than the retention period.
    fn expire(&mut self, now_ms: i64) {
        let keep_ms = self.settings.spec.retention_s * 1000;
        self.messages
            .retain(|message| now_ms < message.kept_from_ms + keep_ms);
    }

    pub(crate) fn purge(&mut self, now_ms: i64) {
        self.messages.clear();
        self.purged_ms = Some(now_ms);
    }

    /// The message that a handle is for; `None`: it is not here any more.
    fn find(&mut self, text: &str) -> Result<Option<(Handle, &mut Message)>, SqsError> {
        let handle = Handle::read(text).filter(|handle| handle.queue == self.serial);
        let handle = handle.ok_or_else(|| SqsError::bad_handle(text))?;
        let message = self
            .messages
            .iter_mut()
            .find(|message| message.entry == handle.entry);
        Ok(message.map(|message| (handle, message)))
    }

    /// Deletes by a receipt handle. Deleting what is gone succeeds.
    pub(crate) fn delete(&mut self, text: &str, now_ms: i64) -> Result<(), SqsError> {
        let fifo = self.fifo();
        let Some((handle, message)) = self.find(text)? else {
            return Ok(());
        };
        let newest = handle.number == message.handles;
        if fifo && !(newest && message.is_hidden(now_ms)) {
            return Err(SqsError::expired(text));
        }
        if newest {
            self.remove(&BTreeSet::from([handle.entry]));
        }
        Ok(())
    }

    /// Hides the message for this long from now on; 0 makes it visible.
    pub(crate) fn change_visibility(
        &mut self,
        text: &str,
        hide_ms: i64,
        now_ms: i64,
    ) -> Result<(), SqsError> {
        let fifo = self.fifo();
        let gone = "Message does not exist or is not available for visibility timeout change.";
        let Some((handle, message)) = self.find(text)? else {
            return Err(SqsError::value(text, "ReceiptHandle", gone));
        };
        let newest = handle.number == message.handles;
        if fifo && !(newest && message.is_hidden(now_ms)) {
            return Err(SqsError::expired(text));
        }
        if newest {
            message.hidden_until_ms = now_ms + hide_ms;
        }
        Ok(())
    }

    /// Undoes a delivery, as if the message had not been there yet before `until_ms`.
    pub(crate) fn put_off(&mut self, entry: u64, until_ms: i64) {
        if let Some(message) = self.messages.iter_mut().find(|message| message.entry == entry) {
            message.receives = message.receives.saturating_sub(1);
            message.first_received_ms = message.first_received_ms.filter(|_| message.receives > 0);
            message.hidden_until_ms = 0;
            message.delayed_until_ms = message.delayed_until_ms.max(until_ms);
            message.faulted = true;
        }
    }

    /// Lets a delivered message be visible at once, as if its timeout were over.
    pub(crate) fn release(&mut self, entry: u64) {
        if let Some(message) = self.messages.iter_mut().find(|message| message.entry == entry) {
            message.hidden_until_ms = 0;
            message.faulted = true;
        }
    }

    pub(crate) fn depths(&self, now_ms: i64) -> Depths {
        let keep_ms = self.settings.spec.retention_s * 1000;
        let mut depths = Depths::default();
        for message in self
            .messages
            .iter()
            .filter(|message| now_ms < message.kept_from_ms + keep_ms)
        {
            if message.is_hidden(now_ms) {
                depths.in_flight += 1;
            } else if message.is_delayed(now_ms) {
                depths.delayed += 1;
            } else {
                depths.visible += 1;
            }
        }
        depths
    }

    pub(crate) fn bodies(&self) -> Vec<String> {
        self.messages.iter().map(|message| message.body.clone()).collect()
    }
}
