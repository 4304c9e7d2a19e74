//! The sparse index of open orders.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use order_model::{ErpKey, Millis};

use crate::item::{SHARDS, number, text};
use crate::{Ledger, LedgerError};

/// One page of orders to look at.
#[derive(Debug)]
pub struct OpenPage {
    /// Their names, the longest waiting first.
    pub orders: Vec<ErpKey>,
    /// Where the next page begins; none if this was the last.
    pub next: Option<HashMap<String, AttributeValue>>,
}

impl Ledger {
    /// The partitions of the index, each minute beginning with another: a tick that runs out of time does not starve
    /// the last ones.
    pub fn shards(now: Millis) -> impl Iterator<Item = u8> {
        let minute = u8::try_from((now.0 / 60_000).rem_euclid(i64::from(SHARDS))).unwrap_or_default();
        (0..SHARDS).map(move |n| (minute + n) % SHARDS)
    }

    /// The orders of one partition that want to be looked at by `now`: at most 100 at a time. The index follows the
    /// table with a delay, so it only names orders; their state is read from the table.
    pub async fn open_orders(
        &self,
        shard: u8,
        now: Millis,
        from: Option<HashMap<String, AttributeValue>>,
    ) -> Result<OpenPage, LedgerError> {
        let call = self
            .client
            .query()
            .table_name(&self.table)
            .index_name("open")
            .limit(100);
        let call = call
            .key_condition_expression("#open = :shard AND look_at <= :now")
            .expression_attribute_names("#open", "open")
            .expression_attribute_values(":shard", text(shard.to_string()))
            .expression_attribute_values(":now", number(now.0))
            .set_exclusive_start_key(from);
        let answer = call
            .send()
            .await
            .map_err(|error| LedgerError::call("list open orders", &error))?;
        let names = answer
            .items()
            .iter()
            .filter_map(|item| item.get("pk")?.as_s().ok());
        let orders = names.filter_map(|name| ErpKey::new(name.as_str()).ok()).collect();
        Ok(OpenPage {
            orders,
            next: answer.last_evaluated_key,
        })
    }
}
