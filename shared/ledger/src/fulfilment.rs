//! What became of an order's lines: one item beside its state, because it is too large for the state.
//!
//! | attribute | what |
//! |---|---|
//! | `pk`, `sk` | the order's key, `fulfilment` |
//! | `v`, `rev`, `w` | schema, revision, token of the last writer |
//! | `ver` | the version that a publication would tell |
//! | `body` | the rest as JSON, compressed: `order_model::Fulfilment` |

use std::io::{Read, Write};

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use order_model::{Fulfilment, OrderKey};

use crate::call::{If, Put};
use crate::item::{self, Item, Reader, number, text};
use crate::{Ledger, LedgerError};

const SK: &str = "fulfilment";
/// So many writers may come between before we give up.
const TIMES: u32 = 12;

/// What became of an order's lines, as it stands after a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// As it stands.
    pub fulfilment: Fulfilment,
    /// Whether this call wrote it.
    pub written: bool,
}

impl Ledger {
    /// What became of an order's lines; nothing did where there is no item. Strongly consistent.
    pub async fn fulfilment(&self, key: &OrderKey) -> Result<Fulfilment, LedgerError> {
        let item = self.get(key.as_str(), SK).await?;
        Ok(item
            .map(|item| decode(key, &item))
            .transpose()?
            .map_or_else(Fulfilment::default, |stands| stands.fulfilment))
    }

    /// Changes it by a pure decision, which is made again on whatever stands there when a write is refused. `decide` returns
    /// what is wanted, or none to write nothing.
    pub async fn change_fulfilment(
        &self,
        key: &OrderKey,
        mut decide: impl FnMut(&Fulfilment) -> Option<Fulfilment>,
    ) -> Result<Kept, LedgerError> {
        let item = self.get(key.as_str(), SK).await?;
        let mut stands = item.map(|item| decode(key, &item)).transpose()?;
        for _ in 0..TIMES {
            let empty = Fulfilment::default();
            let before = stands.as_ref().map_or(&empty, |stands| &stands.fulfilment);
            let Some(next) = decide(before) else {
                return Ok(Kept {
                    fulfilment: before.clone(),
                    written: false,
                });
            };
            let revision = stands.as_ref().map_or(0, |stands| stands.revision);
            let writer = self.token();
            let condition = stands.as_ref().map_or(If::Absent, |_| If::Revision(revision));
            match self
                .put_if(encode(key, &next, revision + 1, &writer)?, condition)
                .await?
            {
                Put::Done => return Ok(kept(next)),
                Put::Refused(Some(item)) if item.get("w") == Some(&text(&*writer)) => return Ok(kept(next)),
                Put::Refused(Some(item)) => stands = Some(decode(key, &item)?),
                // It is never removed: its versions would begin again, below what was told.
                Put::Refused(None) => {
                    return Err(LedgerError::Unreadable {
                        key: key.to_string(),
                        what: "the fulfilment item is gone",
                    });
                }
            }
        }
        Err(LedgerError::Contended {
            key: key.to_string(),
            times: TIMES,
        })
    }

    /// Erases the parcels of an order, whose numbers lead to a person's door. What became of its lines stays, and its
    /// version.
    pub(crate) async fn erase_parcels(&self, key: &OrderKey) -> Result<(), LedgerError> {
        let without = |before: &Fulfilment| {
            let mut next = before.clone();
            next.forget_parcels();
            (next != *before).then_some(next)
        };
        self.change_fulfilment(key, without).await?;
        Ok(())
    }
}

fn kept(fulfilment: Fulfilment) -> Kept {
    Kept {
        fulfilment,
        written: true,
    }
}

struct Stands {
    fulfilment: Fulfilment,
    revision: u64,
}

fn encode(key: &OrderKey, fulfilment: &Fulfilment, revision: u64, writer: &str) -> Result<Item, LedgerError> {
    let unreadable = || LedgerError::Unreadable {
        key: key.to_string(),
        what: "body",
    };
    let json = serde_json::to_vec(fulfilment).map_err(|_| unreadable())?;
    let mut encoder = ZlibEncoder::new(Vec::with_capacity(json.len() / 3), Compression::default());
    let packed = encoder.write_all(&json).and_then(|()| encoder.finish());
    let mut item = item::new(key.as_str(), SK);
    item.insert("rev".into(), number(revision));
    item.insert("w".into(), text(writer));
    item.insert("ver".into(), number(fulfilment.version));
    item.insert(
        "body".into(),
        AttributeValue::B(Blob::new(packed.map_err(|_| unreadable())?)),
    );
    Ok(item)
}

fn decode(key: &OrderKey, item: &Item) -> Result<Stands, LedgerError> {
    let reader = Reader::open(key.as_str(), item)?;
    let body = item.get("body").and_then(|body| body.as_b().ok());
    let body = body.ok_or_else(|| reader.unreadable("body"))?;
    let mut json = Vec::new();
    let unpacked = ZlibDecoder::new(body.as_ref()).read_to_end(&mut json);
    unpacked.map_err(|_| reader.unreadable("body"))?;
    Ok(Stands {
        fulfilment: serde_json::from_slice(&json).map_err(|_| reader.unreadable("body"))?,
        revision: reader.number("rev")?,
    })
}
