//! What a person decided about when they ended a review: the content, by its fingerprint. Written by nothing but a person's
//! decision, because what stands in it is not asked again.

use order_model::{Millis, OrderKey};

use crate::item::{self, Reader, number, text};
use crate::{Ledger, LedgerError};

const SK: &str = "decided#review";

impl Ledger {
    /// Keeps the content that a person decides about; before the state in which the review is over.
    pub async fn keep_decided(&self, key: &OrderKey, content: &str, at: Millis) -> Result<(), LedgerError> {
        let mut item = item::new(key.as_str(), SK);
        item.insert("content".into(), text(content));
        item.insert("at".into(), number(at.0));
        self.put(item, "write what was decided about").await
    }

    /// The content that a person decided about last, if they ever ended a review of this order.
    pub async fn decided(&self, key: &OrderKey) -> Result<Option<String>, LedgerError> {
        let Some(item) = self.get(key.as_str(), SK).await? else {
            return Ok(None);
        };
        let reader = Reader::open(key.as_str(), &item)?;
        Ok(Some(reader.text("content")?.to_owned()))
    }
}
