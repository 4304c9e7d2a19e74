//! Texts to numbers, dates and times.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use rust_decimal::Decimal;

use crate::problem::Flaw;

/// Pieces of one line. No order comes near these two bounds, and within them sums of products cannot overflow.
const QUANTITY_LIMIT: i64 = 1_000_000_000;
/// Price of one piece, in the order's currency.
const PRICE_LIMIT: i64 = 1_000_000_000_000;
/// RepSpark's money has 2 places; more than 6 is what a float left behind.
const PLACES: u32 = 6;
/// A year before this is a placeholder, not a date (`0001-01-01` is what .NET writes for none).
const YEARS: std::ops::Range<i16> = 2000..2100;

/// An exact decimal number, as JSON or a person writes it: no thousands separator, no currency sign.
pub(crate) fn decimal(text: &str) -> Result<Decimal, Flaw> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().map_err(|_| Flaw::NotANumber)?),
        None => (text, 0),
    };
    let digits = mantissa.strip_prefix(['-', '+']).unwrap_or(mantissa);
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if !plain || !digits.bytes().any(|byte| byte.is_ascii_digit()) {
        return Err(Flaw::NotANumber);
    }
    let number = Decimal::from_str_exact(mantissa).map_err(|_| Flaw::NotANumber)?;
    Ok(shifted(number, exponent).ok_or(Flaw::NotANumber)?.normalize())
}

/// `number` × 10^`exponent`, exactly.
fn shifted(number: Decimal, exponent: i32) -> Option<Decimal> {
    if number.is_zero() {
        return Some(Decimal::ZERO);
    }
    let places = i64::from(number.scale()) - i64::from(exponent);
    match u32::try_from(places) {
        Ok(places) => Decimal::try_from_i128_with_scale(number.mantissa(), places).ok(),
        Err(_) => {
            let zeros = u32::try_from(-places).ok()?;
            let whole = number.mantissa().checked_mul(10_i128.checked_pow(zeros)?)?;
            Decimal::try_from_i128_with_scale(whole, 0).ok()
        }
    }
}

/// A number of pieces: whole, not negative. Zero is for the caller to judge.
pub(crate) fn quantity(text: &str) -> Result<Decimal, Flaw> {
    let number = decimal(text)?;
    if number.is_sign_negative() && !number.is_zero() {
        return Err(Flaw::Negative(number));
    }
    if !number.is_integer() {
        return Err(Flaw::NotWhole(number));
    }
    if number >= Decimal::from(QUANTITY_LIMIT) {
        Err(Flaw::TooLarge(number))
    } else {
        Ok(number)
    }
}

/// The price of one piece: not negative, at most 6 decimal places.
pub(crate) fn price(text: &str) -> Result<Decimal, Flaw> {
    let number = decimal(text)?;
    if number.is_sign_negative() && !number.is_zero() {
        return Err(Flaw::Negative(number));
    }
    if number.scale() > PLACES {
        return Err(Flaw::TooManyPlaces(number));
    }
    if number >= Decimal::from(PRICE_LIMIT) {
        Err(Flaw::TooLarge(number))
    } else {
        Ok(number)
    }
}

/// A discount in percent, 0 to 100.
pub(crate) fn percent(text: &str) -> Result<Decimal, Flaw> {
    let number = price(text)?;
    if number > Decimal::ONE_HUNDRED {
        Err(Flaw::TooLarge(number))
    } else {
        Ok(number)
    }
}

/// A currency code: three letters, upper-cased.
pub(crate) fn currency(text: &str) -> Result<String, Flaw> {
    let fits = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_alphabetic());
    if fits {
        Ok(text.to_ascii_uppercase())
    } else {
        Err(Flaw::NotACurrency)
    }
}

/// A point in time as it is written: with a zone, or without.
enum Written {
    Moment { moment: Timestamp, clock: DateTime },
    Clock(DateTime),
}

/// The day. A moment with a zone is the day that it is then in `zone`; but midnight, whatever its zone, is a date in
/// the clothes of a moment, and is the day as written.
pub(crate) fn date(text: &str, zone: &TimeZone) -> Result<Date, Flaw> {
    let date = match written(text)? {
        Written::Clock(clock) => clock.date(),
        Written::Moment { clock, .. } if clock.time() == Time::midnight() => clock.date(),
        Written::Moment { moment, .. } => zone.to_datetime(moment).date(),
    };
    if YEARS.contains(&date.year()) {
        Ok(date)
    } else {
        Err(Flaw::OutOfRange)
    }
}

/// The moment. A text without a zone is a clock in `zone`; a date alone is its first moment there.
pub(crate) fn moment(text: &str, zone: &TimeZone) -> Result<Timestamp, Flaw> {
    let moment = match written(text)? {
        Written::Moment { moment, .. } => moment,
        Written::Clock(clock) => zone.to_timestamp(clock).map_err(|_| Flaw::NotADate)?,
    };
    if YEARS.contains(&zone.to_datetime(moment).year()) {
        Ok(moment)
    } else {
        Err(Flaw::OutOfRange)
    }
}

fn written(text: &str) -> Result<Written, Flaw> {
    let text = month_first(text).unwrap_or_else(|| text.to_owned());
    let hyphenated = text.as_bytes().get(4) == Some(&b'-') && text.as_bytes().get(7) == Some(&b'-');
    // A zone by name in brackets is in no vendor's notes, and one half of the parser would pass it over in silence.
    if !hyphenated || text.contains('[') {
        return Err(Flaw::NotADate);
    }
    if let Ok(moment) = text.parse::<Timestamp>() {
        // The clock as written is the text up to its zone, which starts after the `T` with Z, + or -.
        let zone_at = text
            .get(10..)
            .and_then(|time| time.find(['Z', 'z', '+', '-']))
            .map_or(text.len(), |at| at + 10);
        let clock = text
            .get(..zone_at)
            .unwrap_or_default()
            .parse()
            .map_err(|_| Flaw::NotADate)?;
        return Ok(Written::Moment { moment, clock });
    }
    text.parse().map(Written::Clock).map_err(|_| Flaw::NotADate)
}

/// `09/25/2015…` as `2015-09-25…`: RepSpark writes the month first.
fn month_first(text: &str) -> Option<String> {
    let (month, rest) = text.split_once('/')?;
    let (day, rest) = rest.split_once('/')?;
    let year = rest.get(..4)?;
    let short = |part: &str| (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    let fits = short(month) && short(day) && year.bytes().all(|byte| byte.is_ascii_digit());
    fits.then(|| {
        format!(
            "{year}-{month:0>2}-{day:0>2}{}",
            rest.get(4..).unwrap_or_default()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).unwrap()
    }

    fn day(text: &str) -> Result<String, Flaw> {
        date(text, &zone("America/New_York")).map(|date| date.to_string())
    }

    fn instant(text: &str) -> Result<String, Flaw> {
        moment(text, &zone("America/New_York")).map(|moment| moment.to_string())
    }

    #[test]
    fn every_documented_date_format_is_the_same_day() {
        for text in [
            "2015-09-25",
            "2015-09-25 15:02:05",
            "09/25/2015",
            "9/25/2015",
            "09/25/2015 15:02:05",
            "2015-09-25T15:02Z",
            "2015-09-25T15:02:05.123Z",
            "2015-09-25T15:02:05+02:00",
            "2015-09-25T15:02:05",
        ] {
            assert_eq!(day(text).as_deref(), Ok("2015-09-25"), "{text}");
        }
    }

    #[test]
    fn a_moment_with_a_zone_is_the_day_that_it_is_at_the_brand() {
        assert_eq!(day("2026-11-20T02:30:00Z").as_deref(), Ok("2026-11-19"));
        assert_eq!(day("2026-11-19T23:30:00-08:00").as_deref(), Ok("2026-11-20"));
    }

    #[test]
    fn midnight_is_the_day_as_written_whatever_its_zone() {
        assert_eq!(day("2026-11-20T00:00:00Z").as_deref(), Ok("2026-11-20"));
        assert_eq!(day("2026-11-20T00:00:00+09:00").as_deref(), Ok("2026-11-20"));
        assert_eq!(day("2026-11-20T00:00:00").as_deref(), Ok("2026-11-20"));
    }

    #[test]
    fn a_time_without_a_zone_is_a_clock_at_the_brand() {
        // New York is 4 hours behind UTC in September, 5 in December.
        assert_eq!(
            instant("2015-09-25 15:02:05").as_deref(),
            Ok("2015-09-25T19:02:05Z")
        );
        assert_eq!(
            instant("12/25/2015 15:02:05").as_deref(),
            Ok("2015-12-25T20:02:05Z")
        );
        assert_eq!(instant("2015-09-25").as_deref(), Ok("2015-09-25T04:00:00Z"));
        assert_eq!(
            instant("2012-03-19T07:22Z").as_deref(),
            Ok("2012-03-19T07:22:00Z")
        );
        // This clock is shown by no moment: it is taken an hour on, as clocks are put forward.
        assert_eq!(
            instant("2026-03-08 02:30:00").as_deref(),
            Ok("2026-03-08T07:30:00Z")
        );
    }

    #[test]
    fn what_is_no_date_is_told_apart_from_a_placeholder() {
        for text in [
            "soon",
            "20150925",
            "25/09/2015",
            "2015-02-30",
            "09/25/15",
            "1/2",
            "//",
            "2015-09-25T07:22[UTC]",
            "é/é/éééé",
        ] {
            assert_eq!(day(text), Err(Flaw::NotADate), "{text}");
        }
        for text in ["0001-01-01T00:00:00", "1900-01-01", "9999-12-31"] {
            assert_eq!(day(text), Err(Flaw::OutOfRange), "{text}");
        }
    }

    #[test]
    fn numbers_are_exact() {
        for (text, expected) in [
            ("6", "6"),
            ("6.00", "6"),
            ("32.10", "32.1"),
            ("0.1", "0.1"),
            ("1e3", "1000"),
            ("1.5E-2", "0.015"),
            ("+7", "7"),
            ("-0.0", "0"),
            (".5", "0.5"),
            ("0e999999999", "0"),
        ] {
            assert_eq!(
                decimal(text).map(|number| number.to_string()).as_deref(),
                Ok(expected),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_number_is_not_guessed_at() {
        for text in [
            "",
            ".",
            "-",
            "1,000",
            "1_000",
            "$5",
            "5 USD",
            "1.2.3",
            "--1",
            "NaN",
            "1e",
            "1e999999999",
            "0x10",
        ] {
            assert_eq!(decimal(text), Err(Flaw::NotANumber), "{text}");
        }
        // One digit more than a decimal holds: rounding it would be a guess.
        assert_eq!(decimal("1.23456789012345678901234567890"), Err(Flaw::NotANumber));
    }

    #[test]
    fn quantities_are_whole_and_prices_have_few_places() {
        assert_eq!(quantity("6.0"), Ok(Decimal::from(6)));
        assert_eq!(quantity("-6"), Err(Flaw::Negative(Decimal::from(-6))));
        assert_eq!(quantity("2.5"), Err(Flaw::NotWhole(Decimal::new(25, 1))));
        assert_eq!(quantity("1e9"), Err(Flaw::TooLarge(Decimal::from(1_000_000_000))));
        assert_eq!(
            price("28.890000000000004"),
            Err(Flaw::TooManyPlaces(Decimal::new(28_890_000_000_000_004, 15)))
        );
        assert_eq!(price("-1"), Err(Flaw::Negative(Decimal::from(-1))));
        assert_eq!(percent("100.5"), Err(Flaw::TooLarge(Decimal::new(1005, 1))));
    }
}
