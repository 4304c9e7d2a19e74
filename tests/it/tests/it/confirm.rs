//! `repspark-confirm-order`: the ERP's number to RepSpark, once.

use std::time::Duration;

use bundle_tests::{Scene, order_key};
use host::Fault;
use simulators::sample_order;

const IMPORT: &str = "erp-import-order";
const CONFIRM: &str = "repspark-confirm-order";
const POST: &str = "POST orderconfirmation";
const LOOK: &str = "GET order orderId";
const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);

/// A bundle whose orders are imported; the hints to confirm them wait.
async fn imported(ids: impl IntoIterator<Item = u64>) -> Scene {
    let scene = Scene::after_baseline().await;
    for id in ids {
        scene.stack.repspark.submit(sample_order(id, 2));
    }
    scene.pull().await;
    while scene.batch(IMPORT).await > 0 {}
    scene
}

/// A minute of sweeping and working, so many times.
async fn minutes(scene: &Scene, times: usize) {
    for _ in 0..times {
        scene.pass(MINUTE);
        scene.sweep().await;
        scene.drain().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn several_orders_are_confirmed_in_one_array() {
    let scene = imported(8001..=8006).await;
    scene.drain().await;
    assert_eq!(scene.asked_repspark(POST), 1);
    assert_eq!(scene.asked_repspark(LOOK), 0);
    (8001..=8006).for_each(|id| scene.assert_valid_once(id));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_array_is_sent_singly_and_only_the_order_at_fault_is_held() {
    let scene = imported(8001..=8006).await;
    scene.stack.repspark.reject_confirmation(8003, "InvalidInput");
    scene.drain().await;
    assert_eq!(scene.asked_repspark(POST), 7);
    assert_eq!(scene.held(8003, "confirm"), "repspark_InvalidInput");
    assert!(!scene.hold_note(8003, "confirm").is_empty());
    for id in [8001, 8002, 8004, 8005, 8006] {
        scene.assert_valid_once(id);
    }
    minutes(&scene, 3).await;
    assert_eq!(scene.asked_repspark(POST), 7, "a held order is not sent");
    assert_eq!(scene.stack.repspark.status(8003), Some(2));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_lost_answer_nothing_is_sent_and_what_was_taken_is_done_once_it_is_looked_at() {
    let scene = imported(8001..=8003).await;
    scene.break_all("repspark", "POST", Fault::LostReply);
    scene.drain().await;
    scene.mend();
    assert_eq!(
        scene.asked_repspark(POST),
        1,
        "never singly after an unknown outcome"
    );
    (8001..=8003).for_each(|id| assert_eq!(scene.step(id, "confirm"), "unknown"));
    scene.pass(50 * SECOND);
    scene.sweep().await;
    (8001..=8003).for_each(|id| scene.hint(CONFIRM, id));
    scene.drain().await;
    assert_eq!(scene.asked_repspark(LOOK), 0, "not before the settle time");
    minutes(&scene, 2).await;
    assert_eq!((scene.asked_repspark(POST), scene.asked_repspark(LOOK)), (1, 3));
    (8001..=8003).for_each(|id| scene.assert_valid_once(id));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_not_taken_is_sent_again_in_one_array_after_each_order_was_looked_at() {
    let scene = imported(8001..=8003).await;
    scene.break_all("repspark", "POST", Fault::LostRequest);
    scene.drain().await;
    scene.mend();
    minutes(&scene, 3).await;
    assert_eq!((scene.asked_repspark(POST), scene.asked_repspark(LOOK)), (2, 3));
    (8001..=8003).for_each(|id| scene.assert_valid_once(id));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_outcome_among_single_ones_stops_the_rest_until_it_has_settled() {
    let scene = imported(8001..=8004).await;
    scene.stack.repspark.reject_confirmation(8001, "InvalidInput");
    scene.stack.gate.arm(&[]);
    // The array is refused; the first single one is held, the answer to the second is lost.
    let (mut posts, mut call) = (0, 0);
    let dry = imported(8001..=8004).await;
    dry.stack.repspark.reject_confirmation(8001, "InvalidInput");
    dry.stack.gate.arm(&[]);
    dry.batch(CONFIRM).await;
    for (place, what) in (1..).zip(dry.stack.gate.journal()) {
        if what.contains("repspark POST") {
            posts += 1;
            if posts == 3 {
                call = place;
            }
        }
    }
    dry.end().await;
    assert!(call > 0);
    let form = host::Form::ReplyLost;
    scene.stack.gate.arm(&[host::Break { call, form }]);
    scene.batch(CONFIRM).await;
    scene.mend();
    assert_eq!(scene.asked_repspark(POST), 3);
    assert_eq!(scene.held(8001, "confirm"), "repspark_InvalidInput");
    assert_eq!(scene.step(8002, "confirm"), "unknown");
    assert_eq!(
        (scene.step(8003, "confirm"), scene.step(8004, "confirm")),
        ("due".into(), "due".into())
    );
    scene.live(3).await;
    (8002..=8004).for_each(|id| scene.assert_valid_once(id));
    scene.end().await;
}

/// The code of a hold or of a wait is RepSpark's; this one says nothing against the order.
async fn is_tried_later(fail: impl Fn(&Scene)) {
    let scene = imported(8001..=8003).await;
    fail(&scene);
    scene.drain().await;
    assert_eq!(
        scene.asked_repspark(POST),
        1,
        "not singly: the orders are not at fault"
    );
    for id in 8001..=8003 {
        assert_eq!(scene.step(id, "confirm"), "due");
        assert_eq!(scene.tries(id, "confirm"), 1);
    }
    (8001..=8003).for_each(|id| scene.hint(CONFIRM, id));
    scene.drain().await;
    assert_eq!(scene.asked_repspark(POST), 1, "not before the backoff");
    minutes(&scene, 3).await;
    assert_eq!(scene.asked_repspark(POST), 2);
    (8001..=8003).for_each(|id| scene.assert_valid_once(id));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_error_code_that_nobody_knows_is_tried_later_and_holds_nothing() {
    is_tried_later(|scene| scene.stack.repspark.unknown_error_code(1)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_error_is_tried_later_although_it_comes_as_a_400() {
    is_tried_later(|scene| scene.stack.repspark.fail_next(400, "DatabaseConnectionError", 1)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_busy_server_is_tried_later() {
    is_tried_later(|scene| scene.stack.repspark.fail_next(503, "ServerBusy", 1)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_error_may_have_been_taken_and_is_looked_at_first() {
    let scene = imported(8001..=8002).await;
    scene.stack.repspark.fail_next(500, "InternalError", 1);
    scene.drain().await;
    assert_eq!(scene.step(8001, "confirm"), "unknown");
    minutes(&scene, 3).await;
    assert_eq!((scene.asked_repspark(POST), scene.asked_repspark(LOOK)), (2, 2));
    (8001..=8002).for_each(|id| scene.assert_valid_once(id));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_200_that_did_not_take_is_done_here() {
    // Hazard 9a: comparing states, which would find it, is not a part of this release.
    let scene = imported([8001]).await;
    scene.stack.repspark.confirm_without_effect(1);
    scene.drain().await;
    assert_eq!(scene.step(8001, "confirm"), "done");
    assert_eq!(scene.stack.repspark.status(8001), Some(2));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_batch_waits_while_a_sync_is_under_way() {
    let scene = imported(8001..=8015).await;
    scene.stack.repspark.hold_confirmations(true);
    let work = async {
        scene.stack.repspark.wait_for_posts(1).await;
        // The one message group is in flight: there is nothing for a second worker.
        assert_eq!(scene.batch(CONFIRM).await, 0);
        scene.stack.repspark.hold_confirmations(false);
    };
    tokio::join!(scene.batch(CONFIRM), work);
    assert_eq!(scene.stack.repspark.in_flight_post_max(), 1);
    scene.drain().await;
    assert_eq!(scene.asked_repspark(POST), 2);
    (8001..=8015).for_each(|id| scene.assert_valid_once(id));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_without_an_erp_number_is_never_confirmed() {
    let scene = Scene::after_baseline().await;
    scene.stack.repspark.submit(sample_order(8001, 2));
    scene.pull().await;
    for _ in 0..2 {
        scene.hint(CONFIRM, 8001);
        assert_eq!(scene.batch(CONFIRM).await, 1);
        scene.pass(MINUTE);
    }
    assert_eq!(scene.asked_repspark(POST), 0);
    assert_eq!(scene.waiting(CONFIRM), 0, "the hint is dropped");
    scene.drain().await;
    scene.assert_valid_once(8001);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hints_for_confirmed_and_unknown_orders_are_dropped() {
    let scene = imported([8001]).await;
    scene.drain().await;
    scene.hint(CONFIRM, 8001);
    scene.pass(SECOND);
    scene.hint(CONFIRM, 4242);
    scene.drain().await;
    assert_eq!(scene.asked_repspark(POST), 1);
    assert_eq!(scene.waiting(CONFIRM), 0);
    scene.assert_valid_once(8001);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_is_back_in_draft_is_held_when_its_sync_is_looked_at() {
    let scene = imported([8001]).await;
    scene.break_all("repspark", "POST", Fault::LostRequest);
    scene.drain().await;
    scene.mend();
    scene.stack.repspark.deny(8001);
    minutes(&scene, 3).await;
    assert_eq!(scene.held(8001, "confirm"), "draft_at_repspark");
    assert_eq!(scene.asked_repspark(POST), 1);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_died_after_its_post_is_looked_up_and_the_post_is_not_made_again() {
    let scene = imported(8001..=8003).await;
    scene.break_all("repspark", "POST", Fault::KilledAfter);
    scene.batch(CONFIRM).await;
    scene.mend();
    (8001..=8003).for_each(|id| assert_eq!(scene.step(id, "confirm"), "claimed"));
    scene.pass(MINUTE);
    scene.sweep().await;
    scene.drain().await;
    assert_eq!(scene.asked_repspark(LOOK), 0, "the lease has not ended");
    // The group is blocked for the visibility time of the dead worker's batch.
    scene.pass(361 * SECOND);
    scene.sweep().await;
    scene.drain().await;
    assert_eq!((scene.asked_repspark(POST), scene.asked_repspark(LOOK)), (1, 3));
    (8001..=8003).for_each(|id| scene.assert_valid_once(id));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_keys_pause_repspark_and_the_confirmation_stays_due_until_a_probe() {
    let scene = imported(8001..=8003).await;
    scene
        .stack
        .repspark
        .set_keys("another-client", "another-environment");
    scene.drain().await;
    assert_eq!(scene.pause_of("repspark").as_deref(), Some("credentials_refused"));
    for id in 8001..=8003 {
        assert_eq!(scene.step(id, "confirm"), "due");
        assert_eq!(scene.tries(id, "confirm"), 0);
    }
    let before = scene.stack.repspark.calls();
    minutes(&scene, 14).await;
    assert_eq!(
        scene.stack.repspark.calls(),
        before,
        "a paused vendor is left alone"
    );
    assert!(scene.stack.repspark.refused_logins() <= 2);
    scene.put_repspark_keys("another-client", "another-environment");
    minutes(&scene, 35).await;
    assert_eq!(scene.pause_of("repspark"), None);
    (8001..=8003).for_each(|id| scene.assert_valid_once(id));
    scene.end().await;
}

/// RepSpark's number of the call that made a step done.
fn quotable(scene: &Scene, id: u64) -> String {
    let state = scene.item(&order_key(id), "state").unwrap();
    let reference = state["steps"]["M"]["confirm"]["M"]["r"]["S"].as_str();
    reference.unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn repsparks_numbers_of_the_last_call_stay_with_the_order() {
    let scene = imported(8001..=8002).await;
    scene.drain().await;
    let first = quotable(&scene, 8001);
    let (transaction, batch) = first.split_once('/').unwrap();
    assert!(
        transaction.parse::<u64>().is_ok() && batch.parse::<u64>().is_ok(),
        "{first}"
    );
    assert_eq!(quotable(&scene, 8002), first, "one call for both");
    assert_eq!(scene.item(&order_key(8001), "call#confirm"), None);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn repsparks_numbers_of_a_call_that_did_not_go_well_are_kept_and_stand_in_the_hold() {
    let scene = imported(8001..=8002).await;
    scene.stack.repspark.fail_next(503, "ServerBusy", 1);
    scene.drain().await;
    for id in 8001..=8002 {
        let call = scene.item(&order_key(id), "call#confirm").unwrap();
        assert_eq!(call["code"]["S"], "ServerBusy");
        assert!(call["transaction"]["S"].is_string() && call["batch"]["S"].is_string());
    }
    scene.stack.repspark.reject_confirmation(8001, "InvalidInput");
    minutes(&scene, 3).await;
    let call = scene.item(&order_key(8001), "call#confirm").unwrap();
    let (transaction, words) = (&call["transaction"]["S"], scene.hold_note(8001, "confirm"));
    assert_eq!(call["code"]["S"], "InvalidInput");
    assert!(
        words.contains(&format!("transaction {}", transaction.as_str().unwrap())),
        "{words}"
    );
    assert!(!quotable(&scene, 8002).is_empty());
    scene.assert_valid_once(8002);
    scene.end().await;
}
