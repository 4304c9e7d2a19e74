use std::io::Write as _;
use std::time::Duration;

use host::{Break, Clock, Form, Gate, Odds, Server};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::*;
use crate::testing::{anywhere, client, told};

struct Stand {
    ecat: Ecat,
    clock: Clock,
    gate: Gate,
    server: Server,
    client: reqwest::Client,
}

async fn stand() -> Stand {
    let (clock, gate) = (Clock::new(), Gate::new());
    let ecat = Ecat::new(clock.clone(), gate.clone(), "demo", "apiuser", "s3cret");
    let server = ecat.serve(anywhere()).await.unwrap();
    Stand {
        ecat,
        clock,
        gate,
        server,
        client: client(),
    }
}

impl Stand {
    fn bare(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("{}{path}", self.server.url()))
    }

    fn call(&self, method: Method, path: &str) -> RequestBuilder {
        self.bare(method, &format!("/demo/ext/v2/orders/{path}"))
            .basic_auth("apiuser", Some("s3cret"))
    }

    fn list(&self) -> RequestBuilder {
        self.call(Method::GET, "new_orders")
    }

    fn mark(&self, numbers: &[&str]) -> RequestBuilder {
        self.call(Method::POST, "new_orders").json(numbers)
    }

    /// The numbers in a list that succeeds.
    async fn numbers(&self) -> Vec<String> {
        let (status, envelope) = told(self.list()).await;
        assert_eq!(
            (status, &envelope["status"]),
            (200, &json!("success")),
            "{envelope}"
        );
        assert_eq!(envelope["error"], Value::Null);
        numbers(&envelope)
    }
}

fn numbers(envelope: &Value) -> Vec<String> {
    let orders = envelope["data"].as_array().unwrap().iter();
    orders
        .map(|order| order["order_number"].as_str().unwrap().to_owned())
        .collect()
}

fn failed(word: &str, error: &str) -> Value {
    json!({"status": word, "error": error, "data": null})
}

/// The vendor's own pair, and a third order.
fn three(ecat: &Ecat) -> [String; 3] {
    let mut first = ecat_sample(1, 3);
    first["order_number"] = json!("6385-031318-392");
    first["uuid"] = json!("631F4C43-361B-4385-A1EC-7D214B5B4EBE");
    first["id"] = json!(356_509);
    ecat.submit(first.clone());
    let mut again = ecat_revised(&first);
    again["id"] = json!(378_430);
    let again = ecat
        .resubmit("631f4c43-361b-4385-a1ec-7d214b5b4ebe", again)
        .unwrap();
    let other = ecat.submit(ecat_sample(2, 1));
    ["6385-031318-392".to_owned(), again.number, other.number]
}

#[tokio::test]
async fn a_list_shows_every_version_until_it_is_marked_and_changes_nothing() {
    let s = stand().await;
    assert_eq!(s.numbers().await, Vec::<String>::new());
    let all = three(&s.ecat);
    assert_eq!(all[1], "6385-031318-392-1");
    assert_eq!(s.numbers().await, all);
    let (_, envelope) = told(s.list()).await;
    assert_eq!(
        envelope["data"][1]["uuid"],
        "631F4C43-361B-4385-A1EC-7D214B5B4EBE"
    );
    assert_eq!(envelope["data"][0]["id"], 356_509);
    assert_eq!(envelope["data"][1]["id"], 378_430);
    assert_eq!(envelope["data"][2]["id"], 378_433, "in sequence, with gaps");
    assert_eq!(s.ecat.unreceived(), all);
    s.clock.advance(Duration::from_secs(60));
    let (status, marked) = told(s.mark(&[&all[0], &all[2], "XYZ-123"])).await;
    let mut data = json!({&all[0]: {"success": true}, &all[2]: {"success": true}});
    data["XYZ-123"] = json!({"success": false, "error": "Order not found"});
    let expected = json!({"status": "success", "error": null, "data": data});
    assert_eq!((status, marked), (200, expected));
    assert_eq!(s.numbers().await, all[1..2]);
    assert_eq!(
        (s.ecat.received(&all[0]), s.ecat.received(&all[1])),
        (true, false)
    );
    assert!(!s.ecat.received("XYZ-123"));
    let seen = &s.ecat.orders()[0];
    assert!(seen.received_at_ms.unwrap() <= s.clock.now_ms());
    assert_eq!(s.ecat.calls()["GET new_orders"], 4);
    assert_eq!(s.ecat.calls()["POST new_orders"], 1);
    assert_eq!(s.ecat.complaints(), Vec::<String>::new());
}

#[tokio::test]
async fn an_emptied_and_refilled_order_looks_like_a_resubmission_on_the_wire() {
    let s = stand().await;
    let order = ecat_sample(3, 4);
    let first = s.ecat.submit(order.clone());
    let new = s
        .ecat
        .empty_and_refill(&first.uuid, ecat_refilled(&order))
        .unwrap();
    let again = s.ecat.resubmit(&first.uuid, order).unwrap();
    assert_eq!(
        (new.number, again.number),
        (format!("{}-1", first.number), format!("{}-2", first.number))
    );
    assert!(first.id < new.id && new.id < again.id);
    let (_, list) = told(s.list()).await;
    let keys = |at: usize| {
        list["data"][at]
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(keys(1), keys(2));
    let refilled: Vec<bool> = s.ecat.orders().iter().map(|order| order.refilled).collect();
    assert_eq!(refilled, [false, true, false]);
    assert_eq!(s.ecat.resubmit("NOBODY", json!({})), None);
}

#[tokio::test]
async fn a_list_comes_in_the_sequence_that_a_test_chooses() {
    let s = stand().await;
    let all: Vec<String> = (1..=9).map(|n| s.ecat.submit(ecat_sample(n, 1)).number).collect();
    s.ecat.sequence(Sequence::Reversed);
    let reversed: Vec<String> = all.iter().rev().cloned().collect();
    assert_eq!(s.numbers().await, reversed);
    s.ecat.sequence(Sequence::Mixed(7));
    let mixed = s.numbers().await;
    assert_eq!(s.numbers().await, mixed, "the same seed, the same sequence");
    assert!(mixed != all && mixed != reversed);
    let mut sorted = mixed;
    sorted.sort();
    let mut expected = all;
    expected.sort();
    assert_eq!(sorted, expected);
}

#[tokio::test]
async fn one_order_is_read_by_its_id_in_three_forms_and_stays_as_it_is() {
    let s = stand().await;
    let order = s.ecat.submit(ecat_sample(1, 2));
    let path = format!("{}.json", order.id);
    let (_, bare) = told(s.call(Method::GET, &path)).await;
    assert_eq!(bare["order_number"], order.number);
    s.ecat.single(Single::Enveloped);
    let (_, enveloped) = told(s.call(Method::GET, &path)).await;
    assert_eq!(
        enveloped,
        json!({"status": "success", "error": null, "data": bare})
    );
    s.ecat.single(Single::EnvelopedList);
    assert_eq!(told(s.call(Method::GET, &path)).await.1["data"], json!([bare]));
    assert!(!s.ecat.received(&order.number));
    assert_eq!(
        told(s.call(Method::GET, "999999.json")).await,
        (404, failed("failure", "Order not found"))
    );
    told(s.mark(&[&order.number])).await;
    s.ecat.single(Single::Bare);
    assert_eq!(
        told(s.call(Method::GET, &path)).await.1,
        bare,
        "received ones too"
    );
    let (status, _) = told(s.call(Method::GET, &format!("{}.json", order.number))).await;
    assert_eq!((status, s.ecat.complaints().len()), (404, 1), "a number is no id");
}

#[tokio::test]
async fn a_wrong_login_or_organisation_is_refused_in_the_form_that_a_test_chooses() {
    let s = stand().await;
    three(&s.ecat);
    let wrong = || {
        let path = "/demo/ext/v2/orders/new_orders";
        s.bare(Method::GET, path).basic_auth("apiuser", Some("other"))
    };
    let nobody = || s.bare(Method::GET, "/demo/ext/v2/orders/new_orders");
    let bearer = || nobody().bearer_auth("s3cret");
    let elsewhere = || {
        s.bare(Method::GET, "/Demo/ext/v2/orders/new_orders")
            .basic_auth("apiuser", Some("s3cret"))
    };
    let login = failed("failure", "Invalid credentials");
    let org = failed("failure", "Organization not found");
    for (shown, status, missing) in [(Shown::ByStatus, 401, 404), (Shown::Within200, 200, 200)] {
        s.ecat.refuse_logins(shown);
        s.ecat.refuse_orgs(shown);
        for request in [wrong(), nobody(), bearer()] {
            assert_eq!(told(request).await, (status, login.clone()));
        }
        assert_eq!(told(elsewhere()).await, (missing, org.clone()));
    }
    assert_eq!(s.ecat.refused_logins(), 6);
    s.ecat.set_login("apiuser", "other");
    assert_eq!(told(wrong()).await.0, 200);
    assert_eq!(told(s.list()).await.1, login);
    assert_eq!(s.ecat.unreceived().len(), 3);
    assert_eq!(
        s.ecat.complaints(),
        Vec::<String>::new(),
        "a login is not a complaint"
    );
}

#[tokio::test]
async fn what_no_client_may_send_is_refused_and_remembered() {
    let s = stand().await;
    let all = three(&s.ecat);
    let post = || s.call(Method::POST, "new_orders");
    let json_body = |text: &'static str| post().header("content-type", "application/json").body(text);
    for (request, status) in [
        (s.call(Method::GET, "new_orders?since=1"), 400),
        (s.list().body("[]"), 400),
        (s.call(Method::PUT, "new_orders").json(&all), 405),
        (s.call(Method::DELETE, "356509.json"), 405),
        (s.call(Method::GET, "old_orders"), 404),
        (
            s.bare(Method::GET, "/demo/orders.json")
                .basic_auth("apiuser", Some("s3cret")),
            404,
        ),
        (post().body("[\"6385-031318-392\"]"), 400),
        (json_body(""), 400),
        (json_body("[]"), 400),
        (json_body("[356509]"), 400),
        (json_body("{\"orders\":[\"6385-031318-392\"]}"), 400),
        (json_body("\"6385-031318-392\""), 400),
        (s.mark(&[&all[0], &all[0]]), 400),
    ] {
        let before = s.ecat.complaints().len();
        let (got, envelope) = told(request).await;
        assert_eq!(
            (got, &envelope["status"]),
            (status, &json!("error")),
            "{envelope}"
        );
        assert_eq!(s.ecat.complaints().len(), before + 1, "{envelope}");
    }
    assert_eq!(s.ecat.unreceived(), all, "and nothing is marked");
}

#[tokio::test]
async fn marks_fail_one_by_one_inside_a_success() {
    let s = stand().await;
    let [one, two, three] = three(&s.ecat);
    s.ecat.refuse_mark(&one, "Order could not be updated");
    s.ecat.omit_mark(&two);
    s.ecat.extra_fields(true);
    let (status, envelope) = told(s.mark(&[&one, &two, &three])).await;
    assert_eq!((status, &envelope["status"]), (200, &json!("success")));
    let mut data = json!({&three: {"success": true}, "NOT-ASKED-1": {"success": true}});
    data[&one] = json!({"success": false, "error": "Order could not be updated"});
    assert_eq!(envelope["data"], data);
    assert_eq!(s.ecat.unreceived(), [one.clone(), two.clone()]);
    s.ecat.accept_mark(&one);
    s.ecat.accept_mark(&two);
    s.ecat.marks_without_effect(1);
    let (_, envelope) = told(s.mark(&[&one])).await;
    assert_eq!(envelope["data"][&one], json!({"success": true}), "it says so");
    assert!(!s.ecat.received(&one), "but it is not");
    told(s.mark(&[&one, &two])).await;
    assert_eq!(s.ecat.unreceived(), Vec::<String>::new());
    assert_eq!(
        (s.ecat.marks(&one), s.ecat.marks(&two), s.ecat.marks_max()),
        (2, 1, 3)
    );
}

#[tokio::test]
async fn marking_what_is_marked_succeeds_or_fails_as_a_test_chooses() {
    let s = stand().await;
    let [one, ..] = three(&s.ecat);
    for _ in 0..2 {
        assert_eq!(told(s.mark(&[&one])).await.1["data"][&one]["success"], true);
    }
    assert_eq!(s.ecat.marks(&one), 2);
    s.ecat.marks_again_fail(true);
    assert_eq!(told(s.mark(&[&one])).await.1["data"][&one]["success"], false);
    assert_eq!(s.ecat.marks(&one), 2);
    s.ecat.unmark(&one);
    assert_eq!(told(s.mark(&[&one])).await.1["data"][&one]["success"], true);
}

#[tokio::test]
async fn failures_come_by_status_inside_a_200_and_behind_the_data() {
    let s = stand().await;
    let all = three(&s.ecat);
    s.ecat.fail_next(200, "Maintenance", 1);
    s.ecat.fail_next(503, "Maintenance", 1);
    let maintenance = failed("error", "Maintenance");
    assert_eq!(told(s.list()).await, (200, maintenance.clone()));
    assert_eq!(told(s.mark(&[&all[0]])).await, (503, maintenance));
    assert_eq!(s.ecat.unreceived(), all);
    s.ecat.fail_after_data("Timed out", 1);
    let text = s.list().send().await.unwrap().text().await.unwrap();
    assert!(text.starts_with("{\"data\":[{\"order_number\":"), "{text}");
    assert!(
        text.ends_with("],\"status\":\"error\",\"error\":\"Timed out\"}\n"),
        "{text}"
    );
    assert_eq!(numbers(&serde_json::from_str(&text).unwrap()), all);
    assert_eq!(s.numbers().await, all);
}

#[tokio::test]
async fn a_list_is_json_in_every_form() {
    let s = stand().await;
    let all = three(&s.ecat);
    let plain = s.list().send().await.unwrap().text().await.unwrap();
    assert!(plain.starts_with(
        "{\"status\":\"success\",\"error\":null,\"data\":[{\"order_number\":\"6385-031318-392\",\"uuid\":"
    ));
    s.ecat.status_after_data(true);
    let after = s.list().send().await.unwrap().text().await.unwrap();
    assert!(after.ends_with("],\"status\":\"success\",\"error\":null}\n"));
    assert_eq!(
        serde_json::from_str::<Value>(&plain).unwrap(),
        serde_json::from_str::<Value>(&after).unwrap()
    );
    s.ecat.extra_fields(true);
    s.ecat.keys_sorted(true);
    s.ecat.ids_as_strings(true);
    assert_eq!(s.numbers().await, all);
    let (_, envelope) = told(s.list()).await;
    assert_eq!(envelope["data"][0]["id"], "356509");
    assert_eq!(envelope["data"][0]["another_field"]["order_number"], "NOT-2");
    assert!(envelope["meta"].is_object() && envelope["page"].is_array());
    s.ecat.status_after_data(false);
    let text = s.list().send().await.unwrap().text().await.unwrap();
    assert!(
        text.contains("[{\"another_field\""),
        "order_number is not the first key"
    );
}

#[tokio::test]
async fn a_body_breaks_off_once_and_nothing_is_received() {
    let s = stand().await;
    let all = three(&s.ecat);
    s.ecat.cut_body_after(900);
    let answer = s.list().send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert!(answer.bytes().await.is_err());
    assert_eq!(s.numbers().await, all);
    assert_eq!(s.ecat.unreceived(), all);
}

#[tokio::test]
async fn a_body_pauses_until_it_is_released() {
    let s = stand().await;
    let all = three(&s.ecat);
    s.ecat.pause_body_after(2);
    let mut answer = s.list().send().await.unwrap();
    let mut text = Vec::new();
    while !String::from_utf8_lossy(&text).contains(&format!("\"{}\"", all[1])) {
        text.extend_from_slice(&answer.chunk().await.unwrap().unwrap());
    }
    s.ecat.wait_for_pause().await;
    assert!(
        !String::from_utf8_lossy(&text).contains(&all[2]),
        "the rest waits"
    );
    // What came is marked meanwhile, as a pull does.
    told(s.mark(&[&all[0]])).await;
    s.ecat.release_body();
    while let Some(chunk) = answer.chunk().await.unwrap() {
        text.extend_from_slice(&chunk);
    }
    assert_eq!(numbers(&serde_json::from_slice(&text).unwrap()), all);
    assert_eq!(s.numbers().await, all[1..], "the next one does not pause");
}

#[tokio::test]
async fn a_malformed_record_that_is_mended_is_an_order_under_its_number() {
    let s = stand().await;
    s.ecat.submit_raw("{\"order_number\": \"BAD-1\", \"uuid\": 12}");
    assert_eq!(s.ecat.mend("BAD-2", ecat_sample(2, 1)), None);
    let mended = s.ecat.mend("BAD-1", ecat_sample(2, 1)).unwrap();
    assert_eq!(s.numbers().await, ["BAD-1"]);
    let (status, order) = told(s.call(Method::GET, &format!("{}.json", mended.id))).await;
    assert_eq!(
        (status, &order["order_number"], &order["uuid"]),
        (200, &json!("BAD-1"), &ecat_sample(2, 1)["uuid"])
    );
    assert_eq!(
        s.ecat.mend("BAD-1", ecat_sample(3, 1)),
        None,
        "it is no text any more"
    );
    let again = s.ecat.resubmit(&mended.uuid, ecat_sample(2, 1)).unwrap();
    assert_eq!(again.number, "BAD-1-1");
}

#[tokio::test]
async fn time_passes_in_the_middle_of_a_body_that_goes_out_in_parts() {
    let s = stand().await;
    for n in 1..=60 {
        s.ecat.submit(ecat_sample(n, 3));
    }
    let (clock, before) = (s.clock.clone(), s.clock.now_ms());
    s.ecat
        .on_order(40, move || clock.advance(Duration::from_secs(600)));
    s.ecat.pause_body_after(30);
    let answer = s.list().send().await.unwrap();
    s.ecat.wait_for_pause().await;
    assert!(
        s.clock.now_ms() - before < 600_000,
        "thirty orders went out, and no time passed"
    );
    s.ecat.release_body();
    let envelope: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    assert_eq!(numbers(&envelope).len(), 60, "the body goes on all the same");
    assert!(s.clock.now_ms() - before >= 600_000);
    assert_eq!(s.numbers().await.len(), 60);
    assert!(s.clock.now_ms() - before < 1_200_000, "once");
}

#[tokio::test]
async fn time_passes_behind_a_body_that_is_shorter_than_asked_for() {
    let s = stand().await;
    three(&s.ecat);
    let (clock, before) = (s.clock.clone(), s.clock.now_ms());
    s.ecat
        .on_order(2_000, move || clock.advance(Duration::from_secs(600)));
    assert_eq!(s.numbers().await.len(), 3);
    assert!(s.clock.now_ms() - before >= 600_000);
}

#[tokio::test]
async fn time_passes_when_so_many_are_marked() {
    let s = stand().await;
    let all = three(&s.ecat);
    let (clock, before) = (s.clock.clone(), s.clock.now_ms());
    s.ecat
        .on_marks(2, move || clock.advance(Duration::from_secs(600)));
    told(s.mark(&[&all[0]])).await;
    told(s.mark(&[&all[0]])).await;
    assert!(
        s.clock.now_ms() - before < 600_000,
        "one that is marked twice is one"
    );
    told(s.mark(&[&all[1], &all[2]])).await;
    assert!(s.clock.now_ms() - before >= 600_000);
}

#[tokio::test]
async fn a_malformed_record_stands_among_the_others_until_it_is_marked() {
    let s = stand().await;
    let one = s.ecat.submit(ecat_sample(1, 1));
    s.ecat
        .submit_raw("{\"order_number\": \"BAD-1\", \"uuid\": 12, \"items\": [");
    s.ecat.submit_raw("\"nameless\"");
    let two = s.ecat.submit(ecat_sample(2, 1));
    let text = s.list().send().await.unwrap().text().await.unwrap();
    assert!(text.contains(",{\"order_number\": \"BAD-1\", \"uuid\": 12, \"items\": [,\"nameless\",{"));
    assert_eq!(s.ecat.unreceived(), [one.number, "BAD-1".to_owned(), two.number]);
    told(s.mark(&["BAD-1"])).await;
    assert!(s.ecat.received("BAD-1"));
    assert_eq!(s.ecat.orders().len(), 4);
}

#[tokio::test]
async fn an_edited_order_comes_again_under_its_id() {
    let s = stand().await;
    let order = ecat_sample(1, 2);
    let one = s.ecat.submit(order.clone());
    told(s.mark(&[&one.number])).await;
    assert!(s.ecat.edit(one.id, ecat_revised(&order)));
    let (_, list) = told(s.list()).await;
    assert_eq!(list["data"][0]["id"], one.id);
    assert_eq!(list["data"][0]["order_number"], one.number);
    assert_eq!(list["data"][0]["items"].as_array().unwrap().len(), 3);
    assert!(!s.ecat.edit(1, json!({})));
}

#[tokio::test]
async fn a_number_of_two_orders_is_marked_for_both() {
    let s = stand().await;
    let mut first = ecat_sample(1, 1);
    first["order_number"] = json!("XYZ");
    let first = s.ecat.submit(first);
    let mut base = ecat_sample(2, 1);
    base["order_number"] = json!("XYZ-1");
    s.ecat.submit(base);
    let again = s.ecat.resubmit(&first.uuid, ecat_sample(1, 1)).unwrap();
    assert_eq!(again.number, "XYZ-1", "the collision that hazards.md names");
    assert_eq!(s.numbers().await, ["XYZ", "XYZ-1", "XYZ-1"]);
    told(s.mark(&["XYZ-1"])).await;
    assert_eq!(s.numbers().await, ["XYZ"]);
}

#[tokio::test]
async fn a_fuse_breaks_a_mark_before_or_after_its_effect() {
    for (form, received) in [
        (Form::Before, false),
        (Form::After, true),
        (Form::ReplyLost, true),
    ] {
        let s = stand().await;
        let [one, ..] = three(&s.ecat);
        s.gate.arm(&[Break { call: 1, form }]);
        assert!(s.mark(&[&one]).send().await.is_err());
        assert_eq!(s.ecat.received(&one), received, "{form:?}");
        assert_eq!(
            s.gate.journal(),
            [format!("some-function ecat POST new_orders {one}")]
        );
        assert_eq!(told(s.mark(&[&one])).await.0, 200);
        assert_eq!(s.ecat.marks(&one), 1 + usize::from(received));
    }
}

#[tokio::test]
async fn each_kind_of_fault_has_a_form() {
    let s = stand().await;
    let [one, two, three] = three(&s.ecat);
    let odds = |fault| {
        vec![Odds {
            service: "ecat",
            operation: "",
            fault,
            one_in: 1,
        }]
    };
    s.gate.play(1, odds(Fault::ServerError));
    assert_eq!(told(s.list()).await, (500, failed("error", "Internal error")));
    assert_eq!(told(s.list()).await, (200, failed("error", "Internal error")));
    let (status, page) = told(s.mark(&[&one])).await;
    assert_eq!(status, 502);
    assert!(page.as_str().unwrap().contains("<html>"));
    s.gate.play(1, odds(Fault::Throttled));
    assert_eq!(told(s.list()).await.0, 429);
    assert_eq!(s.ecat.unreceived().len(), 3);
    s.gate.play(1, odds(Fault::CutBody));
    assert!(s.list().send().await.unwrap().bytes().await.is_err());
    s.gate.play(1, odds(Fault::PartialBatch));
    let (_, marked) = told(s.mark(&[&one, &two, &three])).await;
    let success = |number: &str| marked["data"][number]["success"] == true;
    assert_eq!(
        [success(&one), success(&two), success(&three)],
        [true, false, true]
    );
    assert_eq!(s.ecat.unreceived(), std::slice::from_ref(&two));
    assert!(s.list().send().await.is_err(), "a list has no parts to leave out");
    s.gate.play(1, odds(Fault::CutBody));
    assert!(s.mark(&[&two]).send().await.unwrap().bytes().await.is_err());
    assert!(s.ecat.received(&two), "marked, although the answer broke off");
}

#[tokio::test]
async fn twenty_thousand_orders_come_in_one_answer() {
    let s = stand().await;
    for n in 1..=20_000 {
        s.ecat.submit(ecat_sample(n, 1));
    }
    assert_eq!(s.numbers().await.len(), 20_000);
    let all = s.ecat.unreceived();
    for some in all[..1_000].chunks(100) {
        let some: Vec<&str> = some.iter().map(String::as_str).collect();
        told(s.mark(&some)).await;
    }
    assert_eq!(s.numbers().await.len(), 19_000);
    assert_eq!(s.ecat.marks_max(), 100);
}

fn skus(order: &Value) -> Vec<&str> {
    let items = order["items"].as_array().unwrap().iter();
    items.map(|item| item["item_number"].as_str().unwrap()).collect()
}

fn in_cents(money: &Value) -> i64 {
    let (whole, fraction) = money.as_str().unwrap().split_once('.').unwrap();
    assert_eq!(fraction.len(), 2);
    format!("{whole}{fraction}").parse().unwrap()
}

#[test]
fn samples_add_up_and_have_names_of_their_own() {
    let mut names = std::collections::BTreeSet::new();
    for n in 1..=2_000 {
        let order = ecat_sample(n, 3);
        assert_eq!(order, ecat_sample(n, 3));
        for order in [&order, &ecat_revised(&order), &ecat_refilled(&order)] {
            let cents = order["items"].as_array().unwrap().iter();
            let cents = cents.map(|item| in_cents(&item["unit_price"]) * item["quantity"].as_i64().unwrap());
            assert_eq!(in_cents(&order["total"]), cents.sum::<i64>(), "{n}");
        }
        assert!(names.insert(order["order_number"].to_string()), "{n}");
        assert!(names.insert(order["uuid"].to_string()), "{n}");
        let uuid = uuid::Uuid::parse_str(order["uuid"].as_str().unwrap()).unwrap();
        assert_eq!(order["uuid"], uuid.to_string().to_uppercase());
    }
}

#[test]
fn a_revised_sample_keeps_its_items_and_a_refilled_one_keeps_none() {
    for n in 1..=200 {
        for lines in [1, 3, 15, 30] {
            let order = ecat_sample(n, lines);
            let before = skus(&order);
            assert_eq!(before.len(), lines);
            assert!(before.iter().all(|sku| sku.len() <= 20));
            let (revised, refilled) = (ecat_revised(&order), ecat_refilled(&order));
            let kept = skus(&revised).iter().filter(|sku| before.contains(sku)).count();
            assert_eq!((kept, skus(&revised).len()), (lines, lines + 1), "{n}");
            let kept = skus(&refilled).iter().filter(|sku| before.contains(sku)).count();
            assert_eq!((kept, skus(&refilled).len()), (0, lines), "{n}");
            let mut distinct = skus(&refilled);
            distinct.sort_unstable();
            distinct.dedup();
            assert_eq!(distinct.len(), lines, "{n}");
        }
    }
}

#[test]
fn a_sample_has_ten_custom_fields_and_its_personal_ones_are_named() {
    let order = ecat_sample(8, 3);
    assert!(ECAT_CUSTOM_FIELDS.iter().all(|name| order.get(name).is_some()));
    for n in 1..=200 {
        let order = ecat_sample(n, 1);
        for name in ECAT_PERSONAL {
            let said = order[name].as_str().unwrap();
            assert!(said.len() >= 6, "{name}: {said} would be found anywhere");
        }
    }
    assert!(order.get("id").is_none(), "the server gives it");
}

#[test]
fn a_sample_of_three_lines_deflates_to_a_kilobyte() {
    for n in [1, 5, 8, 4, 8086, 999_999] {
        let mut deflate = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
        deflate
            .write_all(ecat_sample(n, 3).to_string().as_bytes())
            .unwrap();
        let size = deflate.finish().unwrap().len();
        assert!(size <= 1024, "{n}: {size}");
    }
}
