//! `check-setup` of a brand that uses eCat: one call, nothing marked, and the first order read before anything is pulled.

use bundle_tests::{Scene, ecat_key, ecat_order_key};
use serde_json::{Value, json};
use simulators::{Shown, ecat_revised, ecat_sample};

use crate::setup::{bad, check, pause, says};

const LIST: &str = "GET new_orders";
const ONE: &str = "GET order";
const SECRET: &str = "/order-relay/ACME/local/ecat";

/// An order without anything that could be its customer's code.
fn nameless(n: u64) -> Value {
    let mut order = ecat_sample(n, 2);
    order.as_object_mut().unwrap().remove("customer_number");
    order
}

#[tokio::test(flavor = "multi_thread")]
async fn a_good_stack_is_ready_and_knows_how_the_first_order_maps_before_anything_is_pulled() {
    let scene = Scene::with_ecat().await;
    let answer = check(&scene, json!({})).await;
    assert_eq!(answer["ready"], true, "{answer}");
    assert!(says(&answer, "ecat_login").contains("no new order"), "{answer}");
    assert!(says(&answer, "ecat_org").contains("ACMECAT"), "{answer}");

    let first = scene.stack.ecat.submit(ecat_sample(3, 2));
    scene.stack.ecat.submit(nameless(4));
    let answer = check(&scene, json!({})).await;
    assert_eq!(answer["ready"], true, "only the first is read: {answer}");
    assert!(
        says(&answer, "ecat_first_order").contains(&first.number),
        "{answer}"
    );
    assert_eq!((scene.asked_ecat(LIST), scene.asked_ecat(ONE)), (2, 0));
    assert_eq!(scene.asked_ecat("POST new_orders"), 0);
    assert_eq!(scene.stack.ecat.unreceived().len(), 2);
    assert!(scene.stack.items().is_empty(), "nothing is written");
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_map_does_not_find_in_the_first_order_is_named_with_its_places() {
    let scene = Scene::with_ecat().await;
    let first = scene.stack.ecat.submit(nameless(3));
    let answer = check(&scene, json!({})).await;
    assert_eq!(bad(&answer), ["ecat_first_order"]);
    let told = says(&answer, "ecat_first_order");
    assert!(
        told.contains("customer.code") && told.contains("/customer_number"),
        "{told}"
    );
    assert!(told.contains(&first.id.to_string()), "{told}");
    scene.end().await;

    let scene = Scene::with_ecat_and(&[("ImportFrom", "2026-10-01")]).await;
    scene.stack.ecat.submit(ecat_sample(3, 2));
    let answer = check(&scene, json!({})).await;
    assert_eq!(answer["ready"], true, "to be held is no fault: {answer}");
    assert!(says(&answer, "ecat_first_order").contains("before_import_from"));
    scene.stack.ecat.submit_raw("{\"order_number\": \"broken\", ]");
    assert_eq!(check(&scene, json!({})).await["ready"], true);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_it_says_of_a_submission_is_what_becomes_of_it() {
    let scene = Scene::with_ecat().await;
    let first = scene.stack.ecat.submit(ecat_sample(3, 2));
    let answer = check(&scene, json!({"ecat_id": first.id})).await;
    assert_eq!(
        (scene.asked_ecat(LIST), scene.asked_ecat(ONE)),
        (0, 1),
        "one call"
    );
    assert!(scene.stack.items().is_empty(), "nothing is written");
    let order = &answer["order"];
    assert_eq!(order["key"], ecat_key(&first.number));
    assert_eq!(order["ecat"]["order"], ecat_order_key(&first.uuid));
    assert_eq!(order["reads_as"], "mapped");
    assert!(order["says"].as_str().unwrap().contains("not here"), "{order}");
    let [put] = order["would_send"].as_array().unwrap().as_slice() else {
        panic!("eCat is told nothing of an import: {order}");
    };

    scene.pull_ecat().await;
    scene.drain().await;
    scene.assert_imported_once(&first);
    let sent = scene.stack.erp.orders_for(&ecat_key(&first.number));
    assert_eq!(*sent[0].request, put["body"]);

    let second = scene.resubmit(&first, ecat_revised(&ecat_sample(3, 2)));
    scene.pull_ecat().await;
    let order = check(&scene, json!({"ecat_id": first.id})).await["order"].clone();
    assert_eq!(order["ecat"]["standing"], "current");
    assert_eq!(
        order["here"]["erp_number"].as_str().map(str::to_owned),
        sent[0].reference
    );
    // Marked as received, and shown all the same.
    let id = second.id.to_string();
    let order = check(&scene, json!({"ecat_id": id})).await["order"].clone();
    assert_eq!(order["ecat"]["standing"], "held");
    assert!(
        order["says"].as_str().unwrap().contains("ecat_after_import"),
        "{order}"
    );
    assert_eq!(order["here"]["submissions"][1]["id"], second.id);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_submission_that_became_an_order_of_its_own_is_shown_with_both() {
    let scene = Scene::with_ecat().await;
    let first = scene.stack.ecat.submit(ecat_sample(3, 2));
    scene.pull_ecat().await;
    scene.drain().await;
    let second = scene.resubmit(&first, ecat_revised(&ecat_sample(3, 2)));
    scene.pull_ecat().await;
    let decision =
        json!({"do": "import_as_revision", "order": second.number, "by": "ada", "why": "asked the rep"});
    scene.done("decide-order", decision).await;
    let order = check(&scene, json!({"ecat_id": second.id})).await["order"].clone();
    assert_eq!(order["ecat"]["standing"], "decided");
    assert_eq!(order["own"]["admission"], "taken");
    assert_eq!(order["content"]["revision_of"], ecat_key(&first.number));
    scene.invoke("sweep-orders", json!({})).await;
    scene.drain().await;
    let sent = scene.stack.erp.orders_for(&ecat_key(&second.number));
    assert_eq!(*sent[0].request, order["would_send"][0]["body"]);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_another_order_has_is_told_before_it_is_pulled() {
    let scene = Scene::with_ecat().await;
    let first = scene.stack.ecat.submit(ecat_sample(3, 2));
    scene.pull_ecat().await;
    let mut same = ecat_sample(4, 2);
    same["order_number"] = json!(first.number);
    let second = scene.stack.ecat.submit(same);
    let order = check(&scene, json!({"ecat_id": second.id})).await["order"].clone();
    assert!(
        order["says"].as_str().unwrap().contains("number_collision"),
        "{order}"
    );
    assert_ne!(order["key"], ecat_key(&first.number));
    scene.pull_ecat().await;
    let again = check(&scene, json!({"ecat_id": second.id})).await["order"].clone();
    assert_eq!(again["key"], order["key"], "and it got the key that was foretold");
    assert!(
        again["says"].as_str().unwrap().contains("number_collision"),
        "{again}"
    );
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_login_is_tried_once_and_names_its_secret() {
    let scene = Scene::with_ecat().await;
    scene.put_ecat_login("nobody", "wrong-password");
    for (asked, shown) in [(1, Shown::ByStatus), (2, Shown::Within200)] {
        scene.stack.ecat.refuse_logins(shown);
        let answer = check(&scene, json!({})).await;
        assert_eq!(bad(&answer), ["ecat_login"]);
        assert!(says(&answer, "ecat_login").contains(SECRET));
        assert!(!answer.to_string().contains("wrong-password"), "{answer}");
        assert_eq!(scene.stack.ecat.refused_logins(), asked, "one try each");
    }
    let answer = check(&scene, json!({"ecat_id": 356_509})).await;
    assert!(says(&answer, "ecat_login").contains("without"), "{answer}");
    assert_eq!(scene.stack.ecat.refused_logins(), 3);
    scene.stack.ecat.set_login("nobody", "wrong-password");
    assert_eq!(check(&scene, json!({})).await["ready"], true);
    // No such submission: that says nothing of the login.
    let answer = check(&scene, json!({"ecat_id": 356_509})).await;
    assert_eq!(bad(&answer), ["ecat_login"]);
    assert!(answer["order"]["says"].as_str().unwrap().contains("no order"));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_of_another_form_or_a_paused_ecat_is_not_called() {
    let scene = Scene::with_ecat().await;
    for text in [
        "tell-nobody",
        "{\"username\": \"tell-nobody\"}",
        "{\"username\": \"u\", \"password\": \" \"}",
    ] {
        scene.stack.proxy.put_secret(SECRET, text);
        let answer = check(&scene, json!({"ecat_id": 7})).await;
        assert_eq!(bad(&answer), ["ecat_secret", "ecat_login"], "{text}");
        assert!(!answer.to_string().contains("tell-nobody"), "{answer}");
        assert!(says(&answer, "ecat_secret").contains("password"));
    }
    assert_eq!((scene.asked_ecat(LIST), scene.asked_ecat(ONE)), (0, 0));
    scene.end().await;

    let scene = Scene::with_ecat().await;
    pause(&scene, "ecat");
    let answer = check(&scene, json!({"ecat_id": 7})).await;
    assert_eq!(bad(&answer), ["ecat_pause", "ecat_login"]);
    assert_eq!(answer["order"]["says"], "paused: not asked");
    assert_eq!((scene.asked_ecat(LIST), scene.asked_ecat(ONE)), (0, 0));
    let answer = check(&scene, json!({"even_if_paused": true})).await;
    assert_eq!(bad(&answer), ["ecat_pause"], "a pause is named all the same");
    assert_eq!(scene.asked_ecat(LIST), 1);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_organisations_ledger_and_an_unreadable_map_are_named() {
    let scene = Scene::with_ecat().await;
    scene.pull_ecat().await;
    assert!(says(&check(&scene, json!({})).await, "ecat_org").contains("the ledger is ACMECAT's"));
    let mut birth = scene.item("birth", "birth").unwrap();
    birth["ecat_org"] = json!({"S": "OTHERCAT"});
    scene.put_item(&birth);
    scene.put_item(&json!({
        "pk": {"S": "map#ecat"}, "sk": {"S": "current"}, "v": {"N": "1"}, "rev": {"N": "9"}, "w": {"S": "x"},
        "version": {"S": "0123456789abcdef"}, "by": {"S": "ada"}, "at": {"N": "1795255200000"},
    }));
    scene.stack.ecat.submit(ecat_sample(3, 2));
    let answer = check(&scene, json!({})).await;
    assert_eq!(bad(&answer), ["ecat_org", "ecat_field_map", "ecat_first_order"]);
    assert!(says(&answer, "ecat_org").contains("OTHERCAT"));
    assert!(says(&answer, "ecat_field_map").contains("0123456789abcdef"));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_begins_with_what_is_no_order_is_named() {
    for broken in [
        "{\"order_number\": \"7001-1\", ]",
        "{\"order_number\": \"7001-1\", \"id\": 7}",
    ] {
        let scene = Scene::with_ecat().await;
        scene.stack.ecat.submit_raw(broken);
        scene.stack.ecat.submit(ecat_sample(3, 2));
        let answer = check(&scene, json!({})).await;
        assert_eq!(bad(&answer), ["ecat_first_order"], "{broken}");
        assert!(
            says(&answer, "ecat_first_order").contains("quarantine"),
            "{answer}"
        );
        scene.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_is_refused_or_breaks_off_before_its_first_order_ends_is_no_login() {
    let scene = Scene::with_ecat().await;
    scene.stack.ecat.submit(ecat_sample(3, 2));
    scene.stack.ecat.cut_body_after(120);
    let answer = check(&scene, json!({})).await;
    assert_eq!(bad(&answer), ["ecat_login"], "{answer}");
    scene.stack.ecat.fail_next(200, "export is not possible now", 1);
    let answer = check(&scene, json!({})).await;
    assert_eq!(bad(&answer), ["ecat_login"], "{answer}");
    assert!(says(&answer, "ecat_login").contains("export is not possible now"));
    assert_eq!(check(&scene, json!({})).await["ready"], true);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_brand_of_ecat_alone_hears_nothing_of_repspark() {
    let scene = Scene::with_ecat_and(&[("RepSparkEnabled", "false"), ("RepSparkBaseUrl", "")]).await;
    let answer = check(&scene, json!({})).await;
    assert_eq!(answer["ready"], true, "{answer}");
    assert!(says(&answer, "import_from").contains("2020-01-01"), "{answer}");
    let text = answer.to_string();
    assert!(
        !text.contains("repspark") && !text.contains("baseline\""),
        "{text}"
    );
    scene.end().await;
}
