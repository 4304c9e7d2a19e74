//! What a decision comes to for one order as it stands, before anything is written. Pure.

use order_model::versions::Settled;
use order_model::{Decision, EcatId, Kind, Millis, OrderState, StepName, StepState};

use crate::request::Wish;
use crate::siblings::Siblings;
use crate::submission::is_rearranged;
use crate::words::refusal;

/// Which step a decision is about.
///
/// The same event may come twice, because somebody repeats it when its answer is lost. So what ends a step for good
/// (discard, complete) is never about a step that the first of the two made due: without a name it is about what is
/// held, or about the import.
pub(crate) fn step_meant(order: &OrderState, wish: &Wish) -> Result<StepName, String> {
    if let Some(step) = wish.step {
        return Ok(step);
    }
    let held = |step: StepName| order.step(step).kind() == Kind::Held;
    match wish.decision {
        Decision::Adopt | Decision::Erase | Decision::ImportAsNew | Decision::ImportAsRevision => {
            Ok(StepName::Import)
        }
        // Where nothing is open the table says why: what was asked for is done, or another's.
        Decision::Retry => Ok(order.step_in_question().unwrap_or(StepName::Import)),
        Decision::Complete if wish.reference.is_some() => Ok(if held(StepName::Review) {
            StepName::Review
        } else {
            StepName::Import
        }),
        Decision::Discard | Decision::Complete => match all_held(order).as_slice() {
            [step] => Ok(*step),
            [] if order.step(StepName::Import).is_finished() && order.is_open() => Err(
                "nothing of it is held: name the step that is meant, if it is one that is not held"
                    .to_owned(),
            ),
            [] => Ok(StepName::Import),
            several => {
                let names: Vec<&str> = several.iter().map(|step| step.as_str()).collect();
                Err(format!(
                    "{} are held: name the step that is meant",
                    names.join(" and ")
                ))
            }
        },
    }
}

/// The held steps, but those that are only held because of the review: they go with it.
fn all_held(order: &OrderState) -> Vec<StepName> {
    let code = |step| match order.step(step) {
        StepState::Held { code, .. } => Some(code.as_str()),
        _ => None,
    };
    let review = code(StepName::Review);
    let is_own = |step: StepName| {
        step == StepName::Review || code(step).is_some_and(|code| review.is_none_or(|review| review != code))
    };
    let all = StepName::ALL.into_iter();
    all.filter(|step| code(*step).is_some() && is_own(*step))
        .collect()
}

/// The order after the decision, or why it does not fit.
pub(crate) fn judge(
    order: &OrderState,
    wish: &Wish,
    step: StepName,
    now: Millis,
) -> Result<OrderState, String> {
    if wish.reference.is_some() && !matches!(step, StepName::Import | StepName::Review) {
        return Err(format!(
            "\"reference\" is the ERP's number, which belongs to the import or the review, not to {}",
            step.as_str()
        ));
    }
    order
        .decide(wish.decision, step, wish.reference.as_ref(), now)
        .map_err(|no| refusal(no, order.key.origin()))
}

/// What a decision about a submission comes to, on whatever stands there now. A person who looked at these submissions has
/// not decided about others.
pub(crate) fn judge_version(
    seen: &OrderState,
    stands: &OrderState,
    id: EcatId,
    step: StepName,
    wish: &Wish,
    known: &Siblings,
    now: Millis,
) -> Result<Settled, String> {
    is_still(seen, stands, step)?;
    let changed = seen.versions != stands.versions || seen.raw != stands.raw;
    if changed || is_rearranged(stands) && !known.read {
        return Err("its submissions changed at the same moment: look at it again".to_owned());
    }
    let settled = known.ask(wish, id, |asked| stands.decide_version(asked, now));
    settled.map_err(|no| refusal(no, stands.key.origin()))
}

/// Whether a step that was held is still held for the same.
fn is_still(seen: &OrderState, stands: &OrderState, step: StepName) -> Result<(), String> {
    match (seen.step(step), stands.step(step)) {
        (before @ StepState::Held { .. }, now @ StepState::Held { code, .. }) if before != now => Err(
            format!("it changed at the same moment, and is held anew under {code}: look at it again"),
        ),
        _ => Ok(()),
    }
}

/// Judges again on what stands there now. A person who looked at one hold, or at one content, has not decided about
/// another.
pub(crate) fn judge_again(
    seen: &OrderState,
    stands: &OrderState,
    wish: &Wish,
    step: StepName,
    now: Millis,
) -> Result<OrderState, String> {
    is_still(seen, stands, step)?;
    if seen.raw != stands.raw && wish.decision != Decision::Erase {
        return Err("other content came for it at the same moment: look at it again".to_owned());
    }
    judge(stands, wish, step, now)
}

/// Whether an order is as the decision wanted it: asked when our own write may be the one that makes it look refused.
pub(crate) fn is_as_wanted(order: &OrderState, wish: &Wish, step: StepName, now: Millis) -> bool {
    match (wish.decision, order.step(step)) {
        // Two people may complete it in one millisecond, each with a number of their own.
        (Decision::Complete, StepState::Done { at, .. }) => {
            *at == now && (wish.reference.is_none() || order.reference == wish.reference)
        }
        (Decision::Discard, state) => state.kind() == Kind::Discarded,
        (Decision::Retry | Decision::ImportAsNew | Decision::ImportAsRevision, state) => {
            matches!(state.kind(), Kind::Claimed | Kind::Done)
        }
        (Decision::Adopt, state) => state.kind() != Kind::Off,
        _ => false,
    }
}

/// Whether a step is being tried without anybody's decision: a bulk retry passes it over, or it would never come to
/// its end.
pub(crate) fn is_under_way(state: &StepState, now: Millis) -> bool {
    match state {
        StepState::Claimed { .. } => true,
        StepState::Due { not_before, .. }
        | StepState::Pending { not_before, .. }
        | StepState::Unknown { not_before, .. } => *not_before <= now,
        _ => false,
    }
}

#[cfg(test)]
#[path = "judge_tests.rs"]
mod tests;
