//! What somebody else may have acknowledged, and what came late: nothing is sent before a person has settled it.

use super::*;
use simulators::{SpectrumFailure, SpectrumSlow};

fn custom(id: u64) -> Value {
    let [one, two] = sets(id);
    sample_custom_order(id, &[&one, &two])
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_a_person_changed_in_the_erp_waits_for_a_word() {
    let scene = imported([8001]).await;
    let mut changed = custom(8001);
    changed["Comments"] = "two more of the first".into();
    changed["OrderItems"][0]["Price"] = 7.into();
    scene.stack.repspark.resubmit(8001, changed);
    scene.pull().await;
    assert_eq!(scene.held(8001, "review"), "changed_after_import");
    acknowledge(&scene).await;
    assert_eq!(scene.held(8001, "acknowledge"), "changed_after_import");
    let complete = json!({
        "do": "complete", "order": order_key(8001), "step": "review", "by": "ada", "why": "changed in the ERP",
    });
    scene.done(DECIDE, complete).await;
    scene.sweep().await;
    acknowledge(&scene).await;
    assert_eq!(scene.held(8001, "acknowledge"), "maybe_acknowledged");
    assert_eq!(posts(&scene), 0);
    decide(&scene, "retry", 8001).await;
    scene.sweep().await;
    acknowledge(&scene).await;
    assert_started_once(&scene, [8001]);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_of_the_former_integration_that_a_person_adopts_waits_for_a_word() {
    let scene = Scene::with_spectrum(&[("SpectrumSendOrders", "false")]).await;
    scene.stack.repspark.put(7001, custom(7001), 2);
    scene
        .done("repspark-pull-orders", json!({"baseline": true}))
        .await;
    scene.stack.repspark.resubmit(7001, custom(7001));
    scene.pull().await;
    let adopt =
        json!({"do": "adopt", "order": order_key(7001), "by": "ada", "why": "it never reached the ERP"});
    scene.done(DECIDE, adopt).await;
    scene.sweep().await;
    while scene.batch("erp-import-order").await > 0 {}
    assert_eq!(scene.step(7001, "import"), "done");
    acknowledge(&scene).await;
    assert_eq!(scene.held(7001, "acknowledge"), "maybe_acknowledged");
    assert_eq!(posts(&scene), 0);
    decide(&scene, "retry", 7001).await;
    scene.sweep().await;
    acknowledge(&scene).await;
    assert_started_once(&scene, [7001]);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_try_that_lands_between_the_look_and_the_next_and_is_taken_in_part_is_held() {
    let scene = imported([8001]).await;
    let [one, two] = sets(8001);
    let spectrum = &scene.stack.spectrum;
    spectrum.unknown_recipe_set(&two, true);
    spectrum.slow_next(SpectrumSlow::EffectBehind500, 1);
    acknowledge(&scene).await;
    assert_eq!(scene.step(8001, "acknowledge"), "unknown");
    spectrum.release_slow();
    // As if it had landed right after the look.
    spectrum.fail_endpoint("GET order-number", SpectrumFailure::Status(404), 1);
    scene.pass(SETTLED);
    scene.sweep().await;
    acknowledge(&scene).await;
    assert_eq!(
        scene.held(8001, "acknowledge"),
        "acknowledged_otherwise",
        "a 409 proves no more than that it is there"
    );
    let note = scene.hold_note(8001, "acknowledge");
    assert!(note.contains(&format!("Sent and not shown: {two}")), "{note}");
    assert_eq!(posts(&scene), 2);
    assert_eq!(scene.stack.spectrum.starts(), [(one, 1)].into());
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_of_which_spectrum_does_not_show_what_is_made_is_held() {
    let scene = imported([8001]).await;
    let spectrum = &scene.stack.spectrum;
    spectrum.slow_next(SpectrumSlow::EffectThen500, 1);
    acknowledge(&scene).await;
    let shown = json!({"purchaseOrderNumber": number(&scene, 8001), "lineItems": [{"id": 1}, {"id": 2}]});
    spectrum.fail_endpoint("GET order-number", SpectrumFailure::Answer(200, shown), 1);
    scene.pass(SETTLED);
    scene.sweep().await;
    acknowledge(&scene).await;
    assert_eq!(scene.held(8001, "acknowledge"), "acknowledged_otherwise");
    let note = scene.hold_note(8001, "acknowledge");
    assert!(note.contains("does not say of which recipe sets"), "{note}");
    // A retry looks again, and now it is plain.
    decide(&scene, "retry", 8001).await;
    scene.sweep().await;
    acknowledge(&scene).await;
    assert_eq!(scene.step(8001, "acknowledge"), "done");
    assert_eq!(posts(&scene), 1);
    assert_started_once(&scene, [8001]);
    scene.end().await;
}

/// Moves an order to another bundle, as if that were the same one in another set-up.
fn carry(from: &Scene, to: &Scene, id: u64) {
    let mut all = from.items_of(&order_key(id));
    let state = from.item(&order_key(id), "state").expect("a state");
    all.extend(from.items_of(&format!("raw#{}", state["raw"]["S"].as_str().expect("a payload"))));
    all.iter().for_each(|item| to.put_item(item));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_due_when_spectrum_is_switched_off_stays_due_and_goes_when_it_is_on_again() {
    let scene = imported([8001]).await;
    scene.purge(ACKNOWLEDGE);
    let off = Scene::start().await;
    carry(&scene, &off, 8001);
    for _ in 0..3 {
        off.pass(GRACE);
        off.sweep().await;
    }
    assert_eq!(off.step(8001, "acknowledge"), "due");
    assert!(
        off.states()[&order_key(8001)].open,
        "somebody has to say what becomes of it"
    );
    carry(&off, &scene, 8001);
    scene.pass(4 * GRACE);
    scene.sweep().await;
    acknowledge(&scene).await;
    assert_started_once(&scene, [8001]);
    decide(&off, "discard", 8001).await;
    assert_eq!(off.step(8001, "acknowledge"), "discarded");
    off.end().await;
    scene.end().await;
}
