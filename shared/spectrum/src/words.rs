//! What the vendor says in prose.

use std::fmt;

use vendor_http::plain_words;

/// The vendor's words about something that we sent, for a person who decides: without control characters, and cut at 200
/// characters. They may repeat what we sent, so they are not for logs; `Debug` hides them.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Words(String);

impl Words {
    /// Words, without the token, should they repeat it.
    pub(crate) fn new(text: &str, token: &str) -> Self {
        Self(plain_words(text, &[token.trim()]))
    }

    /// The words; empty where nothing is said.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Words(hidden)")
    }
}

/// The trace log id that a failure names, to be quoted to the vendor: what follows `trace … id` in its words. That it is
/// told so is a guess; the seed says "Error message with trace log ID." and shows none.
pub(crate) fn trace_id(words: &str) -> Option<String> {
    let lower = words.to_ascii_lowercase();
    let trace = lower.find("trace")?;
    let id = trace + lower[trace..].find("id")? + 2;
    let rest = words[id..].trim_start_matches([':', ' ', '#', '=', '"', '\'']);
    let end = rest
        .find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '-')
        .unwrap_or(rest.len());
    let found = &rest[..end];
    let fits = (6..=64).contains(&found.len()) && found.bytes().any(|byte| byte.is_ascii_digit());
    fits.then(|| found.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_kept_short_and_without_our_token() {
        let words = Words::new(" no s3cret\u{7} here\u{202e}\n", "s3cret");
        assert_eq!(
            (words.as_str(), format!("{words:?}").as_str()),
            ("no *** here", "Words(hidden)")
        );
        assert_eq!(Words::new(&"ä".repeat(300), "x").as_str(), "ä".repeat(200));
        assert_eq!(Words::new("abc", " ").as_str(), "abc");
    }

    #[test]
    fn only_a_trace_id_is_taken_out_of_words() {
        for (words, expected) in [
            (
                "An unexpected error occurred. Trace log ID: 5f2c9e10",
                Some("5f2c9e10"),
            ),
            ("trace id=0HM-7 1", None),
            (
                "TraceId \"00-4bf92f3577b34da6a3ce929d0e0e4736-00\"",
                Some("00-4bf92f3577b34da6a3ce929d0e0e4736-00"),
            ),
            ("Error message with trace log ID.", None),
            ("No order for 5035550100 of ana@example.test", None),
            ("Ärger: trace", None),
        ] {
            assert_eq!(trace_id(words).as_deref(), expected, "{words}");
        }
    }
}
