//! Names that eCat gives, and the name that one of its orders gets from us.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::ErpKey;

/// Why a text is not the eCat name it was taken for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EcatIdError {
    /// An organisation's name does not fit.
    #[error("eCat organisation {0:?} is not 2 to 9 of A-Z, a-z and 0-9")]
    Org(String),
    /// An order number is empty or too long. It is not repeated, because it may be anything.
    #[error("an eCat order number must have 1 to 256 bytes, and not blanks alone")]
    OrderNumber,
    /// A uuid does not fit.
    #[error("{0:?} is not a uuid with hyphens")]
    Uuid(String),
}

/// The abbreviation of an organisation, as in its admin portal's addresses: as given in URLs, upper case in keys.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EcatOrg {
    given: String,
    key: String,
}

impl EcatOrg {
    /// Takes 2 to 9 ASCII letters and digits. The vendor says "2-9 character abbreviation" and no more; that there are
    /// letters and digits alone is a guess, and every key made of such a name stays within 35 characters.
    pub fn new(text: &str) -> Result<Self, EcatIdError> {
        let fits = (2..=9).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric());
        if !fits {
            return Err(EcatIdError::Org(text.to_owned()));
        }
        Ok(Self {
            given: text.to_owned(),
            key: text.to_ascii_uppercase(),
        })
    }

    /// The name as it was given, for URLs.
    pub fn in_urls(&self) -> &str {
        &self.given
    }

    /// The name upper case, for keys.
    pub fn in_keys(&self) -> &str {
        &self.key
    }
}

/// eCat's number of one submission, exactly as it came: it is sent back in this form, and hashed in this form.
///
/// Nothing is read out of it. `-1` at the end may be a resubmission, or the number of an order of its own.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EcatOrderNumber(String);

impl EcatOrderNumber {
    /// Takes 1 to 256 bytes of any kind, but not blanks alone.
    pub fn new(text: impl Into<String>) -> Result<Self, EcatIdError> {
        let text = text.into();
        if text.len() <= 256 && !text.trim().is_empty() {
            Ok(Self(text))
        } else {
            Err(EcatIdError::OrderNumber)
        }
    }

    /// The number as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for EcatOrderNumber {
    type Error = EcatIdError;

    fn try_from(text: String) -> Result<Self, EcatIdError> {
        Self::new(text)
    }
}

impl From<EcatOrderNumber> for String {
    fn from(number: EcatOrderNumber) -> Self {
        number.0
    }
}

impl fmt::Display for EcatOrderNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What all submissions of one eCat order have in common: a uuid with hyphens, upper case.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EcatUuid(String);

impl EcatUuid {
    /// Takes a uuid in any case of letters, so that an order stays one if the vendor's case changes. Blanks around it
    /// are dropped.
    pub fn new(text: &str) -> Result<Self, EcatIdError> {
        let text = text.trim();
        let hyphen = |place: usize| matches!(place, 8 | 13 | 18 | 23);
        let fits = text.len() == 36
            && text.bytes().enumerate().all(|(place, b)| {
                if hyphen(place) {
                    b == b'-'
                } else {
                    b.is_ascii_hexdigit()
                }
            });
        if fits {
            Ok(Self(text.to_ascii_uppercase()))
        } else {
            Err(EcatIdError::Uuid(text.to_owned()))
        }
    }

    /// The uuid, upper case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for EcatUuid {
    type Error = EcatIdError;

    fn try_from(text: String) -> Result<Self, EcatIdError> {
        Self::new(&text)
    }
}

impl From<EcatUuid> for String {
    fn from(uuid: EcatUuid) -> Self {
        uuid.0
    }
}

impl fmt::Display for EcatUuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The server's number of one submission. They are given in sequence, so of one uuid the greatest is the newest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EcatId(pub u64);

impl fmt::Display for EcatId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl ErpKey {
    /// The key of one submission of an eCat order: `EC-<ORG>-<number>`; where that is longer than 35, has another
    /// character than `A-Z 0-9 _ -`, or the number is not its own upper-case form, `EC-<ORG>-` and the first 20 hex
    /// digits, upper case, of the SHA-256 of the exact number.
    pub fn ecat(org: &EcatOrg, number: &EcatOrderNumber) -> Self {
        let plain = format!("EC-{}-{}", org.in_keys(), number.as_str());
        // What a key refuses is exactly what is hashed: length, lower case, any other character.
        Self::new(plain).unwrap_or_else(|_| hashed(org, number.as_str()))
    }

    /// The key of a submission whose number is another one's: as a number that makes no key, of the SHA-256 of number,
    /// uuid and id with a blank between them.
    pub fn ecat_colliding(org: &EcatOrg, submission: &Submission) -> Self {
        let Submission { number, uuid, id } = submission;
        hashed(org, &format!("{number} {uuid} {id}"))
    }
}

/// The three names of one submission, which are all that eCat documents of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    /// `order_number`, exactly as it came: it is the name by which the submission is marked received.
    pub number: EcatOrderNumber,
    /// `uuid`: the same for all submissions of one order.
    pub uuid: EcatUuid,
    /// `id`: greater for each newer submission.
    pub id: EcatId,
}

#[expect(
    clippy::expect_used,
    reason = "at most 13 upper-case characters and 20 hex digits always make a key"
)]
fn hashed(org: &EcatOrg, text: &str) -> ErpKey {
    let digest = Sha256::digest(text.as_bytes());
    let hex: String = digest[..10].iter().map(|byte| format!("{byte:02X}")).collect();
    ErpKey::new(format!("EC-{}-{hex}", org.in_keys())).expect("a hashed key fits")
}

#[cfg(test)]
mod tests;
