//! Paused vendors, for the alarm.

use std::collections::BTreeSet;

use lambda_kit::{Chain, Metric};
use order_model::Millis;

use crate::SweepOrders;

impl SweepOrders {
    /// Says that vendors are paused without waiting for the next census, which says it too: once in `CENSUS_SECONDS`.
    /// What goes wrong here fails no tick.
    pub(crate) async fn tell_paused(&self, now: Millis, paused: &BTreeSet<&'static str>) {
        let turn = self
            .kit
            .ledger
            .take_turn("vendors_paused", now, self.config.census_every);
        match turn.await {
            Ok(true) => {
                tracing::warn!(vendors = ?paused, "vendors are paused: their steps stay due");
                self.kit.metrics.count(Metric::VendorsPaused, paused.len() as u64);
            }
            Ok(false) => {}
            Err(error) => {
                tracing::warn!(
                    "that vendors are paused could not be said, the next tick tries again: {}",
                    Chain(&error)
                );
            }
        }
    }
}
