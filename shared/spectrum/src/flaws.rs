//! What is wrong with something before it is sent. The texts hold names of fields and no values.

use std::fmt;

/// What is wrong with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FlawKind {
    /// It has to be there.
    #[error("is missing")]
    Missing,
    /// It has more characters than are allowed.
    #[error("has more than {0} characters")]
    TooLong(usize),
    /// Quantities are whole numbers above zero.
    #[error("is no whole number above zero")]
    NotWhole,
    /// It is no recipe set's id.
    #[error("is not 8 letters and digits")]
    NoRecipeSet,
    /// The vendor's sample has two letters.
    #[error("is not two upper-case letters")]
    NoCountry,
    /// Another line of the same recipe set says something else, and Spectrum is told once for both.
    #[error("differs from that of another line of the same recipe set")]
    Differs,
    /// It is told of a line that the order does not have.
    #[error("is told of, and the order has no such line")]
    NoSuchLine,
    /// It is told twice.
    #[error("is told twice")]
    Twice,
}

/// A field, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// Which: a name of Spectrum's, such as `shippingAddress.city` or `line 2 giftMessage` (lines as the order counts
    /// them).
    pub field: String,
    /// What is wrong.
    pub kind: FlawKind,
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.field, self.kind)
    }
}

/// All that has to be mended before it may be sent: one flaw at least.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Flaws(Vec<Flaw>);

impl Flaws {
    /// They, as they were found.
    pub fn all(&self) -> &[Flaw] {
        &self.0
    }

    pub(crate) fn add(&mut self, field: impl Into<String>, kind: FlawKind) {
        let field = field.into();
        self.0.push(Flaw { field, kind });
    }

    pub(crate) fn or<T>(self, good: T) -> Result<T, Self> {
        if self.0.is_empty() { Ok(good) } else { Err(self) }
    }

    /// A text that may be missing: without blanks around it, and none if nothing else is there.
    pub(crate) fn text(
        &mut self,
        field: impl Into<String>,
        text: Option<&str>,
        longest: usize,
    ) -> Option<String> {
        let text = text.map(str::trim).filter(|text| !text.is_empty())?;
        if text.chars().count() > longest {
            self.add(field, FlawKind::TooLong(longest));
        }
        Some(text.to_owned())
    }

    /// A text that has to be there.
    pub(crate) fn required(&mut self, field: &str, text: &str, longest: usize) -> String {
        let found = self.text(field, Some(text), longest);
        found.unwrap_or_else(|| {
            self.add(field, FlawKind::Missing);
            String::new()
        })
    }
}

impl fmt::Display for Flaws {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, flaw) in self.0.iter().enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            write!(f, "{comma}{flaw}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Flaws {}
