//! Foreign texts, made fit to keep.

/// The most characters that are kept of a text that is for a person.
const TEXT_CHARS_MAX: usize = 200;

/// A code that may stand in a log: anything longer or other than a plain name might repeat what we sent.
pub(crate) fn name(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    if (1..=64).contains(&text.len()) && text.bytes().all(plain) {
        text.to_owned()
    } else {
        "unrecognised".to_owned()
    }
}

/// A field's place, such as `lines[1].sku`.
pub(crate) fn place(text: &str) -> Option<String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.[]".contains(&byte);
    let fits = (1..=100).contains(&text.len()) && text.bytes().all(plain);
    fits.then(|| text.to_owned())
}

/// A text for a person: one line, shortened.
pub(crate) fn text(text: &str) -> String {
    text.chars()
        .take(TEXT_CHARS_MAX)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}
