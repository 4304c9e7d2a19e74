//! Which orders match, and with which step. Pure.

use std::time::Duration;

use order_model::versions::HoldCode;
use order_model::{Kind, Millis, OrderState, StepName, StepState};

/// The code that names the orders of the integration before us.
pub const FOREIGN: &str = "foreign";
/// The code that names records that could not be read.
pub const QUARANTINE: &str = "quarantine";

/// The states that a step can be looked for in: those of an open step.
pub const STATES: [Kind; 5] = [Kind::Due, Kind::Claimed, Kind::Pending, Kind::Unknown, Kind::Held];

/// What a person asks for with `where`.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Filter {
    /// The step that is open.
    pub step: Option<StepName>,
    /// What it is held under, or `foreign` or `quarantine`.
    pub code: Option<String>,
    /// What it is in: any of these.
    pub states: Option<Vec<Kind>>,
    /// First seen longer ago than this.
    pub older_than: Option<Duration>,
}

impl Filter {
    /// Whether the orders of the integration before us are meant, that wait for nothing.
    pub fn is_foreign(&self) -> bool {
        self.code.as_deref() == Some(FOREIGN)
    }

    /// Whether quarantined records are meant.
    pub fn is_quarantine(&self) -> bool {
        self.code.as_deref() == Some(QUARANTINE)
    }

    /// Whether what is meant has no open steps.
    pub fn has_no_steps(&self) -> bool {
        self.is_foreign() || self.is_quarantine()
    }

    /// Whether something first seen then is old enough.
    pub fn is_old_enough(&self, first_seen: Millis, now: Millis) -> bool {
        self.older_than.is_none_or(|age| now.since(first_seen) > age)
    }

    /// The step with which an order matches. Of a foreign order that waits for nothing it is the import.
    pub fn matching(&self, order: &OrderState, now: Millis) -> Option<StepName> {
        if !self.is_old_enough(order.first_seen, now) {
            return None;
        }
        if self.is_foreign() {
            let untouched = order.is_foreign_and_undecided() && !order.is_open();
            return untouched.then_some(StepName::Import);
        }
        match (self.step, &self.code) {
            (Some(step), None) => self.is_open_in(order, step).then_some(step),
            (Some(step), Some(code)) => is_held(order, step, code).then_some(step),
            (None, Some(code)) => StepName::ALL
                .into_iter()
                .rev()
                .find(|step| is_held(order, *step, code)),
            // The step that a person would mean, if it is in that state; else the first that is.
            (None, None) => order
                .step_in_question()
                .into_iter()
                .chain(StepName::ALL)
                .find(|step| self.is_open_in(order, *step)),
        }
    }

    /// Whether a submission that waits beside the current one may match, under the code that is written beside it: the
    /// review has the code of one of them alone.
    pub fn may_match_beside(&self, order: &OrderState, now: Millis) -> bool {
        let code = self.code.as_deref().and_then(HoldCode::parse);
        let step = self.step.is_none_or(|step| step == StepName::Review);
        let states = self.states.as_ref().is_none_or(|all| all.contains(&Kind::Held));
        code.is_some() && step && states && order.has_beside() && self.is_old_enough(order.first_seen, now)
    }

    fn is_open_in(&self, order: &OrderState, step: StepName) -> bool {
        let state = order.step(step);
        let wanted = self.states.as_ref();
        !state.is_finished() && wanted.is_none_or(|wanted| wanted.contains(&state.kind()))
    }
}

fn is_held(order: &OrderState, step: StepName, wanted: &str) -> bool {
    matches!(order.step(step), StepState::Held { code, .. } if code == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use order_model::{OrderKey, Pace, RawRef};

    const NOW: Millis = Millis(1_000_000_000);
    const DAY: Duration = Duration::from_secs(86_400);

    fn order() -> OrderState {
        let pace = Pace {
            grace: Duration::from_secs(900),
            skew: Duration::from_secs(10),
        };
        let raw = RawRef {
            hash: "ab".into(),
            chunks: 1,
        };
        OrderState::taken(OrderKey::new("RS-ACME-1").unwrap(), raw, NOW - 2 * DAY, pace)
    }

    fn held(step: StepName, code: &str) -> OrderState {
        let code = code.to_owned();
        order().moved(step, StepState::Held { code, at: NOW }).unwrap()
    }

    fn by(step: Option<StepName>, code: Option<&str>) -> Filter {
        Filter {
            step,
            code: code.map(str::to_owned),
            states: None,
            older_than: None,
        }
    }

    #[test]
    fn an_order_matches_with_the_step_that_is_held_under_the_code() {
        let order = held(StepName::Review, "changed_after_import");
        assert_eq!(
            by(None, Some("changed_after_import")).matching(&order, NOW),
            Some(StepName::Review)
        );
        assert_eq!(by(None, Some("unknown_sku")).matching(&order, NOW), None);
        assert_eq!(
            by(Some(StepName::Import), Some("changed_after_import")).matching(&order, NOW),
            None
        );
        // Its import is due.
        assert_eq!(
            by(Some(StepName::Import), None).matching(&order, NOW),
            Some(StepName::Import)
        );
        assert_eq!(by(Some(StepName::Confirm), None).matching(&order, NOW), None);
        assert_eq!(Filter::default().matching(&order, NOW), Some(StepName::Review));
    }

    #[test]
    fn an_order_is_older_than_an_age_when_it_was_first_seen_longer_ago() {
        let older = |age| Filter {
            older_than: Some(age),
            ..Filter::default()
        };
        assert_eq!(older(DAY).matching(&order(), NOW), Some(StepName::Import));
        assert_eq!(older(2 * DAY).matching(&order(), NOW), None);
    }

    #[test]
    fn an_order_matches_with_a_step_that_is_in_the_state() {
        let order = held(StepName::Review, "changed_after_import");
        let of = |step, states: &[Kind]| Filter {
            step,
            states: Some(states.to_vec()),
            ..Filter::default()
        };
        for (filter, step) in [
            (of(None, &[Kind::Due]), Some(StepName::Import)),
            (of(None, &[Kind::Held]), Some(StepName::Review)),
            (of(None, &[Kind::Due, Kind::Held]), Some(StepName::Review)),
            (of(None, &[Kind::Claimed, Kind::Unknown]), None),
            (of(Some(StepName::Import), &[Kind::Due]), Some(StepName::Import)),
            (of(Some(StepName::Review), &[Kind::Due]), None),
        ] {
            assert_eq!(filter.matching(&order, NOW), step, "{filter:?}");
        }
    }

    #[test]
    fn foreign_orders_match_their_own_code_and_nothing_else_while_they_wait_for_nothing() {
        let foreign = OrderState::foreign(OrderKey::new("RS-ACME-2").unwrap(), None, NOW);
        assert_eq!(
            by(None, Some(FOREIGN)).matching(&foreign, NOW),
            Some(StepName::Import)
        );
        assert_eq!(Filter::default().matching(&foreign, NOW), None);
        assert_eq!(by(None, Some(FOREIGN)).matching(&order(), NOW), None);
    }
}
