//! A pull streams: its memory does not grow with the number of orders. Measured where there is `/proc`.

#![cfg(target_os = "linux")]

use bundle_tests::Scene;
use serde_json::json;
use simulators::sample_order;

/// How much more a long list may take than a short one, in KiB: buffers and the allocator's slack, not orders.
const SLACK_KIB: u64 = 2048;

/// The peak of the process that pulled this many orders, in KiB.
async fn peak_kib(orders: u64) -> u64 {
    // Long enough for a machine that is busy with the other tests.
    let scene = Scene::with(&[("RepSparkPullTimeoutSeconds", "900")]).await;
    scene
        .done("repspark-pull-orders", json!({"baseline": true}))
        .await;
    for id in 10_001..=10_000 + orders {
        scene.stack.repspark.submit(sample_order(id, 3));
    }
    let report = scene.pull().await;
    assert_eq!(report["new"], orders, "{report}");
    assert_eq!(report["complete"], true, "{report}");
    let peak = scene.stack.runner.peak_memory_kib("repspark-pull-orders");
    scene.end().await;
    peak.expect("Linux has /proc")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pull_of_20000_orders_takes_no_more_memory_than_one_of_200() {
    let few = peak_kib(200).await;
    let many = peak_kib(20_000).await;
    println!("peak of a pull: {few} KiB for 200 orders, {many} KiB for 20,000");
    assert!(
        many <= few + SLACK_KIB,
        "{many} KiB for 20,000 orders, {few} KiB for 200"
    );
}
