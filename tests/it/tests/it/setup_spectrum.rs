//! `check-setup` of a brand whose custom lines Spectrum makes: each finding once, one look, nothing written, nothing posted, and
//! the very requests that are sent.

use bundle_tests::{Scene, order_key};
use serde_json::{Value, json};
use simulators::{SpectrumFailure, sample_custom_map, sample_custom_order, sample_order};

use crate::acknowledge::{acknowledge, calls, import, number, set_map, sets};
use crate::setup::{bad, check, pause, says};

const SECRET: &str = "/order-relay/ACME/local/spectrum";
const LOOK: &str = "GET order-number";

/// Spectrum was asked so often for an order, and for nothing else.
fn assert_only_looked(scene: &Scene, times: u64) {
    assert_eq!(calls(scene, LOOK), times);
    let all: u64 = scene.stack.spectrum.calls().values().sum();
    assert_eq!(all, times, "{:?}", scene.stack.spectrum.calls());
    assert!(scene.stack.spectrum.orders().is_empty());
}

/// What is said of one order.
async fn seen(scene: &Scene, id: u64) -> Value {
    check(scene, json!({"order_id": id})).await["order"].clone()
}

/// What would be sent to Spectrum: the ends of addresses, with the bodies.
fn would_send(order: &Value) -> Vec<(String, Value)> {
    let sent = order["would_send"].as_array().unwrap().iter();
    let to_spectrum = sent.filter(|one| one["to"] == "spectrum");
    to_spectrum
        .map(|one| {
            assert_eq!(one["method"], "POST");
            let url = one["url"].as_str().unwrap();
            let (_, end) = url.split_once("/api/").unwrap();
            (end.to_owned(), one["body"].clone())
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_good_stack_is_ready_after_one_look_and_nothing_is_written() {
    let scene = Scene::with_spectrum(&[]).await;
    let answer = check(&scene, json!({})).await;
    assert_eq!(answer["ready"], true, "{answer}");
    assert!(
        says(&answer, "spectrum_login").contains("takes our token"),
        "{answer}"
    );
    let settings = says(&answer, "spectrum_settings");
    assert!(
        settings.contains("the ERP's number") && settings.contains("details"),
        "{settings}"
    );
    assert_only_looked(&scene, 1);
    assert!(scene.stack.items().is_empty(), "nothing is written");
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn where_spectrum_is_off_it_is_said_to_be_off_and_not_called() {
    let scene = Scene::start().await;
    let answer = check(&scene, json!({})).await;
    assert_eq!(answer["ready"], true, "{answer}");
    assert!(says(&answer, "spectrum").contains("off"), "{answer}");
    let sets = sets(8001);
    scene
        .stack
        .repspark
        .submit(sample_custom_order(8001, &[&sets[0], &sets[1]]));
    assert_eq!(seen(&scene, 8001).await["acknowledging"], Value::Null);
    assert_only_looked(&scene, 0);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_token_is_tried_once_and_names_its_secret() {
    let scene = Scene::with_spectrum(&[]).await;
    scene.stack.put_spectrum_token(Some("wrong-token"));
    let answer = check(&scene, json!({})).await;
    assert_eq!(bad(&answer), ["spectrum_login"], "{answer}");
    assert!(says(&answer, "spectrum_login").contains(SECRET), "{answer}");
    assert!(!answer.to_string().contains("wrong-token"), "{answer}");
    assert_eq!(scene.stack.spectrum.refused_logins(), 1);
    assert_eq!(scene.pause_of("spectrum"), None, "a check pauses nothing");
    scene.stack.put_spectrum_token(None);
    assert_eq!(
        check(&scene, json!({})).await["ready"],
        true,
        "no secret is remembered"
    );
    assert_only_looked(&scene, 2);
    assert!(scene.stack.items().is_empty(), "nothing is written");
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_403_is_told_as_what_it_may_be_the_rate_or_the_token() {
    let scene = Scene::with_spectrum(&[]).await;
    scene.stack.spectrum.refuse_tokens_with(403);
    scene.stack.put_spectrum_token(Some("wrong-token"));
    let answer = check(&scene, json!({})).await;
    assert_eq!(bad(&answer), ["spectrum_login"], "{answer}");
    let said = says(&answer, "spectrum_login");
    assert!(
        said.contains("rate limit or refused token") && said.contains("two minutes") && said.contains(SECRET),
        "{said}"
    );
    // Of a good token the same is said.
    scene.stack.put_spectrum_token(None);
    scene.stack.spectrum.fail_next(SpectrumFailure::Forbidden, 1);
    let answer = check(&scene, json!({})).await;
    assert_eq!(bad(&answer), ["spectrum_login"], "{answer}");
    assert!(says(&answer, "spectrum_login").contains("rate limit or refused token"));
    assert_only_looked(&scene, 2);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_holds_no_token_or_a_pause_costs_no_call() {
    let scene = Scene::with_spectrum(&[]).await;
    for text in [
        "tell-nobody",
        "{\"key\": \"tell-nobody\"}",
        "{\"token\": \"\"}",
        "{\"token\": \" \"}",
    ] {
        scene.stack.proxy.put_secret(SECRET, text);
        let answer = check(&scene, json!({})).await;
        assert_eq!(bad(&answer), ["spectrum_secret", "spectrum_login"], "{text}");
        assert!(
            says(&answer, "spectrum_secret").contains("{\\\"token\\\""),
            "{answer}"
        );
        assert!(!answer.to_string().contains("tell-nobody"), "{answer}");
    }
    scene.stack.put_spectrum_token(None);
    scene
        .stack
        .proxy
        .set_secret_access(SECRET, aws_proxy::SecretAccess::Missing);
    let answer = check(&scene, json!({})).await;
    assert_eq!(bad(&answer), ["spectrum_secret", "spectrum_login"], "{answer}");
    assert!(says(&answer, "spectrum_secret").contains(SECRET), "{answer}");
    scene.end().await;

    let scene = Scene::with_spectrum(&[]).await;
    pause(&scene, "spectrum");
    let answer = check(&scene, json!({})).await;
    assert_eq!(bad(&answer), ["spectrum_pause", "spectrum_login"], "{answer}");
    assert_only_looked(&scene, 0);
    let answer = check(&scene, json!({"even_if_paused": true})).await;
    assert_eq!(bad(&answer), ["spectrum_pause"], "a pause is named all the same");
    assert_only_looked(&scene, 1);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn before_it_is_pulled_an_orders_recipe_sets_are_told_and_no_request_is_made_up() {
    let scene = Scene::with_spectrum(&[]).await;
    let [one, two] = sets(8001);
    scene
        .stack
        .repspark
        .submit(sample_custom_order(8001, &[&one, &two, ""]));
    scene.stack.repspark.submit(sample_order(8002, 2));
    let order = seen(&scene, 8001).await;
    assert_eq!(
        order["acknowledging"]["recipe_sets"],
        json!([one, two]),
        "{order}"
    );
    assert!(would_send(&order).is_empty(), "{order}");
    let order = seen(&scene, 8002).await;
    let said = order["acknowledging"]["says"].as_str().unwrap();
    assert!(said.contains("no line of it names a recipe set"), "{order}");
    assert!(scene.stack.items().is_empty(), "nothing is written");
    // Each check also looks whether Spectrum answers.
    assert_only_looked(&scene, 2);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_it_says_would_be_acknowledged_is_what_is_acknowledged() {
    let scene = Scene::with_spectrum(&[("SpectrumPriority", "higher")]).await;
    scene
        .done("repspark-pull-orders", json!({"baseline": true}))
        .await;
    set_map(&scene, sample_custom_map).await;
    let sets = sets(8001);
    scene
        .stack
        .repspark
        .submit(sample_custom_order(8001, &[&sets[0], &sets[1]]));
    scene.pull().await;
    let before = scene.stack.items();
    let order = seen(&scene, 8001).await;
    assert_eq!(scene.stack.items(), before, "nothing is written");
    let acknowledging = &order["acknowledging"];
    assert_eq!(
        acknowledging["number"], "<the number that the ERP gives>",
        "{order}"
    );
    assert_eq!(acknowledging["in_the_way"], Value::Null, "{order}");
    let ends: Vec<String> = would_send(&order).into_iter().map(|(end, _)| end).collect();
    assert_eq!(ends, ["order/acknowledgement", "order"]);

    import(&scene, []).await;
    let order = seen(&scene, 8001).await;
    let name = number(&scene, 8001);
    assert_eq!(order["acknowledging"]["number"], name, "{order}");
    assert_only_looked(&scene, 2);
    acknowledge(&scene).await;
    while scene.batch("spectrum-send-order").await > 0 {}
    let stored = scene.stack.spectrum.order(&name).expect("it is there");
    let sent: Vec<Value> = stored.history.iter().map(|call| (*call.body).clone()).collect();
    let shown: Vec<Value> = would_send(&order).into_iter().map(|(_, body)| body).collect();
    assert_eq!(sent, shown);
    let order = seen(&scene, 8001).await;
    let said = order["acknowledging"]["says"].as_str().unwrap();
    assert!(said.contains("it is acknowledged"), "{order}");
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_details_lack_is_named_and_so_is_what_is_no_recipe_set() {
    let scene = Scene::with_spectrum(&[]).await;
    scene
        .done("repspark-pull-orders", json!({"baseline": true}))
        .await;
    let [one, two] = sets(8001);
    scene
        .stack
        .repspark
        .submit(sample_custom_order(8001, &[&one, &two]));
    scene
        .stack
        .repspark
        .submit(sample_custom_order(8002, &["TOOLONG99"]));
    scene.pull().await;
    // The built-in map does not know where the customer's own address stands.
    let order = seen(&scene, 8001).await;
    let details = order["acknowledging"]["details"].as_str().unwrap();
    assert!(
        details.starts_with("unfit_for_spectrum: ") && details.contains("customerAddress.city is missing"),
        "{details}"
    );
    let ends: Vec<String> = would_send(&order).into_iter().map(|(end, _)| end).collect();
    assert_eq!(
        ends,
        ["order/acknowledgement"],
        "its acknowledgement goes all the same"
    );
    let order = seen(&scene, 8002).await;
    let why = order["acknowledging"]["in_the_way"][0].as_str().unwrap();
    assert!(
        why.starts_with("unfit_for_spectrum: ") && why.contains("line 1 recipeSetId"),
        "{why}"
    );
    assert!(would_send(&order).is_empty(), "{order}");
    assert_eq!(scene.step(8001, "acknowledge"), "absent", "{}", order_key(8001));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_an_order_that_was_taken_in_part_it_is_said_that_nothing_more_is_sent() {
    let scene = Scene::with_spectrum(&[]).await;
    scene
        .done("repspark-pull-orders", json!({"baseline": true}))
        .await;
    scene.stack.spectrum.unknown_recipe_set(&sets(8001)[1], true);
    import(&scene, [8001]).await;
    acknowledge(&scene).await;
    let order = seen(&scene, 8001).await;
    let code = scene.held(8001, "acknowledge");
    assert_eq!(code, "partly_taken");
    let [why] = order["acknowledging"]["in_the_way"]
        .as_array()
        .unwrap()
        .as_slice()
    else {
        panic!("one thing is in the way: {order}");
    };
    assert!(why.as_str().unwrap().starts_with(&format!("{code}: ")), "{why}");
    scene.end().await;
}
