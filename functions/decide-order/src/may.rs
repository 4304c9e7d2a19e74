//! Which decisions fit an order as it stands. Pure: each is tried, and nothing is written.

use order_model::versions::Asked;
use order_model::{Decision, EcatId, ErpKey, ErpReference, Kind, Millis, OrderState, Origin, StepName};

/// The decisions about one step.
const ABOUT_A_STEP: [Decision; 3] = [Decision::Retry, Decision::Discard, Decision::Complete];
/// The decisions about a submission of an eCat order.
const ABOUT_A_SUBMISSION: [Decision; 5] = [
    Decision::Retry,
    Decision::ImportAsNew,
    Decision::ImportAsRevision,
    Decision::Discard,
    Decision::Complete,
];
/// The decisions about the whole order.
const ABOUT_THE_ORDER: [Decision; 2] = [Decision::Adopt, Decision::Erase];

/// The decisions that fit a step. An import is completed with the ERP's number.
pub(crate) fn about_step(order: &OrderState, step: StepName, now: Millis) -> Vec<&'static str> {
    // Whoever completes an import has the number: that it is not known here is no obstacle.
    let number = match step {
        StepName::Import => ErpReference::new("any").ok(),
        _ => None,
    };
    let fits = |decision: &Decision| order.decide(*decision, step, number.as_ref(), now).is_ok();
    ABOUT_A_STEP
        .into_iter()
        .filter(fits)
        .map(Decision::as_str)
        .collect()
}

/// The decisions that fit a submission, where `revises` is the newest older one that the ERP has; or an order of its own
/// that a submission is.
pub(crate) fn about_submission(
    order: &OrderState,
    id: EcatId,
    revises: Option<&ErpKey>,
    now: Millis,
) -> Vec<&'static str> {
    let number = ErpReference::new("any").ok();
    let fits = |decision: &Decision| {
        let asked = Asked {
            decision: *decision,
            id,
            reference: number.as_ref(),
            revises,
            // What the submissions say decides where they go, not whether the decision fits.
            orders: &|_| None,
        };
        order.decide_version(&asked, now).is_ok()
    };
    let all = ABOUT_A_SUBMISSION.into_iter();
    all.filter(fits).map(Decision::as_str).collect()
}

/// Whether an order is a submission that there was no room for among the others, and nobody decided about it.
pub(crate) fn is_own_submission(order: &OrderState) -> bool {
    order.key.origin() == Origin::Ecat && order.versions.is_empty() && order.is_stopped()
}

/// The decisions that fit the order. What is forgotten already need not be erased, but may have other payloads.
pub(crate) fn about_order(order: &OrderState, now: Millis) -> Vec<&'static str> {
    let fits = |decision: &Decision| order.decide(*decision, StepName::Import, None, now).is_ok();
    ABOUT_THE_ORDER
        .into_iter()
        .filter(fits)
        .map(Decision::as_str)
        .collect()
}

/// The steps to show: those that something became of, or that a person may decide about.
pub(crate) fn steps(order: &OrderState, now: Millis) -> Vec<StepName> {
    let is_shown = |step: &StepName| {
        let is_off = order.step(*step).kind() == Kind::Off;
        order.steps.contains_key(step) || !is_off || !about_step(order, *step, now).is_empty()
    };
    StepName::ALL.into_iter().filter(is_shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use order_model::{OrderKey, RawRef, StepState};

    const NOW: Millis = Millis(5_000);

    fn raw() -> RawRef {
        RawRef {
            hash: "ab".into(),
            chunks: 1,
        }
    }

    fn held() -> OrderState {
        OrderState::held(
            OrderKey::new("RS-ACME-1").unwrap(),
            raw(),
            "unknown_sku",
            Millis(0),
        )
    }

    #[test]
    fn what_is_held_may_be_tried_again_discarded_or_completed() {
        assert_eq!(
            about_step(&held(), StepName::Import, NOW),
            ["retry", "discard", "complete"]
        );
        assert_eq!(about_step(&held(), StepName::Confirm, NOW), [] as [&str; 0]);
        assert_eq!(
            about_order(&held(), NOW),
            [] as [&str; 0],
            "its import may need the payload"
        );
        assert_eq!(steps(&held(), NOW), [StepName::Import]);
    }

    #[test]
    fn a_foreign_order_may_be_adopted_discarded_or_completed_with_its_number() {
        let foreign = OrderState::foreign(OrderKey::new("RS-ACME-2").unwrap(), Some(raw()), NOW);
        assert_eq!(steps(&foreign, NOW), [StepName::Import]);
        assert_eq!(
            about_step(&foreign, StepName::Import, NOW),
            ["discard", "complete"]
        );
        assert_eq!(about_order(&foreign, NOW), ["adopt", "erase"]);
    }

    #[test]
    fn nothing_is_decided_about_a_step_while_a_worker_has_it() {
        let due = held()
            .decide(Decision::Retry, StepName::Import, None, NOW)
            .unwrap();
        let claimed = StepState::Claimed {
            owner: "run-1".into(),
            begun_at: NOW,
            until: Millis(9_000),
            tries: 0,
            hash: None,
            asking: false,
        };
        let order = due.moved(StepName::Import, claimed).unwrap();
        assert_eq!(about_step(&order, StepName::Import, NOW), [] as [&str; 0]);
        assert_eq!(about_order(&order, NOW), [] as [&str; 0]);
    }

    #[test]
    fn a_submission_that_there_was_no_room_for_may_be_imported_as_new_or_as_a_revision() {
        let key = OrderKey::new("EC-DEMO-N-6").unwrap();
        let own = OrderState::held(key, raw(), "ecat_too_many_versions", Millis(0));
        assert!(is_own_submission(&own));
        assert!(!is_own_submission(&held()));
        let of = |revises| about_submission(&own, EcatId(6), revises, NOW);
        assert_eq!(of(None), ["import_as_new", "discard", "complete"]);
        let revised = ErpKey::new("EC-DEMO-N-5").unwrap();
        assert_eq!(
            of(Some(&revised)),
            ["import_as_new", "import_as_revision", "discard", "complete"]
        );
    }
}
