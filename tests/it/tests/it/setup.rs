//! `check-setup`: what is not as it has to be is named, and nothing is changed anywhere.

use bundle_tests::{Scene, order_key};
use serde_json::{Value, json};
use simulators::sample_order;

const CHECK: &str = "check-setup";
const BY_ID: &str = "GET order orderId";

pub(crate) async fn check(scene: &Scene, event: Value) -> Value {
    let answer = scene.done(CHECK, event).await;
    let bad = answer["checks"].as_array().unwrap().iter();
    let all_well = bad.clone().all(|check| check["ok"] == true);
    assert_eq!(answer["ready"], all_well, "{answer}");
    for check in bad {
        assert!(
            check["ok"] == true || check["next"].is_string(),
            "what to do? {check}"
        );
    }
    answer
}

/// The names of the checks that are not well.
pub(crate) fn bad(answer: &Value) -> Vec<&str> {
    let checks = answer["checks"].as_array().unwrap().iter();
    checks
        .filter(|check| check["ok"] == false)
        .map(|check| check["check"].as_str().unwrap())
        .collect()
}

/// What a check says, and what it says to do.
pub(crate) fn says(answer: &Value, name: &str) -> String {
    let mut checks = answer["checks"].as_array().unwrap().iter();
    let check = checks.find(|check| check["check"] == name);
    let check = check.unwrap_or_else(|| panic!("no check {name} in {answer}"));
    format!("{} {}", check["says"], check["next"])
}

/// Pauses a vendor as a function would whose credentials were refused; its probe is due.
pub(crate) fn pause(scene: &Scene, vendor: &str) {
    scene.put_item(&json!({
        "pk": {"S": format!("pause#{vendor}")}, "sk": {"S": "pause"}, "v": {"N": "1"}, "rev": {"N": "1"},
        "active": {"BOOL": true}, "since": {"N": "1795255200000"}, "reason": {"S": "credentials_refused"},
        "by": {"S": "erp-import-order"}, "next_probe": {"N": "1795256100000"},
    }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_good_stack_is_ready_before_and_after_its_baseline_and_nothing_is_written() {
    let scene = Scene::start().await;
    let answer = check(&scene, json!({})).await;
    assert_eq!(answer["ready"], true, "{answer}");
    assert!(
        says(&answer, "baseline").contains("\\\"baseline\\\": true"),
        "{answer}"
    );
    assert!(says(&answer, "erp_contract").contains("erp-orders/1"));
    assert!(scene.stack.items().is_empty());

    scene.stack.repspark.put(7001, sample_order(7001, 3), 2);
    scene
        .done("repspark-pull-orders", json!({"baseline": true}))
        .await;
    scene.stack.repspark.submit(sample_order(8001, 3));
    let before = scene.stack.items();
    let answer = check(&scene, json!({})).await;
    assert_eq!(answer["ready"], true, "{answer}");
    assert!(says(&answer, "baseline").contains("1 orders"), "{answer}");
    assert_eq!(scene.stack.items(), before);
    assert_eq!(
        scene.stack.repspark.status(8001),
        Some(1),
        "a submitted order stays so"
    );
    assert_eq!(scene.asked_repspark("GET order statusId=1"), 0);
    assert_eq!((scene.asked_repspark(BY_ID), scene.asked_erp("GET /")), (2, 2));
    assert!(scene.stack.erp.orders().is_empty());
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_it_says_would_be_sent_is_what_is_sent() {
    let scene = Scene::after_baseline().await;
    scene.stack.repspark.submit(sample_order(8001, 3));
    let before = (scene.stack.items(), scene.stack.repspark.orders().len());
    let answer = check(&scene, json!({"order_id": "8001"})).await;
    assert_eq!((scene.stack.items(), scene.stack.repspark.orders().len()), before);
    assert_eq!(scene.stack.repspark.status(8001), Some(1));
    assert_eq!(scene.asked_repspark(BY_ID), 1, "one login for both questions");
    let order = &answer["order"];
    assert_eq!(
        (&order["key"], &order["status"], &order["reads_as"]),
        (&json!("RS-ACME-8001"), &json!("submitted"), &json!("mapped"))
    );
    assert_eq!(order["content"]["source"]["order_number"], "8001");
    let [put, post] = order["would_send"].as_array().unwrap().as_slice() else {
        panic!("{order}");
    };
    let url = format!("{}/sales-orders/RS-ACME-8001", scene.stack.erp_url);
    assert_eq!((&put["method"], &put["url"]), (&json!("PUT"), &json!(url)));
    let url = format!("{}/orderconfirmation", scene.stack.repspark_url);
    assert_eq!((&post["method"], &post["url"]), (&json!("POST"), &json!(url)));
    assert_eq!(post["body"][0]["RepSparkOrderNumber"], 8001);
    assert!(
        post["body"][0]["ErpOrderNumber"]
            .as_str()
            .unwrap()
            .starts_with('<')
    );
    for secret in [
        "local-erp-token",
        "6f0d2c1e-1111",
        "a8f1c7d2-4444",
        "Bearer",
        "Basic",
    ] {
        assert!(!answer.to_string().contains(secret), "{secret}");
    }

    scene.pull().await;
    scene.drain().await;
    scene.assert_valid_once(8001);
    let sent = scene.stack.erp.orders_for(&order_key(8001));
    assert_eq!(*sent[0].request, put["body"]);
    let answer = check(&scene, json!({"order_id": 8001})).await;
    let order = &answer["order"];
    assert_eq!(order["status"], "valid");
    assert_eq!(order["here"]["admission"], "taken");
    assert_eq!(
        order["here"]["erp_number"].as_str().map(str::to_owned),
        sent[0].reference
    );
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_would_be_held_is_told_with_the_places_or_the_hold() {
    let scene = Scene::with(&[("ImportFrom", "2026-09-20")]).await;
    let mut nameless = sample_order(8001, 3);
    nameless["CustomerCode"] = Value::Null;
    nameless["Customer"]["CustomerCode"] = Value::Null;
    scene.stack.repspark.put(8001, nameless, 2);
    let answer = check(&scene, json!({"order_id": "8001"})).await;
    let order = &answer["order"];
    assert_eq!(answer["ready"], true, "an order is no part of the set-up");
    assert_eq!(order["reads_as"], "unmapped_field");
    assert_eq!(
        order["findings"][0]["places"],
        json!(["/CustomerCode", "/Customer/CustomerCode"])
    );
    assert_eq!(order["would_send"], Value::Null);

    // 8001 % 28 + 1 = 22, 8008 % 28 + 1 = 1: the first of September.
    scene.stack.repspark.put(8008, sample_order(8008, 3), 2);
    let answer = check(&scene, json!({"order_id": "rs-acme-8008"})).await;
    assert_eq!(answer["order"]["holds"], json!(["before_import_from"]));

    let mut map = scene.done("set-field-map", json!({})).await["map"].clone();
    map["holds"] = json!([{"name": "order_type", "when": "/TypeCode", "is": ["ATONCE"]}]);
    // Nothing was pulled yet, so there is nothing to try a map on.
    let setting = json!({"map": map, "by": "ada", "why": "a test", "force": true});
    let set = scene.done("set-field-map", setting).await;
    scene.stack.repspark.put(8029, sample_order(8029, 3), 2);
    let answer = check(&scene, json!({"order_id": "8029"})).await;
    assert_eq!(answer["order"]["map"], set["version"]);
    assert_eq!(answer["order"]["holds"], json!(["hold_order_type"]));

    let answer = check(&scene, json!({"order_id": "9999"})).await;
    assert_eq!(answer["ready"], true, "not found is a good login");
    assert!(answer["order"]["says"].as_str().unwrap().contains("no order"));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_login_names_its_secret_and_a_mended_one_is_seen_at_once() {
    let scene = Scene::start().await;
    scene.put_repspark_keys("wrong", "keys");
    scene.put_erp_token("wrong");
    let answer = check(&scene, json!({})).await;
    assert_eq!(bad(&answer), ["erp_contract", "repspark_login"]);
    assert!(says(&answer, "repspark_login").contains("/order-relay/ACME/local/repspark"));
    assert!(says(&answer, "erp_contract").contains("/order-relay/ACME/local/erp"));
    assert_eq!(
        (
            scene.stack.repspark.refused_logins(),
            scene.stack.erp.refused_logins()
        ),
        (1, 1),
        "one try each"
    );
    scene.stack.repspark.set_keys("wrong", "keys");
    scene.stack.erp.set_token("wrong");
    assert_eq!(check(&scene, json!({})).await["ready"], true);
    scene.put_repspark_keys("wrong again", "keys");
    assert_eq!(
        bad(&check(&scene, json!({})).await),
        ["repspark_login"],
        "no secret is remembered"
    );
    assert!(scene.stack.items().is_empty());
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_of_another_form_is_named_and_never_shown() {
    let scene = Scene::start().await;
    let put = |vendor: &str, text: &str| {
        let name = format!("/order-relay/ACME/local/{vendor}");
        scene.stack.proxy.put_secret(&name, text);
    };
    for text in ["tell-nobody", "{\"key\": \"tell-nobody\"}", "{}", "null"] {
        put("repspark", text);
        put("erp", text);
        let answer = check(&scene, json!({"order_id": "8001"})).await;
        assert_eq!(
            bad(&answer),
            ["erp_secret", "erp_contract", "repspark_secret", "repspark_login"],
            "{text}"
        );
        assert!(!answer.to_string().contains("tell-nobody"), "{answer}");
        assert!(says(&answer, "repspark_secret").contains("client_key"));
    }
    put("erp", "{\"token\": \" \"}");
    put("repspark", "{\"client_key\": \"\", \"environment_key\": \"x\"}");
    assert!(bad(&check(&scene, json!({})).await).contains(&"erp_secret"));
    assert_eq!((scene.asked_repspark(BY_ID), scene.asked_erp("GET /")), (0, 0));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_secret_is_named() {
    let prefix = "/order-relay/elsewhere";
    let scene = Scene::with(&[("SecretPrefix", prefix)]).await;
    let answer = check(&scene, json!({})).await;
    assert_eq!(
        bad(&answer),
        ["erp_secret", "erp_contract", "repspark_secret", "repspark_login"]
    );
    assert!(says(&answer, "erp_secret").contains("/order-relay/elsewhere/erp"));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erp_that_is_down_or_another_service_is_told_apart() {
    let scene = Scene::start().await;
    scene.stack.erp.maintenance(true);
    let answer = check(&scene, json!({})).await;
    assert_eq!(bad(&answer), ["erp_contract"]);
    assert!(says(&answer, "erp_contract").contains("http_503"), "{answer}");
    scene.stack.erp.maintenance(false);
    scene.stack.erp.garbage_200(1);
    let answer = check(&scene, json!({})).await;
    assert!(
        says(&answer, "erp_contract").contains("does not speak erp-orders/1"),
        "{answer}"
    );
    assert_eq!(check(&scene, json!({})).await["ready"], true);
    // Nobody listens on port 1.
    let wrong = [
        ("ErpBaseUrl", "http://127.0.0.1:1/erp"),
        ("RepSparkBaseUrl", "http://127.0.0.1:1/api"),
    ];
    let other = Scene::with(&wrong).await;
    let answer = check(&other, json!({})).await;
    assert_eq!(bad(&answer), ["erp_contract", "repspark_login"]);
    assert!(says(&answer, "erp_contract").contains("ErpBaseUrl"));
    assert!(says(&answer, "repspark_login").contains("RepSparkBaseUrl"));
    other.end().await;
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_vendor_is_called_only_if_the_person_says_so() {
    let scene = Scene::after_baseline().await;
    ["erp", "repspark"]
        .iter()
        .for_each(|vendor| pause(&scene, vendor));
    let before = (scene.stack.items(), scene.stack.repspark.calls());
    let answer = check(&scene, json!({"order_id": "8001"})).await;
    assert_eq!(
        bad(&answer),
        ["erp_pause", "erp_contract", "repspark_pause", "repspark_login"]
    );
    assert!(says(&answer, "erp_pause").contains("credentials_refused"));
    assert!(says(&answer, "repspark_login").contains("even_if_paused"));
    assert_eq!(answer["order"]["says"], "paused: not asked");
    assert_eq!(
        (scene.asked_erp("GET /"), scene.stack.repspark.calls()),
        (0, before.1)
    );

    let answer = check(&scene, json!({"even_if_paused": true})).await;
    assert_eq!(
        bad(&answer),
        ["erp_pause", "repspark_pause"],
        "a pause is named all the same"
    );
    assert_eq!((scene.asked_erp("GET /"), scene.asked_repspark(BY_ID)), (1, 1));
    assert_eq!(scene.stack.items(), before.0, "a good answer lifts no pause");
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn dead_letters_another_brands_ledger_and_an_unreadable_map_are_named() {
    let scene = Scene::after_baseline().await;
    for _ in 0..6 {
        scene.send("erp-import-order", "garbage");
        scene.drain().await;
        scene.pass(std::time::Duration::from_secs(13 * 60));
        scene.drain().await;
    }
    scene.put_item(&json!({
        "pk": {"S": "map#repspark"}, "sk": {"S": "current"}, "v": {"N": "1"}, "rev": {"N": "1"}, "w": {"S": "x"},
        "version": {"S": "0123456789abcdef"}, "by": {"S": "ada"}, "at": {"N": "1795255200000"},
    }));
    let mut birth = scene.item("birth", "birth").unwrap();
    birth["brand"] = json!({"S": "OTHER"});
    scene.put_item(&birth);
    let answer = check(&scene, json!({})).await;
    assert_eq!(
        bad(&answer),
        ["ledger", "import_dead_letters", "repspark_field_map"],
        "{answer}"
    );
    assert!(says(&answer, "ledger").contains("OTHER"));
    assert!(says(&answer, "repspark_field_map").contains("0123456789abcdef"));
    scene.end().await;
}
