//! Records that could not be read: kept as they came, named, counted. Quarantine is not knowledge of an order.

use order_model::{Millis, RawRef};

use crate::call::{If, Put};
use crate::item::{self, Item, Reader, number, text};
use crate::{Ledger, LedgerError};

const SK: &str = "record";
/// Quarantined records stand in the open index under this name, so that they can be listed and counted.
const PLACE_IN_INDEX: &str = "quarantine";

/// A quarantined record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantine {
    /// `repspark`, …
    pub source: String,
    /// The vendor's number of the order if one can be found, else a hash of the bytes.
    pub id: String,
    /// Its raw text.
    pub raw: RawRef,
    /// Which record of the answer it was, from 1.
    pub place: u64,
    /// What is wrong with it, without its content.
    pub fault: String,
    /// When it was seen first.
    pub at: Millis,
}

/// What quarantining came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quarantined {
    /// It is new.
    New,
    /// It was there before; nothing to say again.
    Known,
}

impl Ledger {
    /// Quarantines a record whose raw text is already kept.
    pub async fn quarantine(&self, record: &Quarantine) -> Result<Quarantined, LedgerError> {
        let writer = self.token();
        let mut item = encode(record);
        item.insert("w".into(), text(&*writer));
        match self.put_if(item, If::Absent).await? {
            Put::Done => Ok(Quarantined::New),
            // Our own reply was lost: it is new, and has to be named.
            Put::Refused(Some(item)) if item.get("w") == Some(&text(&*writer)) => Ok(Quarantined::New),
            Put::Refused(_) => Ok(Quarantined::Known),
        }
    }

    /// Reads one.
    pub async fn quarantined(&self, source: &str, id: &str) -> Result<Option<Quarantine>, LedgerError> {
        let key = name(source, id);
        let Some(item) = self.get(&key, SK).await? else {
            return Ok(None);
        };
        let reader = Reader::open(&key, &item)?;
        Ok(Some(Quarantine {
            source: source.to_owned(),
            id: id.to_owned(),
            raw: RawRef {
                hash: reader.text("raw")?.to_owned(),
                chunks: reader.number("chunks")?,
            },
            place: reader.number("place")?,
            fault: reader.text("fault")?.to_owned(),
            at: reader.millis("at")?,
        }))
    }
}

fn name(source: &str, id: &str) -> String {
    format!("quarantine#{source}#{id}")
}

fn encode(record: &Quarantine) -> Item {
    let mut item = item::new(name(&record.source, &record.id), SK);
    let mut put = |name: &str, value| item.insert(name.to_owned(), value);
    put("raw", text(&*record.raw.hash));
    put("chunks", number(record.raw.chunks));
    put("place", number(record.place));
    put("fault", text(&*record.fault));
    put("at", number(record.at.0));
    put("open", text(PLACE_IN_INDEX));
    put("look_at", number(record.at.0));
    item
}
