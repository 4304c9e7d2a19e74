//! A proxy with one table, and a client that speaks AWS JSON to it.

#![expect(clippy::expect_used, reason = "a test that cannot be set up has failed")]

use aws_proxy::{AwsProxy, Credentials, Settings};
use bytes::Bytes;
use host::{Break, Clock, Form, Gate};
use http::Request;
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};

pub(crate) const TABLE: &str = "ledger";

pub(crate) struct Stack {
    pub(crate) proxy: AwsProxy,
    pub(crate) gate: Gate,
    pub(crate) clock: Clock,
    pub(crate) sqs: embedded_sqs::Sqs,
    pub(crate) credentials: Credentials,
}

impl Stack {
    /// A proxy whose only function, `pull-orders`, may do everything.
    pub(crate) async fn start() -> Self {
        Self::with_policy(|_, _| true).await
    }

    pub(crate) async fn with_policy(policy: impl Fn(&str, &str) -> bool + Send + Sync + 'static) -> Self {
        let (clock, gate) = (Clock::new(), Gate::new());
        let sqs = embedded_sqs::Sqs::new(clock.clone(), gate.clone());
        let settings = Settings::new(clock.clone(), gate.clone(), sqs.clone());
        let proxy = AwsProxy::start(settings).await.expect("the proxy starts");
        proxy.create_table(&table()).expect("the table is created");
        let credentials = proxy.add_function("pull-orders", Box::new(policy));
        Self {
            proxy,
            gate,
            clock,
            sqs,
            credentials,
        }
    }

    /// Calls as `pull-orders`; `None` if the connection closes without an answer.
    pub(crate) async fn call(&self, target: &str, body: &Value) -> Option<(u16, Value)> {
        self.call_with(&self.credentials.access_key_id, target, body)
            .await
    }

    pub(crate) async fn call_with(&self, key: &str, target: &str, body: &Value) -> Option<(u16, Value)> {
        let request = Request::post(self.proxy.url())
            .header("x-amz-target", target)
            .header("content-type", "application/x-amz-json-1.0")
            .header(
                "authorization",
                format!("AWS4-HMAC-SHA256 Credential={key}/20260101/us-east-1/any/aws4_request"),
            )
            .body(Full::new(Bytes::from(body.to_string())))
            .expect("a request");
        let client = Client::builder(TokioExecutor::new()).build_http();
        let response = client.request(request).await.ok()?;
        assert!(
            response.headers().contains_key("x-amzn-requestid"),
            "each answer has an id"
        );
        let status = response.status().as_u16();
        let bytes = response.into_body().collect().await.ok()?.to_bytes();
        Some((status, serde_json::from_slice(&bytes).expect("answers are JSON")))
    }

    /// Calls as `pull-orders` and is answered.
    pub(crate) async fn answer(&self, target: &str, body: &Value) -> (u16, Value) {
        self.call(target, body).await.expect("an answer")
    }

    /// A DynamoDB call that succeeds.
    pub(crate) async fn dynamodb(&self, operation: &str, body: &Value) -> Value {
        let (status, value) = self.answer(&format!("DynamoDB_20120810.{operation}"), body).await;
        assert_eq!(status, 200, "{value}");
        value
    }

    /// Puts an item; `None` if the connection closes without an answer.
    pub(crate) async fn put(&self, item: Value) -> Option<(u16, Value)> {
        self.call(
            "DynamoDB_20120810.PutItem",
            &json!({ "TableName": TABLE, "Item": item }),
        )
        .await
    }

    /// Whether the table has this item, seen without the proxy's gate.
    pub(crate) fn stands(&self, pk: &str) -> bool {
        let request = json!({ "TableName": TABLE, "Key": key(pk) });
        let request = serde_json::from_value(request).expect("a request");
        self.proxy
            .database()
            .get_item(request)
            .expect("a look")
            .item
            .is_some()
    }

    /// The next call breaks in this form.
    pub(crate) fn break_next(&self, form: Form) {
        self.gate.arm(&[Break { call: 1, form }]);
    }

    /// Each call to this service breaks with this fault from here on.
    pub(crate) fn always(&self, service: &'static str, fault: host::Fault) {
        self.gate.play(
            1,
            vec![host::Odds {
                service,
                operation: "",
                fault,
                one_in: 1,
            }],
        );
    }
}

pub(crate) fn key(pk: &str) -> Value {
    json!({ "pk": { "S": pk }, "sk": { "S": "state" } })
}

/// An item of one key and nothing else but the given attribute.
pub(crate) fn item(pk: &str, name: &str, text: &str) -> Value {
    json!({ "pk": { "S": pk }, "sk": { "S": "state" }, name: { "S": text } })
}

/// A table with a sparse index on `open`, keys only, and expiry on `expires`.
fn table() -> Value {
    json!({
        "TableName": TABLE,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            { "AttributeName": "pk", "AttributeType": "S" },
            { "AttributeName": "sk", "AttributeType": "S" },
            { "AttributeName": "open", "AttributeType": "S" },
        ],
        "KeySchema": [
            { "AttributeName": "pk", "KeyType": "HASH" },
            { "AttributeName": "sk", "KeyType": "RANGE" },
        ],
        "GlobalSecondaryIndexes": [{
            "IndexName": "open-orders",
            "KeySchema": [{ "AttributeName": "open", "KeyType": "HASH" }],
            "Projection": { "ProjectionType": "KEYS_ONLY" },
        }],
        "TimeToLiveSpecification": { "AttributeName": "expires", "Enabled": true },
    })
}
