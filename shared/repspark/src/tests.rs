//! The real client against a small fake, one test per outcome.

use std::io;
use std::time::Duration;

use bytes::Bytes;
use host::{Body, Recorder, Reply, parts, serve, text};
use http::{Request, Response};
use order_model::{ErpReference, RepSparkOrderId};
use uuid::Uuid;

use crate::*;

const ORDER: &str = r#"{"OrderId":8086,"StatusId":2,"PurchaseOrder":"PO-77318"}"#;

struct Fake(Recorder);

impl Fake {
    /// A server that gives the same answer to everything, and remembers what it was asked.
    async fn answering(answer: impl Fn() -> Reply + Send + Sync + 'static) -> Self {
        Self(Recorder::answering(move |_| answer()).await.unwrap())
    }

    async fn saying(status: u16, code: &'static str, body: &'static str) -> Self {
        Self::answering(move || Reply::Answer(answer(status, code, body))).await
    }

    fn client(&self) -> RepSpark {
        client(&format!("{}/api", self.0.url()), Duration::from_secs(30))
    }

    /// The only request there was.
    fn only(&self) -> Request<Bytes> {
        self.0.only()
    }
}

fn client(base_url: &str, timeout: Duration) -> RepSpark {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    let credentials = serde_json::from_str(r#"{"client_key":"client","environment_key":"environment"}"#);
    RepSpark::new(http, base_url, credentials.unwrap(), timeout)
}

fn answer(status: u16, code: &str, body: &'static str) -> Response<Body> {
    let mut response = text(status, body);
    if !code.is_empty() {
        let headers = response.headers_mut();
        headers.insert("x-repspark-errorcode", code.parse().unwrap());
        headers.insert("x-repspark-transactiontrackingnumber", "41022".parse().unwrap());
        headers.insert(
            "x-repspark-transactionbatchtrackingnumber",
            "90311".parse().unwrap(),
        );
    }
    response
}

fn id() -> RepSparkOrderId {
    RepSparkOrderId::new("8086").unwrap()
}

fn confirmation() -> Vec<Confirmation> {
    vec![Confirmation {
        order: id(),
        erp_number: ErpReference::new("SO104233").unwrap(),
    }]
}

async fn confirm(client: &RepSpark) -> Result<Tracking, CallError> {
    client.confirm(Uuid::from_u128(7), &confirmation()).await
}

async fn collect(mut stream: OrderStream) -> (String, Result<(), CallError>) {
    let mut whole = Vec::new();
    loop {
        match stream.chunk().await {
            Ok(Some(bytes)) => whole.extend_from_slice(&bytes),
            Ok(None) => return (String::from_utf8(whole).unwrap(), Ok(())),
            Err(error) => {
                assert_eq!(
                    stream.chunk().await,
                    Err(error.clone()),
                    "an error is the end for ever"
                );
                return (String::from_utf8(whole).unwrap(), Err(error));
            }
        }
    }
}

fn tracking() -> Tracking {
    Tracking {
        transaction: Some("41022".to_owned()),
        batch: Some("90311".to_owned()),
    }
}

#[tokio::test]
async fn a_list_is_asked_for_by_status_and_without_a_transaction() {
    for (status, query) in [
        (ListedStatus::Submitted, "statusId=1"),
        (ListedStatus::Sent, "statusId=2"),
    ] {
        let fake = Fake::saying(200, "OK", "[{}]").await;
        let stream = fake.client().orders(status).await.unwrap();
        assert_eq!(stream.tracking(), &tracking());
        assert_eq!(collect(stream).await, ("[{}]".to_owned(), Ok(())));
        let request = fake.only();
        assert_eq!(request.method(), "GET");
        assert_eq!(request.uri().path(), "/api/order");
        assert_eq!(request.uri().query(), Some(query));
        // client:environment
        assert_eq!(
            request.headers()["authorization"],
            "Basic Y2xpZW50OmVudmlyb25tZW50"
        );
        assert!(
            request
                .headers()
                .keys()
                .all(|name| !name.as_str().starts_with("x-repspark"))
        );
    }
}

#[tokio::test]
async fn an_empty_list_ends_at_once() {
    for (status, body) in [(204, ""), (200, "")] {
        let fake = Fake::saying(status, "", body).await;
        let stream = fake.client().orders(ListedStatus::Sent).await.unwrap();
        assert_eq!(collect(stream).await, (String::new(), Ok(())));
    }
}

#[tokio::test]
async fn a_list_that_breaks_off_never_looks_complete() {
    let fake = Fake::answering(|| parts(vec![Ok("[{"), Err(io::Error::other("cut"))], false)).await;
    let stream = fake.client().orders(ListedStatus::Submitted).await.unwrap();
    let (_, end) = collect(stream).await;
    assert!(matches!(
        end,
        Err(CallError::Unknown {
            doubt: Doubt::BrokeOff,
            ..
        })
    ));
    assert_eq!(fake.0.asked().len(), 1);
}

#[tokio::test]
async fn a_list_that_stands_still_is_given_up() {
    let fake = Fake::answering(|| parts(vec![Ok("[{")], true)).await;
    let client = client(&format!("{}/api", fake.0.url()), Duration::from_millis(200));
    let stream = client.orders(ListedStatus::Submitted).await.unwrap();
    let (text, end) = collect(stream).await;
    assert_eq!(text, "[{");
    assert!(matches!(
        end,
        Err(CallError::Unknown {
            doubt: Doubt::TimedOut,
            ..
        })
    ));
}

#[tokio::test]
async fn a_web_page_is_not_a_list() {
    for begin in [" \n", "\u{feff} ", ""] {
        let fake = Fake::answering(move || parts(vec![Ok(begin), Ok("<html>")], false)).await;
        let error = fake.client().orders(ListedStatus::Sent).await.unwrap_err();
        assert_eq!(error.fault(), order_model::FaultClass::Unavailable, "{begin:?}");
        assert!(matches!(
            error,
            CallError::Unknown {
                doubt: Doubt::WebPage,
                ..
            }
        ));
        fake.only();
    }
}

#[tokio::test]
async fn a_list_that_never_begins_is_a_failed_call() {
    let fake = Fake::answering(|| parts(vec![Ok(" "), Err(io::Error::other("cut"))], false)).await;
    let error = fake.client().orders(ListedStatus::Submitted).await.unwrap_err();
    assert_eq!(error.fault(), order_model::FaultClass::NoAnswer);
    let fake = Fake::answering(|| parts(vec![Ok(" ")], true)).await;
    let client = client(&format!("{}/api", fake.0.url()), Duration::from_millis(200));
    let error = client.orders(ListedStatus::Submitted).await.unwrap_err();
    assert!(matches!(
        error,
        CallError::Unknown {
            doubt: Doubt::TimedOut,
            ..
        }
    ));
    fake.only();
}

#[tokio::test]
async fn one_order_is_asked_for_by_its_id() {
    let fake = Fake::saying(200, "OK", ORDER).await;
    let order = fake.client().order(&id()).await.unwrap().unwrap();
    assert_eq!(
        (order.id, order.status, order.raw),
        (id(), OrderStatus::Sent, Bytes::from(ORDER))
    );
    assert_eq!(fake.only().uri(), "/api/order?orderId=8086");
}

#[tokio::test]
async fn an_order_that_repspark_does_not_have_is_none() {
    for (status, code, body) in [
        (404, "ResourceNotFound", "{}"),
        (200, "OK", "[]"),
        (200, "", "null"),
        (204, "", ""),
    ] {
        let fake = Fake::saying(status, code, body).await;
        assert_eq!(fake.client().order(&id()).await, Ok(None), "{status} {body}");
    }
}

#[tokio::test]
async fn a_404_that_repspark_did_not_say_is_no_proof() {
    let fake = Fake::saying(404, "", "not found").await;
    let error = fake.client().order(&id()).await.unwrap_err();
    assert!(matches!(error, CallError::Busy { code, .. } if code == "http_404"));
}

#[tokio::test]
async fn an_order_that_breaks_off_is_unknown() {
    let fake =
        Fake::answering(|| parts(vec![Ok("{\"OrderId\":8086"), Err(io::Error::other("cut"))], false)).await;
    let error = fake.client().order(&id()).await.unwrap_err();
    assert!(matches!(
        error,
        CallError::Unknown {
            doubt: Doubt::BrokeOff,
            ..
        }
    ));
}

#[tokio::test]
async fn a_confirmation_is_one_transaction_in_delta_mode() {
    let fake = Fake::saying(200, "OK", "whatever this is").await;
    assert_eq!(confirm(&fake.client()).await, Ok(tracking()));
    let request = fake.only();
    assert_eq!(request.method(), "POST");
    assert_eq!(request.uri(), "/api/orderconfirmation");
    let headers = request.headers();
    assert_eq!(
        headers["x-repspark-transactiontoken"],
        "00000000-0000-0000-0000-000000000007"
    );
    assert_eq!(headers["x-repspark-syncmode"], "Delta");
    assert_eq!(headers["content-type"], "application/json");
    assert_eq!(headers["authorization"], "Basic Y2xpZW50OmVudmlyb25tZW50");
    let ours = headers
        .keys()
        .filter(|name| name.as_str().starts_with("x-repspark"));
    assert_eq!(ours.count(), 2);
    assert_eq!(
        request.body(),
        r#"[{"RepSparkOrderNumber":8086,"ErpOrderNumber":"SO104233"}]"#
    );
}

#[tokio::test]
async fn a_refusal_is_a_confirmation_with_a_message_and_without_a_number() {
    let fake = Fake::saying(200, "OK", "").await;
    let refusal = Refusal {
        order: id(),
        message: "The order could not be entered yet: unknown_sku.".to_owned(),
    };
    let told = fake.client().report(Uuid::from_u128(7), &[refusal]).await;
    assert_eq!(told, Ok(tracking()));
    let request = fake.only();
    assert_eq!(request.uri(), "/api/orderconfirmation");
    assert_eq!(request.headers()["x-repspark-syncmode"], "Delta");
    assert_eq!(
        request.body(),
        r#"[{"RepSparkOrderNumber":8086,"ErrorMessage":"The order could not be entered yet: unknown_sku."}]"#
    );
}

#[test]
fn the_numbers_for_support_are_shown_as_far_as_they_are_there() {
    let one = |text: &str| Some(text.to_owned());
    for (transaction, batch, shown) in [
        (one("41022"), one("90311"), "41022/90311"),
        (one("41022"), None, "41022"),
        (None, one("90311"), "90311"),
        (None, None, ""),
    ] {
        let tracking = Tracking { transaction, batch };
        assert_eq!(tracking.to_string(), shown);
        assert_eq!(tracking.is_empty(), shown.is_empty());
    }
}

#[tokio::test]
async fn an_error_gives_the_numbers_for_support_whatever_it_means() {
    for (status, code) in [
        (400, "InvalidInput"),
        (503, "ServerBusy"),
        (401, "AuthenticationFailed"),
        (500, "InternalError"),
        (405, "UnsupportedHttpVerb"),
    ] {
        let fake = Fake::saying(status, code, "").await;
        let error = confirm(&fake.client()).await.unwrap_err();
        assert_eq!(
            (error.tracking(), error.code()),
            (Some(&tracking()), Some(code)),
            "{error:?}"
        );
    }
    let lost = Fake::answering(|| Reply::Drop).await;
    let error = confirm(&lost.client()).await.unwrap_err();
    assert_eq!((error.tracking(), error.code()), (None, None));
}

#[tokio::test]
async fn an_empty_answer_without_a_code_confirms_too() {
    for status in [200, 204] {
        let fake = Fake::saying(status, "", "").await;
        assert_eq!(confirm(&fake.client()).await, Ok(Tracking::default()));
    }
}

#[tokio::test]
async fn a_refusal_carries_the_code_and_the_numbers_for_support() {
    let fake = Fake::saying(400, "DuplicateEntities", "secret 12 Quay Street").await;
    let error = confirm(&fake.client()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "repspark refused POST orderconfirmation: DuplicateEntities"
    );
    assert_eq!(
        error,
        CallError::Refused {
            operation: "POST orderconfirmation",
            code: "DuplicateEntities".to_owned(),
            tracking: tracking(),
        }
    );
    fake.only();
}

#[tokio::test]
async fn a_database_error_is_transient_although_it_is_a_400() {
    let fake = Fake::answering(|| {
        let mut response = answer(400, "DatabaseConnectionError", "");
        response
            .headers_mut()
            .insert("retry-after", "30".parse().unwrap());
        Reply::Answer(response)
    })
    .await;
    assert_eq!(
        confirm(&fake.client()).await,
        Err(CallError::Busy {
            operation: "POST orderconfirmation",
            code: "DatabaseConnectionError".to_owned(),
            fault: order_model::FaultClass::Unavailable,
            retry_after: Some(Duration::from_secs(30)),
            tracking: tracking(),
        })
    );
}

#[tokio::test]
async fn a_code_that_could_repeat_what_we_sent_is_not_kept() {
    let fake = Fake::saying(400, "bad input 12 Quay Street", "").await;
    let error = confirm(&fake.client()).await.unwrap_err();
    assert!(matches!(error, CallError::Busy { code, .. } if code == "unrecognised"));
}

#[tokio::test]
async fn refused_credentials_are_told_apart() {
    for (status, code, says) in [
        (401, "InvalidAuthenticationInfo", "InvalidAuthenticationInfo"),
        (403, "", "http_403"),
    ] {
        let fake = Fake::saying(status, code, "").await;
        let error = fake.client().orders(ListedStatus::Submitted).await.unwrap_err();
        assert!(matches!(error, CallError::Unauthorized { code, .. } if code == says));
    }
}

#[tokio::test]
async fn a_redirect_is_a_wrong_address_and_is_not_followed() {
    let fake = Fake::answering(|| {
        let mut response = answer(301, "PermanentlyMoved", "");
        response.headers_mut().insert("location", "/api".parse().unwrap());
        Reply::Answer(response)
    })
    .await;
    let error = confirm(&fake.client()).await.unwrap_err();
    assert!(matches!(error, CallError::Misconfigured { code, .. } if code == "PermanentlyMoved"));
    fake.only();
}

#[tokio::test]
async fn whatever_may_have_been_applied_is_unknown() {
    for (status, code, body) in [
        (500, "InternalError", ""),
        (409, "TransactionAlreadyExists", ""),
        (502, "", "<html>"),
        (200, "InvalidInput", ""),
        (200, "OK", "\u{feff} <html>maintenance</html>"),
    ] {
        let fake = Fake::saying(status, code, body).await;
        let error = confirm(&fake.client()).await.unwrap_err();
        assert!(
            matches!(error, CallError::Unknown { .. }),
            "{status} {code}: {error:?}"
        );
        fake.only();
    }
}

#[tokio::test]
async fn a_lost_answer_is_unknown_and_is_not_repeated() {
    let fake = Fake::answering(|| Reply::Drop).await;
    let error = confirm(&fake.client()).await.unwrap_err();
    assert!(matches!(
        error,
        CallError::Unknown {
            doubt: Doubt::BrokeOff,
            ..
        }
    ));
    fake.only();
}

#[tokio::test]
async fn silence_is_unknown() {
    let server = serve(([127, 0, 0, 1], 0).into(), |_| std::future::pending::<Reply>());
    let server = server.await.unwrap();
    let client = client(&format!("{}/api", server.url()), Duration::from_millis(200));
    for error in [
        confirm(&client).await.unwrap_err(),
        client.order(&id()).await.unwrap_err(),
        client.orders(ListedStatus::Submitted).await.unwrap_err(),
    ] {
        assert!(
            matches!(
                error,
                CallError::Unknown {
                    doubt: Doubt::TimedOut,
                    ..
                }
            ),
            "{error:?}"
        );
    }
}

#[tokio::test]
async fn without_a_connection_nothing_was_sent() {
    // The port is bound by nobody: port 1 needs rights that no test has.
    let client = client("http://127.0.0.1:1/api", Duration::from_secs(30));
    assert_eq!(
        confirm(&client).await,
        Err(CallError::NotSent {
            operation: "POST orderconfirmation"
        })
    );
}

#[tokio::test]
async fn an_address_that_is_none_is_a_wrong_set_up() {
    let error = confirm(&client("not an address", Duration::from_secs(30))).await;
    assert!(matches!(error, Err(CallError::Misconfigured { code, .. }) if code == "unusable_request"));
}

#[tokio::test]
async fn nothing_that_is_printed_shows_a_key() {
    let shown = format!("{:?}", client("http://127.0.0.1:1/api", Duration::from_secs(30)));
    assert!(
        !shown.contains("environment") && !shown.contains("client_key"),
        "{shown}"
    );
}
