//! `map-customers`, and the orders that wait to learn who their customer is at SparkLayer.

mod desk;
mod races;

use std::time::Duration;

use bundle_tests::{Scene, order_key};
use serde_json::{Value, json};
use simulators::sample_order;

const MAP: &str = "map-customers";
const PUBLISH: &str = "sparklayer-publish-purchase";
const SWEEP: &str = "sweep-orders";
const NOT_MAPPED: &str = "customer_not_mapped";
const HEADER: &str = "source,customer_code,store_code,sparklayer_customer";
const MINUTE: Duration = Duration::from_secs(60);

/// An order of a customer of its own, in the store 1.
fn order(id: u64) -> Value {
    order_of(id, &code(id), "1")
}

fn order_of(id: u64, code: &str, store: &str) -> Value {
    let mut order = sample_order(id, 2);
    (order["CustomerCode"], order["Customer"]["CustomerCode"]) = (code.into(), code.into());
    order["StoreCode"] = store.into();
    order
}

fn code(id: u64) -> String {
    format!("C{id}")
}

/// A bundle whose orders are in the ERP; the hints to publish them wait.
async fn imported(orders: impl IntoIterator<Item = Value>) -> Scene {
    let scene = Scene::with_fulfilment(&[]).await;
    scene
        .done("repspark-pull-orders", json!({"baseline": true}))
        .await;
    orders
        .into_iter()
        .for_each(|order| scene.stack.repspark.submit(order));
    scene.pull().await;
    while scene.batch("erp-import-order").await > 0 {}
    scene
}

/// Hands out every hint to publish that is visible.
async fn publish(scene: &Scene) {
    while scene.batch(PUBLISH).await > 0 {}
}

/// The same, and nobody has mapped a customer: all of them wait.
async fn waiting(orders: impl IntoIterator<Item = Value>) -> Scene {
    let scene = imported(orders).await;
    publish(&scene).await;
    scene
}

fn written(mut event: Value) -> Value {
    (event["by"], event["why"]) = ("ada".into(), "the spring opening".into());
    event
}

fn rows(rows: &[(&str, &str, &str)]) -> Value {
    let rows = rows.iter().map(|(code, store, id)| {
        json!({"source": "repspark", "customer_code": code, "store_code": store, "sparklayer_customer": id})
    });
    written(json!({"rows": rows.collect::<Vec<_>>()}))
}

/// The row of an order's customer.
fn row(id: u64) -> Value {
    rows(&[(&code(id), "", &format!("CU-{id}"))])
}

/// The notes that orders wait.
fn notes(scene: &Scene) -> usize {
    scene.items_of("awaits_customer#").len()
}

fn assert_published(scene: &Scene, id: u64) {
    assert_eq!(scene.step(id, "publish"), "done", "order {id}");
    let orders = scene.stack.erp.orders_for(&order_key(id));
    let number = orders[0].reference.clone().expect("the ERP's number");
    let puts = scene.stack.sparklayer.history(&number);
    assert_eq!(puts.len(), 1, "order {id} was published once");
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_rows_are_named_one_by_one_and_the_good_ones_are_written_all_the_same() {
    let scene = Scene::with_fulfilment(&[]).await;
    let text = "\u{feff}Store_Code;SPARKLAYER_CUSTOMER;customer_code;Source\r\n\
         ;CU-1;C1;repspark\r\n\r\n\
         S2;CU-2;\"C1\";RepSpark\r\n\
         ;CU-3;;repspark\r\n\
         ;no id;C3;repspark\r\n\
         ;CU-4;C4;shopify\r\n\
         S1;CU-5;C5;ecat\r\n\
         S1;CU-6;C5;ecat\r\n\
         ;CU-7;\"C7;repspark\r\n\
         ;CU-8;C8;ecat\r\n";
    let dry = json!({"csv": text, "dry_run": true});
    let before = scene.stack.items();
    let would = scene.done(MAP, dry).await;
    assert_eq!(
        (&would["written"], &would["bad"]),
        (&json!(3), &json!(6)),
        "{would}"
    );
    assert_eq!(scene.stack.items(), before, "a dry run writes nothing");

    let answer = scene.done(MAP, written(json!({"csv": text}))).await;
    let lines: Vec<u64> = answer["bad_rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|bad| bad["line"].as_u64().unwrap())
        .collect();
    assert_eq!(lines, [5, 6, 7, 8, 9, 10]);
    assert_eq!((&answer["written"], &answer["unchanged"]), (&json!(3), &json!(0)));
    assert_eq!(scene.items_of("customer#").len(), 3);
    let again = scene.done(MAP, written(json!({"csv": text}))).await;
    assert_eq!(
        (&again["written"], &again["unchanged"]),
        (&json!(0), &json!(3)),
        "{again}"
    );

    // A header that is not known is another table.
    let misspelt = format!("{}\nrepspark,C9,,CU-9", HEADER.replace("store_code", "store"));
    for event in [json!({"csv": misspelt}), json!({"csv": ""}), json!({"rows": []})] {
        let outcome = scene.invoke(MAP, written(event)).await.outcome;
        assert!(!matches!(outcome, lambda_runner::Outcome::Ok(_)), "{outcome:?}");
    }
    assert_eq!(scene.items_of("customer#").len(), 3);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_listed_page_by_page_with_who_wrote_them_and_whom_orders_wait_for() {
    let scene = waiting([
        order_of(8001, "C#1", "1"),
        order_of(8002, "C#1", "1"),
        order_of(8003, "C2", "7"),
    ])
    .await;
    scene
        .done(
            MAP,
            rows(&[("A1", "", "CU-1"), ("A1", "S1", "CU-2"), ("B%23", "", "CU-3")]),
        )
        .await;
    scene.done(MAP, rows(&[("A1", "S1", "CU-9")])).await;
    let first = scene.done(MAP, json!({"list": "repspark", "limit": 2})).await;
    let codes = |answer: &Value| -> Vec<String> {
        let rows = answer["rows"].as_array().unwrap().iter();
        rows.map(|row| format!("{} {}", row["customer_code"], row["sparklayer_customer"]))
            .collect()
    };
    assert_eq!(codes(&first), ["\"A1\" \"CU-1\"", "\"A1\" \"CU-9\""]);
    assert_eq!(
        first["awaited"],
        json!([
            {"customer_code": "C#1", "store_code": "1", "orders": 2},
            {"customer_code": "C2", "store_code": "7", "orders": 1}
        ])
    );
    assert_eq!(first["history"][0]["did"], "0 new, 1 changed: A1/S1 CU-2 -> CU-9");
    assert_eq!(first["history"][1]["by"], "ada");
    let rest = scene
        .done(
            MAP,
            json!({"list": "repspark", "limit": 2, "from": first["next"]}),
        )
        .await;
    assert_eq!(codes(&rest), ["\"B%23\" \"CU-3\""]);
    assert_eq!(rest["next"], Value::Null);
    assert_eq!(scene.done(MAP, json!({"list": "ecat"})).await["rows"], json!([]));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn three_hundred_orders_that_wait_go_when_their_customers_are_mapped_and_no_other_does() {
    // A customer of three stores, of which one has a row of its own; and one that nobody maps.
    let orders = (0..302).map(|n: u64| match n {
        0..300 => order_of(8001 + n, "C1", &format!("{}", n % 3)),
        _ => order_of(8001 + n, "C2", "1"),
    });
    let scene = waiting(orders).await;
    assert_eq!(notes(&scene), 302);
    let held = scene.sweep().await;
    assert_eq!(held["census"]["held_by"]["publish"][NOT_MAPPED], 302, "{held}");
    assert_eq!(held["waits"]["customers_missing"], 302, "{held}");
    let mut dry = rows(&[("C1", "", "CU-1")]);
    dry["dry_run"] = true.into();
    let would = scene.done(MAP, dry).await;
    assert_eq!((&would["released"], notes(&scene)), (&json!(300), 302), "{would}");

    let one_store = scene.done(MAP, rows(&[("C1", "2", "CU-1-2")])).await;
    assert_eq!(
        (&one_store["released"], &one_store["still_waiting"]),
        (&json!(100), &json!(200)),
        "{one_store}"
    );
    let all = scene.done(MAP, rows(&[("C1", "", "CU-1")])).await;
    assert_eq!(
        (&all["released"], &all["orders_left"]),
        (&json!(200), &json!(0)),
        "{all}"
    );
    assert_eq!(notes(&scene), 2);
    publish(&scene).await;
    (8001..8301).for_each(|id| assert_published(&scene, id));
    for id in [8301, 8302] {
        assert_eq!(scene.held(id, "publish"), NOT_MAPPED);
    }
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sweep_lets_go_once_a_turn_and_forgets_who_is_past_it() {
    let scene = waiting((8001..=8004).map(order)).await;
    // Whoever wrote these rows died before anything else.
    for id in [8001, 8002] {
        scene.put_item(&json!({
            "pk": {"S": "customer#repspark"}, "sk": {"S": format!("{}#", code(id))}, "v": {"N": "1"},
            "code": {"S": code(id)}, "sparklayer": {"S": "CU-1"}, "by": {"S": "ada"}, "at": {"N": "1"},
        }));
    }
    let discard = json!({"do": "discard", "order": "8003", "step": "publish", "by": "ada", "why": "not a customer there"});
    assert_eq!(scene.done("decide-order", discard).await["done"], 1);
    let first = scene.sweep().await;
    assert_eq!(
        first["waits"],
        json!({"complete": true, "released": 2, "customers_missing": 1, "forgotten": 1, "broken": 0,
            "brought": 0, "movements": 0})
    );
    assert_eq!(notes(&scene), 1);
    scene.pass(MINUTE);
    assert_eq!(scene.sweep().await["waits"], Value::Null, "it is not its turn");
    publish(&scene).await;
    [8001, 8002]
        .into_iter()
        .for_each(|id| assert_published(&scene, id));
    scene.pass(5 * MINUTE);
    assert_eq!(scene.sweep().await["waits"]["customers_missing"], 1);
    assert_eq!(scene.held(8004, "publish"), NOT_MAPPED);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_of_an_order_before_it_came_is_brought_to_it_by_the_sweep_and_counted_until_then() {
    let scene = imported([order(8001)]).await;
    scene.done(MAP, row(8001)).await;
    let late = order_key(8002);
    let said = json!({"order": late, "line": 1, "state": "shipped", "tracking": "1Z-SECRET", "at": "2026-11-01T10:00:00Z"});
    assert_eq!(
        scene.done("record-fulfilment", json!({"rows": [said]})).await["waiting"],
        1
    );
    assert_eq!(scene.sweep().await["census"]["movements_waiting"], 1);
    scene.pass(25 * 60 * MINUTE);
    let stuck = scene.sweep().await;
    assert_eq!(
        (&stuck["census"]["movements_stuck"], &stuck["waits"]["movements"]),
        (&json!(1), &json!(1)),
        "{stuck}"
    );
    assert_eq!(scene.said(SWEEP, &format!("waits for the order {late}")), 1);
    scene.stack.repspark.submit(order(8002));
    scene.pull().await;
    scene.drain().await;
    scene.pass(6 * MINUTE);
    assert_eq!(scene.sweep().await["waits"]["brought"], 1);
    assert!(scene.items_of("waiting").is_empty());
    let shown = scene
        .done("decide-order", json!({"do": "show", "order": "8002"}))
        .await;
    assert_eq!(
        shown["fulfilment"]["lines"][0]["ended"][0]["tracking"], "1Z-SECRET",
        "{shown}"
    );
    assert!(!scene.logged(SWEEP).join("").contains("1Z-SECRET"));
    scene.end().await;
}
