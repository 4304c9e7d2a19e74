//! Looking into the text of a record without parsing it, because it may be broken.

/// The first `"order_number"` in a text that may not be JSON, by looking; exactly as it came. A value that the text ends
/// in is not taken: it may have lost its end, and would name another order.
pub(crate) fn order_number_in_broken(raw: &[u8]) -> Option<String> {
    let found = |exact: bool| (0..raw.len()).find_map(|at| value_at(&raw[at..], exact));
    found(true).or_else(|| found(false))
}

/// The value, if `"order_number" :` stands at the begin of this text. A key inside a text has a backslash before its
/// closing quote, and so does not match.
fn value_at(text: &[u8], exact: bool) -> Option<String> {
    const KEY: &[u8] = b"order_number";
    let rest = text.strip_prefix(b"\"")?;
    let (name, rest) = rest.split_at_checked(KEY.len())?;
    let same = name == KEY || (!exact && name.eq_ignore_ascii_case(KEY));
    let rest = rest.strip_prefix(b"\"").filter(|_| same)?;
    let rest = rest.trim_ascii_start().strip_prefix(b":")?.trim_ascii_start();
    let value = match rest.first()? {
        b'"' => serde_json::from_slice(&rest[..text_length(rest)?]).ok()?,
        _ => digits(rest)?,
    };
    Some(value).filter(|value: &String| !value.trim().is_empty())
}

/// With both quotes; none if it is not closed in its line.
fn text_length(text: &[u8]) -> Option<usize> {
    let mut escaped = false;
    for (at, byte) in text.iter().enumerate().skip(1) {
        match byte {
            b'\n' | b'\r' => return None,
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

fn digits(text: &[u8]) -> Option<String> {
    let length = text.iter().position(|byte| !byte.is_ascii_digit())?;
    let ends = matches!(text[length], b',' | b'}') || text[length].is_ascii_whitespace();
    let digits = std::str::from_utf8(&text[..length]).ok()?;
    (ends && length > 0).then(|| digits.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<String> {
        order_number_in_broken(text.as_bytes())
    }

    #[test]
    fn finds_the_number_in_a_text_that_is_not_json() {
        // The stray quote of the vendor's own sample.
        let sample = r#"{"order_number": "6385-031318-392", "id": 356509", "x": 1}"#;
        assert_eq!(found(sample).as_deref(), Some("6385-031318-392"));
        assert_eq!(found(r#"{{"order_number" :7120 "#).as_deref(), Some("7120"));
        assert_eq!(found(r#"x"Order_Number":"a\u0062"}]"#).as_deref(), Some("ab"));
        assert_eq!(
            found(r#""ORDER_NUMBER":1,"order_number":2,"#).as_deref(),
            Some("2")
        );
        assert_eq!(found("no number"), None);
    }

    #[test]
    fn a_number_that_may_have_lost_its_end_is_none() {
        for text in [
            r#"{"order_number": "71"#,
            r#"{"order_number": 71"#,
            r#"{"order_number":"#,
            "{\"order_number\":\"71\n\"",
            r#"{"order_number":71"x"#,
            r#"{"order_number":71.5}"#,
            r#"{"order_number":""}"#,
            r#"{"order_number":null}"#,
        ] {
            assert_eq!(found(text), None, "{text}");
        }
    }

    #[test]
    fn a_number_that_a_person_wrote_into_a_text_is_none() {
        assert_eq!(found(r#"{"note":"see \"order_number\": 5, thanks","order"#), None);
    }
}
