//! What stands between a due step and its hint: a full queue, a paused vendor.

use std::collections::{BTreeMap, BTreeSet};

use ledger::{LedgerError, Pause};
use order_model::{Millis, StepName, Vendor};

use crate::{Door, FULL, SweepOrders};

/// What stands at the beginning of a tick.
#[derive(Debug)]
pub(crate) struct Stands {
    /// Which steps may get hints.
    pub(crate) doors: BTreeMap<StepName, Door>,
    /// The vendors that are paused.
    pub(crate) paused: BTreeSet<&'static str>,
}

impl SweepOrders {
    /// Which steps may get hints on this tick. Steps that share a queue or a vendor share the question.
    pub(crate) async fn stands(&self, now: Millis) -> Result<Stands, LedgerError> {
        let mut full = BTreeMap::new();
        let mut pauses = BTreeMap::new();
        let mut doors = BTreeMap::new();
        for step in self.hints.steps() {
            let queue = self.hints.queue(step).unwrap_or_default();
            if !full.contains_key(queue) {
                full.insert(queue, self.is_full(step).await);
            }
            let vendor = step.vendor().map_or("", Vendor::as_str);
            if !vendor.is_empty() && !pauses.contains_key(vendor) {
                pauses.insert(vendor, self.kit.ledger.pause(vendor).await?);
            }
            let pause = pauses.get(vendor).and_then(Option::as_ref);
            let door = if full.get(queue) == Some(&true) {
                Door::Shut
            } else {
                door(pause, now)
            };
            doors.insert(step, door);
        }
        let paused = pauses.iter().filter(|(_, pause)| pause.is_some());
        Ok(Stands {
            doors,
            paused: paused.map(|(vendor, _)| *vendor).collect(),
        })
    }

    /// Whether a queue has work enough. One that does not answer counts as full.
    async fn is_full(&self, step: StepName) -> bool {
        match self.hints.depth(step).await {
            Ok(depth) => depth.messages > FULL,
            Err(error) => {
                tracing::warn!(
                    step = step.as_str(),
                    "no hints for this step on this tick: {error}"
                );
                true
            }
        }
    }
}

fn door(pause: Option<&Pause>, now: Millis) -> Door {
    match pause {
        None => Door::Open,
        // A person's pause has no probes.
        Some(pause) if pause.next_probe.is_some_and(|at| at <= now) => Door::OneProbe,
        Some(_) => Door::Shut,
    }
}
