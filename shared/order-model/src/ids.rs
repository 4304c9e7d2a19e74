//! Names of things. Names of different kinds are different types.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why a text is not the name it was taken for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// A brand's name does not fit.
    #[error("brand {0:?} is not 1 to 12 of A-Z, a-z, 0-9 and _")]
    Brand(String),
    /// An ERP key does not fit.
    #[error("ERP key {0:?} is not 1 to 35 of A-Z, 0-9, _ and -")]
    ErpKey(String),
    /// The key of an order does not fit.
    #[error("order key {0:?} is not 1 to 49 of A-Z, 0-9, _ and -")]
    OrderKey(String),
    /// A RepSpark order id does not fit.
    #[error("RepSpark order id {0:?} is not 1 to 18 digits")]
    RepSparkOrderId(String),
    /// An ERP reference is empty or too long.
    #[error("an ERP reference must have 1 to 64 characters")]
    ErpReference,
}

/// The account name of a brand, as it stands in keys: upper case.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Brand(String);

impl Brand {
    /// Takes 1 to 12 of `A-Z a-z 0-9 _`, so that every key made of it stays within 35 characters.
    pub fn new(text: &str) -> Result<Self, IdError> {
        let fits =
            (1..=12).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if fits {
            Ok(Self(text.to_ascii_uppercase()))
        } else {
            Err(IdError::Brand(text.to_owned()))
        }
    }

    /// The name, upper case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Brand {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        Self::new(&text)
    }
}

impl From<Brand> for String {
    fn from(brand: Brand) -> Self {
        brand.0
    }
}

/// The name of an order at the ERP for ever. `^[A-Z0-9_-]{1,35}$`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ErpKey(String);

impl ErpKey {
    /// Takes a key that was made earlier, as it is.
    pub fn new(text: impl Into<String>) -> Result<Self, IdError> {
        let text = text.into();
        let fits = (1..=35).contains(&text.len())
            && text
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_' || b == b'-');
        if fits {
            Ok(Self(text))
        } else {
            Err(IdError::ErpKey(text))
        }
    }

    /// The key of a RepSpark order: `RS-<Brand>-<OrderId>`.
    pub fn repspark(brand: &Brand, order: &RepSparkOrderId) -> Self {
        Self(format!("RS-{}-{}", brand.as_str(), order.as_str()))
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ErpKey {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        Self::new(text)
    }
}

impl From<ErpKey> for String {
    fn from(key: ErpKey) -> Self {
        key.0
    }
}

impl fmt::Display for ErpKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// RepSpark's own number of an order (`OrderId`): digits, without leading zeros.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RepSparkOrderId(String);

impl RepSparkOrderId {
    /// Takes 1 to 18 digits; leading zeros are dropped, so that `8086` and `"08086"` are one order.
    pub fn new(text: &str) -> Result<Self, IdError> {
        let text = text.trim();
        let digits = text.trim_start_matches('0');
        let fits = (1..=18).contains(&digits.len()) && text.bytes().all(|b| b.is_ascii_digit());
        if fits {
            Ok(Self(digits.to_owned()))
        } else {
            Err(IdError::RepSparkOrderId(text.to_owned()))
        }
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As a number, which is how RepSpark's documentation writes it.
    pub fn number(&self) -> u64 {
        self.0.parse().unwrap_or_default()
    }
}

impl fmt::Display for RepSparkOrderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name of one line for ever: `<ERP key>-<line>`. It goes to the ERP and comes back from the printer.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CorrelationId(String);

impl CorrelationId {
    /// The name of line `line` (from 1) of an order.
    pub fn new(key: &ErpKey, line: u32) -> Self {
        Self(format!("{key}-{line}"))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The ERP's own number of an order, such as `SO104233`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ErpReference(String);

impl ErpReference {
    /// Takes 1 to 64 characters; blanks around them are dropped.
    pub fn new(text: impl AsRef<str>) -> Result<Self, IdError> {
        let text = text.as_ref().trim();
        let fits = !text.is_empty() && text.len() <= 64;
        if fits {
            Ok(Self(text.to_owned()))
        } else {
            Err(IdError::ErpReference)
        }
    }

    /// The number as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ErpReference {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        Self::new(text)
    }
}

impl From<ErpReference> for String {
    fn from(reference: ErpReference) -> Self {
        reference.0
    }
}

impl fmt::Display for ErpReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
