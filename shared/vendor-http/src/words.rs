//! Foreign words, made fit to show.

use std::cmp::Reverse;

/// So many characters of somebody's words are kept.
const WORDS_MAX: usize = 200;

/// Somebody's words in one plain line: without control characters, with `***` where they repeat one of our secrets, and cut
/// at 200 characters. Secrets that are empty count for nothing.
///
/// They may still repeat what we sent; whether they may be logged is for each vendor's crate to say.
pub fn plain_words(words: &str, secrets: &[&str]) -> String {
    let mut text: String = words.chars().filter(|letter| !is_control(*letter)).collect();
    let mut secrets: Vec<&str> = secrets.iter().copied().filter(|one| !one.is_empty()).collect();
    // The longest first: one may stand within another.
    secrets.sort_by_key(|secret| Reverse(secret.len()));
    for secret in secrets {
        text = text.replace(secret, "***");
    }
    text.trim().chars().take(WORDS_MAX).collect()
}

/// Also what is not shown and changes what is shown: marks of direction, separators, marks of byte order.
fn is_control(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Whether a name is short and plain, so that it may stand in a log: one to `bytes_max` letters and digits of ASCII, and
/// signs from `signs`. Anything else might repeat what we sent.
pub fn is_plain_name(text: &str, signs: &[u8], bytes_max: usize) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || signs.contains(&byte);
    (1..=bytes_max).contains(&text.len()) && text.bytes().all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lose_what_changes_the_look_of_a_line() {
        assert_eq!(
            plain_words(" a\u{7}b\nc\r\u{202e}d\u{feff}\u{200b}\u{2028}\u{2066}e ", &[]),
            "abcde"
        );
        assert_eq!(plain_words("\u{feff} ä ö\t", &[]), "ä ö");
    }

    #[test]
    fn words_lose_our_secrets_however_these_lie_within_each_other() {
        for secrets in [["s3cret", "s3cret-too", ""], ["", "s3cret-too", "s3cret"]] {
            assert_eq!(
                plain_words("s3cret-too, s3cret, s3c\u{200b}ret", &secrets),
                "***, ***, ***"
            );
        }
    }

    #[test]
    fn words_are_cut_by_characters_and_a_secret_at_the_cut_is_gone_before() {
        assert_eq!(plain_words(&"ä".repeat(300), &[]), "ä".repeat(200));
        let words = format!("{}s3cret", "a".repeat(198));
        assert_eq!(plain_words(&words, &["s3cret"]), format!("{}**", "a".repeat(198)));
    }

    #[test]
    fn a_plain_name_is_short_and_has_no_signs_but_those_named() {
        assert!(is_plain_name("unknown_sku-2", b"_-", 64));
        assert!(is_plain_name("lines[1].sku", b"_-.[]", 100));
        assert!(is_plain_name(&"a".repeat(64), b"", 64));
        for name in ["", "Jane Doe", "a@b", "a.b", "Quai-ä", &"a".repeat(65)] {
            assert!(!is_plain_name(name, b"_-", 64), "{name}");
        }
    }
}
