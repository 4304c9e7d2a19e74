//! What becomes of orders after their import, as far as permissions go: customers who are mapped too late, publications,
//! reports, rows of the ERP's, and what waits for its order.

use std::time::Duration;

use bundle_tests::{Scene, order_key};
use host::Fault;
use serde_json::{Value, json};
use simulators::{ItemChange, OrderReport, sample_order};

use super::lose_hints;

const PUBLISH: &str = "sparklayer-publish-purchase";
const RECORD: &str = "record-fulfilment";
/// An order whose customer is mapped after its import.
const UNMAPPED: u64 = 8003;
/// An order of which something is said before it is here.
const AWAITED: u64 = 8004;

/// Who the customers of these orders are at SparkLayer.
pub(super) async fn map_customers(scene: &Scene, ids: &[u64]) {
    let rows = ids.iter().map(|id| {
        let code = sample_order(*id, 3)["CustomerCode"].clone();
        json!({"source": "repspark", "customer_code": code, "sparklayer_customer": "CU-1"})
    });
    let rows: Vec<Value> = rows.collect();
    let event = json!({"rows": rows, "by": "ada", "why": "they are there now"});
    assert_eq!(scene.done("map-customers", event).await["bad"], 0);
}

pub(super) async fn of_lines(scene: &Scene) {
    an_order_waits_for_its_customer(scene).await;
    // Nobody hears whether it was published, and the function gives itself a hint for later.
    scene.break_all("sparklayer", "PUT", Fault::LostReply);
    scene.batch(PUBLISH).await;
    scene.mend();
    scene.pass(Duration::from_secs(91));
    scene.drain().await;
    assert_eq!(scene.step(UNMAPPED, "publish"), "done");
    rows_come(scene).await;
    a_report_comes(scene).await;
    lose_hints(scene, PUBLISH, Duration::from_secs(16 * 60)).await;
    scene.drain().await;
    what_waits_is_brought(scene).await;
    scene.drain().await;
}

async fn an_order_waits_for_its_customer(scene: &Scene) {
    scene.stack.repspark.submit(sample_order(UNMAPPED, 3));
    scene.pull().await;
    scene.drain().await;
    assert_eq!(scene.held(UNMAPPED, "publish"), "customer_not_mapped");
    map_customers(scene, &[UNMAPPED]).await;
    assert_eq!(scene.step(UNMAPPED, "publish"), "due");
}

/// By the order's number at the ERP, by the queue, and one that can't be read.
async fn rows_come(scene: &Scene) {
    let number = scene
        .stack
        .repspark
        .erp_number(UNMAPPED)
        .expect("the order is Valid");
    let row = |order: &str, line: u32| json!({"order": order, "line": line, "state": "shipped", "at": "2026-10-12T18:25:00Z"});
    scene.send(RECORD, &row(&number, 1).to_string());
    scene.send(RECORD, "no row at all");
    while scene.batch(RECORD).await > 0 {}
    let rows = [row(&order_key(AWAITED), 1), row("SO-OF-NOBODY", 1)];
    assert_eq!(scene.done(RECORD, json!({"rows": rows})).await["waiting"], 2);
}

/// It names an order by its number at the ERP.
async fn a_report_comes(scene: &Scene) {
    let number = scene
        .stack
        .repspark
        .erp_number(UNMAPPED)
        .expect("the order is Valid");
    let at = scene.stack.clock.now_ms();
    let report = OrderReport::new("9001", at)
        .with(ItemChange::new("770001", "IN_PROGRESS", at).correlated(&format!("{number}-2")));
    scene.stack.spreadshirt.put_report(report);
    assert_eq!(
        scene.done("spreadshirt-read-reports", json!({})).await["deleted"],
        1
    );
}

async fn what_waits_is_brought(scene: &Scene) {
    map_customers(scene, &[AWAITED]).await;
    scene.stack.repspark.submit(sample_order(AWAITED, 3));
    scene.pull().await;
    scene.drain().await;
    scene.pass(Duration::from_secs(301));
    assert_eq!(scene.sweep().await["waits"]["brought"], 1);
}
