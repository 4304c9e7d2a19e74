//! How long a vendor, or what stands before it, wishes to be left alone.

use std::time::Duration;

use jiff::fmt::rfc2822;
use reqwest::header::{DATE, HeaderMap, HeaderName, RETRY_AFTER};

/// A wish to be left alone for longer than a day is taken as a day.
const SECONDS_MAX: u64 = 86_400;

/// `Retry-After` in seconds; none if it is anything else. For a vendor that does not document the header: something before
/// it may send it.
pub fn retry_after_seconds(headers: &HeaderMap) -> Option<Duration> {
    text(headers, RETRY_AFTER)?.trim().parse().ok().map(at_most_a_day)
}

/// `Retry-After` in seconds or as a date, which is held against the answer's own `Date`: so no clock is needed. None if it
/// is neither, or a date without one to hold it against.
pub fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    retry_after_seconds(headers).or_else(|| {
        let now = rfc2822::parse(text(headers, DATE)?).ok()?;
        let then = rfc2822::parse(text(headers, RETRY_AFTER)?.trim()).ok()?;
        let seconds = then.timestamp().as_second() - now.timestamp().as_second();
        Some(at_most_a_day(u64::try_from(seconds).unwrap_or(0)))
    })
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name)?.to_str().ok()
}

fn at_most_a_day(seconds: u64) -> Duration {
    Duration::from_secs(seconds.min(SECONDS_MAX))
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    const NOW: &str = "Fri, 20 Nov 2026 17:02:11 GMT";

    /// The seconds that both functions make of a wish.
    fn read(wish: &'static str, date: Option<&'static str>) -> [Option<u64>; 2] {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, HeaderValue::from_static(wish));
        if let Some(date) = date {
            headers.insert(DATE, HeaderValue::from_static(date));
        }
        [retry_after_seconds(&headers), retry_after(&headers)].map(|wait| wait.map(|wait| wait.as_secs()))
    }

    #[test]
    fn seconds_are_a_day_at_most() {
        for (wish, expected) in [("0", 0), (" 30 ", 30), ("86400", 86_400), ("99999999999", 86_400)] {
            assert_eq!(read(wish, None), [Some(expected); 2], "{wish}");
        }
    }

    #[test]
    fn a_date_is_held_against_the_answers_own() {
        for (wish, expected) in [
            ("Fri, 20 Nov 2026 17:04:11 GMT", 120),
            ("Fri, 20 Nov 2026 17:00:00 GMT", 0),
            ("Mon, 20 Nov 2028 17:00:00 GMT", 86_400),
        ] {
            assert_eq!(read(wish, Some(NOW)), [None, Some(expected)], "{wish}");
            assert_eq!(read(wish, None), [None, None], "{wish}");
            assert_eq!(read(wish, Some("now")), [None, None], "{wish}");
        }
    }

    #[test]
    fn what_is_no_wait_is_none() {
        for wish in ["", "soon", "-1", "1.5", "99999999999999999999"] {
            assert_eq!(read(wish, Some(NOW)), [None, None], "{wish}");
        }
        assert_eq!(retry_after(&HeaderMap::new()), None);
    }
}
