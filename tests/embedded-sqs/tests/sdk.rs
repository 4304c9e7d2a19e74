//! The SDK that the functions use understands what this server says: errors by their types, numbers and sums in place,
//! and which faults it repeats by itself.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test that called it")]

use aws_sdk_sqs::Client;
use aws_sdk_sqs::config::retry::RetryConfig;
use aws_sdk_sqs::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_sqs::error::ProvideErrorMetadata;
use aws_sdk_sqs::types::{MessageSystemAttributeName, SendMessageBatchRequestEntry};
use embedded_sqs::{QueueSpec, Sqs};
use host::{Break, Clock, Fault, Form, Gate, Odds, Server};

struct Stack {
    sqs: Sqs,
    gate: Gate,
    client: Client,
    _server: Server,
}

async fn stack(attempts: u32) -> Stack {
    let gate = Gate::new();
    let sqs = Sqs::new(Clock::new(), gate.clone());
    let server = embedded_sqs::serve(sqs.clone(), ([127, 0, 0, 1], 0).into())
        .await
        .unwrap();
    sqs.create(QueueSpec::new("q"));
    let retry = RetryConfig::standard()
        .with_max_attempts(attempts)
        .with_initial_backoff(std::time::Duration::from_millis(1));
    let config = aws_sdk_sqs::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("test", "test", None, None, "test"))
        .endpoint_url(server.url())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .retry_config(retry)
        .build();
    Stack {
        sqs,
        gate,
        client: Client::from_conf(config),
        _server: server,
    }
}

fn entry(id: &str) -> SendMessageBatchRequestEntry {
    SendMessageBatchRequestEntry::builder()
        .id(id)
        .message_body(id)
        .build()
        .unwrap()
}

#[tokio::test]
async fn a_message_goes_there_and_back() {
    let stack = stack(1).await;
    let url = stack.sqs.url("q");
    let sent = stack
        .client
        .send_message()
        .queue_url(&url)
        .message_body("m")
        .send()
        .await
        .unwrap();
    let got = stack
        .client
        .receive_message()
        .queue_url(&url)
        .message_system_attribute_names(MessageSystemAttributeName::All)
        .send()
        .await
        .unwrap();
    let message = &got.messages()[0];
    assert_eq!(
        (message.body(), message.message_id()),
        (Some("m"), sent.message_id())
    );
    let attributes = message.attributes().unwrap();
    assert_eq!(
        attributes[&MessageSystemAttributeName::ApproximateReceiveCount],
        "1"
    );
    let handle = message.receipt_handle().unwrap();
    stack
        .client
        .delete_message()
        .queue_url(&url)
        .receipt_handle(handle)
        .send()
        .await
        .unwrap();
    assert_eq!(stack.sqs.depths("q").total(), 0);
}

#[tokio::test]
async fn errors_are_of_their_types() {
    let stack = stack(1).await;
    let nowhere = stack.sqs.url("nowhere");
    let error = stack
        .client
        .send_message()
        .queue_url(nowhere)
        .message_body("m")
        .send()
        .await
        .unwrap_err();
    assert!(error.into_service_error().is_queue_does_not_exist());
    let url = stack.sqs.url("q");
    let error = stack
        .client
        .send_message()
        .queue_url(&url)
        .message_body("\u{b}")
        .send()
        .await
        .unwrap_err();
    assert!(error.into_service_error().is_invalid_message_contents());
    let batch = stack
        .client
        .send_message_batch()
        .queue_url(&url)
        .entries(entry("a"))
        .entries(entry("a"));
    assert!(
        batch
            .send()
            .await
            .unwrap_err()
            .into_service_error()
            .is_batch_entry_ids_not_distinct()
    );
    let long = stack
        .client
        .send_message()
        .queue_url(&url)
        .message_body("m")
        .delay_seconds(901)
        .send()
        .await;
    assert_eq!(long.unwrap_err().code(), Some("InvalidParameterValue"));
}

#[tokio::test]
async fn a_partial_batch_is_a_success_that_names_its_failures() {
    let stack = stack(1).await;
    let fault = Fault::PartialBatch;
    stack.gate.play(
        1,
        vec![Odds {
            service: "sqs",
            operation: "SendMessageBatch",
            fault,
            one_in: 1,
        }],
    );
    let batch = stack.client.send_message_batch().queue_url(stack.sqs.url("q"));
    let told = batch
        .entries(entry("a"))
        .entries(entry("b"))
        .send()
        .await
        .unwrap();
    assert_eq!(told.successful()[0].id(), "a");
    assert_eq!(
        (told.failed()[0].id(), told.failed()[0].sender_fault()),
        ("b", false)
    );
    assert_eq!(stack.sqs.peek("q"), ["a"]);
}

#[tokio::test]
async fn a_lost_reply_is_repeated_and_sends_twice() {
    let stack = stack(2).await;
    stack.gate.arm(&[Break {
        call: 1,
        form: Form::ReplyLost,
    }]);
    stack
        .client
        .send_message()
        .queue_url(stack.sqs.url("q"))
        .message_body("m")
        .send()
        .await
        .unwrap();
    assert_eq!(stack.sqs.peek("q"), ["m", "m"]);
}

#[tokio::test]
async fn throttles_and_failures_of_the_service_are_repeated() {
    for fault in [Fault::Throttled, Fault::ServerError] {
        let stack = stack(3).await;
        stack.gate.play(
            1,
            vec![Odds {
                service: "sqs",
                operation: "SendMessage",
                fault,
                one_in: 1,
            }],
        );
        let sent = stack
            .client
            .send_message()
            .queue_url(stack.sqs.url("q"))
            .message_body("m")
            .send()
            .await;
        assert!(sent.is_err());
        assert_eq!(stack.gate.calls(), 3, "{fault:?}");
        assert!(stack.sqs.peek("q").is_empty());
    }
}
