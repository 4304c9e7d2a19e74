//! What a test does with its own hands: single items of the ledger, single messages, faults that hit every call.

use std::io::Read;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::ZlibDecoder;
use host::{Fault, Odds};
use serde_json::{Value, json};

use crate::{Scene, order_key};

impl Scene {
    /// From here on every call of this service whose operation begins with `operation` (empty: all) goes wrong like
    /// this, until [`host::Gate::disarm`].
    pub fn break_all(&self, service: &'static str, operation: &'static str, fault: Fault) {
        self.break_some(service, operation, fault, 1);
    }

    /// As [`Scene::break_all`], for one in `one_in` calls.
    pub fn break_some(&self, service: &'static str, operation: &'static str, fault: Fault, one_in: u64) {
        let row = Odds {
            service,
            operation,
            fault,
            one_in,
        };
        self.stack.gate.play(1, vec![row]);
    }

    /// Nothing breaks from here on.
    pub fn mend(&self) {
        self.stack.gate.disarm();
    }

    /// One item of the ledger, in DynamoDB's JSON.
    pub fn item(&self, pk: &str, sk: &str) -> Option<Value> {
        let mut items = self.stack.items().into_iter();
        items.find(|item| item["pk"]["S"] == pk && item["sk"]["S"] == sk)
    }

    /// The items whose partition key begins like this.
    pub fn items_of(&self, prefix: &str) -> Vec<Value> {
        let items = self.stack.items().into_iter();
        items
            .filter(|item| item["pk"]["S"].as_str().is_some_and(|pk| pk.starts_with(prefix)))
            .collect()
    }

    /// Writes an item as it is, past every rule.
    pub fn put_item(&self, item: &Value) {
        let request = json!({"TableName": self.table(), "Item": item});
        let request = serde_json::from_value(request).expect("an item");
        self.stack
            .proxy
            .database()
            .put_item(request)
            .expect("the table takes it");
    }

    /// Deletes an item, past every rule.
    pub fn delete_item(&self, pk: &str, sk: &str) {
        let request = json!({"TableName": self.table(), "Key": {"pk": {"S": pk}, "sk": {"S": sk}}});
        let request = serde_json::from_value(request).expect("a key");
        self.stack
            .proxy
            .database()
            .delete_item(request)
            .expect("the table takes it");
    }

    fn table(&self) -> String {
        self.stack.deployment.tables[0].name.clone()
    }

    /// The raw payload that an item names.
    pub fn raw_of(&self, item: &Value) -> String {
        let hash = item["raw"]["S"].as_str().expect("the item names a raw payload");
        let raw = self.item(&format!("raw#{hash}"), "0").expect("the raw payload");
        let packed = STANDARD
            .decode(raw["body"]["B"].as_str().expect("a body"))
            .expect("base64");
        let mut text = String::new();
        ZlibDecoder::new(packed.as_slice())
            .read_to_string(&mut text)
            .expect("packed text");
        text
    }

    /// What became of an order's lines, as the ledger keeps it; null if nothing did.
    pub fn fulfilment(&self, key: &str) -> Value {
        let Some(item) = self.item(key, "fulfilment") else {
            return Value::Null;
        };
        let packed = item["body"]["B"].as_str().expect("a body");
        let packed = STANDARD.decode(packed).expect("base64");
        let mut text = String::new();
        ZlibDecoder::new(packed.as_slice())
            .read_to_string(&mut text)
            .expect("packed text");
        serde_json::from_str(&text).expect("JSON")
    }

    /// The words of a hold, or an empty text.
    pub fn hold_note(&self, id: u64, step: &str) -> String {
        let item = self.item(&order_key(id), &format!("hold#{step}"));
        item.and_then(|item| item["text"]["S"].as_str().map(str::to_owned))
            .unwrap_or_default()
    }

    /// How often a step was tried, as its state says.
    pub fn tries(&self, id: u64, step: &str) -> u64 {
        let states = self.states();
        let item = &states.get(&order_key(id)).expect("the ledger has the order").item;
        let tries = item["steps"]["M"][step]["M"]["t"]["N"].as_str();
        tries.and_then(|tries| tries.parse().ok()).unwrap_or_default()
    }

    /// Why a vendor is paused now; nothing if it is not.
    pub fn pause_of(&self, vendor: &str) -> Option<String> {
        let item = self.item(&format!("pause#{vendor}"), "pause")?;
        let active = item["active"]["BOOL"] == true;
        active.then(|| item["reason"]["S"].as_str().unwrap_or_default().to_owned())
    }

    /// Puts a message into the queue of a function, as it is.
    pub fn send(&self, function: &str, body: &str) {
        let queue = self.mapping(function).queue;
        let mut message = json!({"QueueUrl": self.stack.sqs.url(&queue), "MessageBody": body});
        if queue.ends_with(".fifo") {
            let once = format!("{}-{}", body.len(), self.stack.clock.now_ms());
            message["MessageGroupId"] = "confirm".into();
            message["MessageDeduplicationId"] = once.into();
        }
        self.sqs("SendMessage", &message);
    }

    /// Puts a hint for an order into the queue of a function.
    pub fn hint(&self, function: &str, id: u64) {
        self.send(
            function,
            &json!({"schema": 1, "order": order_key(id)}).to_string(),
        );
    }

    /// Loses every message of a function's queue.
    pub fn purge(&self, function: &str) {
        let queue = self.mapping(function).queue;
        let purge = json!({"QueueUrl": self.stack.sqs.url(&queue)});
        self.sqs("PurgeQueue", &purge);
    }

    /// The name of the dead letter queue behind a function's queue.
    pub fn dead_letters(&self, function: &str) -> String {
        let queue = self.mapping(function).queue;
        let mut queues = self.stack.deployment.queues.values();
        let queue = queues.find(|one| one.name == queue).expect("the queue");
        queue
            .redrive
            .as_ref()
            .expect("a redrive policy")
            .dead_letters
            .clone()
    }

    /// Moves what is in the dead letter queue behind a function back to where it came from.
    pub fn redrive(&self, function: &str) {
        let arn = self.stack.sqs.arn(&self.dead_letters(function));
        self.sqs("StartMessageMoveTask", &json!({"SourceArn": arn}));
    }

    fn sqs(&self, operation: &str, body: &Value) {
        self.stack
            .sqs
            .handle(operation, body)
            .expect("the queue takes it");
    }

    /// How many calls of this operation RepSpark saw.
    pub fn asked_repspark(&self, operation: &str) -> u64 {
        self.stack
            .repspark
            .calls()
            .get(operation)
            .copied()
            .unwrap_or_default()
    }

    /// How many calls of this operation the ERP saw.
    pub fn asked_erp(&self, operation: &str) -> u64 {
        self.stack.erp.calls().get(operation).copied().unwrap_or_default()
    }

    /// How many lines of a function hold this text.
    pub fn said(&self, function: &str, text: &str) -> usize {
        let lines = self.logged(function).into_iter();
        lines.filter(|line| line.contains(text)).count()
    }

    /// Gives the RepSpark functions other keys.
    pub fn put_repspark_keys(&self, client: &str, environment: &str) {
        let secret = json!({"client_key": client, "environment_key": environment});
        self.stack
            .proxy
            .put_secret("/order-relay/ACME/local/repspark", &secret.to_string());
    }

    /// Gives the ERP function another token.
    pub fn put_erp_token(&self, token: &str) {
        let secret = json!({"token": token});
        self.stack
            .proxy
            .put_secret("/order-relay/ACME/local/erp", &secret.to_string());
    }
}
