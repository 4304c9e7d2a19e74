//! What SQS refuses before it looks at a queue.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::error::SqsError;

/// The most entries in one batch, by the API reference of `SendMessageBatch`.
pub(crate) const MAX_ENTRIES: usize = 10;

/// The most bytes in one batch, and in one message unless its queue says less: 1 MiB.
///
/// Source: the API reference of `SendMessage`, `SendMessageBatch` and `MaximumMessageSize` as printed in `aws-sdk-sqs`
/// 1.119; moto 5.2.1 has the same number. It was 256 KiB until 2025, and that is what older recordings show. A queue
/// that must not take more than that says so by [`crate::QueueSpec::max_message_bytes`].
pub(crate) const MAX_BYTES: usize = 1_048_576;

/// Refuses a body with characters outside the set that the API reference lists.
pub(crate) fn characters(body: &str) -> Result<(), SqsError> {
    let allowed = |c: char| matches!(c, '\u{9}' | '\u{a}' | '\u{d}' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    if body.chars().all(allowed) {
        return Ok(());
    }
    Err(SqsError::new(
        "InvalidMessageContents",
        "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | \
         #xE000 to #xFFFD | #x10000 to #x10FFFF",
    ))
}

/// The entries of a batch, or why SQS takes none of them. `entry` is the name of their type.
pub(crate) fn entries<'a>(body: &'a Value, entry: &str) -> Result<&'a [Value], SqsError> {
    let entries = body["Entries"].as_array().map(Vec::as_slice).unwrap_or_default();
    if entries.is_empty() {
        let text = format!("There should be at least one {entry} in the request.");
        return Err(SqsError::new("AWS.SimpleQueueService.EmptyBatchRequest", text));
    }
    if entries.len() > MAX_ENTRIES {
        let text = format!(
            "Maximum number of entries per request are 10. You have sent {}.",
            entries.len()
        );
        return Err(SqsError::new(
            "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
            text,
        ));
    }
    let mut seen = BTreeSet::new();
    for entry in entries {
        let id = entry["Id"].as_str().unwrap_or_default();
        check_id(id)?;
        if !seen.insert(id) {
            let text = format!("Id {id} repeated.");
            return Err(SqsError::new(
                "AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
                text,
            ));
        }
    }
    Ok(entries)
}

fn check_id(id: &str) -> Result<(), SqsError> {
    let good = (1..=80).contains(&id.len()) && id.bytes().all(is_word);
    if good {
        return Ok(());
    }
    Err(SqsError::new(
        "AWS.SimpleQueueService.InvalidBatchEntryId",
        "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 \
         letters long.",
    ))
}

/// Refuses a queue name that SQS would not take.
pub(crate) fn queue_name(name: &str, fifo: bool) -> Result<(), SqsError> {
    let stem = name.strip_suffix(".fifo");
    if stem.is_some() != fifo {
        let text = if fifo {
            "The name of a FIFO queue can only end in .fifo"
        } else {
            "The name ends in .fifo"
        };
        return Err(SqsError::value(name, "QueueName", text));
    }
    let stem = stem.unwrap_or(name);
    if (1..=80).contains(&name.len()) && !stem.is_empty() && stem.bytes().all(is_word) {
        return Ok(());
    }
    Err(SqsError::parameter(
        "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
    ))
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn code(ids: &[&str]) -> &'static str {
        let list: Vec<Value> = ids.iter().map(|id| json!({"Id": id})).collect();
        entries(&json!({"Entries": list}), "X")
            .err()
            .map_or("", |error| error.code)
    }

    #[test]
    fn a_batch_is_refused_for_its_form_alone() {
        let eleven: Vec<String> = (0..11).map(|n| n.to_string()).collect();
        let eleven: Vec<&str> = eleven.iter().map(String::as_str).collect();
        assert_eq!(code(&[]), "AWS.SimpleQueueService.EmptyBatchRequest");
        assert_eq!(
            code(&eleven),
            "AWS.SimpleQueueService.TooManyEntriesInBatchRequest"
        );
        assert_eq!(code(&eleven[..10]), "");
        assert_eq!(
            code(&["a", "a"]),
            "AWS.SimpleQueueService.BatchEntryIdsNotDistinct"
        );
        for bad in ["", "invalid:id", &"x".repeat(81)] {
            assert_eq!(code(&[bad]), "AWS.SimpleQueueService.InvalidBatchEntryId");
        }
    }

    #[test]
    fn control_characters_are_refused_but_for_the_three_that_xml_allows() {
        assert!(characters("tab\t, line\n, return\r, ü, 𝄞").is_ok());
        for bad in ["\u{0}", "\u{b}", "\u{1f}", "\u{fffe}", "\u{ffff}"] {
            assert_eq!(characters(bad).unwrap_err().code, "InvalidMessageContents");
        }
    }

    #[test]
    fn a_queue_is_named_by_its_kind() {
        assert!(queue_name("import-queue_1", false).is_ok());
        assert!(queue_name("confirm.fifo", true).is_ok());
        for (name, fifo) in [
            ("a.b", false),
            ("", false),
            (".fifo", true),
            ("confirm", true),
            ("c.fifo", false),
        ] {
            assert_eq!(
                queue_name(name, fifo).unwrap_err().code,
                "InvalidParameterValue",
                "{name}"
            );
        }
        assert!(queue_name(&"x".repeat(81), false).is_err());
    }
}
