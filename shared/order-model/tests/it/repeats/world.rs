//! An order that is in the ERP and has to be published, and what the tests do to it again and again.

#![expect(clippy::panic, reason = "an order that cannot be made has failed the test")]

use order_model::{
    Bid, Claim, Decision, Edition, ErpReference, Millis, OrderState, Outcome, Repeat, Step, StepName,
    StepState,
};

use crate::support::{PACE, T0, at, bid, done, due, granted, imported, recorded, taken};

pub(crate) const PUBLISH: StepName = StepName::Publish;

/// The order after its import in a stack that has SparkLayer: the publication is due at second 8.
pub(crate) fn in_the_erp() -> OrderState {
    let (order, claim) = granted(&taken(), &bid(StepName::Import, "import", at(5)));
    let next = recorded(&order, &claim, &imported("SO1"), at(8));
    let next = next.followed(&order, &[PUBLISH], PACE);
    let confirmed = StepState::Done {
        reference: None,
        at: at(9),
    };
    let mut next = next;
    next.steps.insert(StepName::Confirm, Step::fresh(confirmed));
    next
}

/// A bid to tell a version, whose body has the version's own fingerprint.
pub(crate) fn tells(version: u32, owner: &str, now: Millis) -> Bid {
    let mut bid = bid(PUBLISH, owner, now);
    bid.hash = Some(body(version));
    bid.edition = Some(Edition {
        version,
        name: "internal:SO1".to_owned(),
    });
    bid
}

/// The fingerprint of the body of a version.
pub(crate) fn body(version: u32) -> String {
    format!("body {version}")
}

/// The order after this version was told and accepted, at second 20.
pub(crate) fn told(version: u32) -> OrderState {
    let (order, claim) = claimed(&in_the_erp(), version);
    recorded(&order, &claim, &done(), at(20))
}

pub(crate) fn claimed(order: &OrderState, version: u32) -> (OrderState, Claim) {
    granted(order, &tells(version, "me", at(15)))
}

/// The order with its publication in this state, after `told(1)`.
pub(crate) fn standing(state: StepState) -> OrderState {
    let mut order = told(1);
    order.steps.insert(PUBLISH, Step { generation: 1, state });
    order
}

pub(crate) fn raise(order: &OrderState, version: u32, now: Millis) -> Option<OrderState> {
    order.raised(PUBLISH, version, now, PACE, true)
}

pub(crate) fn repeat(order: &OrderState) -> Repeat {
    order.repeat(PUBLISH)
}

pub(crate) fn numbers(order: &OrderState) -> (u32, u32) {
    (repeat(order).wanted, repeat(order).done)
}

pub(crate) fn decided(order: &OrderState, decision: Decision) -> OrderState {
    match order.decide(decision, PUBLISH, None, at(60)) {
        Ok(next) => next,
        Err(no) => panic!("{no}"),
    }
}

pub(crate) fn held(code: &str) -> StepState {
    StepState::Held {
        code: code.to_owned(),
        at: at(20),
    }
}

/// Each state that a publication can stand in, but done.
pub(crate) fn unfinished() -> Vec<StepState> {
    let claimed = StepState::Claimed {
        owner: "me".to_owned(),
        begun_at: at(15),
        until: at(135),
        tries: 0,
        hash: Some(body(1)),
        asking: false,
    };
    vec![
        due(at(15), 2, at(900)),
        claimed,
        unknown(at(15), at(75)),
        held("invalid_purchase"),
    ]
}

pub(crate) fn unknown(begun_at: Millis, not_before: Millis) -> StepState {
    StepState::Unknown {
        begun_at,
        not_before,
        tries: 1,
        hint_at: not_before,
        hash: Some(body(1)),
    }
}

pub(crate) fn later(now: Millis) -> Outcome {
    Outcome::Later {
        not_before: now,
        hinted: false,
        counts: false,
    }
}

#[test]
fn the_order_of_these_tests_is_in_the_erp_and_to_be_published() {
    let order = in_the_erp();
    assert_eq!(order.reference, ErpReference::new("SO1").ok());
    assert_eq!(order.step(PUBLISH), &due(at(8), 0, at(908)));
    assert_eq!(
        order.look_at,
        Some(at(900)),
        "its place in the index is that of its intake"
    );
    assert_eq!((numbers(&order), T0 < at(8)), ((0, 0), true));
}
