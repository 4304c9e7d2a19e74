//! `decide-order`: what people see, and what becomes of what they decide.

mod breaks;
mod erase;

use std::time::Duration;

use bundle_tests::{Scene, order_key};
use lambda_runner::Outcome;
use serde_json::{Value, json};
use simulators::sample_order;

const DECIDE: &str = "decide-order";
const STRANGER: &str = "C99999";
const HOUR: Duration = Duration::from_secs(3_600);

/// An order of a customer that the ERP does not know.
fn of_a_stranger(id: u64) -> Value {
    let mut order = sample_order(id, 3);
    order["CustomerCode"] = json!(STRANGER);
    order["Customer"]["CustomerCode"] = json!(STRANGER);
    order
}

/// A bundle whose imports of these orders are held under `unknown_customer`.
async fn held(ids: impl IntoIterator<Item = u64>) -> Scene {
    let scene = Scene::after_baseline().await;
    scene.stack.erp.unknown_customer(STRANGER, true);
    let ids: Vec<u64> = ids.into_iter().collect();
    for id in &ids {
        scene.stack.repspark.submit(of_a_stranger(*id));
    }
    scene.pull().await;
    scene.drain().await;
    for id in ids {
        assert_eq!(scene.held(id, "import"), "unknown_customer");
    }
    scene
}

/// A bundle whose baseline saw these orders.
async fn foreign(ids: impl IntoIterator<Item = u64>) -> Scene {
    let scene = Scene::start().await;
    for id in ids {
        scene.stack.repspark.put(id, sample_order(id, 3), 2);
    }
    scene
        .done("repspark-pull-orders", json!({"baseline": true}))
        .await;
    scene
}

/// A decision, with who and why.
fn by_ada(mut event: Value) -> Value {
    event["by"] = "ada".into();
    event["why"] = "the customer is in the ERP now".into();
    event
}

async fn decide(scene: &Scene, event: Value) -> Value {
    scene.done(DECIDE, by_ada(event)).await
}

/// What a person is told who asks for what can't be.
async fn told(scene: &Scene, event: Value) -> String {
    match scene.invoke(DECIDE, event).await.outcome {
        Outcome::Error(error) => error["errorMessage"].as_str().unwrap_or_default().to_owned(),
        other => panic!("{DECIDE} was to refuse, and came to {other:?}"),
    }
}

fn counts(answer: &Value) -> [u64; 4] {
    ["done", "would", "refused", "left"].map(|name| answer[name].as_u64().unwrap())
}

/// What is written of a decision about something, in the order of time: what was done, and its detail.
fn records(scene: &Scene, about: &str) -> Vec<(String, String)> {
    let mut items = scene.items_of(about);
    items.retain(|item| {
        item["pk"]["S"] == about && item["sk"]["S"].as_str().unwrap().starts_with("decision#")
    });
    items.sort_by_key(|item| item["sk"]["S"].as_str().unwrap().to_owned());
    let text = |value: &Value| value["S"].as_str().unwrap().to_owned();
    items
        .iter()
        .map(|item| (text(&item["did"]), text(&item["detail"])))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn held_orders_are_listed_tried_dry_and_let_go_in_bulk() {
    let scene = held(8001..=8005).await;
    let found = json!({"step": "import", "code": "unknown_customer"});
    let listed = scene
        .done(DECIDE, json!({"do": "list", "where": found, "limit": 2}))
        .await;
    assert_eq!((&listed["total"], &listed["shown"]), (&json!(5), &json!(2)));
    let row = &listed["rows"][0];
    assert_eq!(row["code"], "unknown_customer");
    assert!(!row["words"].as_str().unwrap().is_empty());
    let none = json!({"do": "list", "where": {"code": "unknown_customer", "older_than": "1h"}});
    assert_eq!(scene.done(DECIDE, none).await["total"], 0);

    let before = scene.stack.items();
    let dry = json!({"do": "retry", "where": found, "dry_run": true});
    let answer = scene.done(DECIDE, dry).await;
    assert_eq!(counts(&answer), [0, 5, 0, 0]);
    assert_eq!(
        answer["rows"][0]["would"],
        "import: held (unknown_customer) -> due"
    );
    assert_eq!(scene.stack.items(), before, "a dry run writes nothing");

    scene.stack.erp.unknown_customer(STRANGER, false);
    let retry = json!({"do": "retry", "where": found, "limit": 3});
    assert_eq!(counts(&decide(&scene, retry.clone()).await), [3, 0, 0, 2]);
    assert_eq!(counts(&decide(&scene, retry.clone()).await), [2, 0, 0, 0]);
    assert_eq!(
        counts(&decide(&scene, retry).await),
        [0, 0, 0, 0],
        "nothing is left"
    );
    scene.sweep().await;
    scene.drain().await;
    for id in 8001..=8005 {
        scene.assert_valid_once(id);
        assert_eq!(
            records(&scene, &order_key(id)),
            [("retry".into(), "import: held (unknown_customer) -> due".into())]
        );
    }
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_anyway_is_passed_over_by_a_bulk_retry_and_made_due_by_one_about_it() {
    let scene = held([8001]).await;
    let held = json!({"do": "retry", "where": {"code": "unknown_customer"}});
    assert_eq!(counts(&decide(&scene, held).await), [1, 0, 0, 0]);
    let due = json!({"do": "retry", "where": {"step": "import", "state": "due"}});
    assert_eq!(counts(&decide(&scene, due).await), [0, 0, 0, 0]);
    let one = json!({"do": "retry", "order": "8001"});
    assert_eq!(counts(&decide(&scene, one).await), [1, 0, 0, 0]);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_completed_import_gives_repspark_the_number_and_a_repeat_changes_nothing() {
    let scene = held([8001]).await;
    let complete = json!({"do": "complete", "order": "8001", "reference": "SO-DESK-1"});
    let answer = decide(&scene, complete.clone()).await;
    assert_eq!(counts(&answer), [1, 0, 0, 0], "{answer}");
    // Without a step, so that it could be taken to mean the confirmation, which is due now.
    let again = decide(&scene, complete.clone()).await;
    assert_eq!(counts(&again), [0, 0, 1, 0]);
    let refused = again["rows"][0]["refused"].as_str().unwrap();
    assert!(refused.starts_with("it is done: "), "{refused}");
    assert_eq!(scene.step(8001, "confirm"), "due");
    scene.sweep().await;
    scene.drain().await;
    assert_eq!(
        scene.stack.repspark.erp_number(8001).as_deref(),
        Some("SO-DESK-1")
    );
    assert_eq!(scene.stack.repspark.status(8001), Some(4));
    assert_eq!(counts(&decide(&scene, complete).await), [0, 0, 1, 0]);
    assert_eq!(scene.stack.repspark.confirmations(8001).len(), 1);
    assert!(scene.stack.erp.orders_for(&order_key(8001)).is_empty());
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_is_not_completed_without_the_erps_number() {
    let scene = held([8001]).await;
    let before = scene.stack.items();
    let answer = decide(&scene, json!({"do": "complete", "order": "8001"})).await;
    assert_eq!(counts(&answer), [0, 0, 1, 0]);
    assert!(
        answer["rows"][0]["refused"]
            .as_str()
            .unwrap()
            .contains("add \"reference\"")
    );
    assert_eq!(scene.stack.items(), before, "a refusal writes nothing");
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_adopted_order_is_imported_once_and_the_others_stay_foreign() {
    let scene = foreign(7001..=7003).await;
    let listed = scene
        .done(DECIDE, json!({"do": "list", "where": {"code": "foreign"}}))
        .await;
    assert_eq!(listed["total"], 3);
    let retry = decide(&scene, json!({"do": "retry", "order": "7001"})).await;
    assert!(retry["rows"][0]["refused"].as_str().unwrap().contains("adopt it"));
    for expected in [[1, 0, 0, 0], [0, 0, 1, 0]] {
        let adopted = decide(&scene, json!({"do": "adopt", "order": "7001"})).await;
        assert_eq!(counts(&adopted), expected, "{adopted}");
    }
    let all = json!({"do": "adopt", "where": {"code": "foreign"}, "limit": 1});
    assert_eq!(counts(&decide(&scene, all).await), [1, 0, 0, 1]);
    scene.sweep().await;
    scene.drain().await;
    scene.assert_valid_once(7001);
    let untouched = [7002, 7003]
        .into_iter()
        .filter(|id| scene.stack.erp.orders_for(&order_key(*id)).is_empty());
    assert_eq!(untouched.count(), 1);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_order_that_nobody_misses_is_discarded_and_waits_no_longer() {
    let scene = foreign(7001..=7002).await;
    let waiting = async || {
        let compared = scene.done("repspark-recover-orders", json!({"now": true})).await;
        let place = |name| compared["balance"][name].clone();
        (place("foreign"), place("discarded"))
    };
    assert_eq!(waiting().await, (json!(2), json!(0)));
    let discard = json!({"do": "discard", "order": "7001"});
    assert_eq!(counts(&decide(&scene, discard.clone()).await), [1, 0, 0, 0]);
    assert_eq!(
        decide(&scene, discard).await["rows"][0]["refused"],
        "it is discarded already"
    );
    assert_eq!(waiting().await, (json!(1), json!(1)));
    let listed = json!({"do": "list", "where": {"code": "foreign"}});
    assert_eq!(scene.done(DECIDE, listed).await["total"], 1);
    // In bulk too; what was decided before is not asked again.
    let all = json!({"do": "discard", "where": {"code": "foreign"}});
    assert_eq!(counts(&decide(&scene, all).await), [1, 0, 0, 0]);
    assert_eq!(waiting().await, (json!(0), json!(2)));
    scene.live(2).await;
    assert!(scene.stack.erp.orders_for(&order_key(7001)).is_empty());
    decide(&scene, json!({"do": "adopt", "order": "7001"})).await;
    scene.sweep().await;
    scene.drain().await;
    scene.assert_valid_once(7001);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_discarded_order_is_never_imported_until_somebody_thinks_better_of_it() {
    let scene = held([8001]).await;
    scene.stack.erp.unknown_customer(STRANGER, false);
    let discard = json!({"do": "discard", "order": order_key(8001)});
    assert_eq!(counts(&decide(&scene, discard.clone()).await), [1, 0, 0, 0]);
    let again = decide(&scene, discard).await;
    assert_eq!(again["rows"][0]["refused"], "it is discarded already");
    scene.pass(2 * HOUR);
    scene.live(2).await;
    assert!(scene.stack.erp.orders_for(&order_key(8001)).is_empty());
    assert!(!scene.states()[&order_key(8001)].open);
    decide(&scene, json!({"do": "retry", "order": "8001", "step": "import"})).await;
    scene.live(2).await;
    scene.assert_valid_once(8001);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_import_is_probed_at_once_and_not_discarded() {
    let scene = Scene::after_baseline().await;
    scene.stack.repspark.submit(sample_order(8001, 3));
    scene.pull().await;
    scene.break_all("erp", "PUT", host::Fault::LostReply);
    scene.drain().await;
    scene.mend();
    assert_eq!(scene.step(8001, "import"), "unknown");
    let discard = decide(&scene, json!({"do": "discard", "order": "8001"})).await;
    assert!(
        discard["rows"][0]["refused"]
            .as_str()
            .unwrap()
            .contains("may have taken place")
    );
    assert_eq!(
        counts(&decide(&scene, json!({"do": "retry", "order": "8001"})).await),
        [1, 0, 0, 0]
    );
    assert_eq!(scene.step(8001, "import"), "unknown", "never due afresh");
    scene.live(4).await;
    assert_eq!(scene.asked_erp("PUT sales-orders"), 1);
    scene.assert_valid_once(8001);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_shown_by_each_of_its_numbers_with_all_that_is_known_of_it() {
    let scene = held([8001, 8002]).await;
    decide(&scene, json!({"do": "note", "order": "8001"})).await;
    for name in ["RS-ACME-8001", "rs-acme-8001", "8001", "08001"] {
        let shown = scene.done(DECIDE, json!({"do": "show", "order": name})).await;
        assert_eq!(shown["order"], "RS-ACME-8001", "{name}");
        assert_eq!(
            (&shown["admission"], &shown["open"]),
            (&json!("taken"), &json!(true))
        );
        let step = &shown["steps"][0];
        assert_eq!(
            (&step["step"], &step["state"]),
            (&json!("import"), &json!("held"))
        );
        assert_eq!(step["code"], "unknown_customer");
        assert!(!step["words"].as_str().unwrap().is_empty());
        assert_eq!(step["may"], json!(["retry", "discard", "complete"]));
        // It was claimed once, by the try that the ERP refused.
        assert_eq!(step["claims"], 1);
        assert!(step.get("vendor_paused").is_none());
        let timeline = shown["timeline"].as_array().unwrap();
        let what: Vec<&Value> = timeline.iter().map(|entry| &entry["what"]).collect();
        assert_eq!(what, ["first_seen", "held", "note"]);
        assert_eq!(timeline[2]["by"], "ada");
        assert_eq!(shown["payloads"][0]["current"], true);
        assert!(shown["payloads"][0].get("raw").is_none());
    }
    let raw = scene
        .done(DECIDE, json!({"do": "show", "order": 8001, "raw": true}))
        .await;
    assert_eq!(raw["payloads"][0]["raw"]["OrderId"], 8001);

    // The desk types another order's number at RepSpark for the ERP's.
    decide(
        &scene,
        json!({"do": "complete", "order": "8001", "reference": "8002"}),
    )
    .await;
    let several = told(&scene, json!({"do": "show", "order": "8002"})).await;
    assert!(
        several.contains("RS-ACME-8001") && several.contains("RS-ACME-8002"),
        "{several}"
    );
    decide(
        &scene,
        json!({"do": "complete", "order": "RS-ACME-8002", "reference": "SO 77/1"}),
    )
    .await;
    let shown = scene
        .done(DECIDE, json!({"do": "show", "order": "SO 77/1"}))
        .await;
    assert_eq!(shown["order"], "RS-ACME-8002");
    assert_eq!(shown["erp_number"], "SO 77/1");
    let nobody = told(&scene, json!({"do": "show", "order": "8999"})).await;
    assert!(
        nobody.contains("repspark-recover-orders {\"order_id\": \"8999\"}"),
        "{nobody}"
    );
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_cannot_be_read_is_shown_and_settled_under_its_id() {
    let scene = Scene::after_baseline().await;
    let broken = r#"{"OrderId":9001,"StatusId":oops,"OrderItems":[]}"#;
    scene.stack.repspark.submit_raw(broken);
    scene.pull().await;
    let quarantine = json!({"do": "list", "where": {"code": "quarantine"}});
    let listed = scene.done(DECIDE, quarantine.clone()).await;
    assert_eq!(listed["rows"][0]["order"], "repspark#9001");
    for name in [
        "9001",
        "repspark#9001",
        "quarantine#repspark#9001",
        "RS-ACME-9001",
    ] {
        let shown = scene
            .done(DECIDE, json!({"do": "show", "order": name, "raw": true}))
            .await;
        assert_eq!(shown["quarantined"], "repspark#9001", "{name}");
        assert_eq!(shown["raw"], broken);
    }
    let retry = decide(&scene, json!({"do": "retry", "order": "9001"})).await;
    assert_eq!(
        retry["rows"][0]["refused"],
        "repspark-recover-orders {\"order_id\": \"9001\"} tries it now"
    );
    let discard = json!({"do": "discard", "order": "9001"});
    assert_eq!(counts(&decide(&scene, discard.clone()).await), [1, 0, 0, 0]);
    assert_eq!(counts(&decide(&scene, discard).await), [0, 0, 1, 0]);
    assert_eq!(scene.done(DECIDE, quarantine).await["total"], 0);
    assert_eq!(
        records(&scene, "quarantine#repspark#9001"),
        [("discard".into(), "quarantined -> discarded".into())]
    );
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_vendor_is_left_alone_until_a_person_resumes_it() {
    let scene = Scene::after_baseline().await;
    let pause = json!({"do": "pause", "vendor": "erp"});
    let before = scene.stack.items();
    for (verb, would) in [
        ("pause", json!({"would_pause": true})),
        ("resume", json!({"would_resume": false})),
    ] {
        let dry = decide(&scene, json!({"do": verb, "vendor": "erp", "dry_run": true})).await;
        for (name, value) in would.as_object().unwrap() {
            assert_eq!(&dry[name], value);
        }
        assert!(dry.get("paused").is_none(), "nothing is, by a dry run: {dry}");
    }
    assert_eq!(scene.stack.items(), before);
    for _ in 0..2 {
        assert_eq!(decide(&scene, pause.clone()).await["paused"], true);
    }
    scene.stack.repspark.submit(sample_order(8001, 3));
    scene.live(4).await;
    assert!(
        scene.stack.erp.calls().is_empty(),
        "nothing is asked, no probe either"
    );
    assert_eq!(scene.step(8001, "import"), "due");
    let order = scene.done(DECIDE, json!({"do": "show", "order": 8001})).await;
    let paused = &order["steps"][0]["vendor_paused"];
    assert_eq!(
        (&paused["by"], &paused["reason"]),
        (&json!("ada"), &json!("the customer is in the ERP now"))
    );
    assert_eq!(order["steps"][0]["claims"], 0);
    let shown = scene.done(DECIDE, json!({"do": "show", "vendor": "erp"})).await;
    assert_eq!(shown["pause"]["by"], "ada");
    let resume = json!({"do": "resume", "vendor": "erp"});
    let resumed = decide(&scene, resume.clone()).await;
    assert_eq!(resumed["was"]["by_person"], true);
    assert_eq!(decide(&scene, resume).await["was"], Value::Null, "harmless");
    scene.live(4).await;
    scene.assert_valid_once(8001);
    let did: Vec<String> = records(&scene, "pause#erp")
        .into_iter()
        .map(|(did, _)| did)
        .collect();
    assert_eq!(did, ["pause", "pause", "resume"]);
    let unknown = told(&scene, by_ada(json!({"do": "pause", "vendor": "sap"}))).await;
    assert!(
        unknown.contains("erp, repspark, ecat, sparklayer, spreadshirt or spectrum"),
        "{unknown}"
    );
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn several_orders_are_decided_each_by_itself_and_a_wrong_name_stops_none() {
    let scene = held([8001, 8002]).await;
    let discard = json!({"do": "discard", "orders": ["8001", 8999, "8002", "8001"]});
    let answer = decide(&scene, discard).await;
    assert_eq!(counts(&answer), [2, 0, 1, 0], "{answer}");
    assert!(
        answer["rows"][1]["refused"]
            .as_str()
            .unwrap()
            .contains("nothing here is named")
    );
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_does_not_fit_is_refused_in_words() {
    let scene = Scene::after_baseline().await;
    for (event, words) in [
        (json!({"do": "retry", "order": "8001"}), "\"by\" is missing"),
        (
            json!({"do": "retry", "order": "8001", "by": "ada"}),
            "\"why\" is missing",
        ),
        (json!({"do": "ship"}), "ship"),
        (json!({"do": "show", "ordr": "8001"}), "ordr"),
    ] {
        let said = told(&scene, event.clone()).await;
        assert!(said.contains(words), "{event}: {said}");
    }
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_people_who_decide_at_once_get_one_decision_and_one_refusal() {
    let scene = held(8001..=8006).await;
    for id in 8001..=8006 {
        let complete = |number: &str| {
            let key = order_key(id);
            by_ada(json!({"do": "complete", "order": key, "reference": format!("{number}-{id}")}))
        };
        let (one, other) = tokio::join!(
            scene.done(DECIDE, complete("SO-A")),
            scene.done(DECIDE, complete("SO-B"))
        );
        let done = [counts(&one)[0], counts(&other)[0]];
        assert_eq!(done[0] + done[1], 1, "{one} {other}");
        let number = if done[0] == 1 { "SO-A" } else { "SO-B" };
        let number = format!("{number}-{id}");
        assert_eq!(scene.states()[&order_key(id)].reference.as_ref(), Some(&number));
        let records = records(&scene, &order_key(id));
        let refused = records
            .iter()
            .filter(|(_, detail)| detail.starts_with("refused: it is done"));
        // Whoever was late from the start wrote nothing; whoever lost the race said both.
        assert_eq!(records.len(), 1 + 2 * refused.count(), "{records:?}");
    }
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ledger_that_breaks_off_is_said_and_what_was_not_decided_is_left() {
    let scene = held(8001..=8003).await;
    scene.break_all("dynamodb", "PutItem", host::Fault::ServerError);
    let retry = json!({"do": "retry", "order": "8001"});
    let said = told(&scene, by_ada(retry)).await;
    assert!(
        said.starts_with("RS-ACME-8001: the ledger broke off") && said.contains("decide again"),
        "{said}"
    );
    let bulk = json!({"do": "retry", "where": {"code": "unknown_customer"}});
    assert_eq!(counts(&decide(&scene, bulk.clone()).await), [0, 0, 0, 3]);
    scene.mend();
    assert_eq!(counts(&decide(&scene, bulk).await), [3, 0, 0, 0]);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_review_is_shown_with_its_words_and_ended_by_either_decision() {
    let scene = Scene::after_baseline().await;
    for id in [8001, 8002] {
        scene.stack.repspark.submit(sample_order(id, 3));
    }
    scene.pull().await;
    scene.drain().await;
    for id in [8001, 8002] {
        scene.stack.repspark.resubmit(id, sample_order(id, 5));
    }
    scene.pull().await;
    for (id, verb) in [(8001, "discard"), (8002, "complete")] {
        assert_eq!(scene.held(id, "review"), "changed_after_import");
        let name = id.to_string();
        let retry = decide(&scene, json!({"do": "retry", "order": name})).await;
        assert!(
            retry["rows"][0]["refused"]
                .as_str()
                .unwrap()
                .contains("not repeated")
        );
        let shown = scene.done(DECIDE, json!({"do": "show", "order": name})).await;
        let steps = shown["steps"].as_array().unwrap();
        let review = steps.iter().find(|step| step["step"] == "review").unwrap();
        assert_eq!(review["words"], scene.hold_note(id, "review"));
        assert_eq!(
            counts(&decide(&scene, json!({"do": verb, "order": name})).await),
            [1, 0, 0, 0]
        );
        // The same again, without a step: not about what else the order has.
        assert_eq!(
            counts(&decide(&scene, json!({"do": verb, "order": name})).await),
            [0, 0, 1, 0]
        );
    }
    scene.live(4).await;
    for id in [8001, 8002] {
        assert!(!scene.states()[&order_key(id)].open);
        assert_eq!(scene.stack.erp.orders_for(&order_key(id)).len(), 1);
    }
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_stuck_is_listed_by_its_states_and_what_waits_for_a_person_is_not() {
    let scene = held([8001]).await;
    decide(&scene, json!({"do": "pause", "vendor": "erp"})).await;
    scene.stack.repspark.submit(sample_order(8002, 3));
    scene.pull().await;
    scene.pass(26 * HOUR);
    let states = json!(["due", "claimed", "pending", "unknown"]);
    for (state, order, step_state) in [
        (states, "RS-ACME-8002", "due"),
        (json!("held"), "RS-ACME-8001", "held"),
    ] {
        let stuck = json!({"do": "list", "where": {"state": state, "older_than": "1d"}});
        let listed = scene.done(DECIDE, stuck).await;
        assert_eq!((&listed["total"], &listed["all_seen"]), (&json!(1), &json!(true)));
        let row = &listed["rows"][0];
        assert_eq!(
            (&row["order"], &row["state"]),
            (&json!(order), &json!(step_state))
        );
    }
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_can_not_be_read_is_named_by_what_looks_at_all_orders() {
    let scene = held([8001, 8002]).await;
    let mut items = scene.items_of(&order_key(8002));
    items.retain(|item| item["pk"]["S"] == order_key(8002) && item["sk"]["S"] == "state");
    let mut state = items.remove(0);
    state["v"] = json!({"N": "99"});
    scene.put_item(&state);
    let found = json!({"code": "unknown_customer"});
    let listed = scene.done(DECIDE, json!({"do": "list", "where": found})).await;
    assert_eq!(listed["total"], 1);
    let retried = decide(&scene, json!({"do": "retry", "where": found})).await;
    assert_eq!(counts(&retried), [1, 0, 0, 0]);
    for answer in [listed, retried] {
        assert_eq!(answer["all_seen"], false, "{answer}");
        assert_eq!(answer["unreadable"], json!([order_key(8002)]));
        assert!(answer["next"].as_str().unwrap().contains("can't be read"));
    }
    scene.end().await;
}
