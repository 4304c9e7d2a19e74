//! What waits for others than a person or a vendor: looked at again once in `WAITING_SECONDS`.

use customer_map::Waiters;
use lambda_kit::{Chain, Deadline, Metric, clock};
use ledger::LedgerError;
use order_model::{Millis, Origin, StepName};
use serde::Serialize;

use crate::{PAGE, SweepOrders};

/// What looking again came to.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Waits {
    /// Whether all that waits was looked at.
    pub complete: bool,
    /// Orders that were let go, because their customer is mapped by now.
    pub released: u64,
    /// Orders whose customer is not mapped yet.
    pub customers_missing: u64,
    /// Notes of orders that don't wait for their customer any more.
    pub forgotten: u64,
    /// Orders that could not be looked at; they are met again.
    pub broken: u64,
    /// Movements of lines that were brought to their orders.
    pub brought: u64,
    /// Movements whose order, or whose line, nobody knows yet.
    pub movements: u64,
}

impl SweepOrders {
    /// Looks again, if it is its turn. What goes wrong here is said and fails no tick: the hints have gone out.
    pub(crate) async fn look_again(&self, now: Millis, deadline: Deadline) -> Option<Waits> {
        // Whoever takes the turn and has no time would make the time pass without one.
        if !deadline.covers(clock::now(), PAGE) {
            return None;
        }
        let turn = self
            .kit
            .ledger
            .take_turn("waiting", now, self.config.waiting_every);
        match turn.await {
            Ok(true) => {}
            Ok(false) => return None,
            Err(error) => {
                tracing::error!(
                    "what waits was not looked at, the next tick tries again: {}",
                    Chain(&error)
                );
                return None;
            }
        }
        let mut waits = Waits {
            complete: true,
            ..Waits::default()
        };
        // Where nothing is published a row lets nothing go.
        if self.hints.queue(StepName::Publish).is_some() {
            for source in [Origin::RepSpark, Origin::Ecat] {
                if let Err(error) = self.look_for_customers(source, deadline, &mut waits).await {
                    waits.complete = false;
                    tracing::error!(
                        source = source.as_str(),
                        "not all orders that wait for a customer were looked at; the next turn looks again: {}",
                        Chain(&error)
                    );
                }
            }
        }
        self.bring_movements(deadline, &mut waits).await;
        tracing::info!(
            complete = waits.complete,
            released = waits.released,
            customers_missing = waits.customers_missing,
            forgotten = waits.forgotten,
            broken = waits.broken,
            brought = waits.brought,
            movements = waits.movements,
            "looked again at what waits"
        );
        Some(waits)
    }

    /// What was said of lines that nobody knew then.
    async fn bring_movements(&self, deadline: Deadline, waits: &mut Waits) {
        match self.taker.again(deadline).await {
            Ok(again) => {
                waits.complete &= again.complete;
                (waits.brought, waits.movements) = (again.brought, again.waiting);
                if again.brought > 0 {
                    self.kit.metrics.count(Metric::MovementsApplied, again.brought);
                }
            }
            Err(error) => {
                waits.complete = false;
                tracing::error!(
                    "not all movements that wait were tried again; the next turn tries again: {}",
                    Chain(&error)
                );
            }
        }
    }

    /// The orders of a source that wait for a customer's row, page by page.
    async fn look_for_customers(
        &self,
        source: Origin,
        deadline: Deadline,
        waits: &mut Waits,
    ) -> Result<(), LedgerError> {
        let waiters = Waiters::new(&self.kit.ledger, &self.hints);
        let mut from = None;
        loop {
            if !deadline.covers(clock::now(), PAGE) {
                waits.complete = false;
                return Ok(());
            }
            let (places, next) = self.kit.ledger.customer_waiters(source, None, from).await?;
            let looked = waiters.look(&places).await?;
            waits.released += looked.released;
            waits.customers_missing += looked.waiting;
            waits.forgotten += looked.forgotten;
            waits.broken += looked.broken;
            from = next;
            if from.is_none() {
                return Ok(());
            }
        }
    }
}
