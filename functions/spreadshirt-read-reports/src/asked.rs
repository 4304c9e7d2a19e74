//! What the schedule, or a person, asks for.

use std::fmt;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer};
use spreadshirt::ReportId;

/// What the schedule, or a person, sends.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// Read and apply this one report, also a deleted one, and delete nothing.
    #[serde(default)]
    pub report: Option<AskedReport>,
    /// Say what would be done; nothing is applied or deleted.
    #[serde(default)]
    pub dry_run: bool,
}

/// A report as a person names it: its id, as a text or as a whole number, because Spreadshirt's ids are digits and people
/// leave the quotation marks out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedReport(pub(crate) ReportId);

impl<'de> Deserialize<'de> for AskedReport {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(TextOrNumber)
    }
}

/// Not an untagged enum: that would answer "did not match any variant" to whoever sent something else.
struct TextOrNumber;

impl Visitor<'_> for TextOrNumber {
    type Value = AskedReport;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the id of an order report, such as 9001")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<AskedReport, E> {
        let id = ReportId::new(text.trim());
        id.map(AskedReport)
            .ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<AskedReport, E> {
        self.visit_str(&number.to_string())
    }
}
