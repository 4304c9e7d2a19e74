//! What Spectrum is told of an order with custom lines, as far as permissions go: hints that are lost, answers that are lost,
//! and news of its lines from both sides.

use std::time::Duration;

use bundle_tests::{Scene, order_key};
use host::Fault;
use serde_json::json;
use simulators::{ItemChange, OrderReport, sample_custom_map, sample_custom_order};

use super::{lose_hints, news};

const ACKNOWLEDGE: &str = "spectrum-acknowledge-order";
const DETAILS: &str = "spectrum-send-order";
const NOTIFY: &str = "spectrum-notify-shipment";
const CUSTOM: u64 = 8005;
/// More than Spectrum's settle time.
const SETTLED: Duration = Duration::from_secs(301);
/// More than a hint's grace.
const GRACE: Duration = Duration::from_secs(16 * 60);

pub(super) async fn of_custom_lines(scene: &Scene) {
    the_map_finds_the_customers_address(scene).await;
    news::map_customers(scene, &[CUSTOM]).await;
    scene
        .stack
        .repspark
        .submit(sample_custom_order(CUSTOM, &["K7QW2MZP", "T93XRB5D"]));
    scene.pull().await;
    while scene.batch("erp-import-order").await > 0 {}
    for (function, step) in [(ACKNOWLEDGE, "acknowledge"), (DETAILS, "details")] {
        nobody_hears_what_came_of(scene, function, step).await;
    }
    // Nothing has shipped, so there is nothing to tell.
    while scene.batch(NOTIFY).await > 0 {}
    assert_eq!(scene.step(CUSTOM, "notify"), "done");
    its_lines_ship(scene).await;
    nobody_hears_what_came_of(scene, NOTIFY, "notify").await;
    scene.drain().await;
    let starts = scene.stack.spectrum.starts();
    assert_eq!(starts.values().copied().collect::<Vec<_>>(), [1, 1], "{starts:?}");
    let orders = scene.stack.spectrum.orders();
    let [order] = orders.values().collect::<Vec<_>>()[..] else {
        panic!("{orders:?}");
    };
    assert!(order.details && order.tracking.len() == 2, "{order:?}");
}

/// Details need an address, and no map looks for it by itself.
async fn the_map_finds_the_customers_address(scene: &Scene) {
    let show = json!({"source": "repspark"});
    let map = sample_custom_map(scene.done("set-field-map", show).await["map"].clone());
    let setting =
        json!({"source": "repspark", "map": map, "by": "ada", "why": "Spectrum gets the customer's address"});
    assert_eq!(scene.done("set-field-map", setting).await["outcome"], "set");
}

/// The sweep gives the hint again; then the answer is lost, and the function gives itself a hint for later.
async fn nobody_hears_what_came_of(scene: &Scene, function: &str, step: &str) {
    assert_eq!(scene.step(CUSTOM, step), "due", "{step}");
    lose_hints(scene, function, GRACE).await;
    scene.break_all("spectrum", "POST", Fault::LostReply);
    scene.batch(function).await;
    scene.mend();
    assert_eq!(scene.step(CUSTOM, step), "unknown", "{step}");
    scene.pass(SETTLED);
    while scene.batch(function).await > 0 {}
    assert_eq!(scene.step(CUSTOM, step), "done", "{step}");
}

/// A report says that one is being made, and the ERP that both have left.
async fn its_lines_ship(scene: &Scene) {
    let at = scene.stack.clock.now_ms();
    let key = order_key(CUSTOM);
    let report = OrderReport::new("9002", at)
        .with(ItemChange::new("770002", "IN_PROGRESS", at).correlated(&format!("{key}-1")));
    scene.stack.spreadshirt.put_report(report);
    assert_eq!(
        scene.done("spreadshirt-read-reports", json!({})).await["deleted"],
        1
    );
    while scene.batch(NOTIFY).await > 0 {}
    let row = |line: u32| {
        json!({"order": key, "line": line, "state": "shipped", "at": "2026-10-12T18:25:00Z", "carrier": "UPS",
            "tracking": format!("1Z{line}")})
    };
    let rows = json!({"rows": [row(1), row(2)]});
    assert_eq!(scene.done("record-fulfilment", rows).await["applied"], 2);
}
