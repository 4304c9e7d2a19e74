//! Marking orders as received.

use bytes::Bytes;
use host::Reply;
use order_model::EcatOrderNumber;

use super::fake::*;
use crate::{Batch, CallError, Doubt};

pub(super) fn batch(numbers: &[&str]) -> Batch {
    let numbers = numbers.iter().map(|text| EcatOrderNumber::new(*text).unwrap());
    Batch::all(numbers).remove(0)
}

#[tokio::test]
async fn numbers_are_sent_bare_and_exactly_as_they_came() {
    let body = r#"{"status":"success","error":null,"data":{"7120-041526-118":{"success":true}," x\"1":{"success":false,"error":"no"}}}"#;
    let fake = Fake::saying(200, body).await;
    let numbers = batch(&["7120-041526-118", " x\"1", "7133-041626-009"]);
    let marks = fake.client().mark_received(&numbers).await.unwrap();
    assert_eq!(marks.received, batch(&["7120-041526-118"]).numbers());
    assert_eq!(
        marks.failed,
        [(EcatOrderNumber::new(" x\"1").unwrap(), "no".to_owned())]
    );
    assert_eq!(marks.missing, batch(&["7133-041626-009"]).numbers());
    assert_eq!(marks.unasked, 0);
    let request = fake.only();
    assert_eq!(request.method(), "POST");
    assert_eq!(request.uri(), "/demo/ext/v2/orders/new_orders");
    assert_eq!(request.headers()["authorization"], "Basic YXBpdXNlcjpzM2NyZXQ=");
    assert_eq!(request.headers()["content-type"], "application/json");
    assert_eq!(request.body(), r#"["7120-041526-118"," x\"1","7133-041626-009"]"#);
}

#[tokio::test]
async fn a_failed_envelope_is_an_error_for_all() {
    let body = r#"{"data":{"a":{"success":true}},"status":"error","error":"database is busy"}"#;
    let fake = Fake::saying(200, body).await;
    let error = fake.client().mark_received(&batch(&["a"])).await.unwrap_err();
    assert_eq!(
        error,
        CallError::Failed {
            operation: "POST new_orders",
            said: "http_200: database is busy".to_owned(),
        }
    );
    assert!(!error.surely_not_done());
}

#[tokio::test]
async fn an_answer_that_is_not_whole_says_nothing_about_any() {
    let whole = r#"{"status":"success","error":null,"data":{"a":{"success":true}}}"#;
    let head = head("POST new_orders");
    for at in 0..whole.len() {
        let error = head
            .open(&Bytes::copy_from_slice(&whole.as_bytes()[..at]))
            .unwrap_err();
        assert!(matches!(named(&error), "NoAnswer" | "Unclear"), "{at}: {error:?}");
    }
    let fake = Fake::answering(move || parts(vec![Ok(whole), cut()], false)).await;
    assert_eq!(
        fake.client().mark_received(&batch(&["a"])).await,
        Err(CallError::NoAnswer {
            operation: "POST new_orders",
            doubt: Doubt::BrokeOff,
        })
    );
}

#[tokio::test]
async fn data_that_is_no_object_of_numbers_is_unclear() {
    for data in ["[]", "null", r#"["a"]"#, "true"] {
        let fake = Fake::saying(
            200,
            format!(r#"{{"status":"success","error":null,"data":{data}}}"#),
        )
        .await;
        let error = fake.client().mark_received(&batch(&["a"])).await.unwrap_err();
        assert_eq!(named(&error), "Unclear", "{data}");
    }
    let fake = Fake::saying(200, r#"{"status":"success","error":null}"#).await;
    let error = fake.client().mark_received(&batch(&["a"])).await.unwrap_err();
    assert_eq!(named(&error), "Unclear");
}

#[tokio::test]
async fn an_endless_answer_is_not_held() {
    let fake = Fake::saying(200, " ".repeat(1024 * 1024 + 1)).await;
    let error = fake.client().mark_received(&batch(&["a"])).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "ecat's answer to POST new_orders is unclear: http_200, the answer is too large"
    );
}

#[tokio::test]
async fn a_lost_answer_leaves_a_doubt_and_is_not_repeated() {
    let fake = Fake::answering(|| Reply::Drop).await;
    let error = fake.client().mark_received(&batch(&["a"])).await.unwrap_err();
    assert_eq!(named(&error), "NoAnswer");
    assert!(!error.surely_not_done());
    fake.only();
}

#[tokio::test]
async fn refused_credentials_are_told_apart() {
    for (status, body) in [
        (401, ""),
        (
            200,
            r#"{"status":"error","error":"Invalid credentials","data":null}"#,
        ),
    ] {
        let fake = Fake::saying(status, body).await;
        let error = fake.client().mark_received(&batch(&["a"])).await.unwrap_err();
        assert_eq!(named(&error), "Unauthorized");
        assert!(error.surely_not_done());
    }
}
