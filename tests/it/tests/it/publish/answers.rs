//! Whatever SparkLayer answers.

use host::Fault;
use simulators::{Slow, SparkFailure};

use super::*;

/// Hours of sweeps and hints change nothing of a held purchase.
async fn stays_held(scene: &Scene, id: u64, code: &str) {
    let puts = asked(scene, PUT);
    for _ in 0..2 {
        scene.pass(61 * MINUTE);
        scene.sweep().await;
        hinted(scene, id).await;
    }
    assert_eq!(scene.held(id, "publish"), code);
    assert_eq!(asked(scene, PUT), puts, "what is held is not sent");
}

/// A refusal of the purchase holds it under this code; mended, and tried again by a person, it goes.
async fn holds(failure: SparkFailure, code: &str, says: &str) {
    let scene = imported([8002, 8003]).await;
    let refused = number(&scene, 8002);
    scene.stack.sparklayer.fail_purchase(&refused, failure);
    publish(&scene).await;
    assert_eq!(scene.held(8002, "publish"), code);
    let note = scene.hold_note(8002, "publish");
    assert!(note.contains(says), "{note}");
    assert_eq!(
        scene.step(8003, "publish"),
        "done",
        "the other order goes its way"
    );
    stays_held(&scene, 8002, code).await;
    scene.stack.sparklayer.heal_purchase(&refused);
    let retry =
        json!({"do": "retry", "order": order_key(8002), "step": "publish", "by": "ada", "why": "mended"});
    scene.done("decide-order", retry).await;
    hinted(&scene, 8002).await;
    assert_eq!(scene.step(8002, "publish"), "done");
    assert_eq!(without_stamps(&shown(&scene, 8002)), expected(&refused));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_400_is_held_and_names_the_property() {
    let failure = SparkFailure::Invalid("packages[0].dates.created_at".to_owned());
    holds(failure, "invalid_purchase", "names packages[0].dates.created_at").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_400_without_a_body_is_held_all_the_same() {
    holds(SparkFailure::Empty(400), "invalid_purchase", "names no property").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_403_is_held() {
    holds(
        SparkFailure::Forbidden,
        "purchase_forbidden",
        "another SparkLayer id",
    )
    .await;
    holds(SparkFailure::Empty(403), "purchase_forbidden", "http_403").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_404_is_held_with_the_customers_row_as_the_first_suspect() {
    holds(
        SparkFailure::NotFound,
        "purchase_not_found",
        "row of map-customers",
    )
    .await;
    holds(
        SparkFailure::Empty(404),
        "purchase_not_found",
        "row of map-customers",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_409_of_a_name_that_is_taken_is_held() {
    let failure = SparkFailure::Clash("visible".to_owned());
    holds(failure, "purchase_conflict", "purchase_identifiers.visible").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_409_of_a_concurrent_write_is_read_back_and_sent_again() {
    let scene = imported([8002]).await;
    scene.stack.sparklayer.fail_next(SparkFailure::Concurrent, 1);
    publish(&scene).await;
    assert_eq!(
        (asked(&scene, PUT), asked(&scene, "GET purchase")),
        (1, 1),
        "it was looked at"
    );
    assert_eq!(scene.step(8002, "publish"), "due");
    scene.pass(61 * SECOND);
    publish(&scene).await;
    assert_eq!(scene.step(8002, "publish"), "done");
    // What is there is ours already: a copy of our own call was first.
    says(&scene, 8002, shipped(1, 1, TRACKING)).await;
    scene.break_all("sparklayer", "PUT", Fault::LostReply);
    publish(&scene).await;
    scene.mend();
    scene.pass(SETTLED);
    scene.stack.sparklayer.fail_next(SparkFailure::Concurrent, 1);
    publish(&scene).await;
    assert_eq!(scene.step(8002, "publish"), "done");
    assert_eq!((asked(&scene, PUT), asked(&scene, "GET purchase")), (4, 2));
    assert_eq!(bodies(&scene, 8002).len(), 2, "nothing was written twice");
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_409_that_nobody_explains_is_tried_three_times_and_then_a_person_looks() {
    let scene = imported([8002]).await;
    let refused = number(&scene, 8002);
    scene
        .stack
        .sparklayer
        .fail_purchase(&refused, SparkFailure::Status(409));
    publish(&scene).await;
    for wait in [MINUTE, 5 * MINUTE] {
        assert_eq!(scene.step(8002, "publish"), "due");
        scene.stack.sparklayer.heal_purchase(&refused);
        scene.stack.sparklayer.fail_next(SparkFailure::Empty(409), 1);
        scene.pass(wait + SECOND);
        publish(&scene).await;
    }
    assert_eq!(scene.held(8002, "publish"), "purchase_conflict");
    assert_eq!(asked(&scene, PUT), 3);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_429_is_tried_when_it_asked_for_it() {
    let scene = imported([8002]).await;
    scene.stack.sparklayer.fail_next(SparkFailure::Throttled(120), 1);
    publish(&scene).await;
    assert_eq!(
        (scene.step(8002, "publish"), scene.tries(8002, "publish")),
        ("due".to_owned(), 1)
    );
    scene.pass(119 * SECOND);
    hinted(&scene, 8002).await;
    assert_eq!(asked(&scene, PUT), 1, "it asked for two minutes");
    scene.pass(2 * SECOND);
    publish(&scene).await;
    assert_eq!(asked(&scene, PUT), 2);
    assert_eq!(scene.step(8002, "publish"), "done");
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_5xx_may_have_been_taken_and_the_newest_state_is_sent_after_the_settle_time() {
    for failure in [
        SparkFailure::Status(500),
        SparkFailure::Empty(503),
        SparkFailure::Page(502),
    ] {
        let scene = imported([8002]).await;
        scene.stack.sparklayer.fail_next(failure, 1);
        publish(&scene).await;
        assert_eq!(scene.step(8002, "publish"), "unknown");
        says(&scene, 8002, shipped(1, 1, TRACKING)).await;
        publish(&scene).await;
        assert_eq!(asked(&scene, PUT), 1, "not before it has settled");
        scene.pass(SETTLED);
        publish(&scene).await;
        assert_eq!(scene.step(8002, "publish"), "done");
        assert_eq!(packages(&shown(&scene, 8002))[1], "shipment JK-5010-GRY-L x 1");
        scene.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_put_that_is_taken_and_never_answered_in_time_is_sent_again_when_it_has_settled() {
    let scene = imported_with(&[("SparkLayerCallSeconds", "1")], [8002]).await;
    scene.stack.sparklayer.slow_next(Slow::Answer, 1);
    publish(&scene).await;
    assert_eq!(scene.step(8002, "publish"), "unknown");
    scene.stack.sparklayer.release_slow();
    assert_eq!(bodies(&scene, 8002).len(), 1, "it was taken");
    hinted(&scene, 8002).await;
    assert_eq!(asked(&scene, PUT), 1);
    scene.pass(SETTLED);
    publish(&scene).await;
    assert_eq!(scene.step(8002, "publish"), "done");
    assert_eq!(bodies(&scene, 8002).len(), 2);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_kept_and_renewed_before_its_end() {
    let scene = imported([8002]).await;
    publish(&scene).await;
    for (line, minutes) in [(1, 30), (2, 26)] {
        scene.pass(minutes * MINUTE);
        says(&scene, 8002, shipped(line, 1, &format!("{TRACKING}-{line}"))).await;
        publish(&scene).await;
    }
    assert_eq!(
        scene.stack.sparklayer.tokens(),
        2,
        "one at first, one after 55 minutes"
    );
    assert_eq!(scene.stack.sparklayer.refused_tokens(), 0);
    assert_eq!(bodies(&scene, 8002).len(), 3);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_refused_in_the_middle_of_a_run_costs_one_more_and_no_pause() {
    let scene = imported(8001..8006).await;
    scene.stack.sparklayer.revoke_tokens_after(2);
    publish(&scene).await;
    for id in 8001..8006 {
        assert_eq!(scene.step(id, "publish"), "done", "{id}");
        assert_eq!(bodies(&scene, id).len(), 1, "{id}");
    }
    assert_eq!(scene.stack.sparklayer.tokens(), 2);
    assert_eq!(scene.pause_of("sparklayer"), None);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_is_refused_pauses_sparklayer_with_two_refused_logins_at_most() {
    let scene = imported(8001..8011).await;
    scene.stack.sparklayer.set_client("relay", "another");
    for _ in 0..13 {
        publish(&scene).await;
        scene.pass(MINUTE);
        scene.sweep().await;
    }
    assert_eq!(
        scene.pause_of("sparklayer").as_deref(),
        Some("credentials_refused")
    );
    let refused = scene.stack.sparklayer.refused_logins();
    assert!(refused <= 2, "{refused} refused logins");
    assert_eq!(asked(&scene, PUT), 0);
    for id in 8001..8011 {
        assert_eq!(
            (scene.step(id, "publish"), scene.tries(id, "publish")),
            ("due".to_owned(), 0),
            "a refusal of us does not count as a try"
        );
    }
    let secret = json!({"client_id": "relay", "client_secret": "another"});
    scene
        .stack
        .proxy
        .put_secret("/order-relay/ACME/local/sparklayer", &secret.to_string());
    for _ in 0..3 {
        scene.pass(16 * MINUTE);
        scene.sweep().await;
        publish(&scene).await;
    }
    assert_eq!(scene.pause_of("sparklayer"), None);
    for id in 8001..8011 {
        assert_eq!(scene.step(id, "publish"), "done", "{id}");
    }
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_call_that_fails_costs_no_claim_and_is_tried_as_it_was_asked_for() {
    let scene = imported([8002]).await;
    scene
        .stack
        .sparklayer
        .fail_tokens(SparkFailure::Throttled(120), 1);
    publish(&scene).await;
    let step = scene.item(&order_key(8002), "state").unwrap()["steps"]["M"]["publish"]["M"].clone();
    assert_eq!(
        (&step["s"]["S"], &step["t"]["N"], &step["g"]),
        (&json!("due"), &json!("1"), &Value::Null)
    );
    scene.pass(119 * SECOND);
    hinted(&scene, 8002).await;
    assert_eq!(asked(&scene, TOKEN), 1);
    scene.pass(2 * SECOND);
    publish(&scene).await;
    assert_eq!(scene.step(8002, "publish"), "done");
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_takes_nothing_pauses_sparklayer_and_a_probe_lifts_it() {
    let scene = imported([8002]).await;
    scene.stack.sparklayer.fail_next(SparkFailure::Status(405), 1);
    publish(&scene).await;
    assert_eq!(
        scene.pause_of("sparklayer").as_deref(),
        Some("sparklayer_takes_no_purchases_at_this_address")
    );
    assert_eq!(
        (scene.step(8002, "publish"), scene.tries(8002, "publish")),
        ("due".to_owned(), 0)
    );
    scene.pass(14 * MINUTE);
    scene.sweep().await;
    hinted(&scene, 8002).await;
    assert_eq!(asked(&scene, PUT), 1, "a paused vendor is left alone");
    scene.pass(16 * MINUTE);
    scene.sweep().await;
    publish(&scene).await;
    assert_eq!(scene.pause_of("sparklayer"), None);
    assert_eq!(scene.step(8002, "publish"), "done");
    scene.end().await;
}
