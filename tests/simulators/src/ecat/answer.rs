//! eCat's envelopes.

use serde_json::{Value, json};

use crate::plain::Plain;

/// A call that eCat does not do. The envelope says so, whatever the status is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    status: u16,
    word: &'static str,
    text: String,
    page: bool,
}

impl Refusal {
    pub(super) fn new(status: u16, text: &str) -> Self {
        Self {
            status,
            word: "error",
            text: text.to_owned(),
            page: false,
        }
    }

    /// With the vendor's other word for it: `failure` says nothing else than `error`.
    pub(super) fn failure(status: u16, text: &str) -> Self {
        Self {
            word: "failure",
            ..Self::new(status, text)
        }
    }

    /// As a page, such as something in front of eCat sends.
    pub(super) fn page(status: u16, text: &str) -> Self {
        Self {
            page: true,
            ..Self::new(status, text)
        }
    }

    pub(super) fn plain(self) -> Plain {
        if self.page {
            return Plain::html(self.status, &self.text);
        }
        let envelope = json!({"status": self.word, "error": self.text, "data": null});
        let plain = Plain::json(self.status, &envelope);
        if self.status == 401 {
            plain.with("www-authenticate", "Basic realm=\"eCat\"")
        } else {
            plain
        }
    }
}

/// A success.
pub(super) fn success(data: Value) -> Value {
    json!({"status": "success", "error": null, "data": data})
}
