//! One test per outcome of a call that is no success, and what the probe and the tracking come to.

use std::time::Duration;

use host::{Reply, body, text};
use http::{HeaderValue, Response};
use order_model::understood;
use serde_json::json;

use super::fake::*;
use super::sample::*;
use crate::*;

async fn told(status: u16, body: &str) -> CallError {
    let fake = Fake::saying(status, body).await;
    fake.client().acknowledge(&sample()).await.unwrap_err()
}

fn named(error: &CallError) -> &'static str {
    match error {
        CallError::NotSent { .. } => "NotSent",
        CallError::Unauthorized { .. } => "Unauthorized",
        CallError::Forbidden { .. } => "Forbidden",
        CallError::Throttled { .. } => "Throttled",
        CallError::Unavailable { .. } => "Unavailable",
        CallError::NoAnswer { .. } => "NoAnswer",
        CallError::Unclear { .. } => "Unclear",
        CallError::Invalid { .. } => "Invalid",
        CallError::Misconfigured { .. } => "Misconfigured",
    }
}

#[tokio::test]
async fn a_status_is_judged_the_same_whatever_the_body_but_a_404_in_its_own_terms() {
    for (status, name) in [
        (302, "Misconfigured"),
        (400, "Invalid"),
        (401, "Unauthorized"),
        (403, "Forbidden"),
        (404, "Misconfigured"),
        (405, "Misconfigured"),
        (408, "Unavailable"),
        (413, "Invalid"),
        (415, "Misconfigured"),
        (422, "Invalid"),
        (429, "Throttled"),
        (500, "Unavailable"),
        (502, "Unavailable"),
        (503, "Unavailable"),
    ] {
        for body in ["", "nonsense", r#"{"error":"#, r#"{"error":"No"}"#, "<html>"] {
            // What is not there, in its own terms, is no wrong address.
            let in_its_own_terms = status == 404 && body == r#"{"error":"No"}"#;
            let name = if in_its_own_terms { "Invalid" } else { name };
            assert_eq!(named(&told(status, body).await), name, "{status} {body:?}");
        }
    }
    assert_eq!(named(&told(200, "<html>Welcome</html>").await), "Unavailable");
}

#[tokio::test]
async fn a_403_that_speaks_of_the_rate_is_no_refused_token() {
    for body in [
        "Rate limit exceeded",
        "Too Many Requests",
        r#"{"error":"You are throttled."}"#,
    ] {
        assert_eq!(named(&told(403, body).await), "Throttled", "{body}");
    }
    let with = |name: &'static str| {
        let mut response = Response::new(body(""));
        *response.status_mut() = http::StatusCode::FORBIDDEN;
        response.headers_mut().insert(name, HeaderValue::from_static("7"));
        response
    };
    for (name, retry_after) in [("x-ratelimit-remaining", None), ("retry-after", Some(7))] {
        let fake = Fake::answering(move || Reply::Answer(with(name))).await;
        let error = fake.client().acknowledge(&sample()).await.unwrap_err();
        let wait = error.retry_after().map(|wait| wait.as_secs());
        assert_eq!((named(&error), wait), ("Throttled", retry_after), "{name}");
    }
}

#[tokio::test]
async fn a_500_tells_its_trace_and_nothing_that_was_sent() {
    let body = r#"{"lastModification":"2026-03-02T17:21:03.5500000+00:00","apiVersion":"3.0.21055.9",
        "error":"Failed for buyer@example.test. Trace log ID: 5f2c9e10"}"#;
    let error = told(500, body).await;
    assert_eq!(
        error.to_string(),
        "spectrum was not there for POST acknowledgement: http_500, trace 5f2c9e10"
    );
    assert!(!format!("{error:?}").contains("buyer"));
    assert!(!error.surely_not_done());
}

#[tokio::test]
async fn a_refusal_is_believed_for_our_token_only_in_spectrums_own_terms() {
    let own = told(400, r#"{"error":"No","apiVersion":"3"}"#).await;
    let other = told(400, "Bad Request").await;
    assert!(understood(Some(own.fault())));
    assert!(!understood(Some(other.fault())));
}

#[tokio::test]
async fn silence_and_a_broken_connection_leave_a_doubt() {
    let fake = Fake::answering(|| Reply::Drop).await;
    let error = fake.client().acknowledge(&sample()).await.unwrap_err();
    let operation = Operation::Acknowledge;
    let doubt = Doubt::BrokeOff;
    assert_eq!(error, CallError::NoAnswer { operation, doubt });
    let url = fake.0.url();
    drop(fake);
    let error = client(&url, LONG).acknowledge(&sample()).await.unwrap_err();
    assert_eq!(error, CallError::NotSent { operation });
}

#[tokio::test]
async fn a_set_up_that_makes_no_request_is_said_to_be_one() {
    let error = client("no address", LONG)
        .find(&number(NUMBER))
        .await
        .unwrap_err();
    assert_eq!(named(&error), "Misconfigured");
    let fake = Fake::saying(200, "").await;
    let token = serde_json::from_str(r#"{"token":"a\nb"}"#).unwrap();
    let client = Spectrum::new(
        reqwest::Client::new(),
        &fake.0.url(),
        token,
        Duration::from_secs(9),
    );
    let error = client.find(&number(NUMBER)).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "spectrum's address or set-up does not fit GET order-number: unusable_token"
    );
}

async fn found(status: u16, body: &str) -> Result<Option<SeenOrder>, CallError> {
    let fake = Fake::saying(status, body).await;
    fake.client().find(&number(NUMBER)).await
}

#[tokio::test]
async fn only_a_plain_no_says_that_an_order_is_not_there() {
    for (status, body) in [
        (404, ""),
        (404, r#"{"error":"Order not found."}"#),
        (204, ""),
        (200, "null"),
        (200, "[]"),
    ] {
        assert_eq!(found(status, body).await, Ok(None), "{status} {body}");
    }
    for (status, body, name) in [
        (404, "<html>", "Misconfigured"),
        (200, "", "Unclear"),
        (200, "OK", "Unclear"),
        (200, "{}", "Unclear"),
        (200, r#"{"error":"Order not found."}"#, "Unclear"),
        (200, r#"{"purchaseOrderNumber":"another"}"#, "Unclear"),
        (
            200,
            r#"[{"purchaseOrderNumber":"WEB-2026-004512"},{}]"#,
            "Unclear",
        ),
        (200, "<html>", "Unavailable"),
        (403, "", "Forbidden"),
        (409, "", "Unclear"),
        (500, "", "Unavailable"),
    ] {
        let error = found(status, body).await.unwrap_err();
        assert_eq!(named(&error), name, "{status} {body}");
        assert!(error.surely_not_done(), "a probe does nothing");
    }
}

#[tokio::test]
async fn an_order_that_is_there_shows_its_recipe_sets() {
    let of =
        |lines: serde_json::Value| json!({"purchaseOrderNumber": NUMBER, "lineItems": lines, "userId": 1});
    let ids =
        |ids: &[&str]| -> serde_json::Value { ids.iter().map(|id| json!({"recipeSetId": id})).collect() };
    let both = of(ids(&["T93XRB5D", "K7QW2MZP"]));
    let readable =
        of(json!([{"recipeSetReadableId": "T93XRB5D"}, {"recipeSetReadableId": "K7QW2MZP", "id": 4}]));
    let differs = |missing: &[&str], foreign: &[&str]| Shown::Differs {
        missing: missing.iter().map(|id| (*id).to_owned()).collect(),
        foreign: foreign.iter().map(|id| (*id).to_owned()).collect(),
    };
    for (body, shown) in [
        (both.clone(), Shown::Same),
        (json!([both]), Shown::Same),
        (json!({"order": both}), Shown::Same),
        (readable, Shown::Same),
        (of(ids(&["K7QW2MZP"])), differs(&["T93XRB5D"], &[])),
        (
            of(ids(&["XXXX0000"])),
            differs(&["K7QW2MZP", "T93XRB5D"], &["XXXX0000"]),
        ),
        (of(json!([])), differs(&["K7QW2MZP", "T93XRB5D"], &[])),
        (of(json!([{"sku": "x"}])), Shown::Untold),
        (of(json!("x")), Shown::Untold),
    ] {
        let seen = found(200, &body.to_string()).await.unwrap().unwrap();
        assert_eq!(seen.shows(&sample()), shown, "{body}");
        assert_eq!(format!("{seen:?}"), "SeenOrder(hidden)");
    }
}

#[tokio::test]
async fn tracking_is_taken_or_refused_as_a_whole() {
    let told = async |status: u16, body: &str| {
        let fake = Fake::answering({
            let body = body.to_owned();
            move || Reply::Answer(text(status, body.clone()))
        });
        fake.await
            .client()
            .notify_shipment(&shipment_of(&["K7QW2MZP"]))
            .await
    };
    assert_eq!(
        told(200, r#"{"purchaseOrderNumber":"WEB-2026-004512","status":"OK"}"#).await,
        Ok(Notified::Done)
    );
    for (status, body, words) in [
        (
            409,
            r#"{"status":"Error","details":"Line item not found"}"#,
            "Line item not found",
        ),
        (404, r#"{"error":"No such order"}"#, "No such order"),
        (409, "", ""),
        (200, r#"{"status":"Error","details":"No"}"#, "No"),
    ] {
        let Ok(Notified::Refused {
            status: told,
            words: said,
        }) = told(status, body).await
        else {
            panic!("{status} {body}");
        };
        assert_eq!((told, said.as_str()), (status, words));
    }
    for (status, body, name) in [
        (200, "", "Unclear"),
        (200, "[]", "Unclear"),
        (
            200,
            r#"{"purchaseOrderNumber":"another","status":"OK"}"#,
            "Unclear",
        ),
        (404, "<html>", "Misconfigured"),
        (500, "", "Unavailable"),
    ] {
        assert_eq!(
            named(&told(status, body).await.unwrap_err()),
            name,
            "{status} {body}"
        );
    }
}
