//! Spreadshirt's ids. They are text: the vendor's schema says string, its samples show numbers.

use std::fmt;

/// As long is an id that goes into an address or a query, in bytes.
const ADDRESSED_BYTES_MAX: usize = 100;

/// The id of an order report. It goes into addresses, so it holds nothing that means something there.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ReportId(String);

impl ReportId {
    /// Takes 1 to 100 ASCII letters, digits, `-` and `_`; none for anything else. That there is nothing else in an id is
    /// a guess.
    pub fn new(text: &str) -> Option<Self> {
        is_plain(text).then(|| Self(text.to_owned()))
    }

    /// As it came.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The id of a partner, as it stands in the query of a list.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PartnerId(String);

impl PartnerId {
    /// Takes 1 to 100 ASCII letters, digits, `-` and `_`; none for anything else, which would be another query.
    pub fn new(text: &str) -> Option<Self> {
        is_plain(text).then(|| Self(text.to_owned()))
    }

    /// As it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The id that Spreadshirt gave an item of an order, as it came.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ItemId(String);

impl ItemId {
    /// Any text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// As it came.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The id that Spreadshirt gave an order, as it came.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OrderId(String);

impl OrderId {
    /// Any text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// As it came.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ReportId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for PartnerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for OrderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_plain(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=ADDRESSED_BYTES_MAX).contains(&text.len()) && text.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_that_would_mean_something_else_in_an_address_or_a_query_is_none() {
        for text in [
            "",
            ".",
            "..",
            "1/2",
            "1?x",
            "1 2",
            "1)",
            "%31",
            "é",
            &"1".repeat(101),
        ] {
            assert_eq!(ReportId::new(text), None, "{text}");
            assert_eq!(PartnerId::new(text), None, "{text}");
        }
        assert_eq!(ReportId::new("90-a_1").unwrap().to_string(), "90-a_1");
        assert_eq!(PartnerId::new("1102730").unwrap().as_str(), "1102730");
    }
}
