//! What stands in the log when an AWS call fails.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use order_model::{Millis, StepName};
use serde_json::json;

use crate::hints::{hints, keys};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_log_line_holds_the_code_of_an_aws_error_and_not_its_message() {
    let answers = [
        (
            400,
            json!({ "__type": "com.amazonaws.sqs#QueueDoesNotExist", "message": "hunter2" }),
        ),
        (
            200,
            json!({ "Successful": [], "Failed": [{ "Id": "0", "SenderFault": false, "Code": "InternalError", "Message": "hunter2" }] }),
        ),
    ];
    for ((status, answer), code) in answers.into_iter().zip(["QueueDoesNotExist", "InternalError"]) {
        let handler = move |_: Request<Bytes>| {
            let answer = answer.clone();
            async move { host::json(status, &answer).into() }
        };
        let server = host::serve(([127, 0, 0, 1], 0).into(), handler).await.unwrap();
        let log = Log::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .json()
            .with_writer(move || writer.clone())
            .finish();
        let heard = tracing::subscriber::set_default(subscriber);
        let lost = hints(&server.url())
            .send(StepName::Import, &keys(1), Millis(0), Duration::ZERO)
            .await;
        drop(heard);
        let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
        assert_eq!(lost, 1);
        assert!(text.contains(code) && !text.contains("hunter2"), "{text}");
    }
}
