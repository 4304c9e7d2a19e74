//! What it costs to show an order to its customer, and again when something became of a line.

use bundle_tests::{Scene, order_key};
use serde_json::{Value, json};
use simulators::sample_order;

use super::{Budget, CLEAN, ORDERS, Path, budget, from};

const IMPORT: &str = "erp-import-order";
const CONFIRM: &str = "repspark-confirm-order";
const PUBLISH: &str = "sparklayer-publish-purchase";
const RECORD: &str = "record-fulfilment";

/// As [`super::BUDGETS`].
const BUDGETS: [Budget; 3] = [
    // The claim and its outcome, which takes the order out of the index: 2 calls, 2 units + 1.
    budget([2.1, 3.0], 6.0, 0.6, 500.0),
    // What became of its lines, and that it is to be told; the claim and its outcome. The second comes into the index, and the
    // last leaves it: 4 calls, 4 units + 2.
    budget([4.1, 6.0], 11.5, 2.0, 700.0),
    // It is known: the order is looked at, and nothing is written.
    budget([0.0, 0.0], 4.5, 0.5, 400.0),
];

/// Hands out every visible message of one function.
async fn all(scene: &Scene, function: &str) {
    while scene.batch(function).await > 0 {}
}

/// Orders that are Valid, and whose purchases nobody has published yet.
async fn valid() -> Scene {
    let scene = Scene::with_fulfilment(&[]).await;
    scene
        .done("repspark-pull-orders", json!({"baseline": true}))
        .await;
    let rows = from(CLEAN).chain([1]).map(|id| {
        let code = sample_order(id, 3)["CustomerCode"].clone();
        json!({"source": "repspark", "customer_code": code, "sparklayer_customer": "CU-1"})
    });
    let rows: Vec<Value> = rows.collect();
    let event = json!({"rows": rows, "by": "ada", "why": "they are there now"});
    scene.done("map-customers", event).await;
    // Cold starts, secrets, tokens and field maps do not count with what follows.
    scene.stack.repspark.submit(sample_order(1, 3));
    scene.pull().await;
    scene.drain().await;
    ships(&scene, [1]).await;
    for id in from(CLEAN) {
        scene.stack.repspark.submit(sample_order(id, 3));
    }
    scene.pull().await;
    all(&scene, IMPORT).await;
    all(&scene, CONFIRM).await;
    scene
}

/// The ERP says that the first line of each order has left, and it is published.
async fn ships(scene: &Scene, ids: impl IntoIterator<Item = u64>) {
    for id in ids {
        let row =
            json!({"order": order_key(id), "line": 1, "state": "shipped", "at": "2026-10-12T18:25:00Z"});
        scene.send(RECORD, &row.to_string());
    }
    all(scene, RECORD).await;
    scene.drain().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_shown_to_its_customer_within_its_budget() {
    let scene = valid().await;
    let ids = || from(CLEAN);
    let published = Path::walk("published, 3 lines", &scene, ids(), async |scene| {
        all(scene, PUBLISH).await;
    });
    let published = published.await;
    let shipped = Path::walk("shipped, and published anew", &scene, ids(), async |scene| {
        ships(scene, ids()).await;
    });
    let shipped = shipped.await;
    let known = Path::walk("shipped, and said once more", &scene, ids(), async |scene| {
        ships(scene, ids()).await;
    });
    let known = known.await;
    assert_eq!(scene.stack.sparklayer.purchases().len() as u64, ORDERS + 1);
    for id in ids() {
        assert_eq!(scene.step(id, "publish"), "done", "{id}");
    }
    let paths = [published, shipped, known];
    Path::table(&paths);
    for (path, budget) in paths.iter().zip(BUDGETS) {
        path.is_within(&budget);
    }
    scene.end().await;
}
