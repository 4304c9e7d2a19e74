//! What CloudWatch would make of a bundle's log lines, without an account: metrics from the embedded metric format, the
//! states of alarms, the rows of Logs Insights queries, and a dashboard's body as one page of HTML.
//!
//! It knows the part of CloudWatch that the bundle uses, and refuses the rest by name: a widget that is silently left out
//! would let a test pass on a dashboard that nobody can read.

mod alarm;
mod metrics;
mod page;
mod statistic;
mod widget;

pub mod logs;

pub use alarm::{Alarm, State};
pub use metrics::{EmfError, Metrics, Point, Series, SeriesId};
pub use page::{Page, page};
pub use statistic::{Statistic, UnknownStatistic};
pub use widget::{Body, BodyError, Content, Graph, LogView, MetricView, Place, Row, Widget};

/// One captured line of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// When it was said, in milliseconds since 1970.
    pub at_ms: i64,
    /// The name of the log group that it is in.
    pub log_group: String,
    /// The line, without its end.
    pub text: String,
}

/// A stretch of time, cut into periods of one length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// Its begin, in milliseconds since 1970.
    pub from_ms: i64,
    /// Its end; not in it itself.
    pub to_ms: i64,
    /// The length of a period, in milliseconds; above 0.
    pub period_ms: i64,
}

/// Lengths of periods that divide minutes and hours without a rest, in milliseconds.
const PERIODS_MS: [i64; 18] = [
    100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000,
    1_800_000, 3_600_000, 21_600_000, 86_400_000,
];

impl Window {
    /// From the period of the first moment to the period of the last one, with the shortest periods that make at most 60.
    pub fn over(first_ms: i64, last_ms: i64) -> Self {
        let fits = |period: &&i64| (last_ms - first_ms) / **period < 58;
        let period_ms = PERIODS_MS.iter().find(fits).copied().unwrap_or(86_400_000);
        Self {
            from_ms: first_ms.div_euclid(period_ms) * period_ms,
            to_ms: (last_ms.div_euclid(period_ms) + 1) * period_ms,
            period_ms,
        }
    }

    /// How many periods it has.
    pub fn periods(&self) -> usize {
        usize::try_from((self.to_ms - self.from_ms) / self.period_ms).unwrap_or(0)
    }

    /// The period that a moment is in, counted from 0.
    pub fn period_of(&self, at_ms: i64) -> Option<usize> {
        let inside = (self.from_ms..self.to_ms).contains(&at_ms);
        inside.then(|| usize::try_from((at_ms - self.from_ms) / self.period_ms).ok())?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_of_forty_one_seconds_has_periods_of_one_second() {
        let window = Window::over(1_300, 42_300);
        assert_eq!(
            (window.from_ms, window.to_ms, window.period_ms),
            (1_000, 43_000, 1_000)
        );
        assert_eq!(window.periods(), 42);
        assert_eq!(window.period_of(42_300), Some(41));
        assert_eq!(window.period_of(43_000), None);
        assert_eq!(window.period_of(999), None);
    }
}
