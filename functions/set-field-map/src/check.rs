//! What another map makes of one order. Pure.

use field_map::{Context, FieldMap};
use order_mapping::{Finding, Reading, Unmapped};
use order_model::{
    ContentHash, Difference, ErpKey, Kind, Order, OrderKey, OrderState, Pinned, StepName, difference,
};
use serde::Serialize;
use serde_json::Value;

use crate::pick::{held_code, is_of_comparing, is_of_maps};

/// An order that the current map reads and the new one does not.
const NOT_READ: &str = "the current map reads it, and this one does not";
/// An order that was imported, and that the new map reads differently.
const OTHER_CONTENT: &str = "it was imported, and this map would give it other content";

/// What the new map makes of an order, and what the current one makes of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Its key.
    pub order: OrderKey,
    /// The key of its current submission, which is what was read, if it is an eCat order of several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub submission: Option<ErpKey>,
    /// How far its import is: `due`, `held`, `done`, …; `off` for a foreign order.
    pub import: &'static str,
    /// The code under which its import is held.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What the current map makes of it: `mapped`, or a code.
    pub was: &'static str,
    /// What the new one makes of it.
    pub now: &'static str,
    /// Why the new map is worse for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub regression: Option<&'static str>,
    /// What stands in the way, with the places tried.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
    /// How many more things stand in the way.
    #[serde(skip_serializing_if = "is_zero")]
    pub more_findings: usize,
    /// The new map's holds that it matches: read, but kept for a person.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub holds: Vec<String>,
    /// How its content differs from what it was imported with, or from what the current map reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changes: Option<Difference>,
    /// The canonical order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<Order>,
    /// Whether there is no payload that any map could read.
    #[serde(skip)]
    pub(crate) no_payload: bool,
}

/// The maps that an order is read with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Both<'a> {
    /// None if this release can't read it.
    pub(crate) current: Option<&'a FieldMap>,
    pub(crate) new: &'a FieldMap,
}

impl Row {
    /// An order whose payload can't be read by any map.
    pub(crate) fn without_payload(order: &OrderState, unmapped: &Unmapped) -> Self {
        let mut row = Self::bare(order, unmapped.code, unmapped.code);
        row.no_payload = true;
        row.findings.push(Finding {
            field: "payload".to_owned(),
            says: unmapped.text.clone(),
            places: Vec::new(),
        });
        row
    }

    /// Reads a payload with both maps. `pinned` is the map of its import.
    pub(crate) fn of(
        order: &OrderState,
        raw: &Value,
        maps: Both<'_>,
        pinned: Option<&FieldMap>,
        context: &Context,
    ) -> Self {
        let reading = |map| read(map, order, raw, context);
        let (was, now) = (maps.current.map(reading), reading(maps.new));
        let word = was.as_ref().map_or("unreadable_map", Reading::word);
        let mut row = Self::bare(order, word, now.word());
        let before = was.as_ref().and_then(Reading::order);
        row.regression = regression(order, before, now.order());
        let imported = imported(order).and(pinned);
        let imported = imported.map(reading);
        let old = imported.as_ref().and_then(Reading::order).or(before);
        if let (Some(old), Some(new)) = (old, now.order()) {
            row.changes = Some(difference(old, new)).filter(|changes| !changes.is_empty());
        }
        match now {
            Reading::Mapped { order, holds } => {
                row.holds = holds;
                row.content = Some(*order);
            }
            Reading::Not { findings, more, .. } => {
                row.findings = findings;
                row.more_findings = more;
            }
        }
        row
    }

    fn bare(order: &OrderState, was: &'static str, now: &'static str) -> Self {
        Self {
            order: order.key.clone(),
            submission: order.erp_key().filter(|key| order.key != *key),
            import: order.step(StepName::Import).kind().as_str(),
            code: held_code(order).map(str::to_owned),
            was,
            now,
            regression: None,
            findings: Vec::new(),
            more_findings: 0,
            holds: Vec::new(),
            changes: None,
            content: None,
            no_payload: false,
        }
    }

    /// Whether the new map reads it.
    pub fn is_mapped(&self) -> bool {
        self.now == "mapped"
    }

    /// The code under which it is held because of a map, if with the new one it would go through.
    pub fn lets_go(&self) -> Option<&str> {
        let goes = self.is_mapped() && self.holds.is_empty();
        self.code.as_deref().filter(|code| goes && is_of_maps(code))
    }

    /// Whether it waits because its submissions could not be compared, which the new map may change.
    pub fn compares_again(&self) -> bool {
        self.is_mapped() && self.code.as_deref().is_some_and(is_of_comparing)
    }
}

/// What a map makes of an order's payload. What it revises is a person's word, and no field.
fn read(map: &FieldMap, order: &OrderState, raw: &Value, context: &Context) -> Reading {
    let mut reading = Reading::of(map, raw, context);
    if let Reading::Mapped { order: mapped, .. } = &mut reading {
        mapped.revision_of.clone_from(&order.revision_of);
    }
    reading
}

/// Why the new map is worse for an order.
fn regression(order: &OrderState, before: Option<&Order>, now: Option<&Order>) -> Option<&'static str> {
    let Some(now) = now else {
        return before.map(|_| NOT_READ);
    };
    let (pinned, new) = (imported(order)?, ContentHash::of(now));
    // A content that the current map gives as well is none of the new map's doing.
    let as_before = before.is_some_and(|before| ContentHash::of(before) == new);
    (pinned.hash != new && !as_before).then_some(OTHER_CONTENT)
}

/// What an order was imported with, if it may be at the ERP.
fn imported(order: &OrderState) -> Option<&Pinned> {
    let kind = order.step(StepName::Import).kind();
    let may_be_there = matches!(kind, Kind::Done | Kind::Claimed | Kind::Pending | Kind::Unknown);
    order.pinned.as_ref().filter(|_| may_be_there)
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}
