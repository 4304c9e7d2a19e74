//! Texts to dates and times.

mod ecat;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use order_model::Origin;

use crate::problem::Flaw;

/// A year before this is a placeholder, not a date (`0001-01-01` is what .NET writes for none).
const YEARS: std::ops::Range<i16> = 2000..2100;

/// How the dates of one source are read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Calendar<'a> {
    /// The zone of what is written without one.
    pub(crate) zone: &'a TimeZone,
    /// Whose forms are understood.
    pub(crate) source: Origin,
}

/// A point in time as it is written: with a zone, or without.
enum Written {
    Moment { moment: Timestamp, clock: DateTime },
    Clock(DateTime),
}

impl Calendar<'_> {
    /// The day. A moment with a zone is the day that it is then in the calendar's; but midnight, whatever its zone, is
    /// a date in the clothes of a moment, and is the day as written.
    pub(crate) fn date(self, text: &str) -> Result<Date, Flaw> {
        let date = match self.written(text)? {
            Written::Clock(clock) => clock.date(),
            Written::Moment { clock, .. } if clock.time() == Time::midnight() => clock.date(),
            Written::Moment { moment, .. } => self.zone.to_datetime(moment).date(),
        };
        if YEARS.contains(&date.year()) {
            Ok(date)
        } else {
            Err(Flaw::OutOfRange)
        }
    }

    /// The moment. A text without a zone is a clock in the calendar's; a date alone is its first moment there.
    pub(crate) fn moment(self, text: &str) -> Result<Timestamp, Flaw> {
        let moment = match self.written(text)? {
            Written::Moment { moment, .. } => moment,
            Written::Clock(clock) => self.zone.to_timestamp(clock).map_err(|_| Flaw::NotADate)?,
        };
        if YEARS.contains(&self.zone.to_datetime(moment).year()) {
            Ok(moment)
        } else {
            Err(Flaw::OutOfRange)
        }
    }

    fn written(self, text: &str) -> Result<Written, Flaw> {
        let iso = match self.source {
            Origin::RepSpark => month_first(text),
            Origin::Ecat => ecat::iso(text),
        };
        written(iso.as_deref().unwrap_or(text))
    }
}

/// ISO 8601, with a blank or a `T` before the time.
fn written(text: &str) -> Result<Written, Flaw> {
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

    fn read<T>(by: impl Fn(Calendar<'_>) -> T) -> T {
        let zone = TimeZone::get("America/New_York").unwrap();
        by(Calendar {
            zone: &zone,
            source: Origin::RepSpark,
        })
    }

    fn day(text: &str) -> Result<String, Flaw> {
        read(|calendar| calendar.date(text)).map(|date| date.to_string())
    }

    fn instant(text: &str) -> Result<String, Flaw> {
        read(|calendar| calendar.moment(text)).map(|moment| moment.to_string())
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
}
