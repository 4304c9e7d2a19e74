//! From a queue to a function, on schedule or as messages come.

use std::time::Duration;

use embedded_sqs::{QueueSpec, Sqs};
use host::{Clock, Gate};
use lambda_runner::{FunctionSpec, Mapping, OutputLine, Polls, Stream, drain_once, run, schedule};
use serde_json::json;

use crate::support::{probe, runner};

/// A server with one queue, in which these messages are.
fn queue(bodies: &[&str]) -> (Sqs, Clock) {
    let clock = Clock::new();
    let sqs = Sqs::new(clock.clone(), Gate::new());
    sqs.create(QueueSpec {
        visibility_timeout_s: 30,
        ..QueueSpec::new("orders")
    });
    for body in bodies {
        let message = json!({"QueueUrl": sqs.url("orders"), "MessageBody": body});
        sqs.handle("SendMessage", &message).unwrap();
    }
    (sqs, clock)
}

fn mapping(batch_size: usize) -> Mapping {
    Mapping {
        function: "probe".to_owned(),
        queue: "orders".to_owned(),
        batch_size,
        window: Duration::ZERO,
        max_concurrency: 2,
    }
}

#[tokio::test]
async fn what_succeeded_is_deleted_and_what_failed_comes_again_when_its_time_is_over() {
    let (runner, (sqs, clock)) = (runner(probe()), queue(&["ok", "fail", "fine"]));
    assert_eq!(drain_once(&runner, &sqs, &mapping(10)).await, 3);
    assert_eq!(sqs.peek("orders"), ["fail"]);
    assert_eq!(drain_once(&runner, &sqs, &mapping(10)).await, 0);
    assert_eq!(
        runner.figures()["probe"].invocations,
        1,
        "an empty queue invokes nothing"
    );
    clock.advance(Duration::from_secs(30));
    assert_eq!(drain_once(&runner, &sqs, &mapping(10)).await, 1);
}

#[tokio::test]
async fn requests_to_a_queue_are_counted_and_a_batch_is_deleted_at_once() {
    let (runner, (sqs, _)) = (runner(probe()), queue(&["ok", "fail", "fine"]));
    drain_once(&runner, &sqs, &mapping(10)).await;
    drain_once(&runner, &sqs, &mapping(10)).await;
    let expected = Polls {
        receives: 1,
        empty_receives: 1,
        messages: 3,
        deletes: 1,
    };
    assert_eq!(runner.polls()["orders"], expected);
}

#[tokio::test]
async fn a_crash_leaves_the_whole_batch() {
    let (runner, (sqs, _)) = (runner(probe()), queue(&["ok", "crash"]));
    assert_eq!(drain_once(&runner, &sqs, &mapping(10)).await, 2);
    assert_eq!(sqs.depths("orders").in_flight, 2);
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_leaves_the_whole_batch_and_a_line_that_says_so() {
    let (runner, (sqs, _)) = (runner(probe()), queue(&["ok", "garble"]));
    assert_eq!(drain_once(&runner, &sqs, &mapping(10)).await, 2);
    assert_eq!(sqs.depths("orders").in_flight, 2);
    let said: Vec<OutputLine> = runner
        .output()
        .into_iter()
        .filter(|line| line.stream == Stream::Runner)
        .collect();
    let reason = "no message of the batch has the itemIdentifier \"\"";
    assert_eq!(said.len(), 1);
    assert_eq!(said[0].line, format!("its whole batch stays in orders: {reason}"));
}

#[tokio::test]
async fn a_batch_is_as_large_as_the_mapping_says() {
    let (runner, (sqs, _)) = (runner(probe()), queue(&["ok"; 30]));
    assert_eq!(drain_once(&runner, &sqs, &mapping(3)).await, 3);
    // More than SQS gives at once.
    assert_eq!(drain_once(&runner, &sqs, &mapping(25)).await, 25);
    assert_eq!(drain_once(&runner, &sqs, &mapping(25)).await, 2);
    assert_eq!(sqs.depths("orders").total(), 0);
}

#[tokio::test]
async fn a_message_group_waits_for_its_first_message() {
    let (runner, (sqs, clock)) = (runner(probe()), queue(&[]));
    sqs.create(QueueSpec {
        visibility_timeout_s: 30,
        ..QueueSpec::new("orders.fifo")
    });
    for (group, body) in [("a", "fail"), ("a", "ok"), ("b", "fine")] {
        let message = json!({
            "QueueUrl": sqs.url("orders.fifo"), "MessageBody": body,
            "MessageGroupId": group, "MessageDeduplicationId": body,
        });
        sqs.handle("SendMessage", &message).unwrap();
    }
    let mapping = Mapping {
        queue: "orders.fifo".to_owned(),
        ..mapping(1)
    };

    assert_eq!(drain_once(&runner, &sqs, &mapping).await, 1);
    assert_eq!(drain_once(&runner, &sqs, &mapping).await, 1);
    assert_eq!(sqs.peek("orders.fifo"), ["fail", "ok"]);
    assert_eq!(
        drain_once(&runner, &sqs, &mapping).await,
        0,
        "the failed one holds back its group"
    );
    clock.advance(Duration::from_secs(30));
    assert_eq!(drain_once(&runner, &sqs, &mapping).await, 1);
    assert_eq!(
        sqs.peek("orders.fifo"),
        ["fail", "ok"],
        "it failed again, and still goes first"
    );
}

#[tokio::test]
async fn a_running_mapping_empties_the_queue() {
    let runner = runner(FunctionSpec {
        max_instances: 2,
        ..probe()
    });
    let (sqs, _) = queue(&["ok"; 9]);
    let task = run(runner.clone(), sqs.clone(), mapping(1));
    let empty = async {
        while sqs.depths("orders").total() > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), empty)
        .await
        .unwrap();
    task.finish().await;
    assert_eq!(runner.figures()["probe"].invocations, 9);
}

#[tokio::test]
async fn a_schedule_does_not_wait_for_an_invocation_that_still_runs() {
    let runner = runner(FunctionSpec {
        max_instances: 2,
        ..probe()
    });
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    // Called, and never answers.
    let server = host::serve(([127, 0, 0, 1], 0).into(), move |_| {
        tell.send(()).unwrap();
        std::future::pending()
    });
    let server = server.await.unwrap();
    let event = json!({"do": "call", "address": server.address().to_string()});
    let task = schedule(runner.clone(), "probe", Duration::from_millis(10), event);
    told.recv().await.unwrap();
    told.recv().await.unwrap();
    assert!(runner.figures()["probe"].scheduled >= 2);
    drop(task);
    runner.stop().await;
}
