use std::time::Duration;

use host::{Break, Clock, Form as Broken, Gate, Odds, Server};
use reqwest::RequestBuilder;
use serde_json::json;

use super::*;
use crate::testing::{anywhere, client, told};

const CART: &str = "2d1f5f0e-4a0c-4b1b-8b9e-6f3f1a7c9d01";

struct Stand {
    spark: SparkLayer,
    clock: Clock,
    gate: Gate,
    server: Server,
    client: reqwest::Client,
}

async fn stand() -> Stand {
    let (clock, gate) = (Clock::new(), Gate::new());
    let spark = SparkLayer::new(clock.clone(), gate.clone(), "northlinks", "relay", "s3cret");
    let server = spark.serve(anywhere()).await.unwrap();
    Stand {
        spark,
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

    fn login(&self, secret: &str) -> RequestBuilder {
        let body = json!({"grant_type": "client_credentials", "client_id": "relay", "client_secret": secret});
        self.bare(Method::POST, "/api/auth/token")
            .header("site-id", "northlinks")
            .json(&body)
    }

    async fn token(&self) -> String {
        let (status, answer) = told(self.login("s3cret")).await;
        assert_eq!(status, 200, "{answer}");
        answer["access_token"].as_str().unwrap().to_owned()
    }

    fn call(&self, method: Method, path: &str, token: &str) -> RequestBuilder {
        self.bare(method, &format!("/api/v1/purchases/{path}"))
            .header("site-id", "northlinks")
            .bearer_auth(token)
    }

    fn put(&self, body: &Value, token: &str) -> RequestBuilder {
        let number = body["purchase_identifiers"]["internal"].as_str().unwrap();
        self.call(Method::PUT, &format!("internal/{number}"), token)
            .json(body)
    }
}

fn money(number: &str) -> Value {
    json!({"number": number, "currency": "USD"})
}

fn total(net: &str) -> Value {
    json!({"total_net": money(net), "total_tax": money("0.00"), "total_gross": money(net), "discount_net": money("0.00")})
}

fn address(name: &str) -> Value {
    json!({
        "name": name, "company": "Harbor Pro Shop", "address_line1": "12 Quay Street", "address_line2": null,
        "city": "Portland", "region_code": "ME", "postal_code": "04101", "country_code": "US", "phone": null,
    })
}

/// The vendor notes' sample, shortened.
fn sample(number: &str) -> Value {
    let item = json!({
        "identifiers": {"sku": "PL-2001-NVY-M"}, "name_parent": "Links Polo", "name_child": "Navy / M", "quantity": 6,
        "custom_attributes": [{"key": "Department", "value": "GOLF"}], "line_total": total("192.00"),
    });
    let shipped = json!({
        "type": "shipment", "identifiers": {"sparklayer_package_id": "2d1f5f0e-4a0c-5b1b-8b9e-6f3f1a7c9d01"},
        "dates": {"created_at": "2026-09-25T15:02:05+00:00", "shipped_at": "2026-10-12T18:25:00+00:00"},
        "line_items": [item], "shipping_method": {"name": "UPS Ground", "line_total": total("14.50")},
        "shipping_address": address("Receiving Desk"),
        "shipments": [{"carrier": "UPS", "carrier_id": "ups", "tracking_number": "1Z999AA10123456784"}],
        "accounting_files": [],
    });
    json!({
        "type": "order",
        "purchase_identifiers": {"internal": number, "platform": format!("repspark:{number}"), "visible": number},
        "customer_identifiers": {"sparklayer": "8b8a4a3e-0f7b-4d0e-9a67-1d5d9b1a2c44"},
        "payment_method": "on_account",
        "dates": {"created_at": "2026-09-25T15:02:05+00:00", "placed_at": "2026-09-25T15:02:05+00:00"},
        "customer_reference": "PO-77318", "currency_code": "USD",
        "revision_date": "2026-10-12T18:30:00+00:00", "billing_address": address("Accounts Payable"),
        "packages": [shipped], "accounting_files": [], "custom_fields": [],
        "metadata": [{"name": "source", "value": "repspark"}],
    })
}

#[tokio::test]
async fn a_token_is_given_to_our_client_alone_and_ends_by_the_clock() {
    let s = stand().await;
    let (status, answer) = told(s.login("s3cret")).await;
    let expected = json!({"token_type": "bearer", "expires_in": 3600, "access_token": "spark-token-1"});
    assert_eq!((status, answer), (200, expected));
    assert_eq!(told(s.login("wrong")).await.0, 401);
    assert_eq!(
        told(s.login("s3cret").header("site-id", "x")).await.0,
        200,
        "the first header counts"
    );
    assert_eq!(s.spark.refused_logins(), 1);
    let show = || s.call(Method::GET, "internal/SO1", "spark-token-1");
    assert_eq!(told(show()).await.0, 404);
    s.clock.advance(Duration::from_secs(3_600));
    assert_eq!(told(show()).await, (401, json!("")));
    assert_eq!(s.spark.refused_tokens(), 1);
    assert!(s.spark.complaints().is_empty());
}

#[tokio::test]
async fn tokens_can_be_revoked_in_the_middle_of_a_run() {
    let s = stand().await;
    let token = s.token().await;
    s.spark.revoke_tokens_after(1);
    assert_eq!(told(s.put(&sample("SO1"), &token)).await.0, 200);
    for _ in 0..2 {
        assert_eq!(told(s.put(&sample("SO1"), &token)).await.0, 401);
    }
    let first = s.token().await;
    s.spark.one_token_at_a_time(true);
    let second = s.token().await;
    assert_eq!(told(s.put(&sample("SO1"), &first)).await.0, 401);
    assert_eq!(told(s.put(&sample("SO1"), &second)).await.0, 200);
    assert_eq!((s.spark.tokens(), s.spark.refused_tokens()), (3, 3));
    s.spark.set_client("relay", "an0ther");
    assert_eq!(told(s.login("s3cret")).await.0, 401);
    assert_eq!(told(s.login("an0ther")).await.0, 200);
}

#[tokio::test]
async fn a_put_replaces_the_whole_and_what_was_before_is_remembered() {
    let s = stand().await;
    let token = s.token().await;
    let first = sample("SO1");
    let (status, stored) = told(s.put(&first, &token)).await;
    assert_eq!((status, &stored["calculated_total"]), (200, &money("192.00")));
    assert_eq!(
        stored["dates"]["calculated_submitted_at"],
        first["dates"]["placed_at"]
    );
    let mut second = sample("SO1");
    second.as_object_mut().unwrap().remove("metadata");
    second["packages"][0]["line_items"][0]["quantity"] = json!(4);
    assert_eq!(told(s.put(&second, &token)).await.0, 200);
    for path in ["internal/SO1", "visible/SO1", "platform/repspark%3ASO1"] {
        let (status, shown) = told(s.call(Method::GET, path, &token)).await;
        assert_eq!((status, shown.get("metadata")), (200, None), "{path}");
    }
    let history = s.spark.history("SO1");
    let bodies: Vec<&Value> = history.iter().map(|put| &*put.body).collect();
    assert_eq!(bodies, [&first, &second]);
    assert_eq!(
        (history[0].by.as_str(), history[0].caller.as_str()),
        ("internal", "some-function")
    );
    assert!(history[0].at_ms <= s.clock.now_ms());
    assert_eq!(*s.spark.purchase("repspark:SO1").unwrap().body, second);
    assert_eq!(s.spark.purchases().len(), 1);
}

/// Each of these values at its place is refused under the place's own name.
fn misfits() -> Vec<(&'static str, Value)> {
    vec![
        ("calculated_total", money("1.00")),
        ("dates.calculated_submitted_at", json!("x")),
        ("surprise", json!(1)),
        ("type", json!("invoice")),
        ("dates.placed_at", json!("2026-09-25T15:02:05Z")),
        ("dates.placed_at", json!("2026-09-25")),
        ("revision_date", json!(17)),
        ("currency_code", json!("usd")),
        ("customer_identifiers.sparklayer", Value::Null),
        ("purchase_identifiers.internal", json!("SO2")),
        ("purchase_identifiers.sparklayer", json!("cart")),
        ("custom_fields", Value::Null),
        ("billing_address.country_code", json!("United States")),
        ("billing_address.address_line_1", json!("x")),
        ("packages", json!({})),
        ("packages", json!([])),
        ("packages[0].type", json!("shipped")),
        ("packages[0].dates.shipped_at", Value::Null),
        ("packages[0].shipments[0].number", json!("1Z")),
        ("packages[0].line_items[0].quantity", json!("6")),
        ("packages[0].line_items[0].quantity", json!(0)),
        (
            "packages[0].line_items[0].line_total.total_net.number",
            json!(192.0),
        ),
        (
            "packages[0].line_items[0].line_total.total_gross",
            money("191.00"),
        ),
        (
            "packages[0].line_items[0].line_total.total_tax.currency",
            json!("EUR"),
        ),
    ]
}

#[tokio::test]
async fn what_is_no_purchase_is_refused_by_the_property() {
    let s = stand().await;
    let token = s.token().await;
    for (property, value) in misfits() {
        let mut body = sample("SO1");
        let place = format!("/{}", property.replace("[0]", "/0").replace('.', "/"));
        let (above, name) = place.rsplit_once('/').unwrap();
        body.pointer_mut(above).unwrap()[name] = value;
        let request = s.call(Method::PUT, "internal/SO1", &token).json(&body);
        let (status, problem) = told(request).await;
        let named = &problem["errors"][0]["property"];
        assert_eq!((status, named), (400, &json!(property)), "{problem}");
        assert_eq!(problem["status"], 400);
    }
    assert_eq!(s.spark.complaints().len(), misfits().len());
    assert!(s.spark.purchases().is_empty());
}

#[tokio::test]
async fn what_no_client_may_send_is_refused_and_remembered() {
    let s = stand().await;
    let token = s.token().await;
    let body = sample("SO1");
    let path = "/api/v1/purchases/internal/SO1";
    let form = s
        .bare(Method::POST, "/api/auth/token")
        .header("site-id", "northlinks")
        .body("grant_type=client_credentials");
    let rows = [
        (s.bare(Method::PUT, path).bearer_auth(&token).json(&body), 400),
        (s.bare(Method::POST, "/api/auth/token").json(&json!({})), 400),
        (s.login("s3cret").json(&json!({"client_id": "relay"})), 400),
        (form, 415),
        (
            s.call(Method::PUT, "internal/SO1", &token).body(body.to_string()),
            415,
        ),
        (s.call(Method::GET, "internal/SO1?limit=1", &token), 400),
        (s.call(Method::GET, "internal/SO1", &token).body("x"), 400),
        (s.call(Method::GET, "erp/SO1", &token), 400),
        (s.call(Method::GET, "sparklayer/SO1", &token), 400),
        (s.call(Method::DELETE, "internal/SO1", &token), 405),
        (s.bare(Method::GET, "/api/v2/purchases"), 404),
    ];
    let count = rows.len();
    for (request, expected) in rows {
        let (status, problem) = told(request).await;
        assert_eq!(status, expected, "{problem}");
    }
    assert_eq!(s.spark.complaints().len(), count, "{:?}", s.spark.complaints());
    let wrong_site = s
        .bare(Method::PUT, path)
        .header("site-id", "south")
        .bearer_auth(&token);
    assert_eq!(told(wrong_site.json(&body)).await.0, 401);
    let no_token = s
        .bare(Method::PUT, path)
        .header("site-id", "northlinks")
        .json(&body);
    assert_eq!(told(no_token).await.0, 401);
    assert!(s.spark.purchases().is_empty());
}

#[tokio::test]
async fn failures_come_as_they_are_ordered_with_or_without_a_body() {
    let s = stand().await;
    let token = s.token().await;
    let show = || told(s.call(Method::GET, "internal/SO1", &token));
    for (failure, status, property) in [
        (SparkFailure::Invalid("type".to_owned()), 400, "type"),
        (SparkFailure::Forbidden, 403, "purchase_identifiers.sparklayer"),
        (SparkFailure::NotFound, 404, "customer_identifiers.sparklayer"),
        (
            SparkFailure::Clash("visible".to_owned()),
            409,
            "purchase_identifiers.visible",
        ),
    ] {
        s.spark.fail_next(failure, 1);
        let (told, problem) = show().await;
        assert_eq!(
            (told, &problem["errors"][0]["property"]),
            (status, &json!(property))
        );
    }
    for (failure, status, body) in [
        (SparkFailure::Concurrent, 409, "concurrent"),
        (SparkFailure::Throttled(3), 429, "Slow down"),
        (SparkFailure::Status(500), 500, "\"status\":500"),
        (SparkFailure::Page(502), 502, "<html>"),
        (SparkFailure::Empty(503), 503, ""),
    ] {
        s.spark.fail_next(failure, 1);
        let (told, problem) = show().await;
        assert_eq!(told, status);
        assert!(
            problem.to_string().contains(body) && (!body.is_empty() || problem == json!("")),
            "{problem}"
        );
    }
    s.spark.empty_errors(true);
    assert_eq!(show().await, (404, json!("")));
    s.spark.fail_purchase("SO1", SparkFailure::Forbidden);
    assert_eq!(show().await, (403, json!("")));
    s.spark.heal_purchase("SO1");
    assert_eq!(show().await.0, 404);
    s.spark.fail_tokens(SparkFailure::Throttled(9), 1);
    let throttled = s.login("s3cret").send().await.unwrap();
    assert_eq!(
        (throttled.status().as_u16(), &throttled.headers()["retry-after"]),
        (429, &"9".parse().unwrap())
    );
}

#[tokio::test]
async fn a_put_that_conflicts_with_what_is_stored_changes_nothing() {
    let s = stand().await;
    let token = s.token().await;
    s.spark.add_cart(CART);
    let mut order = sample("SO1");
    order["purchase_identifiers"]["sparklayer"] = json!(CART);
    let put = s
        .call(Method::PUT, &format!("sparklayer/{CART}"), &token)
        .json(&order);
    assert_eq!(told(put).await.0, 200);
    assert_eq!(s.spark.purchases().len(), 1, "it replaces the cart");
    assert_eq!(
        told(s.put(&sample("SO1"), &token)).await.0,
        403,
        "without the cart's id"
    );
    let mut clash = sample("SO2");
    clash["purchase_identifiers"]["visible"] = json!("SO1");
    let (status, problem) = told(s.put(&clash, &token)).await;
    let property = &problem["errors"][0]["property"];
    assert_eq!((status, property), (409, &json!("purchase_identifiers.visible")));
    assert!(
        problem["detail"].as_str().unwrap().contains("12 Quay Street"),
        "a trap for logs"
    );
    s.spark.only_customers(&["CU-1"]);
    assert_eq!(told(s.put(&sample("SO3"), &token)).await.0, 404);
    s.spark.only_customers(&["8b8a4a3e-0f7b-4d0e-9a67-1d5d9b1a2c44"]);
    assert_eq!(told(s.put(&sample("SO3"), &token)).await.0, 200);
    let mut older = sample("SO3");
    older["revision_date"] = json!("2026-10-12T18:29:59+00:00");
    s.spark.refuse_older_revisions(true);
    assert_eq!(told(s.put(&older, &token)).await.0, 409);
    s.spark.refuse_older_revisions(false);
    assert_eq!(told(s.put(&older, &token)).await.0, 200);
    assert_eq!(
        (s.spark.history("SO1").len(), s.spark.history("SO3").len()),
        (1, 2)
    );
    assert!(s.spark.complaints().is_empty());
}

#[tokio::test]
async fn slow_puts_wait_for_their_release_and_overlaps_are_seen() {
    let s = stand().await;
    let token = s.token().await;
    s.spark.slow_next(Slow::Effect, 1);
    let ((status, _), released) = tokio::join!(told(s.put(&sample("SO1"), &token)), async {
        s.spark.wait_for_slow(1).await;
        assert!(s.spark.history("SO1").is_empty());
        s.spark.release_slow()
    });
    assert_eq!((status, released, s.spark.history("SO1").len()), (200, 1, 1));
    s.spark.slow_next(Slow::Answer, 1);
    tokio::join!(told(s.put(&sample("SO1"), &token)), async {
        s.spark.wait_for_slow(1).await;
        assert_eq!(s.spark.history("SO1").len(), 2, "only the answer is late");
        s.spark.release_slow();
    });
    assert!(s.spark.overlaps().is_empty());
    s.spark.slow_next(Slow::EffectUnheard, 1);
    assert!(s.put(&sample("SO1"), &token).send().await.is_err());
    let mut newer = sample("SO1");
    newer["customer_reference"] = json!("newer");
    assert_eq!(told(s.put(&newer, &token)).await.0, 200);
    assert_eq!(told(s.put(&sample("SO2"), &token)).await.0, 200);
    assert_eq!(s.spark.release_slow(), 1);
    assert_eq!(
        *s.spark.purchase("SO1").unwrap().body,
        sample("SO1"),
        "the older one lands last"
    );
    assert_eq!(s.spark.overlaps(), ["SO1"]);
    told(s.put(&newer, &token)).await;
    assert_eq!(s.spark.overlaps(), ["SO1"]);
}

#[tokio::test]
async fn the_gate_breaks_calls_before_and_after_their_effect() {
    for (form, effect) in [(Broken::Before, 0), (Broken::After, 1), (Broken::ReplyLost, 1)] {
        let s = stand().await;
        let token = s.token().await;
        s.gate.arm(&[Break { call: 1, form }]);
        assert!(s.put(&sample("SO1"), &token).send().await.is_err());
        assert_eq!(s.spark.history("SO1").len(), effect, "{form:?}");
        assert_eq!(s.gate.journal(), ["some-function sparklayer PUT purchase SO1"]);
        assert_eq!(s.spark.calls()["PUT purchase"], 1);
    }
    let s = stand().await;
    let token = s.token().await;
    for (fault, statuses) in [
        (Fault::Throttled, vec![429]),
        (Fault::ServerError, vec![500, 503, 502]),
    ] {
        let odds = Odds {
            service: "sparklayer",
            operation: "PUT",
            fault,
            one_in: 1,
        };
        s.gate.play(1, vec![odds]);
        for status in statuses {
            assert_eq!(told(s.put(&sample("SO1"), &token)).await.0, status);
        }
    }
    assert!(s.spark.history("SO1").is_empty());
    let odds = Odds {
        service: "sparklayer",
        operation: "",
        fault: Fault::CutBody,
        one_in: 1,
    };
    s.gate.play(1, vec![odds]);
    let cut = s.put(&sample("SO1"), &token).send().await.unwrap();
    assert_eq!(cut.status().as_u16(), 200);
    assert!(cut.text().await.is_err());
    assert_eq!(s.spark.history("SO1").len(), 1);
}

#[tokio::test]
async fn another_reading_of_the_shape_is_a_switch() {
    let s = stand().await;
    let token = s.token().await;
    s.spark.rename_field("shipped_at", "dispatched_at");
    s.spark.single_package_alone(true);
    let (_, problem) = told(s.put(&sample("SO1"), &token)).await;
    assert_eq!(problem["errors"][0]["property"], "packages[0].dates.shipped_at");
    let mut body = sample("SO1");
    body["packages"][0]["dates"] =
        json!({"created_at": "2026-09-25T15:02:05+00:00", "dispatched_at": "2026-10-12T18:25:00+00:00"});
    let (_, problem) = told(s.put(&body, &token)).await;
    assert_eq!(problem["errors"][0]["property"], "packages");
    body["packages"] = body["packages"][0].take();
    assert_eq!(told(s.put(&body, &token)).await.0, 200);
}

#[test]
fn what_stands_in_addresses_is_personal_and_a_ship_method_is_not() {
    let words: Vec<String> = sparklayer_personal(&sample("SO1")).into_iter().collect();
    assert_eq!(
        words,
        [
            "12 Quay Street",
            "Accounts Payable",
            "Harbor Pro Shop",
            "Receiving Desk"
        ]
    );
}
