//! What a client over HTTP sees, with faults and without.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test that called it")]

use host::{Break, Fault, Form, Odds, Reply};
use http::{Request, Response};
use http_body_util::BodyExt;
use serde_json::{Value, json};

use crate::bench::Bench;

async fn ask(bench: &Bench, operation: &str, fields: Value) -> Reply {
    let request = Request::post("/")
        .header("x-amz-target", format!("AmazonSQS.{operation}"))
        .body(bench.ask("q", fields).to_string().into())
        .unwrap();
    bench.sqs.answer(&request, "erp-import").await
}

fn answered(reply: Reply) -> Response<host::Body> {
    match reply {
        Reply::Answer(response) => response,
        Reply::Drop => panic!("dropped"),
    }
}

async fn json_of(reply: Reply) -> Value {
    let body = answered(reply).into_body().collect().await.unwrap().to_bytes();
    serde_json::from_slice(&body).unwrap()
}

fn message(body: &str) -> Value {
    json!({ "MessageBody": body })
}

fn certain(bench: &Bench, fault: Fault) {
    bench.gate.play(
        1,
        vec![Odds {
            service: "sqs",
            operation: "",
            fault,
            one_in: 1,
        }],
    );
}

#[tokio::test]
async fn an_error_is_told_as_sdks_read_it() {
    let bench = Bench::new();
    let response = answered(ask(&bench, "SendMessage", message("m")).await);
    assert_eq!(response.status(), 400);
    assert_eq!(
        response.headers()["x-amzn-query-error"],
        "AWS.SimpleQueueService.NonExistentQueue;Sender"
    );
    assert_eq!(response.headers()["content-type"], "application/x-amz-json-1.0");
    let body = json_of(response.into()).await;
    let text = "The specified queue does not exist.";
    assert_eq!(
        body,
        json!({"__type": "com.amazonaws.sqs#QueueDoesNotExist", "message": text})
    );
}

#[tokio::test]
async fn each_call_passes_the_gate_once_whatever_it_says() {
    let bench = Bench::with(&["q"]);
    bench.gate.arm(&[]);
    ask(&bench, "SendMessage", message("m")).await;
    ask(&bench, "ReceiveMessage", json!({})).await;
    let garbage = Request::post("/").body("garbage".into()).unwrap();
    assert_eq!(
        answered(bench.sqs.answer(&garbage, "erp-import").await).status(),
        400
    );
    let journal = [
        "erp-import sqs SendMessage q",
        "erp-import sqs ReceiveMessage q",
        "erp-import sqs  ",
    ];
    assert_eq!(bench.gate.journal(), journal);
}

#[tokio::test]
async fn whether_a_broken_call_takes_effect_is_the_forms() {
    for (form, effect) in [(Form::Before, 0), (Form::After, 1), (Form::ReplyLost, 1)] {
        let bench = Bench::with(&["q"]);
        bench.gate.arm(&[Break { call: 1, form }]);
        assert!(
            matches!(ask(&bench, "SendMessage", message("m")).await, Reply::Drop),
            "{form:?}"
        );
        assert_eq!(bench.sqs.depths("q").total(), effect, "{form:?}");
    }
}

#[tokio::test]
async fn a_lost_receive_leaves_its_messages_in_flight() {
    let bench = Bench::with(&["q"]);
    bench.send("q", "m");
    certain(&bench, Fault::LostReply);
    assert!(matches!(
        ask(&bench, "ReceiveMessage", json!({})).await,
        Reply::Drop
    ));
    assert_eq!(bench.sqs.depths("q").in_flight, 1);
}

#[tokio::test]
async fn refusals_of_the_services_own_have_no_effect() {
    for (fault, status, error) in [
        (Fault::ServerError, 500, "InternalFailure;Receiver"),
        (Fault::Throttled, 400, "RequestThrottled;Sender"),
    ] {
        let bench = Bench::with(&["q"]);
        certain(&bench, fault);
        let response = answered(ask(&bench, "SendMessage", message("m")).await);
        assert_eq!(response.status(), status);
        assert_eq!(response.headers()["x-amzn-query-error"], error);
        assert_eq!(bench.sqs.depths("q").total(), 0);
    }
}

#[tokio::test]
async fn a_cut_body_promises_more_than_comes() {
    let bench = Bench::with(&["q"]);
    certain(&bench, Fault::CutBody);
    let response = answered(ask(&bench, "SendMessage", message("m")).await);
    let promised: usize = response.headers()["content-length"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    let mut body = response.into_body();
    let first = body.frame().await.unwrap().unwrap().into_data().unwrap();
    assert_eq!(first.len(), promised / 2);
    assert!(body.frame().await.unwrap().is_err());
    assert_eq!(bench.sqs.depths("q").total(), 1);
}

#[tokio::test]
async fn a_partial_batch_does_its_first_half_and_names_the_rest() {
    for (sent, done) in [(1, 0), (2, 1), (3, 1), (10, 5)] {
        let bench = Bench::with(&["q"]);
        certain(&bench, Fault::PartialBatch);
        let entries: Vec<Value> = (0..sent)
            .map(|n| json!({"Id": n.to_string(), "MessageBody": n.to_string()}))
            .collect();
        let told = json_of(ask(&bench, "SendMessageBatch", json!({ "Entries": entries })).await).await;
        let failed = told["Failed"].as_array().unwrap();
        assert_eq!(
            (told["Successful"].as_array().unwrap().len(), failed.len()),
            (done, sent - done)
        );
        for (at, entry) in failed.iter().enumerate() {
            let expected = (
                json!((done + at).to_string()),
                json!("InternalError"),
                json!(false),
            );
            assert_eq!(
                (
                    entry["Id"].clone(),
                    entry["Code"].clone(),
                    entry["SenderFault"].clone()
                ),
                expected
            );
        }
        assert_eq!(bench.sqs.depths("q").total(), done);
    }
}

#[tokio::test]
async fn a_single_send_shows_a_partial_batch_as_a_lost_reply() {
    let bench = Bench::with(&["q"]);
    certain(&bench, Fault::PartialBatch);
    assert!(matches!(
        ask(&bench, "SendMessage", message("m")).await,
        Reply::Drop
    ));
    assert_eq!(bench.sqs.depths("q").total(), 1);
}

#[tokio::test]
async fn a_server_of_its_own_names_its_queues_by_its_address() {
    let bench = Bench::with(&["q"]);
    let server = embedded_sqs::serve(bench.sqs.clone(), ([127, 0, 0, 1], 0).into())
        .await
        .unwrap();
    assert_eq!(bench.sqs.url("q"), format!("{}/000000000000/q", server.url()));
}
