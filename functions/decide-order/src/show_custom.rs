//! What the factory was told of an order's custom-made lines, for a person. Pure, and without personal data.

use ledger::{Attempt, Attempts};
use order_model::{OrderState, StepName};
use serde_json::{Value, json};

/// The steps of which each try is noted down before it is made.
pub(crate) const TRIED: [StepName; 2] = [StepName::Acknowledge, StepName::Details];

/// What was tried of one step.
struct Tried<'a> {
    step: StepName,
    name: &'a str,
    tries: &'a [Attempt],
    partly: bool,
}

/// The order's name at Spectrum, whether a person let its acknowledgement go, and the calls of which nobody knows what came
/// of them, or that were the last; none where nobody has named the order yet.
pub(crate) fn acknowledgement(order: &OrderState, all: &[Attempts]) -> Option<Value> {
    let tried = all.iter().map(|attempts| Tried {
        step: attempts.step,
        name: &attempts.name,
        tries: &attempts.tries,
        partly: attempts.partly,
    });
    shown(order.agreed, &tried.collect::<Vec<_>>())
}

fn shown(agreed: bool, all: &[Tried<'_>]) -> Option<Value> {
    let named = all.first()?;
    let tries = all.iter().flat_map(|tried| {
        let step = tried.step.as_str();
        tried.tries.iter().map(move |attempt| {
            json!({
                "step": step,
                "claim": attempt.generation,
                "at": attempt.at.to_string(),
                "sent": attempt.hash,
            })
        })
    });
    let mut shown = json!({"name": named.name, "agreed": agreed, "tries": tries.collect::<Vec<_>>()});
    let partly = all.iter().filter(|tried| tried.partly);
    let partly: Vec<&str> = partly.map(|tried| tried.step.as_str()).collect();
    if !partly.is_empty() {
        shown["taken_in_part"] = json!(partly);
    }
    Some(shown)
}

#[cfg(test)]
mod tests {
    use super::*;
    use order_model::Millis;

    fn attempt(generation: u32) -> Attempt {
        Attempt {
            generation,
            hash: "aaaabbbb".to_owned(),
            at: Millis(2_000),
        }
    }

    #[test]
    fn an_order_that_nobody_named_at_spectrum_has_nothing_to_show() {
        assert_eq!(shown(false, &[]), None);
    }

    #[test]
    fn an_acknowledgement_is_shown_with_the_name_and_each_try_of_each_step() {
        let tries = [attempt(1), attempt(3)];
        let of = |step, tries, partly| Tried {
            step,
            name: "SO104233",
            tries,
            partly,
        };
        let at = Millis(2_000).to_string();
        let expected = json!({
            "name": "SO104233",
            "agreed": true,
            "tries": [
                {"step": "acknowledge", "claim": 1, "at": at, "sent": "aaaabbbb"},
                {"step": "acknowledge", "claim": 3, "at": at, "sent": "aaaabbbb"},
                {"step": "details", "claim": 1, "at": at, "sent": "aaaabbbb"},
            ],
            "taken_in_part": ["details"],
        });
        let all = [
            of(StepName::Acknowledge, &tries[..], false),
            of(StepName::Details, &tries[..1], true),
        ];
        assert_eq!(shown(true, &all), Some(expected));
        let untried = [of(StepName::Acknowledge, &[], false)];
        let fresh = json!({"name": "SO104233", "agreed": false, "tries": []});
        assert_eq!(shown(false, &untried), Some(fresh));
    }
}
