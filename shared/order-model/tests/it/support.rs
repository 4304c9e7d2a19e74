//! An order at a known time, and what the tests do to it again and again.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "an order that cannot be made has failed the test"
)]

use std::time::Duration;

use order_model::{
    Begin, Bid, Claim, ErpReference, Gone, Millis, OrderKey, OrderState, Outcome, Pace, RawRef, Step,
    StepName, StepState,
};

pub(crate) const PACE: Pace = Pace {
    grace: Duration::from_secs(900),
    skew: Duration::from_secs(10),
};

/// Intake.
pub(crate) const T0: Millis = Millis(1_000_000);

pub(crate) fn at(seconds: i64) -> Millis {
    Millis(T0.0 + seconds * 1000)
}

pub(crate) fn raw(name: &str) -> RawRef {
    RawRef {
        hash: name.to_owned(),
        chunks: 1,
    }
}

/// An order taken in at `T0`, its import due.
pub(crate) fn taken() -> OrderState {
    OrderState::taken(OrderKey::new("RS-ACME-8086").unwrap(), raw("a"), T0, PACE)
}

/// The same order with one step in a given state, claimed `generation` times before.
pub(crate) fn with(name: StepName, generation: u32, state: StepState) -> OrderState {
    let mut order = taken();
    order.steps.insert(name, Step { generation, state });
    order
}

pub(crate) fn bid(step: StepName, owner: &str, now: Millis) -> Bid {
    Bid {
        step,
        owner: owner.to_owned(),
        now,
        until: now + Duration::from_secs(120),
        hash: Some("sent".to_owned()),
        pinned: None,
        raw: None,
        edition: None,
    }
}

pub(crate) fn granted(order: &OrderState, bid: &Bid) -> (OrderState, Claim) {
    match order.begin(bid, PACE) {
        Begin::Claim(next, claim) => (*next, claim),
        other => panic!("not granted: {other:?}"),
    }
}

pub(crate) fn recorded(order: &OrderState, claim: &Claim, outcome: &Outcome, now: Millis) -> OrderState {
    match order.settle(claim, outcome, now, PACE).unwrap() {
        Gone::Write(next) => *next,
        Gone::Recorded => panic!("recorded before"),
    }
}

pub(crate) fn done() -> Outcome {
    Outcome::Done {
        reference: None,
        erp_reference: None,
    }
}

pub(crate) fn imported(reference: &str) -> Outcome {
    Outcome::Done {
        reference: None,
        erp_reference: Some(ErpReference::new(reference).unwrap()),
    }
}

pub(crate) fn due(not_before: Millis, tries: u32, hint_at: Millis) -> StepState {
    StepState::Due {
        not_before,
        tries,
        hint_at,
    }
}
