//! Sayings whose order or item nobody knows yet: kept, and tried again.

use std::time::Duration;

use futures::stream::{self, StreamExt, TryStreamExt};
use lambda_kit::{Deadline, clock};
use ledger::{LedgerError, Waiting};
use order_model::Millis;

use crate::saying::{Came, Saying, TakeError};
use crate::taker::{AT_ONCE, Taker};

/// How long one page of what waits may take.
const PAGE: Duration = Duration::from_secs(10);

/// What trying again came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Again {
    /// Sayings that were brought to their orders.
    pub brought: u64,
    /// Sayings that wait on.
    pub waiting: u64,
    /// Whether all were looked at; if not, `waiting` is a lower bound.
    pub complete: bool,
}

impl Taker {
    /// Tries again what waits, as long as there is time.
    pub async fn again(&self, deadline: Deadline) -> Result<Again, TakeError> {
        let mut again = Again {
            complete: true,
            ..Again::default()
        };
        let mut from = None;
        loop {
            if !deadline.covers(clock::now(), PAGE) {
                again.complete = false;
                return Ok(again);
            }
            let page = self.ledger.waiting(None, from).await?;
            let brought = self.again_page(&page.all, &mut again).await;
            again.brought += brought;
            again.waiting += page.all.len() as u64 - brought;
            if page.unreadable > 0 {
                again.waiting += page.unreadable as u64;
                tracing::error!(
                    movements = page.unreadable,
                    "movements that wait are in a form of another release: they wait on"
                );
            }
            from = page.next;
            if from.is_none() {
                return Ok(again);
            }
        }
    }

    /// How many of a page were brought to their orders. One that can't be taken stops no other: then each goes by itself.
    async fn again_page(&self, page: &[Waiting], again: &mut Again) -> u64 {
        if let Ok(brought) = self.again_these(page, clock::now()).await {
            return brought;
        }
        let mut brought = 0;
        for one in page {
            match self.again_these(std::slice::from_ref(one), clock::now()).await {
                Ok(one) => brought += one,
                Err(error) => {
                    again.complete = false;
                    tracing::error!("a movement that waits could not be taken; it is tried again: {error}");
                }
            }
        }
        brought
    }

    /// How many of these were brought to their orders.
    async fn again_these(&self, waiting: &[Waiting], now: Millis) -> Result<u64, TakeError> {
        let saying = |one: &Waiting| Saying {
            of: one.awaited.clone(),
            movement: one.movement.clone(),
        };
        let sayings: Vec<Saying> = waiting.iter().map(saying).collect();
        let mut brought = 0;
        for (one, came) in waiting.iter().zip(self.bring(&sayings, now).await?) {
            // One that became ambiguous waits on: a person has to say more, and it is not lost.
            if matches!(came, Came::Applied { .. }) {
                self.ledger.forget_waiting(one).await?;
                brought += 1;
            }
        }
        Ok(brought)
    }

    pub(crate) async fn keep(
        &self,
        sayings: &[Saying],
        places: &[usize],
        now: Millis,
    ) -> Result<(), TakeError> {
        let until = now + self.settings.retention;
        let work = places.iter().map(async |place| {
            let waiting = waiting(&sayings[*place], now);
            self.ledger.keep_waiting(&waiting, until).await
        });
        let kept: Result<Vec<()>, LedgerError> =
            stream::iter(work).buffer_unordered(AT_ONCE).try_collect().await;
        kept?;
        Ok(())
    }

    pub(crate) async fn forget(&self, saying: &Saying, now: Millis) -> Result<(), TakeError> {
        Ok(self.ledger.forget_waiting(&waiting(saying, now)).await?)
    }
}

fn waiting(saying: &Saying, at: Millis) -> Waiting {
    Waiting {
        awaited: saying.of.clone(),
        movement: saying.movement.clone(),
        at,
    }
}
