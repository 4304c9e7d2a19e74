//! A submission as the uuid's item keeps it: `402311:C1:<32 hex>:7120-041526-118`.
//!
//! The id, a letter for the standing, `x` if the key is another order's, the number of items that hold the payload, its
//! name, and of the key what follows `EC-<ORG>-`, which stands in the item's own key. At most 20 + 1 + 1 + 1 + 2 + 1 +
//! 32 + 1 + 29 = 88 bytes, and about 60 with ids and numbers such as the vendor shows.

use super::{Standing, Version};
use crate::{EcatId, ErpKey, RawRef};

/// A stored submission can't be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a stored version of an eCat order is not readable")]
pub struct VersionError;

impl Version {
    /// The form that is stored. It says nothing of the order's content.
    pub fn stored(&self) -> String {
        let tail = self.key.as_str().splitn(3, '-').nth(2).unwrap_or_default();
        let taken = if self.key_taken { "x" } else { "" };
        format!(
            "{}:{}{taken}{}:{}:{tail}",
            self.id,
            self.standing.letter(),
            self.raw.chunks,
            self.raw.hash
        )
    }

    /// Reads the form that is stored in the item of an order of this account, see [`OrderKey::account`](crate::OrderKey::account).
    ///
    /// # Errors
    /// If it is not that form.
    pub fn read(account: &str, text: &str) -> Result<Self, VersionError> {
        let mut parts = text.splitn(4, ':');
        let mut part = || parts.next().ok_or(VersionError);
        let id = part()?.parse().map(EcatId).map_err(|_| VersionError)?;
        let mut place = part()?.chars();
        let standing = place.next().and_then(Standing::of_letter).ok_or(VersionError)?;
        let place = place.as_str();
        let key_taken = place.starts_with('x');
        let chunks = place.strip_prefix('x').unwrap_or(place);
        let chunks = chunks.parse().map_err(|_| VersionError)?;
        let hash = part()?.to_owned();
        let key = format!("EC-{account}-{}", part()?);
        let key = ErpKey::new(key).map_err(|_| VersionError)?;
        Ok(Self {
            id,
            key,
            key_taken,
            raw: RawRef { hash, chunks },
            standing,
        })
    }
}

impl Standing {
    const LETTERS: [(Self, char); 6] = [
        (Self::Current, 'C'),
        (Self::Superseded, 'S'),
        (Self::Waiting, 'W'),
        (Self::Held, 'H'),
        (Self::Leaving, 'L'),
        (Self::Decided, 'D'),
    ];

    fn letter(self) -> char {
        let row = Self::LETTERS.iter().find(|(standing, _)| *standing == self);
        row.map_or('H', |(_, letter)| *letter)
    }

    fn of_letter(letter: char) -> Option<Self> {
        let row = Self::LETTERS.iter().find(|(_, known)| *known == letter);
        row.map(|(standing, _)| *standing)
    }
}
