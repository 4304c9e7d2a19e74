//! How many hints each step may get on this tick. Pure.

use std::cell::RefCell;
use std::collections::BTreeMap;

use order_model::{Room, StepName};

/// A queue with more messages than this gets none from the sweep: it has work enough, and its hints are on their way.
pub const FULL: u64 = 100;
/// So many hints at most on one tick, over all queues.
pub const MOST: u64 = 2_000;

/// What is known of a step's queue and vendor when the tick begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// Hints may go.
    Open,
    /// The vendor is paused, and it is time for a probe: one hint may go.
    OneProbe,
    /// The queue is full, or did not answer; or the vendor is paused.
    Shut,
}

/// The room of one tick.
#[derive(Debug)]
pub struct Rooms {
    inner: RefCell<Inner>,
}

#[derive(Debug)]
struct Inner {
    doors: BTreeMap<StepName, Door>,
    left: u64,
}

impl Rooms {
    /// The doors as they stand when the tick begins.
    pub fn new(doors: BTreeMap<StepName, Door>) -> Self {
        Self {
            inner: RefCell::new(Inner { doors, left: MOST }),
        }
    }

    /// Whether one hint for this step may go; if so, it counts. A step without a queue belongs to a vendor that is
    /// switched off.
    pub fn take(&self, step: StepName) -> Room {
        let mut inner = self.inner.borrow_mut();
        let Some(door) = inner.doors.get(&step).copied() else {
            return Room::Gone;
        };
        if inner.left == 0 {
            return Room::Wait;
        }
        match door {
            Door::Shut => return Room::Wait,
            Door::OneProbe => drop(inner.doors.insert(step, Door::Shut)),
            Door::Open => {}
        }
        inner.left -= 1;
        Room::Go
    }

    /// Gives a hint's room back: its order had changed, and it was not needed.
    pub fn give_back(&self) {
        self.inner.borrow_mut().left += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rooms(door: Door) -> Rooms {
        Rooms::new(BTreeMap::from([(StepName::Import, door)]))
    }

    #[test]
    fn a_full_queue_waits_and_a_step_without_a_queue_is_let_go() {
        assert_eq!(rooms(Door::Shut).take(StepName::Import), Room::Wait);
        assert_eq!(rooms(Door::Open).take(StepName::Confirm), Room::Gone);
    }

    #[test]
    fn a_paused_vendor_gets_one_probe() {
        let rooms = rooms(Door::OneProbe);
        assert_eq!(rooms.take(StepName::Import), Room::Go);
        assert_eq!(rooms.take(StepName::Import), Room::Wait);
    }

    #[test]
    fn each_step_of_a_paused_vendor_gets_a_probe_of_its_own() {
        // Which of its functions may probe is written in the pause, and only that one calls.
        let steps = [StepName::Acknowledge, StepName::Details, StepName::Notify];
        let rooms = Rooms::new(steps.map(|step| (step, Door::OneProbe)).into());
        for _ in 0..2 {
            for step in steps {
                rooms.take(step);
            }
        }
        assert_eq!(rooms.inner.borrow().left, MOST - 3);
        for step in steps {
            assert_eq!(rooms.take(step), Room::Wait, "{step:?}");
        }
    }

    #[test]
    fn one_tick_gives_at_most_two_thousand_hints() {
        let rooms = rooms(Door::Open);
        assert_eq!(
            (0..5_000)
                .filter(|_| rooms.take(StepName::Import) == Room::Go)
                .count(),
            2_000
        );
    }
}
