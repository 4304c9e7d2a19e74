//! `record-fulfilment`: what the ERP or a person says of an order's lines, once and forward.

use std::time::Duration;

use bundle_tests::{Journey, Scene, order_key};
use host::{Break, Fault};
use serde_json::{Value, json};
use simulators::sample_order;

const RECORD: &str = "record-fulfilment";
const DECIDE: &str = "decide-order";
const CENSUS: Duration = Duration::from_secs(3601);

/// A bundle whose orders of two lines are in the ERP. Their purchases are not told yet.
async fn imported(ids: impl IntoIterator<Item = u64>) -> Scene {
    let scene = Scene::with_fulfilment(&[("AnnounceMoves", "true")]).await;
    scene
        .done("repspark-pull-orders", json!({"baseline": true}))
        .await;
    import(&scene, ids).await;
    scene
}

async fn import(scene: &Scene, ids: impl IntoIterator<Item = u64>) {
    for id in ids {
        scene.stack.repspark.submit(sample_order(id, 2));
    }
    scene.pull().await;
    while scene.batch("erp-import-order").await > 0 {}
}

/// The order's number at the ERP, and how many pieces of a line the ERP was told.
fn in_erp(scene: &Scene, id: u64) -> String {
    let orders = scene.stack.erp.orders_for(&order_key(id));
    orders[0].reference.clone().expect("a number")
}

fn ordered(scene: &Scene, id: u64, line: usize) -> u64 {
    let orders = scene.stack.erp.orders_for(&order_key(id));
    let quantity = &orders[0].request["lines"][line - 1]["quantity"];
    let text = quantity
        .as_str()
        .map_or_else(|| quantity.to_string(), str::to_owned);
    text.split('.')
        .next()
        .and_then(|whole| whole.parse().ok())
        .expect("a quantity")
}

fn row(order: &str, line: u32, state: &str) -> Value {
    json!({"order": order, "line": line, "state": state, "at": "2026-10-12T18:25:00Z"})
}

fn rows(rows: Value) -> Value {
    json!({ "rows": rows })
}

/// The ends of a line as the ledger keeps them: `shipped 4, cancelled 2`.
fn ends(scene: &Scene, id: u64, line: u32) -> String {
    let kept = scene.fulfilment(&order_key(id));
    let parts = kept["lines"][line.to_string()]["parts"].as_array().cloned();
    let parts = parts.unwrap_or_default().into_iter();
    let told = parts.map(|part| {
        let quantity = part["quantity"].as_str().unwrap_or_default().to_owned();
        format!("{} {quantity}", part["became"].as_str().unwrap_or_default())
    });
    told.collect::<Vec<_>>().join(", ")
}

fn counts(answer: &Value) -> [u64; 5] {
    ["applied", "known", "waiting", "disputed", "bad"].map(|name| answer[name].as_u64().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_moves_once_whoever_says_it_how_often_and_by_whatever_name_of_the_order() {
    let scene = imported([8001]).await;
    let (number, key) = (in_erp(&scene, 8001), order_key(8001));
    let shipped = row(&number, 1, "shipped");
    let answer = scene.done(RECORD, rows(json!([shipped, shipped]))).await;
    assert_eq!(counts(&answer), [1, 1, 0, 0, 0]);
    scene.send(RECORD, &shipped.to_string());
    scene.send(RECORD, &json!([row(&key, 1, "shipped")]).to_string());
    while scene.batch(RECORD).await > 0 {}
    let all = ordered(&scene, 8001, 1);
    assert_eq!(ends(&scene, 8001, 1), format!("shipped {all}"));
    assert_eq!(scene.waiting(RECORD), 0);
    assert_eq!(scene.stack.proxy.events().len(), 1, "one move, announced once");
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pieces_add_up_and_what_does_not_fit_holds_the_order_until_a_person_says_what_is_true() {
    let scene = imported([8001]).await;
    let (key, all) = (order_key(8001), ordered(&scene, 8001, 1));
    let with = |state: &str, quantity: u64| {
        let mut row = row(&key, 1, state);
        row["quantity"] = quantity.into();
        row
    };
    let answer = scene.done(RECORD, rows(json!([with("shipped", 1)]))).await;
    assert_eq!(counts(&answer), [1, 0, 0, 0, 0]);
    let answer = scene.done(RECORD, rows(json!([with("cancelled", all)]))).await;
    assert_eq!(counts(&answer), [0, 0, 0, 1, 0]);
    assert!(answer["rows"][0]["why"].as_str().unwrap().contains("instead"));
    assert_eq!(scene.held(8001, "fulfilment"), "other_end");
    assert!(
        scene
            .hold_note(8001, "fulfilment")
            .contains("line 1: cancelled at 2026-10-12")
    );
    let mut instead = with("cancelled", all);
    instead["instead"] = true.into();
    let answer = scene.done(RECORD, rows(json!([instead]))).await;
    assert_eq!(counts(&answer), [1, 0, 0, 0, 0]);
    assert_eq!(ends(&scene, 8001, 1), format!("cancelled {all}"));
    assert_eq!(scene.step(8001, "fulfilment"), "done");
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_discards_is_not_asked_again() {
    let scene = imported([8001]).await;
    let key = order_key(8001);
    scene.done(RECORD, rows(json!([row(&key, 1, "shipped")]))).await;
    let other = rows(json!([row(&key, 1, "cancelled")]));
    scene.done(RECORD, other.clone()).await;
    assert_eq!(scene.step(8001, "fulfilment"), "held");
    let discard = json!({
        "do": "discard", "order": key, "step": "fulfilment", "by": "ada", "why": "the parcel left",
    });
    scene.done(DECIDE, discard).await;
    assert_eq!(scene.step(8001, "fulfilment"), "discarded");
    let answer = scene.done(RECORD, other).await;
    assert_eq!(counts(&answer), [0, 1, 0, 0, 0]);
    assert_eq!(scene.step(8001, "fulfilment"), "discarded");
    let all = ordered(&scene, 8001, 1);
    assert_eq!(ends(&scene, 8001, 1), format!("shipped {all}"));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_rows_are_named_one_by_one_and_stop_no_other() {
    let scene = imported([8001]).await;
    let key = order_key(8001);
    let mut no_day = row(&key, 2, "shipped");
    no_day["at"] = "soon".into();
    let answer = scene
        .done(
            RECORD,
            rows(json!([
                no_day,
                row(&key, 1, "shipped"),
                row(&key, 9, "shipped"),
                "SO1"
            ])),
        )
        .await;
    assert_eq!(counts(&answer), [1, 0, 0, 1, 2]);
    let named: Vec<(u64, &str)> = answer["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| (row["row"].as_u64().unwrap(), row["came"].as_str().unwrap()))
        .collect();
    assert_eq!(named, [(1, "bad"), (3, "disputed"), (4, "bad")]);
    assert_eq!(scene.held(8001, "fulfilment"), "no_such_line");
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_row_of_a_message_is_kept_for_a_person_and_its_message_is_done_with() {
    let scene = imported([8001]).await;
    let key = order_key(8001);
    scene.send(RECORD, "no rows at all");
    scene.send(
        RECORD,
        &json!([row(&key, 0, "shipped"), row(&key, 1, "shipped")]).to_string(),
    );
    while scene.batch(RECORD).await > 0 {}
    assert_eq!(scene.waiting(RECORD), 0, "neither message comes again");
    assert!(!ends(&scene, 8001, 1).is_empty());
    let records = scene.items_of("quarantine#fulfilment#");
    assert_eq!(records.len(), 2);
    scene.pass(CENSUS);
    assert_eq!(scene.sweep().await["census"]["quarantined"], 2);
    for record in &records {
        let name = record["pk"]["S"].as_str().unwrap();
        let discard = json!({"do": "discard", "order": name, "by": "ada", "why": "sent again"});
        scene.done(DECIDE, discard).await;
    }
    scene.pass(CENSUS);
    assert_eq!(scene.sweep().await["census"]["quarantined"], 0);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_comes_before_its_order_is_in_the_erp_is_taken_when_it_is() {
    let scene = imported([]).await;
    scene.stack.repspark.submit(sample_order(8001, 2));
    scene.pull().await;
    let key = order_key(8001);
    let answer = scene
        .done(
            RECORD,
            rows(json!([row(&key, 1, "shipped"), row("SO-NEVER", 1, "shipped")])),
        )
        .await;
    assert_eq!(counts(&answer), [0, 0, 2, 0, 0]);
    while scene.batch("erp-import-order").await > 0 {}
    assert_eq!(ends(&scene, 8001, 1), "");
    scene.pass(Duration::from_secs(301));
    scene.sweep().await;
    let all = ordered(&scene, 8001, 1);
    assert_eq!(ends(&scene, 8001, 1), format!("shipped {all}"));
    assert_eq!(scene.items_of("waiting").len(), 1, "the other waits on");
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_two_orders_have_is_refused_with_their_keys() {
    let scene = Scene::with_fulfilment(&[]).await;
    scene
        .done("repspark-pull-orders", json!({"baseline": true}))
        .await;
    for id in [8001, 8002] {
        scene.stack.repspark.submit(sample_order(id, 2));
    }
    scene.pull().await;
    for id in [8001, 8002] {
        let complete = json!({
            "do": "complete", "order": order_key(id), "reference": "SO9", "by": "ada", "why": "keyed as one",
        });
        scene.done(DECIDE, complete).await;
    }
    let answer = scene.done(RECORD, rows(json!([row("SO9", 1, "shipped")]))).await;
    assert_eq!(counts(&answer), [0, 0, 0, 0, 1]);
    let why = answer["rows"][0]["why"].as_str().unwrap();
    assert!(
        why.contains("RS-ACME-8001") && why.contains("RS-ACME-8002"),
        "{why}"
    );
    assert!(scene.items_of("waiting").is_empty());
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_eventbridge_does_not_take_is_announced_when_the_message_comes_again() {
    let scene = imported([8001]).await;
    let key = order_key(8001);
    scene.break_all("events", "PutEvents", Fault::ServerError);
    scene.send(RECORD, &row(&key, 1, "shipped").to_string());
    scene.batch(RECORD).await;
    scene.mend();
    assert!(scene.stack.proxy.events().is_empty());
    assert_eq!(scene.waiting(RECORD), 1);
    scene.pass(Duration::from_secs(3600));
    while scene.batch(RECORD).await > 0 {}
    let events = scene.stack.proxy.events();
    assert_eq!(events.len(), 1);
    assert_eq!(
        (&events[0]["Source"], &events[0]["DetailType"]),
        (&json!("order-relay"), &json!("Order Line Moved"))
    );
    let detail: Value = serde_json::from_str(events[0]["Detail"].as_str().unwrap()).unwrap();
    assert_eq!(detail["order"], key);
    assert_eq!(
        (&detail["line"], &detail["state"]),
        (&json!(1), &json!("shipped"))
    );
    assert_eq!(detail["at"], "2026-10-12T18:25:00Z");
    scene.end().await;
}

/// Orders enough for one break each.
const ORDERS: std::ops::Range<u64> = 8001..8061;

#[tokio::test(flavor = "multi_thread")]
async fn a_message_whose_work_breaks_at_any_call_ends_as_one_that_went_well() {
    let scene = imported(ORDERS).await;
    // The purchases are told already, so that only what is recorded now makes them due.
    scene.purge("sparklayer-publish-purchase");
    let mut orders = ORDERS;
    let mut told = Vec::new();
    for form in Journey::FORMS {
        for call in 1.. {
            let id = orders.next().expect("an order for each break");
            scene.send(RECORD, &row(&order_key(id), 2, "shipped").to_string());
            scene.stack.gate.arm(&[Break { call, form }]);
            scene.batch(RECORD).await;
            let broke = scene.stack.gate.calls() >= call;
            scene.stack.gate.disarm();
            told.push(id);
            if !broke {
                assert!(call > 8, "{form:?}: only {} calls were broken", call - 1);
                break;
            }
        }
    }
    for _ in 0..3 {
        scene.pass(Duration::from_secs(3600));
        while scene.batch(RECORD).await > 0 {}
    }
    for id in told {
        let all = ordered(&scene, id, 2);
        assert_eq!(ends(&scene, id, 2), format!("shipped {all}"), "order {id}");
        let state = &scene.states()[&order_key(id)].item;
        assert_eq!(state["repeats"]["M"]["publish"]["M"]["w"]["N"], "1", "order {id}");
        let of_it = |event: &&Value| event["Detail"].as_str().unwrap().contains(&order_key(id));
        assert!(
            scene.stack.proxy.events().iter().any(|event| of_it(&event)),
            "order {id}"
        );
    }
    assert_eq!(scene.waiting(RECORD), 0);
    scene.end().await;
}
