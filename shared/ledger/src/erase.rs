//! Which payloads an order had or was offered, and the erasing of what they and the words about them say.

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use order_model::{Millis, OrderKey, RawRef};

use crate::item::{self, Item, Reader, number, text};
use crate::{Ledger, LedgerError, hold, raw};

const PAYLOAD: &str = "payload#";

/// What stands in place of words that were erased.
const ERASED: &str = "erased";

impl Ledger {
    /// Notes that an order had, or was offered, this payload. Noted again, the later time counts.
    pub async fn name_payload(&self, key: &OrderKey, raw: &RawRef, at: Millis) -> Result<(), LedgerError> {
        let mut item = item::new(key.as_str(), &format!("{PAYLOAD}{}", raw.hash));
        item.insert("chunks".into(), number(raw.chunks));
        item.insert("at".into(), number(at.0));
        self.put(item, "name a payload").await
    }

    /// The payloads that were noted, each with its time, oldest first. The one in the order's state need not be
    /// among them.
    pub async fn payloads(&self, key: &OrderKey) -> Result<Vec<(RawRef, Millis)>, LedgerError> {
        let items = self.items_of(key.as_str(), PAYLOAD, usize::MAX).await?;
        let all = items.iter().map(|item| payload(key, item));
        let mut all = all.collect::<Result<Vec<_>, _>>()?;
        all.sort_by(|(a, earlier), (b, later)| (earlier, &a.hash).cmp(&(later, &b.hash)));
        Ok(all)
    }

    /// Erases a raw payload. One that is gone is erased.
    pub async fn erase_raw(&self, raw: &RawRef) -> Result<(), LedgerError> {
        for chunk in 0..raw.chunks {
            self.delete(&raw::partition(&raw.hash), &chunk.to_string())
                .await?;
        }
        Ok(())
    }

    /// Erases the words of an order's holds, its parcels and the names of its payloads. The payloads themselves come first
    /// ([`Ledger::erase_raw`]): without their names nobody finds them again.
    pub async fn erase_words(&self, key: &OrderKey) -> Result<(), LedgerError> {
        for sk in self.names(key, hold::PREFIX).await? {
            self.erase_hold(key, &sk).await?;
        }
        self.erase_parcels(key).await?;
        for sk in self.names(key, PAYLOAD).await? {
            self.delete(key.as_str(), &sk).await?;
        }
        Ok(())
    }

    async fn names(&self, key: &OrderKey, prefix: &str) -> Result<Vec<String>, LedgerError> {
        let items = self.items_of(key.as_str(), prefix, usize::MAX).await?;
        let names = items.iter().filter_map(|item| item.get("sk")?.as_s().ok());
        Ok(names.cloned().collect())
    }

    /// An update, because code and time stay, and because whatever words stand there by now are to go.
    async fn erase_hold(&self, key: &OrderKey, sk: &str) -> Result<(), LedgerError> {
        let call = self.client.update_item().table_name(&self.table);
        let call = call
            .set_key(Some(item::key(key.as_str(), sk)))
            .update_expression("SET #text = :erased")
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_names("#text", "text")
            .expression_attribute_values(":erased", text(ERASED));
        match call.send().await {
            Ok(_) => Ok(()),
            Err(error) if is_gone(&error) => Ok(()),
            Err(error) => Err(LedgerError::call("erase the words of a hold", &error)),
        }
    }
}

fn is_gone<R>(error: &SdkError<UpdateItemError, R>) -> bool {
    error
        .as_service_error()
        .is_some_and(UpdateItemError::is_conditional_check_failed_exception)
}

fn payload(key: &OrderKey, item: &Item) -> Result<(RawRef, Millis), LedgerError> {
    let reader = Reader::open(key.as_str(), item)?;
    let hash = reader
        .text("sk")?
        .strip_prefix(PAYLOAD)
        .ok_or_else(|| reader.unreadable("sk"))?;
    let raw = RawRef {
        hash: hash.to_owned(),
        chunks: reader.number("chunks")?,
    };
    Ok((raw, reader.millis("at")?))
}
