//! Whether a payload says what an order was imported with.

use field_map::{Context, FieldMap};
use jiff::tz::TimeZone;
use ledger::LedgerError;
use order_model::{ContentHash, Difference, Order, OrderState, difference};
use serde_json::Value;

use crate::stored::{Unmapped, read_order};
use crate::{Maps, context};

/// The bytes of a record without what changes while the record stays the same; see [`order_model::Records::steady`].
pub type Steady = fn(&[u8]) -> Vec<u8>;

/// How the content of a payload compares with what was imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Comparison {
    /// The mapped fields are the same.
    Same,
    /// They differ; where the imported payload is still there, how.
    Other(Option<Difference>),
    /// No map reads the payload, or nothing was imported to compare it with; why.
    NotComparable(String),
}

/// A comparison, and what names the payload's content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// How it compares.
    pub comparison: Comparison,
    /// The short content hash where the payload could be mapped.
    pub content: Option<String>,
}

impl Maps {
    /// Compares a payload with what the import of an order pinned; where the pinned map can't read it, both payloads are
    /// read with the `current` one.
    pub async fn compare(
        &self,
        order: &OrderState,
        payload: &[u8],
        current: &FieldMap,
        zone: &TimeZone,
        steady: Steady,
    ) -> Result<Compared, LedgerError> {
        let Ok(raw) = serde_json::from_slice::<Value>(payload) else {
            return Ok(not_comparable("the payload is not JSON"));
        };
        let Some(pinned) = &order.pinned else {
            return self.with_its_own(order, payload, current, zone, steady).await;
        };
        let Some(key) = order.erp_key() else {
            return Ok(not_comparable("it has no submission that is current"));
        };
        let context = context(key, zone);
        let first = match self.version(&pinned.map).await? {
            Some(map) => match map.apply(&raw, &context) {
                Ok(new) => {
                    let hash = ContentHash::of(&new);
                    let comparison = if hash == pinned.hash {
                        Comparison::Same
                    } else {
                        self.other(order, &new, &map, zone).await?
                    };
                    return Ok(mapped(comparison, hash));
                }
                Err(problems) => Unmapped::of(&problems).text,
            },
            None => format!("field map {} of its import is gone", pinned.map),
        };
        // The map of the import can't read it. The current one may read both.
        let Ok(new) = current.apply(&raw, &context) else {
            return Ok(not_comparable(&first));
        };
        let Ok((_, old)) = read_order(self.ledger(), order, current, zone).await? else {
            return Ok(not_comparable(&first));
        };
        let (hash, before) = (ContentHash::of(&new), ContentHash::of(&old));
        let comparison = if hash == before {
            Comparison::Same
        } else {
            Comparison::Other(Some(difference(&old, &new)))
        };
        Ok(mapped(comparison, hash))
    }

    /// An order that the desk keyed by hand, or the integration before us: nothing was pinned, so its own payload counts.
    async fn with_its_own(
        &self,
        order: &OrderState,
        payload: &[u8],
        current: &FieldMap,
        zone: &TimeZone,
        steady: Steady,
    ) -> Result<Compared, LedgerError> {
        let Some(key) = order.erp_key() else {
            return Ok(not_comparable("it has no submission that is current"));
        };
        let context = context(key, zone);
        let read = |bytes: &[u8]| {
            let raw = serde_json::from_slice::<Value>(bytes).ok()?;
            current.apply(&raw, &context).ok()
        };
        let Some(place) = &order.raw else {
            return Ok(not_comparable("its own payload is gone"));
        };
        let Some(own) = self.ledger().raw(place).await? else {
            return Ok(not_comparable("its own payload is gone"));
        };
        Ok(match (read(&own), read(payload)) {
            (Some(old), Some(new)) => {
                let hash = ContentHash::of(&new);
                let same = ContentHash::of(&old) == hash;
                let comparison = match same {
                    true => Comparison::Same,
                    false => Comparison::Other(Some(difference(&old, &new))),
                };
                mapped(comparison, hash)
            }
            // No map reads it, which may be why it was keyed by hand.
            _ if steady(&own) == steady(payload) => Compared {
                comparison: Comparison::Same,
                content: None,
            },
            _ => not_comparable("the current field map can't read it"),
        })
    }

    async fn other(
        &self,
        order: &OrderState,
        new: &Order,
        map: &FieldMap,
        zone: &TimeZone,
    ) -> Result<Comparison, LedgerError> {
        let old = read_order(self.ledger(), order, map, zone).await?;
        Ok(Comparison::Other(old.ok().map(|(_, old)| difference(&old, new))))
    }
}

/// Whether two payloads of one order say the same: through this map where it reads both (the holds that it names
/// included), else by their bytes without what changes while the order stays the same.
pub fn says_the_same(old: &[u8], new: &[u8], map: &FieldMap, context: &Context, steady: Steady) -> bool {
    let by_bytes = || steady(old) == steady(new);
    let (Ok(old), Ok(new)) = (serde_json::from_slice(old), serde_json::from_slice(new)) else {
        return by_bytes();
    };
    match (map.apply(&old, context), map.apply(&new, context)) {
        (Ok(before), Ok(after)) => {
            ContentHash::of(&before) == ContentHash::of(&after) && map.holds(&old) == map.holds(&new)
        }
        _ => by_bytes(),
    }
}

fn mapped(comparison: Comparison, hash: ContentHash) -> Compared {
    Compared {
        comparison,
        content: Some(hash.short()),
    }
}

fn not_comparable(why: &str) -> Compared {
    Compared {
        comparison: Comparison::NotComparable(why.to_owned()),
        content: None,
    }
}
