//! A table on an embedded DynamoDB, behind a proxy that breaks things, and ledgers on it.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot be set up has failed"
)]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use bytes::Bytes;
use dynoxide::Database;
use host::{Break, Call, Fault, Form, Gate, Reply, Server};
use http::Request;
use ledger::{Admitted, Claimed, Ledger, Tokens};
use order_model::{Bid, Claim, ErpReference, Millis, OrderKey, OrderState, Outcome, Pace, RawRef, StepName};
use serde_json::{Value, json};

pub(crate) const TABLE: &str = "ledger";

pub(crate) const PACE: Pace = Pace {
    grace: Duration::from_secs(900),
    skew: Duration::from_secs(10),
};

/// Intake: 2026-11-21T10:00:00Z.
pub(crate) const T0: Millis = Millis(1_795_255_200_000);

pub(crate) fn at(seconds: i64) -> Millis {
    Millis(T0.0 + seconds * 1000)
}

/// What another writer makes of an item, between an applied write and its repetition.
type Between = Box<dyn FnOnce(&mut Value) + Send>;

/// How many more batch calls are done in part only.
#[derive(Clone, Copy)]
pub(crate) enum Partly {
    Next(u32),
    Always,
}

struct Inner {
    db: Database,
    gate: Gate,
    between: Mutex<Option<Between>>,
    partly: Mutex<Partly>,
    bill: Mutex<Vec<(String, f64)>>,
}

/// The table and the proxy before it. The port closes when it is dropped.
pub(crate) struct House {
    inner: Arc<Inner>,
    proxy: Server,
}

impl House {
    pub(crate) async fn open() -> Self {
        let db = Database::memory().unwrap();
        db.create_table(serde_json::from_value(table()).unwrap()).unwrap();
        let inner = Arc::new(Inner {
            db,
            gate: Gate::new(),
            between: Mutex::default(),
            partly: Mutex::new(Partly::Next(0)),
            bill: Mutex::default(),
        });
        let behind = Arc::clone(&inner);
        let handler = move |request: Request<Bytes>| {
            let behind = Arc::clone(&behind);
            async move { behind.answer(&request) }
        };
        let proxy = host::serve("127.0.0.1:0".parse().unwrap(), handler)
            .await
            .unwrap();
        Self { inner, proxy }
    }

    /// The ledger of one process, whose tokens begin with `run`.
    pub(crate) fn ledger(&self, run: &str) -> Ledger {
        let retry = RetryConfig::standard().with_initial_backoff(Duration::from_millis(1));
        let config = aws_sdk_dynamodb::Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .credentials_provider(Credentials::new("key", "secret", None, None, "test"))
            .region(Region::new("us-east-1"))
            .endpoint_url(self.proxy.url())
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .retry_config(retry)
            .build();
        Ledger::new(Client::from_conf(config), TABLE, Tokens::new(run), PACE)
    }

    /// From here on, the n-th call is applied and its reply lost.
    pub(crate) fn lose_reply_of(&self, call: u64) {
        let form = Form::ReplyLost;
        self.inner.gate.arm(&[Break { call, form }]);
    }

    /// Before that lost write is repeated, somebody else writes the same item: its revision rises, its writer changes.
    pub(crate) fn then_another_writes(&self, change: impl FnOnce(&mut Value) + Send + 'static) {
        *self.inner.between.lock().unwrap() = Some(Box::new(change));
    }

    /// How many calls came since [`House::lose_reply_of`].
    pub(crate) fn calls(&self) -> u64 {
        self.inner.gate.calls()
    }

    pub(crate) fn do_batches(&self, partly: Partly) {
        *self.inner.partly.lock().unwrap() = partly;
    }

    /// The writes so far: operation and write units, the table's and its indexes'.
    pub(crate) fn bill(&self) -> Vec<(String, f64)> {
        self.inner.bill.lock().unwrap().clone()
    }

    /// An item as it stands in the table, in DynamoDB's JSON.
    pub(crate) fn item(&self, pk: &str, sk: &str) -> Option<Value> {
        self.inner.item(&json!({ "pk": { "S": pk }, "sk": { "S": sk } }))
    }

    /// Puts an item into the table, past the ledger.
    pub(crate) fn put(&self, item: &Value) {
        self.inner.put(item);
    }
}

impl Inner {
    fn item(&self, key: &Value) -> Option<Value> {
        let request = json!({ "TableName": TABLE, "Key": key });
        let answer = self
            .db
            .get_item(serde_json::from_value(request).unwrap())
            .unwrap();
        serde_json::to_value(answer).unwrap().get("Item").cloned()
    }

    fn put(&self, item: &Value) {
        let request = json!({ "TableName": TABLE, "Item": item });
        self.db
            .put_item(serde_json::from_value(request).unwrap())
            .unwrap();
    }

    fn answer(&self, request: &Request<Bytes>) -> Reply {
        let target = request.headers()["x-amz-target"].to_str().unwrap();
        let operation = target.strip_prefix("DynamoDB_20120810.").unwrap();
        let mut body: Value = serde_json::from_slice(request.body()).unwrap();
        let fault = self.gate.judge(Call {
            service: "dynamodb",
            operation,
            subject: "",
            caller: "ledger",
        });
        let left = self.leave_some(operation, &mut body);
        let (status, mut answer) = self.apply(operation, &body);
        if let (200, Some((name, left))) = (status, left) {
            answer[name] = left;
        }
        match fault {
            None => host::json(status, &answer).into(),
            Some(Fault::LostReply) => {
                if let Some(change) = self.between.lock().unwrap().take() {
                    self.write_between(&body, change);
                }
                Reply::Drop
            }
            Some(other) => panic!("this proxy does not show {other:?}"),
        }
    }

    /// Takes all entries but the first out of a batch, if this one is to be done in part.
    fn leave_some(&self, operation: &str, body: &mut Value) -> Option<(&'static str, Value)> {
        let name = match operation {
            "BatchWriteItem" => "UnprocessedItems",
            "BatchGetItem" => "UnprocessedKeys",
            _ => return None,
        };
        let mut partly = self.partly.lock().unwrap();
        match *partly {
            Partly::Next(0) => return None,
            Partly::Next(n) => *partly = Partly::Next(n - 1),
            Partly::Always => {}
        }
        let mut left = body["RequestItems"].clone();
        let entries = |value: &mut Value| match name {
            "UnprocessedItems" => value[TABLE].take(),
            _ => value[TABLE]["Keys"].take(),
        };
        let mut all = entries(&mut left);
        let rest = all.as_array_mut().unwrap().split_off(1);
        if rest.is_empty() {
            return None;
        }
        let (path, left_path) = match name {
            "UnprocessedItems" => (&mut body["RequestItems"][TABLE], &mut left[TABLE]),
            _ => (&mut body["RequestItems"][TABLE]["Keys"], &mut left[TABLE]["Keys"]),
        };
        *path = all;
        *left_path = rest.into();
        Some((name, left))
    }

    fn apply(&self, operation: &str, body: &Value) -> (u16, Value) {
        let mut body = body.clone();
        body["ReturnConsumedCapacity"] = json!("INDEXES");
        let db = &self.db;
        macro_rules! call {
            ($operation:ident) => {
                db.$operation(serde_json::from_value(body).unwrap())
                    .map(|answer| serde_json::to_value(answer).unwrap())
            };
        }
        let answer = match operation {
            "PutItem" => call!(put_item),
            "UpdateItem" => call!(update_item),
            "DeleteItem" => call!(delete_item),
            "GetItem" => call!(get_item),
            "BatchWriteItem" => call!(batch_write_item),
            "BatchGetItem" => call!(batch_get_item),
            "Query" => call!(query),
            other => panic!("the ledger is not known to call {other}"),
        };
        match answer {
            Ok(answer) => {
                self.note_cost(operation, &answer);
                (200, answer)
            }
            Err(error) => (
                error.status_code(),
                serde_json::from_str(&error.to_json()).unwrap(),
            ),
        }
    }

    fn note_cost(&self, operation: &str, answer: &Value) {
        if !matches!(operation, "PutItem" | "BatchWriteItem") {
            return;
        }
        let consumed = &answer["ConsumedCapacity"];
        let consumed = consumed.get(0).unwrap_or(consumed);
        let units = consumed["CapacityUnits"].as_f64().unwrap();
        self.bill.lock().unwrap().push((operation.to_owned(), units));
    }

    fn write_between(&self, body: &Value, change: Between) {
        let written = &body["Item"];
        let key = json!({ "pk": written["pk"], "sk": written["sk"] });
        let mut item = self.item(&key).unwrap();
        if let Some(revision) = item["rev"]["N"].as_str().map(|rev| rev.parse::<u64>().unwrap()) {
            item["rev"] = json!({ "N": (revision + 1).to_string() });
        }
        if item.get("w").is_some() {
            item["w"] = json!({ "S": "another-0" });
        }
        change(&mut item);
        self.put(&item);
    }
}

/// The table as `template.yaml` makes it.
fn table() -> Value {
    let attribute = |name: &str, kind: &str| json!({ "AttributeName": name, "AttributeType": kind });
    let key = |name: &str, kind: &str| json!({ "AttributeName": name, "KeyType": kind });
    json!({
        "TableName": TABLE,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            attribute("pk", "S"), attribute("sk", "S"), attribute("open", "S"),
            attribute("look_at", "N"), attribute("erp_ref", "S"),
        ],
        "KeySchema": [key("pk", "HASH"), key("sk", "RANGE")],
        "GlobalSecondaryIndexes": [
            {
                "IndexName": "open",
                "KeySchema": [key("open", "HASH"), key("look_at", "RANGE")],
                "Projection": { "ProjectionType": "KEYS_ONLY" },
            },
            {
                "IndexName": "by_reference",
                "KeySchema": [key("erp_ref", "HASH")],
                "Projection": { "ProjectionType": "KEYS_ONLY" },
            },
        ],
    })
}

pub(crate) const KEY: &str = "RS-ACME-8086";

pub(crate) fn key() -> OrderKey {
    OrderKey::new(KEY).unwrap()
}

pub(crate) fn raw_ref() -> RawRef {
    RawRef {
        hash: "000102030405060708090a0b0c0d0e0f".to_owned(),
        chunks: 1,
    }
}

pub(crate) fn taken() -> OrderState {
    OrderState::taken(key(), raw_ref(), T0, PACE)
}

pub(crate) async fn admitted(ledger: &Ledger) -> OrderState {
    match ledger.admit(taken()).await.unwrap() {
        Admitted::New(order) => *order,
        Admitted::Known(order) => panic!("known before: {order:?}"),
    }
}

pub(crate) fn bid(ledger: &Ledger, step: StepName, now: Millis) -> Bid {
    Bid {
        step,
        owner: ledger.token(),
        now,
        until: now + Duration::from_secs(120),
        hash: Some("aaaabbbbccccddddeeeeffff00001111".to_owned()),
        pinned: None,
        raw: None,
        edition: None,
    }
}

pub(crate) async fn granted(
    ledger: &Ledger,
    seen: OrderState,
    step: StepName,
    now: Millis,
) -> (OrderState, Claim) {
    match ledger.claim(seen, &bid(ledger, step, now)).await.unwrap() {
        Claimed::Granted(order, claim) => (*order, claim),
        other => panic!("not granted: {other:?}"),
    }
}

/// An admitted order whose import is claimed at second 5.
pub(crate) async fn importing(ledger: &Ledger) -> (OrderState, Claim) {
    let order = admitted(ledger).await;
    granted(ledger, order, StepName::Import, at(5)).await
}

pub(crate) async fn stands(ledger: &Ledger) -> OrderState {
    ledger.order(&key()).await.unwrap().unwrap()
}

pub(crate) fn imported(reference: &str) -> Outcome {
    Outcome::Done {
        reference: None,
        erp_reference: Some(ErpReference::new(reference).unwrap()),
    }
}

pub(crate) fn done() -> Outcome {
    Outcome::Done {
        reference: None,
        erp_reference: None,
    }
}

/// One of each kind of outcome.
pub(crate) fn outcomes() -> Vec<Outcome> {
    let (not_before, hinted) = (at(100), false);
    vec![
        imported("SO104233"),
        done(),
        Outcome::Held {
            code: "unknown_sku".to_owned(),
        },
        Outcome::Later {
            not_before,
            hinted,
            counts: true,
        },
        Outcome::Pending { not_before, hinted },
        Outcome::Unknown { not_before, hinted },
    ]
}
