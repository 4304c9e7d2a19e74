//! The few DynamoDB calls that everything here is made of.

use std::time::Duration;

use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::{
    KeysAndAttributes, PutRequest, ReturnValuesOnConditionCheckFailure, WriteRequest,
};

use crate::item::{self, Item};
use crate::{Ledger, LedgerError};

/// What a conditional write came to.
pub(crate) enum Put {
    /// Written.
    Done,
    /// Refused; the item that stands there, if any.
    Refused(Option<Item>),
}

/// A condition on the item that stands there.
pub(crate) enum If<'a> {
    /// There is none.
    Absent,
    /// It has this revision.
    Revision(u64),
    /// It was written last by this token: for items that have no revision.
    Writer(&'a str),
}

/// DynamoDB may leave entries of a batch undone; they are given again this often, each time after a longer wait.
const ROUNDS: u32 = 8;

impl Ledger {
    /// Reads one item, strongly consistent.
    pub(crate) async fn get(&self, pk: &str, sk: &str) -> Result<Option<Item>, LedgerError> {
        let call = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(item::key(pk, sk)))
            .consistent_read(true);
        let answer = call
            .send()
            .await
            .map_err(|error| LedgerError::call("read an item", &error))?;
        Ok(answer.item)
    }

    /// Writes one item if the condition holds. A refusal brings the item that stands there in the same answer.
    pub(crate) async fn put_if(&self, item: Item, condition: If<'_>) -> Result<Put, LedgerError> {
        let call = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item));
        let call = match condition {
            If::Absent => call.condition_expression("attribute_not_exists(pk)"),
            If::Revision(revision) => call
                .condition_expression("rev = :rev")
                .expression_attribute_values(":rev", item::number(revision)),
            If::Writer(writer) => call
                .condition_expression("w = :w")
                .expression_attribute_values(":w", item::text(writer)),
        };
        let call = call.return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        match call.send().await {
            Ok(_) => Ok(Put::Done),
            Err(error) => match error.as_service_error() {
                Some(PutItemError::ConditionalCheckFailedException(refused)) => {
                    Ok(Put::Refused(refused.item().cloned()))
                }
                _ => Err(LedgerError::call("write an item", &error)),
            },
        }
    }

    /// Writes one item, whatever stands there: the newest counts.
    pub(crate) async fn put(&self, item: Item, doing: &'static str) -> Result<(), LedgerError> {
        let call = self.client.put_item().table_name(&self.table);
        let call = call.set_item(Some(item));
        call.send()
            .await
            .map_err(|error| LedgerError::call(doing, &error))?;
        Ok(())
    }

    /// Removes one item; one that is not there is removed.
    pub(crate) async fn delete(&self, pk: &str, sk: &str) -> Result<(), LedgerError> {
        let call = self.client.delete_item().table_name(&self.table);
        let call = call.set_key(Some(item::key(pk, sk)));
        call.send()
            .await
            .map_err(|error| LedgerError::call("remove an item", &error))?;
        Ok(())
    }

    /// Writes at most 25 items, without a condition, until DynamoDB left none of them undone.
    pub(crate) async fn write_batch(&self, items: Vec<Item>) -> Result<(), LedgerError> {
        let mut left: Vec<WriteRequest> = Vec::with_capacity(items.len());
        for item in items {
            let put = PutRequest::builder().set_item(Some(item)).build();
            let put = put.map_err(|_| LedgerError::Unavailable {
                doing: "write a batch",
                code: "no item".into(),
            })?;
            left.push(WriteRequest::builder().put_request(put).build());
        }
        for round in 0..ROUNDS {
            if left.is_empty() {
                return Ok(());
            }
            pause_before(round).await;
            let call = self
                .client
                .batch_write_item()
                .request_items(&self.table, std::mem::take(&mut left));
            let answer = call
                .send()
                .await
                .map_err(|error| LedgerError::call("write a batch", &error))?;
            left = answer
                .unprocessed_items
                .and_then(|mut all| all.remove(&self.table))
                .unwrap_or_default();
        }
        if left.is_empty() {
            Ok(())
        } else {
            Err(LedgerError::Unprocessed {
                left: left.len(),
                rounds: ROUNDS,
            })
        }
    }

    /// Reads at most 100 items, strongly consistent, until DynamoDB left none of them undone.
    pub(crate) async fn read_batch(&self, keys: Vec<Item>) -> Result<Vec<Item>, LedgerError> {
        let mut found = Vec::with_capacity(keys.len());
        let mut left = keys;
        for round in 0..ROUNDS {
            if left.is_empty() {
                return Ok(found);
            }
            pause_before(round).await;
            let asked = KeysAndAttributes::builder()
                .set_keys(Some(std::mem::take(&mut left)))
                .consistent_read(true);
            let asked = asked.build();
            let asked = asked.map_err(|_| LedgerError::Unavailable {
                doing: "read a batch",
                code: "no key".into(),
            })?;
            let call = self.client.batch_get_item().request_items(&self.table, asked);
            let answer = call
                .send()
                .await
                .map_err(|error| LedgerError::call("read a batch", &error))?;
            found.extend(
                answer
                    .responses
                    .and_then(|mut all| all.remove(&self.table))
                    .unwrap_or_default(),
            );
            left = answer
                .unprocessed_keys
                .and_then(|mut all| all.remove(&self.table))
                .map(|keys| keys.keys().to_vec())
                .unwrap_or_default();
        }
        if left.is_empty() {
            Ok(found)
        } else {
            Err(LedgerError::Unprocessed {
                left: left.len(),
                rounds: ROUNDS,
            })
        }
    }
}

async fn pause_before(round: u32) {
    if round > 0 {
        tokio::time::sleep(Duration::from_millis(25 << round)).await;
    }
}
