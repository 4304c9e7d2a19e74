use std::time::Duration;

use host::{Break, Clock, Fault, Form, Gate, Odds, Server};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::*;
use crate::testing::{anywhere, client, told};

const KEY: &str = "RS-ACME-8086";

struct Stand {
    erp: Erp,
    gate: Gate,
    server: Server,
    client: reqwest::Client,
}

async fn stand() -> Stand {
    let gate = Gate::new();
    let erp = Erp::new(Clock::new(), gate.clone(), "the-token");
    let server = erp.serve(anywhere()).await.unwrap();
    Stand {
        erp,
        gate,
        server,
        client: client(),
    }
}

impl Stand {
    fn call(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("{}/erp/{path}", self.server.url()))
            .bearer_auth("the-token")
    }

    fn put(&self, order: &Value) -> RequestBuilder {
        let key = order["key"].as_str().unwrap_or(KEY);
        self.call(Method::PUT, &format!("sales-orders/{key}")).json(order)
    }

    fn get(&self, key: &str) -> RequestBuilder {
        self.call(Method::GET, &format!("sales-orders/{key}"))
    }
}

/// The contract's sample (erp.md section 4), with the second line that its total speaks of.
fn order(key: &str) -> Value {
    let line = |number: u64, sku: &str, quantity: &str, price: &str| {
        json!({
            "line": number, "correlation_id": format!("{key}-{number}"), "sku": sku, "upc": null,
            "quantity": quantity, "unit_price": price, "discount_percent": "0", "ship_date": null, "note": null
        })
    };
    json!({
        "contract": "erp-orders/1", "key": key, "content_sha256": "a".repeat(64),
        "source": {
            "vendor": "repspark", "account": "ACME", "order_number": "8086", "order_uuid": null,
            "submitted_at": "2026-11-20T17:02:11Z"
        },
        "revision_of": null,
        "customer": {"code": "CUST-1001", "name": "Golf Shop Inc", "ship_to_code": null},
        "customer_po": "PO-77", "order_date": "2026-11-20", "ship_date": "2027-01-15", "cancel_date": "2027-02-15",
        "currency": "USD", "terms_code": null, "ship_via_code": null, "warehouse_code": null,
        "sales_rep_code": null,
        "ship_to": {
            "name": "Golf Shop Inc", "lines": ["1 Fairway Dr"], "city": "Portland", "region": "OR",
            "postal_code": "97205", "country": "US"
        },
        "lines": [line(1, "100003-0001-S", "4", "25.00"), line(2, "100003-0001-XL", "2", "27.50")],
        "totals": {"lines": "155.00"}, "notes": null
    })
}

fn with(pointer: &str, value: Value) -> Value {
    let mut order = order(KEY);
    *order.pointer_mut(pointer).unwrap() = value;
    order
}

/// Status, code and field of an error.
async fn error(request: RequestBuilder) -> (u16, String, String) {
    let (status, body) = told(request).await;
    let text = |name: &str| body["error"][name].as_str().unwrap_or_default().to_owned();
    (status, text("code"), text("field"))
}

fn is(status: u16, code: &str, field: &str) -> (u16, String, String) {
    (status, code.to_owned(), field.to_owned())
}

#[tokio::test]
async fn the_root_says_which_contract_it_speaks() {
    let s = stand().await;
    let (status, body) = told(s.call(Method::GET, "")).await;
    assert_eq!((status, &body["contract"]), (200, &json!("erp-orders/1")));
}

#[tokio::test]
async fn an_order_is_made_once_and_told_again() {
    let s = stand().await;
    assert_eq!(error(s.get(KEY)).await, is(404, "not_found", ""));
    let accepted = |created: bool| {
        json!({
            "key": KEY, "status": "accepted", "reference": "SO104233", "id": "90", "created": created,
            "warnings": []
        })
    };
    assert_eq!(told(s.put(&order(KEY))).await, (201, accepted(true)));
    assert_eq!(told(s.put(&order(KEY))).await, (200, accepted(false)));
    assert_eq!(told(s.get(KEY)).await, (200, accepted(false)));
    assert_eq!(
        told(s.put(&order("RS-ACME-8087"))).await.1["reference"],
        "SO104234"
    );
    let orders = s.erp.orders();
    assert_eq!(orders.len(), 2);
    assert_eq!(
        (orders[0].reference.as_deref(), orders[0].times_created),
        (Some("SO104233"), 1)
    );
    assert_eq!(s.erp.calls()["PUT sales-orders"], 3);
}

#[tokio::test]
async fn the_same_key_with_other_content_is_a_conflict() {
    let s = stand().await;
    told(s.put(&order(KEY))).await;
    let (status, body) = told(s.put(&with("/content_sha256", json!("b".repeat(64))))).await;
    assert_eq!((status, &body["error"]["code"]), (409, &json!("order_changed")));
    for place in [&body, &body["error"]["details"]] {
        assert_eq!(place["reference"], "SO104233");
        assert_eq!(place["content_sha256"], "a".repeat(64));
    }
    assert_eq!(s.erp.orders_for(KEY).len(), 1);
}

#[tokio::test]
async fn every_field_is_held_to_the_contract() {
    let s = stand().await;
    let wrong = [
        ("/contract", json!("erp-orders/2"), "contract"),
        ("/content_sha256", json!("abc"), "content_sha256"),
        ("/content_sha256", json!("A".repeat(64)), "content_sha256"),
        ("/source/vendor", json!("shopify"), "source.vendor"),
        (
            "/source/submitted_at",
            json!("2026-11-20 17:02"),
            "source.submitted_at",
        ),
        ("/revision_of", json!(KEY), "revision_of"),
        ("/customer/code", json!(""), "customer.code"),
        ("/customer/name", json!(7), "customer.name"),
        ("/order_date", json!("11/20/2026"), "order_date"),
        ("/order_date", json!("20261120"), "order_date"),
        ("/currency", json!("usd"), "currency"),
        ("/ship_to/lines", json!("1 Fairway Dr"), "ship_to.lines"),
        ("/lines", json!([]), "lines"),
        ("/lines/1/line", json!(3), "lines[1].line"),
        (
            "/lines/1/correlation_id",
            json!(format!("{KEY}-1")),
            "lines[1].correlation_id",
        ),
        ("/lines/0/quantity", json!(4), "lines[0].quantity"),
        ("/lines/0/quantity", json!("0"), "lines[0].quantity"),
        ("/lines/0/quantity", json!("-4"), "lines[0].quantity"),
        ("/lines/0/unit_price", json!("2.5e1"), "lines[0].unit_price"),
        (
            "/lines/0/discount_percent",
            json!("101"),
            "lines[0].discount_percent",
        ),
        ("/lines/0/sku", Value::Null, "lines[0].sku"),
        ("/totals/lines", json!("155.01"), "totals.lines"),
        ("/totals/lines", json!(155), "totals.lines"),
        ("/notes", json!([]), "notes"),
    ];
    for (pointer, value, field) in wrong {
        assert_eq!(
            error(s.put(&with(pointer, value))).await,
            is(400, "invalid_value", field),
            "{pointer}"
        );
    }
    assert!(s.erp.orders().is_empty());
}

#[tokio::test]
async fn fields_that_are_unknown_or_absent_are_refused() {
    let s = stand().await;
    let mut more = order(KEY);
    more["lines"][0]["recipe_set_id"] = json!("r");
    assert_eq!(
        error(s.put(&more)).await,
        is(400, "invalid_value", "lines[0].recipe_set_id")
    );
    let mut less = order(KEY);
    less.as_object_mut().unwrap().remove("notes");
    assert_eq!(error(s.put(&less)).await, is(400, "invalid_value", "notes"));
}

#[tokio::test]
async fn the_key_of_the_url_is_the_key_of_the_order() {
    let s = stand().await;
    let other = s.call(Method::PUT, "sales-orders/RS-ACME-1").json(&order(KEY));
    assert_eq!(error(other).await, is(400, "invalid_value", "key"));
    for key in ["rs-acme-8086", "RS.8086", &"K".repeat(36)] {
        assert_eq!(
            error(s.put(&order(key))).await,
            is(400, "invalid_value", "key"),
            "{key}"
        );
        assert_eq!(error(s.get(key)).await, is(400, "invalid_value", "key"), "{key}");
    }
    let text = s
        .call(Method::PUT, &format!("sales-orders/{KEY}"))
        .body(order(KEY).to_string());
    assert_eq!(error(text).await, is(400, "invalid_value", "content-type"));
    assert_eq!(
        error(s.call(Method::POST, &format!("sales-orders/{KEY}"))).await,
        is(405, "method", "")
    );
    assert_eq!(
        error(s.call(Method::GET, "orders")).await,
        is(404, "no_such_resource", "")
    );
}

#[tokio::test]
async fn a_discount_counts_in_the_total() {
    let s = stand().await;
    let mut discounted = with("/lines/0/discount_percent", json!("12.5"));
    assert_eq!(error(s.put(&discounted)).await.2, "totals.lines");
    discounted["totals"]["lines"] = json!("142.5");
    assert_eq!(told(s.put(&discounted)).await.0, 201);
}

#[tokio::test]
async fn what_the_erp_does_not_know_is_refused_until_it_does() {
    let s = stand().await;
    s.erp.unknown_customer("CUST-1001", true);
    assert_eq!(
        error(s.put(&order(KEY))).await,
        is(422, "unknown_customer", "customer.code")
    );
    s.erp.unknown_customer("CUST-1001", false);
    s.erp.unknown_sku("100003-0001-XL", true);
    assert_eq!(
        error(s.put(&order(KEY))).await,
        is(422, "unknown_sku", "lines[1].sku")
    );
    s.erp.unknown_sku("100003-0001-XL", false);
    s.erp.credit_hold("CUST-1001", true);
    assert_eq!(
        error(s.put(&order(KEY))).await,
        is(422, "credit_hold", "customer.code")
    );
    s.erp.credit_hold("CUST-1001", false);
    assert_eq!(told(s.put(&order(KEY))).await.0, 201);
}

#[tokio::test]
async fn a_cancelled_order_is_found_and_not_made_again() {
    let s = stand().await;
    told(s.put(&order(KEY))).await;
    s.erp.cancelled(KEY);
    for request in [
        s.put(&order(KEY)),
        s.get(KEY),
        s.put(&with("/content_sha256", json!("b".repeat(64)))),
    ] {
        let (status, body) = told(request).await;
        assert_eq!(
            (status, &body["status"], &body["reference"]),
            (200, &json!("cancelled"), &json!("SO104233"))
        );
    }
    assert_eq!(s.erp.orders_for(KEY).len(), 1);
}

#[tokio::test]
async fn an_order_that_staff_keyed_is_found() {
    let s = stand().await;
    s.erp.keyed(KEY, "SO99", &"a".repeat(64));
    let (status, body) = told(s.put(&order(KEY))).await;
    assert_eq!(
        (status, &body["reference"], &body["created"]),
        (200, &json!("SO99"), &json!(false))
    );
}

#[tokio::test]
async fn a_pending_order_has_its_number_later() {
    let s = stand().await;
    s.erp.pending(2);
    let answer = s.put(&order(KEY)).send().await.unwrap();
    assert_eq!(
        (
            answer.status().as_u16(),
            answer.headers()["retry-after"].to_str().unwrap()
        ),
        (202, "1")
    );
    assert_eq!(
        told(s.get(KEY)).await,
        (202, json!({"key": KEY, "status": "pending"}))
    );
    assert_eq!(s.erp.orders_for(KEY)[0].reference, None);
    assert_eq!(told(s.get(KEY)).await.1["reference"], "SO104233");
    assert_eq!(s.erp.orders_for(KEY)[0].status, ErpStatus::Accepted);
}

#[tokio::test]
async fn eight_parallel_puts_make_one_order() {
    let s = stand().await;
    let puts = (0..8).map(|_| tokio::spawn(told(s.put(&order(KEY)))));
    let answers = futures::future::join_all(puts).await;
    let created = answers
        .into_iter()
        .filter(|answer| answer.as_ref().unwrap().0 == 201)
        .count();
    assert_eq!((created, s.erp.orders_for(KEY).len()), (1, 1));
}

#[tokio::test]
async fn an_erp_without_unique_keys_makes_a_second_order() {
    let s = stand().await;
    s.erp.non_unique(true);
    told(s.put(&order(KEY))).await;
    let (status, body) = told(s.put(&order(KEY))).await;
    assert_eq!((status, &body["reference"]), (201, &json!("SO104234")));
    assert_eq!(told(s.get(KEY)).await.1["reference"], "SO104233");
    let made = s.erp.orders_for(KEY);
    assert_eq!((made.len(), made[0].times_created), (2, 2));
}

#[tokio::test]
async fn a_lost_put_is_done_after_a_probe_that_found_nothing() {
    let s = stand().await;
    s.erp.non_unique(true);
    s.erp.late_commit(Late::Released, LateReply::Lost);
    assert!(s.put(&order(KEY)).send().await.is_err());
    assert_eq!(error(s.get(KEY)).await, is(404, "not_found", ""));
    assert_eq!(
        told(s.put(&order(KEY))).await.0,
        201,
        "who does not settle doubles"
    );
    assert_eq!(s.erp.release_late(), 1);
    assert_eq!(s.erp.orders_for(KEY).len(), 2);
}

#[tokio::test]
async fn a_late_put_is_answered_when_it_is_done() {
    let s = stand().await;
    s.erp.late_commit(Late::Released, LateReply::AfterCommit);
    let put = tokio::spawn(told(s.put(&order(KEY))));
    s.erp.wait_for_late(1).await;
    assert_eq!(told(s.get(KEY)).await.0, 404);
    s.erp.release_late();
    assert_eq!(put.await.unwrap().0, 201);
    assert_eq!((s.erp.max_concurrency(), s.erp.max_concurrency_per_key()), (2, 2));
    s.erp
        .late_commit(Late::After(Duration::from_millis(1)), LateReply::AfterCommit);
    assert_eq!(told(s.put(&order("RS-ACME-2"))).await.0, 201);
}

#[tokio::test]
async fn a_put_is_done_though_its_client_gave_up() {
    let s = stand().await;
    s.erp.late_commit(Late::Released, LateReply::AfterCommit);
    let put = tokio::spawn(s.put(&order(KEY)).send());
    s.erp.wait_for_late(1).await;
    put.abort();
    assert!(put.await.unwrap_err().is_cancelled());
    s.erp.release_late();
    assert_eq!(told(s.get(KEY)).await.0, 200);
}

#[tokio::test]
async fn a_slow_put_has_no_effect_while_it_dawdles() {
    let s = stand().await;
    s.erp.slow(Duration::from_secs(3600));
    let put = tokio::spawn(s.put(&order(KEY)).send());
    while s.erp.max_concurrency() == 0 {
        tokio::task::yield_now().await;
    }
    put.abort();
    assert!(put.await.unwrap_err().is_cancelled(), "the answer never came");
    assert!(s.erp.orders().is_empty());
}

#[tokio::test]
async fn refused_credentials_are_counted() {
    let s = stand().await;
    let url = format!("{}/erp/sales-orders/{KEY}", s.server.url());
    assert_eq!(error(s.client.get(&url)).await, is(401, "unauthorized", ""));
    assert_eq!(
        error(s.client.get(&url).bearer_auth("other")).await,
        is(401, "unauthorized", "")
    );
    s.erp.refuse_credentials(true);
    assert_eq!(error(s.get(KEY)).await, is(401, "unauthorized", ""));
    s.erp.refuse_credentials(false);
    s.erp.set_token("new-token");
    let (_, body) = told(s.get(KEY)).await;
    assert_eq!(body["error"]["class"], "config");
    assert_eq!(s.erp.refused_logins(), 4);
}

#[tokio::test]
async fn a_service_in_trouble_says_so_in_its_own_ways() {
    let s = stand().await;
    s.erp.maintenance(true);
    let answer = s.put(&order(KEY)).send().await.unwrap();
    assert_eq!(
        (
            answer.status().as_u16(),
            answer.headers()["retry-after"].to_str().unwrap()
        ),
        (503, "30")
    );
    s.erp.maintenance(false);
    s.erp.garbage_200(1);
    let (status, page) = told(s.put(&order(KEY))).await;
    assert!(status == 200 && page.as_str().unwrap().starts_with("<html>"));
    s.erp.not_found_on_put(Some(404));
    assert_eq!(told(s.put(&order(KEY))).await.0, 404);
    assert_eq!(error(s.get(KEY)).await, is(404, "not_found", ""), "only PUT");
    s.erp.not_found_on_put(None);
    s.erp.fail_next(500, "permanent", "closed_period", 1);
    assert_eq!(error(s.put(&order(KEY))).await, is(500, "closed_period", ""));
    assert!(s.erp.orders().is_empty());
    assert_eq!(told(s.put(&order(KEY))).await.0, 201);
}

#[tokio::test]
async fn lost_requests_do_nothing_and_lost_replies_do() {
    let s = stand().await;
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
    assert!(s.put(&order(KEY)).send().await.is_err());
    assert!(s.erp.orders().is_empty());
    assert!(s.put(&order(KEY)).send().await.is_err());
    assert_eq!(s.erp.orders().len(), 1);
    assert_eq!(told(s.get(KEY)).await.0, 200);
    told(s.call(Method::GET, "")).await;
    let put = format!("some-function erp PUT sales-orders {KEY}");
    let get = format!("some-function erp GET sales-orders {KEY}");
    assert_eq!(
        s.gate.journal(),
        [put.as_str(), &put, &get, "some-function erp GET / "]
    );
}

#[tokio::test]
async fn faults_of_the_gate_show_as_failures_without_effect() {
    let s = stand().await;
    let odds = |fault| {
        vec![Odds {
            service: "erp",
            operation: "",
            fault,
            one_in: 1,
        }]
    };
    s.gate.play(1, odds(Fault::ServerError));
    let (status, body) = told(s.put(&order(KEY))).await;
    assert_eq!((status, &body["error"]["class"]), (500, &json!("transient")));
    for expected in [502, 503] {
        let (status, page) = told(s.put(&order(KEY))).await;
        assert!(status == expected && page.is_string());
    }
    s.gate.play(1, odds(Fault::Throttled));
    let answer = s.put(&order(KEY)).send().await.unwrap();
    assert_eq!(
        (
            answer.status().as_u16(),
            answer.headers()["retry-after"].to_str().unwrap()
        ),
        (429, "1")
    );
    assert!(s.erp.orders().is_empty());
    s.gate.play(1, odds(Fault::CutBody));
    let answer = s.put(&order(KEY)).send().await.unwrap();
    assert_eq!(answer.status(), 201);
    assert!(answer.text().await.is_err());
    assert_eq!(s.erp.orders().len(), 1);
}
