//! `spectrum-acknowledge-order`: the factory starts each recipe set once, whatever is answered and whatever breaks.

mod agreed;
mod answers;
mod breaks;
mod details;
mod ecat;
mod rate;
mod several;

use std::time::Duration;

use bundle_tests::{Scene, order_key};
use serde_json::{Value, json};
use simulators::{sample_custom_order, sample_order};

pub(crate) use details::set_map;

const ACKNOWLEDGE: &str = "spectrum-acknowledge-order";
const DECIDE: &str = "decide-order";
/// Longer than the settle time, and than the first wait.
pub(crate) const SETTLED: Duration = Duration::from_secs(301);
/// Longer than the sweep leaves a step to the hint that was given with it.
const GRACE: Duration = Duration::from_secs(20 * 60);

/// The two recipe sets of an order.
pub(crate) fn sets(id: u64) -> [String; 2] {
    [format!("R{id:06}A"), format!("R{id:06}B")]
}

/// A bundle in which no order was pulled yet. Details are switched off unless the parameters say otherwise.
pub(crate) async fn ready(parameters: &[(&str, &str)]) -> Scene {
    let mut all = vec![
        ("SpectrumSendOrders", "false"),
        ("SpectrumNotifyShipments", "false"),
    ];
    all.extend(parameters);
    let scene = Scene::with_spectrum(&all).await;
    scene
        .done("repspark-pull-orders", json!({"baseline": true}))
        .await;
    scene
}

/// Brings orders of two custom lines into the ERP. Their acknowledgements are due.
pub(crate) async fn import(scene: &Scene, ids: impl IntoIterator<Item = u64>) {
    for id in ids {
        let sets = sets(id);
        let order = sample_custom_order(id, &[&sets[0], &sets[1]]);
        scene.stack.repspark.submit(order);
    }
    scene.pull().await;
    while scene.batch("erp-import-order").await > 0 {}
}

async fn imported(ids: impl IntoIterator<Item = u64>) -> Scene {
    let scene = ready(&[]).await;
    import(&scene, ids).await;
    scene
}

pub(crate) async fn acknowledge(scene: &Scene) {
    while scene.batch(ACKNOWLEDGE).await > 0 {}
}

/// The order's number at the ERP.
pub(crate) fn number(scene: &Scene, id: u64) -> String {
    let orders = scene.stack.erp.orders_for(&order_key(id));
    orders[0].reference.clone().expect("a number")
}

pub(crate) fn calls(scene: &Scene, endpoint: &str) -> u64 {
    scene.stack.spectrum.calls().get(endpoint).copied().unwrap_or(0)
}

fn posts(scene: &Scene) -> u64 {
    calls(scene, "POST acknowledgement")
}

/// That each recipe set of these orders was started once, and no other one.
fn assert_started_once(scene: &Scene, ids: impl IntoIterator<Item = u64>) {
    let wanted = ids.into_iter().flat_map(sets).map(|set| (set, 1)).collect();
    assert_eq!(scene.stack.spectrum.starts(), wanted);
}

pub(crate) async fn decide(scene: &Scene, what: &str, id: u64) -> Value {
    let event = json!({
        "do": what, "order": order_key(id), "step": "acknowledge", "by": "ada", "why": "settled with Spectrum",
    });
    scene.done(DECIDE, event).await
}

#[tokio::test(flavor = "multi_thread")]
async fn custom_lines_are_acknowledged_when_the_erp_has_their_order_and_other_orders_never() {
    let scene = ready(&[]).await;
    scene.stack.repspark.submit(sample_order(8002, 2));
    import(&scene, [8001]).await;
    assert_eq!(scene.step(8001, "acknowledge"), "due");
    assert_eq!(scene.step(8002, "acknowledge"), "absent");
    assert_eq!(scene.waiting(ACKNOWLEDGE), 1);
    acknowledge(&scene).await;
    assert_started_once(&scene, [8001]);
    let order = scene
        .stack
        .spectrum
        .order(&number(&scene, 8001))
        .expect("it is there");
    assert!(order.acknowledged && !order.details);
    assert_eq!(scene.step(8001, "acknowledge"), "done");
    scene.drain().await;
    let state = &scene.states()[&order_key(8001)];
    assert!(!state.open, "{:?}", state.steps);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn however_often_it_is_hinted_it_is_sent_once() {
    let scene = imported([8001]).await;
    let hint = json!({"schema": 1, "order": order_key(8001)}).to_string();
    for _ in 0..3 {
        scene.send(ACKNOWLEDGE, &hint);
    }
    acknowledge(&scene).await;
    scene.send(ACKNOWLEDGE, &hint);
    acknowledge(&scene).await;
    assert_eq!(posts(&scene), 1);
    assert_started_once(&scene, [8001]);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_name_at_spectrum_is_the_sources_number_where_the_brand_wants_that() {
    let scene = ready(&[("SpectrumOrderNumber", "source")]).await;
    import(&scene, [8001]).await;
    acknowledge(&scene).await;
    assert!(scene.stack.spectrum.order("8001").is_some());
    assert_started_once(&scene, [8001]);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_deprecated_format_starts_the_same() {
    let scene = ready(&[("SpectrumFormat", "recipe_set")]).await;
    import(&scene, [8001]).await;
    acknowledge(&scene).await;
    let order = scene
        .stack
        .spectrum
        .order(&number(&scene, 8001))
        .expect("it is there");
    assert!(order.history[0].body.get("recipeSets").is_some());
    assert_started_once(&scene, [8001]);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_brand_sets_and_what_the_map_finds_is_told() {
    let parameters = [
        ("SpectrumPriority", "higher"),
        ("SpectrumProofStatus", "Requested"),
    ];
    let scene = ready(&parameters).await;
    import(&scene, [8001]).await;
    acknowledge(&scene).await;
    let order = scene
        .stack
        .spectrum
        .order(&number(&scene, 8001))
        .expect("it is there");
    let body = &order.history[0].body;
    assert_eq!(body["priority"], "higher");
    assert_eq!(body["proofStatus"], "Requested");
    for line in body["lineItems"].as_array().expect("lines") {
        assert_eq!(line["proofStatus"], "Requested");
        assert!(line["quantity"].is_u64(), "{line}");
    }
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_recipe_set_is_held_by_name_before_anything_is_sent() {
    let scene = ready(&[]).await;
    scene
        .stack
        .repspark
        .submit(sample_custom_order(8001, &["TOOLONG99", "R0080010"]));
    scene.pull().await;
    while scene.batch("erp-import-order").await > 0 {}
    acknowledge(&scene).await;
    assert_eq!(scene.held(8001, "acknowledge"), "unfit_for_spectrum");
    let note = scene.hold_note(8001, "acknowledge");
    assert!(
        note.contains("line 1 recipeSetId") && !note.contains("TOOLONG99"),
        "{note}"
    );
    assert_eq!(posts(&scene), 0);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_a_person_brought_into_the_erp_waits_for_a_word() {
    let scene = ready(&[]).await;
    let [one, two] = sets(8001);
    scene
        .stack
        .repspark
        .submit(sample_custom_order(8001, &[&one, &two]));
    scene.stack.repspark.submit(sample_order(8002, 2));
    scene.pull().await;
    for id in [8001, 8002] {
        let complete = json!({
            "do": "complete", "order": order_key(id), "step": "import", "reference": format!("SO{id}"), "by": "ada",
            "why": "keyed by hand",
        });
        scene.done(DECIDE, complete).await;
    }
    scene.pass(GRACE);
    scene.sweep().await;
    acknowledge(&scene).await;
    assert_eq!(scene.held(8001, "acknowledge"), "maybe_acknowledged");
    assert_eq!(
        scene.step(8002, "acknowledge"),
        "absent",
        "nothing of it is custom-made"
    );
    assert_eq!(posts(&scene), 0);
    decide(&scene, "retry", 8001).await;
    scene.sweep().await;
    acknowledge(&scene).await;
    assert_started_once(&scene, [8001]);
    assert!(scene.stack.spectrum.order("SO8001").is_some());
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_acknowledgement_of_a_revision_waits_for_a_word() {
    let scene = imported([8001]).await;
    let mut state = scene.item(&order_key(8001), "state").expect("a state");
    state["revises"] = json!({"S": "RS-ACME-7999"});
    // The content says which order it revises, and is pinned: as if it had been imported so.
    state.as_object_mut().expect("an item").remove("map");
    scene.put_item(&state);
    acknowledge(&scene).await;
    assert_eq!(scene.held(8001, "acknowledge"), "revises_another");
    assert!(scene.hold_note(8001, "acknowledge").contains("RS-ACME-7999"));
    assert_eq!(posts(&scene), 0);
    decide(&scene, "retry", 8001).await;
    scene.sweep().await;
    acknowledge(&scene).await;
    assert_started_once(&scene, [8001]);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_person_reviews_an_order_it_is_not_acknowledged() {
    let scene = imported([8001]).await;
    let mut state = scene.item(&order_key(8001), "state").expect("a state");
    state["steps"]["M"]["review"] =
        json!({"M": {"s": {"S": "held"}, "c": {"S": "changed"}, "a": {"N": "1"}}});
    scene.put_item(&state);
    acknowledge(&scene).await;
    assert_eq!(scene.held(8001, "acknowledge"), "changed");
    assert_eq!(posts(&scene), 0);
    let end = json!({
        "do": "discard", "order": order_key(8001), "step": "review", "by": "ada", "why": "nothing to it",
    });
    scene.done(DECIDE, end).await;
    scene.sweep().await;
    acknowledge(&scene).await;
    assert_started_once(&scene, [8001]);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_two_orders_get_one_name() {
    let scene = imported([8001]).await;
    acknowledge(&scene).await;
    let taken = number(&scene, 8001);
    let [one, two] = sets(8002);
    scene
        .stack
        .repspark
        .submit(sample_custom_order(8002, &[&one, &two]));
    scene.pull().await;
    let complete = json!({
        "do": "complete", "order": order_key(8002), "step": "import", "reference": taken, "by": "ada", "why": "a slip",
    });
    scene.done(DECIDE, complete).await;
    scene.pass(GRACE);
    scene.sweep().await;
    acknowledge(&scene).await;
    assert_eq!(scene.held(8002, "acknowledge"), "maybe_acknowledged");
    decide(&scene, "retry", 8002).await;
    scene.sweep().await;
    acknowledge(&scene).await;
    assert_eq!(scene.held(8002, "acknowledge"), "number_taken");
    assert!(scene.hold_note(8002, "acknowledge").contains(&order_key(8001)));
    assert_started_once(&scene, [8001]);
    scene.end().await;
}
