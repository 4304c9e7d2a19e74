//! What an envelope says about its call: the fields beside `data`.

use serde_json::Value;

/// The longest value of `status` that is read, and the longest name of a field; `success` with each letter escaped has
/// 44 bytes.
pub(crate) const WORD_BYTES_MAX: usize = 64;
/// As much of `error` is kept; far more than is told.
pub(crate) const ERROR_BYTES_MAX: usize = 4096;

/// A field of the envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    Status,
    Error,
    Data,
    /// "Always 3 fields" is promised; whatever else there is says nothing to us.
    Other,
}

impl Field {
    /// By its key, with its quotes, in any letter case.
    pub(crate) fn of(key: &Kept) -> Self {
        let name = match key.value() {
            Some(Value::String(name)) => name.to_ascii_lowercase(),
            _ => return Self::Other,
        };
        match name.as_str() {
            "status" => Self::Status,
            "error" => Self::Error,
            "data" => Self::Data,
            _ => Self::Other,
        }
    }
}

/// The begin of a small piece of text: memory stays bounded, whatever comes.
#[derive(Debug, Default)]
pub(crate) struct Kept {
    bytes: Vec<u8>,
    cut: bool,
}

impl Kept {
    pub(crate) fn push(&mut self, byte: u8, bytes_max: usize) {
        if self.bytes.len() < bytes_max {
            self.bytes.push(byte);
        } else {
            self.cut = true;
        }
    }

    /// What it says, if all of it was kept.
    pub(crate) fn value(&self) -> Option<Value> {
        if self.cut {
            return None;
        }
        serde_json::from_slice(&self.bytes).ok()
    }

    /// The text that it is, or its begin. A cut may have hit an escape or a character, so the end gives way until the
    /// rest can be read: twelve bytes are the longest escape, a pair of surrogates.
    fn text(&self) -> Option<String> {
        if !self.cut {
            return self.value()?.as_str().map(str::to_owned);
        }
        let begins = (0..=12).filter_map(|less| self.bytes.get(..self.bytes.len().checked_sub(less)?));
        let mut texts = begins.filter_map(|begin| {
            let mut closed = begin.to_vec();
            closed.push(b'"');
            serde_json::from_slice::<String>(&closed).ok()
        });
        texts.next()
    }
}

/// What was said so far. Whatever is said twice counts as the worse of the two.
#[derive(Debug, Default)]
pub(crate) struct Said {
    success: bool,
    failed: bool,
    message: Option<String>,
}

impl Said {
    /// Takes the value of a field.
    pub(crate) fn hear(&mut self, field: Field, value: &Kept) {
        match field {
            Field::Status => self.hear_status(value),
            Field::Error => self.hear_error(value),
            Field::Data | Field::Other => {}
        }
    }

    fn hear_status(&mut self, value: &Kept) {
        let word = value.value();
        let word = word.as_ref().and_then(Value::as_str).map(str::trim);
        if word.is_some_and(|word| word.eq_ignore_ascii_case("success")) {
            self.success = true;
        } else {
            self.failed = true;
        }
    }

    fn hear_error(&mut self, value: &Kept) {
        if value.value() == Some(Value::Null) {
            return;
        }
        self.failed = true;
        if self.message.is_none() {
            self.message = value.text().filter(|text| !text.trim().is_empty());
        }
    }

    /// Adds what a later part of the envelope says.
    pub(crate) fn add(&mut self, later: Self) {
        self.success |= later.success;
        self.failed |= later.failed;
        self.message = self.message.take().or(later.message);
    }

    /// Whether it said success and nothing against it.
    pub(crate) fn succeeded(&self) -> bool {
        self.success && !self.failed
    }

    /// Whether it said that the call failed.
    pub(crate) fn failed(&self) -> bool {
        self.failed
    }

    /// Whether it said that the call failed, and why.
    pub(crate) fn explained(&self) -> bool {
        self.failed && self.message.is_some()
    }

    /// Its words, as they came; at most [`ERROR_BYTES_MAX`].
    pub(crate) fn message(&self) -> Option<&str> {
        self.message.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(text: &str, bytes_max: usize) -> Kept {
        let mut kept = Kept::default();
        text.bytes().for_each(|byte| kept.push(byte, bytes_max));
        kept
    }

    fn status(text: &str) -> Said {
        let mut said = Said::default();
        said.hear(Field::Status, &kept(text, WORD_BYTES_MAX));
        said
    }

    #[test]
    fn success_is_success_in_any_letter_case_and_nothing_else_is() {
        for text in [
            r#""success""#,
            r#""Success""#,
            r#"" SUCCESS ""#,
            r#""\u0073uccess""#,
        ] {
            assert!(status(text).succeeded(), "{text}");
        }
        let long = format!("\"success{}\"", " ".repeat(100));
        for text in [
            r#""error""#,
            r#""successful""#,
            "true",
            "null",
            "200",
            "\"\"",
            &long,
        ] {
            assert!(status(text).failed() && !status(text).succeeded(), "{text}");
        }
    }

    #[test]
    fn any_error_but_null_is_a_failure_whatever_the_status() {
        for (text, message) in [
            (r#""no such org""#, Some("no such org")),
            (r#""""#, None),
            ("false", None),
            (r#"{"message":"x"}"#, None),
        ] {
            let mut said = status(r#""success""#);
            said.hear(Field::Error, &kept(text, ERROR_BYTES_MAX));
            assert!(said.failed() && !said.succeeded(), "{text}");
            assert_eq!(said.message(), message);
        }
    }

    #[test]
    fn of_two_statuses_the_worse_counts() {
        let mut said = status(r#""error""#);
        said.hear(Field::Status, &kept(r#""success""#, WORD_BYTES_MAX));
        assert!(said.failed() && !said.succeeded());
    }

    #[test]
    fn a_long_error_is_read_as_far_as_it_was_kept() {
        // 9 of 12 bytes of a pair of surrogates, which is one character.
        let text = kept(r#""ab\ud83d\ude00c""#, 12);
        assert_eq!(text.text().as_deref(), Some("ab"));
        let text = kept("\"abä\"", 4);
        assert_eq!(text.text().as_deref(), Some("ab"));
    }

    #[test]
    fn fields_are_known_in_any_letter_case_and_with_escapes() {
        for (key, field) in [
            (r#""Status""#, Field::Status),
            (r#""\u0065rror""#, Field::Error),
            (r#""DATA""#, Field::Data),
            (r#""datum""#, Field::Other),
        ] {
            assert_eq!(Field::of(&kept(key, WORD_BYTES_MAX)), field, "{key}");
        }
    }
}
