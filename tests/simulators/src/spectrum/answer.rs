//! Spectrum's refusals.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::personal::spectrum_personal;
use crate::plain::Plain;

/// A failure that a test asks for, without effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SpectrumFailure {
    /// 403 that does not say why.
    Forbidden,
    /// 500 in the vendor's form, with a trace log id.
    Failed,
    /// This status in the vendor's form.
    Status(u16),
    /// This status with a web page, such as something in front of Spectrum sends.
    Page(u16),
    /// This status without a body.
    Empty(u16),
    /// This status with this JSON.
    Answer(u16, Value),
}

impl SpectrumFailure {
    /// The answer. As the vendor's prose may, it repeats something personal that was sent.
    pub(super) fn plain(self, sent: &Value, now_ms: i64) -> Plain {
        match self {
            Self::Forbidden => error(403, "Forbidden", now_ms),
            Self::Failed => failed(sent, now_ms),
            Self::Status(status) => error(status, &repeating("It did not work", sent), now_ms),
            Self::Page(status) => Plain::html(status, "Service Unavailable"),
            Self::Empty(status) => Plain::empty(status),
            Self::Answer(status, value) => Plain::json(status, &value),
        }
    }
}

/// A failure in the seed's form. Its trailing comma is taken for a slip of the page.
pub(super) fn error(status: u16, text: &str, now_ms: i64) -> Plain {
    let body = json!({"lastModification": stamp(now_ms), "error": text, "apiVersion": "3.0.21055.9"});
    Plain::json(status, &body)
}

pub(super) fn failed(sent: &Value, now_ms: i64) -> Plain {
    let text = repeating("An unexpected error occurred", sent);
    error(500, &format!("{text}. Trace log ID: 5f2c9e10"), now_ms)
}

/// Troubles in turn: Spectrum's own, one without a body, and a page of something in front of it.
pub(super) fn trouble(troubles: &mut usize, sent: &Value, now_ms: i64) -> Plain {
    *troubles += 1;
    match *troubles % 3 {
        1 => SpectrumFailure::Failed,
        2 => SpectrumFailure::Empty(503),
        _ => SpectrumFailure::Page(502),
    }
    .plain(sent, now_ms)
}

/// The vendor's words with something personal in them, if something personal was sent: a trap for logs.
pub(super) fn repeating(text: &str, sent: &Value) -> String {
    match spectrum_personal(sent).first() {
        Some(word) => format!("{text} ({word})"),
        None => text.to_owned(),
    }
}

/// As the vendor's samples write a moment.
pub(super) fn stamp(now_ms: i64) -> String {
    let time = Timestamp::from_millisecond(now_ms).unwrap_or_default();
    time.strftime("%Y-%m-%dT%H:%M:%S.%3f0000+00:00").to_string()
}
