//! An order with custom-made lines on its way to the factory.

#![expect(
    clippy::unwrap_used,
    reason = "an order that cannot be made has failed the test"
)]

use order_model::{
    ContentHash, Decision, ErpReference, Kind, No, OrderState, Pinned, Step, StepName, StepState,
};

use crate::support::{PACE, at, bid, done, granted, imported, recorded, taken};

pub(crate) const ACKNOWLEDGE: StepName = StepName::Acknowledge;
pub(crate) const DETAILS: StepName = StepName::Details;
pub(crate) const NOTIFY: StepName = StepName::Notify;
/// What a stack takes that tells Spectrum everything.
pub(crate) const ALL: [StepName; 4] = [StepName::Publish, ACKNOWLEDGE, DETAILS, NOTIFY];

/// Imported by us at second 8, in a stack that takes these steps. `custom` is what the import pinned.
pub(crate) fn in_the_erp(custom: Option<bool>, takes: &[StepName]) -> OrderState {
    imported_from(&taken(), 5, custom, takes)
}

/// The same, of an order that stands somehow when its import begins at this second, and ends three later.
pub(crate) fn imported_from(
    order: &OrderState,
    second: i64,
    custom: Option<bool>,
    takes: &[StepName],
) -> OrderState {
    let mut bid = bid(StepName::Import, "me", at(second));
    bid.pinned = Some(Pinned {
        map: "v1".to_owned(),
        hash: ContentHash::from_bytes([7; 32]),
        custom,
    });
    let (order, claim) = granted(order, &bid);
    recorded(&order, &claim, &imported("SO1"), at(second + 3)).followed(&order, takes, PACE)
}

/// Keyed by a person at second 60, who gave the number.
pub(crate) fn keyed() -> OrderState {
    let (order, number) = (taken(), ErpReference::new("SO1").unwrap());
    let keyed = order.decide(Decision::Complete, StepName::Import, Some(&number), at(60));
    keyed.unwrap().followed(&order, &ALL, PACE)
}

/// Acknowledged by us at second 20, in a stack that takes these steps.
pub(crate) fn acknowledged(takes: &[StepName]) -> OrderState {
    let order = in_the_erp(Some(true), takes);
    let (order, claim) = granted(&order, &bid(ACKNOWLEDGE, "me", at(15)));
    recorded(&order, &claim, &done(), at(20)).followed(&order, takes, PACE)
}

/// One step of an order put into a state.
pub(crate) fn with(mut order: OrderState, step: StepName, state: StepState) -> OrderState {
    let generation = order.generation(step);
    order.steps.insert(step, Step { generation, state });
    order
}

pub(crate) fn held(code: &str) -> StepState {
    StepState::Held {
        code: code.to_owned(),
        at: at(30),
    }
}

/// What becomes of an order by a decision at second 60, in a stack that takes all.
pub(crate) fn decided(order: &OrderState, decision: Decision, step: StepName) -> Result<OrderState, No> {
    let next = order.decide(decision, step, None, at(60))?;
    Ok(next.followed(order, &ALL, PACE))
}

/// The states of the three steps.
pub(crate) fn kinds(order: &OrderState) -> [Kind; 3] {
    [ACKNOWLEDGE, DETAILS, NOTIFY].map(|step| order.step(step).kind())
}
