//! The orders that wait for the customers whose rows stand now.

use std::collections::BTreeSet;

use customer_map::Waiters;
use lambda_kit::{Deadline, clock};
use ledger::{CustomerCode, CustomerPlace, LedgerError};
use order_model::Origin;

use crate::answer::Report;
use crate::rows::Row;
use crate::{MapCustomers, STEP};

impl MapCustomers {
    /// Lets them go, also those whose customer was here before: whoever wrote that row may have died on the way.
    pub(crate) async fn release(
        &self,
        rows: &[Row],
        dry_run: bool,
        deadline: Deadline,
        report: &mut Report,
    ) -> Result<(), LedgerError> {
        let waiters = Waiters::new(&self.kit.ledger, &self.hints);
        let places = Self::places(waiters, rows, deadline, report).await?;
        let mapped: BTreeSet<&CustomerCode> = rows.iter().map(|row| &row.customer).collect();
        let mut left = places.len();
        for page in places.chunks(Waiters::PAGE) {
            if !deadline.covers(clock::now(), STEP) {
                break;
            }
            let looked = match dry_run {
                true => {
                    waiters
                        .would_look(page, |customer| mapped.contains(customer))
                        .await?
                }
                false => waiters.look(page).await?,
            };
            report.released += looked.released;
            report.still_waiting += looked.waiting;
            report.orders_left += looked.broken;
            left -= page.len();
        }
        report.orders_left += left as u64;
        Ok(())
    }

    /// The notes of the customers' codes, whatever the store: a row without one is for all that have none of their own.
    async fn places(
        waiters: Waiters<'_>,
        rows: &[Row],
        deadline: Deadline,
        report: &mut Report,
    ) -> Result<Vec<CustomerPlace>, LedgerError> {
        let codes: BTreeSet<(Origin, &str)> = rows
            .iter()
            .map(|row| (row.customer.source, &*row.customer.code))
            .collect();
        let mut places = Vec::new();
        report.all_seen = report.rows_left == 0;
        for (source, code) in codes {
            if !deadline.covers(clock::now(), STEP) {
                report.all_seen = false;
                break;
            }
            places.extend(waiters.of_code(source, code).await?);
        }
        Ok(places)
    }
}
