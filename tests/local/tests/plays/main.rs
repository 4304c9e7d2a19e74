//! Whole plays, as `cargo run -p local` plays them: most of their time is waiting, so two run side by side.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a helper of a test fails as the test itself does"
)]

mod day;
mod ecat_day;
mod fulfilment;

use local::Binaries;

async fn binaries() -> Binaries {
    let built = tokio::task::spawn_blocking(|| Binaries::build(false, false)).await;
    built.unwrap().expect("the functions build")
}

/// `ORDER_RELAY_SEEDS=20` plays so many with faults; a run of all tests has time for one.
#[expect(clippy::disallowed_methods, reason = "a test reads its own switch")]
fn seeds() -> u64 {
    let asked = std::env::var("ORDER_RELAY_SEEDS").ok();
    asked.and_then(|seeds| seeds.parse().ok()).unwrap_or(1)
}
