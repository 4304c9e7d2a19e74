//! RepSpark's refusals.

use http::Method;
use serde_json::json;

use crate::plain::Plain;

/// A call that RepSpark does not do, with its code for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    status: u16,
    code: String,
    text: String,
}

impl Refusal {
    pub(super) fn new(status: u16, code: &str, text: impl Into<String>) -> Self {
        Self {
            status,
            code: code.to_owned(),
            text: text.into(),
        }
    }

    /// The payload is not what the resource takes; the text may name the field.
    pub(super) fn input(text: impl Into<String>) -> Self {
        Self::new(400, "InvalidInput", text)
    }

    /// Guess: the current table has 400 `InvalidHttpVerb` and the older one 405 `UnsupportedHttpVerb`; here the first
    /// is for a verb that the resource lacks, the second for one that no resource has.
    pub(super) fn verb(method: &Method) -> Self {
        if matches!(*method, Method::GET | Method::POST) {
            Self::new(400, "InvalidHttpVerb", "the resource does not have this verb")
        } else {
            Self::new(405, "UnsupportedHttpVerb", "the API does not have this verb")
        }
    }

    /// The answer. The body's key names are a guess: the vendor does not give them.
    pub(super) fn plain(self) -> Plain {
        Plain::json(
            self.status,
            &json!({"Code": self.code, "Description": self.text, "Details": null}),
        )
        .with("x-repspark-errorcode", self.code)
    }
}
