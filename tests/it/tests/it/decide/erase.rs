//! Erasing an order's personal data.

use std::collections::BTreeSet;

use bundle_tests::{Scene, order_key};
use serde_json::{Value, json};
use simulators::{ecat_revised, ecat_sample, sample_order};

use super::{DECIDE, by_ada, counts, decide, held};

/// No state names a payload that is gone, and no payload is there that nothing names.
pub(super) fn assert_payloads_are_named(scene: &Scene) {
    let text = |value: &Value| value["S"].as_str().unwrap_or_default().to_owned();
    let items = scene.stack.items();
    let mut there = BTreeSet::new();
    let mut told = BTreeSet::new();
    let mut named = BTreeSet::new();
    for item in &items {
        let (pk, sk) = (text(&item["pk"]), text(&item["sk"]));
        if let Some(hash) = pk.strip_prefix("raw#") {
            there.insert(hash.to_owned());
        } else if let Some(hash) = sk.strip_prefix("payload#") {
            named.insert(hash.to_owned());
        } else if item.get("raw").is_some() {
            named.insert(text(&item["raw"]));
            if sk == "state" {
                told.insert(text(&item["raw"]));
            }
        }
    }
    let gone: Vec<_> = told.difference(&there).collect();
    assert!(gone.is_empty(), "a state names what is gone: {gone:?}");
    let nameless: Vec<_> = there.difference(&named).collect();
    assert!(nameless.is_empty(), "nothing names {nameless:?}");
}

/// What an erased order leaves: no payload, no words.
pub(super) fn assert_erased(scene: &Scene, id: u64) {
    let key = order_key(id);
    let left = scene.items_of(&key);
    let mut of_order = left.iter().filter(|item| item["pk"]["S"] == key.as_str());
    assert!(
        of_order.all(|item| {
            let sk = item["sk"]["S"].as_str().unwrap();
            !sk.starts_with("payload#") && (!sk.starts_with("hold#") || item["text"]["S"] == "erased")
        }),
        "{left:?}"
    );
    assert!(scene.states()[&key].raw.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erased_order_leaves_nothing_of_its_payloads_and_of_the_words_about_it() {
    let scene = held([8001]).await;
    // The same order comes again, broken: its record holds the same data.
    scene
        .stack
        .repspark
        .submit_raw(r#"{"OrderId":8001,"StatusId":oops,"Comments":"ring at the back door","OrderItems":[]}"#);
    scene.pass(std::time::Duration::from_secs(3_600));
    scene.pull().await;
    assert_eq!(scene.items_of("quarantine#").len(), 1);
    assert_eq!(scene.items_of("raw#").len(), 2);
    let hold = scene.item(&order_key(8001), "hold#import").unwrap();
    let erase = json!({"do": "erase", "order": "RS-ACME-8001"});
    let held = decide(&scene, erase.clone()).await;
    let refused = held["rows"][0]["refused"].as_str().unwrap();
    assert!(refused.contains("still needs the payload"), "{refused}");
    decide(&scene, json!({"do": "discard", "order": "RS-ACME-8001"})).await;
    let before = scene.stack.items();
    let mut dry = erase.clone();
    dry["dry_run"] = true.into();
    assert_eq!(counts(&scene.done(DECIDE, dry).await), [0, 1, 0, 0]);
    assert_eq!(scene.stack.items(), before);

    for _ in 0..2 {
        assert_eq!(counts(&decide(&scene, erase.clone()).await), [1, 0, 0, 0]);
        assert_erased(&scene, 8001);
        assert!(scene.items_of("raw#").is_empty());
    }
    let all = json!(scene.stack.items()).to_string();
    assert!(!all.contains("back door") && !all.contains(hold["text"]["S"].as_str().unwrap()));
    let shown = scene
        .done(
            DECIDE,
            json!({"do": "show", "order": "RS-ACME-8001", "raw": true}),
        )
        .await;
    let timeline = shown["timeline"].as_array().unwrap();
    let what: Vec<&Value> = timeline.iter().map(|entry| &entry["what"]).collect();
    assert_eq!(what, ["first_seen", "discard", "erase", "erase"]);
    assert_eq!(shown["payloads"], json!([]));

    // A retry finds nothing to send, and says so.
    scene.stack.erp.unknown_customer(super::STRANGER, false);
    let retry = json!({"do": "retry", "order": "RS-ACME-8001", "step": "import"});
    assert_eq!(counts(&decide(&scene, retry).await), [1, 0, 0, 0]);
    scene.sweep().await;
    scene.drain().await;
    assert_eq!(scene.held(8001, "import"), "payload_gone");
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payload_that_is_still_needed_is_not_erased() {
    let scene = Scene::after_baseline().await;
    scene.stack.repspark.submit(sample_order(8001, 3));
    scene.pull().await;
    let before = scene.stack.items();
    let answer = scene
        .done(DECIDE, by_ada(json!({"do": "erase", "order": "8001"})))
        .await;
    assert!(
        answer["rows"][0]["refused"]
            .as_str()
            .unwrap()
            .contains("still needs the payload")
    );
    assert_eq!(scene.stack.items(), before);
    scene.drain().await;
    scene.assert_valid_once(8001);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn erasing_an_ecat_order_spares_the_payload_that_an_order_of_a_submissions_own_still_needs() {
    let scene = Scene::with_ecat().await;
    let sample = ecat_sample(3, 2);
    // Some serialisers write every number so.
    let text = |id: u64, number: &str, order: &Value| {
        let mut order = order.clone();
        (order["order_number"], order["id"]) = (number.into(), id.into());
        order
            .to_string()
            .replace(&format!("\"id\":{id}"), &format!("\"id\":{id}.0"))
    };
    scene.stack.ecat.submit_raw(&text(501, "N-1", &sample));
    scene.pull_ecat().await;
    scene.drain().await;
    scene
        .stack
        .ecat
        .submit_raw(&text(502, "N-1-1", &ecat_revised(&sample)));
    scene.pull_ecat().await;
    let uuid = sample["uuid"].as_str().unwrap();
    for (verb, order) in [("import_as_new", "N-1-1"), ("erase", uuid)] {
        let event = json!({"do": verb, "order": order, "by": "ada", "why": "the shop asked"});
        assert_eq!(scene.done(DECIDE, event).await["done"], 1, "{verb}");
    }
    scene.sweep().await;
    scene.drain().await;
    assert_eq!(scene.ecat_in_erp("N-1-1"), 1);
    assert_payloads_are_named(&scene);
    scene.end().await;
}
