//! The contract's answers.

use serde_json::{Value, json};

use crate::plain::Plain;

/// A request that the ERP does not do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    status: u16,
    class: &'static str,
    code: String,
    message: String,
    field: Option<String>,
}

impl Refusal {
    /// The order itself must change before it can be imported.
    pub(super) fn permanent(status: u16, code: &str, field: &str, message: impl Into<String>) -> Self {
        Self {
            status,
            class: "permanent",
            code: code.to_owned(),
            message: message.into(),
            field: Some(field.to_owned()),
        }
    }

    /// A field is not what the contract says.
    pub(super) fn value(field: &str, message: impl Into<String>) -> Self {
        Self::permanent(400, "invalid_value", field, message)
    }

    /// The set-up is wrong, whatever the order.
    pub(super) fn config(status: u16, code: &str) -> Self {
        Self {
            status,
            class: "config",
            code: code.to_owned(),
            message: "the set-up is wrong".to_owned(),
            field: None,
        }
    }

    pub(super) fn plain(self) -> Plain {
        let body = json!({"error": {
            "class": self.class, "code": self.code, "message": self.message, "field": self.field, "details": {}
        }});
        Plain::json(self.status, &body)
    }
}

pub(super) fn root() -> Plain {
    Plain::json(
        200,
        &json!({"contract": "erp-orders/1", "system": "Order Relay's stand-in ERP"}),
    )
}

pub(super) fn throttled() -> Plain {
    error(429, "transient", "too_many_requests").with("retry-after", "1")
}

pub(super) fn maintenance() -> Plain {
    error(503, "transient", "maintenance").with("retry-after", "30")
}

/// A failure in the contract's form.
pub(super) fn error(status: u16, class: &str, code: &str) -> Plain {
    let body =
        json!({"error": {"class": class, "code": code, "message": code, "field": null, "details": {}}});
    Plain::json(status, &body)
}

/// `accepted` or `cancelled`, with the number.
pub(super) fn found(status: u16, key: &str, says: &str, reference: &str, id: &str, created: bool) -> Plain {
    let body: Value = json!({
        "key": key, "status": says, "reference": reference, "id": id, "created": created, "warnings": []
    });
    Plain::json(status, &body)
}

pub(super) fn pending(key: &str) -> Plain {
    Plain::json(202, &json!({"key": key, "status": "pending"})).with("retry-after", "1")
}

/// The same key with other content. The contract does not say where the existing reference stands, so it stands at
/// the top and in the details.
pub(super) fn changed(key: &str, reference: Option<&str>, sha: &str) -> Plain {
    let body = json!({
        "key": key, "reference": reference, "content_sha256": sha,
        "error": {
            "class": "permanent", "code": "order_changed", "message": "the order is there with other content",
            "field": "content_sha256", "details": {"reference": reference, "content_sha256": sha}
        }
    });
    Plain::json(409, &body)
}
