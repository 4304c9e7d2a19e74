//! Problem details (RFC 7807), as far as they may be told: codes and properties. `title`, `detail` and `message` may
//! repeat what we sent, so they are read and never kept.

use std::fmt;

use serde_json::{Map, Value};
use vendor_http::is_plain_name;

/// So many entries of `errors` are kept.
const NAMED_MAX: usize = 10;

/// What an entry of `errors` names. Both are plain names, and may be logged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The property, such as `customer_identifiers.sparklayer`; 120 characters at most.
    pub property: Option<String>,
    /// The code, such as `required`; 64 characters at most.
    pub code: Option<String>,
}

/// What an answer that is no success says; nothing where its body is empty or no problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The HTTP status.
    pub status: u16,
    /// Whether the body was a problem, and so SparkLayer's own.
    pub told: bool,
    /// What it names, ten entries at most.
    pub named: Vec<Named>,
}

impl Problem {
    /// An answer that names nothing.
    pub(crate) fn bare(status: u16) -> Self {
        Self {
            status,
            told: false,
            named: Vec::new(),
        }
    }

    /// The problem in a body, and its words, which are for judging and not for keeping.
    pub(crate) fn read(status: u16, body: &[u8]) -> (Self, String) {
        let Ok(Value::Object(problem)) = serde_json::from_slice(body) else {
            return (Self::bare(status), String::new());
        };
        let told = ["title", "detail", "status", "errors", "type"]
            .iter()
            .any(|name| problem.contains_key(*name));
        let errors = problem.get("errors").and_then(Value::as_array);
        let errors: Vec<_> = errors
            .into_iter()
            .flatten()
            .filter_map(Value::as_object)
            .collect();
        let named = errors.iter().filter_map(|error| named(error)).take(NAMED_MAX);
        let read = Self {
            status,
            told,
            named: named.collect(),
        };
        (read, words(&problem, &errors))
    }

    /// The first property that it names.
    pub fn property(&self) -> Option<&str> {
        self.named.iter().find_map(|named| named.property.as_deref())
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "http_{}", self.status)?;
        for (at, named) in self.named.iter().enumerate() {
            f.write_str(if at == 0 { ": " } else { ", " })?;
            match (&named.property, &named.code) {
                (Some(property), Some(code)) => write!(f, "{property} ({code})")?,
                (Some(one), None) | (None, Some(one)) => f.write_str(one)?,
                (None, None) => {}
            }
        }
        Ok(())
    }
}

fn named(error: &Map<String, Value>) -> Option<Named> {
    let of = |name: &str| error.get(name).and_then(Value::as_str).unwrap_or_default();
    let named = Named {
        property: plain(of("property"), b"_-.[]/", 120),
        code: plain(of("code"), b"_-.", 64),
    };
    (named.property.is_some() || named.code.is_some()).then_some(named)
}

/// A plain name; anything else might repeat what we sent.
fn plain(text: &str, more: &[u8], longest: usize) -> Option<String> {
    is_plain_name(text, more, longest).then(|| text.to_owned())
}

fn words(problem: &Map<String, Value>, errors: &[&Map<String, Value>]) -> String {
    let of = |from: &Map<String, Value>, name| from.get(name).and_then(Value::as_str).map(str::to_owned);
    let mut words: Vec<String> = ["type", "title", "detail"]
        .iter()
        .filter_map(|name| of(problem, *name))
        .collect();
    for error in errors {
        words.extend(["code", "message"].iter().filter_map(|name| of(error, *name)));
    }
    words.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Problem {
        Problem::read(400, body.as_bytes()).0
    }

    #[test]
    fn the_sample_of_the_notes_names_its_property() {
        let problem = read(
            r#"{"title":"Bad Request","status":400,"detail":"The purchase is not valid","errors":[
                {"code":"required","message":"A value is required","property":"customer_identifiers.sparklayer"}]}"#,
        );
        assert_eq!(problem.property(), Some("customer_identifiers.sparklayer"));
        assert_eq!(
            problem.to_string(),
            "http_400: customer_identifiers.sparklayer (required)"
        );
        assert!(problem.told);
    }

    #[test]
    fn nothing_that_may_repeat_what_we_sent_is_kept() {
        let problem = read(
            r#"{"title":"12 Quay Street","detail":"Jane Doe","errors":[{"property":"Jane Doe","code":"no 12 Quay Street",
                "message":"Jane"},{"property":"packages[0].line_items[1].quantity"},{"code":"invalid"},7]}"#,
        );
        assert_eq!(
            problem.to_string(),
            "http_400: packages[0].line_items[1].quantity, invalid"
        );
        assert_eq!(problem.named.len(), 2);
    }

    #[test]
    fn a_body_that_is_no_problem_says_nothing() {
        for body in ["", "null", "[]", "<html>", "{}", r#"{"a":1}"#] {
            assert_eq!(read(body), Problem::bare(400), "{body}");
        }
        assert_eq!(Problem::bare(409).to_string(), "http_409");
    }
}
