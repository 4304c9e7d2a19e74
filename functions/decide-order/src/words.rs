//! States and changes in words. Pure.

use order_model::{OrderState, StepName, StepState};

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
    if before.admission != after.admission {
        parts.push("the order is ours from now on".to_owned());
    }
    if after.waived && !before.waived {
        parts.push("the rule that held it is waived".to_owned());
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
    fn first_words_stand_on_one_line_and_end_where_they_are_cut() {
        assert_eq!(first("no such\n  sku", 20), "no such sku");
        assert_eq!(first("äöüäöü", 4), "äöü…");
    }
}
