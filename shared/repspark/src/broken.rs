//! Looking into the text of a record without parsing it, because it may be broken.

use std::ops::Range;

use order_model::RepSparkOrderId;

/// The first `"OrderId"` in a text that may not be JSON, by looking. A number that the text ends in is not taken: it
/// may have lost digits, and would name another order.
pub(crate) fn order_id_in_broken(raw: &[u8]) -> Option<RepSparkOrderId> {
    let value = |exact: bool| values(raw, &["OrderId"], exact).find_map(|range| id_at(raw, range));
    value(true).or_else(|| value(false))
}

fn id_at(raw: &[u8], range: Range<usize>) -> Option<RepSparkOrderId> {
    let ended = range.end < raw.len() || raw[range.clone()].ends_with(b"\"");
    let text = std::str::from_utf8(&raw[range]).ok()?;
    let quoted = text.strip_prefix('"');
    let digits = match quoted {
        Some(rest) => rest.strip_suffix('"')?,
        None => text,
    };
    ended.then(|| RepSparkOrderId::new(digits).ok()).flatten()
}

/// The bytes without the values of `StatusId` and `LastUpdated`, which differ between two reads of one record: so a
/// record that has no name gets the same name each time.
pub(crate) fn blanked(raw: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(raw.len());
    let mut from = 0;
    for range in values(raw, &["StatusId", "LastUpdated"], false) {
        kept.extend_from_slice(&raw[from..range.start]);
        from = range.end;
    }
    kept.extend_from_slice(&raw[from..]);
    kept
}

/// The places of the values of these keys, in order, wherever they stand in the text.
fn values<'a>(raw: &'a [u8], keys: &'a [&str], exact: bool) -> impl Iterator<Item = Range<usize>> + 'a {
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < raw.len() {
            let start = keys.iter().find_map(|key| value_start(raw, at, key, exact));
            let Some(start) = start else {
                at += 1;
                continue;
            };
            let end = value_end(raw, start);
            at = end;
            return Some(start..end);
        }
        None
    })
}

/// Where the value begins, if `"key" :` stands at this place. A key inside a text has a backslash before its closing
/// quote, and so does not match.
fn value_start(raw: &[u8], at: usize, key: &str, exact: bool) -> Option<usize> {
    let rest = raw[at..].strip_prefix(b"\"")?;
    let (name, rest) = rest.split_at_checked(key.len())?;
    let same = if exact {
        name == key.as_bytes()
    } else {
        name.eq_ignore_ascii_case(key.as_bytes())
    };
    let rest = rest.strip_prefix(b"\"").filter(|_| same)?;
    let rest = rest.trim_ascii_start().strip_prefix(b":")?.trim_ascii_start();
    Some(raw.len() - rest.len())
}

/// Where a text ends with its quote, or anything else before what can't belong to it.
fn value_end(raw: &[u8], start: usize) -> usize {
    let rest = &raw[start..];
    let length = if rest.first() == Some(&b'"') {
        text_length(rest)
    } else {
        rest.iter()
            .position(|byte| {
                matches!(byte, b',' | b'}' | b']' | b'{' | b'[' | b'"') || byte.is_ascii_whitespace()
            })
            .unwrap_or(rest.len())
    };
    start + length
}

/// With both quotes; a text that is not closed ends with its line or with the bytes.
fn text_length(text: &[u8]) -> usize {
    let mut escaped = false;
    for (at, byte) in text.iter().enumerate().skip(1) {
        match byte {
            b'\n' | b'\r' => return at,
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<String> {
        order_id_in_broken(text.as_bytes()).map(|id| id.as_str().to_owned())
    }

    fn blank(text: &str) -> String {
        String::from_utf8(blanked(text.as_bytes())).unwrap()
    }

    #[test]
    fn finds_the_id_in_a_text_that_is_not_json() {
        assert_eq!(
            found(r#"{"OrderId": 8086, "Comments": "a"b"}"#).as_deref(),
            Some("8086")
        );
        assert_eq!(found(r#"{{"OrderId" :"8086""#).as_deref(), Some("8086"));
        assert_eq!(found(r#"{"orderId":8086}]"#).as_deref(), Some("8086"));
        assert_eq!(found("no id"), None);
    }

    #[test]
    fn an_id_that_may_have_lost_digits_is_none() {
        assert_eq!(found(r#"{"OrderId": 80"#), None);
        assert_eq!(found(r#"{"OrderId": "80"#), None);
        assert_eq!(found(r#"{"OrderId":"#), None);
    }

    #[test]
    fn an_id_that_a_person_wrote_into_a_text_is_none() {
        assert_eq!(found(r#"{"Comments":"see \"OrderId\": 5, thanks","Order"#), None);
    }

    #[test]
    fn what_changes_between_two_reads_is_blanked() {
        let submitted =
            r#"{"Name":"x","StatusId":1,"LastUpdated":"2026-09-25 15:02:05","LastUpdatedBy":"rep"}"#;
        let sent = r#"{"Name":"x","StatusId":"2","LastUpdated":"2026-09-25 15:09:00","LastUpdatedBy":"rep"}"#;
        assert_eq!(
            blank(submitted),
            r#"{"Name":"x","StatusId":,"LastUpdated":,"LastUpdatedBy":"rep"}"#
        );
        assert_eq!(blank(submitted), blank(sent));
    }

    #[test]
    fn broken_texts_are_blanked_as_far_as_they_go() {
        assert_eq!(blank(r#"{"StatusId": 1"#), r#"{"StatusId": "#);
        assert_eq!(blank(r#"{"LastUpdated":"2026 "#), r#"{"LastUpdated":"#);
        assert_eq!(
            blank("{\"LastUpdated\":\"2026\n,\"Name\":\"x\"}"),
            "{\"LastUpdated\":\n,\"Name\":\"x\"}"
        );
        assert_eq!(blanked(b"\xff\"StatusId\":1}\xfe"), b"\xff\"StatusId\":}\xfe");
        assert_eq!(blank(""), "");
    }
}
