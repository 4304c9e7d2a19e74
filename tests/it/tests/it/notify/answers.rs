//! What Spectrum answers to a ship notification, and what becomes of it.

use super::*;
use crate::acknowledge::{SETTLED, decide};
use simulators::{SpectrumFailure, SpectrumSlow};

async fn all_shipped(scene: &Scene, id: u64) {
    say(scene, &[shipped(id, 1, "1"), shipped(id, 2, "2")]).await;
}

async fn line_2_instead(scene: &Scene, parcel: &str) {
    let mut instead = shipped(8001, 2, parcel);
    instead["instead"] = true.into();
    say(scene, &[instead]).await;
}

async fn later(scene: &Scene) {
    scene.pass(SETTLED);
    scene.sweep().await;
    notify(scene).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_spectrum_does_not_have_holds_the_notification_with_its_words() {
    for status in [409, 404] {
        let scene = ready(&[ON]).await;
        let spectrum = scene.stack.spectrum.clone();
        spectrum.lines_missing_as(status);
        let [one, two] = sets(8001);
        spectrum.unknown_recipe_set(&two, true);
        import(&scene, [8001]).await;
        acknowledge(&scene).await;
        decide(&scene, "complete", 8001).await;
        all_shipped(&scene, 8001).await;
        scene.hint(NOTIFY, 8001);
        notify(&scene).await;
        assert_eq!(scene.held(8001, "notify"), "shipment_refused", "{status}");
        let note = scene.hold_note(8001, "notify");
        assert!(note.contains(&format!("Line item not found: {two}")), "{note}");
        assert_tracking(&scene, 8001, &[]);
        // Nothing is sent again until a person has settled it.
        later(&scene).await;
        assert_eq!(posts(&scene), 1, "{status}");
        spectrum.cancelled(&two, true);
        line_2_cancelled(&scene).await;
        let retry =
            json!({"do": "retry", "order": order_key(8001), "step": "notify", "by": "ada", "why": "settled"});
        scene.invoke("decide-order", retry).await;
        later(&scene).await;
        assert_eq!(scene.step(8001, "notify"), "done", "{status}");
        assert_tracking(&scene, 8001, &[(&one, "1")]);
        end(scene).await;
    }
}

async fn line_2_cancelled(scene: &Scene) {
    let mut instead = row(8001, 2, "cancelled");
    instead["instead"] = true.into();
    say(scene, &[instead]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_notification_whose_reply_was_lost_the_newest_state_is_told_when_it_has_settled() {
    let scene = acknowledged([8001]).await;
    let [one, two] = sets(8001);
    scene.stack.spectrum.slow_next(SpectrumSlow::EffectBehind500, 1);
    all_shipped(&scene, 8001).await;
    notify(&scene).await;
    assert_eq!(
        (scene.step(8001, "notify").as_str(), posts(&scene)),
        ("unknown", 1)
    );
    line_2_instead(&scene, "3").await;
    scene.hint(NOTIFY, 8001);
    notify(&scene).await;
    assert_eq!(posts(&scene), 1, "too early");
    scene.stack.spectrum.release_slow();
    assert_tracking(&scene, 8001, &[(&one, "1"), (&two, "2")]);
    later(&scene).await;
    assert_eq!((scene.step(8001, "notify").as_str(), posts(&scene)), ("done", 2));
    assert_tracking(&scene, 8001, &[(&one, "1"), (&two, "3")]);
    end(scene).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_state_that_is_wanted_again_after_a_doubt_is_told_again() {
    let scene = acknowledged([8001]).await;
    let [one, two] = sets(8001);
    all_shipped(&scene, 8001).await;
    notify(&scene).await;
    // It took effect, and nobody heard of it. Then the parcel is said to be the first one after all.
    scene.stack.spectrum.slow_next(SpectrumSlow::EffectThen500, 1);
    line_2_instead(&scene, "3").await;
    notify(&scene).await;
    assert_eq!(scene.step(8001, "notify"), "unknown");
    line_2_instead(&scene, "2").await;
    later(&scene).await;
    assert_eq!((scene.step(8001, "notify").as_str(), posts(&scene)), ("done", 3));
    assert_tracking(&scene, 8001, &[(&one, "1"), (&two, "2")]);
    end(scene).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn notifications_that_are_forbidden_or_refused_for_the_token_stay_due() {
    let scene = acknowledged([8001]).await;
    let [one, two] = sets(8001);
    let spectrum = scene.stack.spectrum.clone();
    spectrum.fail_endpoint(POST, SpectrumFailure::Forbidden, 1);
    all_shipped(&scene, 8001).await;
    notify(&scene).await;
    assert_eq!((scene.step(8001, "notify").as_str(), posts(&scene)), ("due", 1));
    assert_eq!(scene.pause_of("spectrum"), None, "it may be the rate");
    spectrum.set_token("another");
    later(&scene).await;
    assert_eq!(scene.step(8001, "notify"), "due");
    assert_eq!(scene.pause_of("spectrum").as_deref(), Some("credentials_refused"));
    scene.stack.put_spectrum_token(Some("another"));
    for _ in 0..4 {
        scene.pass(std::time::Duration::from_secs(20 * 60));
        later(&scene).await;
    }
    assert_eq!(scene.pause_of("spectrum"), None);
    assert_eq!(scene.step(8001, "notify"), "done");
    assert_tracking(&scene, 8001, &[(&one, "1"), (&two, "2")]);
    end(scene).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_notifiers_at_once_make_one_post() {
    let scene = acknowledged([8001]).await;
    for _ in 0..7 {
        scene.hint(NOTIFY, 8001);
    }
    all_shipped(&scene, 8001).await;
    tokio::join!(scene.batch(NOTIFY), scene.batch(NOTIFY));
    notify(&scene).await;
    assert_eq!((scene.step(8001, "notify").as_str(), posts(&scene)), ("done", 1));
    end(scene).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tracking_that_changes_while_a_notifier_is_at_it_is_told_by_that_notifier() {
    let scene = acknowledged([8001]).await;
    let [one, two] = sets(8001);
    all_shipped(&scene, 8001).await;
    scene.stack.spectrum.slow_next(SpectrumSlow::Effect, 1);
    let change = async {
        scene.stack.spectrum.wait_for_slow(1).await;
        line_2_instead(&scene, "3").await;
        // The second notifier finds the first one at it.
        scene.batch(NOTIFY).await;
        assert_eq!(posts(&scene), 1);
        scene.stack.spectrum.release_slow();
    };
    tokio::join!(scene.batch(NOTIFY), change);
    assert_eq!((scene.step(8001, "notify").as_str(), posts(&scene)), ("done", 2));
    assert_tracking(&scene, 8001, &[(&one, "1"), (&two, "3")]);
    end(scene).await;
}
