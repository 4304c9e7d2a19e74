//! Lines that a report of Spreadshirt's says have shipped. Its reports name no parcels.

use super::*;
use simulators::{ItemChange, OrderReport};

/// 2026-03-02 09:10:00 UTC.
const AT: i64 = 1_772_442_600_000;

#[tokio::test(flavor = "multi_thread")]
async fn what_a_report_ships_is_told_when_somebody_names_its_parcel() {
    let on = [ON, ("SpectrumSendOrders", "false")];
    let scene = Scene::with_spectrum_and_fulfilment(&on).await;
    scene
        .done("repspark-pull-orders", json!({"baseline": true}))
        .await;
    import(&scene, [8001]).await;
    acknowledge(&scene).await;
    notify(&scene).await;
    let ship = |line: u32| {
        let change = ItemChange::new(&format!("item-{line}"), "SHIPPED", AT);
        change.correlated(&format!("{}-{line}", order_key(8001)))
    };
    let report = OrderReport::new("9001", AT).with(ship(1)).with(ship(2));
    scene.stack.spreadshirt.put_report(report);
    scene.done("spreadshirt-read-reports", json!({})).await;
    notify(&scene).await;
    assert_eq!((scene.step(8001, "notify").as_str(), posts(&scene)), ("done", 0));
    say(&scene, &[shipped(8001, 1, "1"), shipped(8001, 2, "2")]).await;
    notify(&scene).await;
    assert_eq!((scene.step(8001, "notify").as_str(), posts(&scene)), ("done", 1));
    let [one, two] = sets(8001);
    assert_tracking(&scene, 8001, &[(&one, "1"), (&two, "2")]);
    end(scene).await;
}
