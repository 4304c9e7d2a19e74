//! The real client against a small fake, one test per outcome.

use std::time::Duration;

use bytes::Bytes;
use host::{Body, Recorder, Reply, json, serve, text};
use http::{Request, Response};
use order_model::{
    Address, ContentHash, Customer, ErpKey, ErpReference, FaultClass, Line, Order, Origin, Source,
};
use serde_json::{Value, json};

use crate::*;

struct Fake(Recorder);

impl Fake {
    /// A server that gives the same answer to everything, and remembers what it was asked.
    async fn answering(answer: impl Fn() -> Reply + Send + Sync + 'static) -> Self {
        Self(Recorder::answering(move |_| answer()).await.unwrap())
    }

    async fn saying(status: u16, body: Value) -> Self {
        Self::answering(move || Reply::Answer(json(status, &body))).await
    }

    fn client(&self) -> Erp {
        client(&format!("{}/erp", self.0.url()), Duration::from_secs(30))
    }

    /// The only request there was.
    fn only(&self) -> Request<Bytes> {
        self.0.only()
    }
}

fn client(base_url: &str, timeout: Duration) -> Erp {
    with_token(base_url, "tell-nobody", timeout)
}

fn with_token(base_url: &str, token: &str, timeout: Duration) -> Erp {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    let credentials = serde_json::from_value(json!({ "token": token })).unwrap();
    Erp::new(http, base_url, credentials, timeout)
}

fn key() -> ErpKey {
    ErpKey::new("RS-ACME-8086").unwrap()
}

/// The order of the contract's sample, with a second line that makes its total.
fn order() -> Order {
    let line = |line, sku: &str, quantity: &str, price: &str| Line {
        line,
        sku: sku.to_owned(),
        name: Some("not sent".to_owned()),
        variant: Some("not sent".to_owned()),
        upc: None,
        quantity: quantity.parse().unwrap(),
        unit_price: price.parse().unwrap(),
        discount_percent: None,
        ship_date: None,
        note: None,
        recipe_set_id: Some("not sent".to_owned()),
        custom: None,
    };
    let mut second = line(2, "100003-0001-M", "2.0", "30.5");
    second.discount_percent = Some("10.0".parse().unwrap());
    second.ship_date = Some("2027-01-20".parse().unwrap());
    Order {
        key: key(),
        source: Source {
            vendor: Origin::RepSpark,
            account: "ACME".to_owned(),
            order_number: "8086".to_owned(),
            order_uuid: None,
            submitted_at: Some("2026-11-20T17:02:11Z".parse().unwrap()),
        },
        revision_of: None,
        spark_cart_id: Some("not sent".to_owned()),
        customer: Customer {
            code: "CUST-1001".to_owned(),
            name: Some("Golf Shop Inc".to_owned()),
            ship_to_code: None,
        },
        customer_po: Some("PO-77".to_owned()),
        order_date: Some("2026-11-20".parse().unwrap()),
        ship_date: Some("2027-01-15".parse().unwrap()),
        cancel_date: Some("2027-02-15".parse().unwrap()),
        currency: "USD".to_owned(),
        terms_code: None,
        ship_via_code: None,
        warehouse_code: None,
        sales_rep_code: None,
        bill_to: None,
        custom: None,
        ship_to: Some(Address {
            name: "Golf Shop Inc".to_owned(),
            lines: vec!["1 Fairway Dr".to_owned()],
            city: Some("Portland".to_owned()),
            region: Some("OR".to_owned()),
            postal_code: Some("97205".to_owned()),
            country: Some("US".to_owned()),
        }),
        notes: None,
        lines: vec![line(1, "100003-0001-S", "4", "25"), second],
    }
}

fn accepted() -> Value {
    json!({"key": "RS-ACME-8086", "status": "accepted", "reference": "SO00026", "id": "90", "created": true, "warnings": []})
}

fn is_accepted() -> Answer {
    Answer::Accepted {
        reference: ErpReference::new("SO00026").unwrap(),
        created: true,
        warnings: Vec::new(),
    }
}

async fn put(client: &Erp) -> Answer {
    let order = order();
    client.put(&order, &ContentHash::from_bytes([0xab; 32])).await
}

/// An answer of 429 with these headers.
async fn throttled(headers: &'static [(&'static str, &'static str)]) -> Answer {
    let fake = Fake::answering(move || {
        let mut response: Response<Body> = text(429, "slow down");
        for (name, value) in headers {
            response.headers_mut().insert(*name, value.parse().unwrap());
        }
        Reply::Answer(response)
    })
    .await;
    put(&fake.client()).await
}

/// The example of the contract's page that has this text in it.
fn example(with: &str) -> Value {
    let page = include_str!("../CONTRACT.md");
    let mut blocks = page
        .split("```json\n")
        .skip(1)
        .filter_map(|block| block.split("```").next());
    serde_json::from_str(blocks.find(|block| block.contains(with)).unwrap()).unwrap()
}

#[tokio::test]
async fn a_put_sends_the_contracts_request() {
    let fake = Fake::saying(201, accepted()).await;
    assert_eq!(put(&fake.client()).await, is_accepted());
    let request = fake.only();
    assert_eq!(request.method(), "PUT");
    assert_eq!(request.uri(), "/erp/sales-orders/RS-ACME-8086");
    assert_eq!(request.headers()["authorization"], "Bearer tell-nobody");
    assert_eq!(request.headers()["content-type"], "application/json");
    // 4 × 25 and 2 × 30.50 less 10 %: the page that the ERP's people read shows this very order.
    let expected = example("\"totals\"");
    assert_eq!(expected["totals"]["lines"], "154.90");
    let sent: Value = serde_json::from_slice(request.body()).unwrap();
    assert_eq!(sent, expected);
}

#[tokio::test]
async fn the_contracts_example_of_a_refusal_is_understood() {
    let fake = Fake::saying(422, example("unknown_sku")).await;
    let expected = Answer::Refused {
        code: "unknown_sku".to_owned(),
        field: Some("lines[0].sku".to_owned()),
        message: "no item 100003-0001-S".to_owned(),
    };
    assert_eq!(put(&fake.client()).await, expected);
}

#[tokio::test]
async fn an_order_of_nothing_but_the_necessary_is_whole_too() {
    let fake = Fake::saying(201, accepted()).await;
    let mut order = order();
    order.ship_to = None;
    order.source.submitted_at = None;
    order.order_date = None;
    let _ = fake.client().put(&order, &ContentHash::of(&order)).await;
    let sent: Value = serde_json::from_slice(fake.only().body()).unwrap();
    for place in ["/ship_to", "/source/submitted_at", "/order_date"] {
        assert_eq!(sent.pointer(place), Some(&Value::Null), "{place}");
    }
    assert_eq!(sent["content_sha256"], ContentHash::of(&order).to_string());
}

#[tokio::test]
async fn a_get_looks_the_same_address_up() {
    let fake = Fake::saying(200, accepted()).await;
    let client = with_token(
        &format!("{}/erp/", fake.0.url()),
        "tell-nobody",
        Duration::from_secs(30),
    );
    assert_eq!(client.get(&key()).await, is_accepted());
    let request = fake.only();
    assert_eq!(request.method(), "GET");
    assert_eq!(request.uri(), "/erp/sales-orders/RS-ACME-8086");
    assert_eq!(request.headers()["authorization"], "Bearer tell-nobody");
    assert!(request.body().is_empty());
}

#[tokio::test]
async fn not_there_is_told_by_the_code() {
    let fake = Fake::saying(404, json!({"error": {"class": "permanent", "code": "not_found"}})).await;
    assert_eq!(fake.client().get(&key()).await, Answer::NotFound);
    let fake = Fake::answering(|| Reply::Answer(text(404, "no such page"))).await;
    assert!(matches!(fake.client().get(&key()).await, Answer::Unknown { .. }));
}

#[tokio::test]
async fn gzip_that_is_claimed_and_not_done_is_read() {
    let fake = Fake::answering(|| {
        let mut response = json(200, &accepted());
        let headers = response.headers_mut();
        headers.insert("content-encoding", "gzip".parse().unwrap());
        Reply::Answer(response)
    })
    .await;
    assert_eq!(fake.client().get(&key()).await, is_accepted());
}

#[tokio::test]
async fn a_wish_to_be_asked_later_is_kept_in_both_forms() {
    let after = |answer| match answer {
        Answer::Unknown { retry_after, .. } => retry_after,
        other => panic!("{other:?}"),
    };
    let seconds = throttled(&[("retry-after", "30")]).await;
    assert_eq!(after(seconds), Some(Duration::from_secs(30)));
    let date = throttled(&[
        ("date", "Fri, 20 Nov 2026 17:02:11 GMT"),
        ("retry-after", "Fri, 20 Nov 2026 17:04:11 GMT"),
    ])
    .await;
    assert_eq!(after(date), Some(Duration::from_secs(120)));
    let past = throttled(&[
        ("date", "Fri, 20 Nov 2026 17:02:11 GMT"),
        ("retry-after", "Fri, 20 Nov 2026 17:00:00 GMT"),
    ])
    .await;
    assert_eq!(after(past), Some(Duration::ZERO));
    let long = throttled(&[("retry-after", "99999999999")]).await;
    assert_eq!(after(long), Some(Duration::from_secs(86_400)));
    let odd = throttled(&[("retry-after", "soon")]).await;
    assert_eq!(after(odd), None);
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_proves_nothing() {
    let fake = Fake::answering(|| {
        let mut response = text(307, "");
        response.headers_mut().insert("location", "/erp".parse().unwrap());
        Reply::Answer(response)
    })
    .await;
    let unknown = Answer::Unknown {
        retry_after: None,
        why: Doubt::Said {
            fault: FaultClass::Unclear,
            text: "http_307".to_owned(),
        },
    };
    assert_eq!(put(&fake.client()).await, unknown);
    fake.only();
}

#[tokio::test]
async fn a_lost_answer_is_unknown_and_is_not_repeated() {
    let fake = Fake::answering(|| Reply::Drop).await;
    let unknown = Answer::Unknown {
        retry_after: None,
        why: Doubt::BrokeOff,
    };
    assert_eq!(put(&fake.client()).await, unknown);
    fake.only();
}

#[tokio::test]
async fn silence_is_unknown() {
    let server = serve(([127, 0, 0, 1], 0).into(), |_| std::future::pending::<Reply>());
    let server = server.await.unwrap();
    let client = client(&server.url(), Duration::from_millis(200));
    let unknown = Answer::Unknown {
        retry_after: None,
        why: Doubt::TimedOut,
    };
    assert_eq!(put(&client).await, unknown);
    assert_eq!(client.get(&key()).await, unknown);
    assert_eq!(client.root().await, Err(RootError::Unavailable(Doubt::TimedOut)));
}

#[tokio::test]
async fn an_answer_without_end_is_unknown() {
    let fake = Fake::answering(|| Reply::Answer(text(200, " ".repeat(1024 * 1024 + 1)))).await;
    let answer = put(&fake.client()).await;
    assert!(matches!(
        answer,
        Answer::Unknown {
            why: Doubt::Unreadable { status: 200, .. },
            ..
        }
    ));
}

#[tokio::test]
async fn without_a_connection_nothing_was_sent() {
    // Nobody listens on port 1.
    let client = client("http://127.0.0.1:1/erp", Duration::from_secs(30));
    assert_eq!(put(&client).await, Answer::NotSent);
    assert_eq!(client.get(&key()).await, Answer::NotSent);
    assert_eq!(client.root().await, Err(RootError::NotSent));
}

#[tokio::test]
async fn settings_that_make_no_request_are_a_wrong_set_up() {
    let unusable = Answer::Misconfigured {
        status: None,
        code: "unusable_request".to_owned(),
    };
    let timeout = Duration::from_secs(30);
    assert_eq!(put(&client("not an address", timeout)).await, unusable);
    let client = with_token("http://127.0.0.1:1", "two\nlines", timeout);
    assert_eq!(put(&client).await, unusable);
    assert_eq!(client.root().await, Err(RootError::Unusable));
}

#[tokio::test]
async fn the_root_confirms_the_contract() {
    let fake = Fake::saying(200, json!({"contract": "erp-orders/1", "system": "Tryton"})).await;
    let contract = fake.client().root().await.unwrap();
    assert_eq!(
        (contract.contract.as_str(), contract.system.as_str()),
        (CONTRACT, "Tryton")
    );
    assert_eq!(fake.only().uri(), "/erp/");
}

#[tokio::test]
async fn a_root_that_is_not_the_contracts_is_named() {
    for (status, body, expected) in [
        (
            200,
            json!({"contract": "erp-orders/2"}),
            RootError::NotTheContract { status: 200 },
        ),
        (200, json!({}), RootError::NotTheContract { status: 200 }),
        (
            404,
            json!({"contract": "erp-orders/1"}),
            RootError::NotTheContract { status: 404 },
        ),
        (401, json!({}), RootError::Unauthorized { status: 401 }),
        (
            503,
            json!({}),
            RootError::Unavailable(Doubt::Said {
                fault: FaultClass::Unavailable,
                text: "http_503".to_owned(),
            }),
        ),
    ] {
        let fake = Fake::saying(status, body).await;
        assert_eq!(fake.client().root().await, Err(expected));
    }
}

#[tokio::test]
async fn nothing_that_is_printed_shows_the_token() {
    let shown = format!("{:?}", client("http://127.0.0.1:1/erp", Duration::from_secs(30)));
    assert!(!shown.contains("tell-nobody"), "{shown}");
}
