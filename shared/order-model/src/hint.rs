//! A hint: the message that says "look at this step of this order now". It carries no state and proves nothing.

use serde::{Deserialize, Serialize};

use crate::OrderKey;

/// The body of a queue message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hint {
    /// The form of this message; 1.
    pub schema: u32,
    /// Which order.
    pub order: OrderKey,
}

/// Why a message is not one of ours.
#[derive(Debug, thiserror::Error)]
pub enum HintError {
    /// It is not the JSON of a hint.
    #[error("the message is not a hint: it must be {{\"schema\": 1, \"order\": \"<ERP key>\"}}")]
    Unreadable(#[source] serde_json::Error),
    /// A later release wrote it.
    #[error("the hint has schema {0}, and this release reads 1")]
    Schema(u32),
}

impl Hint {
    /// A hint for an order.
    pub fn new(order: OrderKey) -> Self {
        Self { schema: 1, order }
    }

    /// Reads a message body.
    pub fn parse(body: &str) -> Result<Self, HintError> {
        let hint: Self = serde_json::from_str(body).map_err(HintError::Unreadable)?;
        if hint.schema == 1 {
            Ok(hint)
        } else {
            Err(HintError::Schema(hint.schema))
        }
    }

    /// The message body.
    pub fn body(&self) -> String {
        serde_json::json!({ "schema": self.schema, "order": self.order.as_str() }).to_string()
    }
}
