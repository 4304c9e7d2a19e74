//! How eCat may write dates. The form of its export is in no note, so this is a guess, and this is the one place of it:
//! what eCat reads in its imports (`MM/DD/YYYY`, `YYYY/MM/DD`, `MM-DD-YYYY`, `YYYY-MM-DD`), the short form of its
//! printed order (`7/1/26`), and the common ways to write a time behind a date. The month stands before the day, as in all of
//! those; a day first (`25/09/2015`) is refused rather than tried, because `01/02/2026` could then be either.

/// The text in ISO form, if its date is one of these; the time is only brought into form, and judged by who reads it.
pub(super) fn iso(text: &str) -> Option<String> {
    let end = text.find(|letter: char| !matches!(letter, '0'..='9' | '/' | '-'));
    let (date, time) = text.split_at(end.unwrap_or(text.len()));
    let separator = if date.contains('/') { '/' } else { '-' };
    let parts: Vec<&str> = date.split(separator).collect();
    let [first, second, third] = parts.as_slice() else {
        return None;
    };
    let lengths = (first.len(), second.len(), third.len());
    let (year, month, day) = match lengths {
        (4, 1 | 2, 1 | 2) => ((*first).to_owned(), second, third),
        (1 | 2, 1 | 2, 4) => ((*third).to_owned(), first, second),
        // With hyphens, two digits first may as well be the year.
        (1 | 2, 1 | 2, 2) if separator == '/' => (format!("20{third}"), first, second),
        _ => return None,
    };
    Some(format!("{year}-{month:0>2}-{day:0>2}{}", clock(time)))
}

/// What stands behind the date: ` 3:45 PM` as ` 15:45`, ` 9:05` as ` 09:05`, ` 15:02:05 UTC` as ` 15:02:05Z`,
/// ` 15:02:05 -0400` as ` 15:02:05-0400`; anything else as it is.
fn clock(behind: &str) -> String {
    let Some(time) = behind.strip_prefix(' ').map(str::trim_start) else {
        return behind.to_owned();
    };
    let end = time.find(|letter: char| !matches!(letter, '0'..='9' | ':' | '.'));
    let (time, mark) = time.split_at(end.unwrap_or(time.len()));
    let Some((hour, rest)) = time.split_once(':') else {
        return behind.to_owned();
    };
    let mark = mark.trim_start().to_ascii_uppercase();
    match mark.as_str() {
        "AM" | "PM" => match of_twelve(hour, mark == "PM") {
            Some(hour) => format!(" {hour:02}:{rest}"),
            None => behind.to_owned(),
        },
        "UTC" | "GMT" => format!(" {hour:0>2}:{rest}Z"),
        _ => format!(" {hour:0>2}:{rest}{mark}"),
    }
}

/// The hour of the day. A 12-hour clock has no hour 0 and none after 12, so `15:00 PM` is not made sense of.
fn of_twelve(hour: &str, afternoon: bool) -> Option<u8> {
    let hour: u8 = hour.parse().ok().filter(|hour| (1..=12).contains(hour))?;
    Some(hour % 12 + if afternoon { 12 } else { 0 })
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use order_model::Origin;

    use super::super::Calendar;
    use crate::problem::Flaw;

    fn read<T>(by: impl Fn(Calendar<'_>) -> T) -> T {
        let zone = TimeZone::get("America/New_York").unwrap();
        by(Calendar {
            zone: &zone,
            source: Origin::Ecat,
        })
    }

    fn day(text: &str) -> Result<String, Flaw> {
        read(|calendar| calendar.date(text)).map(|date| date.to_string())
    }

    fn instant(text: &str) -> Result<String, Flaw> {
        read(|calendar| calendar.moment(text)).map(|moment| moment.to_string())
    }

    #[test]
    fn every_form_that_the_vendor_imports_or_prints_is_the_same_day() {
        for text in [
            "07/01/2026",
            "2026/07/01",
            "07-01-2026",
            "2026-07-01",
            "7/1/2026",
            "2026/7/1",
            "7-1-2026",
            "2026-7-1",
            "7/1/26",
            "07/01/26",
            "7/1/26 3:45 PM",
            "07-01-2026 15:45:10",
            "2026/07/01 15:45",
            "2026-07-01T15:45:10",
            "2026-07-01T15:45:10Z",
            "2026-07-01T15:45:10.123-04:00",
            "2026-07-01 15:45:10 UTC",
            "2026-07-01 15:45:10 -0400",
            "07/01/2026T15:45Z",
        ] {
            assert_eq!(day(text).as_deref(), Ok("2026-07-01"), "{text}");
        }
    }

    #[test]
    fn a_time_behind_a_date_is_the_same_moment_however_it_is_written() {
        // New York is 4 hours behind UTC in July.
        for text in [
            "7/1/26 3:45 PM",
            "07/01/2026 03:45 pm",
            "07/01/2026 3:45:00PM",
            "2026/07/01 15:45",
            "07-01-2026 15:45:00",
            "2026-07-01 15:45:00 -0400",
            "2026-07-01 15:45:00 -04:00",
            "2026-07-01 19:45:00 UTC",
            "2026-07-01T19:45:00Z",
            "2026-07-01T19:45:00.000Z",
            "2026-07-01T15:45:00-0400",
            "2026-07-01T15:45:00",
            "07/01/2026T19:45Z",
        ] {
            assert_eq!(instant(text).as_deref(), Ok("2026-07-01T19:45:00Z"), "{text}");
        }
        assert_eq!(instant("7/1/26 12:05 AM").as_deref(), Ok("2026-07-01T04:05:00Z"));
        assert_eq!(instant("7/1/26 12:05 PM").as_deref(), Ok("2026-07-01T16:05:00Z"));
        assert_eq!(instant("7/1/26 9:05").as_deref(), Ok("2026-07-01T13:05:00Z"));
        assert_eq!(instant("7/1/26").as_deref(), Ok("2026-07-01T04:00:00Z"));
    }

    #[test]
    fn what_could_be_read_in_two_ways_is_no_date() {
        for text in [
            "25/09/2015",
            "25-09-2015",
            "2026/25/09",
            "07-01-26",
            "26-07-01",
            "7/1/6",
            "7/1-2026",
            "7/1",
            "1/2/3/2026",
            "20260701",
            "2026-02-30",
            "July 1, 2026",
            "7/1/26 15:45 PM",
            "7/1/26 0:45 AM",
            "7/1/26 25:00",
            "7/1/26 3 PM",
            "7/1/26 15:45 EST",
            "7/1/26 soon",
            "é/é/26",
            "7/1/26é",
            "",
            "/",
            "--",
        ] {
            assert_eq!(day(text), Err(Flaw::NotADate), "{text}");
        }
        for text in ["01/01/0001", "12/31/9999", "1900/01/01"] {
            assert_eq!(day(text), Err(Flaw::OutOfRange), "{text}");
        }
    }
}
