//! Wrong credentials: at most two refused logins at a vendor in fifteen minutes, of all functions together; and pauses.

use std::time::Duration;

use bundle_tests::Scene;
use lambda_runner::Outcome;
use serde_json::{Value, json};
use simulators::sample_order;

const IMPORT: &str = "erp-import-order";
const CONFIRM: &str = "repspark-confirm-order";
const PULL: &str = "repspark-pull-orders";
const RECOVER: &str = "repspark-recover-orders";
const MINUTE: Duration = Duration::from_secs(60);

/// Five batches of the import at the same time, in five processes.
async fn five_batches(scene: &Scene) {
    tokio::join!(
        scene.batch(IMPORT),
        scene.batch(IMPORT),
        scene.batch(IMPORT),
        scene.batch(IMPORT),
        scene.batch(IMPORT)
    );
}

/// The pause of a vendor as a person sets it (or lifts it), and as `decide-order` will write it.
fn by_hand(scene: &Scene, vendor: &str, active: bool) {
    scene.put_item(&json!({
        "pk": {"S": format!("pause#{vendor}")}, "sk": {"S": "pause"}, "v": {"N": "1"},
        "rev": {"N": if active { "101" } else { "201" }},
        "active": {"BOOL": active}, "since": {"N": "1795255200000"},
        "reason": {"S": "stocktaking"}, "by": {"S": "ada"}, "by_person": {"BOOL": true},
    }));
}

#[tokio::test(flavor = "multi_thread")]
async fn five_batches_at_once_with_a_wrong_token_are_refused_twice_at_most_in_fifteen_minutes() {
    let scene = Scene::pulled(8001..=8050).await;
    scene.stack.erp.set_token("another-token");
    // Long enough for all five to be at work before the first one is answered.
    scene.stack.erp.slow(Duration::from_millis(400));
    five_batches(&scene).await;
    let at_once = scene.stack.erp.refused_logins();
    assert!((1..=2).contains(&at_once), "{at_once} refused logins");
    assert_eq!(scene.pause_of("erp").as_deref(), Some("credentials_refused"));
    for _ in 0..14 {
        scene.pass(MINUTE);
        scene.sweep().await;
        five_batches(&scene).await;
    }
    let refused = scene.stack.erp.refused_logins();
    assert!(refused <= 2, "{refused} refused logins");
    scene.stack.erp.slow(Duration::ZERO);
    scene.put_erp_token("another-token");
    scene.live(6).await;
    assert_eq!(scene.pause_of("erp"), None, "the next probe lifts it");
    (8001..=8050).for_each(|id| scene.assert_valid_once(id));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_is_still_wrong_after_a_resume_is_tried_by_one_process_alone() {
    let scene = Scene::pulled(8001..=8050).await;
    five_batches(&scene).await;
    for id in 8051..=8100 {
        scene.stack.repspark.submit(sample_order(id, 1));
    }
    scene.pull().await;
    scene.stack.erp.set_token("another-token");
    // The five processes had been at work with a token that was good; one alone meets the refusal.
    let queue = scene.mapping(IMPORT).queue;
    scene.purge(IMPORT);
    scene.hint(IMPORT, 8051);
    scene.batch(IMPORT).await;
    assert_eq!(scene.stack.erp.refused_logins(), 1, "{queue}");
    by_hand(&scene, "erp", false);
    (8051..=8100).for_each(|id| scene.hint(IMPORT, id));
    scene.stack.erp.slow(Duration::from_millis(400));
    five_batches(&scene).await;
    assert_eq!(scene.stack.erp.refused_logins(), 2);
    assert_eq!(scene.pause_of("erp").as_deref(), Some("credentials_refused"));
    scene.stack.erp.slow(Duration::ZERO);
    scene.put_erp_token("another-token");
    scene.live(6).await;
    (8001..=8100).for_each(|id| scene.assert_valid_once(id));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pull_recover_and_confirm_with_wrong_keys_at_the_same_time_are_refused_twice_at_most() {
    let scene = Scene::pulled(8001..=8005).await;
    while scene.batch(IMPORT).await > 0 {}
    scene.stack.repspark.submit(sample_order(8006, 1));
    scene
        .stack
        .repspark
        .set_keys("another-client", "another-environment");
    scene.put_repspark_keys("a-third-client", "a-third-environment");
    scene.stack.repspark.slow(Duration::from_millis(400));
    for _ in 0..14 {
        tokio::join!(
            scene.invoke(PULL, json!({})),
            scene.invoke(RECOVER, json!({"now": true})),
            scene.batch(CONFIRM)
        );
        let refused = scene.stack.repspark.refused_logins();
        assert!((1..=2).contains(&refused), "{refused} refused logins");
        scene.pass(MINUTE);
        scene.sweep().await;
    }
    scene.stack.repspark.slow(Duration::ZERO);
    scene.put_repspark_keys("another-client", "another-environment");
    scene.live(6).await;
    assert_eq!(scene.pause_of("repspark"), None, "the next probe lifts it");
    (8001..=8006).for_each(|id| scene.assert_valid_once(id));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_persons_pause_is_lifted_by_no_function_and_everything_goes_on_after_the_resume() {
    let scene = Scene::pulled(8001..=8003).await;
    scene.batch(IMPORT).await;
    scene.stack.repspark.submit(sample_order(8004, 1));
    scene.pull().await;
    for vendor in ["erp", "repspark"] {
        by_hand(&scene, vendor, true);
    }
    let pauses = || scene.items_of("pause#");
    let before = (scene.stack.erp.calls(), scene.stack.repspark.calls(), pauses());
    for _ in 0..8 {
        assert_eq!(scene.pull().await["outcome"], "paused");
        scene.recover().await;
        assert_eq!(scene.sweep().await["hinted"], json!({}));
        scene.hint(IMPORT, 8004);
        scene.hint(CONFIRM, 8001);
        scene.drain().await;
        scene.pass(20 * MINUTE);
    }
    let after = (scene.stack.erp.calls(), scene.stack.repspark.calls(), pauses());
    assert_eq!(after, before);
    for vendor in ["erp", "repspark"] {
        by_hand(&scene, vendor, false);
    }
    scene.live(4).await;
    (8001..=8004).for_each(|id| scene.assert_valid_once(id));
    scene.end().await;
}

/// RepSpark is paused for its keys, and the secret has others by now, which nobody has proven.
async fn paused_for_keys() -> Scene {
    let scene = Scene::pulled([8001]).await;
    scene
        .stack
        .repspark
        .set_keys("another-client", "another-environment");
    scene.stack.repspark.submit(sample_order(8002, 1));
    scene.invoke(PULL, json!({})).await;
    assert_eq!(scene.pause_of("repspark").as_deref(), Some("credentials_refused"));
    scene.put_repspark_keys("another-client", "another-environment");
    scene.pass(15 * MINUTE + Duration::from_secs(1));
    scene
}

/// A page in RepSpark's place said nothing of our keys, to this function's probe or to anybody.
async fn a_page_proves_nothing(function: &str, event: Value) {
    let scene = paused_for_keys().await;
    let proven = |scene: &Scene| scene.item("login#repspark", "login").unwrap()["proven"].clone();
    let before = proven(&scene);
    scene.stack.repspark.web_pages(1);
    let probe = scene.invoke(function, event.clone()).await.outcome;
    assert!(!matches!(probe, Outcome::Ok(_)), "{probe:?}");
    assert_eq!(scene.pause_of("repspark").as_deref(), Some("credentials_refused"));
    assert_eq!(proven(&scene), before);
    assert_eq!(scene.stack.repspark.status(8002), Some(1));
    let next = scene.done(function, event.clone()).await;
    assert_eq!(next["outcome"], "paused", "the turn of the probe is used up");
    scene.pass(15 * MINUTE + Duration::from_secs(1));
    scene.done(function, event).await;
    assert_eq!(scene.pause_of("repspark"), None);
    assert_ne!(proven(&scene), before);
    scene.live(4).await;
    (8001..=8002).for_each(|id| scene.assert_valid_once(id));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_web_page_in_the_place_of_the_submitted_orders_ends_no_pause_and_proves_no_login() {
    a_page_proves_nothing(PULL, json!({})).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_web_page_in_the_place_of_the_sent_orders_ends_no_pause_and_proves_no_login() {
    a_page_proves_nothing(RECOVER, json!({"now": true})).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_breaks_off_ends_no_pause() {
    let scene = paused_for_keys().await;
    scene.stack.repspark.cut_body_after(200);
    assert_eq!(scene.pull().await["complete"], false);
    assert_eq!(scene.pause_of("repspark").as_deref(), Some("credentials_refused"));
    scene.pass(15 * MINUTE + Duration::from_secs(1));
    scene.live(4).await;
    assert_eq!(scene.pause_of("repspark"), None);
    (8001..=8002).for_each(|id| scene.assert_valid_once(id));
    scene.end().await;
}

/// RepSpark is paused by the confirmation, because it takes nothing at its address; a look at a list works.
fn wrong_address(scene: &Scene) {
    let now = scene.stack.clock.now_ms();
    let pause: Value = json!({
        "pk": {"S": "pause#repspark"}, "sk": {"S": "pause"}, "v": {"N": "1"}, "rev": {"N": "1"},
        "active": {"BOOL": true}, "since": {"N": now.to_string()},
        "reason": {"S": "repspark_takes_nothing_at_this_address"}, "by": {"S": CONFIRM},
        "next_probe": {"N": (now + 900_000).to_string()},
    });
    scene.put_item(&pause);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_for_a_wrong_address_is_probed_and_lifted_by_the_confirmation_that_set_it_alone() {
    let scene = Scene::pulled([8001]).await;
    while scene.batch(IMPORT).await > 0 {}
    scene.purge(CONFIRM);
    wrong_address(&scene);
    scene.pass(16 * MINUTE);
    let before = scene.stack.repspark.calls();
    assert_eq!(scene.pull().await["outcome"], "paused");
    let recovered = scene.done(RECOVER, json!({"now": true})).await;
    assert_eq!(recovered["outcome"], "paused");
    assert_eq!(scene.stack.repspark.calls(), before);
    assert!(scene.pause_of("repspark").is_some());
    // Nor have they used up the turn.
    scene.hint(CONFIRM, 8001);
    scene.batch(CONFIRM).await;
    assert_eq!(scene.pause_of("repspark"), None);
    scene.assert_valid_once(8001);
    scene.end().await;
}
