//! What the census names: orders that an alarm rings for, and steps that wait for a person.

use std::collections::BTreeSet;

use order_model::{Millis, OrderState, Origin, StepName, StepState, Vendor};

use crate::census::{Census, Rings};

/// So many old orders are named at most, and so many stuck ones; the rest is in the count.
const NAMED: u64 = 50;
/// So many held steps are named at most, for whoever looks at the table of them.
const HELD_NAMED: u64 = 500;

/// Names what the alarms ring for, as long as there is room in the log.
pub(crate) fn name(order: &OrderState, rings: Rings, census: &mut Census, now: Millis) {
    name_held(order, census, now);
    if rings.stuck && census.stuck <= NAMED {
        name_stuck(order, &census.paused, now);
    }
    if rings.old && census.old <= NAMED {
        name_old(order, now);
    }
}

/// Each held step, for the table of what waits for a person.
fn name_held(order: &OrderState, census: &mut Census, now: Millis) {
    let held = order.steps.iter().filter_map(|(name, step)| match &step.state {
        StepState::Held { code, .. } => Some((name.as_str(), code)),
        _ => None,
    });
    let age_s = now.since(order.open_since()).as_secs();
    for (step, code) in held {
        if census.held_named == HELD_NAMED {
            return;
        }
        census.held_named += 1;
        tracing::info!(
            what = "held",
            order.id = %order.key,
            step,
            code,
            age_s,
            "order {} waits for a person: its {step} is held as {code}",
            order.key
        );
    }
}

/// What it waits for is what a person looks at first: while its vendor is paused, nothing is wrong with the order.
fn name_stuck(order: &OrderState, paused: &BTreeSet<&'static str>, now: Millis) {
    let Some((name, state)) = first_open(order) else {
        return;
    };
    let (step, state) = (name.as_str(), state.kind().as_str());
    let vendor = name.vendor().map_or("", Vendor::as_str);
    let vendor_paused = paused.contains(vendor);
    let age_s = now.since(order.open_since()).as_secs();
    let words = if vendor_paused {
        format!(", and {vendor} is paused")
    } else {
        String::new()
    };
    tracing::error!(
        order.id = %order.key,
        step,
        state,
        vendor_paused,
        age_s,
        "order {} is stuck: open for longer than it should; its {step} is {state}{words}",
        order.key
    );
}

/// The step that an open order waits for, the first of them.
fn first_open(order: &OrderState) -> Option<(StepName, &StepState)> {
    let mut open = order.steps.iter().filter(|(_, step)| !step.state.is_finished());
    open.next().map(|(name, step)| (*name, &step.state))
}

/// RepSpark's lists reach back six months: after that an order can be read there by its number alone, and what
/// compares lists no longer sees it. An eCat order that is marked received stands in no list at all.
fn name_old(order: &OrderState, now: Millis) {
    let days = now.since(order.open_since()).as_secs() / 86_400;
    let step = first_open(order).map(|(name, _)| name.as_str());
    let until = match order.key.origin() {
        Origin::RepSpark => " before RepSpark's lists lose it",
        Origin::Ecat => "",
    };
    tracing::error!(
        order.id = %order.key,
        step,
        days,
        "order {} is open for {days} days: decide it{until}",
        order.key
    );
}
