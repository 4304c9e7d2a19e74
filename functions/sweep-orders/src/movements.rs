//! Movements of lines that wait for their order or their item to be known: counted by the census.

use lambda_kit::{Deadline, clock};
use ledger::{Awaited, LedgerError, Waiting};
use order_model::Millis;

use crate::census::Census;
use crate::{PAGE, SweepOrders};

/// So many that have waited for too long are named at most; the rest is in the count.
const NAMED: u64 = 50;

impl SweepOrders {
    /// Page by page; whether there was time for all of them.
    pub(crate) async fn count_movements(
        &self,
        now: Millis,
        deadline: Deadline,
        census: &mut Census,
    ) -> Result<bool, LedgerError> {
        let mut from = None;
        loop {
            if !deadline.covers(clock::now(), PAGE) {
                return Ok(false);
            }
            let page = self.kit.ledger.waiting(None, from).await?;
            for waiting in &page.all {
                self.count_movement(waiting, now, census);
            }
            from = page.next;
            if from.is_none() {
                return Ok(true);
            }
        }
    }

    fn count_movement(&self, waiting: &Waiting, now: Millis, census: &mut Census) {
        let age = now.since(waiting.at);
        census.movements_waiting += 1;
        if age <= self.config.stuck {
            return;
        }
        census.movements_stuck += 1;
        if census.movements_stuck > NAMED {
            return;
        }
        let (kind, name) = match &waiting.awaited {
            Awaited::Order(name) => ("order", name),
            Awaited::Item(id) => ("item", id),
        };
        tracing::warn!(
            what = "waiting",
            awaited = kind,
            name,
            became = waiting.movement.became.as_str(),
            age_s = age.as_secs(),
            "a movement waits for the {kind} {name}, which nobody here knows"
        );
    }
}
