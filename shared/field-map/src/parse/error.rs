//! What can be wrong with a map.

/// Why a text is not a map.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MapError {
    /// It is not JSON.
    #[error("the field map is not JSON at line {line}, column {column}")]
    NotJson {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
    },
    /// A key that the language does not have, so most likely a misspelt one.
    #[error("unknown key {key:?} in {place}")]
    UnknownKey {
        /// Such as `lines.fields.sku.first[1]`.
        place: String,
        /// As written.
        key: String,
    },
    /// A key that cannot be left out.
    #[error("{place} has no {key:?}")]
    Absent {
        /// Such as `lines.fields`.
        place: String,
        /// The key.
        key: &'static str,
    },
    /// A value of another kind than belongs there.
    #[error("{place} is not {expected}")]
    Unfit {
        /// Such as `lines.each[0]`.
        place: String,
        /// What belongs there.
        expected: &'static str,
    },
}

impl MapError {
    pub(super) fn absent(place: &str, key: &'static str) -> Self {
        Self::Absent {
            place: place.to_owned(),
            key,
        }
    }

    pub(super) fn unfit(place: impl Into<String>, expected: &'static str) -> Self {
        Self::Unfit {
            place: place.into(),
            expected,
        }
    }
}
