//! How it went behind the ERP, in figures.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;

use super::factory::CustomFigures;
use super::life::Life;
use super::world::World;
use crate::Stack;

/// How it went behind the ERP; also its JSON form.
#[derive(Debug, Default, Clone, Serialize)]
pub struct FulfilmentFigures {
    /// Purchases at SparkLayer.
    pub purchases: u64,
    /// PUTs that took effect there.
    pub puts: u64,
    /// Orders that waited for a customer whom nobody had mapped.
    pub waited_for_customer: u64,
    /// Spreadshirt's reports that were read and deleted.
    pub reports: u64,
    /// Those that stay, because they hold somebody else's items.
    pub reports_left: u64,
    /// What they told of lines.
    pub changes: u64,
    /// Messages of the ERP's.
    pub messages: u64,
    /// Their rows.
    pub rows: u64,
    /// Moves that were announced.
    pub moves: u64,
    /// How often, in all.
    pub announcements: u64,
    /// What was custom-made, if the bundle tells the factory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub custom: Option<CustomFigures>,
    /// One order's whole life.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub life: Option<Life>,
}

impl FulfilmentFigures {
    pub(crate) fn of(stack: &Stack, world: &World) -> Self {
        let purchases = stack.sparklayer.purchases();
        let events = stack.proxy.events();
        let id = |event: &Value| -> Option<String> {
            let detail: Value = serde_json::from_str(event["Detail"].as_str()?).ok()?;
            Some(detail["id"].as_str()?.to_owned())
        };
        let moves: BTreeSet<String> = events.iter().filter_map(id).collect();
        let reports = world.reports.iter();
        let gone = reports
            .clone()
            .filter(|report| stack.spreadshirt.deleted(&report.id));
        let gone = gone.count() as u64;
        Self {
            purchases: purchases.len() as u64,
            puts: purchases
                .iter()
                .map(|purchase| purchase.history.len() as u64)
                .sum(),
            waited_for_customer: world.waited,
            reports: gone,
            reports_left: world.reports.len() as u64 - gone,
            changes: reports.map(|report| report.changes).sum(),
            messages: world.messages,
            rows: world.rows,
            moves: moves.len() as u64,
            announcements: events.len() as u64,
            custom: stack.uses_spectrum().then(|| CustomFigures::of(stack, world)),
            life: world.diary.told(stack),
        }
    }
}
