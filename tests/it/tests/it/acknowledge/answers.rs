//! What Spectrum answers, and what becomes of it.

use super::*;
use host::Fault;
use simulators::{SpectrumFailure, SpectrumSlow};

/// An order whose acknowledgement took effect, and whose reply was lost.
async fn unheard() -> Scene {
    let scene = imported([8001]).await;
    scene.stack.spectrum.slow_next(SpectrumSlow::EffectThen500, 1);
    acknowledge(&scene).await;
    assert_eq!(scene.step(8001, "acknowledge"), "unknown");
    scene
}

async fn later(scene: &Scene, time: Duration) {
    scene.pass(time);
    scene.sweep().await;
    acknowledge(scene).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_500_that_took_effect_is_looked_up_when_it_has_settled_and_is_done() {
    let scene = unheard().await;
    later(&scene, Duration::from_secs(250)).await;
    assert_eq!(calls(&scene, "GET order-number"), 0, "too early");
    later(&scene, SETTLED).await;
    assert_eq!(scene.step(8001, "acknowledge"), "done");
    assert_eq!((posts(&scene), calls(&scene, "GET order-number")), (1, 1));
    assert_started_once(&scene, [8001]);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_500_without_effect_is_sent_again_when_it_has_settled() {
    let scene = imported([8001]).await;
    scene.stack.spectrum.fail_next(SpectrumFailure::Failed, 1);
    acknowledge(&scene).await;
    later(&scene, SETTLED).await;
    assert_eq!(scene.step(8001, "acknowledge"), "done");
    assert_eq!(posts(&scene), 2);
    assert_started_once(&scene, [8001]);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_effect_that_comes_after_everybody_gave_it_up_starts_nothing_twice() {
    let scene = imported([8001]).await;
    scene.stack.spectrum.slow_next(SpectrumSlow::EffectBehind500, 1);
    acknowledge(&scene).await;
    later(&scene, SETTLED).await;
    assert_eq!(scene.step(8001, "acknowledge"), "done");
    scene.stack.spectrum.release_slow();
    assert_started_once(&scene, [8001]);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_409_is_done_where_our_own_earlier_try_explains_it() {
    let scene = unheard().await;
    // As if it had come into effect right after the look.
    let missing = SpectrumFailure::Status(404);
    scene.stack.spectrum.fail_endpoint("GET order-number", missing, 1);
    later(&scene, SETTLED).await;
    assert_eq!(posts(&scene), 2);
    assert_eq!(scene.step(8001, "acknowledge"), "done");
    assert_started_once(&scene, [8001]);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_409_that_nothing_of_ours_explains_is_held_and_a_retry_changes_nothing() {
    let scene = imported([8001]).await;
    let before = scene.item(&order_key(8001), "state").expect("a state");
    acknowledge(&scene).await;
    // Somebody else made the order: what we know of our own is taken back.
    scene.delete_item(&order_key(8001), "attempts#acknowledge");
    scene.put_item(&before);
    for _ in 0..2 {
        let hint = json!({"schema": 1, "order": order_key(8001)}).to_string();
        scene.send(ACKNOWLEDGE, &hint);
        acknowledge(&scene).await;
        assert_eq!(scene.held(8001, "acknowledge"), "already_acknowledged");
        decide(&scene, "retry", 8001).await;
    }
    assert_eq!(posts(&scene), 3);
    assert_started_once(&scene, [8001]);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_was_taken_in_part_is_held_with_its_words_and_never_sent_again() {
    let scene = imported([8001]).await;
    let [one, two] = sets(8001);
    scene.stack.spectrum.unknown_recipe_set(&two, true);
    acknowledge(&scene).await;
    assert_eq!(scene.held(8001, "acknowledge"), "partly_taken");
    let note = scene.hold_note(8001, "acknowledge");
    assert!(
        note.contains(&format!("Not taken: {two}: ")) && note.contains(&format!("Taken: {one}.")),
        "{note}"
    );
    scene.stack.spectrum.unknown_recipe_set(&two, false);
    decide(&scene, "retry", 8001).await;
    scene.sweep().await;
    acknowledge(&scene).await;
    assert_eq!(scene.held(8001, "acknowledge"), "partly_taken");
    assert_eq!(
        scene.hold_note(8001, "acknowledge"),
        note,
        "what was not taken stays told"
    );
    assert_eq!(posts(&scene), 1);
    decide(&scene, "complete", 8001).await;
    assert_eq!(scene.step(8001, "acknowledge"), "done");
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_shows_other_recipe_sets_than_were_sent_is_held() {
    let scene = imported([8001]).await;
    let [_, two] = sets(8001);
    scene.stack.spectrum.unknown_recipe_set(&two, true);
    scene.stack.spectrum.slow_next(SpectrumSlow::EffectThen500, 1);
    acknowledge(&scene).await;
    later(&scene, SETTLED).await;
    assert_eq!(scene.held(8001, "acknowledge"), "acknowledged_otherwise");
    let note = scene.hold_note(8001, "acknowledge");
    assert!(note.contains(&format!("Sent and not shown: {two}")), "{note}");
    decide(&scene, "retry", 8001).await;
    later(&scene, SETTLED).await;
    assert_eq!(scene.held(8001, "acknowledge"), "acknowledged_otherwise");
    assert_eq!(posts(&scene), 1);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_403_is_taken_for_the_rate_and_the_rest_of_the_batch_waits() {
    let scene = imported([8001, 8002, 8003]).await;
    scene.stack.spectrum.fail_next(SpectrumFailure::Forbidden, 1);
    acknowledge(&scene).await;
    assert_eq!(posts(&scene), 1, "nothing else is asked in this invocation");
    assert_eq!(scene.pause_of("spectrum"), None);
    for _ in 0..2 {
        later(&scene, Duration::from_secs(20 * 60)).await;
    }
    assert_started_once(&scene, [8001, 8002, 8003]);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_403_that_persists_is_taken_for_refused_credentials() {
    let scene = imported([8001]).await;
    scene.stack.spectrum.refuse_tokens_with(403);
    scene.stack.spectrum.set_token("another");
    acknowledge(&scene).await;
    for _ in 0..2 {
        later(&scene, Duration::from_secs(70 * 60)).await;
        assert_eq!(scene.pause_of("spectrum"), None);
    }
    later(&scene, Duration::from_secs(70 * 60)).await;
    assert_eq!(scene.pause_of("spectrum").as_deref(), Some("credentials_refused"));
    assert_eq!(scene.step(8001, "acknowledge"), "due");
    scene.stack.put_spectrum_token(Some("another"));
    for _ in 0..3 {
        later(&scene, Duration::from_secs(20 * 60)).await;
    }
    assert_eq!(scene.pause_of("spectrum"), None);
    assert_started_once(&scene, [8001]);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_token_pauses_spectrum_and_no_order_is_lost() {
    let scene = imported([8001, 8002]).await;
    scene.stack.spectrum.set_token("another");
    acknowledge(&scene).await;
    assert_eq!(scene.pause_of("spectrum").as_deref(), Some("credentials_refused"));
    assert_eq!(scene.stack.spectrum.refused_logins(), 1);
    scene.stack.put_spectrum_token(Some("another"));
    for _ in 0..4 {
        later(&scene, Duration::from_secs(20 * 60)).await;
    }
    assert_started_once(&scene, [8001, 8002]);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_spectrum_does_not_take_as_it_is_is_held() {
    let scene = imported([8001]).await;
    scene.stack.spectrum.fail_next(SpectrumFailure::Status(400), 1);
    acknowledge(&scene).await;
    assert_eq!(scene.held(8001, "acknowledge"), "refused_by_spectrum");
    decide(&scene, "retry", 8001).await;
    scene.sweep().await;
    acknowledge(&scene).await;
    assert_eq!(calls(&scene, "GET order-number"), 0, "a 400 leaves no doubt");
    assert_started_once(&scene, [8001]);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_makes_no_sense_is_looked_up() {
    let scene = imported([8001, 8002]).await;
    let nonsense = SpectrumFailure::Answer(200, json!({"ok": true}));
    scene.stack.spectrum.fail_next(nonsense, 1);
    scene.stack.spectrum.fail_next(SpectrumFailure::Page(200), 1);
    acknowledge(&scene).await;
    for id in [8001, 8002] {
        assert_eq!(scene.step(id, "acknowledge"), "unknown", "{id}");
    }
    later(&scene, SETTLED).await;
    assert_started_once(&scene, [8001, 8002]);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn half_an_answer_is_no_answer() {
    let scene = imported([8001]).await;
    scene.break_all("spectrum", "POST acknowledgement", Fault::CutBody);
    acknowledge(&scene).await;
    scene.mend();
    assert_eq!(scene.step(8001, "acknowledge"), "unknown");
    later(&scene, SETTLED).await;
    assert_eq!(posts(&scene), 1);
    assert_started_once(&scene, [8001]);
    scene.end().await;
}
