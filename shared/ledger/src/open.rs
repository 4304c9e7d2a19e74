//! The sparse indexes: open orders, foreign ones, and orders by the ERP's number.

use order_model::{Millis, OrderKey};

use crate::codec::STATE;
use crate::item::{FOREIGN, Item, SHARDS, number, text};
use crate::query::{Next, PAGE};
use crate::{Ledger, LedgerError};

/// One page of orders to look at.
#[derive(Debug)]
pub struct OpenPage {
    /// Their names, the longest waiting first.
    pub orders: Vec<OrderKey>,
    /// Where the next page begins; none if this was the last.
    pub next: Option<Next>,
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
        from: Option<Next>,
    ) -> Result<OpenPage, LedgerError> {
        let call = self.client.query().table_name(&self.table).index_name("open");
        let call = call
            .key_condition_expression("#open = :shard AND look_at <= :now")
            .expression_attribute_names("#open", "open")
            .expression_attribute_values(":shard", text(shard.to_string()))
            .expression_attribute_values(":now", number(now.0))
            .limit(PAGE)
            .set_exclusive_start_key(from.map(|next| next.0));
        let (items, next) = self.page(call, "list open orders").await?;
        Ok(OpenPage {
            orders: keys(&items),
            next: next.map(Next),
        })
    }

    /// All open orders of one partition, whenever they want to be looked at: at most 100 at a time, as
    /// [`Ledger::open_orders`].
    pub async fn all_open(&self, shard: u8, from: Option<Next>) -> Result<OpenPage, LedgerError> {
        self.open_page(&shard.to_string(), from).await
    }

    /// The foreign orders that wait for nothing, the one that was seen first at the front: at most 100 at a time. One
    /// that a person adopted is open, and no longer among them.
    pub async fn foreign_orders(&self, from: Option<Next>) -> Result<OpenPage, LedgerError> {
        self.open_page(FOREIGN, from).await
    }

    /// The orders that have this number at the ERP, at most 100. The index follows the table with a delay: an order
    /// that was imported a moment ago may not be there yet.
    pub async fn by_reference(&self, reference: &str) -> Result<Vec<OrderKey>, LedgerError> {
        // DynamoDB refuses an empty key, and no order has an empty number.
        if reference.is_empty() {
            return Ok(Vec::new());
        }
        let call = self.client.query().table_name(&self.table);
        let call = call
            .index_name("by_reference")
            .key_condition_expression("erp_ref = :reference")
            .expression_attribute_values(":reference", text(reference))
            .limit(PAGE);
        let (items, _) = self.page(call, "look up a reference").await?;
        Ok(keys(&items))
    }

    async fn open_page(&self, partition: &str, from: Option<Next>) -> Result<OpenPage, LedgerError> {
        let (items, next) = self.in_open(partition, from).await?;
        Ok(OpenPage {
            orders: keys(&items),
            next,
        })
    }
}

/// The orders that an index names.
fn keys(items: &[Item]) -> Vec<OrderKey> {
    let states = items.iter().filter(|item| item.get("sk") == Some(&text(STATE)));
    let names = states.filter_map(|item| item.get("pk")?.as_s().ok());
    names
        .filter_map(|name| OrderKey::new(name.as_str()).ok())
        .collect()
}
