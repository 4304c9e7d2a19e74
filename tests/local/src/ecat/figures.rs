//! How a run went for eCat, in figures.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{EcatFate, EcatFates, Found, View, order_key};
use crate::Stack;
use crate::outcome::OrderCost;

/// How a run went for eCat; also its JSON form.
#[derive(Debug, Default, Clone, Serialize)]
pub struct EcatFigures {
    /// Orders, by their uuids.
    pub orders: u64,
    /// Submissions: first ones, and those that came again under a new number.
    pub submissions: u64,
    /// Of those, in the ERP exactly once.
    pub imported_once: u64,
    /// Of those, not imported because a newer one took their place.
    pub superseded: u64,
    /// Of those, not imported while a newer one waits for a person.
    pub waiting: u64,
    /// Of those, waiting for a person, by the code that says why.
    pub held: BTreeMap<String, u64>,
    /// Of those, not imported because a person decided so.
    pub discarded: u64,
    /// Of those, marked as received.
    pub marked: u64,
    /// Records that came with the pull after the last: 0 if nothing comes back. None if there was no such pull.
    pub came_back: Option<u64>,
    /// What DynamoDB writes an order cost that was submitted once.
    pub cost: OrderCost,
}

impl EcatFigures {
    pub(crate) fn of(stack: &Stack, fates: &EcatFates, view: &View, came_back: Option<u64>) -> Self {
        let mut figures = Self {
            came_back,
            cost: cost(stack, fates, view),
            ..Self::default()
        };
        let mut uuids = BTreeSet::new();
        for (one, _) in fates.all() {
            figures.submissions += 1;
            uuids.insert(&one.uuid);
            figures.marked += u64::from(stack.ecat.received(&one.number));
            match view.found(&one.uuid, one.id, &one.number) {
                Found::Imported => {
                    let times = view.in_erp(&view.key(&one.uuid, one.id, &one.number));
                    figures.imported_once += u64::from(times == 1);
                }
                Found::Superseded => figures.superseded += 1,
                Found::Waiting => figures.waiting += 1,
                Found::Held(code) => *figures.held.entry(code).or_default() += 1,
                Found::Discarded => figures.discarded += 1,
                Found::Unknown | Found::Open(_) | Found::HeldWithoutWords => {}
            }
        }
        figures.orders = uuids.len() as u64;
        figures
    }

    /// How many submissions wait for a person, whatever the reason.
    pub fn held_in_all(&self) -> u64 {
        self.held.values().sum()
    }
}

/// The writes to an order's own items: its state, its payload, the reservation of its number.
fn cost(stack: &Stack, fates: &EcatFates, view: &View) -> OrderCost {
    let bill = stack.proxy.bill();
    let clean = fates.all().filter(|(_, fate)| *fate == EcatFate::Imported);
    let costs = clean.filter_map(|(one, _)| {
        let state = view.family(&one.uuid).filter(|state| state.versions.len() == 1)?;
        let raw = format!("raw#{}", state.raw.as_deref().unwrap_or_default());
        let reserved = view.key(&one.uuid, one.id, &one.number);
        Some(bill.for_keys([order_key(&one.uuid).as_str(), &raw, &reserved]))
    });
    OrderCost::of(&costs.collect::<Vec<_>>())
}
