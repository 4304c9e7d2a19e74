//! Why a whole answer can't be read.

use crate::guesses::REPORTS_MAX;
use crate::xml::{DEPTH_MAX, MODIFICATIONS_MAX};

/// Why an answer, or a report in it, can't be read, though it arrived. Reading it again gives the same: the report is to be
/// kept and told to a person. It holds the names of elements, never what stood in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It has more than [`crate::BODY_BYTES_MAX`] bytes.
    #[error("it is larger than 16 MB")]
    TooLarge,
    /// Its elements nest more than [`DEPTH_MAX`] levels deep.
    #[error("its elements nest more than {DEPTH_MAX} levels deep")]
    TooDeep,
    /// It has a document type, and so may define entities.
    #[error("it has a DOCTYPE")]
    Doctype,
    /// It has more than [`MODIFICATIONS_MAX`] modifications.
    #[error("it has more than {MODIFICATIONS_MAX} modifications")]
    TooManyModifications,
    /// One page has more reports than a whole listing holds.
    #[error("it has more than {REPORTS_MAX} reports")]
    TooManyReports,
    /// An element has more attributes than any that we know of.
    #[error("an element has more than 64 attributes")]
    TooManyAttributes,
    /// It has an entity that is not one of XML's five, or a reference to no character.
    #[error("it has an entity that is none of the five")]
    Entity,
    /// It is not UTF-8.
    #[error("it is not UTF-8")]
    NotUtf8,
    /// It is not XML.
    #[error("it is not well-formed xml")]
    Malformed,
    /// It is XML, and not what was asked for.
    #[error("it is no {0}")]
    No(&'static str),
    /// It is another report than the one that was asked for.
    #[error("it is another report")]
    OtherReport,
    /// Something that is needed is missing or empty.
    #[error("its {0} is missing")]
    Missing(&'static str),
    /// It says the same thing twice.
    #[error("its {0} is said twice")]
    Twice(&'static str),
    /// Something is in a form that is not known.
    #[error("its {0} is not understood")]
    Odd(&'static str),
    /// A text is longer than any that we know of.
    #[error("its {0} is too long")]
    TooLong(&'static str),
}
