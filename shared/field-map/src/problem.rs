//! What stands between a payload and an order.

use std::fmt;

use rust_decimal::Decimal;

const MISSING: &str = "unmapped_field";
const INVALID: &str = "invalid_field";
const TOTALS_DIFFER: &str = "totals_differ";
const NO_LINES: &str = "no_lines";
const OTHER_SOURCE: &str = "other_source";

/// One thing that stands in the way. Its text names places, numbers and sums, and never a text of the payload: that
/// could be somebody's name or address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The field of our order: `currency`, or `lines[2].sku`, where 2 is the line's number, counted from 1. What the
    /// payload states about itself is `total_units` or `total_amount`.
    pub field: String,
    /// What is wrong.
    pub kind: ProblemKind,
    /// The places that were looked at, in order, as JSON pointers into the payload.
    pub tried: Vec<String>,
}

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProblemKind {
    /// Nothing is there, and an order cannot do without.
    Missing,
    /// Something is there that cannot be the field's value.
    Invalid(Flaw),
    /// The lines do not come to what the payload states.
    TotalsDiffer {
        /// What the payload states.
        stated: Decimal,
        /// What the lines come to, for each column that could be meant.
        sums: Vec<Sum>,
    },
    /// There is no line with a quantity.
    NoLines,
    /// The map is one for another vendor's payloads.
    OtherSource,
}

/// What the lines come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sum {
    /// The column, by its places as the map writes them.
    pub column: String,
    /// The sum: units, or an amount in the order's currency.
    pub sum: Decimal,
}

/// Why a value cannot be a field's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// A list or an object stands where one value belongs.
    #[error("is a list or an object")]
    NotOneValue,
    /// Not a decimal number, or one with more digits than can be held exactly.
    #[error("is not a number")]
    NotANumber,
    /// Below zero.
    #[error("is negative ({0})")]
    Negative(Decimal),
    /// Not a whole number.
    #[error("is not a whole number ({0})")]
    NotWhole(Decimal),
    /// Zero, on a map that does not drop such lines.
    #[error("is zero")]
    Zero,
    /// More than can be meant.
    #[error("is too large ({0})")]
    TooLarge(Decimal),
    /// More than 6 decimal places.
    #[error("has more than 6 decimal places ({0})")]
    TooManyPlaces(Decimal),
    /// Not a date in any format of the source.
    #[error("is not a date")]
    NotADate,
    /// A date before 2000 or after 2099.
    #[error("is a date before 2000 or after 2099")]
    OutOfRange,
    /// Not three letters.
    #[error("is not a currency code of three letters")]
    NotACurrency,
}

impl Problem {
    /// Every code that a problem may have.
    pub const CODES: [&str; 5] = [MISSING, INVALID, TOTALS_DIFFER, NO_LINES, OTHER_SOURCE];

    /// A stable name of the kind of problem, for holds, metrics and alarms.
    pub fn code(&self) -> &'static str {
        match self.kind {
            ProblemKind::Missing => MISSING,
            ProblemKind::Invalid(_) => INVALID,
            ProblemKind::TotalsDiffer { .. } => TOTALS_DIFFER,
            ProblemKind::NoLines => NO_LINES,
            ProblemKind::OtherSource => OTHER_SOURCE,
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let places = self.tried.join(", ");
        write!(f, "{}: ", self.field)?;
        match &self.kind {
            ProblemKind::Missing if places.is_empty() => f.write_str("the map has no place for it"),
            ProblemKind::Missing => write!(f, "nothing found at {places}"),
            ProblemKind::Invalid(flaw) if places.is_empty() => write!(f, "{flaw}"),
            ProblemKind::Invalid(flaw) => write!(f, "{flaw}, looked at {places}"),
            ProblemKind::TotalsDiffer { stated, sums } => {
                write!(f, "{stated} at {places}, but the lines come to ")?;
                for (position, Sum { column, sum }) in sums.iter().enumerate() {
                    let between = if position == 0 { "" } else { ", " };
                    write!(f, "{between}{sum} by {column}")?;
                }
                Ok(())
            }
            ProblemKind::NoLines => write!(f, "no line with a quantity at {places}"),
            ProblemKind::OtherSource => f.write_str("the map is for another vendor"),
        }
    }
}

impl std::error::Error for Problem {}
