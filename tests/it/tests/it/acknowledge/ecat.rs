//! Custom lines of eCat's orders.

use super::*;
use bundle_tests::ecat_key;
use simulators::{Submitted, ecat_refilled, ecat_revised, ecat_sample};

/// Where this brand has its recipe sets: eCat's fields are the brand's own.
const FIELD: &str = "engraving";

/// An order whose first lines are made from these recipe sets.
fn custom(mut order: Value, recipe_sets: &[&str]) -> Value {
    let items = order["items"].as_array_mut().expect("lines");
    for (item, set) in items.iter_mut().zip(recipe_sets) {
        item[FIELD] = json!(set);
    }
    order
}

async fn bundle() -> Scene {
    let scene = ready(&[("EcatEnabled", "true")]).await;
    let mut map = scene.done("set-field-map", json!({"source": "ecat"})).await["map"].clone();
    map["lines"]["fields"]["recipe_set_id"] = json!(format!("line:/{FIELD}"));
    let event = json!({"map": map, "force": true, "by": "ada", "why": "that is where the engraving stands"});
    let set = scene.done("set-field-map", event).await;
    assert_eq!(set["outcome"], "set", "{set}");
    scene
}

async fn import_ecat(scene: &Scene) {
    scene.pull_ecat().await;
    while scene.batch("erp-import-order").await > 0 {}
}

async fn by_ada(scene: &Scene, verb: &str, order: &str, step: Option<&str>) {
    let mut event = json!({"do": verb, "order": order, "by": "ada", "why": "asked Spectrum"});
    if let Some(step) = step {
        event["step"] = step.into();
    }
    scene.done(DECIDE, event).await;
    scene.sweep().await;
    while scene.batch("erp-import-order").await > 0 {}
    acknowledge(scene).await;
}

/// The state of the acknowledgement of a submission, whoever keeps it, with the code of its hold.
fn stands(scene: &Scene, submitted: &Submitted) -> (String, String) {
    let own = scene.ecat_own(&submitted.number);
    let state = own
        .or_else(|| scene.ecat_state(&submitted.uuid))
        .expect("a state");
    let of = |map: &std::collections::BTreeMap<String, String>| map.get("acknowledge").cloned();
    (
        of(&state.steps).unwrap_or_default(),
        of(&state.codes).unwrap_or_default(),
    )
}

fn assert_started(scene: &Scene, recipe_sets: &[&str]) {
    let wanted = recipe_sets.iter().map(|set| ((*set).to_owned(), 1)).collect();
    assert_eq!(scene.stack.spectrum.starts(), wanted);
}

#[tokio::test(flavor = "multi_thread")]
async fn custom_lines_of_an_ecat_order_are_acknowledged_once_under_its_number_at_the_erp() {
    let scene = bundle().await;
    let one = scene
        .stack
        .ecat
        .submit(custom(ecat_sample(3, 3), &["EC00003A", "EC00003B"]));
    let plain = scene.stack.ecat.submit(ecat_sample(4, 2));
    import_ecat(&scene).await;
    assert_eq!(stands(&scene, &one), ("due".into(), String::new()));
    assert_eq!(stands(&scene, &plain).0, "", "nothing of it is custom-made");
    acknowledge(&scene).await;
    scene.pull_ecat().await;
    scene.drain().await;
    assert_eq!(posts(&scene), 1);
    assert_started(&scene, &["EC00003A", "EC00003B"]);
    let in_erp = scene.stack.erp.orders_for(&ecat_key(&one.number));
    let name = in_erp[0].reference.as_deref().expect("a number");
    let order = scene.stack.spectrum.order(name).expect("it is there");
    assert_eq!(order.recipe_sets.len(), 2, "line 3 is from stock");
    assert!(scene.ecat_states().values().all(|state| !state.open));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_submission_that_is_imported_as_a_revision_is_acknowledged_when_a_person_says_so() {
    let scene = bundle().await;
    let before = custom(ecat_sample(9, 3), &["EC00009A", "EC00009B"]);
    let first = scene.stack.ecat.submit(before.clone());
    import_ecat(&scene).await;
    acknowledge(&scene).await;
    let revised = custom(ecat_revised(&before), &["EC00009C", "EC00009D"]);
    let second = scene.resubmit(&first, revised);
    import_ecat(&scene).await;
    by_ada(&scene, "import_as_revision", &second.number, None).await;
    scene.assert_imported_once(&second);
    assert_eq!(stands(&scene, &second), ("held".into(), "revises_another".into()));
    let note = scene
        .item(&ecat_key(&second.number), "hold#acknowledge")
        .expect("words");
    assert!(
        note["text"]["S"]
            .as_str()
            .unwrap()
            .contains(&ecat_key(&first.number)),
        "{note}"
    );
    assert_started(&scene, &["EC00009A", "EC00009B"]);
    by_ada(&scene, "retry", &ecat_key(&second.number), Some("acknowledge")).await;
    assert_eq!(stands(&scene, &second).0, "done");
    assert_started(&scene, &["EC00009A", "EC00009B", "EC00009C", "EC00009D"]);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_submission_that_is_imported_as_new_is_acknowledged_at_once() {
    let scene = bundle().await;
    let before = custom(ecat_sample(9, 2), &["EC00009A"]);
    let first = scene.stack.ecat.submit(before.clone());
    import_ecat(&scene).await;
    acknowledge(&scene).await;
    let second = scene.refill(&first, custom(ecat_refilled(&before), &["EC00009C"]));
    import_ecat(&scene).await;
    assert_started(&scene, &["EC00009A"]);
    by_ada(&scene, "import_as_new", &second.number, None).await;
    assert_eq!(stands(&scene, &second).0, "done");
    assert_started(&scene, &["EC00009A", "EC00009C"]);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_revision_replaces_before_it_was_acknowledged_waits_for_a_word() {
    let scene = bundle().await;
    let before = custom(ecat_sample(9, 3), &["EC00009A", "EC00009B"]);
    let first = scene.stack.ecat.submit(before.clone());
    import_ecat(&scene).await;
    let revised = custom(ecat_revised(&before), &["EC00009C", "EC00009D"]);
    let second = scene.resubmit(&first, revised);
    import_ecat(&scene).await;
    acknowledge(&scene).await;
    assert_eq!(posts(&scene), 0, "a person looks at what came again");
    by_ada(&scene, "import_as_revision", &second.number, None).await;
    scene.pass(GRACE);
    scene.sweep().await;
    acknowledge(&scene).await;
    assert_started(&scene, &[]);
    let replaced = scene.ecat_state(&first.uuid).expect("a state");
    assert_eq!(replaced.codes["acknowledge"], "maybe_acknowledged");
    assert_eq!(stands(&scene, &second).1, "revises_another");
    scene.end().await;
}
