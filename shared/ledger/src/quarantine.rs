//! Records that could not be read: kept as they came, named, counted. Quarantine is not knowledge of an order.

use std::collections::HashMap;

use order_model::{Millis, RawRef};

use crate::call::{If, Put};
use crate::item::{self, Item, Reader, number, text};
use crate::{Ledger, LedgerError};

const SK: &str = "record";
const PREFIX: &str = "quarantine#";
/// Quarantined records stand in the open index under this name until they are resolved, so that they can be listed and
/// counted.
const PLACE_IN_INDEX: &str = "quarantine";
/// So many writers may come between before we give up.
const TIMES: u32 = 12;

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
    /// When it was resolved, and how.
    pub resolved: Option<(Millis, String)>,
}

/// What quarantining came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quarantined {
    /// It is new, or came again after it had been resolved.
    New,
    /// It was there before; nothing to say again.
    Known,
    /// These very bytes were resolved: somebody decided about them, or their order was read another way.
    Resolved,
}

impl Ledger {
    /// Quarantines a record whose raw text is already kept. One of the same name that was
    /// resolved is opened again, unless it is the very record that was resolved.
    pub async fn quarantine(&self, record: &Quarantine) -> Result<Quarantined, LedgerError> {
        let writer = self.token();
        let key = name(&record.source, &record.id);
        let record = Quarantine {
            resolved: None,
            ..record.clone()
        };
        let mut stands: Option<String> = None;
        for _ in 0..TIMES {
            let condition = stands.as_deref().map_or(If::Absent, If::Writer);
            let item = match self.put_if(encode(&record, &writer), condition).await? {
                Put::Done => return Ok(Quarantined::New),
                Put::Refused(item) => item,
            };
            stands = match item {
                // Our own reply was lost: it is new, and has to be named.
                Some(item) if item.get("w") == Some(&text(&*writer)) => return Ok(Quarantined::New),
                Some(item) if is_open(&item) => return Ok(Quarantined::Known),
                // A person has decided about these very bytes.
                Some(item) if Reader::open(&key, &item)?.maybe_text("raw") == Some(&record.raw.hash) => {
                    return Ok(Quarantined::Resolved);
                }
                Some(item) => Some(Reader::open(&key, &item)?.text("w")?.to_owned()),
                None => None,
            };
        }
        Err(LedgerError::Contended { key, times: TIMES })
    }

    /// Reads one, resolved or not.
    pub async fn quarantined(&self, source: &str, id: &str) -> Result<Option<Quarantine>, LedgerError> {
        let item = self.get(&name(source, id), SK).await?;
        item.map(|item| decode(&item)).transpose()
    }

    /// The records that are not resolved, the one that was seen first at the front, at most `most`. Named by the index,
    /// which follows the table with a delay, and read from the table.
    pub async fn quarantined_records(&self, most: usize) -> Result<Vec<Quarantine>, LedgerError> {
        let mut found = Vec::new();
        let mut from = None;
        loop {
            let (named, next) = self.in_open(PLACE_IN_INDEX, from).await?;
            found.extend(self.unresolved(&named).await?);
            from = next;
            if from.is_none() || found.len() >= most {
                found.truncate(most);
                return Ok(found);
            }
        }
    }

    /// Those of one page of the index that are not resolved, in the order of the page.
    async fn unresolved(&self, named: &[Item]) -> Result<Vec<Quarantine>, LedgerError> {
        let names: Vec<&str> = named.iter().filter_map(key_of).collect();
        let keys = names.iter().map(|name| item::key(name, SK)).collect();
        let items = self.read_batch(keys).await?;
        let mut read: HashMap<&str, &Item> = items
            .iter()
            .filter(|item| is_open(item))
            .filter_map(|item| Some((key_of(item)?, item)))
            .collect();
        let in_order = names.iter().filter_map(|name| read.remove(name));
        in_order.map(decode).collect()
    }

    /// Notes that a record is resolved, and how: it leaves the index and stays in the table. False if there is none
    /// that is not resolved, or another one came in its place at the same moment.
    pub async fn resolve_quarantine(
        &self,
        source: &str,
        id: &str,
        how: &str,
        at: Millis,
    ) -> Result<bool, LedgerError> {
        let key = name(source, id);
        let Some(item) = self.get(&key, SK).await? else {
            return Ok(false);
        };
        let seen = Reader::open(&key, &item)?.text("w")?;
        let record = decode(&item)?;
        if record.resolved.is_some() {
            return Ok(false);
        }
        let resolved = Quarantine {
            resolved: Some((at, how.to_owned())),
            ..record
        };
        let writer = self.token();
        let put = self.put_if(encode(&resolved, &writer), If::Writer(seen)).await?;
        // Refused, and not ours: somebody else resolved it, and it may have come again since. What nobody has looked at
        // is not resolved here.
        Ok(match put {
            Put::Done => true,
            Put::Refused(item) => item.is_some_and(|item| item.get("w") == Some(&text(writer))),
        })
    }
}

pub(crate) fn name(source: &str, id: &str) -> String {
    format!("{PREFIX}{source}#{id}")
}

fn key_of(item: &Item) -> Option<&str> {
    item.get("pk")?.as_s().ok().map(String::as_str)
}

fn is_open(item: &Item) -> bool {
    item.contains_key("open")
}

fn encode(record: &Quarantine, writer: &str) -> Item {
    let mut item = item::new(name(&record.source, &record.id), SK);
    let mut put = |name: &str, value| item.insert(name.to_owned(), value);
    put("w", text(writer));
    put("raw", text(&*record.raw.hash));
    put("chunks", number(record.raw.chunks));
    put("place", number(record.place));
    put("fault", text(&*record.fault));
    put("at", number(record.at.0));
    if let Some((at, how)) = &record.resolved {
        put("resolved", number(at.0));
        put("how", text(&**how));
    } else {
        put("open", text(PLACE_IN_INDEX));
        put("look_at", number(record.at.0));
    }
    item
}

fn decode(item: &Item) -> Result<Quarantine, LedgerError> {
    let key = key_of(item).unwrap_or("quarantine without a key");
    let reader = Reader::open(key, item)?;
    let named = key.strip_prefix(PREFIX).and_then(|name| name.split_once('#'));
    let (source, id) = named.ok_or_else(|| reader.unreadable("pk"))?;
    let resolved = reader.maybe_number("resolved").map(Millis);
    Ok(Quarantine {
        source: source.to_owned(),
        id: id.to_owned(),
        raw: RawRef {
            hash: reader.text("raw")?.to_owned(),
            chunks: reader.number("chunks")?,
        },
        place: reader.number("place")?,
        fault: reader.text("fault")?.to_owned(),
        at: reader.millis("at")?,
        resolved: resolved
            .map(|at| Ok::<_, LedgerError>((at, reader.text("how")?.to_owned())))
            .transpose()?,
    })
}
