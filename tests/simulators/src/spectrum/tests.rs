use std::time::Duration;

use host::{Break, Clock, Form as Broken, Gate, Odds, Server};
use http::Method;
use reqwest::RequestBuilder;
use serde_json::json;

use super::*;
use crate::testing::{anywhere, client, told};

struct Stand {
    spectrum: Spectrum,
    clock: Clock,
    gate: Gate,
    server: Server,
    client: reqwest::Client,
}

async fn stand() -> Stand {
    let (clock, gate) = (Clock::new(), Gate::new());
    let spectrum = Spectrum::new(clock.clone(), gate.clone(), "s3cret");
    let server = spectrum.serve(anywhere()).await.unwrap();
    Stand {
        spectrum,
        clock,
        gate,
        server,
        client: client(),
    }
}

impl Stand {
    fn call(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("{}/api/order{path}", self.server.url()))
            .header("SPECTRUM_API_TOKEN", "s3cret")
    }

    fn post(&self, path: &str, body: &Value) -> RequestBuilder {
        self.call(Method::POST, path).json(body)
    }

    async fn acknowledge(&self, body: &Value) -> (u16, Value) {
        told(self.post("/acknowledgement", body)).await
    }

    async fn find(&self, number: &str) -> (u16, Value) {
        told(self.call(Method::GET, &format!("/order-number/{number}"))).await
    }
}

/// The seed's acknowledgement, with its missing colon put in.
fn seed() -> Value {
    json!({
        "purchaseOrderNumber": "42015953", "orderDate": "2022-01-31T13:15:05.2151663-05:00", "accountNumber": "2000690402",
        "organizationId": "1000345201", "emailAddress": "john.smith@acme.com", "phoneNumber": "1015551212",
        "serialNumber": "A123987", "proofStatus": "Requested", "priority": "normal",
        "lineItems": [{
            "recipeSetId": "ABCD1234", "sku": "100003-0001-S", "quantity": 2, "giftMessage": "Enjoy your gift",
            "shipmentVendor": "Fedex", "shipmentTracking": "234324234324", "proofStatus": "Requested",
            "estimatedDeliveryDate": "2022-02-02T00:00:00.00000-00:00",
            "skuQuantities": [{"sku": "ABC1234", "quantity": 4}, {"sku": "ABC1235", "quantity": 2}],
        }],
    })
}

/// The seed's deprecated form.
fn seed_of_recipe_sets() -> Value {
    json!({
        "purchaseOrderNumber": "42015953", "orderDate": "2022-01-31T13:15:05.2151663-05:00", "accountNumber": "2000690402",
        "organizationId": "1000345201",
        "recipeSets": [{"recipeSetId": "ABCD1234", "skuQuantities": [{"sku": "100003-0001-S", "quantity": 2}]}],
    })
}

/// The seed's several, with the date that is none, and a line that leaves its proof status out.
fn seed_of_several() -> Value {
    let line = |id: &str, sku: &str, quantity: u64| {
        json!({
            "recipeSetId": id, "sku": sku, "quantity": quantity, "shipmentVendor": "Fedex",
            "shipmentTracking": "234324234324", "estimatedDeliveryDate": "2022-02-02T00:00:00.00000-00:00",
        })
    };
    json!([
        {
            "purchaseOrderNumber": "42015953", "orderDate": "2022-01-31T13:15:05.2151663-05:00",
            "accountNumber": "2000690402", "priority": "normal", "organizationId": "1000345201",
            "lineItems": [line("ABCD1234", "100003-0001-S", 2), line("ABCD1235", "100003-0001-XL", 10)],
        },
        {
            "purchaseOrderNumber": "42015954", "orderDate": "8/6/2019 4:05PM", "accountNumber": "2000690879",
            "organizationId": "10001560201", "lineItems": [line("ABCD1236", "100003-0001-M", 5)],
        },
    ])
}

/// The seed's full details.
fn seed_of_details() -> Value {
    let address = json!({
        "firstName": "John", "lastName": "Smith", "address1": "123 Fake Street", "address2": "", "city": "Portland",
        "state": "OR", "province": "", "postalCode": "97205", "country": "US",
    });
    json!({
        "purchaseOrderNumber": "42015953", "orderDate": "2022-01-31T13:15:05.2151663-05:00", "accountNumber": "2000690402",
        "priority": "normal", "organizationId": "1000345201", "emailAddress": "john.smith@acme.com",
        "phoneNumber": "1015551212",
        "lineItems": [
            {
                "recipeSetId": "ABCD1234", "giftMessage": "Enjoy your gift", "shipmentVendor": "Fedex",
                "shipmentTracking": "234324234324", "estimatedDeliveryDate": "2022-02-02T00:00:00.00000-00:00",
                "skuQuantities": [{"sku": "ABC1234", "quantity": 4}, {"sku": "ABC1235", "quantity": 2}],
            },
            {
                "recipeSetId": "ABCD1235", "sku": "100003-0001-XL", "quantity": 10, "shipmentVendor": "Fedex",
                "shipmentTracking": "234324234324",
            },
        ],
        "customerAddress": address, "shippingAddress": address,
    })
}

fn two() -> Value {
    let mut body = seed();
    let lines = body["lineItems"].as_array_mut().unwrap();
    lines.push(json!({"recipeSetId": "ABCD1235", "sku": "X", "quantity": 1}));
    body
}

fn shipped(ids: &[&str]) -> Value {
    let lines = ids
        .iter()
        .map(|id| json!({"recipeSetReadableId": id, "shipmentTracking": "79460"}));
    json!({"purchaseOrderNumber": "42015953", "lineItems": lines.collect::<Vec<_>>()})
}

#[tokio::test]
async fn the_bodies_of_the_seed_are_taken() {
    let s = stand().await;
    let (status, answer) = s.acknowledge(&seed()).await;
    let expected = json!({
        "purchaseOrderNumber": "42015953",
        "statuses": [{"recipeSetId": "ABCD1234", "success": true, "message": "Processed Successfully"}],
        "allSuccessful": true,
    });
    assert_eq!((status, answer), (200, expected));
    assert_eq!(told(s.post("", &seed_of_details())).await.0, 200);
    let order = s.spectrum.order("42015953").unwrap();
    assert!(order.acknowledged && order.details);
    let skus = [("ABC1234".to_owned(), 4), ("ABC1235".to_owned(), 2)];
    assert_eq!(order.recipe_sets["ABCD1234"], skus);
    let history: Vec<_> = order
        .history
        .iter()
        .map(|call| (call.operation.as_str(), &*call.body))
        .collect();
    assert_eq!(
        history,
        [
            ("POST acknowledgement", &seed()),
            ("POST order", &seed_of_details())
        ]
    );
    let s = stand().await;
    assert_eq!(s.acknowledge(&seed_of_recipe_sets()).await.0, 200);
    let s2 = stand().await;
    let (status, answer) = told(s2.post("/acknowledgements", &seed_of_several())).await;
    assert_eq!(
        (status, answer[0]["purchaseOrderNumber"].as_str()),
        (200, Some("42015954")),
        "the last first"
    );
    assert_eq!(s2.spectrum.starts().len(), 3);
    for stand in [s, s2] {
        assert!(
            stand.spectrum.complaints().is_empty(),
            "{:?}",
            stand.spectrum.complaints()
        );
        assert!(stand.spectrum.doubled().is_empty());
    }
}

#[tokio::test]
async fn a_second_acknowledgement_is_a_conflict_whatever_made_the_order() {
    let s = stand().await;
    assert_eq!(s.acknowledge(&seed()).await.0, 200);
    let (status, answer) = s.acknowledge(&seed()).await;
    assert_eq!(
        (status, answer["error"].as_str()),
        (409, Some("Purchase order has already been submitted."))
    );
    assert!(
        answer["lastModification"].as_str().unwrap().ends_with("+00:00"),
        "{answer}"
    );
    assert_eq!(s.spectrum.starts()["ABCD1234"], 1);
    let s = stand().await;
    assert_eq!(told(s.post("", &seed_of_details())).await.0, 200);
    assert_eq!(
        s.acknowledge(&seed()).await.0,
        409,
        "the trap: nothing was started"
    );
    assert_eq!(s.find("42015953").await.0, 200, "and the probe finds it");
    assert!(s.spectrum.starts().is_empty() && !s.spectrum.order("42015953").unwrap().acknowledged);
    assert_eq!(told(s.post("", &seed_of_details())).await.0, 409);
}

#[tokio::test]
async fn without_the_guard_a_repeated_acknowledgement_doubles_the_goods() {
    let s = stand().await;
    s.spectrum.take_again(true);
    for _ in 0..2 {
        assert_eq!(s.acknowledge(&seed()).await.0, 200);
    }
    assert_eq!(s.spectrum.doubled(), ["ABCD1234"]);
    let starts = s.spectrum.starts_of("ABCD1234");
    assert_eq!(
        (starts[1].number.as_str(), starts[1].caller.as_str()),
        ("42015953", "some-function")
    );
}

#[tokio::test]
async fn an_unknown_recipe_set_fails_inside_a_200() {
    let s = stand().await;
    s.spectrum.unknown_recipe_set("ABCD1235", true);
    let (status, answer) = s.acknowledge(&two()).await;
    let succeeded = |at: usize| &answer["statuses"][at]["success"];
    assert_eq!((status, &answer["allSuccessful"]), (200, &json!(false)));
    assert_eq!((succeeded(0), succeeded(1)), (&json!(true), &json!(false)));
    let message = answer["statuses"][1]["message"].as_str().unwrap();
    assert!(message.contains("1015551212"), "a trap for logs: {message}");
    let lines = |answer: Value| answer["lineItems"].as_array().unwrap().len();
    assert_eq!(lines(s.find("42015953").await.1), 1);
    s.spectrum.show_failed(true);
    assert_eq!(lines(s.find("42015953").await.1), 2);
    s.spectrum.unknown_recipe_set("ABCD1235", false);
    assert_eq!(
        s.acknowledge(&two()).await.0,
        409,
        "nothing is mended by another try"
    );
    assert_eq!(s.spectrum.starts().len(), 1);
}

#[tokio::test]
async fn an_order_is_shown_by_its_number() {
    let s = stand().await;
    let (status, answer) = s.find("42015953").await;
    assert_eq!(
        (status, answer["error"].as_str()),
        (404, Some("Order not found."))
    );
    let mut body = seed();
    body["purchaseOrderNumber"] = json!("SO 17");
    s.acknowledge(&body).await;
    let (status, answer) = s.find("SO%2017").await;
    assert_eq!((status, &answer["purchaseOrderNumber"]), (200, &json!("SO 17")));
    assert_eq!(answer["lineItems"][0]["recipeSetId"], "ABCD1234");
    s.spectrum.show_in_array(true);
    assert_eq!(s.find("SO%2017").await.1, json!([answer]));
}

#[tokio::test]
async fn tracking_is_taken_for_the_entire_order_or_not_at_all() {
    let s = stand().await;
    let notify = |ids: &[&str]| told(s.post("/ship-notification", &shipped(ids)));
    assert_eq!(notify(&["ABCD1234"]).await.0, 409, "no order");
    s.acknowledge(&two()).await;
    let (status, answer) = notify(&["ABCD1234", "XXXX0000"]).await;
    assert_eq!((status, &answer["status"]), (409, &json!("Error")));
    s.spectrum.lines_missing_as(404);
    assert_eq!(notify(&["ABCD1234", "XXXX0000"]).await.0, 404);
    assert!(s.spectrum.complaints().is_empty());
    assert_eq!(notify(&["ABCD1234"]).await.0, 400);
    assert_eq!(s.spectrum.complaints().len(), 1, "not the entire order");
    assert!(s.spectrum.order("42015953").unwrap().tracking.is_empty());
    let (status, answer) = notify(&["ABCD1234", "ABCD1235"]).await;
    assert_eq!((status, &answer["status"]), (200, &json!("OK")));
    assert_eq!(
        s.spectrum.order("42015953").unwrap().tracking["ABCD1235"],
        "79460"
    );
}

#[tokio::test]
async fn an_order_of_which_a_line_was_cancelled_is_entire_without_it() {
    let s = stand().await;
    s.acknowledge(&two()).await;
    s.spectrum.cancelled("ABCD1235", true);
    let (status, _) = told(s.post("/ship-notification", &shipped(&["ABCD1235"]))).await;
    assert_eq!(status, 400, "the other one is not cancelled");
    let (status, _) = told(s.post("/ship-notification", &shipped(&["ABCD1234"]))).await;
    assert_eq!(status, 200);
    let tracking = s.spectrum.order("42015953").unwrap().tracking;
    assert_eq!(tracking.into_keys().collect::<Vec<_>>(), ["ABCD1234"]);
}

/// Each of these values at its place is refused; null takes the field away.
fn misfits() -> Vec<(&'static str, Value)> {
    vec![
        ("/purchaseOrderNumber", json!(17)),
        ("/purchaseOrderNumber", json!(" ")),
        ("/orderDate", json!("2022-01-31")),
        ("/orderDate", json!("2022-01-31T13:15:05")),
        ("/orderDate", json!("2022-01-31T13:15:05Z")),
        ("/orderDate", Value::Null),
        ("/priority", json!("Normal")),
        ("/proofStatus", json!(1)),
        ("/surprise", json!("x")),
        ("/accountNumber", json!("x".repeat(256))),
        ("/emailAddress", json!({})),
        ("/lineItems", json!([])),
        ("/lineItems", json!({})),
        ("/lineItems/0/recipeSetId", json!("ABCD-234")),
        ("/lineItems/0/quantity", json!("2")),
        ("/lineItems/0/quantity", json!(0)),
        ("/lineItems/0/skuQuantities", json!([])),
        ("/lineItems/0/skuQuantities/0/quantity", json!(2.5)),
        ("/lineItems/0/giftMessage", json!("")),
        ("/lineItems/0/proofStatus", json!("requested")),
        ("/lineItems/0/estimatedDeliveryDate", json!("soon")),
        ("/lineItems/0/surprise", json!(1)),
    ]
}

#[tokio::test]
async fn what_is_no_acknowledgement_is_refused_and_remembered() {
    let s = stand().await;
    for (place, value) in misfits() {
        let mut body = seed();
        let (above, name) = place.rsplit_once('/').unwrap();
        let above = body.pointer_mut(above).unwrap().as_object_mut().unwrap();
        match value {
            Value::Null => above.remove(name),
            value => above.insert(name.to_owned(), value),
        };
        let (status, answer) = s.acknowledge(&body).await;
        assert_eq!(status, 400, "{place}: {answer}");
        let last = s.spectrum.complaints().pop().unwrap();
        assert!(
            last.contains(name) || last.contains("quantity"),
            "{place}: {last}"
        );
    }
    assert_eq!(s.spectrum.complaints().len(), misfits().len());
    assert!(s.spectrum.orders().is_empty() && s.spectrum.starts().is_empty());
}

#[tokio::test]
async fn what_no_client_may_send_is_refused_and_remembered() {
    let s = stand().await;
    let mut no_city = seed_of_details();
    no_city["shippingAddress"]["city"] = json!("");
    let mut proof = seed_of_details();
    proof["proofStatus"] = json!("Requested");
    let twice = json!([seed(), seed()]);
    let rows = [
        (s.call(Method::GET, "/acknowledgement"), 405),
        (s.call(Method::PUT, "/order-number/1"), 405),
        (s.call(Method::GET, "/search"), 404),
        (s.call(Method::GET, "/order-number/a%2Fb"), 404),
        (s.call(Method::GET, "/order-number/1?x=1"), 400),
        (s.call(Method::GET, "/order-number/1").body("x"), 400),
        (
            s.call(Method::POST, "/acknowledgement").body(seed().to_string()),
            415,
        ),
        (s.post("/acknowledgement", &json!([seed()])), 400),
        (s.post("/acknowledgements", &seed()), 400),
        (s.post("/acknowledgements", &json!([])), 400),
        (s.post("/acknowledgements", &twice), 400),
        (s.post("", &seed()), 400),
        (s.post("", &no_city), 400),
        (s.post("", &proof), 400),
        (s.post("/ship-notification", &shipped(&[])), 400),
    ];
    let count = rows.len();
    for (request, expected) in rows {
        let (status, answer) = told(request).await;
        assert_eq!(status, expected, "{answer}");
    }
    assert_eq!(
        s.spectrum.complaints().len(),
        count,
        "{:?}",
        s.spectrum.complaints()
    );
    assert!(s.spectrum.orders().is_empty());
}

#[tokio::test]
async fn only_the_token_lets_in() {
    let s = stand().await;
    s.spectrum.set_token("an0ther");
    assert_eq!(s.acknowledge(&seed()).await.0, 401);
    s.spectrum.refuse_tokens_with(403);
    assert_eq!(s.find("1").await.0, 403);
    s.spectrum.set_token("s3cret");
    assert_eq!(s.find("1").await.0, 404);
    assert_eq!(
        (s.spectrum.refused_logins(), s.spectrum.complaints().len()),
        (2, 0)
    );
}

#[tokio::test]
async fn more_than_90_calls_of_an_endpoint_within_60_s_are_forbidden() {
    let s = stand().await;
    for _ in 0..90 {
        assert_eq!(s.find("1").await.0, 404);
    }
    let (status, answer) = s.find("1").await;
    assert_eq!((status, answer["error"].as_str()), (403, Some("Forbidden")));
    assert_eq!(s.acknowledge(&seed()).await.0, 200, "another endpoint");
    assert_eq!(
        (
            s.spectrum.busiest_minute("GET order-number"),
            s.spectrum.throttled()
        ),
        (91, 1)
    );
    s.clock.advance(Duration::from_secs(61));
    assert_eq!(s.find("1").await.0, 404);
    assert_eq!(s.spectrum.busiest_minute("GET order-number"), 91);
    assert_eq!(s.spectrum.busiest_minute("POST acknowledgement"), 1);
    assert_eq!(s.spectrum.busiest_minute("POST order"), 0);
    s.spectrum.limit(1);
    s.spectrum.tell_the_rate(true);
    let answer = s.call(Method::GET, "/order-number/1").send().await.unwrap();
    assert_eq!(
        (
            answer.status().as_u16(),
            &answer.headers()["x-ratelimit-remaining"]
        ),
        (403, &"0".parse().unwrap())
    );
    assert_eq!(s.spectrum.calls()["GET order-number"], 93);
}

#[tokio::test]
async fn failures_come_as_they_are_ordered_and_have_no_effect() {
    let s = stand().await;
    let answer = json!({"allSuccessful": true});
    for (failure, status, body) in [
        (SpectrumFailure::Forbidden, 403, "Forbidden"),
        (
            SpectrumFailure::Failed,
            500,
            "(1015551212). Trace log ID: 5f2c9e10",
        ),
        (SpectrumFailure::Status(400), 400, "It did not work"),
        (SpectrumFailure::Page(502), 502, "<html>"),
        (SpectrumFailure::Empty(503), 503, ""),
        (SpectrumFailure::Answer(200, answer), 200, "allSuccessful"),
    ] {
        s.spectrum.fail_endpoint("POST ack", failure, 1);
        assert_eq!(s.find("1").await.0, 404, "another endpoint");
        let (told, problem) = s.acknowledge(&seed()).await;
        assert_eq!(told, status);
        assert!(problem.to_string().contains(body), "{problem}");
    }
    s.spectrum.fail_next(SpectrumFailure::Empty(500), 1);
    assert_eq!(s.find("1").await, (500, json!("")));
    assert!(s.spectrum.orders().is_empty() && s.spectrum.complaints().is_empty());
}

#[tokio::test]
async fn slow_posts_take_effect_before_or_behind_their_answers() {
    let s = stand().await;
    let body = seed();
    let acknowledged = || {
        s.spectrum
            .order("42015953")
            .is_some_and(|order| order.acknowledged)
    };
    s.spectrum.slow_next(SpectrumSlow::Effect, 1);
    let ((status, _), released) = tokio::join!(s.acknowledge(&body), async {
        s.spectrum.wait_for_slow(1).await;
        assert!(!acknowledged());
        s.spectrum.release_slow()
    });
    assert_eq!((status, released, acknowledged()), (200, 1, true));
    for (slow, before, after) in [
        (SpectrumSlow::EffectBehind500, false, 1),
        (SpectrumSlow::EffectThen500, true, 0),
    ] {
        let s = stand().await;
        s.spectrum.slow_next(slow, 1);
        assert_eq!(s.acknowledge(&body).await.0, 500);
        assert_eq!(s.spectrum.order("42015953").is_some(), before, "{slow:?}");
        assert_eq!(s.spectrum.release_slow(), after);
        assert_eq!(s.spectrum.starts()["ABCD1234"], 1);
    }
    let s = stand().await;
    s.spectrum.slow_next(SpectrumSlow::EffectUnheard, 1);
    assert!(s.post("/acknowledgement", &body).send().await.is_err());
    assert!(s.spectrum.orders().is_empty());
    assert_eq!(s.acknowledge(&body).await.0, 200);
    s.spectrum.release_slow();
    assert!(s.spectrum.doubled().is_empty(), "the late one is a conflict");
    s.spectrum.take_again(true);
    s.spectrum.slow_next(SpectrumSlow::Answer, 1);
    let ((status, _), ()) = tokio::join!(s.acknowledge(&body), async {
        s.spectrum.wait_for_slow(1).await;
        assert_eq!(s.spectrum.doubled(), ["ABCD1234"], "only the answer is late");
        s.spectrum.release_slow();
    });
    assert_eq!(status, 200);
}

#[tokio::test]
async fn what_several_are_answered_with_is_a_switch() {
    let s = stand().await;
    let several = |stand: &Stand| told(stand.post("/acknowledgements", &seed_of_several()));
    s.acknowledge(&seed()).await;
    assert_eq!(several(&s).await.0, 409);
    assert_eq!(s.spectrum.orders().len(), 1, "one refuses all");
    s.spectrum.conflict_of_one(true);
    let (status, answer) = several(&s).await;
    assert_eq!((status, &answer[0]["allSuccessful"]), (200, &json!(true)));
    assert_eq!(answer[1]["error"], "Purchase order has already been submitted.");
    for (reply, expected) in [
        (SeveralReply::Envelope, "{\"results\":["),
        (SeveralReply::Statuses, "\"statuses\":["),
        (SeveralReply::Empty, "\"\""),
    ] {
        let s = stand().await;
        s.spectrum.several_reply(reply);
        let (status, answer) = several(&s).await;
        assert_eq!((status, s.spectrum.starts().len()), (200, 3));
        assert!(answer.to_string().contains(expected), "{answer}");
    }
}

#[tokio::test]
async fn the_gate_breaks_calls_before_and_after_their_effect() {
    for (form, effect) in [(Broken::Before, 0), (Broken::After, 1), (Broken::ReplyLost, 1)] {
        let s = stand().await;
        s.gate.arm(&[Break { call: 1, form }]);
        assert!(s.post("/acknowledgement", &seed()).send().await.is_err());
        assert_eq!(s.spectrum.starts().len(), effect, "{form:?}");
        assert_eq!(
            s.gate.journal(),
            ["some-function spectrum POST acknowledgement 42015953"]
        );
        assert_eq!(s.spectrum.calls()["POST acknowledgement"], 1);
    }
    let s = stand().await;
    let play = |fault| {
        let odds = Odds {
            service: "spectrum",
            operation: "POST",
            fault,
            one_in: 1,
        };
        s.gate.play(1, vec![odds]);
    };
    for (fault, statuses) in [
        (Fault::Throttled, vec![403]),
        (Fault::ServerError, vec![500, 503, 502]),
    ] {
        play(fault);
        for status in statuses {
            assert_eq!(s.acknowledge(&seed()).await.0, status);
        }
    }
    assert!(s.spectrum.orders().is_empty());
    play(Fault::CutBody);
    let cut = s.post("/acknowledgement", &seed()).send().await.unwrap();
    assert_eq!(cut.status().as_u16(), 200);
    assert!(cut.text().await.is_err());
    assert_eq!(s.spectrum.starts().len(), 1);
}

#[test]
fn what_is_personal_is_found_wherever_it_stands() {
    let words: Vec<String> = spectrum_personal(&seed_of_details()).into_iter().collect();
    assert_eq!(
        words,
        [
            "1015551212",
            "123 Fake Street",
            "Enjoy your gift",
            "john.smith@acme.com"
        ]
    );
}
