//! What a decision came to: a row for each order.

use order_model::{EcatId, Millis, StepName};
use serde::Serialize;
use serde_json::{Value, json};

use crate::request::Wish;

/// What became of one order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Came {
    /// Decided and written; what changed.
    Done(String),
    /// What would change.
    Would(String),
    /// Why the decision does not fit.
    Refused(String),
    /// Why it was not tried, or not to its end.
    Left(String),
}

/// One order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Row {
    order: String,
    /// Which of its submissions, if it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    submission: Option<EcatId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    step: Option<&'static str>,
    #[serde(flatten)]
    came: Came,
}

impl Row {
    pub(crate) fn new(order: impl ToString, step: Option<StepName>, came: Came) -> Self {
        Self {
            order: order.to_string(),
            submission: None,
            step: step.map(StepName::as_str),
            came,
        }
    }

    /// The same, about one of its submissions.
    pub(crate) fn about(self, id: EcatId) -> Self {
        let submission = Some(id);
        Self { submission, ..self }
    }
}

/// What was seen besides the orders that were decided about.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Rest {
    /// How many more match and had no turn.
    pub(crate) beyond: usize,
    /// Whether the search broke off before its end.
    pub(crate) broke_off: bool,
    /// The keys of orders that could not be read, so that nobody knows whether they match.
    pub(crate) unreadable: Vec<String>,
}

impl Rest {
    /// Whether everything that matches was counted.
    pub(crate) fn all_seen(&self) -> bool {
        !self.broke_off && self.unreadable.is_empty()
    }

    /// Says in an answer what could not be seen.
    pub(crate) fn tell(&self, answer: &mut Value) {
        answer["all_seen"] = self.all_seen().into();
        if !self.unreadable.is_empty() {
            answer["unreadable"] = json!(self.unreadable);
        }
    }
}

/// What to do about orders that this release can't read.
pub(crate) const UNREADABLE: &str = "the orders named in \"unreadable\" can't be read by this release, so whether they match is not known: the log says why";

/// The answer to a decision about any number of orders.
pub(crate) fn answer(wish: &Wish, rows: &[Row], rest: &Rest, now: Millis) -> Value {
    let count = |is: fn(&Came) -> bool| rows.iter().filter(|row| is(&row.came)).count();
    let left = rest.beyond + count(|came| matches!(came, Came::Left(_)));
    let mut answer = json!({
        "did": wish.decision.as_str(),
        "at": now.to_string(),
        "dry_run": wish.dry_run,
        "done": count(|came| matches!(came, Came::Done(_))),
        "would": count(|came| matches!(came, Came::Would(_))),
        "refused": count(|came| matches!(came, Came::Refused(_))),
        "left": left,
        "rows": rows,
    });
    rest.tell(&mut answer);
    if rest.broke_off {
        answer["next"] = "not all could be looked at this time, so more may match: invoke again".into();
    } else if left > 0 && !wish.dry_run {
        answer["next"] = "not all orders had their turn: invoke again".into();
    } else if !rest.unreadable.is_empty() {
        answer["next"] = UNREADABLE.into();
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;
    use order_model::Decision;
    use order_model::Person;

    fn answered(rest: &Rest) -> Value {
        let wish = Wish {
            decision: Decision::Retry,
            step: None,
            reference: None,
            who: Person::default(),
            dry_run: false,
        };
        let row = Row::new(
            "RS-ACME-1",
            Some(StepName::Import),
            Came::Done("import: held -> due".into()),
        );
        answer(&wish, &[row], rest, Millis(0))
    }

    #[test]
    fn an_answer_about_everything_says_so_and_wants_nothing_more() {
        let answer = answered(&Rest::default());
        assert_eq!(
            (&answer["all_seen"], &answer["left"], &answer["next"]),
            (&json!(true), &json!(0), &Value::Null)
        );
        assert!(answer.get("unreadable").is_none());
    }

    #[test]
    fn orders_that_can_not_be_read_are_named_and_not_everything_was_seen() {
        let answer = answered(&Rest {
            unreadable: vec!["RS-ACME-2".into()],
            ..Rest::default()
        });
        assert_eq!(
            (&answer["all_seen"], &answer["unreadable"]),
            (&json!(false), &json!(["RS-ACME-2"]))
        );
        assert!(answer["next"].as_str().unwrap().contains("\"unreadable\""));
    }

    #[test]
    fn a_search_that_broke_off_did_not_see_everything() {
        let answer = answered(&Rest {
            broke_off: true,
            beyond: 3,
            ..Rest::default()
        });
        assert_eq!((&answer["all_seen"], &answer["left"]), (&json!(false), &json!(3)));
        assert!(answer["next"].as_str().unwrap().ends_with("invoke again"));
    }
}
