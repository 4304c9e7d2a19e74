//! What a person is told. Pure.

use ledger::Journal;
use order_intake::{Balance, Standing};
use order_model::{Kind, OrderKey, OrderState, RepSparkOrderId, StepName, StepState};

use crate::{SOURCE, Turn, Waits};

pub(crate) const NO_BASELINE: &str = "nothing was asked for: there is no baseline, so every order of the former integration would \
    look lost. Switch that integration off, and take the baseline with repspark-pull-orders {\"baseline\": true}";

/// The outcome and the words of a tick that compares nothing, if so.
pub(crate) fn waits(turn: Turn, journal: &Journal, waits: Waits) -> Option<(&'static str, String)> {
    let (outcome, says) = match turn {
        Turn::AtOnce | Turn::Regular => return None,
        Turn::PullRunning => {
            let (since, until) = (journal.began_at, journal.until + waits.skew);
            let says = format!(
                "a pull is under way since {since}, until {until} at the latest, and what it is about to keep would look lost. \
                 Invoke this again after that"
            );
            ("pull_running", says)
        }
        Turn::Settling => {
            let until = journal.broke_at.unwrap_or_default() + waits.settle;
            let says = format!(
                "a pull broke off, and RepSpark may be flipping its orders until {until}. The first tick after that compares"
            );
            ("settling", says)
        }
        Turn::NotYet => {
            let at = journal.recovered_at.unwrap_or_default();
            let next = at + waits.every;
            let says = format!(
                "that was done at {at}, and its turn is again at {next}. {{\"now\": true}} compares at once"
            );
            ("not_yet", says)
        }
    };
    Some((outcome, format!("nothing was compared: {says}")))
}

/// What a comparison came to.
pub(crate) fn compared(balance: &Balance, complete: bool) -> String {
    if !complete {
        return format!(
            "not all that RepSpark holds as Sent was seen, and the next tick compares again: {balance}"
        );
    }
    if balance.is_closed() {
        return format!("each order that RepSpark holds as Sent has its place here: {balance}");
    }
    let mut says =
        format!("the balance is open: {balance}; `differences` has the names, 20 of a kind at most.");
    if balance.unconfirmed > 0 {
        says.push_str(" Unconfirmed orders are looked into by themselves.");
    }
    if balance.unreadable > 0 {
        says.push_str(&format!(
            " Look at an unreadable record with {}.",
            show(&record("…"))
        ));
    }
    if balance.lost > 0 {
        says.push_str(" Lost ones are taken in by the next comparison.");
    }
    says
}

/// Where a known order stands here.
pub(crate) fn stands(key: &OrderKey, order: &OrderState) -> String {
    match Standing::of(order) {
        Standing::Open => {
            let open = order.steps.iter().find(|(_, step)| !step.state.is_finished());
            let (step, state) = open.map_or(("", ""), |(name, step)| {
                (name.as_str(), step.state.kind().as_str())
            });
            format!("order {key} is on its way: its {step} is {state}")
        }
        Standing::Held => {
            let (held, show) = (held(order).join(", "), show(key.as_str()));
            format!("order {key} waits for a person: {held}. {show} tells more")
        }
        Standing::Foreign => format!(
            "order {key} belongs to the integration before this one; adopt it with decide-order to have it imported"
        ),
        Standing::Discarded => format!("order {key} was discarded by a person"),
        Standing::Confirmed => {
            let number = order.reference.as_ref().map(|number| format!(" as {number}"));
            let confirmed = match order.step(StepName::Confirm).kind() {
                Kind::Done => "confirmed",
                _ => "not confirmed",
            };
            format!(
                "order {key} is in the ERP{}, and {confirmed}",
                number.unwrap_or_default()
            )
        }
    }
}

/// The held steps of an order, each with its code.
fn held(order: &OrderState) -> Vec<String> {
    let held = order.steps.iter().filter_map(|(name, step)| match &step.state {
        StepState::Held { code, .. } => Some(format!("its {} is held as {code}", name.as_str())),
        _ => None,
    });
    held.collect()
}

/// That an order is unknown here.
pub(crate) fn unknown(id: &RepSparkOrderId) -> String {
    format!("order {id} is unknown here")
}

/// Where a record stands that can't be read.
pub(crate) fn quarantined(id: &str) -> String {
    let name = record(id);
    format!("stands in quarantine as {name}: look at it with {}", show(&name))
}

/// The name of a quarantined record, as decide-order takes it.
fn record(id: &str) -> String {
    format!("{SOURCE}#{id}")
}

fn show(name: &str) -> String {
    format!("decide-order {{\"do\": \"show\", \"order\": \"{name}\"}}")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use order_model::{ErpReference, Millis, RawRef, Step};

    use super::*;

    const WAITS: Waits = Waits {
        every: Duration::from_secs(3600),
        settle: Duration::from_secs(60),
        skew: Duration::from_secs(10),
    };
    /// 2026-11-21T10:00:00Z
    const NOW: Millis = Millis(1_795_255_200_000);

    fn order(import: StepState, confirm: StepState) -> OrderState {
        let raw = RawRef {
            hash: "00".to_owned(),
            chunks: 1,
        };
        let mut order = OrderState::held(key(), raw, "unknown_sku", NOW);
        order.steps.insert(StepName::Import, Step::fresh(import));
        order.steps.insert(StepName::Confirm, Step::fresh(confirm));
        order
    }

    fn key() -> OrderKey {
        OrderKey::new("RS-ACME-1").unwrap()
    }

    fn held(code: &str) -> StepState {
        StepState::Held {
            code: code.to_owned(),
            at: NOW,
        }
    }

    #[test]
    fn whoever_has_to_wait_is_told_until_when() {
        let mut journal = Journal::default();
        journal.began_at = NOW;
        journal.until = NOW;
        journal.broke_at = Some(NOW);
        journal.recovered_at = Some(NOW);
        for (turn, outcome, until) in [
            (Turn::PullRunning, "pull_running", "until 2026-11-21T10:00:10Z"),
            (Turn::Settling, "settling", "until 2026-11-21T10:01:00Z"),
            (Turn::NotYet, "not_yet", "again at 2026-11-21T11:00:00Z"),
        ] {
            let (named, says) = waits(turn, &journal, WAITS).unwrap();
            assert_eq!(named, outcome);
            assert!(says.contains(until), "{says}");
        }
        assert_eq!(waits(Turn::Regular, &journal, WAITS), None);
    }

    #[test]
    fn an_order_that_waits_for_a_person_is_told_with_each_step_and_code() {
        let says = stands(&key(), &order(held("unknown_sku"), held("changed_after_import")));
        assert!(
            says.contains("its import is held as unknown_sku, its confirm is held as changed_after_import"),
            "{says}"
        );
        assert!(says.contains(r#"{"do": "show", "order": "RS-ACME-1"}"#), "{says}");
    }

    #[test]
    fn a_confirmed_order_is_told_with_the_erps_number() {
        let done = || StepState::Done {
            reference: None,
            at: NOW,
        };
        let mut order = order(done(), done());
        order.reference = Some(ErpReference::new("SO100001").unwrap());
        assert_eq!(
            stands(&key(), &order),
            "order RS-ACME-1 is in the ERP as SO100001, and confirmed"
        );
    }

    #[test]
    fn an_open_balance_says_what_to_do_about_each_difference_that_there_is() {
        let closed = Balance::default();
        let open = Balance {
            sent: 1,
            unreadable: 1,
            ..closed
        };
        let says = compared(&open, true);
        assert!(says.contains("repspark#"), "{says}");
        assert!(!says.contains("Lost") && !says.contains("Unconfirmed"), "{says}");
        assert!(compared(&closed, true).contains("has its place"));
        assert!(compared(&closed, false).contains("compares again"));
    }
}
