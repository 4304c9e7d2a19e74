//! A table on an embedded DynamoDB behind a server that counts calls and can refuse them, and a source of records.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot be set up has failed"
)]

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use bytes::Bytes;
use dynoxide::Database;
use host::{Reply, Server};
use http::Request;
use ledger::{Ledger, Tokens};
use order_model::{Millis, OrderKey, Pace, RecordFault, Records};
use serde_json::{Value, json};
use tokio::sync::Notify;

pub(crate) const PACE: Pace = Pace {
    grace: Duration::from_secs(900),
    skew: Duration::from_secs(10),
};

/// 2026-11-21T10:00:00Z.
pub(crate) const T0: Millis = Millis(1_795_255_200_000);

type Refuses = Box<dyn FnMut(&str, &str) -> bool + Send>;

/// What happens at a write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum At {
    /// It is done, and its reply is lost.
    ReplyLost,
    /// Whoever makes it dies before it is done.
    DiesBefore,
    /// Whoever makes it dies when it is done.
    DiesAfter,
    /// It waits until the test says so.
    Waits,
}

struct Inner {
    db: Database,
    calls: Mutex<Vec<String>>,
    refuses: Mutex<Refuses>,
    /// The partitions that are being put now, and those that were put by two callers at once.
    putting: Mutex<BTreeSet<String>>,
    overlapped: Mutex<BTreeSet<String>>,
    /// The writes so far, and what happens at which of them.
    writes: Mutex<(u64, Option<(u64, At)>)>,
    dead: AtomicBool,
    reached: Notify,
    go_on: Notify,
}

/// The table and the server before it. The port closes when it is dropped.
pub(crate) struct House {
    inner: Arc<Inner>,
    server: Server,
}

impl House {
    pub(crate) async fn open() -> Self {
        let db = Database::memory().unwrap();
        db.create_table(serde_json::from_value(table()).unwrap()).unwrap();
        let inner = Arc::new(Inner {
            db,
            calls: Mutex::default(),
            refuses: Mutex::new(Box::new(|_, _| false)),
            putting: Mutex::default(),
            overlapped: Mutex::default(),
            writes: Mutex::default(),
            dead: AtomicBool::new(false),
            reached: Notify::new(),
            go_on: Notify::new(),
        });
        let behind = Arc::clone(&inner);
        let handler = move |request: Request<Bytes>| {
            let behind = Arc::clone(&behind);
            async move { behind.judge(&request).await }
        };
        let server = host::serve("127.0.0.1:0".parse().unwrap(), handler)
            .await
            .unwrap();
        Self { inner, server }
    }

    /// A ledger that tries each call once.
    pub(crate) fn ledger(&self) -> Ledger {
        self.ledger_of("run", RetryConfig::disabled())
    }

    /// A ledger that repeats calls without an answer.
    pub(crate) fn repeating_ledger(&self) -> Ledger {
        let retry = RetryConfig::standard().with_initial_backoff(Duration::from_millis(1));
        self.ledger_of("repeating", retry)
    }

    /// The ledger of another process.
    pub(crate) fn other_ledger(&self) -> Ledger {
        self.ledger_of("other", RetryConfig::disabled())
    }

    fn ledger_of(&self, run: &str, retry: RetryConfig) -> Ledger {
        let config = aws_sdk_dynamodb::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .credentials_provider(Credentials::new("key", "secret", None, None, "test"))
            .region(Region::new("us-east-1"))
            .endpoint_url(self.server.url())
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .retry_config(retry)
            .build();
        Ledger::new(Client::from_conf(config), "ledger", Tokens::new(run), PACE)
    }

    /// Counts writes from here on; this happens at the n-th.
    pub(crate) fn at_write(&self, nth: u64, what: At) {
        *self.inner.writes.lock().unwrap() = (0, Some((nth, what)));
    }

    /// Counts writes from here on, and lets everybody live.
    pub(crate) fn revive(&self) {
        *self.inner.writes.lock().unwrap() = (0, None);
        self.inner.dead.store(false, Ordering::SeqCst);
    }

    /// The writes since they are counted.
    pub(crate) fn writes(&self) -> u64 {
        self.inner.writes.lock().unwrap().0
    }

    /// Waits until a write waits.
    pub(crate) async fn reached(&self) {
        self.inner.reached.notified().await;
    }

    /// Lets the write go on that waits.
    pub(crate) fn go_on(&self) {
        self.inner.go_on.notify_one();
    }

    /// Puts an item in an order's place that no release can read.
    pub(crate) fn spoil(&self, key: &OrderKey) {
        let item = json!({ "pk": { "S": key.as_str() }, "sk": { "S": "state" }, "v": { "N": "1" } });
        let put = json!({ "TableName": "ledger", "Item": item });
        self.inner
            .db
            .put_item(serde_json::from_value(put).unwrap())
            .unwrap();
    }

    /// Everything that is stored, without what tells one run from the next: tokens and times of expiry.
    pub(crate) fn stored(&self) -> Vec<Value> {
        let all = json!({ "TableName": "ledger" });
        let all = self.inner.db.scan(serde_json::from_value(all).unwrap()).unwrap();
        let all = serde_json::to_value(all).unwrap();
        let mut items = all["Items"].as_array().unwrap().clone();
        for item in &mut items {
            item.as_object_mut().unwrap().remove("w");
        }
        items.sort_by_key(|item| format!("{} {}", item["pk"], item["sk"]));
        items
    }

    /// From here on, calls fail of which this says so, by operation and body.
    pub(crate) fn refuse(&self, refuses: impl FnMut(&str, &str) -> bool + Send + 'static) {
        *self.inner.refuses.lock().unwrap() = Box::new(refuses);
    }

    /// The partitions that were put by two callers at once.
    pub(crate) fn overlapped(&self) -> BTreeSet<String> {
        self.inner.overlapped.lock().unwrap().clone()
    }

    /// The operations since the last time this was asked.
    pub(crate) fn calls(&self) -> Vec<String> {
        std::mem::take(&mut self.inner.calls.lock().unwrap())
    }
}

impl Inner {
    /// Counts writes, and does at one of them what the test wants.
    async fn judge(&self, request: &Request<Bytes>) -> Reply {
        if self.dead.load(Ordering::SeqCst) {
            return Reply::Drop;
        }
        let target = request.headers()["x-amz-target"].to_str().unwrap();
        let what = match target.contains("Put") || target.contains("Write") {
            true => self.next_write(),
            false => None,
        };
        match what {
            None => self.answer_slowly(request).await,
            Some(At::ReplyLost) => {
                self.answer_slowly(request).await;
                Reply::Drop
            }
            Some(At::DiesBefore) => {
                self.dead.store(true, Ordering::SeqCst);
                Reply::Drop
            }
            Some(At::DiesAfter) => {
                self.dead.store(true, Ordering::SeqCst);
                self.answer_slowly(request).await;
                Reply::Drop
            }
            Some(At::Waits) => {
                self.reached.notify_one();
                self.go_on.notified().await;
                self.answer_slowly(request).await
            }
        }
    }

    fn next_write(&self) -> Option<At> {
        let mut writes = self.writes.lock().unwrap();
        writes.0 += 1;
        let (nth, what) = writes.1?;
        (nth == writes.0).then_some(what)
    }

    /// Lets everybody else go on while a put is under way, so that puts at once are seen.
    async fn answer_slowly(&self, request: &Request<Bytes>) -> Reply {
        let body: Value = serde_json::from_slice(request.body()).unwrap();
        let Some(partition) = body["Item"]["pk"]["S"].as_str() else {
            return self.answer(request);
        };
        if !self.putting.lock().unwrap().insert(partition.to_owned()) {
            self.overlapped.lock().unwrap().insert(partition.to_owned());
        }
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        let answer = self.answer(request);
        self.putting.lock().unwrap().remove(partition);
        answer
    }

    fn answer(&self, request: &Request<Bytes>) -> Reply {
        let target = request.headers()["x-amz-target"].to_str().unwrap();
        let operation = target.strip_prefix("DynamoDB_20120810.").unwrap();
        self.calls.lock().unwrap().push(operation.to_owned());
        let text = std::str::from_utf8(request.body()).unwrap();
        if (self.refuses.lock().unwrap())(operation, text) {
            return host::json(500, &json!({ "__type": "InternalServerError" })).into();
        }
        let body: Value = serde_json::from_str(text).unwrap();
        let db = &self.db;
        macro_rules! call {
            ($operation:ident) => {
                db.$operation(serde_json::from_value(body).unwrap())
                    .map(|answer| serde_json::to_value(answer).unwrap())
            };
        }
        let answer = match operation {
            "PutItem" => call!(put_item),
            "GetItem" => call!(get_item),
            "BatchWriteItem" => call!(batch_write_item),
            "BatchGetItem" => call!(batch_get_item),
            // Not the intake: a test that looks on.
            "Query" => call!(query),
            other => panic!("the intake is not known to call {other}"),
        };
        match answer {
            Ok(answer) => host::json(200, &answer).into(),
            Err(error) => {
                let body: Value = serde_json::from_str(&error.to_json()).unwrap();
                host::json(error.status_code(), &body).into()
            }
        }
    }
}

/// The table, without its indexes, which the intake does not read.
fn table() -> Value {
    let attribute = |name: &str| json!({ "AttributeName": name, "AttributeType": "S" });
    let key = |name: &str, kind: &str| json!({ "AttributeName": name, "KeyType": kind });
    json!({
        "TableName": "ledger",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [attribute("pk"), attribute("sk")],
        "KeySchema": [key("pk", "HASH"), key("sk", "RANGE")],
    })
}

/// A source whose orders have an `OrderId` and, if they are whole, `OrderItems`.
pub(crate) const RECORDS: Records = Records {
    source: "shop",
    first_key: "OrderId",
    number: |raw| {
        let number = value(raw).and_then(|order| order["OrderId"].as_u64());
        number
            .map(|number| number.to_string())
            .ok_or(RecordFault("the record has no number"))
    },
    whole: |raw| value(raw).is_some_and(|order| order.get("OrderItems").is_some()),
    number_in_broken: |raw| {
        let text = std::str::from_utf8(raw).ok()?;
        let digits = text.split_once(r#""OrderId":"#)?.1;
        let digits: String = digits.chars().take_while(char::is_ascii_digit).collect();
        (!digits.is_empty()).then_some(digits)
    },
    steady: |raw| {
        let text = String::from_utf8_lossy(raw).replace(r#""StatusId":2"#, r#""StatusId":1"#);
        text.into_bytes()
    },
};

fn value(raw: &[u8]) -> Option<Value> {
    serde_json::from_slice(raw).ok()
}

pub(crate) fn key(number: u64) -> OrderKey {
    key_of(&number.to_string()).unwrap()
}

pub(crate) fn key_of(number: &str) -> Result<OrderKey, RecordFault> {
    OrderKey::new(format!("RS-ACME-{number}")).map_err(|_| RecordFault("the number makes no key"))
}
