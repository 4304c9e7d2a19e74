//! Each decision, broken at each of its calls and then made again: the end is that of one decision that went well.
//!
//! A scene has many orders in the same state, and each break takes one of them.

use bundle_tests::{Journey, Scene, order_key};
use host::Break;
use serde_json::{Value, json};
use simulators::sample_order;

use super::erase::{assert_erased, assert_payloads_are_named};
use super::{DECIDE, STRANGER, by_ada, foreign, held};

/// The first order, and more orders than a decision has calls, in three forms.
const FIRST: u64 = 8001;
const ORDERS: u64 = 60;

fn ids() -> std::ops::Range<u64> {
    FIRST..FIRST + ORDERS
}

/// Breaks the decision about one order after the other at one call after the other, in each form; each is made again
/// by a person who got no answer. Returns the orders that were decided about.
async fn at_each_call(
    scene: &Scene,
    event: impl Fn(u64) -> Value,
    after_break: impl Fn(&Scene),
    least: u64,
) -> Vec<u64> {
    let mut orders = ids();
    let mut decided = Vec::new();
    for form in Journey::FORMS {
        for call in 1.. {
            let id = orders.next().expect("an order for each break");
            let event = by_ada(event(id));
            scene.stack.gate.arm(&[Break { call, form }]);
            scene.invoke(DECIDE, event.clone()).await;
            let broke = scene.stack.gate.calls() >= call;
            scene.stack.gate.disarm();
            after_break(scene);
            scene.done(DECIDE, event).await;
            decided.push(id);
            if !broke {
                assert!(call > least, "{form:?}: only {} calls were broken", call - 1);
                break;
            }
        }
    }
    decided
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_that_breaks_anywhere_lets_the_order_go_once() {
    let scene = held(ids()).await;
    let retry = |id: u64| json!({"do": "retry", "order": id.to_string()});
    let decided = at_each_call(&scene, retry, |_| {}, 3).await;
    scene.stack.erp.unknown_customer(STRANGER, false);
    scene.live(6).await;
    decided.into_iter().for_each(|id| scene.assert_valid_once(id));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_of_an_unknown_import_that_breaks_anywhere_sends_nothing_twice() {
    let scene = Scene::after_baseline().await;
    ids().for_each(|id| scene.stack.repspark.submit(sample_order(id, 1)));
    scene.pull().await;
    scene.break_all("erp", "PUT", host::Fault::LostReply);
    scene.drain().await;
    scene.mend();
    let retry = |id: u64| json!({"do": "retry", "order": id.to_string(), "step": "import"});
    let decided = at_each_call(&scene, retry, |_| {}, 3).await;
    scene.live(8).await;
    assert_eq!(scene.asked_erp("PUT sales-orders"), ORDERS);
    decided.into_iter().for_each(|id| scene.assert_valid_once(id));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_discard_that_breaks_anywhere_discards() {
    let scene = held(ids()).await;
    let discard = |id: u64| json!({"do": "discard", "order": id.to_string()});
    let decided = at_each_call(&scene, discard, |_| {}, 3).await;
    scene.stack.erp.unknown_customer(STRANGER, false);
    scene.live(3).await;
    for id in decided {
        assert_eq!(scene.step(id, "import"), "discarded");
    }
    assert!(scene.stack.erp.orders().is_empty());
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_completion_that_breaks_anywhere_gives_repspark_the_number_once() {
    let scene = held(ids()).await;
    let complete =
        |id: u64| json!({"do": "complete", "order": id.to_string(), "reference": format!("SO-{id}")});
    let decided = at_each_call(&scene, complete, |_| {}, 3).await;
    scene.live(6).await;
    for id in decided {
        assert_eq!(scene.stack.repspark.erp_number(id), Some(format!("SO-{id}")));
        assert_eq!(scene.stack.repspark.confirmations(id).len(), 1);
        assert!(scene.stack.erp.orders_for(&order_key(id)).is_empty());
    }
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_adoption_that_breaks_anywhere_imports_the_order_once() {
    let scene = foreign(ids()).await;
    let adopt = |id: u64| json!({"do": "adopt", "order": id.to_string()});
    let decided = at_each_call(&scene, adopt, |_| {}, 3).await;
    scene.live(6).await;
    decided.iter().for_each(|id| scene.assert_valid_once(*id));
    assert_eq!(
        scene.stack.erp.orders().len(),
        decided.len(),
        "the others are untouched"
    );
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_that_breaks_anywhere_loses_no_payload_from_sight_and_is_finished_by_the_next() {
    let scene = held(ids()).await;
    // The payload of a held import is not erased.
    let discard = json!({"do": "discard", "where": {"code": "unknown_customer"}});
    assert_eq!(scene.done(DECIDE, by_ada(discard)).await["done"], ORDERS);
    let erase = |id: u64| json!({"do": "erase", "order": id.to_string()});
    let decided = at_each_call(&scene, erase, assert_payloads_are_named, 10).await;
    decided.iter().for_each(|id| assert_erased(&scene, *id));
    assert_eq!(
        scene.items_of("raw#").len(),
        ids().count() - decided.len(),
        "the payloads of the others are there"
    );
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_of_a_pending_import_that_breaks_anywhere_asks_and_sends_nothing_again() {
    let scene = Scene::after_baseline().await;
    scene.stack.erp.pending(1);
    ids().for_each(|id| scene.stack.repspark.submit(sample_order(id, 1)));
    scene.pull().await;
    scene.drain().await;
    assert_eq!(scene.step(FIRST, "import"), "pending");
    let retry = |id: u64| json!({"do": "retry", "order": id.to_string()});
    let decided = at_each_call(&scene, retry, |_| {}, 3).await;
    scene.live(8).await;
    assert_eq!(scene.asked_erp("PUT sales-orders"), ORDERS);
    decided.into_iter().for_each(|id| scene.assert_valid_once(id));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_discard_of_a_record_that_breaks_anywhere_settles_it() {
    let scene = Scene::after_baseline().await;
    for id in ids() {
        let broken = format!(r#"{{"OrderId":{id},"StatusId":oops,"OrderItems":[]}}"#);
        scene.stack.repspark.submit_raw(&broken);
    }
    assert_eq!(scene.pull().await["quarantined"], ORDERS);
    let discard = |id: u64| json!({"do": "discard", "order": format!("repspark#{id}")});
    let decided = at_each_call(&scene, discard, |_| {}, 3).await;
    let listed = scene
        .done(DECIDE, json!({"do": "list", "where": {"code": "quarantine"}}))
        .await;
    assert_eq!(listed["total"], ORDERS - decided.len() as u64);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_and_a_resumption_that_break_anywhere_are_in_force_after_the_next() {
    let scene = Scene::after_baseline().await;
    at_each_call(&scene, |_| json!({"do": "pause", "vendor": "erp"}), |_| {}, 3).await;
    assert!(scene.pause_of("erp").is_some());
    // Resumed and paused in turn, so that there is something to lift each time.
    for form in Journey::FORMS {
        for call in 1.. {
            let resume = by_ada(json!({"do": "resume", "vendor": "erp"}));
            scene.stack.gate.arm(&[Break { call, form }]);
            scene.invoke(DECIDE, resume.clone()).await;
            let broke = scene.stack.gate.calls() >= call;
            scene.stack.gate.disarm();
            scene.done(DECIDE, resume).await;
            assert_eq!(scene.pause_of("erp"), None, "{form:?} of call {call}");
            scene
                .done(DECIDE, by_ada(json!({"do": "pause", "vendor": "erp"})))
                .await;
            if !broke {
                break;
            }
        }
    }
    scene.end().await;
}
