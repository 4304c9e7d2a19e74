//! The part of the day on which something becomes of orders after their import.

use std::time::Duration;

use bundle_tests::{Scene, order_key};
use host::Fault;
use serde_json::{Value, json};
use simulators::{ItemChange, OrderReport, SparkFailure, sample_order};

const PUBLISH: &str = "sparklayer-publish-purchase";
const READ: &str = "spreadshirt-read-reports";
/// The order that Spreadshirt makes.
const MADE: u64 = 8016;
const MINUTE: Duration = Duration::from_secs(60);

/// Who the customers are at SparkLayer.
pub(super) async fn map_customers(scene: &Scene) {
    let rows = (8000..8040).map(|id| {
        let code = sample_order(id, 1)["CustomerCode"].clone();
        json!({"source": "repspark", "customer_code": code, "sparklayer_customer": "CU-1"})
    });
    let rows: Vec<Value> = rows.collect();
    let event = json!({"rows": rows, "by": "ada", "why": "they are there now"});
    assert_eq!(scene.done("map-customers", event).await["written"], 40);
}

/// An order comes into the ERP, and its purchase is to be published.
async fn imported(scene: &Scene, id: u64) {
    super::submitted(scene, sample_order(id, 1)).await;
    scene.batch(super::IMPORT).await;
}

/// One try, and then whatever comes of it once it can't be under way any more.
async fn published(scene: &Scene) {
    scene.batch(PUBLISH).await;
    scene.mend();
    scene.pass(5 * MINUTE);
    scene.drain().await;
}

/// In each way that is told apart, but for the credentials; what came of a try can't be recorded; and a purchase is held.
pub(super) async fn sparklayer_fails(scene: &Scene) {
    let sparklayer = &scene.stack.sparklayer;
    scene.live(4).await;
    for (id, fault) in (8011..).zip([Fault::Throttled, Fault::ServerError, Fault::LostReply]) {
        imported(scene, id).await;
        scene.break_all("sparklayer", "PUT", fault);
        published(scene).await;
        assert_eq!(scene.step(id, "publish"), "done");
    }
    imported(scene, 8014).await;
    sparklayer.fail_next(SparkFailure::Page(200), 1);
    published(scene).await;
    assert_eq!(scene.step(8014, "publish"), "done");
    imported(scene, 8015).await;
    sparklayer.fail_next(SparkFailure::Invalid("dates".to_owned()), 1);
    published(scene).await;
    assert_eq!(scene.held(8015, "publish"), "invalid_purchase");
    imported(scene, MADE).await;
    scene.break_all("dynamodb", "PutItem", Fault::LostRequest);
    scene.batch(PUBLISH).await;
    scene.mend();
    scene.pass(20 * MINUTE);
    scene.sweep().await;
    scene.drain().await;
    assert_eq!(scene.step(MADE, "publish"), "done");
}

/// In each way that is told apart, but for the credentials. Of three reports one is read, one is another brand's as well, and
/// one is hostile.
pub(super) async fn spreadshirt_fails(scene: &Scene) {
    let spreadshirt = &scene.stack.spreadshirt;
    for fault in [Fault::Throttled, Fault::ServerError, Fault::LostRequest] {
        scene.break_all("spreadshirt", "GET orderReports", fault);
        read(scene).await;
        scene.mend();
    }
    spreadshirt.page_instead(1);
    read(scene).await;
    let at = scene.stack.clock.now_ms();
    let ours = ItemChange::new("770003", "ACCEPTED", at).correlated(&format!("{}-1", order_key(MADE)));
    let theirs = ItemChange::new("770004", "SHIPPED", at).correlated("another brand's");
    spreadshirt.put_report(OrderReport::new("9001", at).with(ours.clone()));
    spreadshirt.put_report(OrderReport::new("9002", at).with(ours).with(theirs));
    spreadshirt.put_raw("9003", "<!DOCTYPE orderReport><orderReport/>");
    read(scene).await;
    assert_eq!(spreadshirt.activated(), ["9002", "9003"]);
    scene.drain().await;
}

/// One tick, some time after the one before: Spreadshirt wants that of who logs in.
async fn read(scene: &Scene) {
    scene.pass(MINUTE);
    scene.invoke(READ, json!({})).await;
}

pub(super) async fn credentials_are_refused(scene: &Scene) {
    let shipped =
        json!({"order": order_key(MADE), "line": 1, "state": "shipped", "at": "2026-10-12T18:25:00Z"});
    let answer = scene.done("record-fulfilment", json!({"rows": [shipped]})).await;
    assert_eq!(answer["applied"], 1, "{answer}");
    scene
        .stack
        .sparklayer
        .set_client("another-client", "another-secret");
    scene.stack.sparklayer.revoke_tokens();
    scene.batch(PUBLISH).await;
    scene
        .stack
        .spreadshirt
        .set_login("another-user", "another-password");
    scene.stack.spreadshirt.end_sessions();
    read(scene).await;
}
