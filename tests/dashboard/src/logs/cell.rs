//! A value of a row.

use std::cmp::Ordering;

/// A value of a row.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    Text(String),
    Number(f64),
    /// Milliseconds since 1970.
    Time(i64),
}

impl Cell {
    /// The number that it is or can be read as.
    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Self::Text(text) => text.trim().parse().ok(),
            Self::Number(number) => Some(*number),
            Self::Time(at) => Some(*at as f64),
        }
    }

    /// The text that a person reads.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => {
                let rounded = (number * 10_000.0).round() / 10_000.0;
                rounded.to_string()
            }
            Self::Time(at) => match jiff::Timestamp::from_millisecond(*at) {
                Ok(at) => at.strftime("%Y-%m-%d %H:%M:%S%.3f").to_string(),
                Err(_) => at.to_string(),
            },
        }
    }

    /// By number where both are numbers, else by text.
    pub(super) fn compare(&self, other: &Self) -> Ordering {
        match (self.number(), other.number()) {
            (Some(left), Some(right)) => left.total_cmp(&right),
            _ => self.text().cmp(&other.text()),
        }
    }
}
