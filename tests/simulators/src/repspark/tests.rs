use std::io::Write as _;
use std::time::Duration;

use host::{Break, Clock, Form, Gate, Odds, Server};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::*;
use crate::testing::{anywhere, client, told};

struct Stand {
    repspark: RepSpark,
    clock: Clock,
    gate: Gate,
    server: Server,
    client: reqwest::Client,
}

async fn stand() -> Stand {
    let (clock, gate) = (Clock::new(), Gate::new());
    let repspark = RepSpark::new(clock.clone(), gate.clone(), "client-key", "env-key");
    let server = repspark.serve(anywhere()).await.unwrap();
    Stand {
        repspark,
        clock,
        gate,
        server,
        client: client(),
    }
}

impl Stand {
    fn call(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}/api{path}", self.server.url());
        self.client
            .request(method, url)
            .basic_auth("client-key", Some("env-key"))
    }

    fn get(&self, query: &str) -> RequestBuilder {
        self.call(Method::GET, &format!("/order?{query}"))
    }

    fn post(&self, token: &str, body: &Value) -> RequestBuilder {
        self.call(Method::POST, "/orderconfirmation")
            .header("X-RepSpark-TransactionToken", token)
            .header("X-RepSpark-SyncMode", "Delta")
            .json(body)
    }

    /// A POST under a token of its own.
    fn confirm(&self, body: &Value) -> RequestBuilder {
        self.post(&uuid::Uuid::new_v4().to_string(), body)
    }

    fn statuses<const N: usize>(&self, ids: [u64; N]) -> [Option<u32>; N] {
        ids.map(|id| self.repspark.status(id))
    }
}

/// The status and the error code.
async fn code(request: RequestBuilder) -> (u16, String) {
    let answer = request.send().await.unwrap();
    let code = answer
        .headers()
        .get("x-repspark-errorcode")
        .unwrap()
        .to_str()
        .unwrap()
        .to_owned();
    (answer.status().as_u16(), code)
}

fn is(status: u16, code: &str) -> (u16, String) {
    (status, code.to_owned())
}

fn numbers(list: &Value) -> Vec<u64> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|order| order["OrderId"].as_u64().unwrap())
        .collect()
}

fn one(id: u64, number: &str) -> Value {
    json!([{"RepSparkOrderNumber": id, "ErpOrderNumber": number}])
}

#[tokio::test]
async fn a_list_of_submitted_orders_flips_them_to_sent() {
    let s = stand().await;
    s.repspark.submit(sample_order(8086, 3));
    s.repspark.submit(json!({"OrderId": "8087", "StatusId": 9999}));
    let (status, list) = told(s.get("statusId=1")).await;
    assert_eq!((status, list.as_array().unwrap().len()), (200, 2));
    assert_eq!(list[0]["StatusId"], 1, "delivered as it stood when it was read");
    assert_eq!(s.statuses([8086, 8087]), [Some(2), Some(2)]);
    assert_eq!(told(s.get("STATUSID=1")).await, (200, json!([])));
    let (_, sent) = told(s.get("StatusId=2")).await;
    assert_eq!(sent.as_array().unwrap().len(), 2);
    assert_eq!(sent[0]["StatusId"], 2);
    assert_ne!(
        sent[0]["LastUpdated"],
        sample_order(8086, 3)["LastUpdated"],
        "a flip is an update"
    );
    assert_eq!(
        s.statuses([8086, 8087]),
        [Some(2), Some(2)],
        "only the list of Submitted flips"
    );
    assert_eq!(s.repspark.calls()["GET order statusId=1"], 2);
}

#[tokio::test]
async fn one_order_is_read_in_any_status_and_stays_as_it_is() {
    let s = stand().await;
    for (id, status) in [(1, 9999), (2, 1), (3, 2), (4, 4)] {
        s.repspark.put(id, sample_order(id, 1), status);
        let (_, order) = told(s.get(&format!("orderid={id}"))).await;
        assert_eq!(
            (order["OrderId"].as_u64(), order["StatusId"].as_u64()),
            (Some(id), Some(status.into()))
        );
        assert_eq!(s.repspark.status(id), Some(status));
    }
    s.repspark.single_as_array(true);
    s.repspark.ids_as_strings(true);
    let (_, order) = told(s.get("orderId=4")).await;
    assert_eq!(
        (&order[0]["OrderId"], &order[0]["StatusId"]),
        (&json!("4"), &json!("4"))
    );
    assert_eq!(code(s.get("orderId=5")).await, is(404, "ResourceNotFound"));
}

#[test]
fn a_sample_has_a_recipe_set_on_each_unit_that_is_given_one_and_adds_up_as_before() {
    // One more size of this one has the quantity zero.
    let order = sample_custom_order(8_090, &["ABCD1234", "", "abcd1234"]);
    let sizes = order["OrderItems"].as_array().unwrap().iter();
    let sizes = sizes.flat_map(|item| item["OrderItemSizes"].as_array().unwrap());
    let sets = sizes.map(|size| {
        (
            size["OrderedQuantity"] == 0,
            size["Extensions"][0]["Value"].as_str(),
        )
    });
    assert_eq!(
        sets.collect::<Vec<_>>(),
        [
            (false, Some("ABCD1234")),
            (true, None),
            (false, None),
            (false, Some("abcd1234"))
        ]
    );
    let plain = sample_order(8_090, 3);
    assert_eq!(order["TotalUnits"], plain["TotalUnits"]);
    assert_eq!(order["Customer"]["BillingCountry"], "US");
    let map =
        sample_custom_map(json!({"order": {"customer.code": "/CustomerCode"}, "lines": {"fields": {}}}));
    assert_eq!(map["order"]["bill_to.line1"], "/Customer/BillingAddress1");
    assert_eq!(map["order"]["customer.code"], "/CustomerCode");
}

#[tokio::test]
async fn exactly_one_query_parameter_is_asked_for() {
    let s = stand().await;
    for query in [
        "",
        "statusId=1&orderId=2",
        "statusId=1&StatusId=1",
        "statusId=new",
        "orderId=",
    ] {
        assert_eq!(
            code(s.get(query)).await,
            is(400, "InvalidQueryParameter"),
            "{query}"
        );
    }
    assert_eq!(
        code(s.get("statusId=1&page=2")).await,
        is(400, "UnsupportedQueryParameter")
    );
}

#[tokio::test]
async fn refuses_whoever_has_not_the_keys_and_counts_them() {
    let s = stand().await;
    s.repspark.submit(sample_order(1, 1));
    let url = format!("{}/api/order?statusId=1", s.server.url());
    assert_eq!(
        code(s.client.get(&url)).await,
        is(401, "MissingAuthenticationInfo")
    );
    assert_eq!(
        code(s.client.get(&url).bearer_auth("x")).await,
        is(401, "InvalidAuthenticationInfo")
    );
    let wrong = s.client.get(&url).basic_auth("client-key", Some("other"));
    assert_eq!(code(wrong).await, is(401, "AuthenticationFailed"));
    s.repspark.set_keys("client-key", "new-key");
    assert_eq!(code(s.get("statusId=1")).await, is(401, "AuthenticationFailed"));
    assert_eq!((s.repspark.refused_logins(), s.repspark.status(1)), (4, Some(1)));
}

#[tokio::test]
async fn a_read_carries_no_header_of_a_sync() {
    let s = stand().await;
    for name in [
        "X-RepSpark-TransactionToken",
        "X-RepSpark-SyncMode",
        "X-RepSpark-BatchType",
        "X-RepSpark-New",
    ] {
        let answer = code(s.get("statusId=1").header(name, "Delta")).await;
        assert_eq!(answer, is(400, "UnsupportedHeader"), "{name}");
    }
    assert_eq!(
        code(s.get("statusId=1").header("X-RepSpark-Resource", "Order")).await,
        is(200, "OK")
    );
    let by_header = s
        .call(Method::GET, "?statusId=2")
        .header("X-RepSpark-Resource", "Order");
    assert_eq!(code(by_header).await, is(200, "OK"));
}

#[tokio::test]
async fn wrong_verbs_and_resources_have_their_codes() {
    let s = stand().await;
    assert_eq!(
        code(s.call(Method::POST, "/order")).await,
        is(400, "InvalidHttpVerb")
    );
    assert_eq!(
        code(s.call(Method::GET, "/orderconfirmation")).await,
        is(400, "InvalidHttpVerb")
    );
    assert_eq!(
        code(s.call(Method::DELETE, "/order")).await,
        is(405, "UnsupportedHttpVerb")
    );
    assert_eq!(
        code(s.call(Method::GET, "/orders?statusId=1")).await,
        is(404, "ResourceNotFound")
    );
}

#[tokio::test]
async fn orders_older_than_six_months_are_reached_by_id_alone() {
    let s = stand().await;
    s.repspark.put(1, sample_order(1, 1), 2);
    s.clock.advance(Duration::from_secs(184 * 24 * 3600));
    s.repspark.put(2, sample_order(2, 1), 2);
    let (_, list) = told(s.get("statusId=2")).await;
    assert_eq!(numbers(&list), [2]);
    assert_eq!(told(s.get("orderId=1")).await.0, 200);
}

#[tokio::test]
async fn a_confirmation_makes_the_order_valid_with_its_number() {
    let s = stand().await;
    s.repspark.put(8086, sample_order(8086, 3), 2);
    let answer = s.confirm(&one(8086, "SO104233")).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    for name in [
        "x-repspark-transactiontrackingnumber",
        "x-repspark-transactionbatchtrackingnumber",
    ] {
        assert!(answer.headers().contains_key(name), "{name}");
    }
    assert_eq!(s.repspark.status(8086), Some(4));
    assert_eq!(s.repspark.erp_number(8086).as_deref(), Some("SO104233"));
    assert_eq!(code(s.confirm(&one(8086, "SO104233"))).await, is(200, "OK"));
    assert_eq!(
        s.repspark.confirmations(8086),
        ["SO104233", "SO104233"],
        "doubles are seen"
    );
    assert_eq!(
        code(s.confirm(&one(8086, "SO104234"))).await,
        is(400, "InvalidInput"),
        "another number"
    );
    s.repspark.put(8087, sample_order(8087, 3), 2);
    assert_eq!(
        code(s.confirm(&one(8087, "SO104233"))).await,
        is(400, "InvalidInput"),
        "another's number"
    );
    assert_eq!(s.repspark.orders().len(), 2);
}

#[tokio::test]
async fn a_confirmation_takes_all_of_its_array_or_nothing() {
    let s = stand().await;
    for id in 1..=3 {
        s.repspark.put(id, sample_order(id, 1), 2);
    }
    let body = json!([
        {"RepSparkOrderNumber": 1, "ErpOrderNumber": "SO1", "ErrorMessage": ""},
        {"RepSparkOrderNumber": "2", "ErpOrderNumber": "SO2"}
    ]);
    s.repspark.reject_confirmation(2, "SomethingNew");
    assert_eq!(code(s.confirm(&body)).await, is(400, "SomethingNew"));
    assert_eq!(s.statuses([1, 2]), [Some(2), Some(2)]);
    s.repspark.accept_confirmation(2);
    assert_eq!(code(s.confirm(&body)).await, is(200, "OK"));
    assert_eq!(s.statuses([1, 2, 3]), [Some(4), Some(4), Some(2)]);
}

#[tokio::test]
async fn unfit_confirmations_are_refused_by_name() {
    let s = stand().await;
    s.repspark.put(1, sample_order(1, 1), 2);
    s.repspark.put(2, sample_order(2, 1), 9999);
    s.repspark.submit(sample_order(3, 1));
    let twice = json!([{"RepSparkOrderNumber": 1}, {"RepSparkOrderNumber": "1"}]);
    assert_eq!(code(s.confirm(&twice)).await, is(400, "DuplicateEntities"));
    let unfit = [
        one(1, "SO1")[0].clone(),
        json!([]),
        json!([{"ErpOrderNumber": "SO1"}]),
        json!([{"RepSparkOrderNumber": 1, "ErpOrderNumber": 5}]),
        json!([{"RepSparkOrderNumber": 1, "ErpNumber": "SO1"}]),
        one(99, "SO1"),
        one(2, "SO1"),
        one(3, "SO1"),
    ];
    for body in unfit {
        assert_eq!(code(s.confirm(&body)).await, is(400, "InvalidInput"), "{body}");
    }
    assert_eq!(s.statuses([1, 2, 3]), [Some(2), Some(9999), Some(1)]);
    let error = json!([{"RepSparkOrderNumber": 1, "ErrorMessage": "no such customer"}]);
    assert_eq!(code(s.confirm(&error)).await, is(200, "OK"));
    assert_eq!(s.repspark.status(1), Some(2), "an error leaves the order Sent");
    assert_eq!(s.repspark.messages(1), ["no such customer"]);
}

#[tokio::test]
async fn a_sync_needs_its_headers_and_a_new_token() {
    let s = stand().await;
    s.repspark.put(1, sample_order(1, 1), 2);
    let token = "0d6f2c3e-8a0a-4b5a-9a4e-2f1f4f5d9b10";
    let body = one(1, "SO1");
    let bare = || s.call(Method::POST, "/orderconfirmation").json(&body);
    let with_token = || bare().header("X-RepSpark-TransactionToken", token);
    assert_eq!(
        code(bare().header("X-RepSpark-SyncMode", "Delta")).await,
        is(400, "MissingRequiredHeader")
    );
    assert_eq!(code(with_token()).await, is(400, "MissingRequiredHeader"));
    assert_eq!(
        code(with_token().header("X-RepSpark-SyncMode", "Full")).await,
        is(400, "InvalidHeaderValue")
    );
    assert_eq!(
        code(s.post("token-1", &body)).await,
        is(400, "InvalidHeaderValue")
    );
    let text = s
        .call(Method::POST, "/orderconfirmation")
        .header("X-RepSpark-TransactionToken", token)
        .header("X-RepSpark-SyncMode", "Delta")
        .body(body.to_string());
    assert_eq!(code(text).await, is(400, "UnsupportedContentType"));
    assert_eq!(code(s.post(token, &body)).await, is(200, "OK"));
    assert_eq!(
        code(s.post(token, &body)).await,
        is(409, "TransactionAlreadyExists")
    );
    assert_eq!(s.repspark.confirmations(1), ["SO1"]);
}

#[tokio::test]
async fn a_second_confirmation_while_one_is_open_is_refused() {
    let s = stand().await;
    s.repspark.put(1, sample_order(1, 1), 2);
    s.repspark.put(2, sample_order(2, 1), 2);
    s.repspark.hold_confirmations(true);
    let first = tokio::spawn(s.confirm(&one(1, "SO1")).send());
    s.repspark.wait_for_posts(1).await;
    let second = code(s.confirm(&one(2, "SO2"))).await;
    s.repspark.hold_confirmations(false);
    assert_eq!(second, is(400, "TransactionNotCommitted"));
    assert_eq!(first.await.unwrap().unwrap().status(), 200);
    assert_eq!(
        (s.repspark.in_flight_post_max(), s.statuses([1, 2])),
        (2, [Some(4), Some(2)])
    );
    assert_eq!(code(s.confirm(&one(2, "SO2"))).await, is(200, "OK"));
}

#[tokio::test]
async fn a_200_may_not_have_taken() {
    let s = stand().await;
    s.repspark.put(1, sample_order(1, 1), 2);
    s.repspark.confirm_without_effect(1);
    assert_eq!(code(s.confirm(&one(1, "SO1"))).await, is(200, "OK"));
    assert_eq!(
        (s.repspark.status(1), s.repspark.confirmations(1).len()),
        (Some(2), 0)
    );
    assert_eq!(code(s.confirm(&one(1, "SO1"))).await, is(200, "OK"));
    assert_eq!(s.repspark.status(1), Some(4));
}

#[tokio::test]
async fn malformed_records_stand_among_the_others() {
    let s = stand().await;
    s.repspark.submit(sample_order(1, 1));
    s.repspark.submit_raw(r#"{"OrderId": 77, "TotalUnits": }"#);
    s.repspark.submit_raw("{broken");
    s.repspark.submit(sample_order(90, 1));
    let list = s.get("statusId=1").send().await.unwrap().text().await.unwrap();
    assert!(
        list.contains(r#","#)
            && list.contains(r#"{"OrderId": 77, "TotalUnits": }"#)
            && list.contains("{broken")
    );
    assert!(list.starts_with("[{") && list.ends_with("}]") && list.contains(r#""OrderId":90"#));
    assert_eq!(s.repspark.status(77), Some(2));
    let again = s.get("statusId=1").send().await.unwrap().text().await.unwrap();
    assert_eq!(again, "[]");
    let sent = s.get("statusId=2").send().await.unwrap().text().await.unwrap();
    assert!(sent.contains("{broken") && sent.contains(r#""TotalUnits": }"#));
    let alone = s.get("orderId=77").send().await.unwrap().text().await.unwrap();
    assert_eq!(alone, r#"{"OrderId": 77, "TotalUnits": }"#);
    s.repspark.put(77, sample_order(77, 1), 2);
    assert_eq!(told(s.get("orderId=77")).await.1["OrderId"], 77, "mended");
}

#[tokio::test]
async fn a_changed_order_is_submitted_again_under_its_id() {
    let s = stand().await;
    s.repspark.submit(sample_order(5, 1));
    told(s.get("statusId=1")).await;
    s.repspark.deny(5);
    assert_eq!(told(s.get("statusId=9999")).await.1[0]["OrderId"], 5);
    s.repspark.resubmit(5, sample_order(6, 2));
    let (_, list) = told(s.get("statusId=1")).await;
    assert_eq!(
        (list[0]["OrderId"].as_u64(), &list[0]["TotalUnits"]),
        (Some(5), &sample_order(6, 2)["TotalUnits"])
    );
}

#[tokio::test]
async fn nothing_is_said_in_three_ways() {
    let s = stand().await;
    assert_eq!(told(s.get("statusId=1")).await, (200, json!([])));
    s.repspark.empty_as(Empty::Null);
    assert_eq!(told(s.get("statusId=1")).await, (200, Value::Null));
    s.repspark.empty_as(Empty::NoContent);
    assert_eq!(told(s.get("statusId=1")).await, (204, json!("")));
}

#[tokio::test]
async fn asked_for_failures_have_no_effect_and_end() {
    let s = stand().await;
    s.repspark.submit(sample_order(1, 1));
    s.repspark.fail_next(500, "OperationTimedOut", 2);
    s.repspark.unknown_error_code(1);
    assert_eq!(code(s.get("statusId=1")).await, is(500, "OperationTimedOut"));
    assert_eq!(code(s.get("statusId=1")).await, is(500, "OperationTimedOut"));
    assert_eq!(code(s.get("statusId=1")).await, is(400, "FluxCapacitorDrained"));
    assert_eq!(s.repspark.status(1), Some(1));
    assert_eq!(code(s.get("statusId=1")).await, is(200, "OK"));
}

/// What arrives of a body before its end or its break.
async fn arriving(request: RequestBuilder) -> (String, bool) {
    let mut answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 200);
    let mut text = String::new();
    loop {
        match answer.chunk().await {
            Ok(Some(chunk)) => text.push_str(std::str::from_utf8(&chunk).unwrap()),
            Ok(None) => return (text, true),
            Err(_) => return (text, false),
        }
    }
}

#[tokio::test]
async fn a_body_breaks_off_after_so_many_bytes_and_after_the_flip() {
    let s = stand().await;
    s.repspark.submit(sample_order(1, 3));
    s.repspark.submit(sample_order(2, 3));
    s.repspark.cut_body_after(100);
    let (text, whole) = arriving(s.get("statusId=1")).await;
    assert_eq!((text.len(), whole), (100, false));
    assert_eq!(s.statuses([1, 2]), [Some(2), Some(2)]);
    assert!(arriving(s.get("statusId=2")).await.1, "the cut is for one call");
}

#[tokio::test]
async fn a_cut_answer_breaks_off_in_the_middle() {
    let s = stand().await;
    s.repspark.submit(sample_order(1, 3));
    s.repspark.submit(sample_order(2, 3));
    s.gate.play(
        1,
        vec![Odds {
            service: "repspark",
            operation: "GET",
            fault: host::Fault::CutBody,
            one_in: 1,
        }],
    );
    let (text, whole) = arriving(s.get("statusId=1")).await;
    assert!(!whole && text.starts_with("[{"));
    s.gate.disarm();
    let (sent, _) = arriving(s.get("statusId=2")).await;
    assert!(
        (sent.len() / 2).abs_diff(text.len()) <= 40,
        "{} of {}",
        text.len(),
        sent.len()
    );
}

#[tokio::test]
async fn the_flip_may_wait_for_the_last_byte() {
    let s = stand().await;
    s.repspark.flip(Flip::AfterLastByte);
    s.repspark.submit(sample_order(1, 3));
    s.repspark.cut_body_after(10);
    assert!(!arriving(s.get("statusId=1")).await.1);
    assert_eq!(s.repspark.status(1), Some(1));
    assert!(arriving(s.get("statusId=1")).await.1);
    assert_eq!(s.repspark.status(1), Some(2));
}

#[tokio::test]
async fn lost_requests_do_nothing_and_lost_replies_do() {
    let s = stand().await;
    s.repspark.submit(sample_order(1, 1));
    s.gate.arm(&[
        Break {
            call: 1,
            form: Form::Before,
        },
        Break {
            call: 2,
            form: Form::ReplyLost,
        },
    ]);
    assert!(s.get("statusId=1").send().await.is_err());
    assert_eq!(s.repspark.status(1), Some(1));
    assert!(s.get("statusId=1").send().await.is_err());
    assert_eq!(s.repspark.status(1), Some(2));
    s.gate.arm(&[
        Break {
            call: 1,
            form: Form::Before,
        },
        Break {
            call: 2,
            form: Form::After,
        },
    ]);
    assert!(s.confirm(&one(1, "SO1")).send().await.is_err());
    assert!(s.repspark.confirmations(1).is_empty());
    assert!(s.confirm(&one(1, "SO1")).send().await.is_err());
    assert_eq!(s.repspark.confirmations(1), ["SO1"]);
    assert_eq!(
        s.gate.journal(),
        ["some-function repspark POST orderconfirmation 1"; 2]
    );
}

#[tokio::test]
async fn troubles_come_in_turn_and_one_of_them_as_a_400() {
    let s = stand().await;
    s.repspark.submit(sample_order(1, 1));
    let odds = |fault| {
        vec![Odds {
            service: "repspark",
            operation: "",
            fault,
            one_in: 1,
        }]
    };
    s.gate.play(1, odds(host::Fault::ServerError));
    assert_eq!(code(s.get("statusId=1")).await, is(500, "InternalError"));
    assert_eq!(code(s.get("statusId=1")).await, is(503, "ServerBusy"));
    assert_eq!(
        code(s.get("statusId=1")).await,
        is(400, "DatabaseConnectionError")
    );
    s.gate.play(1, odds(host::Fault::Throttled));
    assert_eq!(code(s.get("statusId=1")).await, is(503, "ServerBusy"));
    assert_eq!(s.repspark.status(1), Some(1));
}

#[tokio::test]
async fn a_page_in_repsparks_place_looks_at_no_keys_and_flips_nothing() {
    let s = stand().await;
    s.repspark.submit(sample_order(1, 1));
    s.repspark.set_keys("other", "keys");
    s.repspark.web_pages(1);
    let page = s.get("statusId=1").send().await.unwrap();
    assert_eq!(page.status(), 200);
    assert!(page.text().await.unwrap().starts_with("<html>"));
    assert_eq!((s.repspark.status(1), s.repspark.refused_logins()), (Some(1), 0));
    assert_eq!(s.get("statusId=1").send().await.unwrap().status(), 401);
}

#[tokio::test]
async fn a_slow_read_has_flipped_when_the_client_gives_up() {
    let s = stand().await;
    s.repspark.submit(sample_order(1, 1));
    s.repspark.slow(Duration::from_secs(3600));
    let asked = tokio::spawn(s.get("statusId=1").send());
    while s.repspark.status(1) == Some(1) {
        tokio::task::yield_now().await;
    }
    asked.abort();
    assert!(asked.await.unwrap_err().is_cancelled(), "the answer never came");
}

#[tokio::test]
async fn twenty_thousand_orders_come_in_one_answer() {
    let s = stand().await;
    for id in 1..=20_000 {
        s.repspark.submit(sample_order(id, 1));
    }
    let (status, list) = told(s.get("statusId=1")).await;
    assert_eq!((status, numbers(&list).len()), (200, 20_000));
    assert!(s.repspark.orders().iter().all(|order| order.status == 2));
}

/// Sum of the units, and of quantity × price in cents, over the sizes.
fn sums(order: &Value, price: &str) -> (i64, i64) {
    let sizes = order["OrderItems"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|item| item["OrderItemSizes"].as_array().unwrap().iter());
    sizes.fold((0, 0), |(units, cents), size| {
        let quantity = size["OrderedQuantity"].as_i64().unwrap();
        (units + quantity, cents + quantity * in_cents(&size[price]))
    })
}

fn in_cents(money: &Value) -> i64 {
    let text = money.to_string();
    let (whole, fraction) = text.split_once('.').unwrap();
    whole.parse::<i64>().unwrap() * 100 + format!("{fraction:0<2}").parse::<i64>().unwrap()
}

#[test]
fn samples_add_up_by_the_price_that_they_say() {
    for id in 1..=200 {
        for lines in [1, 3, 15] {
            let order = sample_order(id, lines);
            let price = if id % 11 == 4 {
                "SizeWholesalePrice"
            } else {
                "SizeSellPrice"
            };
            let (units, cents) = sums(&order, price);
            assert_eq!(order["TotalUnits"], units, "{id}");
            assert_eq!(in_cents(&order["TotalAmount"]), cents, "{id}");
            let differ = id % 5 == 3 || id % 11 == 4;
            let other = if id % 11 == 4 {
                "SizeSellPrice"
            } else {
                "SizeWholesalePrice"
            };
            assert_eq!(sums(&order, other).1 != cents, differ, "{id}");
            let sizes = order["OrderItems"].as_array().unwrap().iter().flat_map(|item| {
                item["OrderItemSizes"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|size| size["OrderedQuantity"] != 0)
            });
            let (some, all) = sizes.fold((0, 0), |(some, all), has| (some + usize::from(has), all + 1));
            assert_eq!((some, all - some), (lines, usize::from(id % 7 == 5)), "{id}");
        }
    }
    assert_eq!(sample_order(8086, 3), sample_order(8086, 3));
}

/// The header fields of repspark.md 9.1, by name.
const FIELDS: &str = "BrandCode CancelDate CatalogCode Comments ConfirmationCode CurrencyCode Customer CustomerCode \
    DivisionCode DropShipAddress1 DropShipAddress2 DropShipAttn DropShipCity DropShipCountry \
    DropShipName DropShipState DropShipZip EntryDate Extensions IgnoresPricingPlans InHandDate \
    LastUpdated LastUpdatedBy LocationCode LogOrderNumber OrderDate OrderGuid OrderId OrderItems \
    PriceModification PricingPlanId PricingTierCode PurchaseOrder SalesPersonCode SeasonCode \
    ShipViaCode SourceId SpecialHandling StartDate StatusId StoreCode TermsCode TotalAmount \
    TotalUnits TypeCode UserName UsesBuyingGroup";

#[test]
fn a_sample_has_the_fields_of_the_notes_and_no_other() {
    let order = sample_order(8086, 3);
    let mut expected: Vec<&str> = FIELDS.split_whitespace().collect();
    expected.sort_unstable();
    let mut found: Vec<&String> = order.as_object().unwrap().keys().collect();
    found.sort_unstable();
    assert_eq!(found, expected);
}

#[test]
fn a_sample_of_three_lines_deflates_to_a_kilobyte() {
    for id in [1, 5, 8, 4, 8086, 999_999] {
        let mut deflate = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
        deflate
            .write_all(sample_order(id, 3).to_string().as_bytes())
            .unwrap();
        let size = deflate.finish().unwrap().len();
        assert!(size <= 1024, "{id}: {size}");
    }
}
