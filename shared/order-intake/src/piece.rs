//! What the text of an answer is cut into.

/// What was cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// An element of the array. It is JSON.
    Record {
        /// Its bytes.
        bytes: Vec<u8>,
        /// Whether it was cut out of the text after a broken record: then it may be a part of an order.
        salvaged: bool,
    },
    /// Text that is no record.
    Malformed {
        /// Its bytes.
        bytes: Vec<u8>,
        /// What is wrong.
        fault: &'static str,
    },
}

/// How the text ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The array was closed, or there was a single object, `null` or nothing.
    Complete,
    /// It broke off, was no array, or its last record is broken: then nobody can tell that it is the last.
    BrokenOff,
}
