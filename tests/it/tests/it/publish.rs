//! `sparklayer-publish-purchase`: the whole purchase, always in its newest state, whatever SparkLayer answers.

mod answers;
mod races;

use std::time::Duration;

use bundle_tests::{Scene, order_key};
use serde_json::{Value, json};
use simulators::sample_order;

const PUBLISH: &str = "sparklayer-publish-purchase";
const RECORD: &str = "record-fulfilment";
const PUT: &str = "PUT purchase";
const TOKEN: &str = "POST token";
const CUSTOMER: &str = "8b8a4a3e-0f7b-4d0e-9a67-1d5d9b1a2c44";
const CART: &str = "2d1f5f0e-4a0c-4b1b-8b9e-6f3f1a7c9d01";
const TRACKING: &str = "1Z999AA10123456784";
const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
/// SparkLayer's settle time, with a second for the test's own pace.
const SETTLED: Duration = Duration::from_secs(91);

/// A bundle whose orders of two lines are in the ERP, and whose customers are mapped; the hints to publish wait.
async fn imported(ids: impl IntoIterator<Item = u64>) -> Scene {
    imported_with(&[], ids).await
}

async fn imported_with(parameters: &[(&str, &str)], ids: impl IntoIterator<Item = u64>) -> Scene {
    let scene = baseline(parameters).await;
    let ids: Vec<u64> = ids.into_iter().collect();
    for id in &ids {
        map(&scene, *id);
    }
    import(&scene, ids.into_iter().map(|id| sample_order(id, 2))).await;
    scene
}

async fn baseline(parameters: &[(&str, &str)]) -> Scene {
    let scene = Scene::with_fulfilment(parameters).await;
    scene
        .done("repspark-pull-orders", json!({"baseline": true}))
        .await;
    scene
}

async fn import(scene: &Scene, orders: impl IntoIterator<Item = Value>) {
    for order in orders {
        scene.stack.repspark.submit(order);
    }
    scene.pull().await;
    while scene.batch("erp-import-order").await > 0 {}
}

/// The row of an order's customer, as `map-customers` writes it.
fn map(scene: &Scene, id: u64) {
    let order = sample_order(id, 2);
    let code = order["CustomerCode"].as_str().unwrap();
    scene.put_item(&json!({
        "pk": {"S": "customer#repspark"}, "sk": {"S": format!("{code}#")}, "v": {"N": "1"},
        "code": {"S": code}, "sparklayer": {"S": CUSTOMER}, "by": {"S": "ada"}, "at": {"N": "1"},
    }));
}

/// Hands out every hint to publish that is visible.
async fn publish(scene: &Scene) {
    while scene.batch(PUBLISH).await > 0 {}
}

/// Another hint, and whatever comes of it.
async fn hinted(scene: &Scene, id: u64) {
    scene.hint(PUBLISH, id);
    publish(scene).await;
}

/// What the ERP says of a line.
async fn says(scene: &Scene, id: u64, row: Value) {
    let mut row = row;
    row["order"] = order_key(id).into();
    let answer = scene.done(RECORD, json!({"rows": [row]})).await;
    assert_eq!(answer["bad"], 0, "{answer}");
    assert_eq!(answer["disputed"], 0, "{answer}");
}

fn shipped(line: u32, quantity: u64, tracking: &str) -> Value {
    json!({
        "line": line, "quantity": quantity, "state": "shipped", "carrier": "UPS", "tracking": tracking,
        "at": "2026-10-12T18:25:00Z",
    })
}

fn number(scene: &Scene, id: u64) -> String {
    let orders = scene.stack.erp.orders_for(&order_key(id));
    orders[0].reference.clone().expect("the ERP's number")
}

/// Every body that the purchase of an order was, the newest last.
fn bodies(scene: &Scene, id: u64) -> Vec<Value> {
    let puts = scene.stack.sparklayer.history(&number(scene, id));
    puts.into_iter().map(|put| (*put.body).clone()).collect()
}

/// What is there of an order now.
fn shown(scene: &Scene, id: u64) -> Value {
    bodies(scene, id).pop().expect("it was published")
}

/// The packages of a body as `<kind> <sku> x <quantity>, …`.
fn packages(body: &Value) -> Vec<String> {
    let packages = body["packages"].as_array().expect("packages").iter();
    let told = packages.map(|package| {
        let items = package["line_items"].as_array().expect("items").iter();
        let items = items.map(|item| {
            let sku = item["identifiers"]["sku"].as_str().unwrap_or_default();
            format!("{sku} x {}", item["quantity"])
        });
        let items: Vec<String> = items.collect();
        format!("{} {}", package["type"].as_str().unwrap(), items.join(", "))
    });
    told.collect()
}

fn ids(body: &Value) -> Vec<String> {
    let packages = body["packages"].as_array().expect("packages").iter();
    let id = |package: &Value| {
        package["identifiers"]["sparklayer_package_id"]
            .as_str()
            .map(str::to_owned)
    };
    packages
        .map(|package| id(package).expect("an identity"))
        .collect()
}

fn asked(scene: &Scene, operation: &str) -> u64 {
    let calls = scene.stack.sparklayer.calls();
    calls.get(operation).copied().unwrap_or_default()
}

/// A body without its stamps and the identities of its packages.
fn without_stamps(body: &Value) -> Value {
    let mut body = body.clone();
    let fields = body.as_object_mut().unwrap();
    fields.remove("revision_date");
    fields["dates"].as_object_mut().unwrap().remove("updated_at");
    for package in body["packages"].as_array_mut().unwrap() {
        package.as_object_mut().unwrap().remove("identifiers");
    }
    body
}

fn money(number: &str) -> Value {
    json!({"number": number, "currency": "USD"})
}

fn total(net: &str) -> Value {
    json!({
        "total_net": money(net), "total_tax": money("0.00"), "total_gross": money(net), "discount_net": money("0.00"),
    })
}

/// Order 8002 of two lines, by hand.
fn expected(number: &str) -> Value {
    let item = |sku: &str, variant: &str, quantity: u64, net: &str| {
        json!({
            "identifiers": {"sku": sku}, "name_parent": "Rain Jacket", "name_child": variant, "quantity": quantity,
            "custom_attributes": [], "line_total": total(net),
        })
    };
    // Midnight of the order's day in New York.
    let placed = "2026-09-23T04:00:00+00:00";
    json!({
        "type": "order",
        "purchase_identifiers": {"internal": number, "visible": number, "platform": "repspark:8002"},
        "customer_identifiers": {"sparklayer": CUSTOMER},
        "dates": {"created_at": placed, "placed_at": placed},
        "customer_reference": "PO-78002",
        "currency_code": "USD",
        "packages": [{
            "type": "processing",
            "dates": {"created_at": placed},
            "line_items": [
                item("JK-5010-GRY-L", "Grey / L", 1, "89.90"),
                item("JK-5010-GRY-XL", "Grey / XL", 24, "2157.60"),
            ],
            "shipping_method": {"name": "UPSG", "line_total": total("0.00")},
            "shipping_address": {
                "name": "Harbor Pro Shop", "company": "Harbor Pro Shop", "address_line1": "12 Quay Street",
                "address_line2": "Receiving", "city": "Portland", "region_code": "ME", "postal_code": "04101",
                "country_code": "US", "phone": null,
            },
            "shipments": [],
            "accounting_files": [],
        }],
        "accounting_files": [],
        "custom_fields": [],
        "metadata": [
            {"name": "source", "value": "repspark"},
            {"name": "source_order", "value": "8002"},
            {"name": "order_key", "value": "RS-ACME-8002"},
        ],
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn an_imported_order_is_put_whole_as_the_notes_say() {
    let scene = imported([8002]).await;
    publish(&scene).await;
    assert_eq!(scene.step(8002, "publish"), "done");
    let body = shown(&scene, 8002);
    assert_eq!(without_stamps(&body), expected(&number(&scene, 8002)));
    assert_eq!(body["revision_date"], body["dates"]["updated_at"]);
    let history = scene.stack.sparklayer.history(&number(&scene, 8002));
    assert_eq!(
        (history[0].by.as_str(), history[0].caller.as_str()),
        ("internal", PUBLISH)
    );
    assert_eq!((asked(&scene, PUT), asked(&scene, TOKEN)), (1, 1));
    scene.drain().await;
    scene.assert_valid_once(8002);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_became_of_the_lines_is_told_and_what_is_not_new_is_not() {
    let scene = imported([8002]).await;
    publish(&scene).await;
    let first = shown(&scene, 8002);
    says(
        &scene,
        8002,
        json!({"line": 2, "state": "in_progress", "at": "2026-10-01T00:00:00Z"}),
    )
    .await;
    publish(&scene).await;
    assert_eq!(scene.step(8002, "publish"), "done");
    assert_eq!(asked(&scene, PUT), 1, "a station on the way has no package");
    says(&scene, 8002, shipped(2, 4, TRACKING)).await;
    publish(&scene).await;
    let second = shown(&scene, 8002);
    assert_eq!(
        packages(&second),
        [
            "processing JK-5010-GRY-L x 1, JK-5010-GRY-XL x 20",
            "shipment JK-5010-GRY-XL x 4"
        ]
    );
    assert_eq!(ids(&second)[0], ids(&first)[0], "a package keeps its identity");
    assert_eq!(
        second["packages"][1]["shipments"],
        json!([{"carrier": "UPS", "carrier_id": "ups", "tracking_number": TRACKING}])
    );
    assert_eq!(
        second["packages"][1]["dates"]["shipped_at"],
        "2026-10-12T18:25:00+00:00"
    );
    let at = "2026-10-13T00:00:00Z";
    says(&scene, 8002, json!({"line": 1, "state": "cancelled", "at": at})).await;
    says(
        &scene,
        8002,
        json!({"line": 2, "quantity": 1, "state": "refunded", "at": at}),
    )
    .await;
    publish(&scene).await;
    let third = shown(&scene, 8002);
    assert_eq!(
        packages(&third),
        [
            "processing JK-5010-GRY-XL x 20",
            "shipment JK-5010-GRY-XL x 4",
            "cancelled JK-5010-GRY-L x 1",
            "refund JK-5010-GRY-XL x 1"
        ]
    );
    assert_eq!(&ids(&third)[..2], &ids(&second)[..]);
    let revisions = bodies(&scene, 8002);
    let revisions: Vec<&str> = revisions
        .iter()
        .map(|body| body["revision_date"].as_str().unwrap())
        .collect();
    assert!(revisions.is_sorted(), "{revisions:?}");
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_names_follow_the_parameters() {
    let parameters = [
        ("SparkLayerVisible", "source_number"),
        ("SparkLayerPlatform", "order_key"),
    ];
    let scene = imported_with(&parameters, [8002]).await;
    publish(&scene).await;
    let names = shown(&scene, 8002)["purchase_identifiers"].clone();
    assert_eq!(
        names,
        json!({"internal": number(&scene, 8002), "visible": "8002", "platform": "RS-ACME-8002"})
    );
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_was_a_cart_takes_its_place_and_carries_its_id() {
    let scene = baseline(&[]).await;
    let mut with_cart = scene.done("set-field-map", json!({})).await["map"].clone();
    with_cart["order"]["spark_cart_id"] = json!("/SparkCartId");
    let set = json!({"map": with_cart, "by": "ada", "why": "a test", "force": true});
    scene.done("set-field-map", set).await;
    scene.stack.sparklayer.add_cart(CART);
    map(&scene, 8002);
    let mut order = sample_order(8002, 2);
    order["SparkCartId"] = CART.into();
    import(&scene, [order]).await;
    publish(&scene).await;
    says(&scene, 8002, shipped(1, 1, TRACKING)).await;
    publish(&scene).await;
    let puts = scene.stack.sparklayer.history(CART);
    assert_eq!(puts.len(), 2);
    for put in &puts {
        assert_eq!(put.by, "sparklayer");
        assert_eq!(put.body["purchase_identifiers"]["sparklayer"], CART);
        assert_eq!(put.body["purchase_identifiers"]["internal"], number(&scene, 8002));
    }
    assert_eq!(
        scene.stack.sparklayer.purchases().len(),
        1,
        "the cart is the order now"
    );
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_whose_customer_nobody_mapped_waits_alone_and_goes_when_the_row_is_there() {
    let scene = baseline(&[]).await;
    import(&scene, [sample_order(8002, 2)]).await;
    publish(&scene).await;
    assert_eq!(scene.held(8002, "publish"), "customer_not_mapped");
    let note = scene.hold_note(8002, "publish");
    assert!(
        note.contains("C10003") && note.contains("map-customers"),
        "{note}"
    );
    assert_eq!(scene.items_of("awaits_customer#").len(), 1);
    assert_eq!(asked(&scene, PUT) + asked(&scene, TOKEN), 0, "nobody was asked");
    while scene.batch("repspark-confirm-order").await > 0 {}
    assert_eq!(scene.stack.repspark.status(8002), Some(4), "the rest went on");
    let row = json!({"source": "repspark", "customer_code": "C10003", "store_code": "", "sparklayer_customer": CUSTOMER});
    scene
        .done(
            "map-customers",
            json!({"rows": [row], "by": "ada", "why": "a test"}),
        )
        .await;
    publish(&scene).await;
    assert_eq!(scene.step(8002, "publish"), "done");
    assert_eq!(
        shown(&scene, 8002)["customer_identifiers"]["sparklayer"],
        CUSTOMER
    );
    scene.assert_valid_once(8002);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_says_something_else_by_now_is_held() {
    let scene = imported([8002]).await;
    let mut state = scene.item(&order_key(8002), "state").unwrap();
    state["hash"]["B"] = format!("{}=", "A".repeat(43)).into();
    scene.put_item(&state);
    publish(&scene).await;
    assert_eq!(scene.held(8002, "publish"), "content_changed");
    assert_eq!(asked(&scene, PUT), 0);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_whose_payload_is_gone_is_held() {
    let scene = imported([8002]).await;
    let raw = scene.states()[&order_key(8002)].raw.clone().unwrap();
    scene.delete_item(&format!("raw#{raw}"), "0");
    publish(&scene).await;
    assert_eq!(scene.held(8002, "publish"), "payload_gone");
    assert_eq!(asked(&scene, PUT), 0);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hints_for_unknown_finished_and_doubled_orders_are_dropped_and_garbage_goes_back() {
    let scene = imported([8002]).await;
    scene.hint(PUBLISH, 4242);
    scene.hint(PUBLISH, 8002);
    scene.send(PUBLISH, "not a hint");
    publish(&scene).await;
    hinted(&scene, 8002).await;
    assert_eq!(asked(&scene, PUT), 1);
    assert_eq!(scene.waiting(PUBLISH), 1, "the garbage");
    scene.end().await;
}
