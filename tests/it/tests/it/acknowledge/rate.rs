//! The rate that all environments keep together, in real time: each waits before each of its calls, also before its first.
//!
//! Waiting is the one thing here that takes time. An environment that is slow makes fewer calls and not more; how much closer
//! than they were sent calls may arrive is allowed for with one call more of each environment.

use super::*;
use simulators::SpectrumFailure;

const FOUR: (&str, &str) = ("SpectrumConcurrency", "4");
/// So many may come in a minute where this is aimed at: four environments begin at four moments.
const fn most(calls_a_minute: usize) -> usize {
    calls_a_minute + 4
}

/// The environments take what there is, each one batch after another.
async fn four_at_once(scene: &Scene) {
    let environment = || acknowledge(scene);
    tokio::join!(environment(), environment(), environment(), environment());
}

fn assert_at_most(scene: &Scene, endpoint: &str, window_ms: i64, calls: usize) {
    let busiest = scene.stack.spectrum.busiest(endpoint, window_ms);
    assert!(busiest <= calls, "{busiest} of {endpoint} within {window_ms} ms");
}

#[tokio::test(flavor = "multi_thread")]
async fn four_environments_together_keep_the_rate_of_posts_and_of_looks() {
    // 240 a minute: each environment posts once in a second, and looks once in two, because the details look too.
    let scene = ready(&[FOUR, ("SpectrumCallsPerMinute", "240")]).await;
    scene.stack.spectrum.limit(most(240));
    let ids = 8001..=8020;
    import(&scene, ids.clone()).await;
    // Without effect: each is looked up and sent again.
    scene.stack.spectrum.fail_next(SpectrumFailure::Failed, 20);
    four_at_once(&scene).await;
    assert_eq!(posts(&scene), 20);
    // Each had five to send, and may have sent three within 2,5 s.
    assert_at_most(&scene, "POST acknowledgement", 2_500, 16);
    scene.pass(SETTLED);
    scene.sweep().await;
    four_at_once(&scene).await;
    assert_eq!(posts(&scene), 40);
    assert_eq!(calls(&scene, "GET order-number"), 20);
    assert_at_most(&scene, "POST acknowledgement", 2_500, 16);
    assert_at_most(&scene, "GET order-number", 5_000, 16);
    assert_eq!(scene.stack.spectrum.throttled(), 0);
    assert_started_once(&scene, ids);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn environments_that_send_orders_together_wait_before_each_call_as_well() {
    // 60 a minute: each environment posts once in four seconds, and has two batches of five.
    let scene = ready(&[
        FOUR,
        ("SpectrumCallsPerMinute", "60"),
        ("SpectrumSeveral", "true"),
    ])
    .await;
    scene.stack.spectrum.limit(most(60));
    let ids = 8001..=8040;
    import(&scene, ids.clone()).await;
    four_at_once(&scene).await;
    let together = calls(&scene, "POST acknowledgements");
    assert_eq!((together, posts(&scene)), (8, 0));
    assert_at_most(&scene, "POST acknowledgements", 3_000, 5);
    assert_eq!(scene.stack.spectrum.throttled(), 0);
    assert_started_once(&scene, ids);
    scene.end().await;
}
