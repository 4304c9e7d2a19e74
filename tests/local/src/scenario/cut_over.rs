//! The first hour: the set-up is checked, the baseline taken, the schedules enabled.

use serde_json::{Value, json};
use simulators::sample_order;

use super::day::Day;
use crate::FIRST;
use crate::fate::Fate;

/// Orders of the integration before us.
const FOREIGN: u64 = 300;
/// The first of them.
pub(super) const OLDEST: u64 = FIRST - FOREIGN;

pub(super) async fn play<H>(day: &mut Day<'_, H>) -> Result<String, String> {
    for id in OLDEST..FIRST {
        day.stack.repspark.put(id, sample_order(id, 3), 2);
        day.fates.insert(id, Fate::Foreign);
    }
    let ready = day.ask("check-setup", json!({}), |answer| answer["ready"] == true);
    ready.await?;
    if !day.stack.items().is_empty() {
        return Err("check-setup wrote into the ledger".to_owned());
    }
    let taken = |answer: &Value| answer["outcome"] == "baseline_taken";
    day.ask("repspark-pull-orders", json!({"baseline": true}), taken)
        .await?;
    let states = day.stack.states();
    let foreign = states.values().filter(|state| state.admission == "foreign");
    let (foreign, in_erp) = (foreign.count(), day.stack.erp.orders().len());
    if foreign != states.len() || foreign as u64 != FOREIGN || in_erp != 0 {
        return Err(format!(
            "{foreign} of {FOREIGN} orders are foreign, {in_erp} in the ERP"
        ));
    }
    day.begin();
    Ok(format!(
        "set-up ready; baseline: {FOREIGN} orders of the former integration, none imported; schedules on"
    ))
}
