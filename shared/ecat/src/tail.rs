//! The end of an answer whose list is broken.

use bytes::Bytes;

use crate::envelope::{Envelope, Wanted};
use crate::said::Said;

/// The last bytes of an answer that are held back. What stands behind a list is a status and an error at most.
const TAIL_BYTES_MAX: usize = 1024;

/// Holds the last bytes back.
#[derive(Debug, Default)]
pub(crate) struct Tail(Vec<u8>);

impl Tail {
    /// Takes further bytes and hands on `before` and those that are not among the last ones any more.
    pub(crate) fn hold(&mut self, before: &[u8], bytes: &[u8]) -> Bytes {
        self.0.extend_from_slice(bytes);
        let free = self.0.len().saturating_sub(TAIL_BYTES_MAX);
        let mut out = before.to_vec();
        out.extend(self.0.drain(..free));
        out.into()
    }

    pub(crate) fn take(&mut self) -> Bytes {
        std::mem::take(&mut self.0).into()
    }
}

/// Where the list ends in the last bytes of an answer, and what the envelope says behind it: the first `]` behind which
/// there is nothing but the end of an envelope. Inside an order there is always another `]` to come.
///
/// An answer that was cut behind an order that ends with `]}`, without the transport's noticing, would look the same.
/// That is harmless: what is missing is not marked received, and comes again.
pub(crate) fn end_of_list(held: &Bytes) -> Option<(usize, Said)> {
    let brackets = held.iter().enumerate().filter(|(_, byte)| **byte == b']');
    let mut ends = brackets.map(|(at, _)| at + 1);
    ends.find_map(|end| behind(&held[end..]).map(|said| (end, said)))
}

fn behind(text: &[u8]) -> Option<Said> {
    let text = text.trim_ascii_start();
    if !text.starts_with(b",") && !text.starts_with(b"}") {
        return None;
    }
    let fields = match text.strip_prefix(b",") {
        // A field has to follow: the comma is one too many else.
        Some(rest) => rest.trim_ascii_start().starts_with(b"\"").then_some(rest)?,
        None => text,
    };
    let mut envelope = Envelope::new(Wanted::Nothing);
    envelope.feed(&Bytes::from_static(b"{"));
    envelope.feed(&Bytes::copy_from_slice(fields));
    envelope.into_said()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(text: &'static str) -> Option<(usize, bool)> {
        let (end, said) = end_of_list(&Bytes::from_static(text.as_bytes()))?;
        Some((end, said.failed()))
    }

    #[test]
    fn finds_the_end_behind_which_the_envelope_ends() {
        assert_eq!(end(r#"x]}]}"#), Some((4, false)));
        assert_eq!(end("x}] }\n"), Some((3, false)));
        assert_eq!(end(r#"}],"status":"success","error":null}"#), Some((2, false)));
        assert_eq!(end(r#"}],"error":"a]}b","more":[]}"#), Some((2, true)));
    }

    #[test]
    fn without_an_end_of_an_envelope_there_is_no_end() {
        for text in [
            "",
            "]",
            "]\"a\":1}",
            r#"}],"status":"succ"#,
            r#"[{"a":1"#,
            "]}}",
            "],}",
            "]{}",
        ] {
            assert_eq!(end(text), None, "{text}");
        }
    }

    #[test]
    fn no_more_than_the_last_bytes_are_held() {
        let mut tail = Tail::default();
        assert_eq!(tail.hold(b"before", &[b'x'; 1000]), "before");
        let out = tail.hold(b"", &[b'y'; 100]);
        assert_eq!(out, vec![b'x'; 76]);
        assert_eq!(tail.take().len(), TAIL_BYTES_MAX);
    }
}
