//! What a maker's own item is: learned from a report that named our line, for the reports that don't.
//!
//! | attribute | what |
//! |---|---|
//! | `pk`, `sk` | `made#<maker>#<item>` (of a long one its SHA-256), `line` |
//! | `order`, `line` | the order's key, the number of its line |
//! | `at` | when it was learned |

use order_model::{Millis, OrderKey, Vendor};

use crate::call::{If, Put};
use crate::item::{self, Item, Reader, number, text};
use crate::{Ledger, LedgerError};

const SK: &str = "line";

/// Which of our lines a maker's item is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeItem {
    /// The order.
    pub order: OrderKey,
    /// Its line, from 1.
    pub line: u32,
}

impl Ledger {
    /// Remembers which line an item is, for ever, and returns what stands: what is told now, or what was told first.
    pub async fn learn_item(
        &self,
        maker: Vendor,
        id: &str,
        made: MadeItem,
        at: Millis,
    ) -> Result<MadeItem, LedgerError> {
        let key = name(maker, id);
        let mut item = item::new(&*key, SK);
        item.insert("order".into(), text(made.order.as_str()));
        item.insert("line".into(), number(made.line));
        item.insert("at".into(), number(at.0));
        match self.put_if(item, If::Absent).await? {
            Put::Done => Ok(made),
            Put::Refused(Some(item)) => decode(&key, &item),
            Put::Refused(None) => Err(LedgerError::Unreadable {
                key,
                what: "refused without an item",
            }),
        }
    }

    /// Which line an item is, if that was ever told.
    pub async fn made_item(&self, maker: Vendor, id: &str) -> Result<Option<MadeItem>, LedgerError> {
        let key = name(maker, id);
        let item = self.get(&key, SK).await?;
        item.map(|item| decode(&key, &item)).transpose()
    }
}

fn name(maker: Vendor, id: &str) -> String {
    format!("made#{}#{}", maker.as_str(), item::named(id))
}

fn decode(key: &str, item: &Item) -> Result<MadeItem, LedgerError> {
    let reader = Reader::open(key, item)?;
    Ok(MadeItem {
        order: OrderKey::new(reader.text("order")?).map_err(|_| reader.unreadable("order"))?,
        line: reader.number("line")?,
    })
}
