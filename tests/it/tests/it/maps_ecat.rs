//! `set-field-map` for eCat: its maps are its own, and its orders go by any name of any submission.

use bundle_tests::{Scene, ecat_key, ecat_order_key};
use lambda_runner::Outcome;
use serde_json::{Value, json};
use simulators::{Submitted, ecat_revised, ecat_sample, sample_order};

const SET: &str = "set-field-map";

async fn built_in(scene: &Scene) -> Value {
    scene.done(SET, json!({"source": "ecat"})).await["map"].clone()
}

/// A map that looks for the customer where no order has one.
async fn wrong(scene: &Scene) -> Value {
    let mut map = built_in(scene).await;
    map["order"]["customer.code"] = json!("/nowhere");
    map
}

fn setting(map: &Value) -> Value {
    json!({"map": map, "by": "ada", "why": "a test"})
}

async fn refused(scene: &Scene, event: Value) -> String {
    match scene.invoke(SET, event).await.outcome {
        Outcome::Error(error) => error.to_string(),
        other => panic!("{SET} was to refuse, and came to {other:?}"),
    }
}

fn row<'a>(answer: &'a Value, submitted: &Submitted) -> &'a Value {
    let key = ecat_order_key(&submitted.uuid);
    let mut rows = answer["orders"].as_array().expect("rows").iter();
    rows.find(|row| row["order"] == key.as_str())
        .unwrap_or_else(|| panic!("no row of {key} in {answer}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn each_source_has_maps_of_its_own_and_an_event_says_whose_it_means() {
    let scene = Scene::with_ecat().await;
    for event in [json!({}), json!({"default": true, "dry_run": true})] {
        let error = refused(&scene, event).await;
        assert!(error.contains("repspark") && error.contains("ecat"), "{error}");
    }
    let map = built_in(&scene).await;
    assert_eq!(map["source"], "ecat");
    let crossed = json!({"map": map, "source": "repspark", "dry_run": true});
    let error = refused(&scene, crossed).await;
    assert!(
        error.contains("for ecat") && error.contains("repspark"),
        "{error}"
    );

    scene.stack.ecat.submit(ecat_sample(3, 2));
    scene.pull_ecat().await;
    scene
        .done("repspark-pull-orders", json!({"baseline": true}))
        .await;
    scene.stack.repspark.submit(sample_order(8001, 3));
    scene.pull().await;
    let mut map = map;
    map["order"]["terms_code"] = json!({"const": "N30"});
    let set = scene.done(SET, setting(&map)).await;
    assert_eq!((&set["outcome"], &set["source"]), (&json!("set"), &json!("ecat")));
    assert_eq!(set["checked"]["orders"], 1, "RepSpark's is none of them: {set}");
    let of_repspark = scene.done(SET, json!({"source": "repspark"})).await;
    assert_eq!(of_repspark["map"]["source"], "repspark");
    assert_ne!(of_repspark["version"], set["version"]);
    let tried = json!({"default": true, "source": "repspark", "dry_run": true});
    assert_eq!(
        scene.done(SET, tried).await["checked"]["orders"],
        1,
        "nor eCat's of RepSpark's"
    );
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_that_a_wrong_place_holds_would_go_through_with_the_right_one() {
    let scene = Scene::with_ecat().await;
    let (right, wrong) = (built_in(&scene).await, wrong(&scene).await);
    let forced = json!({"map": wrong, "by": "ada", "why": "a test", "force": true});
    assert_eq!(scene.done(SET, forced).await["outcome"], "set");
    let one = scene.stack.ecat.submit(ecat_sample(3, 2));
    scene.pull_ecat().await;
    scene.drain().await;
    assert_eq!(scene.ecat_held(&one.uuid, "import"), "unmapped_field");

    let set = scene.done(SET, setting(&right)).await;
    assert_eq!(set["outcome"], "set", "{set}");
    let seen = row(&set, &one);
    assert_eq!(
        (&seen["was"], &seen["now"]),
        (&json!("unmapped_field"), &json!("mapped"))
    );
    assert_eq!(seen["submission"], ecat_key(&one.number));
    assert_eq!(set["would_go_through"]["orders"], 1);
    let mut event = set["would_go_through"]["decide"][0].clone();
    event["by"] = json!("ada");
    event["why"] = json!("the map is right");
    assert_eq!(scene.done("decide-order", event).await["done"], 1);
    scene.invoke("sweep-orders", json!({})).await;
    scene.drain().await;
    scene.assert_imported_once(&one);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_goes_by_any_name_of_any_submission_and_its_current_one_is_read() {
    let scene = Scene::with_ecat().await;
    let first = scene.stack.ecat.submit(ecat_sample(3, 2));
    scene.pull_ecat().await;
    scene.drain().await;
    let second = scene.resubmit(&first, ecat_revised(&ecat_sample(3, 2)));
    scene.pull_ecat().await;
    assert_eq!(scene.standing(&second), "held");
    for name in [
        first.number.clone(),
        second.number.clone(),
        ecat_key(&second.number).to_lowercase(),
        first.uuid.to_lowercase(),
        ecat_order_key(&first.uuid),
    ] {
        let event = json!({"default": true, "source": "ecat", "dry_run": true, "orders": [name, "9999"]});
        let answer = scene.done(SET, event).await;
        assert_eq!(answer["checked"]["unknown"], json!(["9999"]), "{name}");
        assert_eq!(answer["orders"].as_array().unwrap().len(), 1, "{name}: {answer}");
        assert_eq!(
            row(&answer, &first)["submission"],
            ecat_key(&first.number),
            "{name}"
        );
    }
    let both = json!([first.number, second.number, first.uuid]);
    let event = json!({"default": true, "source": "ecat", "dry_run": true, "orders": both});
    let answer = scene.done(SET, event).await;
    assert_eq!(
        (&answer["checked"]["orders"], &answer["checked"]["unknown"]),
        (&json!(1), &json!([]))
    );

    // Taken out, it is an order of its own, which says what it revises: no map makes other content of it.
    let decision =
        json!({"do": "import_as_revision", "order": second.number, "by": "ada", "why": "asked the rep"});
    scene.done("decide-order", decision).await;
    scene.invoke("sweep-orders", json!({})).await;
    scene.drain().await;
    scene.assert_imported_once(&second);
    let event = json!({"default": true, "source": "ecat", "dry_run": true, "orders": [second.number]});
    let answer = scene.done(SET, event).await;
    let [own] = answer["orders"].as_array().unwrap().as_slice() else {
        panic!("{answer}");
    };
    assert_eq!(own["order"], ecat_key(&second.number));
    assert_eq!(own["content"]["revision_of"], ecat_key(&first.number));
    assert_eq!(
        (&own["changes"], &own["regression"]),
        (&Value::Null, &Value::Null)
    );
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_whose_submissions_could_not_be_compared_are_named() {
    let scene = Scene::with_ecat().await;
    let (right, wrong) = (built_in(&scene).await, wrong(&scene).await);
    let forced = json!({"map": wrong, "by": "ada", "why": "a test", "force": true});
    scene.done(SET, forced).await;
    let first = scene.stack.ecat.submit(ecat_sample(3, 2));
    scene.resubmit(&first, ecat_revised(&ecat_sample(3, 2)));
    scene.pull_ecat().await;
    assert_eq!(scene.ecat_held(&first.uuid, "import"), "ecat_not_comparable");
    let answer = scene.done(SET, json!({"map": right, "dry_run": true})).await;
    let through = &answer["would_go_through"];
    assert_eq!(through["orders"], 0, "a map alone lets none of them go: {answer}");
    assert_eq!(through["compare_again"], json!([ecat_order_key(&first.uuid)]));
    let same = scene.done(SET, json!({"map": wrong, "dry_run": true})).await;
    assert_eq!(same["would_go_through"]["compare_again"], Value::Null);
    scene.end().await;
}
