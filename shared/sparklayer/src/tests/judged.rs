//! One test per outcome of a call.

use std::time::Duration;

use host::{Reply, text};
use order_model::Millis;

use super::fake::*;
use super::sample::*;
use crate::*;

/// What a PUT comes to that is answered like this.
async fn told(status: u16, body: &str) -> CallError {
    put(&Fake::saying(status, body).await.client()).await.unwrap_err()
}

fn named(error: &CallError) -> &'static str {
    match error {
        CallError::NotSent { .. } => "NotSent",
        CallError::Unauthorized { .. } => "Unauthorized",
        CallError::TokenRefused { .. } => "TokenRefused",
        CallError::Throttled { .. } => "Throttled",
        CallError::Unavailable { .. } => "Unavailable",
        CallError::NoAnswer { .. } => "NoAnswer",
        CallError::Unclear { .. } => "Unclear",
        CallError::Invalid { .. } => "Invalid",
        CallError::Forbidden { .. } => "Forbidden",
        CallError::NotFound { .. } => "NotFound",
        CallError::Conflict { .. } => "Conflict",
        CallError::Misconfigured { .. } => "Misconfigured",
    }
}

#[tokio::test]
async fn a_400_names_the_property_and_tells_nothing_that_was_sent() {
    let body = r#"{"title":"Bad Request","status":400,"detail":"12 Quay Street is not valid","errors":[
        {"code":"required","message":"Jane Doe","property":"customer_identifiers.sparklayer"}]}"#;
    let error = told(400, body).await;
    assert_eq!(named(&error), "Invalid");
    assert_eq!(
        error.problem().unwrap().property(),
        Some("customer_identifiers.sparklayer")
    );
    assert_eq!(
        error.to_string(),
        "sparklayer does not take what PUT purchase sent: http_400: customer_identifiers.sparklayer (required)"
    );
    assert!(!format!("{error:?}").contains("Quay") && !format!("{error:?}").contains("Jane"));
}

#[tokio::test]
async fn a_status_is_judged_the_same_with_an_empty_body() {
    for (status, name) in [
        (400, "Invalid"),
        (401, "TokenRefused"),
        (403, "Forbidden"),
        (404, "NotFound"),
        (408, "Unavailable"),
        (409, "Conflict"),
        (413, "Invalid"),
        (422, "Invalid"),
        (429, "Throttled"),
        (500, "Unavailable"),
        (503, "Unavailable"),
        (302, "Misconfigured"),
        (405, "Misconfigured"),
        (415, "Misconfigured"),
        (200, "Unclear"),
    ] {
        for body in ["", "nonsense", r#"{"title":"#] {
            assert_eq!(named(&told(status, body).await), name, "{status} {body:?}");
        }
    }
}

#[tokio::test]
async fn a_web_page_is_not_taken_for_an_answer() {
    let page = "<html><body>Welcome</body></html>";
    for (status, name) in [(200, "Unavailable"), (404, "Misconfigured"), (502, "Unavailable")] {
        assert_eq!(named(&told(status, page).await), name, "{status}");
    }
    assert!(!told(200, page).await.surely_not_done());
}

#[tokio::test]
async fn a_conflict_says_with_what_as_far_as_it_can_be_told() {
    let problem = |rest: &str| format!(r#"{{"title":"Conflict","status":409,{rest}}}"#);
    for (body, expected) in [
        (
            problem(r#""detail":"Concurrent update of the purchase""#),
            Conflict::Concurrent,
        ),
        (
            problem(r#""detail":"It has been modified""#),
            Conflict::Concurrent,
        ),
        (
            problem(
                r#""detail":"Locked","errors":[{"code":"x","property":"purchase_identifiers.internal"}]"#,
            ),
            Conflict::Identifiers,
        ),
        (
            problem(r#""detail":"The identifier already exists""#),
            Conflict::Identifiers,
        ),
        (problem(r#""detail":"No""#), Conflict::Unknown),
        (String::new(), Conflict::Unknown),
    ] {
        match told(409, &body).await {
            CallError::Conflict { kind, .. } => assert_eq!(kind, expected, "{body}"),
            other => panic!("{body}: {other}"),
        }
    }
}

#[tokio::test]
async fn a_success_that_speaks_of_another_purchase_is_unclear() {
    for body in [
        r#"{"purchase_identifiers":{"internal":"SO1"}}"#,
        r#"{"data":{"purchase_identifiers":{"internal":"SO1"}}}"#,
        r#"{"title":"Bad Request","status":400}"#,
        "[]",
        "null",
    ] {
        let error = told(200, body).await;
        assert_eq!(named(&error), "Unclear", "{body}");
        assert!(!error.surely_not_done());
    }
    for body in [
        "{}",
        r#"{"purchase_identifiers":{"internal":"SO104233"}}"#,
        r#"{"purchase_identifiers":{}}"#,
    ] {
        assert!(
            put(&Fake::saying(200, body).await.client()).await.is_ok(),
            "{body}"
        );
    }
}

#[tokio::test]
async fn a_wish_to_be_left_alone_is_heard() {
    for (status, header, expected) in [
        (429, "7", Some(7)),
        (503, "99999999", Some(86_400)),
        (429, "soon", None),
    ] {
        let fake = Fake::answering(move || {
            let mut answer = text(status, "");
            answer
                .headers_mut()
                .insert("retry-after", header.parse().unwrap());
            Reply::Answer(answer)
        });
        let error = put(&fake.await.client()).await.unwrap_err();
        assert_eq!(error.retry_after(), expected.map(Duration::from_secs));
    }
}

#[tokio::test]
async fn a_lost_answer_leaves_a_doubt_and_is_not_repeated() {
    let fake = Fake::answering(|| Reply::Drop).await;
    let error = put(&fake.client()).await.unwrap_err();
    assert_eq!(named(&error), "NoAnswer");
    assert!(!error.surely_not_done());
    assert_eq!(fake.asked().len(), 1);
    let lookup = identifiers().lookup();
    let error = fake.client().get_purchase(&lookup, Millis(0)).await.unwrap_err();
    assert!(error.surely_not_done(), "a GET stores nothing");
}

#[tokio::test]
async fn without_a_server_nothing_left() {
    let error = put(&client("http://127.0.0.1:9", LONG)).await.unwrap_err();
    assert_eq!(
        error,
        CallError::NotSent {
            operation: Operation::Token
        }
    );
    let error = put(&client("no address", LONG)).await.unwrap_err();
    assert_eq!(named(&error), "Misconfigured");
}

#[tokio::test]
async fn a_refused_client_is_told_apart_from_a_refused_token() {
    for (status, name) in [
        (400, "Unauthorized"),
        (401, "Unauthorized"),
        (403, "Unauthorized"),
        (404, "Misconfigured"),
        (422, "Misconfigured"),
        (429, "Throttled"),
        (500, "Unavailable"),
        (200, "Unclear"),
    ] {
        let fake = Fake::giving(
            move || {
                text(
                    status,
                    r#"{"detail":"client relay-client with s3cret is not known"}"#,
                )
                .into()
            },
            || text(200, "{}").into(),
        )
        .await;
        let error = put(&fake.client()).await.unwrap_err();
        assert_eq!(named(&error), name, "{status}");
        assert!(error.surely_not_done(), "{status}");
        let printed = format!("{error} {error:?} {:?}", fake.client());
        assert!(
            !printed.contains("s3cret") && !printed.contains("relay-client"),
            "{printed}"
        );
        assert_eq!((fake.logins().len(), fake.asked().len()), (1, 0));
    }
}

#[tokio::test]
async fn a_purchase_that_is_not_there_is_none() {
    let lookup = identifiers().lookup();
    for body in ["", r#"{"title":"Not Found","status":404}"#] {
        let fake = Fake::saying(404, body).await;
        assert_eq!(fake.client().get_purchase(&lookup, Millis(0)).await, Ok(None));
    }
    let page = Fake::saying(404, "<html>")
        .await
        .client()
        .get_purchase(&lookup, Millis(0))
        .await;
    assert_eq!(named(&page.unwrap_err()), "Misconfigured");
}

#[tokio::test]
async fn an_endless_answer_is_not_held() {
    let error = told(200, &" ".repeat(16 * 1024 * 1024 + 1)).await;
    assert_eq!(
        error.to_string(),
        "sparklayer's answer to PUT purchase is unclear: http_200, the answer is too large"
    );
}
