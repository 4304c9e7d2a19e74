//! Events on the account's default EventBridge bus: what a brand hangs its own mail or its own systems on.

use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::error::ProvideErrorMetadata;
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use serde_json::Value;

/// EventBridge takes so many entries in one call.
const ENTRIES: usize = 10;

/// The source of our events.
pub const EVENT_SOURCE: &str = "order-relay";

/// Events that EventBridge did not take; its code, never its message.
#[derive(Debug, thiserror::Error)]
#[error("EventBridge did not take {left} of the events: {code}")]
pub struct AnnounceError {
    left: usize,
    code: String,
}

/// Puts events on the default bus.
#[derive(Debug, Clone)]
pub struct Announcer {
    client: Client,
}

impl Announcer {
    /// With this client.
    pub fn new(client: Client) -> Self {
        Self { client }
    }

    /// Puts one event for each detail. Well only if EventBridge took all of them; whoever tries again says some twice, and
    /// each detail carries an identity.
    pub async fn put(&self, detail_type: &str, details: &[Value]) -> Result<(), AnnounceError> {
        for ten in details.chunks(ENTRIES) {
            let entries = ten.iter().map(|detail| {
                PutEventsRequestEntry::builder()
                    .source(EVENT_SOURCE)
                    .detail_type(detail_type)
                    .detail(detail.to_string())
                    .build()
            });
            let call = self.client.put_events().set_entries(Some(entries.collect()));
            let failed = |left, code: Option<&str>| AnnounceError {
                left,
                code: code.unwrap_or("no answer").to_owned(),
            };
            let answer = call.send().await.map_err(|error| {
                let code = error.as_service_error().and_then(ProvideErrorMetadata::code);
                failed(ten.len(), code)
            })?;
            let mut refused = answer.entries().iter().filter_map(|entry| entry.error_code());
            if let Some(code) = refused.next() {
                return Err(failed(1 + refused.count(), Some(code)));
            }
        }
        Ok(())
    }
}
