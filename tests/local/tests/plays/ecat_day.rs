//! The scripted day of a brand with eCat, as `cargo run -p local -- --scenario ecat-day` plays it.

use std::time::Duration;

use local::{DayOptions, EcatFigures, Options, Source, Stack, ecat_day};

use crate::{binaries, seeds};

async fn play(faults: bool, seed: u64) -> EcatFigures {
    let stack = Stack::start(Options::settings(binaries().await, None, Source::Ecat)).await;
    let stack = stack.expect("the stack starts");
    let options = DayOptions {
        faults,
        seed,
        patience: Duration::from_secs(180),
    };
    let report = ecat_day(&stack, &options, |_| {}).await;
    stack.stop().await;
    assert_eq!(report.problems, Vec::<String>::new(), "seed {seed}");
    assert!(report.ok);
    assert_eq!(report.story.len(), 9);
    report.ecat.expect("eCat took part")
}

/// What either day must come to. Of 233 orders, 200 are of years ago. Six were submitted
/// again: two revised in one pull, two after their import, one refilled, one under another order's number.
fn assert_accounted_for(day: &EcatFigures, seed: u64) {
    let counts = [
        day.orders,
        day.submissions,
        day.imported_once,
        day.superseded,
        day.discarded,
        day.held_in_all(),
        day.waiting,
        day.marked,
    ];
    assert_eq!(counts, [233, 239, 37, 1, 201, 0, 0, 239], "seed {seed}");
    assert_eq!(day.came_back, Some(0), "seed {seed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_with_ecat_ends_with_every_submission_accounted_for() {
    assert_accounted_for(&play(false, 1).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes: tests/it plays days of eCat with faults, 20 seeds, in every run"]
async fn a_day_with_ecat_on_which_things_break_ends_as_one_on_which_they_do_not() {
    for seed in 1..=seeds() {
        assert_accounted_for(&play(true, seed).await, seed);
    }
}
