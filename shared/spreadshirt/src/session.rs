//! A login that Spreadshirt gave a name.

use std::fmt;

/// A session: sent along with every signed request until Spreadshirt answers 401. It expires when it is not used (notes,
/// section 2), after a time that nobody tells. `Debug` hides it, for whoever has it is logged in.
#[derive(Clone, PartialEq, Eq)]
pub struct Session(String);

impl Session {
    /// Takes what can stand between quotes in a header; none for anything else.
    pub(crate) fn new(id: &str) -> Option<Self> {
        let fits = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\' | b',');
        (!id.is_empty() && id.bytes().all(fits)).then(|| Self(id.to_owned()))
    }

    pub(crate) fn id(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Session(hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_that_would_end_its_own_quotes_is_none() {
        for id in ["", "a\"b", "a b", "a\\", "a,b", "ä"] {
            assert_eq!(Session::new(id), None, "{id}");
        }
        let session = Session::new("e2d5-77").unwrap();
        assert_eq!(format!("{session:?}"), "Session(hidden)");
    }
}
