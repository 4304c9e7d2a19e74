//! The name of an order at Spectrum.

use std::fmt;

use crate::guesses::{NUMBER_MAX, fits_an_address};

/// `purchaseOrderNumber`: the key by which Spectrum knows an order, and takes no second acknowledgement. It is decided once
/// for each order and never changes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PurchaseOrderNumber(String);

/// Why a text is no purchase order number. It is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// There is nothing but blanks.
    #[error("the purchase order number is empty")]
    Empty,
    /// It has more than 64 characters.
    #[error("the purchase order number has more than {NUMBER_MAX} characters")]
    TooLong,
    /// It could be sent, and not be asked for: whether a lost call took effect could never be found out.
    #[error("the purchase order number has a character that is not safe in an address")]
    Unfit,
}

impl PurchaseOrderNumber {
    /// Takes 1 to 64 of `A-Z a-z 0-9 - _ .` and blanks inside; blanks around it are dropped. It does not end with a dot.
    ///
    /// # Errors
    /// When the text is anything else.
    pub fn new(text: &str) -> Result<Self, NumberError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(NumberError::Empty);
        }
        if text.chars().count() > NUMBER_MAX {
            return Err(NumberError::TooLong);
        }
        if text.ends_with('.') || !text.chars().all(fits_an_address) {
            return Err(NumberError::Unfit);
        }
        Ok(Self(text.to_owned()))
    }

    /// The number as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As a part of a path.
    pub(crate) fn in_path(&self) -> String {
        self.0.replace(' ', "%20")
    }
}

impl fmt::Display for PurchaseOrderNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_what_can_be_asked_for() {
        for text in ["42015953", "SO104233", "WEB-2026-004512", "a_b.c"] {
            let number = PurchaseOrderNumber::new(text).unwrap();
            assert_eq!((number.as_str(), number.in_path()), (text, text.to_owned()));
        }
        let number = PurchaseOrderNumber::new(" SO 17\n").unwrap();
        assert_eq!((number.as_str(), number.in_path().as_str()), ("SO 17", "SO%2017"));
    }

    #[test]
    fn what_can_not_be_asked_for_is_none() {
        let long = "1".repeat(65);
        for (text, error) in [
            ("", NumberError::Empty),
            (" ", NumberError::Empty),
            (long.as_str(), NumberError::TooLong),
            ("SO/17", NumberError::Unfit),
            ("SO?17", NumberError::Unfit),
            ("..", NumberError::Unfit),
            ("SO17.", NumberError::Unfit),
            ("SÖ17", NumberError::Unfit),
            ("a\nb", NumberError::Unfit),
        ] {
            assert_eq!(PurchaseOrderNumber::new(text), Err(error), "{text:?}");
        }
    }
}
