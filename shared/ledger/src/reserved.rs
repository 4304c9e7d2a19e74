//! Whose an ERP key is. An eCat order meets its submissions under its uuid, so the key of each submission's number is
//! reserved by an item of its own: no second order may ever get it.
//!
//! | attribute | what |
//! |---|---|
//! | `pk`, `sk` | ERP key, `reserved` |
//! | `v` | schema |
//! | `of`, `id` | the key of the eCat order, and the submission's id at eCat |
//! | `at` | when |

use order_model::{EcatId, ErpKey, Millis, OrderKey};

use crate::call::{If, Put};
use crate::item::{self, Item, Reader, number, text};
use crate::{Ledger, LedgerError};

const SK: &str = "reserved";

/// Whose an ERP key is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The eCat order.
    pub order: OrderKey,
    /// Which of its submissions.
    pub id: EcatId,
}

impl Ledger {
    /// Reserves an ERP key, for ever, and returns whose it is: the asker's, or whose it was before. Asking again is
    /// harmless.
    pub async fn reserve(&self, key: &ErpKey, holder: Holder, at: Millis) -> Result<Holder, LedgerError> {
        let mut item = item::new(key.as_str(), SK);
        item.insert("of".into(), text(holder.order.as_str()));
        item.insert("id".into(), number(holder.id));
        item.insert("at".into(), number(at.0));
        match self.put_if(item, If::Absent).await? {
            Put::Done => Ok(holder),
            Put::Refused(Some(item)) => decode(key, &item),
            Put::Refused(None) => Err(LedgerError::Unreadable {
                key: key.to_string(),
                what: "refused without an item",
            }),
        }
    }

    /// Whose an ERP key is; none if it is no eCat submission's.
    pub async fn holder(&self, key: &ErpKey) -> Result<Option<Holder>, LedgerError> {
        let item = self.get(key.as_str(), SK).await?;
        item.map(|item| decode(key, &item)).transpose()
    }
}

fn decode(key: &ErpKey, item: &Item) -> Result<Holder, LedgerError> {
    let reader = Reader::open(key.as_str(), item)?;
    Ok(Holder {
        order: OrderKey::new(reader.text("of")?).map_err(|_| reader.unreadable("of"))?,
        id: EcatId(reader.number("id")?),
    })
}
