//! The scripted day, as `cargo run -p local -- --scenario repspark-day` plays it.

use std::time::Duration;

use local::{Binaries, DayOptions, Options, Stack, repspark_day};

#[tokio::test(flavor = "multi_thread")]
async fn a_day_at_a_brand_ends_with_every_order_accounted_for() {
    let binaries = tokio::task::spawn_blocking(|| Binaries::build(false, false));
    let binaries = binaries.await.unwrap().expect("the functions build");
    let stack = Stack::start(Options::settings(binaries, None)).await;
    let stack = stack.expect("the stack starts");
    let options = DayOptions {
        faults: false,
        seed: 1,
        patience: Duration::from_secs(60),
    };
    let report = repspark_day(&stack, &options, |_| {}).await;
    stack.stop().await;
    assert_eq!(report.problems, Vec::<String>::new());
    assert!(report.ok);
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
