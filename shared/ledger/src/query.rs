//! The few listings that everything here is made of.

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;

use crate::item::{Item, text};
use crate::{Ledger, LedgerError};

/// How many names an index gives at a time.
pub(crate) const PAGE: i32 = 100;

/// Where the next page of a listing begins.
#[derive(Debug, Clone)]
pub struct Next(pub(crate) Item);

impl Ledger {
    /// The newest `most` items of a partition whose sort key begins with `prefix`, in the order of their sort keys;
    /// strongly consistent.
    pub(crate) async fn items_of(
        &self,
        pk: &str,
        prefix: &str,
        most: usize,
    ) -> Result<Vec<Item>, LedgerError> {
        let mut found: Vec<Item> = Vec::new();
        let mut from = None;
        loop {
            let call = self.client.query().table_name(&self.table);
            let call = call
                .key_condition_expression("pk = :pk AND begins_with(sk, :prefix)")
                .expression_attribute_values(":pk", text(pk))
                .expression_attribute_values(":prefix", text(prefix))
                .limit(i32::try_from(most - found.len()).unwrap_or(i32::MAX))
                .scan_index_forward(false)
                .consistent_read(true)
                .set_exclusive_start_key(from);
            let (items, next) = self.page(call, "list items").await?;
            found.extend(items);
            from = next;
            if from.is_none() || found.len() >= most {
                found.reverse();
                return Ok(found);
            }
        }
    }

    /// One page of what stands in a partition of the index `open`, the longest waiting first. The index follows the
    /// table with a delay.
    pub(crate) async fn in_open(
        &self,
        partition: &str,
        from: Option<Next>,
    ) -> Result<(Vec<Item>, Option<Next>), LedgerError> {
        let call = self.client.query().table_name(&self.table).index_name("open");
        let call = call
            .key_condition_expression("#open = :partition")
            .expression_attribute_names("#open", "open")
            .expression_attribute_values(":partition", text(partition))
            .limit(PAGE)
            .set_exclusive_start_key(from.map(|next| next.0));
        let (items, next) = self.page(call, "list open orders").await?;
        Ok((items, next.map(Next)))
    }

    /// One page of a listing, and where the next begins.
    pub(crate) async fn page(
        &self,
        call: QueryFluentBuilder,
        doing: &'static str,
    ) -> Result<(Vec<Item>, Option<Item>), LedgerError> {
        let answer = call
            .send()
            .await
            .map_err(|error| LedgerError::call(doing, &error))?;
        Ok((answer.items.unwrap_or_default(), answer.last_evaluated_key))
    }
}
