//! The scripted day, as `cargo run -p local -- --scenario repspark-day` plays it.

use std::time::Duration;

use local::{DayOptions, Options, Report, Source, Stack, repspark_day};

use crate::{binaries, seeds};

async fn play(faults: bool, seed: u64) -> Report {
    let stack = Stack::start(Options::settings(binaries().await, None, Source::RepSpark)).await;
    let stack = stack.expect("the stack starts");
    let options = DayOptions {
        faults,
        seed,
        patience: Duration::from_secs(180),
    };
    let report = repspark_day(&stack, &options, |_| {}).await;
    stack.stop().await;
    assert_eq!(report.problems, Vec::<String>::new(), "seed {seed}");
    assert!(report.ok);
    report
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_on_which_things_break_ends_as_one_on_which_they_do_not() {
    for seed in 1..=seeds() {
        let report = play(true, seed).await;
        assert_eq!(
            (report.valid, report.keyed_by_hand, report.discarded),
            (123, 1, 1),
            "seed {seed}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_at_a_brand_ends_with_every_order_accounted_for() {
    let report = play(false, 1).await;
    // 299 of 300 foreign orders are untouched; of the others one was keyed by hand, one discarded, one never submitted.
    let counts = [
        report.foreign,
        report.orders,
        report.valid,
        report.imported_once,
        report.keyed_by_hand,
        report.discarded,
        report.drafts,
    ];
    assert_eq!(counts, [299, 124, 123, 122, 1, 1, 1]);
    assert_eq!(report.story.len(), 8);
}
