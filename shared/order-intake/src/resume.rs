//! Where to go on after a broken record.

/// The place where the next record begins in the text of a broken one.
pub(crate) fn next_record(text: &[u8], first_key: &[u8]) -> Option<usize> {
    let keys = text
        .windows(first_key.len())
        .enumerate()
        .filter(|(_, window)| *window == first_key);
    keys.filter_map(|(key, _)| beginning(text, key)).next()
}

/// The place of the `{` of a record whose first key stands at `key`: `,`, `{`, key, with blanks between. What stands
/// before the comma does not matter: it may be the very bracket that is missing.
pub(crate) fn beginning(text: &[u8], key: usize) -> Option<usize> {
    let open = before(text, key, b'{')?;
    before(text, open, b',').map(|_| open)
}

/// The place of `wanted` if it is the last byte before `place` that is not blank.
fn before(text: &[u8], place: usize, wanted: u8) -> Option<usize> {
    let last = text[..place]
        .iter()
        .rposition(|byte| !byte.is_ascii_whitespace())?;
    (text[last] == wanted).then_some(last)
}
