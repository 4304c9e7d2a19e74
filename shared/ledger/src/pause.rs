//! A paused vendor: nothing is tried there but one probe an interval, and nothing at all if a person paused it; its steps
//! stay due.

use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use order_model::Millis;

use crate::call::{If, Put};
use crate::item::{self, Item, Reader, number, text};
use crate::{Ledger, LedgerError};

const SK: &str = "pause";

/// So many writers may come between before we give up.
const TIMES: u32 = 12;

/// The reason that any proven answer of the vendor disproves, whoever asked. What other reasons mean is known only to the
/// function that gave them.
const CREDENTIALS_REFUSED: &str = "credentials_refused";

/// The pause of one vendor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    /// The vendor.
    pub vendor: String,
    /// Whether it is in force.
    pub active: bool,
    /// Since when.
    pub since: Millis,
    /// Why: a stable code such as `credentials_refused`, or a person's words.
    pub reason: String,
    /// Who set it: a function's name, or a person.
    pub by: String,
    /// Whether a person set it: then there are no probes, and only a person lifts it.
    pub by_person: bool,
    /// When a function said so last, while it was in force.
    pub again_at: Millis,
    /// When the next probe may go through; never, if a person set it.
    pub next_probe: Option<Millis>,
    revision: u64,
}

impl Ledger {
    /// The pause in force for a vendor, if any. To be read once per invocation.
    pub async fn pause(&self, vendor: &str) -> Result<Option<Pause>, LedgerError> {
        Ok(self.any_pause(vendor).await?.filter(|pause| pause.active))
    }

    async fn any_pause(&self, vendor: &str) -> Result<Option<Pause>, LedgerError> {
        self.get(&name(vendor), SK)
            .await?
            .map(|item| decode(vendor, &item))
            .transpose()
    }

    /// Pauses a vendor, for a function. A pause that is in force already stays as it is, but for the time of its next
    /// probe; a person's pause stays as it is altogether.
    pub async fn set_pause(
        &self,
        vendor: &str,
        reason: &str,
        by: &str,
        now: Millis,
        next_probe: Millis,
    ) -> Result<(), LedgerError> {
        let mut known = self.any_pause(vendor).await?;
        for _ in 0..TIMES {
            let next = match &known {
                Some(pause) if pause.active && pause.by_person => return Ok(()),
                Some(pause) if pause.active => Pause {
                    again_at: now,
                    next_probe: Some(next_probe),
                    ..pause.clone()
                },
                _ => Pause {
                    vendor: vendor.to_owned(),
                    active: true,
                    since: now,
                    reason: reason.to_owned(),
                    by: by.to_owned(),
                    by_person: false,
                    again_at: now,
                    next_probe: Some(next_probe),
                    revision: 0,
                },
            };
            known = match self.put_pause(next, known.as_ref()).await? {
                Put::Done => return Ok(()),
                Put::Refused(item) => item.map(|item| decode(vendor, &item)).transpose()?,
            };
            // Our reply was lost, or somebody else was refused at the same moment or later. Where a probe's turn was
            // taken or the pause was lifted, somebody did not know what we know: then it is set again.
            if known
                .as_ref()
                .is_some_and(|pause| pause.active && pause.again_at >= now)
            {
                return Ok(());
            }
        }
        Err(contended(vendor))
    }

    /// Pauses a vendor, for a person: without probes, until [`Ledger::resume_by_hand`]. It takes the place of a
    /// function's pause; one that a person had set before keeps its `since`.
    pub async fn pause_by_hand(
        &self,
        vendor: &str,
        by: &str,
        why: &str,
        now: Millis,
    ) -> Result<(), LedgerError> {
        let mut known = self.any_pause(vendor).await?;
        for _ in 0..TIMES {
            let before = known.as_ref().filter(|pause| pause.active && pause.by_person);
            // Said before; or our reply was lost.
            if before.is_some_and(|pause| pause.by == by && pause.reason == why) {
                return Ok(());
            }
            let next = Pause {
                vendor: vendor.to_owned(),
                active: true,
                since: before.map_or(now, |pause| pause.since),
                reason: why.to_owned(),
                by: by.to_owned(),
                by_person: true,
                again_at: before.map_or(now, |pause| pause.since),
                next_probe: None,
                revision: 0,
            };
            known = match self.put_pause(next, known.as_ref()).await? {
                Put::Done => return Ok(()),
                Put::Refused(item) => item.map(|item| decode(vendor, &item)).transpose()?,
            };
        }
        Err(contended(vendor))
    }

    /// Takes the turn of the next probe: true for one caller only, who may then make one call. `by` is the function that
    /// asks: a pause for another reason than refused credentials is probed by the function that set it alone, because a
    /// good answer to another's call proves nothing about it. Nobody probes a person's pause.
    pub async fn take_probe(
        &self,
        pause: &Pause,
        by: &str,
        now: Millis,
        next_probe: Millis,
    ) -> Result<bool, LedgerError> {
        if !pause.may_be_probed(by, now) {
            return Ok(false);
        }
        // A turn whose reply was lost and that was repeated by the SDK counts as not won: the next interval has one.
        let next = Pause {
            next_probe: Some(next_probe),
            ..pause.clone()
        };
        Ok(matches!(self.put_pause(next, Some(pause)).await?, Put::Done))
    }

    /// Lifts the pause that a probe was taken on, after that probe went well: whether none is in force any more. A
    /// person's pause stays, and so does one that was set, or given a reason again, since that pause was read.
    pub async fn lift_pause(&self, probed: &Pause) -> Result<bool, LedgerError> {
        if probed.by_person {
            return Ok(false);
        }
        let vendor = probed.vendor.as_str();
        let mut stands = self.any_pause(vendor).await?;
        for _ in 0..TIMES {
            // Lifted by somebody else, or by ourselves and the reply was lost; or the item was removed by hand.
            let Some(pause) = stands.filter(|pause| pause.active) else {
                return Ok(true);
            };
            if !pause.is_same(probed) {
                return Ok(false);
            }
            stands = match self.put_pause(pause.lifted(), Some(&pause)).await? {
                Put::Done => return Ok(true),
                Put::Refused(item) => item.map(|item| decode(vendor, &item)).transpose()?,
            };
        }
        Err(contended(vendor))
    }

    /// Lifts whatever pause is in force, for a person: whether there was one. One that is set at the same moment is
    /// another one, and stays.
    pub async fn resume_by_hand(&self, vendor: &str) -> Result<bool, LedgerError> {
        let Some(seen) = self.pause(vendor).await? else {
            return Ok(false);
        };
        let mut pause = seen.clone();
        for _ in 0..TIMES {
            let stands = match self.put_pause(pause.lifted(), Some(&pause)).await? {
                Put::Done | Put::Refused(None) => return Ok(true),
                Put::Refused(Some(item)) => decode(vendor, &item)?,
            };
            // Refused: our own reply was lost, or somebody took a probe's turn or was refused again, which leaves the
            // pause that the person lifts in force.
            if !stands.active || stands.since != seen.since || stands.by_person != seen.by_person {
                return Ok(true);
            }
            pause = stands;
        }
        Err(contended(vendor))
    }

    async fn put_pause(&self, next: Pause, known: Option<&Pause>) -> Result<Put, LedgerError> {
        let (condition, revision) = known.map_or((If::Absent, 0), |pause| {
            (If::Revision(pause.revision), pause.revision)
        });
        let next = Pause {
            revision: revision + 1,
            ..next
        };
        self.put_if(encode(&next), condition).await
    }
}

/// So long after its probe was due, and was not made, any function may make it.
const OTHERS_AFTER: Duration = Duration::from_secs(3600);

impl Pause {
    /// Whether this function may probe the vendor now.
    pub fn may_be_probed(&self, by: &str, now: Millis) -> bool {
        let Some(at) = self.next_probe.filter(|_| !self.by_person) else {
            return false;
        };
        let disproves = self.reason == CREDENTIALS_REFUSED || self.by == by;
        // The function that set it may have nothing left to try: the others must not wait for it for ever.
        at <= now && (disproves || at + OTHERS_AFTER <= now)
    }

    /// Whether it is this pause, whoever took a probe's turn meanwhile, and nobody was refused since.
    pub fn is_same(&self, other: &Self) -> bool {
        let one = |pause: &Self| (pause.since, pause.again_at, pause.by_person);
        one(self) == one(other) && self.by == other.by && self.reason == other.reason
    }

    fn lifted(&self) -> Self {
        Self {
            active: false,
            ..self.clone()
        }
    }
}

fn contended(vendor: &str) -> LedgerError {
    LedgerError::Contended {
        key: name(vendor),
        times: TIMES,
    }
}

fn name(vendor: &str) -> String {
    format!("pause#{vendor}")
}

fn encode(pause: &Pause) -> Item {
    let mut item = item::new(name(&pause.vendor), SK);
    item.insert("rev".into(), number(pause.revision));
    item.insert("active".into(), AttributeValue::Bool(pause.active));
    item.insert("since".into(), number(pause.since.0));
    item.insert("reason".into(), text(&*pause.reason));
    item.insert("by".into(), text(&*pause.by));
    // What a function's pause that was set once does not have is left out.
    if pause.by_person {
        item.insert("by_person".into(), AttributeValue::Bool(true));
    }
    if pause.again_at != pause.since {
        item.insert("again_at".into(), number(pause.again_at.0));
    }
    if let Some(next_probe) = pause.next_probe {
        item.insert("next_probe".into(), number(next_probe.0));
    }
    item
}

fn decode(vendor: &str, item: &Item) -> Result<Pause, LedgerError> {
    let key = name(vendor);
    let reader = Reader::open(&key, item)?;
    let (by_person, since) = (reader.flag("by_person"), reader.millis("since")?);
    Ok(Pause {
        vendor: vendor.to_owned(),
        active: reader.flag("active"),
        since,
        reason: reader.text("reason")?.to_owned(),
        by: reader.text("by")?.to_owned(),
        by_person,
        again_at: reader.maybe_number("again_at").map_or(since, Millis),
        next_probe: if by_person {
            None
        } else {
            Some(reader.millis("next_probe")?)
        },
        revision: reader.number("rev")?,
    })
}
