use order_model::{StepName, Why};
use spectrum::{Conflict, Doubt, Operation};

use super::*;

const BEGUN: Millis = Millis(1_000_000);
const NOW: Millis = Millis(1_002_000);
const SETTLE: Duration = Duration::from_secs(300);
const POST: Operation = Operation::Acknowledge;

fn claim(tries: u32) -> Claim {
    Claim {
        step: StepName::Acknowledge,
        generation: tries + 1,
        owner: "run-1".to_owned(),
        why: Why::Fresh,
        tries,
        version: 0,
    }
}

/// With the waits 60, 300, 900, 3600 seconds.
fn times(backoff: &Backoff) -> Times<'_> {
    Times {
        begun_at: BEGUN,
        now: NOW,
        settle: SETTLE,
        backoff,
    }
}

/// Judged 2 seconds after the start of the call.
fn judged(answer: Result<Acknowledged, CallError>, tries: u32, forbidden: u32) -> (Verdict, Left) {
    let backoff = Backoff::default();
    sent(&answer, &claim(tries), &times(&backoff), forbidden, || {
        unreachable!("no conflict")
    })
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

fn said() -> String {
    "http_403".to_owned()
}

fn forbidden() -> CallError {
    CallError::Forbidden {
        operation: POST,
        said: said(),
        retry_after: None,
    }
}

#[test]
fn what_is_taken_whole_is_done() {
    let (verdict, left) = judged(Ok(Acknowledged::All), 0, 0);
    assert_eq!((verdict, left), (Verdict::Record(done()), Left::Doubt));
}

#[test]
fn what_is_taken_in_part_is_held_with_each_recipe_set_and_left_as_a_part() {
    let id = |id| spectrum::RecipeSetId::new(id).unwrap();
    let partly = Partly {
        started: vec![id("K7QW2MZP")],
        failed: vec![spectrum::Failed {
            recipe_set: id("T93XRB5D"),
            message: spectrum::Words::default(),
        }],
        untold: vec![id("AA11BB22")],
    };
    let (verdict, left) = judged(Ok(Acknowledged::Partly(partly)), 0, 0);
    let Verdict::Hold(held) = verdict else {
        panic!("{verdict:?}")
    };
    assert_eq!((held.code.as_str(), left), ("partly_taken", Left::Part));
    for part in ["Not taken: T93XRB5D", "Taken: K7QW2MZP", "Not told: AA11BB22"] {
        assert!(held.text.contains(part), "{}", held.text);
    }
}

#[test]
fn a_conflict_is_what_it_proves() {
    let backoff = Backoff::default();
    let conflict = || {
        Ok(Acknowledged::Conflict(Conflict {
            says_already: true,
            last_modification: None,
        }))
    };
    let of = |proof: Proof| sent(&conflict(), &claim(0), &times(&backoff), 0, || proof);
    assert_eq!(of(Proof::Taken), (Verdict::Record(done()), Left::Doubt));
    let held = Held::new("already_acknowledged", "look");
    assert_eq!(
        of(Proof::Unclear(held.clone())),
        (Verdict::Hold(held), Left::Nothing)
    );
    assert_eq!(of(Proof::Absent), (unknown(1_300_000), Left::Nothing));
}

#[test]
fn a_doubt_is_looked_up_when_the_call_has_settled_and_later_ones_keep_the_backoff() {
    let silence = || CallError::NoAnswer {
        operation: POST,
        doubt: Doubt::TimedOut,
    };
    let unavailable = |retry_after: Option<u64>| CallError::Unavailable {
        operation: POST,
        said: "http_500".to_owned(),
        retry_after: retry_after.map(Duration::from_secs),
    };
    let unclear = CallError::Unclear {
        operation: POST,
        status: 200,
        what: "the answer has no statuses",
    };
    let rows = [
        (silence(), 0, 1_300_000),
        (unavailable(None), 0, 1_300_000),
        (unclear, 0, 1_300_000),
        // The fourth wait is an hour.
        (silence(), 3, 4_602_000),
        (unavailable(Some(600)), 0, 1_602_000),
    ];
    for (error, tries, not_before) in rows {
        assert_eq!(
            judged(Err(error), tries, 0),
            (unknown(not_before), Left::Doubt),
            "{tries} {not_before}"
        );
    }
}

#[test]
fn what_never_left_is_due_again_after_the_backoff_and_leaves_nothing() {
    let rows = [(0, 1_062_000), (1, 1_302_000)];
    for (tries, not_before) in rows {
        let error = CallError::NotSent { operation: POST };
        assert_eq!(judged(Err(error), tries, 0), (later(not_before), Left::Nothing));
    }
    let throttled = CallError::Throttled {
        operation: POST,
        said: said(),
        retry_after: Some(Duration::from_secs(120)),
    };
    assert_eq!(judged(Err(throttled), 0, 9), (later(1_122_000), Left::Nothing));
}

#[test]
fn the_fourth_403_in_a_row_is_taken_for_refused_credentials() {
    for before in 0..3 {
        assert_eq!(
            judged(Err(forbidden()), 0, before),
            (later(1_062_000), Left::Nothing)
        );
        assert_eq!(
            fault::<()>(&Err(forbidden()), before),
            Some(FaultClass::Throttled)
        );
    }
    let paused = Verdict::Pause("credentials_refused", Outcome::not_called(NOW));
    assert_eq!(judged(Err(forbidden()), 0, 3), (paused, Left::Nothing));
    assert_eq!(fault::<()>(&Err(forbidden()), 3), Some(FaultClass::Credentials));
}

#[test]
fn a_refused_token_and_a_wrong_address_pause_spectrum_and_leave_the_step_due() {
    let token = CallError::Unauthorized {
        operation: POST,
        said: said(),
    };
    let paused = Verdict::Pause("credentials_refused", Outcome::not_called(NOW));
    assert_eq!(judged(Err(token), 0, 0), (paused, Left::Nothing));
    let address = CallError::Misconfigured {
        operation: POST,
        said: said(),
    };
    let paused = Verdict::Pause("spectrum_takes_nothing_at_this_address", Outcome::not_called(NOW));
    assert_eq!(judged(Err(address), 0, 0), (paused, Left::Nothing));
}

#[test]
fn what_spectrum_does_not_take_as_it_is_waits_for_a_person() {
    let invalid = |operation| CallError::Invalid {
        operation,
        said: "http_400".to_owned(),
        told: true,
    };
    let (verdict, left) = judged(Err(invalid(POST)), 0, 0);
    assert!(matches!(&verdict, Verdict::Hold(held) if held.code == "refused_by_spectrum"));
    assert_eq!(left, Left::Nothing);
    // Of several it is not believed.
    let (verdict, left) = judged(Err(invalid(Operation::AcknowledgeSeveral)), 0, 0);
    assert_eq!((verdict, left), (unknown(1_300_000), Left::Doubt));
}

#[test]
fn a_look_that_fails_leaves_the_doubt_as_it_is() {
    let backoff = Backoff::default();
    let unseen = |error: &CallError, forbidden| unseen(error, &claim(1), &times(&backoff), forbidden);
    let error = CallError::Unclear {
        operation: Operation::Find,
        status: 200,
        what: "the answer names no order",
    };
    assert_eq!(unseen(&error, 0), unknown(1_302_000));
    assert_eq!(unseen(&forbidden(), 0), unknown(1_302_000));
    let paused = Verdict::Pause("credentials_refused", not_looked(NOW));
    assert_eq!(unseen(&forbidden(), 3), paused);
}
