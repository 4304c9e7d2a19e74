//! The events of `decide-order`: each does what its name says, in a ledger as its README describes it.

use std::collections::BTreeSet;
use std::time::Duration;

use bundle_tests::{Scene, ecat_order_key, order_key};
use serde_json::{Value, json};
use simulators::{ecat_revised, ecat_sample, sample_order};

use super::events;

pub(super) const DECIDE: &str = "decide-order";
const HELD: u64 = 8086;
const FOREIGN: u64 = 7001;
const STRANGER: &str = "C99999";
/// A submission of eCat's, as the events name it: its id, number and uuid.
const ECAT: (u64, &str, &str) = (356_509, "7120-041526-118", "9B0D2C64-7F1A-4C53-8E77-52A4D1C0B6E3");

/// Each event, in an order in which each has something to do: what is at a place of its answer.
fn expected() -> Vec<(&'static str, &'static str, Value)> {
    let key = order_key(HELD);
    vec![
        ("show-ecat.json", "/order", json!(ecat_order_key(ECAT.2))),
        ("list-ecat.json", "/total", json!(1)),
        ("import-as-revision.json", "/would", json!(1)),
        ("import-as-new-all.json", "/would", json!(1)),
        ("import-as-new.json", "/done", json!(1)),
        ("show.json", "/steps/0/code", json!("unknown_customer")),
        // The held one, and the submission that is an order of its own now.
        ("list.json", "/total", json!(2)),
        ("list-held.json", "/rows/0/order", json!(key)),
        // It waits for a person.
        ("list-stuck.json", "/total", json!(0)),
        ("list-foreign.json", "/rows/0/order", json!(order_key(FOREIGN))),
        ("list-quarantine.json", "/rows/0/order", json!("repspark#9001")),
        ("adopt-foreign.json", "/would", json!(1)),
        ("discard-foreign.json", "/would", json!(1)),
        ("retry-held.json", "/would", json!(1)),
        ("note.json", "/done", json!(1)),
        ("pause.json", "/paused", json!(true)),
        ("resume.json", "/was/by_person", json!(true)),
        // Discarded, wanted after all, keyed by hand; then nobody needs its payload any more.
        ("discard.json", "/done", json!(1)),
        ("retry.json", "/done", json!(1)),
        ("complete.json", "/done", json!(1)),
        ("erase.json", "/would", json!(1)),
    ]
}

/// A ledger that has a held order, a foreign one, a record that could not be read, and an order of eCat that was submitted
/// again after its import.
async fn ledger() -> Scene {
    ledger_in(Scene::with_ecat().await).await
}

/// The same in a fresh bundle that uses eCat beside RepSpark.
pub(super) async fn ledger_in(scene: Scene) -> Scene {
    scene.stack.repspark.put(FOREIGN, sample_order(FOREIGN, 3), 2);
    scene
        .done("repspark-pull-orders", json!({"baseline": true}))
        .await;
    let mut order = sample_order(HELD, 3);
    order["CustomerCode"] = json!(STRANGER);
    order["Customer"]["CustomerCode"] = json!(STRANGER);
    scene.stack.erp.unknown_customer(STRANGER, true);
    scene.stack.repspark.submit(order);
    scene
        .stack
        .repspark
        .submit_raw(r#"{"OrderId":9001,"StatusId":oops,"OrderItems":[]}"#);
    scene.pull().await;
    let (id, number, uuid) = ECAT;
    let mut order = ecat_sample(1, 2);
    (order["id"], order["order_number"], order["uuid"]) = (json!(id), json!(number), json!(uuid));
    let submitted = scene.stack.ecat.submit(order.clone());
    scene.pull_ecat().await;
    scene.drain().await;
    assert_eq!(scene.held(HELD, "import"), "unknown_customer");
    scene.assert_imported_once(&submitted);
    scene.resubmit(&submitted, ecat_revised(&order));
    scene.pull_ecat().await;
    assert_eq!(scene.ecat_held(uuid, "review"), "ecat_after_import");
    // Older than each age in the events.
    scene.pass(Duration::from_secs(2 * 86_400));
    scene
}

#[tokio::test(flavor = "multi_thread")]
async fn every_event_of_the_order_desk_does_what_its_name_says() {
    let scene = ledger().await;
    let events = events(DECIDE);
    let there: BTreeSet<&str> = events.iter().map(|(file, _)| file.as_str()).collect();
    let told: BTreeSet<&str> = expected().iter().map(|(file, ..)| *file).collect();
    assert_eq!(
        there, told,
        "an event without an expectation, or the other way round"
    );
    for (name, place, value) in expected() {
        let (_, event) = events.iter().find(|(file, _)| file == name).unwrap();
        let answer = scene.done(DECIDE, event.clone()).await;
        assert_eq!(answer.pointer(place), Some(&value), "{name}: {answer}");
        assert!(!answer.to_string().contains("\"refused\":\""), "{name}: {answer}");
    }
    assert_eq!(scene.step(HELD, "import"), "done");
    assert_eq!(scene.step(HELD, "confirm"), "due");
    scene.end().await;
}
