//! Spreadshirt's dates.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use order_model::Millis;

/// The time that a text tells, in one of the vendor's forms: `2011-08-03 08:14:00Z`, `2011-08-20 20:00:00`,
/// `2008-05-15T12:59:23+02:00` (notes, section 4), with a blank or a `T`, and with `Z`, an offset or nothing. That nothing
/// means UTC is a guess.
pub(crate) fn time(text: &str) -> Option<Millis> {
    let text = text.trim();
    // The parser takes dates alone, and other separators, as well.
    let seconds = text.get(11..19)?;
    let has_colons = seconds.get(2..3) == Some(":") && seconds.get(5..6) == Some(":");
    let separated = matches!(text.as_bytes().get(10), Some(b' ' | b'T')) && !text.contains('[');
    if !has_colons || !separated {
        return None;
    }
    let told = match text.parse::<jiff::Timestamp>() {
        Ok(time) => time,
        Err(_) if has_zone(text) => return None,
        Err(_) => {
            let civil: DateTime = text.parse().ok()?;
            civil.to_zoned(TimeZone::UTC).ok()?.timestamp()
        }
    };
    Some(Millis(told.as_millisecond()))
}

/// Whether anything but a fraction of a second stands behind the time: a zone that could not be read is not no zone.
fn has_zone(text: &str) -> bool {
    text.bytes()
        .skip(19)
        .any(|byte| !byte.is_ascii_digit() && byte != b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_forms_of_the_vendors_pages() {
        for (text, ms) in [
            ("2011-08-03 08:14:00Z", 1_312_359_240_000),
            ("2011-08-20 20:00:00", 1_313_870_400_000),
            ("2008-05-15T12:59:23+02:00", 1_210_849_163_000),
            ("2008-05-15T10:59:23Z", 1_210_849_163_000),
            ("2008-05-15T10:59:23", 1_210_849_163_000),
            (" 2008-05-15 12:59:23.250+02:00\n", 1_210_849_163_250),
            ("2008-05-15T10:59:23.5", 1_210_849_163_500),
        ] {
            assert_eq!(time(text), Some(Millis(ms)), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_or_has_an_unknown_zone_is_none() {
        for text in [
            "",
            "2011-08-03",
            "2011-08-03 08:14",
            "2011-13-03 08:14:00Z",
            "2011-02-29 08:14:00",
            "2011-08-03 08:14:00 CET",
            "2011-08-03 08:14:00+99:00",
            "2011-08-03t08:14:00Z",
            "2011-08-03 08:14:00[Europe/Berlin]",
            "2011-08-03 08:14:00Z[UTC]",
            "20110803T081400Z",
            "1312359240000",
            "tomorrow at eleven o'clock",
            "éééééééééééééééééé",
        ] {
            assert_eq!(time(text), None, "{text}");
        }
    }
}
