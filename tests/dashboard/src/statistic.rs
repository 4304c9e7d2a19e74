//! The statistics of a period's values.

use std::fmt;
use std::str::FromStr;

/// How the values of a period become one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Statistic {
    /// All added up.
    Sum,
    /// The mean.
    Average,
    /// The lowest.
    Minimum,
    /// The highest.
    Maximum,
    /// How many there are.
    SampleCount,
    /// The value that this share of all values, in percent, does not exceed.
    Percentile(f64),
}

/// A statistic that is not among those that are known here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the statistic {0:?} is not known")]
pub struct UnknownStatistic(pub String);

impl FromStr for Statistic {
    type Err = UnknownStatistic;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let percentile = |rest: &str| rest.parse().ok().filter(|share| (0.0..=100.0).contains(share));
        Ok(match name {
            "Sum" => Self::Sum,
            "Average" => Self::Average,
            "Minimum" => Self::Minimum,
            "Maximum" => Self::Maximum,
            "SampleCount" => Self::SampleCount,
            other => match other.strip_prefix('p').and_then(percentile) {
                Some(share) => Self::Percentile(share),
                None => return Err(UnknownStatistic(other.to_owned())),
            },
        })
    }
}

impl fmt::Display for Statistic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sum => f.write_str("Sum"),
            Self::Average => f.write_str("Average"),
            Self::Minimum => f.write_str("Minimum"),
            Self::Maximum => f.write_str("Maximum"),
            Self::SampleCount => f.write_str("SampleCount"),
            Self::Percentile(share) => write!(f, "p{share}"),
        }
    }
}

impl Statistic {
    /// The statistic of these values; none of no values.
    ///
    /// A percentile is the nearest rank. That is our guess: CloudWatch says what a percentile means ("CloudWatch
    /// statistics definitions"), not whether it interpolates between two values.
    pub fn of(self, values: &[f64]) -> Option<f64> {
        if values.is_empty() {
            return None;
        }
        let count = values.len() as f64;
        Some(match self {
            Self::Sum => values.iter().sum(),
            Self::Average => values.iter().sum::<f64>() / count,
            Self::Minimum => values.iter().copied().fold(f64::INFINITY, f64::min),
            Self::Maximum => values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            Self::SampleCount => count,
            Self::Percentile(share) => {
                let mut sorted = values.to_vec();
                sorted.sort_by(f64::total_cmp);
                let rank = (share / 100.0 * count).ceil().clamp(1.0, count);
                return sorted.get(rank as usize - 1).copied();
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_statistic_is_what_its_name_says() {
        let values = [4.0, 1.0, 3.0, 2.0];
        let of = |name: &str| name.parse::<Statistic>().unwrap().of(&values);
        assert_eq!(of("Sum"), Some(10.0));
        assert_eq!(of("Average"), Some(2.5));
        assert_eq!(of("Minimum"), Some(1.0));
        assert_eq!(of("Maximum"), Some(4.0));
        assert_eq!(of("SampleCount"), Some(4.0));
        assert_eq!(of("p50"), Some(2.0));
        assert_eq!(of("p90"), Some(4.0));
        assert_eq!(Statistic::Sum.of(&[]), None);
    }

    #[test]
    fn what_is_no_statistic_is_refused() {
        for name in ["sum", "p", "p101", "tm90", ""] {
            assert_eq!(name.parse::<Statistic>(), Err(UnknownStatistic(name.to_owned())));
        }
    }
}
