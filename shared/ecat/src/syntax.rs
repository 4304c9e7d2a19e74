//! Follows the structure of a JSON text, byte by byte and in bounded memory.
//!
//! It knows brackets, strings, commas and colons, and is strict about them; what a bare word or an escape says is not
//! its business. So whatever it accepts has its ends where a JSON reader would see them.

/// So many brackets may be open at once: one bit each.
const DEPTH_MAX: u32 = 128;

/// The text is not JSON, from this byte on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotJson;

/// What the next byte may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// The begin of a value.
    Value,
    /// The begin of a value, or the end of an array that is empty.
    ValueOrEnd,
    /// The begin of a key.
    Key,
    /// The begin of a key, or the end of an object that is empty.
    KeyOrEnd,
    /// The colon behind a key.
    Colon,
    /// A comma, or a closing bracket.
    After,
    /// A further byte of a key or of a text.
    Text {
        /// Whether it is a key.
        key: bool,
        /// Whether a backslash came before.
        escaped: bool,
    },
    /// A further byte of a number, `true`, `false` or `null`.
    Bare,
}

/// Where we are in a text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Syntax {
    /// One bit for each open bracket, the innermost lowest: 1 is an object.
    kinds: u128,
    depth: u32,
    place: Place,
}

/// JSON's own blanks.
pub(crate) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

impl Syntax {
    pub(crate) fn new() -> Self {
        Self {
            kinds: 0,
            depth: 0,
            place: Place::Value,
        }
    }

    /// How many brackets are open.
    pub(crate) fn depth(&self) -> u32 {
        self.depth
    }

    pub(crate) fn place(&self) -> Place {
        self.place
    }

    /// Takes the next byte.
    pub(crate) fn step(&mut self, byte: u8) -> Result<(), NotJson> {
        match self.place {
            Place::Text { key, escaped } => self.text(byte, key, escaped),
            Place::Bare if is_bare(byte) => Ok(()),
            Place::Bare => {
                self.place = Place::After;
                self.step(byte)
            }
            _ if is_blank(byte) => Ok(()),
            Place::Value => self.value(byte, false),
            Place::ValueOrEnd => self.value(byte, true),
            Place::Key => self.key(byte, false),
            Place::KeyOrEnd => self.key(byte, true),
            Place::Colon if byte == b':' => self.go(Place::Value),
            Place::Colon => Err(NotJson),
            Place::After => self.after(byte),
        }
    }

    fn go(&mut self, place: Place) -> Result<(), NotJson> {
        self.place = place;
        Ok(())
    }

    fn text(&mut self, byte: u8, key: bool, escaped: bool) -> Result<(), NotJson> {
        match byte {
            // A line that ends inside a text: one quote is too many, or missing.
            0..=0x1f => Err(NotJson),
            _ if escaped => self.go(Place::Text { key, escaped: false }),
            b'\\' => self.go(Place::Text { key, escaped: true }),
            b'"' if key => self.go(Place::Colon),
            b'"' => self.go(Place::After),
            _ => Ok(()),
        }
    }

    fn value(&mut self, byte: u8, or_end: bool) -> Result<(), NotJson> {
        match byte {
            b'{' | b'[' => self.open(byte == b'{'),
            b'"' => self.go(Place::Text {
                key: false,
                escaped: false,
            }),
            b']' if or_end => self.close(false),
            _ if is_bare(byte) => self.go(Place::Bare),
            _ => Err(NotJson),
        }
    }

    fn key(&mut self, byte: u8, or_end: bool) -> Result<(), NotJson> {
        match byte {
            b'"' => self.go(Place::Text {
                key: true,
                escaped: false,
            }),
            b'}' if or_end => self.close(true),
            _ => Err(NotJson),
        }
    }

    fn after(&mut self, byte: u8) -> Result<(), NotJson> {
        match byte {
            b',' if self.depth > 0 && self.in_object() => self.go(Place::Key),
            b',' if self.depth > 0 => self.go(Place::Value),
            b'}' | b']' => self.close(byte == b'}'),
            _ => Err(NotJson),
        }
    }

    fn in_object(&self) -> bool {
        self.kinds & 1 == 1
    }

    fn open(&mut self, object: bool) -> Result<(), NotJson> {
        if self.depth == DEPTH_MAX {
            return Err(NotJson);
        }
        self.depth += 1;
        self.kinds = self.kinds << 1 | u128::from(object);
        self.go(if object {
            Place::KeyOrEnd
        } else {
            Place::ValueOrEnd
        })
    }

    fn close(&mut self, object: bool) -> Result<(), NotJson> {
        if self.depth == 0 || self.in_object() != object {
            return Err(NotJson);
        }
        self.depth -= 1;
        self.kinds >>= 1;
        self.go(Place::After)
    }
}

fn is_bare(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where the text stops to be JSON; else how many brackets are open at its end.
    fn follow(text: &str) -> Result<u32, usize> {
        let mut syntax = Syntax::new();
        for (at, byte) in text.bytes().enumerate() {
            syntax.step(byte).map_err(|NotJson| at)?;
        }
        Ok(syntax.depth())
    }

    #[test]
    fn follows_what_is_json() {
        assert_eq!(follow(r#" {"a" : [1, "]}\"{", {} , []], "b":null} "#), Ok(0));
        assert_eq!(follow(r#"[{"a":1"#), Ok(2));
        assert_eq!(follow("17"), Ok(0));
    }

    #[test]
    fn sees_at_once_where_a_text_stops_to_be_json() {
        for (text, at) in [
            (r#"[{"id": 402311", "a":1}]"#, 14),
            (r#"{"a: "b"}"#, 6),
            (r#"{"a":"b" "c"}"#, 9),
            (r#"[1}"#, 2),
            (r#"{"a":1]"#, 6),
            (r#"[1,]"#, 3),
            (r#"{"a":1,}"#, 7),
            (r#"{"a"}"#, 4),
            (r#"{1:2}"#, 1),
            ("[\"a\nb\"]", 3),
            ("1,", 1),
            ("]", 0),
        ] {
            assert_eq!(follow(text), Err(at), "{text}");
        }
    }

    #[test]
    fn too_many_brackets_are_no_text_of_ours() {
        assert_eq!(follow(&"[".repeat(128)), Ok(128));
        assert_eq!(follow(&"[".repeat(129)), Err(128));
    }
}
