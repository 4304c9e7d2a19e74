//! EventBridge, as far as `PutEvents`: entries are checked and kept.

use std::sync::{Mutex, PoisonError};

use host::{Call, Fault, Gate, Reply};
use serde_json::{Value, json};

use crate::answer;
use crate::call::AwsCall;

/// The most entries of one call (EventBridge API reference, PutEvents).
const MOST_ENTRIES: usize = 10;

#[derive(Default)]
pub(crate) struct Events(Mutex<Vec<Value>>);

impl Events {
    /// The entries that were accepted, in order, as they were sent.
    pub(crate) fn all(&self) -> Vec<Value> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn answer(&self, gate: &Gate, call: &AwsCall) -> Reply {
        let entries = call.body["Entries"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        let fault = gate.judge(Call {
            service: call.service.name(),
            operation: &call.operation,
            subject: entries
                .first()
                .and_then(|entry| entry["DetailType"].as_str())
                .unwrap_or_default(),
            caller: &call.caller,
        });
        if !(1..=MOST_ENTRIES).contains(&entries.len()) {
            let text = "1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must \
                        have length between 1 and 10";
            return answer::error(400, "ValidationException", text);
        }
        match fault {
            None => self.put(entries, entries.len()),
            Some(Fault::PartialBatch) => self.put(entries, entries.len() / 2),
            Some(Fault::ServerError) => answer::error(500, "InternalException", "drawn by the gate"),
            Some(Fault::Throttled) => answer::error(400, "ThrottlingException", "Rate exceeded"),
            Some(Fault::LostRequest | Fault::KilledBefore) => Reply::Drop,
            Some(_) => {
                self.put(entries, entries.len());
                Reply::Drop
            }
        }
    }

    /// Takes the first `able` entries, save those that are malformed.
    fn put(&self, entries: &[Value], able: usize) -> Reply {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut failed = 0;
        let mut results = Vec::new();
        for (n, entry) in entries.iter().enumerate() {
            let trouble = if n < able {
                trouble(entry)
            } else {
                Some(("InternalFailure", "drawn by the gate"))
            };
            if let Some((code, text)) = trouble {
                failed += 1;
                results.push(json!({ "ErrorCode": code, "ErrorMessage": text }));
            } else {
                taken.push(entry.clone());
                results.push(json!({ "EventId": format!("00000000-0000-4000-9000-{:012x}", taken.len()) }));
            }
        }
        answer::found(&json!({ "FailedEntryCount": failed, "Entries": results }))
    }
}

/// Why EventBridge does not take an entry: its error code and text.
fn trouble(entry: &Value) -> Option<(&'static str, &'static str)> {
    let text = |name: &str| entry[name].as_str().filter(|text| !text.is_empty());
    if text("Source").is_none() {
        return Some((
            "InvalidArgument",
            "Parameter Source is not valid. Reason: Source is a required argument.",
        ));
    }
    if text("DetailType").is_none() {
        return Some((
            "InvalidArgument",
            "Parameter DetailType is not valid. Reason: DetailType is a required argument.",
        ));
    }
    let Some(detail) = text("Detail") else {
        return Some((
            "InvalidArgument",
            "Parameter Detail is not valid. Reason: Detail is a required argument.",
        ));
    };
    let is_object = serde_json::from_str::<Value>(detail).is_ok_and(|detail| detail.is_object());
    (!is_object).then_some(("MalformedDetail", "Detail is malformed."))
}
