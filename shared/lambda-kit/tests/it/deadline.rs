//! The end of an invocation.

use std::time::Duration;

use lambda_kit::{Context, Deadline};
use order_model::{Millis, Pace};

const PACE: Pace = Pace {
    grace: Duration::from_secs(900),
    skew: Duration::from_secs(10),
};

fn deadline() -> Deadline {
    let mut context = Context::default();
    context.deadline = 1_100_000;
    Deadline::of(&context, PACE)
}

#[test]
fn a_lease_ends_the_clock_skew_after_the_deadline() {
    assert_eq!(deadline().at(), Millis(1_100_000));
    assert_eq!(deadline().lease_end(PACE), Millis(1_110_000));
}

#[test]
fn an_effect_begins_only_if_it_can_still_be_written_down() {
    let effect = Duration::from_secs(30);
    // 30 seconds for the effect and 5, half of the skew, for writing down what came of it.
    assert!(deadline().covers(Millis(1_064_999), effect));
    assert!(!deadline().covers(Millis(1_065_000), effect));
    assert!(!deadline().covers(Millis(1_200_000), Duration::ZERO));
}

#[test]
fn a_timeout_that_covers_no_call_is_an_error_that_says_so() {
    let call = Duration::from_millis(2500);
    assert!(deadline().must_cover(Millis(1_092_499), call).is_ok());
    let error = deadline().must_cover(Millis(1_092_500), call).unwrap_err();
    let said = "this function's timeout leaves no time for one call of 2.5 s and for writing down what came of it: raise it";
    assert_eq!(error.to_string(), said);
}
