//! The rows that are here, and the customers that orders wait for.

use std::collections::BTreeMap;

use lambda_kit::{Deadline, clock};
use ledger::{CustomerCode, LedgerError, MappedCustomer};
use order_model::Origin;

use crate::answer::{AwaitedCustomer, Listed, Mapped, NAMED, Past};
use crate::event::Place;
use crate::{MapCustomers, STEP, about};

/// Earlier decisions that are shown.
const HISTORY: usize = 20;

impl MapCustomers {
    /// Lists the rows of a source, page by page.
    pub(crate) async fn list(
        &self,
        source: Origin,
        from: Option<Place>,
        limit: usize,
        deadline: Deadline,
    ) -> Result<Listed, LedgerError> {
        let first = from.is_none();
        let mut listed = Listed {
            source: source.as_str(),
            all_seen: true,
            ..Listed::default()
        };
        self.list_rows(source, from, limit, deadline, &mut listed).await?;
        if first {
            self.list_awaited(source, deadline, &mut listed).await?;
            let past = self.kit.ledger.decisions(&about(source)).await?;
            let past = past.into_iter().rev().take(HISTORY);
            listed.history = Some(
                past.map(|record| Past::new(record.at, record.by, record.why, record.detail))
                    .collect(),
            );
        }
        Ok(listed)
    }

    async fn list_rows(
        &self,
        source: Origin,
        from: Option<Place>,
        limit: usize,
        deadline: Deadline,
        listed: &mut Listed,
    ) -> Result<(), LedgerError> {
        // The rows before the place are read again: nobody lists ten thousand customers often.
        let (mut skip, mut page) = (from, None);
        loop {
            if !deadline.covers(clock::now(), STEP) {
                listed.all_seen = false;
                listed.next = listed.rows.last().map(|row| row.customer.clone()).or(skip);
                return Ok(());
            }
            let (rows, next) = self.kit.ledger.mapped_customers(source, page).await?;
            for row in rows {
                let place = place(&row.customer);
                if let Some(from) = &skip {
                    if place == *from {
                        skip = None;
                    }
                    continue;
                }
                if listed.rows.len() == limit {
                    listed.next = listed.rows.last().map(|row| row.customer.clone());
                    return Ok(());
                }
                listed.rows.push(mapped(place, row));
            }
            page = next;
            if page.is_none() {
                return Ok(());
            }
        }
    }

    async fn list_awaited(
        &self,
        source: Origin,
        deadline: Deadline,
        listed: &mut Listed,
    ) -> Result<(), LedgerError> {
        let mut awaited: BTreeMap<CustomerCode, u64> = BTreeMap::new();
        let mut page = None;
        loop {
            if !deadline.covers(clock::now(), STEP) {
                listed.all_seen = false;
                break;
            }
            let (notes, next) = self.kit.ledger.customer_waiters(source, None, page).await?;
            for note in notes {
                *awaited.entry(note.customer).or_default() += 1;
            }
            page = next;
            if page.is_none() {
                break;
            }
        }
        let all = awaited
            .into_iter()
            .take(NAMED)
            .map(|(customer, orders)| AwaitedCustomer {
                customer: place(&customer),
                orders,
            });
        listed.awaited = Some(all.collect());
        Ok(())
    }
}

fn place(customer: &CustomerCode) -> Place {
    Place {
        customer_code: customer.code.clone(),
        store_code: customer.store.clone(),
    }
}

fn mapped(customer: Place, row: MappedCustomer) -> Mapped {
    Mapped {
        customer,
        sparklayer_customer: row.sparklayer,
        by: row.by,
        at: row.at.to_string(),
    }
}
