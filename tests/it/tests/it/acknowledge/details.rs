//! `spectrum-send-order`: the details of an order, after its acknowledgement and never before.

use super::*;
use simulators::{SpectrumFailure, sample_custom_map};

const DETAILS: &str = "spectrum-send-order";

/// Makes the built-in map of RepSpark's current, changed.
pub(crate) async fn set_map(scene: &Scene, change: impl Fn(Value) -> Value) {
    let text = include_str!("../../../../../shared/field-map/src/repspark.json");
    let map = change(serde_json::from_str(text).expect("the default map"));
    let event = json!({"map": map, "force": true, "by": "ada", "why": "Spectrum wants addresses"});
    let set = scene.done("set-field-map", event).await;
    assert_eq!(set["outcome"], "set", "{set}");
}

async fn acknowledged(ids: impl IntoIterator<Item = u64>) -> Scene {
    let scene = ready(&[("SpectrumSendOrders", "true")]).await;
    set_map(&scene, sample_custom_map).await;
    import(&scene, ids).await;
    acknowledge(&scene).await;
    scene
}

async fn send(scene: &Scene) {
    while scene.batch(DETAILS).await > 0 {}
}

async fn later(scene: &Scene) {
    scene.pass(SETTLED);
    scene.sweep().await;
    send(scene).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn details_follow_the_acknowledgement_with_the_addresses_that_the_map_finds() {
    let scene = acknowledged([8001]).await;
    assert_eq!(scene.step(8001, "details"), "due");
    send(&scene).await;
    let order = scene
        .stack
        .spectrum
        .order(&number(&scene, 8001))
        .expect("it is there");
    assert!(order.acknowledged && order.details);
    let body = &order.history[1].body;
    assert_eq!(body["customerAddress"]["city"], "Salem");
    assert!(body["shippingAddress"]["firstName"].is_string(), "{body}");
    assert_started_once(&scene, [8001]);
    scene.drain().await;
    assert!(!scene.states()[&order_key(8001)].open);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_nobody_knows_of_the_acknowledgement_no_details_are_due_and_hide_nothing() {
    let scene = ready(&[("SpectrumSendOrders", "true")]).await;
    set_map(&scene, sample_custom_map).await;
    import(&scene, [8001]).await;
    scene.stack.spectrum.fail_next(SpectrumFailure::Failed, 1);
    acknowledge(&scene).await;
    let hint = json!({"schema": 1, "order": order_key(8001)}).to_string();
    scene.send(DETAILS, &hint);
    send(&scene).await;
    assert_eq!(scene.step(8001, "details"), "absent");
    assert_eq!(calls(&scene, "POST order"), 0);
    scene.pass(SETTLED);
    scene.sweep().await;
    acknowledge(&scene).await;
    send(&scene).await;
    assert_eq!(scene.step(8001, "details"), "done");
    assert_started_once(&scene, [8001]);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_that_are_missing_are_held_by_name_before_anything_is_sent() {
    let scene = ready(&[("SpectrumSendOrders", "true")]).await;
    import(&scene, [8001]).await;
    acknowledge(&scene).await;
    send(&scene).await;
    assert_eq!(scene.held(8001, "details"), "unfit_for_spectrum");
    let note = scene.hold_note(8001, "details");
    assert!(note.contains("customerAddress.city is missing"), "{note}");
    assert_eq!(calls(&scene, "POST order"), 0);
    assert_started_once(&scene, [8001]);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_409_to_details_proves_nothing_and_is_held() {
    let scene = acknowledged([8001]).await;
    scene.stack.spectrum.details_conflict(true);
    send(&scene).await;
    assert_eq!(scene.held(8001, "details"), "details_conflict");
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn details_whose_reply_was_lost_are_done_if_the_order_shows_its_address_and_else_sent_again() {
    let scene = acknowledged([8001, 8002]).await;
    scene
        .stack
        .spectrum
        .slow_next(simulators::SpectrumSlow::EffectThen500, 1);
    scene
        .stack
        .spectrum
        .fail_endpoint("POST order", SpectrumFailure::Status(503), 1);
    send(&scene).await;
    later(&scene).await;
    later(&scene).await;
    for id in [8001, 8002] {
        assert_eq!(scene.step(id, "details"), "done", "{id}");
        let order = scene
            .stack
            .spectrum
            .order(&number(&scene, id))
            .expect("it is there");
        let details = order.history.iter().filter(|call| call.operation == "POST order");
        assert_eq!(details.count(), 1, "{id}");
    }
    assert_started_once(&scene, [8001, 8002]);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_says_nothing_of_addresses_proves_nothing() {
    let scene = acknowledged([8001]).await;
    scene
        .stack
        .spectrum
        .fail_endpoint("POST order", SpectrumFailure::Failed, 1);
    send(&scene).await;
    let shown = json!({"purchaseOrderNumber": number(&scene, 8001), "lineItems": []});
    scene
        .stack
        .spectrum
        .fail_endpoint("GET order-number", SpectrumFailure::Answer(200, shown), 1);
    later(&scene).await;
    assert_eq!(scene.held(8001, "details"), "details_unproven");
    assert_eq!(calls(&scene, "POST order"), 1);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn details_of_an_order_that_somebody_else_acknowledged_make_none_of_another_number() {
    let scene = ready(&[("SpectrumSendOrders", "true")]).await;
    set_map(&scene, sample_custom_map).await;
    let [one, two] = sets(8001);
    scene
        .stack
        .repspark
        .submit(sample_custom_order(8001, &[&one, &two]));
    scene.pull().await;
    let keyed = json!({
        "do": "complete", "order": order_key(8001), "step": "import", "reference": "SO8001", "by": "ada", "why": "keyed by hand",
    });
    scene.done(DECIDE, keyed).await;
    scene.pass(GRACE);
    scene.sweep().await;
    acknowledge(&scene).await;
    // It is there under another number.
    decide(&scene, "complete", 8001).await;
    scene.pass(GRACE);
    scene.sweep().await;
    send(&scene).await;
    assert_eq!(scene.held(8001, "details"), "maybe_acknowledged");
    let retry = json!({
        "do": "retry", "order": order_key(8001), "step": "details", "by": "ada", "why": "send them all the same",
    });
    scene.done(DECIDE, retry).await;
    scene.sweep().await;
    send(&scene).await;
    assert_eq!(scene.held(8001, "details"), "not_at_spectrum");
    assert_eq!(calls(&scene, "POST order"), 0);
    assert_eq!(calls(&scene, "GET order-number"), 1);
    scene.end().await;
}
