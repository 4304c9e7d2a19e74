//! How far the vendor's clock is ahead of ours. A signature holds the time, and the vendor refuses one that is too far off
//! by its own clock; how far is not documented (vendor notes, section 3).

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::fmt::rfc2822::DateTimeParser;
use order_model::Millis;
use reqwest::header::{DATE, HeaderMap};

use crate::guesses::DATE_RESOLUTION_MS;

/// In milliseconds; clones share it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Offset(Arc<AtomicI64>);

impl Offset {
    /// What the vendor's clock shows when ours shows `ours`.
    pub(crate) fn at(&self, ours: Millis) -> Millis {
        Millis(ours.0.saturating_add(self.get()))
    }

    pub(crate) fn get(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Learns from the `Date` of an answer that was asked for at `asked` and came at `came`.
    pub(crate) fn hear(&self, headers: &HeaderMap, asked: Millis, came: Millis) {
        let Some(date) = headers.get(DATE).and_then(|value| value.to_str().ok()) else {
            return;
        };
        if let Ok(date) = DateTimeParser::new().parse_timestamp(date) {
            self.learn(date.as_millisecond(), DATE_RESOLUTION_MS, asked, came);
        }
    }

    /// The vendor's clock showed `told`, or up to `resolution_ms` more, somewhen between the two times of ours. What is
    /// known is changed only if it can't be so: an answer that took long proves little.
    pub(crate) fn learn(&self, told: i64, resolution_ms: i64, asked: Millis, came: Millis) {
        let (earliest, latest) = (self.at(asked).0, self.at(came).0);
        if told.saturating_add(resolution_ms) >= earliest && told <= latest {
            return;
        }
        let middle = asked.0.saturating_add(came.0.saturating_sub(asked.0) / 2);
        let offset = told.saturating_add(resolution_ms / 2).saturating_sub(middle);
        self.0.store(offset, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    /// 2026-03-02 20:00:00 UTC.
    const T: i64 = 1_772_481_600_000;

    fn heard(offset: &Offset, date: &'static str, asked: i64, came: i64) -> i64 {
        let mut headers = HeaderMap::new();
        headers.insert(DATE, HeaderValue::from_static(date));
        offset.hear(&headers, Millis(asked), Millis(came));
        offset.get()
    }

    #[test]
    fn clocks_that_agree_within_the_answers_time_are_not_corrected() {
        let offset = Offset::default();
        for (asked, came) in [
            (T, T + 40),
            (T + 999, T + 999),
            (T - 30_000, T + 20),
            (T - 5, T + 30_000),
        ] {
            assert_eq!(heard(&offset, "Mon, 02 Mar 2026 20:00:00 GMT", asked, came), 0);
        }
    }

    #[test]
    fn a_clock_that_is_off_is_followed_both_ways() {
        let offset = Offset::default();
        let ahead = heard(&offset, "Mon, 02 Mar 2026 20:00:00 GMT", T - 600_000, T - 599_900);
        assert_eq!(ahead, 600_450);
        assert_eq!(offset.at(Millis(T - 599_000)), Millis(T + 1_450));
        // A second answer that agrees with the first changes nothing.
        let again = heard(&offset, "Mon, 02 Mar 2026 20:00:01 GMT", T - 599_000, T - 598_900);
        assert_eq!(again, ahead);
        assert_eq!(
            heard(&offset, "Mon, 02 Mar 2026 20:00:00 GMT", T + 90_000, T + 90_100),
            -89_550
        );
    }

    #[test]
    fn a_date_that_is_none_teaches_nothing() {
        let offset = Offset::default();
        assert_eq!(heard(&offset, "yesterday", 0, 0), 0);
        offset.hear(&HeaderMap::new(), Millis(0), Millis(0));
        assert_eq!(offset.get(), 0);
    }
}
