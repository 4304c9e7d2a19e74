//! The list of new orders, and what all verbs have in common.

use std::time::Duration;

use bytes::Bytes;
use host::{Reply, serve, text};

use super::fake::*;
use crate::{CallError, Doubt, OrderStream};

const ORDERS: &str = r#"[{"order_number":"a","items":[]},{"order_number":"b"}]"#;

pub(super) async fn collect(mut stream: OrderStream) -> (String, Result<(), CallError>) {
    let mut whole = Vec::new();
    loop {
        match stream.chunk().await {
            Ok(Some(bytes)) => whole.extend_from_slice(&bytes),
            Ok(None) => return (String::from_utf8(whole).unwrap(), Ok(())),
            Err(error) => {
                let again = stream.chunk().await;
                assert_eq!(again, Err(error.clone()), "an error is the end for ever");
                return (String::from_utf8(whole).unwrap(), Err(error));
            }
        }
    }
}

/// A list that is given and comes to this.
async fn list(fake: &Fake) -> (String, Result<(), CallError>) {
    collect(fake.client().new_orders().await.unwrap()).await
}

fn no_answer(doubt: Doubt) -> CallError {
    CallError::NoAnswer {
        operation: "GET new_orders",
        doubt,
    }
}

#[tokio::test]
async fn the_list_is_asked_for_by_its_address_and_our_login() {
    let fake = Fake::saying(
        200,
        format!(r#"{{"status":"success","error":null,"data":{ORDERS}}}"#),
    )
    .await;
    assert_eq!(list(&fake).await, (ORDERS.to_owned(), Ok(())));
    let request = fake.only();
    assert_eq!(request.method(), "GET");
    assert_eq!(request.uri(), "/demo/ext/v2/orders/new_orders");
    // apiuser:s3cret
    assert_eq!(request.headers()["authorization"], "Basic YXBpdXNlcjpzM2NyZXQ=");
    assert_eq!(request.headers()["accept"], "application/json");
    assert!(request.body().is_empty());
}

#[tokio::test]
async fn the_envelope_decides_whatever_the_http_status() {
    for status in [200, 201, 400, 404, 500] {
        let body = format!(r#"{{"data":{ORDERS},"error":null,"status":"Success"}}"#);
        let fake = Fake::saying(status, body).await;
        assert_eq!(list(&fake).await, (ORDERS.to_owned(), Ok(())), "{status}");
    }
    let fake = Fake::saying(200, r#"{"status":"failure","error":"no export now","data":null}"#).await;
    assert_eq!(
        fake.client().new_orders().await.unwrap_err().to_string(),
        "ecat says that GET new_orders failed: http_200: no export now"
    );
}

#[tokio::test]
async fn nothing_pending_is_an_empty_list() {
    let fake = Fake::saying(200, r#"{ "status": "success", "error": null, "data": [] }"#).await;
    let stream = fake.client().new_orders().await.unwrap();
    assert_eq!(
        (stream.first_key(), stream.said_success()),
        ("order_number", true)
    );
    assert_eq!(collect(stream).await, ("[]".to_owned(), Ok(())));
}

#[tokio::test]
async fn a_list_is_handed_on_while_it_arrives() {
    let fake = Fake::answering(|| parts(vec![Ok(r#"{"data":[{"id":1},"#)], true)).await;
    let mut stream = fake.client_in(LONG, SHORT).new_orders().await.unwrap();
    assert_eq!((stream.first_key(), stream.said_success()), ("id", false));
    assert_eq!(
        stream.chunk().await,
        Ok(Some(Bytes::from_static(br#"[{"id":1},"#)))
    );
    assert_eq!(stream.chunk().await, Err(no_answer(Doubt::TimedOut)));
}

#[tokio::test]
async fn a_failure_behind_the_orders_is_an_error_of_the_stream() {
    let body = format!(r#"{{"status":"success","data":{ORDERS},"error":"the export broke"}}"#);
    let fake = Fake::saying(200, body).await;
    let (orders, end) = list(&fake).await;
    assert_eq!(orders, ORDERS);
    assert_eq!(
        end,
        Err(CallError::Failed {
            operation: "GET new_orders",
            said: "http_200: the export broke".to_owned(),
        })
    );
}

#[tokio::test]
async fn a_failure_behind_an_empty_list_is_an_error_of_the_call() {
    let fake = Fake::saying(200, r#"{"data":[],"error":"Invalid login","status":"error"}"#).await;
    let error = fake.client().new_orders().await.unwrap_err();
    assert_eq!(named(&error), "Unauthorized");
}

#[tokio::test]
async fn a_list_that_breaks_off_never_looks_complete() {
    let rest = r#"{"status":"success","error":null,"data":[{"order_number":"a"}"#;
    for (end, cuts, doubt) in [
        (rest, true, Doubt::BrokeOff),
        // The transport took it for whole.
        (rest, false, Doubt::Incomplete),
    ] {
        let fake = Fake::answering(move || match cuts {
            true => parts(vec![Ok(end), cut()], false),
            false => parts(vec![Ok(end)], false),
        })
        .await;
        let (orders, came) = list(&fake).await;
        assert_eq!(
            (orders.as_str(), came),
            (r#"[{"order_number":"a"}"#, Err(no_answer(doubt)))
        );
        fake.only();
    }
}

#[tokio::test]
async fn a_connection_that_breaks_behind_the_envelope_leaves_a_doubt() {
    let whole = r#"{"status":"success","error":null,"data":[{"order_number":"a"}]}"#;
    let fake = Fake::answering(move || parts(vec![Ok(whole), cut()], false)).await;
    assert_eq!(list_error(&fake.client()).await, no_answer(Doubt::BrokeOff));
}

#[tokio::test]
async fn a_failure_that_was_said_before_the_connection_broke_is_the_failure() {
    let begin = r#"{"status":"error","data":[],"#;
    let fake = Fake::answering(move || parts(vec![Ok(begin), cut()], false)).await;
    assert_eq!(named(&list_error(&fake.client()).await), "Failed");
}

#[tokio::test]
async fn the_order_of_the_parts_of_an_answer_does_not_matter() {
    let fake = Fake::answering(|| {
        parts(
            vec![
                Ok("\u{feff}{\"da"),
                Ok("ta\":"),
                Ok("[{\"order_"),
                Ok("number\":\"a\"}"),
                Ok("],\"status\":\"succ"),
                Ok("ess\"}"),
            ],
            false,
        )
    })
    .await;
    assert_eq!(
        list(&fake).await,
        (r#"[{"order_number":"a"}]"#.to_owned(), Ok(()))
    );
}

#[tokio::test]
async fn a_broken_order_does_not_hide_the_end() {
    let orders = r#"[{"order_number":"a","id": 1"},{"order_number":"b"}]"#;
    let fake = Fake::saying(
        200,
        format!(r#"{{"status":"success","data":{orders},"error":null}}"#),
    )
    .await;
    assert_eq!(list(&fake).await, (orders.to_owned(), Ok(())));
}

#[tokio::test]
async fn an_answer_that_is_no_good_envelope_is_judged_by_its_status() {
    let failed = r#"{"status":"error","error":"x","data":null}"#;
    for (status, body, name) in [
        (401, "", "Unauthorized"),
        (403, "<html>", "Unauthorized"),
        (401, failed, "Unauthorized"),
        (429, "", "Throttled"),
        (302, "<html>", "Misconfigured"),
        (404, "<html>", "Misconfigured"),
        (404, failed, "Misconfigured"),
        (500, "<html>", "Unavailable"),
        (503, failed, "Unavailable"),
        (408, "", "Unavailable"),
        (200, " <html>login</html>", "Unavailable"),
        (200, "", "Unclear"),
        (200, "[]", "Unclear"),
        (400, "{}", "Unclear"),
        (200, r#"{"status":"success","error":null,"data":{}}"#, "Unclear"),
        (200, r#"{"status":"success","error":null,"data":null}"#, "Unclear"),
        (422, failed, "Failed"),
        (
            200,
            r#"{"status":"error","error":"Invalid credentials"}"#,
            "Unauthorized",
        ),
        (
            500,
            r#"{"status":"error","error":"Wrong PASSWORD"}"#,
            "Unauthorized",
        ),
    ] {
        let fake = Fake::saying(status, body).await;
        let error = list_error(&fake.client()).await;
        assert_eq!(named(&error), name, "{status} {body}");
        fake.only();
    }
}

#[tokio::test]
async fn the_time_to_wait_is_told() {
    for status in [429, 503] {
        let fake = Fake::answering(move || {
            let mut response = text(status, "");
            response
                .headers_mut()
                .insert("retry-after", "30".parse().unwrap());
            Reply::Answer(response)
        })
        .await;
        for error in errors(&fake.client()).await {
            assert_eq!(error.retry_after(), Some(Duration::from_secs(30)));
        }
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let fake = Fake::answering(|| {
        let mut response = text(302, "");
        response
            .headers_mut()
            .insert("location", "/login".parse().unwrap());
        Reply::Answer(response)
    })
    .await;
    assert_eq!(named(&list_error(&fake.client()).await), "Misconfigured");
    fake.only();
}

#[tokio::test]
async fn a_lost_answer_is_none_and_is_not_repeated() {
    let fake = Fake::answering(|| Reply::Drop).await;
    assert_eq!(list_error(&fake.client()).await, no_answer(Doubt::BrokeOff));
    fake.only();
}

#[tokio::test]
async fn silence_is_no_answer() {
    let server = serve(([127, 0, 0, 1], 0).into(), |_| std::future::pending::<Reply>());
    let server = server.await.unwrap();
    for error in errors(&client(&server.url(), SHORT, SHORT)).await {
        assert!(
            matches!(
                error,
                CallError::NoAnswer {
                    doubt: Doubt::TimedOut,
                    ..
                }
            ),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn a_list_that_does_not_begin_is_given_up_in_the_time_of_a_call() {
    let fake = Fake::answering(|| parts(vec![Ok(r#"{"status":"success","#)], true)).await;
    let error = fake.client_in(SHORT, LONG).new_orders().await.unwrap_err();
    assert_eq!(error, no_answer(Doubt::TimedOut));
}

#[tokio::test]
async fn without_a_connection_nothing_was_sent() {
    // The port is bound by nobody: port 1 needs rights that no test has.
    for error in errors(&client("http://127.0.0.1:1", LONG, LONG)).await {
        assert_eq!(named(&error), "NotSent");
    }
}

#[tokio::test]
async fn an_address_that_is_none_is_a_wrong_set_up() {
    for error in errors(&client("not an address", LONG, LONG)).await {
        assert!(matches!(error, CallError::Misconfigured { said, .. } if said == "unusable_request"));
    }
}

#[tokio::test]
async fn nothing_that_is_printed_shows_our_login() {
    let fake = Fake::saying(
        200,
        r#"{"status":"error","error":"Wrong password s3cret of apiuser\n(YXBpdXNlcjpzM2NyZXQ=)"}"#,
    )
    .await;
    let error = list_error(&fake.client()).await;
    assert_eq!(
        error.to_string(),
        "ecat refused our credentials for GET new_orders: http_200: Wrong password *** of ***(***)"
    );
    let shown = format!("{:?}", client("http://127.0.0.1:1", LONG, LONG));
    assert!(!shown.contains("s3cret") && !shown.contains("apiuser"), "{shown}");
    let fake = Fake::saying(200, format!(r#"{{"data":{ORDERS},"status":"success"}}"#)).await;
    let shown = format!("{:?}", fake.client().new_orders().await.unwrap());
    assert!(!shown.contains("s3cret"), "{shown}");
}
