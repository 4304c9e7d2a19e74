//! Submissions of one order: what the vendor's example and its warning come to, in one pull and in many.

use bundle_tests::{Scene, ecat_key};
use serde_json::{Value, json};
use simulators::{ecat_refilled, ecat_revised, ecat_sample};

/// The vendor's example: an order and its first resubmission.
const FIRST: &str = "6385-031318-392";
const SECOND: &str = "6385-031318-392-1";

fn example() -> Value {
    let mut order = ecat_sample(9, 4);
    order["order_number"] = FIRST.into();
    order
}

async fn by_ada(scene: &Scene, verb: &str, order: &str) -> Value {
    let event = json!({"do": verb, "order": order, "by": "ada", "why": "asked the rep"});
    let answer = scene.done("decide-order", event).await;
    scene.invoke("sweep-orders", json!({})).await;
    scene.drain().await;
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn the_vendors_example_in_one_pull_is_one_order_with_a_held_revision() {
    let scene = Scene::with_ecat().await;
    let first = scene.stack.ecat.submit(example());
    let second = scene.resubmit(&first, ecat_revised(&example()));
    assert_eq!(second.number, SECOND);
    assert_eq!(scene.pull_ecat().await["held"], 1);
    scene.drain().await;
    assert_eq!(scene.ecat_states().len(), 1, "one order");
    assert_eq!(scene.ecat_held(&first.uuid, "import"), "ecat_revision");
    assert_eq!(
        (scene.standing(&first), scene.standing(&second)),
        ("waiting".into(), "current".into())
    );
    assert_eq!((scene.ecat_in_erp(FIRST), scene.ecat_in_erp(SECOND)), (0, 0));
    let words = scene.submission_note(&second);
    assert!(words.contains(SECOND) && words.contains(FIRST), "{words}");
    assert!(words.contains("added") || words.contains("quantity"), "{words}");
    assert!(scene.stack.ecat.unreceived().is_empty());
    assert_eq!(scene.pull_ecat().await["records"], 0);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_vendors_example_in_two_pulls_with_an_import_between_is_held_beside_the_order() {
    let scene = Scene::with_ecat().await;
    let first = scene.stack.ecat.submit(example());
    scene.pull_ecat().await;
    scene.drain().await;
    scene.assert_imported_once(&first);
    scene.resubmit(&first, ecat_revised(&example()));
    scene.pull_ecat().await;
    scene.drain().await;
    assert_eq!(scene.ecat_states().len(), 1, "one order");
    assert_eq!(scene.ecat_held(&first.uuid, "review"), "ecat_after_import");
    assert_eq!(scene.ecat_in_erp(SECOND), 0);
    scene.assert_imported_once(&first);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revision_of_what_was_never_sent_takes_its_place() {
    let scene = Scene::with_ecat().await;
    let first = scene.stack.ecat.submit(example());
    let second = scene.resubmit(&first, ecat_revised(&example()));
    scene.pull_ecat().await;
    scene.drain().await;
    // A retry of all that is held is no decision about what it would replace.
    let all = json!({"do": "retry", "where": {"code": "ecat_revision"}, "by": "ada", "why": "all of them"});
    scene.done("decide-order", all).await;
    assert_eq!(scene.ecat_held(&first.uuid, "import"), "ecat_revision");
    by_ada(&scene, "import_as_revision", SECOND).await;
    scene.assert_imported_once(&second);
    assert_eq!(scene.ecat_in_erp(FIRST), 0);
    assert_eq!(scene.standing(&first), "superseded");
    assert!(!scene.ecat_state(&first.uuid).unwrap().open);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revision_that_a_person_discards_lets_the_older_one_go() {
    let scene = Scene::with_ecat().await;
    let first = scene.stack.ecat.submit(example());
    let second = scene.resubmit(&first, ecat_revised(&example()));
    scene.pull_ecat().await;
    scene.drain().await;
    by_ada(&scene, "discard", SECOND).await;
    scene.assert_imported_once(&first);
    assert_eq!(scene.ecat_in_erp(SECOND), 0);
    assert_eq!(scene.standing(&second), "decided");
    assert!(!scene.ecat_state(&first.uuid).unwrap().open);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_held_revision_imported_as_new_brings_both_into_the_erp_once() {
    let scene = Scene::with_ecat().await;
    let first = scene.stack.ecat.submit(example());
    let second = scene.resubmit(&first, ecat_revised(&example()));
    scene.pull_ecat().await;
    scene.drain().await;
    by_ada(&scene, "import_as_new", SECOND).await;
    scene.assert_imported_once(&first);
    scene.assert_imported_once(&second);
    assert!(scene.ecat_own(SECOND).is_some());
    // The same once more changes nothing.
    let event = json!({"do": "import_as_new", "order": SECOND, "by": "ada", "why": "again"});
    scene.invoke("decide-order", event).await;
    scene.drain().await;
    scene.assert_imported_once(&second);
    assert!(scene.ecat_states().values().all(|state| !state.open));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revision_of_what_is_in_the_erp_names_it_there() {
    let scene = Scene::with_ecat().await;
    let first = scene.stack.ecat.submit(example());
    scene.pull_ecat().await;
    scene.drain().await;
    let second = scene.resubmit(&first, ecat_revised(&example()));
    scene.pull_ecat().await;
    by_ada(&scene, "import_as_revision", SECOND).await;
    scene.assert_imported_once(&first);
    scene.assert_imported_once(&second);
    let in_erp = scene.stack.erp.orders_for(&ecat_key(SECOND));
    assert_eq!(in_erp[0].revision_of, Some(ecat_key(FIRST)));
    assert!(scene.ecat_states().values().all(|state| !state.open));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_was_emptied_and_filled_again_is_held_while_the_first_goes_on() {
    let scene = Scene::with_ecat().await;
    let first = scene.stack.ecat.submit(example());
    let second = scene.refill(&first, ecat_refilled(&example()));
    scene.pull_ecat().await;
    scene.drain().await;
    scene.assert_imported_once(&first);
    assert_eq!(scene.ecat_held(&first.uuid, "review"), "ecat_looks_new");
    assert_eq!(scene.ecat_in_erp(SECOND), 0);
    by_ada(&scene, "import_as_new", SECOND).await;
    scene.assert_imported_once(&second);
    scene.assert_imported_once(&first);
    assert!(scene.ecat_states().values().all(|state| !state.open));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_submission_that_comes_while_the_import_is_unknown_is_held() {
    let scene = Scene::with_ecat().await;
    let first = scene.stack.ecat.submit(example());
    scene.pull_ecat().await;
    scene.break_all("erp", "PUT", host::Fault::LostReply);
    scene.drain().await;
    scene.mend();
    assert_eq!(scene.ecat_step(&first.uuid, "import"), "unknown");
    // Not even one that orders the same takes its place now.
    scene.resubmit(&first, example());
    scene.pull_ecat().await;
    assert_eq!(scene.ecat_held(&first.uuid, "review"), "ecat_after_import");
    scene.live(10).await;
    scene.assert_imported_once(&first);
    assert_eq!(scene.ecat_in_erp(SECOND), 0);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_orders_of_one_number_are_two_and_the_second_waits() {
    let scene = Scene::with_ecat().await;
    let mut base = ecat_sample(21, 2);
    base["order_number"] = "XYZ".into();
    let base = scene.stack.ecat.submit(base);
    let second = scene.resubmit(&base, ecat_sample(21, 2));
    assert_eq!(second.number, "XYZ-1");
    let mut other = ecat_sample(22, 2);
    other["order_number"] = "XYZ-1".into();
    let other = scene.stack.ecat.submit(other);
    scene.pull_ecat().await;
    scene.drain().await;
    let held: Vec<_> = [&base, &other]
        .into_iter()
        .filter(|one| {
            let held = |step| scene.ecat_held(&one.uuid, step) == "number_collision";
            held("import") || held("review")
        })
        .collect();
    assert_eq!(held.len(), 1, "one of the two has the number");
    assert_eq!(scene.ecat_in_erp("XYZ-1"), 1);
    assert!(scene.stack.ecat.unreceived().is_empty());
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dash_and_a_number_prove_nothing() {
    let scene = Scene::with_ecat().await;
    let numbers = ["XYZ-123", "XYZ-123-1", "XYZ-123-2"];
    for (n, number) in (31..).zip(numbers) {
        let mut order = ecat_sample(n, 2);
        order["order_number"] = number.into();
        scene.stack.ecat.submit(order);
    }
    scene.pull_ecat().await;
    scene.drain().await;
    for number in numbers {
        assert_eq!(scene.ecat_in_erp(number), 1, "{number}");
    }
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_makes_no_key_is_imported_under_its_hash() {
    let scene = Scene::with_ecat().await;
    let mut order = ecat_sample(41, 1);
    order["order_number"] = "Müller & Söhne 7/2026".into();
    let one = scene.stack.ecat.submit(order);
    scene.pull_ecat().await;
    scene.drain().await;
    let state = scene.ecat_state(&one.uuid).unwrap();
    assert_eq!(state.steps["import"], "done");
    // The first 20 hex digits of the SHA-256 of the number, by sha256sum.
    assert_eq!(scene.ecat_in_erp("E8581F43E2BD4D27E733"), 1);
    assert!(scene.stack.ecat.received("Müller & Söhne 7/2026"));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_in_the_place_of_one_from_before_the_cut_over_waits_as_that_one_would() {
    let scene = Scene::with_ecat_and(&[("ImportFrom", "2026-09-15")]).await;
    let on = |day: &str| {
        let mut order = example();
        order["submit_date"] = day.into();
        order
    };
    // The integration before us read the list and never marked anything.
    let first = scene.stack.ecat.submit(on("2026-09-04"));
    let second = scene.resubmit(&first, on("2026-09-20"));
    scene.pull_ecat().await;
    scene.drain().await;
    assert_eq!(
        (scene.standing(&first), scene.standing(&second)),
        ("superseded".into(), "current".into())
    );
    assert_eq!(scene.ecat_held(&first.uuid, "import"), "before_import_from");
    let words = scene.ecat_hold_note(&first.uuid, "import");
    assert!(words.contains("look for that one in the ERP"), "{words}");
    assert_eq!(scene.ecat_in_erp(SECOND), 0);
    by_ada(&scene, "retry", &first.uuid).await;
    scene.assert_imported_once(&second);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sixth_submission_is_not_imported_by_a_retry_of_all_that_is_held() {
    let scene = Scene::with_ecat().await;
    let first = scene.stack.ecat.submit(example());
    let again: Vec<_> = (0..5).map(|_| scene.resubmit(&first, example())).collect();
    scene.pull_ecat().await;
    scene.drain().await;
    assert_eq!(scene.ecat_held(&first.uuid, "import"), "ecat_too_many_versions");
    let all = json!({"do": "retry", "where": {"code": "ecat_too_many_versions"}, "by": "ada", "why": "all of them"});
    scene.done("decide-order", all).await;
    scene.invoke("sweep-orders", json!({})).await;
    scene.drain().await;
    scene.assert_imported_once(&again[3]);
    assert_eq!(scene.ecat_in_erp(&again[4].number), 0);
    by_ada(&scene, "discard", &again[4].number).await;
    assert!(scene.ecat_states().values().all(|state| !state.open));
    scene.end().await;
}
