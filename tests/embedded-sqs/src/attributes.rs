//! MD5 sums, and message attributes, which have a sum of their own.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest, Md5};
use serde_json::{Map, Value};

use crate::error::SqsError;

/// The MD5 of these bytes, in lower-case hexadecimal.
pub(crate) fn md5_hex(bytes: &[u8]) -> String {
    hex(&Md5::digest(bytes))
}

/// Bytes in lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The MD5 over attributes, as the developer guide has clients compute it ("Calculating the MD5 message digest for
/// message attributes"): by name; name, type and value each after its length; the value after a byte for its kind.
pub(crate) fn md5_of(attributes: &Map<String, Value>) -> Option<String> {
    if attributes.is_empty() {
        return None;
    }
    let mut names: Vec<&String> = attributes.keys().collect();
    names.sort();
    let mut sum = Vec::new();
    for name in names {
        let attribute = &attributes[name];
        push(&mut sum, name.as_bytes());
        push(&mut sum, kind(attribute).as_bytes());
        sum.push(if attribute["BinaryValue"].is_string() {
            2
        } else {
            1
        });
        push(&mut sum, &bytes(attribute));
    }
    Some(md5_hex(&sum))
}

fn push(sum: &mut Vec<u8>, part: &[u8]) {
    sum.extend(u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
    sum.extend(part);
}

fn kind(attribute: &Value) -> &str {
    attribute["DataType"].as_str().unwrap_or_default()
}

fn bytes(attribute: &Value) -> Vec<u8> {
    match (
        attribute["StringValue"].as_str(),
        attribute["BinaryValue"].as_str(),
    ) {
        (Some(text), _) => text.as_bytes().to_vec(),
        (None, Some(binary)) => STANDARD.decode(binary).unwrap_or_default(),
        (None, None) => Vec::new(),
    }
}

/// What attributes add to the size of a message, in bytes: names, types and values.
pub(crate) fn size(attributes: &Map<String, Value>) -> usize {
    attributes
        .iter()
        .map(|(name, value)| name.len() + kind(value).len() + bytes(value).len())
        .sum()
}

/// Refuses attributes that SQS would not take.
pub(crate) fn check(attributes: &Map<String, Value>) -> Result<(), SqsError> {
    if attributes.len() > 10 {
        let text = format!(
            "Number of message attributes [{}] exceeds the allowed maximum [10].",
            attributes.len()
        );
        return Err(SqsError::parameter(text));
    }
    for (name, value) in attributes {
        let base = kind(value).split('.').next().unwrap_or_default();
        if !["String", "Number", "Binary"].contains(&base) {
            let text = format!("The message attribute '{name}' has an invalid message attribute type.");
            return Err(SqsError::parameter(text));
        }
        if bytes(value).is_empty() {
            let text =
                format!("Message (user) attribute '{name}' must contain a non-empty value of type '{base}'.");
            return Err(SqsError::parameter(text));
        }
    }
    Ok(())
}

/// Those attributes that a receiver asked for: by name, by `prefix.*`, or all of them by `All` or `.*`.
pub(crate) fn wanted(attributes: &Map<String, Value>, asked: &[String]) -> Map<String, Value> {
    let hit = |name: &str| {
        asked.iter().any(|ask| {
            ask == "All"
                || ask == name
                || ask
                    .strip_suffix(".*")
                    .is_some_and(|prefix| name.starts_with(prefix))
        })
    };
    attributes
        .iter()
        .filter(|(name, _)| hit(name))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// The attributes, and the sums below, of the recording `test_receive_message_message_attribute_names_filters`.
    fn recorded() -> Map<String, Value> {
        let all = json!({
            "Help.Me": {"DataType": "String", "StringValue": "Me"},
            "Hello": {"DataType": "String", "StringValue": "There"},
            "General": {"DataType": "String", "StringValue": "Kenobi"},
        });
        all.as_object().unwrap().clone()
    }

    fn sum_of(asked: &[&str]) -> Option<String> {
        let asked: Vec<String> = asked.iter().map(|ask| (*ask).to_owned()).collect();
        md5_of(&wanted(&recorded(), &asked))
    }

    #[test]
    fn sums_are_those_that_real_sqs_gave() {
        assert_eq!(md5_hex(b"msg"), "6e2baaf3b97dbeef01c0043275f9a0e7");
        assert_eq!(md5_of(&recorded()).unwrap(), "4c360f3fdafd970e05fae2f149d997f5");
    }

    #[test]
    fn the_sum_covers_what_was_asked_for() {
        for all in ["All", ".*"] {
            assert_eq!(sum_of(&[all]).unwrap(), "4c360f3fdafd970e05fae2f149d997f5");
        }
        assert_eq!(
            sum_of(&["Hello", "General"]).unwrap(),
            "fca026605781cb4126a1e9044df24232"
        );
        assert_eq!(
            sum_of(&["Hello", "Nowhere"]).unwrap(),
            "a311262e065454b75da111d535b8dacd"
        );
        assert_eq!(sum_of(&["Hel.*"]).unwrap(), "83fee93c1bcd8b9a5a923ffacdc636c7");
        assert_eq!(sum_of(&["Nowhere"]), None);
    }

    #[test]
    fn an_empty_attribute_is_refused() {
        let empty = json!({"ErrorDetails": {"DataType": "String", "StringValue": ""}});
        let error = check(empty.as_object().unwrap()).unwrap_err();
        assert_eq!(
            error.message,
            "Message (user) attribute 'ErrorDetails' must contain a non-empty value of type 'String'."
        );
    }
}
