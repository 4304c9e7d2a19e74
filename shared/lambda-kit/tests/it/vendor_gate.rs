//! The gate before a vendor, on a ledger.

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use bytes::Bytes;
use dynoxide::Database;
use host::{Reply, Server};
use http::Request;
use lambda_kit::VendorGate;
use ledger::{Ledger, Tokens};
use order_model::{Millis, Pace, Vendor};
use serde_json::{Value, json};

const T0: Millis = Millis(1_795_255_200_000);
const PROBE_EVERY: Duration = Duration::from_secs(900);

fn at(seconds: i64) -> Millis {
    Millis(T0.0 + seconds * 1000)
}

/// A ledger on a table of its own.
pub(crate) async fn ledger() -> (Ledger, Server) {
    let key = |name: &str, kind: &str| json!({ "AttributeName": name, "KeyType": kind });
    let text = |name: &str| json!({ "AttributeName": name, "AttributeType": "S" });
    let table = json!({
        "TableName": "ledger",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [text("pk"), text("sk")],
        "KeySchema": [key("pk", "HASH"), key("sk", "RANGE")],
    });
    let db = Database::memory().unwrap();
    db.create_table(serde_json::from_value(table).unwrap()).unwrap();
    let db = Arc::new(db);
    let handler = move |request: Request<Bytes>| {
        let db = Arc::clone(&db);
        async move { answer(&db, &request) }
    };
    let server = host::serve(([127, 0, 0, 1], 0).into(), handler).await.unwrap();
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .credentials_provider(Credentials::new("key", "secret", None, None, "test"))
        .region(Region::new("us-east-1"))
        .endpoint_url(server.url())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .retry_config(RetryConfig::disabled())
        .build();
    let pace = Pace {
        grace: Duration::from_secs(900),
        skew: Duration::from_secs(10),
    };
    let ledger = Ledger::new(Client::from_conf(config), "ledger", Tokens::new("run"), pace);
    (ledger, server)
}

fn answer(db: &Database, request: &Request<Bytes>) -> Reply {
    let body: Value = serde_json::from_slice(request.body()).unwrap();
    let target = request.headers()["x-amz-target"].to_str().unwrap();
    let answer = if target.ends_with(".GetItem") {
        db.get_item(serde_json::from_value(body).unwrap())
            .map(|answer| serde_json::to_value(answer).unwrap())
    } else {
        db.put_item(serde_json::from_value(body).unwrap())
            .map(|answer| serde_json::to_value(answer).unwrap())
    };
    match answer {
        Ok(answer) => host::json(200, &answer).into(),
        Err(error) => {
            let body: Value = serde_json::from_str(&error.to_json()).unwrap();
            host::json(error.status_code(), &body).into()
        }
    }
}

async fn gate(ledger: &Ledger) -> VendorGate {
    VendorGate::read(ledger, Vendor::Erp, "erp-import-order", PROBE_EVERY)
        .await
        .unwrap()
}

/// Whether an invocation at `now` may call the vendor.
async fn passes(ledger: &Ledger, now: Millis) -> bool {
    gate(ledger).await.pass(now).await.unwrap()
}

/// A ledger in which the ERP was paused at `T0`.
async fn paused() -> (Ledger, Server) {
    let (ledger, server) = ledger().await;
    gate(&ledger).await.refused("credentials_refused", T0).await;
    (ledger, server)
}

#[tokio::test]
async fn a_vendor_that_is_not_paused_may_be_called_by_all() {
    let (ledger, _server) = ledger().await;
    let gate = gate(&ledger).await;
    for _ in 0..10 {
        assert!(gate.pass(T0).await.unwrap());
    }
}

#[tokio::test]
async fn a_refusal_shuts_the_gate_for_the_rest_of_the_batch_and_pauses_the_vendor() {
    let (ledger, _server) = ledger().await;
    let gate = gate(&ledger).await;
    assert!(gate.pass(T0).await.unwrap() && !gate.is_shut());
    gate.refused("credentials_refused", T0).await;
    gate.refused("another reason of the same batch", at(1)).await;
    assert!(gate.is_shut() && !gate.pass(T0).await.unwrap());
    let pause = ledger.pause("erp").await.unwrap().unwrap();
    assert_eq!(
        (pause.reason.as_str(), pause.by.as_str()),
        ("credentials_refused", "erp-import-order")
    );
    assert_eq!((pause.since, pause.next_probe), (T0, Some(at(900))));
}

#[tokio::test]
async fn a_pause_that_cannot_be_written_down_still_holds_for_the_invocation() {
    let (ledger, server) = ledger().await;
    let gate = gate(&ledger).await;
    drop(server);
    gate.refused("credentials_refused", T0).await;
    assert!(!gate.pass(T0).await.unwrap());
}

#[tokio::test]
async fn a_paused_vendor_is_left_alone_until_its_probe() {
    let (ledger, _server) = paused().await;
    assert!(!passes(&ledger, at(1)).await);
    assert!(!passes(&ledger, at(899)).await);
    assert!(passes(&ledger, at(900)).await);
}

#[tokio::test]
async fn a_probe_is_one_call_of_one_invocation_in_one_interval() {
    let (ledger, _server) = paused().await;
    // Both read the pause before either takes the turn.
    let (ours, theirs) = (gate(&ledger).await, gate(&ledger).await);
    assert!(ours.pass(at(900)).await.unwrap());
    assert!(!ours.pass(at(900)).await.unwrap());
    assert!(!theirs.pass(at(900)).await.unwrap());
    assert!(!passes(&ledger, at(1799)).await);
    assert!(passes(&ledger, at(1800)).await);
}

#[tokio::test]
async fn who_does_not_ask_takes_no_turn() {
    let (ledger, _server) = paused().await;
    drop(gate(&ledger).await);
    assert!(passes(&ledger, at(900)).await);
}

#[tokio::test]
async fn a_probe_that_went_well_lifts_the_pause() {
    let (ledger, _server) = paused().await;
    let probe = gate(&ledger).await;
    assert!(probe.pass(at(900)).await.unwrap());
    probe.answered().await;
    assert_eq!(ledger.pause("erp").await.unwrap(), None);
    assert!(passes(&ledger, at(901)).await);
}

#[tokio::test]
async fn a_probe_that_was_refused_lifts_nothing() {
    let (ledger, _server) = paused().await;
    let probe = gate(&ledger).await;
    assert!(probe.pass(at(900)).await.unwrap());
    probe.refused("credentials_refused", at(905)).await;
    probe.answered().await;
    let pause = ledger.pause("erp").await.unwrap().unwrap();
    assert_eq!((pause.since, pause.next_probe), (T0, Some(at(1805))));
}

#[tokio::test]
async fn who_found_the_gate_open_or_shut_lifts_no_pause() {
    let (ledger, _server) = ledger().await;
    let open = gate(&ledger).await;
    assert!(open.pass(T0).await.unwrap());
    gate(&ledger).await.refused("credentials_refused", T0).await;
    let shut = gate(&ledger).await;
    assert!(!shut.pass(at(1)).await.unwrap());
    for gate in [open, shut] {
        gate.answered().await;
        assert!(ledger.pause("erp").await.unwrap().is_some());
    }
}

#[tokio::test]
async fn a_pause_of_one_vendor_is_not_another_ones() {
    let (ledger, _server) = paused().await;
    let other = VendorGate::read(&ledger, Vendor::RepSpark, "repspark-pull-orders", PROBE_EVERY).await;
    assert!(other.unwrap().pass(at(1)).await.unwrap());
}

#[tokio::test]
async fn a_pause_for_another_reason_than_credentials_is_probed_by_the_function_that_set_it() {
    let (ledger, _server) = ledger().await;
    gate(&ledger).await.refused("takes_no_orders_here", T0).await;
    let other = VendorGate::read(&ledger, Vendor::Erp, "another-function", PROBE_EVERY).await;
    assert!(!other.unwrap().pass(at(900)).await.unwrap());
    let probe = gate(&ledger).await;
    assert!(
        probe.pass(at(900)).await.unwrap(),
        "the other one has not used up the turn"
    );
    probe.answered().await;
    assert_eq!(ledger.pause("erp").await.unwrap(), None);
}

#[tokio::test]
async fn a_pause_for_refused_credentials_is_lifted_by_any_function() {
    let (ledger, _server) = paused().await;
    let other = VendorGate::read(&ledger, Vendor::Erp, "another-function", PROBE_EVERY).await;
    let other = other.unwrap();
    assert!(other.pass(at(900)).await.unwrap());
    other.answered().await;
    assert_eq!(ledger.pause("erp").await.unwrap(), None);
}

#[tokio::test]
async fn nobody_passes_a_persons_pause_or_lifts_it() {
    let (ledger, _server) = ledger().await;
    ledger
        .pause_by_hand("erp", "ada", "stocktaking", T0)
        .await
        .unwrap();
    let pause = ledger.pause("erp").await.unwrap();
    for seconds in [0, 900, 1_000_000] {
        let gate = gate(&ledger).await;
        assert!(!gate.pass(at(seconds)).await.unwrap());
        gate.answered().await;
        gate.refused("credentials_refused", at(seconds)).await;
        assert_eq!(ledger.pause("erp").await.unwrap(), pause);
    }
}

#[tokio::test]
async fn a_pause_that_a_person_set_during_the_probe_stays() {
    let (ledger, _server) = paused().await;
    let probe = gate(&ledger).await;
    assert!(probe.pass(at(900)).await.unwrap());
    ledger
        .pause_by_hand("erp", "ada", "stocktaking", at(901))
        .await
        .unwrap();
    probe.answered().await;
    assert!(ledger.pause("erp").await.unwrap().unwrap().by_person);
}
