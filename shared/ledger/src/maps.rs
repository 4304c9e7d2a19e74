//! Field maps: each version kept once for ever, and which one is current.

use order_model::Millis;

use crate::call::{If, Put};
use crate::item::{self, Item, Reader, number, text};
use crate::{Ledger, LedgerError};

/// The sort key of the item that names the current version. No version has this name.
const CURRENT: &str = "current";

/// One version of a field map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredMap {
    /// `repspark`, …
    pub source: String,
    /// Its version, which is made of its text: the same version is the same text.
    pub version: String,
    /// The map, as it was given.
    pub text: String,
    /// Who stored it.
    pub by: String,
    /// What for.
    pub why: String,
    /// When it was stored first.
    pub at: Millis,
}

/// Which version of a source's field map is current.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MapPointer {
    /// The version.
    pub version: String,
    /// Who named it.
    pub by: String,
    /// When.
    pub at: Millis,
    revision: u64,
}

impl Ledger {
    /// Keeps a version of a field map. The one that stands there first counts.
    pub async fn keep_map(&self, map: &StoredMap) -> Result<(), LedgerError> {
        let key = name(&map.source);
        if map.version == CURRENT {
            return Err(LedgerError::Unreadable {
                key,
                what: "no version may be called `current`",
            });
        }
        let mut item = item::new(key, &map.version);
        item.insert("text".into(), text(&*map.text));
        item.insert("by".into(), text(&*map.by));
        item.insert("why".into(), text(&*map.why));
        item.insert("at".into(), number(map.at.0));
        match self.put_if(item, If::Absent).await? {
            Put::Done | Put::Refused(_) => Ok(()),
        }
    }

    /// Reads a version of a field map.
    pub async fn map(&self, source: &str, version: &str) -> Result<Option<StoredMap>, LedgerError> {
        let key = name(source);
        let Some(item) = self.get(&key, version).await? else {
            return Ok(None);
        };
        let reader = Reader::open(&key, &item)?;
        Ok(Some(StoredMap {
            source: source.to_owned(),
            version: version.to_owned(),
            text: reader.text("text")?.to_owned(),
            by: reader.text("by")?.to_owned(),
            why: reader.text("why")?.to_owned(),
            at: reader.millis("at")?,
        }))
    }

    /// Which version is current; none before the first was named.
    pub async fn current_map(&self, source: &str) -> Result<Option<MapPointer>, LedgerError> {
        self.get(&name(source), CURRENT)
            .await?
            .map(|item| decode(source, &item))
            .transpose()
    }

    /// Names the current version, which must have been kept before. False if somebody else named another one since
    /// `seen` was read.
    pub async fn use_map(
        &self,
        source: &str,
        version: &str,
        seen: Option<&MapPointer>,
        by: &str,
        at: Millis,
    ) -> Result<bool, LedgerError> {
        let writer = text(self.token());
        let mut item = item::new(name(source), CURRENT);
        let revision = seen.map_or(0, |seen| seen.revision) + 1;
        item.insert("rev".into(), number(revision));
        item.insert("w".into(), writer.clone());
        item.insert("version".into(), text(version));
        item.insert("by".into(), text(by));
        item.insert("at".into(), number(at.0));
        let condition = seen.map_or(If::Absent, |seen| If::Revision(seen.revision));
        Ok(match self.put_if(item, condition).await? {
            Put::Done => true,
            Put::Refused(item) => item.is_some_and(|item| item.get("w") == Some(&writer)),
        })
    }
}

fn name(source: &str) -> String {
    format!("map#{source}")
}

fn decode(source: &str, item: &Item) -> Result<MapPointer, LedgerError> {
    let key = name(source);
    let reader = Reader::open(&key, item)?;
    Ok(MapPointer {
        version: reader.text("version")?.to_owned(),
        by: reader.text("by")?.to_owned(),
        at: reader.millis("at")?,
        revision: reader.number("rev")?,
    })
}
