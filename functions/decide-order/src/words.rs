//! States and changes in words. Pure.

use order_model::{Decision, No, OrderState, Origin, StepName, StepState};

use crate::request::Wish;

/// A state in a few words: `held (unknown_sku)`.
pub fn state(state: &StepState) -> String {
    match state {
        StepState::Held { code, .. } => format!("held ({code})"),
        other => other.kind().as_str().to_owned(),
    }
}

/// What a decision changes: the step that it is about, and whatever else moves with it.
pub fn change(before: &OrderState, after: &OrderState, about: StepName) -> String {
    let mut parts = Vec::new();
    for step in StepName::ALL {
        let (from, to) = (before.step(step), after.step(step));
        if step == about || from != to {
            parts.push(format!("{}: {} -> {}", step.as_str(), state(from), state(to)));
        }
    }
    for (from, to) in before.versions.iter().zip(&after.versions) {
        if from.id == to.id && from.standing != to.standing {
            let (from, now) = (from.standing.as_str(), to.standing.as_str());
            parts.push(format!("submission {}: {from} -> {now}", to.id));
        }
    }
    if before.revision_of != after.revision_of {
        parts.push(revises(after).trim_start_matches(", ").to_owned());
    }
    if before.admission != after.admission {
        parts.push("the order is ours from now on".to_owned());
    }
    if after.waived && !before.waived {
        parts.push("the rule that held it is waived".to_owned());
    }
    if after.agreed && !before.agreed {
        parts.push("the factory may begin it".to_owned());
    }
    if let Some(number) = &after.reference
        && before.reference != after.reference
    {
        parts.push(format!("ERP number {number}"));
    }
    if before.raw.is_some() && after.raw.is_none() {
        parts.push("its payload is forgotten".to_owned());
    }
    parts.join(", ")
}

/// What an order revises, if it does, after a comma.
pub fn revises(order: &OrderState) -> String {
    let revised = order.revision_of.as_ref();
    revised.map_or_else(String::new, |key| format!(", as a revision of {key}"))
}

/// The number that a person gave with a decision, after a comma.
pub fn with_number(wish: &Wish) -> String {
    match (wish.decision, &wish.reference) {
        (Decision::Complete, Some(number)) => format!(", with the number {number}"),
        _ => String::new(),
    }
}

/// Why a decision does not fit an order, in words that fit where it came from.
pub fn refusal(no: No, origin: Origin) -> String {
    match (no, origin) {
        (No::IsDone, Origin::Ecat) => {
            "it is done: what is in the ERP is changed or cancelled there".to_owned()
        }
        (No::NoPayload, Origin::Ecat) => {
            "its payload is not here: bring it with ecat-pull-orders {\"ecat_id\": …} first".to_owned()
        }
        _ => no.to_string(),
    }
}

/// The first words of a text, on one line, at most so many characters.
pub fn first(text: &str, most: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= most {
        return line;
    }
    let begin: String = line.chars().take(most.saturating_sub(1)).collect();
    format!("{begin}…")
}

#[cfg(test)]
mod tests {
    use super::*;
    use order_model::{Decision, ErpReference, Millis, OrderKey, RawRef};

    #[test]
    fn a_change_names_each_step_that_moves_and_the_number() {
        let raw = RawRef {
            hash: "ab".into(),
            chunks: 1,
        };
        let key = OrderKey::new("RS-ACME-1").unwrap();
        let before = OrderState::foreign(key, Some(raw), Millis(0));
        let number = ErpReference::new("SO1").unwrap();
        let after = before.decide(Decision::Complete, StepName::Import, Some(&number), Millis(5));
        assert_eq!(
            change(&before, &after.unwrap(), StepName::Import),
            "import: off -> done, confirm: off -> due, the order is ours from now on, ERP number SO1"
        );
        let after = before
            .decide(Decision::Erase, StepName::Import, None, Millis(5))
            .unwrap();
        assert_eq!(
            change(&before, &after, StepName::Import),
            "import: off -> off, its payload is forgotten"
        );
    }

    #[test]
    fn an_acknowledgement_that_a_person_lets_go_is_said_to_be_one() {
        let key = OrderKey::new("RS-ACME-1").unwrap();
        let mut before = OrderState::foreign(key, None, Millis(0));
        let held = StepState::Held {
            code: order_model::MAYBE_ACKNOWLEDGED.to_owned(),
            at: Millis(3),
        };
        let step = StepName::Acknowledge;
        before.steps.insert(step, order_model::Step::fresh(held));
        let after = before.decide(Decision::Retry, step, None, Millis(5)).unwrap();
        assert_eq!(
            change(&before, &after, step),
            "acknowledge: held (maybe_acknowledged) -> due, the factory may begin it"
        );
    }

    #[test]
    fn first_words_stand_on_one_line_and_end_where_they_are_cut() {
        assert_eq!(first("no such\n  sku", 20), "no such sku");
        assert_eq!(first("äöüäöü", 4), "äöü…");
    }
}
