//! `check-setup` of a brand that uses SparkLayer and Spreadshirt: each finding once, one login, no report deleted, and the
//! very purchase that is published.

use std::time::Duration;

use bundle_tests::{Scene, order_key};
use serde_json::{Value, json};
use simulators::{ItemChange, OrderReport, ecat_sample, sample_order};

use crate::setup::{bad, check, pause, says};

const SPARKLAYER: &str = "/order-relay/ACME/local/sparklayer";
const SPREADSHIRT: &str = "/order-relay/ACME/local/spreadshirt";
/// Longer than Spreadshirt has to be left alone after a login.
const GAP: Duration = Duration::from_secs(16);
const AT: i64 = 1_795_255_200_000;

/// How many calls SparkLayer and Spreadshirt saw.
fn calls(scene: &Scene) -> (u64, u64) {
    (
        scene.stack.sparklayer.calls().values().sum(),
        scene.stack.spreadshirt.calls().values().sum(),
    )
}

fn asked(scene: &Scene, operation: &str) -> u64 {
    let (sparklayer, spreadshirt) = (scene.stack.sparklayer.calls(), scene.stack.spreadshirt.calls());
    sparklayer
        .get(operation)
        .or(spreadshirt.get(operation))
        .copied()
        .unwrap_or_default()
}

fn report(id: &str, names: &[Option<&str>]) -> OrderReport {
    let changes = names.iter().enumerate().map(|(place, name)| {
        let change = ItemChange::new(&format!("{id}-{place}"), "SHIPPED", AT);
        match name {
            Some(name) => change.correlated(name),
            None => change,
        }
    });
    changes.fold(OrderReport::new(id, AT), OrderReport::with)
}

/// Nothing that either vendor has was changed, and neither was asked for anything that it does not have.
fn assert_untouched(scene: &Scene, reports: &[&str]) {
    let (sparklayer, spreadshirt) = (&scene.stack.sparklayer, &scene.stack.spreadshirt);
    assert_eq!(spreadshirt.activated(), reports);
    assert_eq!(asked(scene, "DELETE orderReport"), 0);
    assert_eq!(asked(scene, "PUT purchase"), 0);
    assert!(sparklayer.purchases().is_empty());
    assert_eq!(sparklayer.complaints(), Vec::<String>::new());
    assert_eq!(spreadshirt.complaints(), Vec::<String>::new());
    assert_eq!(spreadshirt.black_listings(), 0);
}

/// Maps a customer of RepSpark's, as `map-customers` does.
fn map_customer(scene: &Scene, code: &str, sparklayer: &str) {
    scene.put_item(&json!({
        "pk": {"S": "customer#repspark"}, "sk": {"S": format!("{code}#")}, "v": {"N": "1"}, "code": {"S": code},
        "sparklayer": {"S": sparklayer}, "by": {"S": "ada"}, "at": {"N": AT.to_string()},
    }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_good_stack_is_ready_and_says_whom_nobody_mapped_and_what_waits() {
    let scene = Scene::with_fulfilment(&[]).await;
    let spreadshirt = &scene.stack.spreadshirt;
    spreadshirt.page_limit(1);
    spreadshirt.put_report(report("9001", &[Some("RS-ACME-8001-1"), Some("SO-7-2")]));
    spreadshirt.put_report(report("9002", &[Some("webshop_481"), None]));
    let answer = check(&scene, json!({})).await;
    assert_eq!(answer["ready"], true, "{answer}");
    assert!(
        says(&answer, "repspark_customers").contains("map-customers"),
        "{answer}"
    );
    assert!(says(&answer, "sparklayer_read").contains("takes the token"));
    assert!(
        says(&answer, "spreadshirt_reports").contains("2 reports wait"),
        "{answer}"
    );
    let items = says(&answer, "spreadshirt_items");
    for told in [
        "(2 read)",
        "1 named as ours",
        "1 named in our form",
        "webshop_481",
        "1 without a name",
    ] {
        assert!(items.contains(told), "{told} in {items}");
    }
    assert_eq!(
        (asked(&scene, "POST token"), asked(&scene, "GET purchase")),
        (1, 1)
    );
    assert_eq!(
        (asked(&scene, "POST sessions"), asked(&scene, "GET orderReport")),
        (1, 2)
    );
    assert_untouched(&scene, &["9001", "9002"]);
    assert!(scene.stack.items().is_empty(), "nothing is written");

    map_customer(&scene, "C10001", "cu-1");
    scene.pass(GAP);
    let answer = check(&scene, json!({})).await;
    assert!(says(&answer, "repspark_customers").contains("1 rows"), "{answer}");
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vendor_that_is_off_is_said_to_be_off_and_not_called() {
    let scene = Scene::start().await;
    let answer = check(&scene, json!({})).await;
    assert_eq!(answer["ready"], true, "{answer}");
    assert!(says(&answer, "sparklayer").contains("off"), "{answer}");
    assert!(says(&answer, "spreadshirt").contains("off"), "{answer}");
    scene.stack.repspark.submit(sample_order(8001, 2));
    let answer = check(&scene, json!({"order_id": 8001})).await;
    assert_eq!(answer["order"]["publishing"], Value::Null);
    assert_eq!(answer["order"]["would_send"].as_array().unwrap().len(), 2);
    assert_eq!(calls(&scene), (0, 0));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn spreadshirt_is_never_logged_in_at_twice_within_its_gap() {
    let scene = Scene::with_fulfilment(&[]).await;
    assert_eq!(check(&scene, json!({})).await["ready"], true);
    let answer = check(&scene, json!({})).await;
    assert_eq!(bad(&answer), ["spreadshirt_login"]);
    assert!(says(&answer, "spreadshirt_login").contains("invoke again in"));
    assert_eq!(scene.stack.spreadshirt.logins(), 1);
    scene.pass(GAP);
    assert_eq!(check(&scene, json!({})).await["ready"], true);
    assert_eq!(scene.stack.spreadshirt.logins(), 2);

    // Another function is finding out about a new secret right now.
    scene.pass(GAP);
    let until = scene.stack.clock.now_ms() + 60_000;
    scene.put_item(&json!({
        "pk": {"S": "login#spreadshirt"}, "sk": {"S": "login"}, "v": {"N": "1"}, "rev": {"N": "1"},
        "trying": {"S": "v1"}, "owner": {"S": "x"}, "until": {"N": until.to_string()},
    }));
    let answer = check(&scene, json!({})).await;
    assert_eq!(bad(&answer), ["spreadshirt_login"]);
    assert_eq!(scene.stack.spreadshirt.logins(), 2);
    assert_untouched(&scene, &[]);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_login_is_tried_once_and_names_its_secret() {
    let scene = Scene::with_fulfilment(&[]).await;
    scene.stack.put_sparklayer_login(Some(("nobody", "wrong-secret")));
    scene
        .stack
        .put_spreadshirt_login(Some(("nobody", "wrong-password")));
    let answer = check(&scene, json!({})).await;
    assert_eq!(
        bad(&answer),
        ["sparklayer_login", "spreadshirt_login"],
        "{answer}"
    );
    assert!(says(&answer, "sparklayer_login").contains(SPARKLAYER));
    assert!(says(&answer, "spreadshirt_login").contains(SPREADSHIRT));
    let text = answer.to_string();
    assert!(
        !text.contains("wrong-secret") && !text.contains("wrong-password"),
        "{text}"
    );
    assert_eq!(scene.stack.sparklayer.refused_logins(), 1);
    assert_eq!(
        (
            scene.stack.spreadshirt.refused_logins(),
            scene.stack.spreadshirt.logins()
        ),
        (1, 1)
    );
    assert_eq!(
        (asked(&scene, "GET purchase"), asked(&scene, "GET orderReports")),
        (0, 0)
    );
    scene.stack.put_sparklayer_login(None);
    scene.stack.put_spreadshirt_login(None);
    scene.pass(GAP);
    assert_eq!(
        check(&scene, json!({})).await["ready"],
        true,
        "no secret is remembered"
    );
    assert!(scene.stack.items().is_empty(), "nothing is written");
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_key_costs_no_login_and_a_refused_signature_is_told_from_a_refused_login() {
    let scene = Scene::with_fulfilment(&[]).await;
    scene
        .stack
        .spreadshirt
        .set_application("another-key", "another-secret");
    let answer = check(&scene, json!({})).await;
    assert_eq!(bad(&answer), ["spreadshirt_clock"], "{answer}");
    assert!(says(&answer, "spreadshirt_clock").contains("api_key"));
    assert_eq!(scene.stack.spreadshirt.logins(), 0);
    scene.end().await;

    let scene = Scene::with_fulfilment(&[]).await;
    scene
        .stack
        .spreadshirt
        .set_application("local-spreadshirt-key-31", "another-secret");
    let answer = check(&scene, json!({})).await;
    assert_eq!(bad(&answer), ["spreadshirt_reports"], "{answer}");
    assert!(says(&answer, "spreadshirt_reports").contains("signature"));
    assert_eq!(scene.stack.spreadshirt.logins(), 1, "and no second one");
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_of_another_form_or_a_paused_vendor_is_not_called() {
    let scene = Scene::with_fulfilment(&[]).await;
    for text in [
        "tell-nobody",
        "{\"client_id\": \"tell-nobody\"}",
        "{\"api_key\": \"tell-nobody\"}",
    ] {
        scene.stack.proxy.put_secret(SPARKLAYER, text);
        scene.stack.proxy.put_secret(SPREADSHIRT, text);
        let answer = check(&scene, json!({})).await;
        assert_eq!(
            bad(&answer),
            [
                "sparklayer_secret",
                "sparklayer_login",
                "spreadshirt_secret",
                "spreadshirt_login"
            ]
        );
        assert!(!answer.to_string().contains("tell-nobody"), "{answer}");
        assert!(says(&answer, "sparklayer_secret").contains("client_secret"));
        assert!(says(&answer, "spreadshirt_secret").contains("api_key"));
    }
    assert_eq!(calls(&scene), (0, 0));
    scene.end().await;

    let scene = Scene::with_fulfilment(&[]).await;
    ["sparklayer", "spreadshirt"]
        .iter()
        .for_each(|vendor| pause(&scene, vendor));
    let answer = check(&scene, json!({})).await;
    assert_eq!(
        bad(&answer),
        [
            "sparklayer_pause",
            "sparklayer_login",
            "spreadshirt_pause",
            "spreadshirt_login"
        ]
    );
    assert_eq!(calls(&scene), (0, 0));
    let answer = check(&scene, json!({"even_if_paused": true})).await;
    assert_eq!(
        bad(&answer),
        ["sparklayer_pause", "spreadshirt_pause"],
        "a pause is named all the same"
    );
    assert_eq!(
        (asked(&scene, "POST token"), asked(&scene, "POST sessions")),
        (1, 1)
    );
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_site_is_refused_and_another_partner_shows_nothing() {
    let wrong = [
        ("SparkLayerSiteId", "another-site"),
        ("SpreadshirtPartnerId", "7"),
    ];
    let scene = Scene::with_fulfilment(&wrong).await;
    scene
        .stack
        .spreadshirt
        .put_report(report("9001", &[Some("RS-ACME-8001-1")]));
    scene
        .stack
        .spreadshirt
        .put_report_of("7", report("9002", &[Some("webshop_481")]));
    let answer = check(&scene, json!({})).await;
    assert_eq!(bad(&answer), ["sparklayer_login"], "{answer}");
    assert!(says(&answer, "sparklayer_login").contains("SparkLayerSiteId"));
    let reports = says(&answer, "spreadshirt_reports");
    assert!(
        reports.contains("no report") && reports.contains("SpreadshirtPartnerId"),
        "{reports}"
    );
    assert_untouched(&scene, &["9001", "9002"]);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_can_not_be_read_is_named_and_a_clock_that_is_off_is_followed() {
    let scene = Scene::with_fulfilment(&[]).await;
    let spreadshirt = &scene.stack.spreadshirt;
    spreadshirt.clock_ahead(600_000);
    spreadshirt.put_raw("9001", "<!DOCTYPE x><orderReport id=\"9001\"/>");
    spreadshirt.put_report(report("9002", &[Some("RS-ACME-8001-1")]));
    let answer = check(&scene, json!({})).await;
    assert_eq!(bad(&answer), ["spreadshirt_items"], "{answer}");
    let items = says(&answer, "spreadshirt_items");
    assert!(
        items.contains("9001 can't be read") && items.contains("1 named as ours"),
        "{items}"
    );
    assert!(says(&answer, "spreadshirt_clock").contains("600."), "{answer}");
    assert_untouched(&scene, &["9001", "9002"]);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vendor_that_is_not_there_is_told_with_its_parameter() {
    // Nobody listens on port 1.
    let wrong = [
        ("SparkLayerBaseUrl", "http://127.0.0.1:1"),
        ("SpreadshirtBaseUrl", "http://127.0.0.1:1/api/v1"),
    ];
    let scene = Scene::with_fulfilment(&wrong).await;
    let answer = check(&scene, json!({})).await;
    assert_eq!(bad(&answer), ["sparklayer_login", "spreadshirt_clock"]);
    assert!(says(&answer, "sparklayer_login").contains("SparkLayerBaseUrl"));
    assert!(says(&answer, "spreadshirt_clock").contains("SpreadshirtBaseUrl"));
    scene.end().await;
}

/// The purchase among the requests, without the stamps of the moment at which it is told.
fn purchase(order: &Value) -> Value {
    let sent = order["would_send"].as_array().unwrap().iter();
    let put = sent.filter(|one| one["to"] == "sparklayer").collect::<Vec<_>>();
    assert_eq!(put.len(), 1, "{order}");
    assert_eq!(put[0]["method"], "PUT");
    unstamped(&put[0]["body"])
}

fn unstamped(body: &Value) -> Value {
    let mut body = body.clone();
    body["dates"]["updated_at"] = Value::Null;
    body["revision_date"] = Value::Null;
    body
}

async fn import(scene: &Scene) {
    scene.pull().await;
    while scene.batch("erp-import-order").await > 0 {}
}

/// Whether or not whoever made it due has given a hint already.
async fn publish(scene: &Scene) {
    scene.hint("sparklayer-publish-purchase", 8001);
    while scene.batch("sparklayer-publish-purchase").await > 0 {}
}

#[tokio::test(flavor = "multi_thread")]
async fn what_it_says_would_be_published_is_what_is_published() {
    let scene = Scene::with_fulfilment(&[]).await;
    scene
        .done("repspark-pull-orders", json!({"baseline": true}))
        .await;
    scene.stack.repspark.submit(sample_order(8001, 3));
    let order = check(&scene, json!({"order_id": 8001})).await["order"].clone();
    let publishing = &order["publishing"];
    assert!(
        publishing["says"]
            .as_str()
            .unwrap()
            .contains("once it is imported"),
        "{order}"
    );
    assert!(
        publishing["in_the_way"][0]
            .as_str()
            .unwrap()
            .starts_with("customer_not_mapped"),
        "{order}"
    );
    assert_eq!(publishing["customer"]["sparklayer"], Value::Null);
    assert_eq!(publishing["identifiers"]["platform"], "repspark:8001");
    assert_eq!(publishing["packages"][0]["kind"], "processing");
    assert!(
        purchase(&order)["customer_identifiers"]["sparklayer"]
            .as_str()
            .unwrap()
            .starts_with('<')
    );

    // 8001 % 40 + 10001.
    map_customer(&scene, "C10002", "cu-10002");
    import(&scene).await;
    scene.pass(GAP);
    let answer = check(&scene, json!({"order_id": 8001})).await;
    let order = &answer["order"];
    assert_eq!(order["publishing"]["in_the_way"], Value::Null, "{order}");
    assert_eq!(order["publishing"]["says"], "it is to be published");
    assert_eq!(order["publishing"]["customer"]["sparklayer"], "cu-10002");
    let number = order["here"]["erp_number"].as_str().unwrap();
    assert_eq!(order["publishing"]["lookup"], format!("internal:{number}"));

    publish(&scene).await;
    let stored = scene.stack.sparklayer.purchase(number).unwrap();
    assert_eq!(unstamped(&stored.body), purchase(order));

    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_became_of_its_lines_is_in_the_purchase_that_is_told_next() {
    let scene = Scene::with_fulfilment(&[]).await;
    scene
        .done("repspark-pull-orders", json!({"baseline": true}))
        .await;
    scene.stack.repspark.submit(sample_order(8001, 3));
    map_customer(&scene, "C10002", "cu-10002");
    import(&scene).await;
    publish(&scene).await;
    let shipped = json!({"rows": [{"order": order_key(8001), "line": 1, "state": "shipped", "carrier": "UPS",
        "tracking": "1Z9", "at": "2026-10-12T18:25:00Z"}]});
    scene.done("record-fulfilment", shipped).await;
    let order = check(&scene, json!({"order_id": 8001})).await["order"].clone();
    assert!(
        order["publishing"]["says"]
            .as_str()
            .unwrap()
            .contains("something became of it"),
        "{order}"
    );
    let kinds: Vec<_> = order["publishing"]["packages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["kind"])
        .collect();
    assert_eq!(kinds, ["processing", "shipment"]);
    publish(&scene).await;
    let number = order["here"]["erp_number"].as_str().unwrap();
    let stored = scene.stack.sparklayer.purchase(number).unwrap();
    assert_eq!(stored.history.len(), 2);
    assert_eq!(unstamped(&stored.body), purchase(&order));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_sparklayer_can_not_be_told_is_named_before_anything_is_imported() {
    let scene = Scene::with_fulfilment(&[("EcatEnabled", "true")]).await;
    map_customer(&scene, "C10003", "cu-10003");
    let mut abroad = sample_order(8002, 2);
    abroad["DropShipCountry"] = json!("Germany");
    scene.stack.repspark.put(8002, abroad, 2);
    let order = check(&scene, json!({"order_id": 8002})).await["order"].clone();
    let [why] = order["publishing"]["in_the_way"].as_array().unwrap().as_slice() else {
        panic!("one thing is in the way: {order}");
    };
    assert!(
        why.as_str()
            .unwrap()
            .starts_with("unpublishable: the country of the shipping address"),
        "{why}"
    );
    let sent: Vec<_> = order["would_send"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["to"])
        .collect();
    assert_eq!(sent, ["erp", "repspark"], "there is no purchase to send");

    let submitted = scene.stack.ecat.submit(ecat_sample(3, 2));
    scene.pass(GAP);
    let answer = check(&scene, json!({"ecat_id": submitted.id})).await;
    assert!(
        says(&answer, "ecat_customers").contains("map-customers"),
        "{answer}"
    );
    let publishing = &answer["order"]["publishing"];
    assert_eq!(
        publishing["identifiers"]["platform"],
        format!("ecat:{}", submitted.number)
    );
    let why = publishing["in_the_way"][0].as_str().unwrap();
    assert!(why.contains("of ecat has no row"), "{why}");
    scene.end().await;
}
