//! What the order desk sees of lines and purchases, and what it decides about them.

use bundle_tests::order_key;
use serde_json::{Value, json};

use super::{MAP, assert_published, imported, order, publish, row};
use bundle_tests::Scene;

const DESK: &str = "decide-order";
const TRACKING: &str = "1Z999AA10123456784";

/// An order that was published before anything became of its lines.
async fn published(id: u64) -> Scene {
    let scene = imported([order(id)]).await;
    scene.done(MAP, row(id)).await;
    publish(&scene).await;
    assert_published(&scene, id);
    scene
}

async fn says(scene: &Scene, id: u64, line: u32, state: &str) -> Value {
    let row = json!({"order": order_key(id), "line": line, "state": state, "carrier": "UPS", "tracking": TRACKING,
        "at": "2026-11-01T10:00:00Z"});
    scene.done("record-fulfilment", json!({"rows": [row]})).await
}

async fn decides(scene: &Scene, mut event: Value) -> Value {
    (event["by"], event["why"]) = ("ada".into(), "as the warehouse says".into());
    let answer = scene.done(DESK, event).await;
    assert_eq!(answer["done"], 1, "{answer}");
    answer
}

async fn shown(scene: &Scene, id: u64) -> Value {
    let event = json!({"do": "show", "order": order_key(id)});
    scene.done(DESK, event).await
}

fn step<'a>(shown: &'a Value, step: &str) -> &'a Value {
    let mut steps = shown["steps"].as_array().unwrap().iter();
    steps.find(|one| one["step"] == step).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_sees_what_became_of_the_lines_and_decides_about_what_does_not_fit() {
    let scene = published(8001).await;
    assert_eq!(says(&scene, 8001, 1, "shipped").await["applied"], 1);
    assert_eq!(says(&scene, 8001, 1, "cancelled").await["disputed"], 1);
    publish(&scene).await;
    let shows = shown(&scene, 8001).await;
    let purchase = &shows["purchase"];
    assert_eq!(purchase["wanted"], purchase["done"], "{shows}");
    let number = scene.states()[&order_key(8001)].reference.clone().unwrap();
    assert!(purchase["name"].as_str().unwrap().contains(&number), "{purchase}");
    let line = &shows["fulfilment"]["lines"][0];
    assert_eq!(
        (
            &line["left"],
            &line["ended"][0]["state"],
            &line["ended"][0]["tracking"]
        ),
        (&json!("0"), &json!("shipped"), &json!(TRACKING))
    );
    assert_eq!(shows["fulfilment"]["disputes"][0]["code"], "other_end");
    assert_eq!(step(&shows, "fulfilment")["may"], json!(["discard", "complete"]));
    assert_eq!(step(&shows, "publish")["may"], json!(["retry"]));
    let what: Vec<&Value> = shows["timeline"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["what"])
        .collect();
    assert!(
        what.contains(&&json!("shipped")) && what.contains(&&json!("disputed")),
        "{what:?}"
    );
    let held = json!({"do": "list", "where": {"step": "fulfilment", "code": "other_end"}});
    assert_eq!(scene.done(DESK, held).await["total"], 1);

    decides(&scene, json!({"do": "discard", "order": order_key(8001)})).await;
    // What was decided about is not asked again when another line moves.
    assert_eq!(says(&scene, 8001, 2, "shipped").await["applied"], 1);
    assert_eq!(scene.step(8001, "fulfilment"), "discarded");
    assert_eq!(says(&scene, 8001, 2, "cancelled").await["disputed"], 1);
    assert_eq!(scene.held(8001, "fulfilment"), "other_end", "that is another one");
    decides(
        &scene,
        json!({"do": "complete", "order": order_key(8001), "step": "fulfilment"}),
    )
    .await;
    publish(&scene).await;
    assert_eq!(
        (scene.step(8001, "publish"), scene.step(8001, "fulfilment")),
        ("done".to_owned(), "done".to_owned())
    );
    assert!(!scene.logged(DESK).join("").contains(TRACKING));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_purchase_is_told_once_more_when_a_person_wants_it() {
    let scene = published(8001).await;
    let retry = json!({"do": "retry", "order": order_key(8001), "step": "publish"});
    decides(&scene, retry).await;
    scene.sweep().await;
    publish(&scene).await;
    let number = scene.states()[&order_key(8001)].reference.clone().unwrap();
    assert_eq!(scene.stack.sparklayer.history(&number).len(), 2);
    assert_eq!(scene.step(8001, "publish"), "done");
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erased_order_leaves_no_parcel_behind_and_nothing_that_waits_for_it() {
    let scene = published(8001).await;
    says(&scene, 8001, 1, "shipped").await;
    publish(&scene).await;
    // Something that was kept under its number, and could not be brought to it.
    let waits = json!({"pk": {"S": "waiting"}, "sk": {"S": format!("order#12#{}#1#m1", order_key(8001))}, "v": {"N": "1"},
        "kind": {"S": "order"}, "for": {"S": order_key(8001)}, "at": {"N": "1"}, "expires_at": {"N": "9999999999"},
        "body": {"S": json!({"id": "m1", "line": 1, "became": "shipped", "at": 1, "parcel": {"tracking": TRACKING}}).to_string()}});
    scene.put_item(&waits);
    assert_eq!(shown(&scene, 8001).await["waiting"][0]["tracking"], TRACKING);
    let before = scene.fulfilment(&order_key(8001));
    for _ in 0..2 {
        decides(&scene, json!({"do": "erase", "order": order_key(8001)})).await;
        let left = scene.fulfilment(&order_key(8001));
        assert_eq!(left["lines"]["1"]["parts"][0]["became"], "shipped");
        assert_eq!(left["version"], before["version"]);
        assert!(before.to_string().contains(TRACKING) && !left.to_string().contains(TRACKING));
        assert!(scene.items_of("waiting").is_empty());
    }
    let shows = shown(&scene, 8001).await;
    assert_eq!(shows["waiting"], Value::Null);
    assert!(!shows.to_string().contains(TRACKING));
    scene.end().await;
}
