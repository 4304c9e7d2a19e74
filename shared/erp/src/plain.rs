//! Foreign texts, made fit to keep.

use vendor_http::is_plain_name;

/// The most characters that are kept of a text that is for a person.
const TEXT_CHARS_MAX: usize = 200;

/// A code that may stand in a log: anything longer or other than a plain name might repeat what we sent.
pub(crate) fn name(text: &str) -> String {
    let fits = is_plain_name(text, b"_-", 64);
    (if fits { text } else { "unrecognised" }).to_owned()
}

/// A field's place, such as `lines[1].sku`.
pub(crate) fn place(text: &str) -> Option<String> {
    is_plain_name(text, b"_-.[]", 100).then(|| text.to_owned())
}

/// A text for a person: one line, shortened.
pub(crate) fn text(text: &str) -> String {
    text.chars()
        .take(TEXT_CHARS_MAX)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}
