//! Batches: each message by itself.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use lambda_kit::{Answer, Batch};
use order_model::{Hint, StepName};
use serde_json::{Value, json};

/// A batch of messages, by id and body.
fn batch(messages: &[(&str, &str)]) -> Batch {
    let records = messages.iter().map(
        |(id, body)| json!({ "messageId": id, "body": body, "receiptHandle": "h", "eventSource": "aws:sqs" }),
    );
    let event = json!({ "Records": records.collect::<Vec<_>>() });
    serde_json::from_value(event).unwrap()
}

fn hint(order: &str) -> String {
    json!({ "schema": 1, "order": order }).to_string()
}

fn said(answer: &Answer) -> Value {
    serde_json::to_value(answer).unwrap()
}

fn failed(ids: &[&str]) -> Value {
    let each = ids.iter().map(|id| json!({ "itemIdentifier": id }));
    json!({ "batchItemFailures": each.collect::<Vec<_>>() })
}

#[tokio::test]
async fn what_is_recorded_is_deleted() {
    let answer = batch(&[("1", &hint("A")), ("2", &hint("B"))])
        .each(StepName::Import, 10, async |_: Hint| true)
        .await;
    assert_eq!(
        serde_json::to_string(&answer).unwrap(),
        r#"{"batchItemFailures":[]}"#
    );
    assert_eq!(answer.failed(), 0);
}

#[tokio::test]
async fn a_message_that_is_not_ours_goes_back_alone() {
    let garbage = [
        "",
        "null",
        "{}",
        r#"{"schema":2,"order":"A"}"#,
        r#"{"schema":1,"order":"a b"}"#,
        "\u{fffd}",
    ];
    for body in garbage {
        let answer = batch(&[("1", &hint("A")), ("2", body), ("3", &hint("B"))])
            .each(StepName::Import, 10, async |_: Hint| true)
            .await;
        assert_eq!(said(&answer), failed(&["2"]), "{body:?}");
    }
}

#[tokio::test]
async fn a_batch_in_which_all_fail_is_still_an_answer() {
    let answer = batch(&[("2", &hint("B")), ("1", &hint("A")), ("3", "garbage")])
        .each(StepName::Import, 2, async |_: Hint| false)
        .await;
    assert_eq!(said(&answer), failed(&["1", "2", "3"]));
}

#[tokio::test]
async fn an_empty_id_is_never_in_the_answer() {
    let answer = batch(&[("", &hint("A")), ("", "garbage"), ("3", &hint("B"))])
        .each(StepName::Import, 10, async |_: Hint| false)
        .await;
    assert_eq!(said(&answer), failed(&["3"]));
}

#[tokio::test]
async fn a_panic_fails_its_message_alone_wherever_it_comes() {
    let answer = batch(&[("1", &hint("A")), ("2", &hint("B")), ("3", &hint("C"))])
        .each(StepName::Import, 1, |hint: Hint| {
            assert_ne!(hint.order.as_str(), "A", "before the first wait");
            async move {
                tokio::task::yield_now().await;
                assert_ne!(hint.order.as_str(), "B", "after it");
                true
            }
        })
        .await;
    assert_eq!(said(&answer), failed(&["1", "2"]));
}

#[tokio::test]
async fn messages_about_one_order_are_one_piece_of_work() {
    let worked = Mutex::new(Vec::new());
    let messages = [
        ("1", hint("A")),
        ("2", hint("B")),
        ("3", hint("A")),
        ("4", hint("B")),
    ];
    let messages = messages.each_ref().map(|(id, body)| (*id, body.as_str()));
    let answer = batch(&messages)
        .each(StepName::Import, 10, async |hint: Hint| {
            worked.lock().unwrap().push(hint.order.as_str().to_owned());
            hint.order.as_str() == "A"
        })
        .await;
    assert_eq!(*worked.lock().unwrap(), ["A", "B"]);
    assert_eq!(said(&answer), failed(&["2", "4"]));
}

#[tokio::test]
async fn no_more_are_worked_at_once_than_asked() {
    let (running, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let messages: Vec<_> = (0..10).map(|n| (n.to_string(), hint(&format!("A{n}")))).collect();
    let messages: Vec<_> = messages
        .iter()
        .map(|(id, body)| (id.as_str(), body.as_str()))
        .collect();
    for (at_once, expected) in [(3, 3), (0, 1), (50, 10)] {
        most.store(0, Ordering::SeqCst);
        let work = async |_: Hint| {
            let now = running.fetch_add(1, Ordering::SeqCst) + 1;
            most.fetch_max(now, Ordering::SeqCst);
            tokio::task::yield_now().await;
            running.fetch_sub(1, Ordering::SeqCst);
            true
        };
        batch(&messages).each(StepName::Import, at_once, work).await;
        assert_eq!(most.load(Ordering::SeqCst), expected);
    }
}

#[tokio::test]
async fn an_event_without_records_is_an_empty_batch() {
    let empty: Batch = serde_json::from_str("{}").unwrap();
    assert_eq!(
        said(&empty.each(StepName::Import, 10, async |_: Hint| false).await),
        failed(&[])
    );
}
