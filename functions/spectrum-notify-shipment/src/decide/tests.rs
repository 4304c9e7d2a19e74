//! Each answer, and what is recorded of it, by hand.

use lambda_kit::Said;
use order_model::{StepName, Why};
use spectrum::{Doubt, Operation, Words};

use super::*;

const BEGUN: Millis = Millis(1_000_000);
const SETTLE: Duration = Duration::from_secs(300);
const NOW: Millis = Millis(1_002_000);
const POST: Operation = Operation::NotifyShipment;

fn claim(why: Why, tries: u32) -> Claim {
    Claim {
        step: StepName::Notify,
        generation: tries + 1,
        owner: "run-1".to_owned(),
        why,
        tries,
        version: 3,
    }
}

/// Judged 2 seconds after the start, with the waits 60, 300, 900, 3600 seconds.
fn judged(answer: Result<Notified, CallError>, tries: u32) -> Verdict {
    let backoff = Backoff::default();
    let times = Times {
        now: NOW,
        settle: SETTLE,
        backoff: &backoff,
    };
    judge(&answer, &claim(Why::Fresh, tries), &times)
}

fn later(not_before: i64) -> Verdict {
    Verdict::Record(Outcome::Later {
        not_before: Millis(not_before),
        hinted: true,
        counts: true,
    })
}

fn unknown(not_before: i64) -> Verdict {
    Verdict::Record(Outcome::Unknown {
        not_before: Millis(not_before),
        hinted: true,
    })
}

fn said(status: u16) -> String {
    format!("http_{status}")
}

fn seconds(seconds: u64) -> Option<Duration> {
    Some(Duration::from_secs(seconds))
}

fn forbidden(retry_after: Option<Duration>) -> CallError {
    CallError::Forbidden {
        operation: POST,
        said: said(403),
        retry_after,
    }
}

fn throttled(retry_after: Option<Duration>) -> CallError {
    CallError::Throttled {
        operation: POST,
        said: said(429),
        retry_after,
    }
}

fn unavailable(retry_after: Option<Duration>) -> CallError {
    CallError::Unavailable {
        operation: POST,
        said: said(500),
        retry_after,
    }
}

fn invalid(told: bool) -> CallError {
    CallError::Invalid {
        operation: POST,
        said: said(400),
        told,
    }
}

#[test]
fn what_surely_was_not_taken_is_sent_later_by_the_backoff_or_as_it_is_asked_for() {
    for (error, tries, expected) in [
        (CallError::NotSent { operation: POST }, 0, 1_062_000),
        (CallError::NotSent { operation: POST }, 9, 4_602_000),
        (throttled(None), 1, 1_302_000),
        (throttled(seconds(120)), 0, 1_122_000),
        (throttled(seconds(3)), 5, 4_602_000),
        (forbidden(None), 0, 1_062_000),
        (forbidden(None), 1, 1_302_000),
        (forbidden(seconds(1_200)), 2, 2_202_000),
    ] {
        assert_eq!(
            judged(Err(error.clone()), tries),
            later(expected),
            "{error}, {tries}"
        );
    }
}

#[test]
fn what_may_have_been_taken_waits_for_the_settle_time_at_least() {
    let silent = CallError::NoAnswer {
        operation: POST,
        doubt: Doubt::TimedOut,
    };
    let unclear = CallError::Unclear {
        operation: POST,
        status: 200,
        what: "the answer says neither OK nor Error",
    };
    for (error, tries, expected) in [
        (silent, 0, 1_302_000),
        (unclear, 0, 1_302_000),
        (unavailable(None), 0, 1_302_000),
        (unavailable(seconds(5)), 0, 1_302_000),
        (unavailable(seconds(600)), 0, 1_602_000),
        (unavailable(None), 1, 1_302_000),
        (unavailable(None), 2, 1_902_000),
    ] {
        assert_eq!(
            judged(Err(error.clone()), tries),
            unknown(expected),
            "{error}, {tries}"
        );
    }
}

#[test]
fn what_is_forbidden_without_a_reason_is_the_rate_three_times_and_then_our_credentials() {
    for tries in 0..3 {
        let answer: Result<(), _> = Err(forbidden(None));
        assert_eq!(call_fault(&answer, tries), Some(FaultClass::Throttled));
        assert!(matches!(judged(Err(forbidden(None)), tries), Verdict::Record(_)));
    }
    let answer: Result<(), _> = Err(forbidden(None));
    assert_eq!(Said::from(call_fault(&answer, 2)), Said::Nothing);
    assert_eq!(Said::from(call_fault(&answer, 3)), Said::Refused);
    assert_eq!(
        judged(Err(forbidden(None)), 3),
        Verdict::Pause("credentials_refused", Outcome::not_called(NOW))
    );
    let rate: Result<(), _> = Err(throttled(None));
    assert_eq!(
        call_fault(&rate, 9),
        Some(FaultClass::Throttled),
        "one that says so is the rate for ever"
    );
    assert_eq!(call_fault(&Ok(()), 9), None);
}

#[test]
fn after_a_refusal_that_may_be_the_rate_nothing_else_is_asked() {
    for (error, expected) in [
        (forbidden(None), true),
        (throttled(None), true),
        (unavailable(None), false),
        (invalid(true), false),
        (CallError::NotSent { operation: POST }, false),
    ] {
        assert_eq!(is_too_much::<()>(&Err(error.clone())), expected, "{error}");
    }
    assert!(!is_too_much(&Ok(Notified::Done)));
}

#[test]
fn what_is_refused_for_who_we_are_or_where_we_ask_pauses_spectrum() {
    let unauthorized = CallError::Unauthorized {
        operation: POST,
        said: said(401),
    };
    let misconfigured = CallError::Misconfigured {
        operation: POST,
        said: said(405),
    };
    for (error, reason) in [
        (unauthorized, "credentials_refused"),
        (misconfigured, "spectrum_takes_nothing_at_this_address"),
    ] {
        let paused = Verdict::Pause(reason, Outcome::not_called(NOW));
        assert_eq!(judged(Err(error), 0), paused);
    }
}

#[test]
fn what_spectrum_does_not_take_waits_for_a_person_who_reads_why() {
    let refused = |status| Notified::Refused {
        status,
        words: Words::default(),
    };
    for (answer, code, word) in [
        (Ok(refused(409)), "shipment_refused", "(409)"),
        (Ok(refused(404)), "shipment_refused", "it does not say why"),
        (Err(invalid(true)), "refused_by_spectrum", "http_400"),
        (Err(invalid(false)), "refused_by_spectrum", "by hand"),
    ] {
        match judged(answer, 0) {
            Verdict::Hold(held, text) => {
                assert_eq!(held, code);
                assert!(text.contains(word), "{text}");
            }
            other => panic!("{code}: {other:?}"),
        }
    }
    let text = super::refused(409, "Line item K7QW2MZP not found");
    assert!(
        text.contains("it says \"Line item K7QW2MZP not found\""),
        "{text}"
    );
    let done = Outcome::Done {
        reference: None,
        erp_reference: None,
    };
    assert_eq!(judged(Ok(Notified::Done), 0), Verdict::Record(done));
}

#[test]
fn an_earlier_try_is_given_back_when_it_can_not_be_running_any_more() {
    let settled = BEGUN + SETTLE;
    let probe = claim(Why::Probe(BEGUN), 1);
    for now in [NOW, Millis(settled.0 - 1)] {
        let unknown = Outcome::Unknown {
            not_before: settled,
            hinted: true,
        };
        assert_eq!(Outcome::given_back(&probe, now, SETTLE), unknown, "at {now:?}");
    }
    let due = |now| Outcome::Later {
        not_before: now,
        hinted: true,
        counts: false,
    };
    assert_eq!(Outcome::given_back(&probe, settled, SETTLE), due(settled));
    assert_eq!(Outcome::given_back(&claim(Why::Fresh, 0), NOW, SETTLE), due(NOW));
}
