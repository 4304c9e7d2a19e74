//! What the sweep does with one order that it looks at.

use std::time::Duration;

use crate::{Kind, Millis, OrderState, Pace, StepName, StepState};

/// Whether a step can be given a hint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    /// Yes.
    Go,
    /// Not on this tick: its queue is full, or its vendor is paused.
    Wait,
    /// Never: its vendor is switched off in this stack.
    Gone,
}

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

/// Looks at an open order. `room` says whether a step can be given a hint. None if there
/// is nothing to write: the order is closed, or all that is due waits for room.
pub fn look(order: &OrderState, now: Millis, pace: Pace, room: impl Fn(StepName) -> Room) -> Option<Look> {
    let mut next = order.clone();
    let mut hints = Vec::new();
    let mut waits_for_room = false;
    for name in StepName::ALL {
        let Some(state) = hinted(name, order.step(name), now, pace) else {
            continue;
        };
        match room(name) {
            Room::Go => {
                next.put(name, state);
                hints.push(name);
            }
            Room::Wait => waits_for_room = true,
            // Goods are made because of it: whoever switched Spectrum off has to say what becomes of this.
            Room::Gone if name.is_of_custom_lines() && !name.is_repeatable() => waits_for_room = true,
            // Only what was never begun can be let go; an effect that may have taken place has to be found out.
            Room::Gone if order.step(name).kind() == Kind::Due => next.put(name, StepState::Off),
            Room::Gone => waits_for_room = true,
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
fn hinted(name: StepName, state: &StepState, now: Millis, pace: Pace) -> Option<StepState> {
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
        // Whoever asked did not report; asking has no effect, so it is simply asked again.
        StepState::Claimed {
            until,
            tries,
            asking: true,
            ..
        } if *until + pace.skew <= now => Some(StepState::Pending {
            not_before: now,
            tries: *tries,
            hint_at: now + pace.grace,
        }),
        // The lease ended and nobody reported: whether the effect took place is unknown, and has to be probed.
        StepState::Claimed {
            until,
            begun_at,
            tries,
            hash,
            ..
        } if *until + pace.skew <= now => Some(StepState::Unknown {
            begun_at: name.began(*begun_at, *until),
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
