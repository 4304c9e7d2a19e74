//! What state an alarm would be in.

use crate::{Metrics, SeriesId, Statistic, Window};

/// A CloudWatch alarm on one metric.
#[derive(Clone, Debug, PartialEq)]
pub struct Alarm {
    /// What a dashboard's widget names it by.
    pub arn: String,
    /// What people call it.
    pub name: String,
    /// What it means.
    pub description: String,
    /// The metric.
    pub series: SeriesId,
    /// How the values of a period become one.
    pub statistic: Statistic,
    /// A period, in seconds.
    pub period_s: u64,
    /// How many periods are looked at.
    pub evaluation_periods: u64,
    /// How many of those must breach.
    pub datapoints_to_alarm: u64,
    /// Such as `GreaterThanThreshold`.
    pub comparison: String,
    /// What values are compared with.
    pub threshold: f64,
    /// What a period without data counts as: `missing`, `ignore`, `breaching`, `notBreaching`.
    pub missing_data: String,
}

/// The state of an alarm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Within the threshold.
    Ok,
    /// Beyond it.
    Alarm,
    /// Not enough data to tell.
    InsufficientData,
}

impl State {
    /// The state, as CloudWatch writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "OK",
            Self::Alarm => "ALARM",
            Self::InsufficientData => "INSUFFICIENT_DATA",
        }
    }
}

impl Alarm {
    /// The state at a moment, with its own periods counted back from there.
    ///
    /// CloudWatch looks a little further back than `evaluation_periods` where data is late ("Configuring how CloudWatch
    /// alarms treat missing data"); this does not, and it knows no earlier state that `ignore` could keep.
    pub fn state(&self, metrics: &Metrics, at_ms: i64) -> State {
        let values = self.values(metrics, at_ms);
        let breaches: Vec<bool> = values
            .iter()
            .flatten()
            .map(|value| self.breaches(*value))
            .collect();
        let needed = usize::try_from(self.datapoints_to_alarm.max(1)).unwrap_or(1);
        let breaching = breaches.iter().filter(|breach| **breach).count();
        let missing = values.len() - breaches.len();
        let rings = match self.missing_data.as_str() {
            "breaching" => breaching + missing >= needed,
            "notBreaching" => breaching >= needed,
            _ if breaches.is_empty() => return State::InsufficientData,
            // Too little to ring: the state stays as it was, and at the beginning there is none.
            "ignore" if breaching == breaches.len() && breaching < needed => return State::InsufficientData,
            // What there is decides alone.
            _ => breaching >= needed.min(breaches.len()),
        };
        if rings { State::Alarm } else { State::Ok }
    }

    /// The values of its periods, the newest last.
    pub fn values(&self, metrics: &Metrics, at_ms: i64) -> Vec<Option<f64>> {
        let period_ms = i64::try_from(self.period_s.max(1)).unwrap_or(86_400) * 1_000;
        let periods = i64::try_from(self.evaluation_periods.max(1)).unwrap_or(1);
        let window = Window {
            from_ms: at_ms + 1 - period_ms * periods,
            to_ms: at_ms + 1,
            period_ms,
        };
        metrics.per_period(&self.series, self.statistic, window)
    }

    /// Its comparison as a sign.
    pub fn sign(&self) -> &'static str {
        match self.comparison.as_str() {
            "GreaterThanThreshold" => ">",
            "GreaterThanOrEqualToThreshold" => "≥",
            "LessThanThreshold" => "<",
            "LessThanOrEqualToThreshold" => "≤",
            _ => "?",
        }
    }

    fn breaches(&self, value: f64) -> bool {
        match self.sign() {
            ">" => value > self.threshold,
            "≥" => value >= self.threshold,
            "<" => value < self.threshold,
            "≤" => value <= self.threshold,
            // An alarm that nobody understands must not look well.
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Point;

    fn alarm(missing: &str) -> Alarm {
        Alarm {
            arn: String::new(),
            name: "OrdersStuckAlarm".into(),
            description: String::new(),
            series: SeriesId::new("OrderRelay", "OrdersStuck", &[]),
            statistic: Statistic::Maximum,
            period_s: 60,
            evaluation_periods: 2,
            datapoints_to_alarm: 2,
            comparison: "GreaterThanThreshold".into(),
            threshold: 0.0,
            missing_data: missing.into(),
        }
    }

    fn said(values: &[(i64, f64)]) -> Metrics {
        let mut metrics = Metrics::default();
        for (second, value) in values {
            let point = Point {
                at_ms: second * 1_000,
                value: *value,
            };
            metrics.add(alarm("").series, "Count", point);
        }
        metrics
    }

    #[test]
    fn it_rings_when_each_of_its_periods_breaches() {
        let state = |values: &[(i64, f64)]| alarm("notBreaching").state(&said(values), 120_000);
        assert_eq!(state(&[(30, 1.0), (90, 1.0)]), State::Alarm);
        assert_eq!(state(&[(30, 0.0), (90, 1.0)]), State::Ok);
        assert_eq!(state(&[(90, 1.0)]), State::Ok);
    }

    /// The rows `- - - - -` and `- - - - X` of the table in "Configuring how CloudWatch alarms treat missing data".
    #[test]
    fn what_is_missing_counts_as_the_alarm_says() {
        let nothing = |missing| alarm(missing).state(&said(&[]), 120_000);
        assert_eq!(nothing("missing"), State::InsufficientData);
        assert_eq!(nothing("breaching"), State::Alarm);
        assert_eq!(nothing("notBreaching"), State::Ok);
        assert_eq!(nothing("ignore"), State::InsufficientData);
        let one = |missing| alarm(missing).state(&said(&[(90, 1.0)]), 120_000);
        assert_eq!(one("missing"), State::Alarm);
        assert_eq!(one("ignore"), State::InsufficientData);
    }
}
