//! What an order's publication has to do with a note that it waits for a customer. Pure.

use order_model::{Kind, OrderState, StepName, StepState};

/// The code of a publication that is held because nobody has said who its customer is at SparkLayer.
pub const NOT_MAPPED: &str = "customer_not_mapped";

/// How an order stands to the row that it is noted to wait for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It waits for the row.
    Waits,
    /// It is to be published, or somebody is at it, and may be about to wait.
    UnderWay,
    /// It is past it: published, not to be published, or held for something else.
    Past,
}

impl Standing {
    /// How an order stands.
    pub fn of(order: &OrderState) -> Self {
        let state = order.step(StepName::Publish);
        match state.kind() {
            Kind::Held if matches!(state, StepState::Held { code, .. } if code == NOT_MAPPED) => Self::Waits,
            // What is unknown or pending is claimed again to be looked into.
            Kind::Due | Kind::Claimed | Kind::Pending | Kind::Unknown => Self::UnderWay,
            Kind::Held | Kind::Off | Kind::Done | Kind::Superseded | Kind::Discarded => Self::Past,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use order_model::{Millis, OrderKey, Step};

    fn order(state: StepState) -> OrderState {
        let mut order = OrderState::foreign(OrderKey::new("RS-ACME-1").unwrap(), None, Millis(0));
        order.steps.insert(StepName::Publish, Step::fresh(state));
        order
    }

    fn held(code: &str) -> StepState {
        let code = code.to_owned();
        StepState::Held { code, at: Millis(1) }
    }

    #[test]
    fn an_order_waits_only_while_it_is_held_for_this() {
        assert_eq!(Standing::of(&order(held(NOT_MAPPED))), Standing::Waits);
        assert_eq!(Standing::of(&order(held("purchase_not_found"))), Standing::Past);
        let mut other = order(StepState::Off);
        let code = held(NOT_MAPPED);
        other.steps.insert(StepName::Import, Step::fresh(code));
        assert_eq!(
            Standing::of(&other),
            Standing::Past,
            "another step under that code"
        );
    }

    #[test]
    fn whoever_is_at_an_order_may_be_about_to_let_it_wait() {
        let now = Millis(1);
        let claimed = StepState::Claimed {
            owner: "run-1".into(),
            begun_at: now,
            until: now,
            tries: 0,
            hash: None,
            asking: false,
        };
        let unknown = StepState::Unknown {
            begun_at: now,
            not_before: now,
            tries: 1,
            hint_at: now,
            hash: None,
        };
        for state in [StepState::due_by_hand(now), claimed, unknown] {
            assert_eq!(Standing::of(&order(state)), Standing::UnderWay);
        }
        let done = StepState::Done {
            reference: None,
            at: now,
        };
        for state in [StepState::Off, StepState::Discarded, StepState::Superseded, done] {
            assert_eq!(Standing::of(&order(state)), Standing::Past);
        }
    }
}
