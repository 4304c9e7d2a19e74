//! What an eCat payload says of itself: the three names that its vendor documents.

use serde_json::Value;

/// The order number in a payload.
pub(crate) fn order_number(payload: &[u8]) -> Option<String> {
    top(payload, "order_number")
}

/// The id of the submission in a payload.
pub(crate) fn ecat_id(payload: &[u8]) -> Option<u64> {
    let id = top(payload, "id")?;
    let id = id.trim();
    // 402311.0 is 402311, as for the intake.
    let whole = match id.split_once('.') {
        Some((whole, fraction)) if fraction.bytes().all(|byte| byte == b'0') => whole,
        _ => id,
    };
    whole.parse().ok()
}

/// The uuid in a payload.
pub(crate) fn ecat_uuid(payload: &[u8]) -> Option<String> {
    top(payload, "uuid")
}

/// A text or a number at the top of a payload, by its name in any case of letters.
fn top(payload: &[u8], name: &str) -> Option<String> {
    let payload: Value = serde_json::from_slice(payload).ok()?;
    let mut fields = payload.as_object()?.iter();
    let (_, value) = fields.find(|(key, _)| key.eq_ignore_ascii_case(name))?;
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_is_named_by_what_stands_at_its_top() {
        let payload = br#"{"Order_Number":"a 1","id":"402987","items":[{"id":7}]}"#;
        assert_eq!(order_number(payload).as_deref(), Some("a 1"));
        assert_eq!(ecat_id(payload), Some(402_987));
        assert_eq!(ecat_id(br#"{"id":402987}"#), Some(402_987));
        assert_eq!(ecat_id(br#"{"id":402987.0}"#), Some(402_987));
        for none in [
            &b"{\"id\":402987.5}"[..],
            b"{\"items\":[{\"id\":7}]}",
            b"{\"id\":40",
            b"[1]",
            b"{\"id\":{}}",
        ] {
            assert_eq!(ecat_id(none), None);
        }
    }
}
