//! From RepSpark's answer to what is recorded. Pure.

use std::time::Duration;

use order_model::{
    Backoff, Claim, ErpReference, Kind, Millis, OrderState, Outcome, StepName, StepState, Why,
};
use repspark::{CallError, OrderStatus, Tracking};

/// What the answer to a POST means for every order in it.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// RepSpark took them.
    Done,
    /// RepSpark refused the array: send each by itself, to find the one at fault.
    OneByOne,
    /// RepSpark refused our credentials, and the secret says something else now: at once again.
    Again,
    /// RepSpark refused this order: hold it under this code.
    Hold(String),
    /// Surely not taken: later, and not before RepSpark wants to be asked.
    Later(Option<Duration>),
    /// Nobody knows: probe each after the settle time, and send none by itself before.
    Unknown,
    /// RepSpark does not take anything from us: pause it.
    Pause(&'static str),
}

/// Judges the answer to a POST of `count` orders.
pub fn judge<T>(answer: &Result<T, CallError>, count: usize) -> Verdict {
    match answer {
        Ok(_) => Verdict::Done,
        Err(CallError::Refused { .. }) if count > 1 => Verdict::OneByOne,
        Err(CallError::Refused { code, .. }) => Verdict::Hold(hold_code(code)),
        Err(CallError::Busy { retry_after, .. }) => Verdict::Later(*retry_after),
        Err(CallError::NotSent { .. }) => Verdict::Later(None),
        Err(CallError::Unauthorized { .. }) => Verdict::Pause("credentials_refused"),
        Err(CallError::Misconfigured { .. }) => Verdict::Pause("repspark_takes_nothing_at_this_address"),
        Err(CallError::Unknown { .. }) => Verdict::Unknown,
    }
}

/// RepSpark's numbers of a call that went well, as they are kept with the step: both, or the one that fits.
pub fn reference(tracking: &Tracking) -> Option<ErpReference> {
    let each = [&tracking.transaction, &tracking.batch].into_iter().flatten();
    ErpReference::new(tracking.to_string())
        .ok()
        .or_else(|| each.filter_map(|one| ErpReference::new(one).ok()).next())
}

/// Whether a POST that this step made may still be running at RepSpark.
pub fn may_be_running(state: &StepState, now: Millis, settle: Duration) -> bool {
    match state {
        StepState::Claimed { begun_at, .. } | StepState::Unknown { begun_at, .. } => *begun_at + settle > now,
        _ => false,
    }
}

/// The code under which the import is held: what a report would say. None if the order is not refused any more.
pub fn refusal(order: &OrderState) -> Option<&str> {
    match order.step(StepName::Import) {
        StepState::Held { code, .. } => Some(code),
        _ => None,
    }
}

/// Whether the report is due, and not wanted any more.
pub fn is_unwanted(order: &OrderState) -> bool {
    order.step(StepName::Report).kind() == Kind::Due && refusal(order).is_none()
}

/// The code is ours or the ERP contract's; what a vendor wrote never goes to a customer.
const CODE_LONGEST: usize = 64;

/// What RepSpark shows of a refusal: at most 200 characters.
pub fn message(code: &str) -> String {
    let plain = |c: &char| c.is_ascii_alphanumeric() || *c == '_';
    let code: String = code.chars().filter(plain).take(CODE_LONGEST).collect();
    format!("The order could not be entered yet: {code}. The order desk is looking at it.")
}

/// `InvalidInput` becomes `repspark_InvalidInput`, within what the ledger keeps of a code.
fn hold_code(code: &str) -> String {
    let code: String = code
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(28)
        .collect();
    format!("repspark_{code}")
}

/// What a probe shows.
#[derive(Debug, PartialEq, Eq)]
pub enum Seen {
    /// The earlier try was taken.
    Done,
    /// It was not taken, and that is settled: the step is due again, now.
    Again,
    /// It does not show as taken, but the earlier try may still be running: not before then.
    Unsettled(Millis),
    /// It was submitted again and is not pulled yet: look again later.
    Wait,
    /// RepSpark can't take a number for it: a person has to look.
    Hold(&'static str),
}

/// Judges what a look at the order shows, for a try that began at `begun_at`.
pub fn probe(status: Option<&OrderStatus>, begun_at: Millis, now: Millis, settle: Duration) -> Seen {
    let settled = begun_at + settle;
    match status {
        Some(OrderStatus::Valid) => Seen::Done,
        _ if now < settled => Seen::Unsettled(settled),
        Some(OrderStatus::Sent) => Seen::Again,
        // It was denied, edited and submitted again: its number is wanted only when a pull has seen what it says now.
        Some(OrderStatus::Submitted) => Seen::Wait,
        Some(OrderStatus::Draft) => Seen::Hold("draft_at_repspark"),
        Some(OrderStatus::Other(_)) => Seen::Hold("status_unknown_to_us"),
        None => Seen::Hold("unknown_to_repspark"),
    }
}

/// Try again later: surely not taken.
pub fn later(claim: &Claim, now: Millis, asked: Option<Duration>, backoff: &Backoff) -> Outcome {
    Outcome::Later {
        not_before: now + backoff.after(claim.tries + 1).max(asked.unwrap_or_default()),
        hinted: false,
        counts: true,
    }
}

/// Probe after the settle time; after the first probe the backoff is kept too.
pub fn unknown(claim: &Claim, begun_at: Millis, now: Millis, settle: Duration, backoff: &Backoff) -> Outcome {
    let settled = begun_at + settle;
    let patient = if claim.tries == 0 {
        settled
    } else {
        now + backoff.after(claim.tries + 1)
    };
    Outcome::Unknown {
        not_before: settled.max(patient),
        hinted: false,
    }
}

/// An earlier report whose outcome is unknown. Nothing at RepSpark shows whether it was taken, and a message is set, not
/// added: once it can't be running any more it is sent again.
pub fn report_again(begun_at: Millis, now: Millis, settle: Duration) -> Outcome {
    let settled = begun_at + settle;
    if now < settled {
        Outcome::Unknown {
            not_before: settled,
            hinted: false,
        }
    } else {
        at_once(now)
    }
}

/// Surely not taken, and not tried either: due as before.
pub fn at_once(now: Millis) -> Outcome {
    Outcome::Later {
        not_before: now,
        hinted: false,
        counts: false,
    }
}

/// RepSpark is paused: what was not begun stays due, what is unknown stays unknown.
pub fn paused(claim: &Claim, now: Millis) -> Outcome {
    match claim.why {
        Why::Fresh => at_once(now),
        Why::Probe(_) | Why::Ask => Outcome::Unknown {
            not_before: now,
            hinted: false,
        },
    }
}

#[cfg(test)]
mod tests {
    use lambda_kit::Said;
    use order_model::{Admission, FaultClass, OrderKey, RawRef, Step};
    use repspark::Doubt;

    use super::*;

    fn said<T>(answer: &Result<T, CallError>) -> Said {
        repspark::fault(answer).into()
    }

    const BEGUN: Millis = Millis(1_000_000);
    const SETTLE: Duration = Duration::from_secs(60);
    const SETTLED: Millis = Millis(1_060_000);
    const NOW: Millis = Millis(1_002_000);
    const POST: &str = "POST orderconfirmation";

    fn claim(why: Why, tries: u32) -> Claim {
        Claim {
            step: StepName::Confirm,
            generation: tries + 1,
            owner: "run-1".to_owned(),
            why,
            tries,
            version: 0,
        }
    }

    fn refused(code: &str) -> Result<(), CallError> {
        Err(CallError::Refused {
            operation: POST,
            code: code.to_owned(),
            tracking: Tracking::default(),
        })
    }

    /// Each error that is judged alike for one order and for many.
    fn alike() -> Vec<(CallError, Verdict)> {
        let code = || "http_400".to_owned();
        let doubts = [
            Doubt::TimedOut,
            Doubt::BrokeOff,
            Doubt::Unreadable("not RepSpark's"),
            Doubt::WebPage,
            Doubt::Said {
                fault: FaultClass::Unavailable,
                code: code(),
            },
        ];
        let unknown = doubts.map(|doubt| {
            let tracking = Tracking::default();
            let error = CallError::Unknown {
                operation: POST,
                doubt,
                tracking,
            };
            (error, Verdict::Unknown)
        });
        let busy = |retry_after| CallError::Busy {
            operation: POST,
            code: code(),
            fault: FaultClass::Unclear,
            retry_after,
            tracking: Tracking::default(),
        };
        let unauthorized = CallError::Unauthorized {
            operation: POST,
            code: code(),
            tracking: Tracking::default(),
        };
        let misconfigured = CallError::Misconfigured {
            operation: POST,
            code: code(),
            tracking: Tracking::default(),
        };
        let mut all = Vec::from(unknown);
        all.push((busy(None), Verdict::Later(None)));
        let half_an_hour = Some(Duration::from_secs(1800));
        all.push((busy(half_an_hour), Verdict::Later(half_an_hour)));
        all.push((CallError::NotSent { operation: POST }, Verdict::Later(None)));
        all.push((unauthorized, Verdict::Pause("credentials_refused")));
        all.push((
            misconfigured,
            Verdict::Pause("repspark_takes_nothing_at_this_address"),
        ));
        all
    }

    #[test]
    fn a_post_that_was_taken_is_done_for_all() {
        for count in [1, 10] {
            assert_eq!(judge(&Ok(()), count), Verdict::Done);
        }
    }

    #[test]
    fn a_refused_array_is_sent_one_by_one_and_a_refused_order_is_held() {
        assert_eq!(judge(&refused("InvalidInput"), 2), Verdict::OneByOne);
        assert_eq!(judge(&refused("InvalidInput"), 10), Verdict::OneByOne);
        let held = Verdict::Hold("repspark_InvalidInput".to_owned());
        assert_eq!(judge(&refused("InvalidInput"), 1), held);
    }

    #[test]
    fn a_hold_code_is_cleaned_and_cut() {
        let rows = [
            ("", "repspark_"),
            ("Order not found: 8086", "repspark_Ordernotfound8086"),
            (
                "A23456789B23456789C23456789D23456789",
                "repspark_A23456789B23456789C23456789D",
            ),
        ];
        for (code, held) in rows {
            assert_eq!(judge(&refused(code), 1), Verdict::Hold(held.to_owned()));
        }
    }

    #[test]
    fn after_anything_else_no_order_is_sent_by_itself() {
        for (error, verdict) in alike() {
            for count in [1, 2, 10] {
                assert_eq!(judge::<()>(&Err(error.clone()), count), verdict, "{error:?}");
            }
        }
    }

    #[test]
    fn valid_is_done_at_once() {
        for now in [BEGUN, SETTLED] {
            assert_eq!(probe(Some(&OrderStatus::Valid), BEGUN, now, SETTLE), Seen::Done);
        }
    }

    #[test]
    fn anything_but_valid_proves_nothing_before_the_settle_time() {
        let (sent, draft, other) = (OrderStatus::Sent, OrderStatus::Draft, OrderStatus::Other(3));
        for status in [
            Some(&sent),
            Some(&OrderStatus::Submitted),
            Some(&draft),
            Some(&other),
            None,
        ] {
            for now in [BEGUN, Millis(SETTLED.0 - 1)] {
                assert_eq!(
                    probe(status, BEGUN, now, SETTLE),
                    Seen::Unsettled(SETTLED),
                    "{status:?}"
                );
            }
        }
    }

    #[test]
    fn once_settled_what_is_sent_is_sent_again_what_is_submitted_waits_and_the_rest_is_held() {
        let rows = [
            (Some(OrderStatus::Sent), Seen::Again),
            (Some(OrderStatus::Submitted), Seen::Wait),
            (Some(OrderStatus::Draft), Seen::Hold("draft_at_repspark")),
            (Some(OrderStatus::Other(3)), Seen::Hold("status_unknown_to_us")),
            (None, Seen::Hold("unknown_to_repspark")),
        ];
        for (status, seen) in rows {
            assert_eq!(probe(status.as_ref(), BEGUN, SETTLED, SETTLE), seen, "{status:?}");
        }
    }

    #[test]
    fn a_try_that_was_surely_not_taken_waits_for_the_backoff() {
        for (tries, not_before) in [
            (0, 1_062_000),
            (1, 1_302_000),
            (2, 1_902_000),
            (3, 4_602_000),
            (9, 4_602_000),
        ] {
            let expected = Outcome::Later {
                not_before: Millis(not_before),
                hinted: false,
                counts: true,
            };
            assert_eq!(
                later(&claim(Why::Fresh, tries), NOW, None, &Backoff::default()),
                expected
            );
        }
    }

    #[test]
    fn a_later_try_waits_as_long_as_repspark_asks_if_that_is_longer() {
        for (asked, not_before) in [(10, 1_062_000), (1800, 2_802_000)] {
            let asked = Some(Duration::from_secs(asked));
            let expected = Outcome::Later {
                not_before: Millis(not_before),
                hinted: false,
                counts: true,
            };
            assert_eq!(
                later(&claim(Why::Fresh, 0), NOW, asked, &Backoff::default()),
                expected
            );
        }
    }

    #[test]
    fn unknown_is_probed_first_at_the_settle_time_and_then_after_the_backoff() {
        let at = |now, tries| unknown(&claim(Why::Fresh, tries), BEGUN, now, SETTLE, &Backoff::default());
        let expected = |not_before| Outcome::Unknown {
            not_before: Millis(not_before),
            hinted: false,
        };
        assert_eq!(at(NOW, 0), expected(SETTLED.0));
        assert_eq!(at(NOW, 1), expected(1_302_000));
        let long_after = Millis(2_000_000);
        assert_eq!(at(long_after, 9), expected(5_600_000));
    }

    #[test]
    fn a_pause_leaves_the_step_as_it_was() {
        let due = Outcome::Later {
            not_before: NOW,
            hinted: false,
            counts: false,
        };
        let in_doubt = Outcome::Unknown {
            not_before: NOW,
            hinted: false,
        };
        assert_eq!(paused(&claim(Why::Fresh, 0), NOW), due);
        assert_eq!(paused(&claim(Why::Probe(BEGUN), 0), NOW), in_doubt);
        assert_eq!(paused(&claim(Why::Ask, 0), NOW), in_doubt);
    }

    #[test]
    fn both_numbers_of_a_call_are_kept_or_the_one_that_fits() {
        let (long, longer) = ("4".repeat(40), "9".repeat(64));
        for (transaction, batch, kept) in [
            (Some("41022"), Some("90311"), Some("41022/90311")),
            (Some("41022"), None, Some("41022")),
            (None, Some("90311"), Some("90311")),
            (Some(&*long), Some(&*longer), Some(&*long)),
            (None, None, None),
        ] {
            let tracking = Tracking {
                transaction: transaction.map(str::to_owned),
                batch: batch.map(str::to_owned),
            };
            let reference = reference(&tracking);
            assert_eq!(reference.as_ref().map(ErpReference::as_str), kept);
        }
    }

    #[test]
    fn a_report_says_the_code_in_a_fixed_sentence_of_at_most_200_characters() {
        assert_eq!(
            message("unknown_sku"),
            "The order could not be entered yet: unknown_sku. The order desk is looking at it."
        );
        assert_eq!(
            message("<b>call 555-01</b>"),
            "The order could not be entered yet: bcall55501b. The order desk is looking at it."
        );
        assert!(message(&"x".repeat(1_000)).len() <= 200);
    }

    #[test]
    fn an_unknown_report_is_sent_again_once_it_has_settled_and_not_before() {
        let unsettled = Outcome::Unknown {
            not_before: SETTLED,
            hinted: false,
        };
        assert_eq!(report_again(BEGUN, Millis(SETTLED.0 - 1), SETTLE), unsettled);
        assert_eq!(report_again(BEGUN, SETTLED, SETTLE), at_once(SETTLED));
    }

    #[test]
    fn a_sync_may_be_running_until_it_has_settled() {
        let unknown = StepState::Unknown {
            begun_at: BEGUN,
            not_before: NOW,
            tries: 1,
            hint_at: NOW,
            hash: None,
        };
        assert!(may_be_running(&unknown, NOW, SETTLE));
        assert!(!may_be_running(&unknown, SETTLED, SETTLE));
        assert!(!may_be_running(&StepState::due_by_hand(NOW), NOW, SETTLE));
    }

    #[test]
    fn only_a_refused_order_is_reported() {
        let raw = RawRef {
            hash: "00".to_owned(),
            chunks: 1,
        };
        let mut order = OrderState::held(OrderKey::new("RS-ACME-1").unwrap(), raw, "unknown_sku", NOW);
        assert_eq!(order.admission, Admission::Taken);
        order
            .steps
            .insert(StepName::Report, Step::fresh(StepState::due_by_hand(NOW)));
        assert_eq!(
            (refusal(&order), is_unwanted(&order)),
            (Some("unknown_sku"), false)
        );
        for state in [
            StepState::due_by_hand(NOW),
            StepState::Discarded,
            StepState::Done {
                reference: None,
                at: NOW,
            },
        ] {
            order.steps.insert(StepName::Import, Step::fresh(state));
            assert_eq!((refusal(&order), is_unwanted(&order)), (None, true));
        }
    }

    #[test]
    fn only_an_answer_of_repsparks_own_proves_our_keys() {
        assert_eq!(said(&Ok(())), Said::Taken);
        assert_eq!(said(&refused("InvalidInput")), Said::Taken);
        for (error, verdict) in alike() {
            let expected = if verdict == Verdict::Pause("credentials_refused") {
                Said::Refused
            } else {
                Said::Nothing
            };
            assert_eq!(said::<()>(&Err(error)), expected);
        }
    }
}
