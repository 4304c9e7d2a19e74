//! The key that the orders of an answer begin with.
//!
//! It is not documented, and where a broken order ends is told by it: so each answer is asked itself, by its first order.

use crate::said::WORD_BYTES_MAX;
use crate::syntax::{Place, Syntax};

/// The first key of the first order.
#[derive(Debug, Default)]
pub(crate) struct FirstKey {
    key: Vec<u8>,
    over: bool,
}

impl FirstKey {
    /// Follows a byte of a list: the envelope is the first bracket, the list the second, an order the third.
    pub(crate) fn follow(&mut self, now: Syntax, byte: u8) {
        if self.over {
            return;
        }
        let in_key = matches!(now.place(), Place::Text { key: true, .. });
        if now.depth() == 3 && (in_key || now.place() == Place::Colon) {
            self.key.push(byte);
        }
        let early = match now.depth() {
            0 | 1 => true,
            2 => now.place() == Place::ValueOrEnd,
            3 => in_key || now.place() == Place::KeyOrEnd,
            _ => false,
        };
        self.over = !early || self.key.len() > WORD_BYTES_MAX;
    }

    /// Whether an order has begun, and nothing more will be known of its first key.
    pub(crate) fn has_come(&self) -> bool {
        self.over
    }

    /// Its name, if it can be searched for as it stands.
    pub(crate) fn name(&self) -> Option<&str> {
        let name = self.key.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
        let name = std::str::from_utf8(name).ok()?;
        (!name.is_empty() && !name.contains('\\')).then_some(name)
    }
}
