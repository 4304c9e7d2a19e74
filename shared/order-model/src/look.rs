//! What the sweep does with one order that it looks at.

use std::time::Duration;

use crate::{Millis, OrderState, Pace, StepName, StepState};

/// What looking at an order came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// Write this first: it remembers the hints, so that each step gets one per grace.
    pub next: OrderState,
    /// Then give these steps their hint.
    pub hints: Vec<StepName>,
}

/// How long a held order rests until it is named again.
const HELD_AGAIN: Duration = Duration::from_secs(3600);

/// Looks at an open order. `may_hint` says whether a step's queue has room and its vendor is not paused. None if there
/// is nothing to write: the order is closed, or all that is due waits for room.
pub fn look(
    order: &OrderState,
    now: Millis,
    pace: Pace,
    may_hint: impl Fn(StepName) -> bool,
) -> Option<Look> {
    let mut next = order.clone();
    let mut hints = Vec::new();
    let mut waits_for_room = false;
    for name in StepName::ALL {
        let Some(state) = hinted(order.step(name), now, pace) else {
            continue;
        };
        if may_hint(name) {
            next.put(name, state);
            hints.push(name);
        } else {
            waits_for_room = true;
        }
    }
    next.index();
    if next.is_open() {
        // What waits for room keeps its place at the front; the rest of the order moves on with it.
        let front = if waits_for_room { order.look_at } else { None };
        next.look_at = front.or_else(|| wanted(&next, pace)).or(Some(now + HELD_AGAIN));
    }
    (next != *order).then_some(Look { next, hints })
}

/// The state of a step after a hint, if it wants one now.
fn hinted(state: &StepState, now: Millis, pace: Pace) -> Option<StepState> {
    let mut state = state.clone();
    match &mut state {
        StepState::Due { hint_at, .. }
        | StepState::Pending { hint_at, .. }
        | StepState::Unknown { hint_at, .. }
            if *hint_at <= now =>
        {
            *hint_at = now + pace.grace;
            Some(state)
        }
        // The lease ended and nobody reported: whether the effect took place is unknown, and has to be probed.
        StepState::Claimed {
            until,
            begun_at,
            tries,
            hash,
            ..
        } if *until + pace.skew <= now => Some(StepState::Unknown {
            begun_at: *begun_at,
            not_before: now,
            tries: *tries,
            hint_at: now + pace.grace,
            hash: hash.clone(),
        }),
        _ => None,
    }
}

/// When a step of this order wants the sweep: for a hint, or because its lease ends.
fn wanted(order: &OrderState, pace: Pace) -> Option<Millis> {
    let leases = order.steps.values().filter_map(|step| match &step.state {
        StepState::Claimed { until, .. } => Some(*until + pace.skew),
        _ => None,
    });
    leases.chain(order.attention()).min()
}
