//! A paused vendor: nothing is tried there but one probe an interval; its steps stay due.

use aws_sdk_dynamodb::types::AttributeValue;
use order_model::Millis;

use crate::call::{If, Put};
use crate::item::{self, Item, Reader, number, text};
use crate::{Ledger, LedgerError};

const SK: &str = "pause";

/// So many writers may come between before we give up.
const TIMES: u32 = 12;

/// The pause of one vendor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    /// The vendor.
    pub vendor: String,
    /// Whether it is in force.
    pub active: bool,
    /// Since when.
    pub since: Millis,
    /// Why: a stable code such as `credentials_refused`.
    pub reason: String,
    /// Who set it: a function's name, or a person.
    pub by: String,
    /// When the next probe may go through.
    pub next_probe: Millis,
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

    /// Pauses a vendor. A pause that is in force already stays as it is, but for the time of its next probe.
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
                Some(pause) if pause.active => Pause {
                    next_probe,
                    revision: pause.revision + 1,
                    ..pause.clone()
                },
                _ => Pause {
                    vendor: vendor.to_owned(),
                    active: true,
                    since: now,
                    reason: reason.to_owned(),
                    by: by.to_owned(),
                    next_probe,
                    revision: known.as_ref().map_or(0, |pause| pause.revision) + 1,
                },
            };
            known = match self.put_pause(&next, known.as_ref()).await? {
                Put::Done => return Ok(()),
                Put::Refused(item) => item.map(|item| decode(vendor, &item)).transpose()?,
            };
            // Somebody else set it at the same moment, or our reply was lost: it is paused. Somebody may also have
            // lifted it at the same moment, who did not know what we know: then it is set again.
            if known.as_ref().is_some_and(|pause| pause.active) {
                return Ok(());
            }
        }
        Err(contended(vendor))
    }

    /// Takes the turn of the next probe: true for one caller only, who may then make one call.
    pub async fn take_probe(
        &self,
        pause: &Pause,
        now: Millis,
        next_probe: Millis,
    ) -> Result<bool, LedgerError> {
        if pause.next_probe > now {
            return Ok(false);
        }
        // A turn whose reply was lost and that was repeated by the SDK counts as not won: the next interval has one.
        let next = Pause {
            next_probe,
            revision: pause.revision + 1,
            ..pause.clone()
        };
        Ok(matches!(self.put_pause(&next, Some(pause)).await?, Put::Done))
    }

    /// Lifts a pause after a probe that went well. A pause that is set anew meanwhile is another one, and stays.
    pub async fn lift_pause(&self, vendor: &str) -> Result<(), LedgerError> {
        let Some(mut pause) = self.pause(vendor).await? else {
            return Ok(());
        };
        for _ in 0..TIMES {
            let next = Pause {
                active: false,
                revision: pause.revision + 1,
                ..pause.clone()
            };
            let stands = match self.put_pause(&next, Some(&pause)).await? {
                Put::Done | Put::Refused(None) => return Ok(()),
                Put::Refused(Some(item)) => decode(vendor, &item)?,
            };
            // Refused: our own reply was lost, or somebody took a probe's turn, which leaves the pause in force.
            if !stands.active || !stands.is_same(&pause) {
                return Ok(());
            }
            pause = stands;
        }
        Err(contended(vendor))
    }

    async fn put_pause(&self, next: &Pause, known: Option<&Pause>) -> Result<Put, LedgerError> {
        let condition = known.map_or(If::Absent, |pause| If::Revision(pause.revision));
        self.put_if(encode(next), condition).await
    }
}

impl Pause {
    fn is_same(&self, other: &Self) -> bool {
        (self.since, &self.by, &self.reason) == (other.since, &other.by, &other.reason)
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
    item.insert("next_probe".into(), number(pause.next_probe.0));
    item
}

fn decode(vendor: &str, item: &Item) -> Result<Pause, LedgerError> {
    let key = name(vendor);
    let reader = Reader::open(&key, item)?;
    Ok(Pause {
        vendor: vendor.to_owned(),
        active: reader.flag("active"),
        since: reader.millis("since")?,
        reason: reader.text("reason")?.to_owned(),
        by: reader.text("by")?.to_owned(),
        next_probe: reader.millis("next_probe")?,
        revision: reader.number("rev")?,
    })
}
