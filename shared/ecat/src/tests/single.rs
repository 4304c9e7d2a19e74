//! One submission by its id.

use bytes::Bytes;
use order_model::{EcatId, EcatOrderNumber, EcatUuid, Submission};

use super::fake::*;
use crate::seen::seen;
use crate::{CallError, SeenOrder};

const ID: EcatId = EcatId(402_311);

fn order(id: u64) -> String {
    // A status of its own must not make an order an envelope.
    format!(r#"{{"order_number":"7120-1","uuid":"{UUID}","id":{id},"status":"submitted","data":[]}}"#)
}

fn enveloped(data: &str) -> String {
    format!(r#"{{"status":"success","error":null,"data":{data}}}"#)
}

async fn ask(status: u16, body: &str) -> Result<SeenOrder, CallError> {
    let fake = Fake::saying(status, body).await;
    fake.client().order(ID).await
}

#[tokio::test]
async fn one_order_is_asked_for_by_its_id() {
    let fake = Fake::saying(200, order(402_311)).await;
    fake.client().order(ID).await.unwrap();
    let request = fake.only();
    assert_eq!(request.method(), "GET");
    assert_eq!(request.uri(), "/demo/ext/v2/orders/402311.json");
    assert_eq!(request.headers()["authorization"], "Basic YXBpdXNlcjpzM2NyZXQ=");
}

#[tokio::test]
async fn an_order_is_the_same_bare_in_an_envelope_and_alone_in_an_array() {
    let order = order(402_311);
    let expected = SeenOrder {
        submission: Submission {
            number: EcatOrderNumber::new("7120-1").unwrap(),
            uuid: EcatUuid::new(UUID).unwrap(),
            id: ID,
        },
        raw: order.clone().into(),
    };
    for body in [
        order.clone(),
        format!("\u{feff} {order}\n"),
        enveloped(&order),
        enveloped(&format!(" [ {order} ] ")),
        format!(r#"{{"data": {order} ,"status":"success"}}"#),
    ] {
        assert_eq!(ask(200, &body).await.as_ref(), Ok(&expected), "{body}");
    }
}

#[tokio::test]
async fn an_order_that_ecat_does_not_show_is_not_found() {
    for (status, body) in [
        (404, String::new()),
        (404, "<html>".to_owned()),
        (404, r#"{"status":"error","error":"no such order"}"#.to_owned()),
        (200, enveloped("null")),
        (200, enveloped("[]")),
        (200, r#"{"status":"success","error":null}"#.to_owned()),
    ] {
        let error = ask(status, &body).await.unwrap_err();
        assert_eq!(named(&error), "NotFound", "{status} {body}");
    }
}

#[tokio::test]
async fn what_is_not_the_order_that_was_asked_for_is_unclear() {
    let order = order(402_311);
    for body in [
        order.replace("402311", "402312"),
        enveloped(&order.replace("402311", "402312")),
        enveloped(&format!("[{order},{order}]")),
        order.replace(UUID, ""),
        enveloped("17"),
        enveloped("{}"),
        "[]".to_owned(),
        format!("{order}}}"),
        order.replace("order_number", "number"),
    ] {
        let error = ask(200, &body).await.unwrap_err();
        assert!(matches!(named(&error), "Unclear" | "Failed"), "{body}: {error:?}");
    }
}

#[test]
fn an_order_that_was_cut_is_not_an_order() {
    let head = head("GET orders/id");
    for body in [order(402_311), enveloped(&order(402_311))] {
        for at in 0..body.len() {
            let error = seen(&head, &Bytes::copy_from_slice(&body.as_bytes()[..at]), ID).unwrap_err();
            assert!(
                matches!(named(&error), "NoAnswer" | "Unclear" | "Failed"),
                "{at} of {body}: {error:?}"
            );
        }
    }
}

#[tokio::test]
async fn an_order_in_a_failure_is_a_failure() {
    assert_eq!(
        named(&ask(500, &order(402_311)).await.unwrap_err()),
        "Unavailable"
    );
    assert_eq!(named(&ask(401, "").await.unwrap_err()), "Unauthorized");
}
