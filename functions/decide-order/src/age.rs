//! How long ago: as a person writes it, and as a person reads it. Pure.

use std::time::Duration;

/// Units, each in seconds, the longest first.
const UNITS: [(char, u64); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];

/// A whole number and a unit: `3600s`, `90m`, `6h`, `2d`.
pub fn parse(text: &str) -> Option<Duration> {
    let text = text.trim();
    let unit = text.chars().last()?;
    let (_, seconds) = UNITS.into_iter().find(|(name, _)| *name == unit)?;
    let number = &text[..text.len() - 1];
    // `parse` alone would take a plus sign.
    if !number.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let number: u64 = number.parse().ok()?;
    number.checked_mul(seconds).map(Duration::from_secs)
}

/// The two longest units of a duration: `2d 3h`, `5m 0s`, `12s`.
pub fn in_words(age: Duration) -> String {
    let mut left = age.as_secs();
    let mut words = Vec::new();
    for (name, seconds) in UNITS {
        let count = left / seconds;
        left %= seconds;
        if count > 0 || !words.is_empty() || name == 's' {
            words.push(format!("{count}{name}"));
        }
    }
    words.truncate(2);
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_a_whole_number_and_one_of_four_units() {
        for (text, seconds) in [
            ("3600s", 3_600),
            ("90m", 5_400),
            ("6h", 21_600),
            ("2d", 172_800),
            ("0s", 0),
        ] {
            assert_eq!(parse(text), Some(Duration::from_secs(seconds)), "{text}");
        }
    }

    #[test]
    fn what_is_no_age_is_refused() {
        for text in [
            "",
            "d",
            "2",
            "2 d",
            "-2d",
            "+2d",
            "1.5h",
            "2w",
            "2dd",
            "99999999999999999999d",
            "9999999999999999999d",
            "2é",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn an_age_is_told_in_its_two_longest_units() {
        for (seconds, words) in [
            (0, "0s"),
            (59, "59s"),
            (60, "1m 0s"),
            (3_661, "1h 1m"),
            (90_000, "1d 1h"),
            (86_400, "1d 0h"),
        ] {
            assert_eq!(in_words(Duration::from_secs(seconds)), words);
        }
    }
}
