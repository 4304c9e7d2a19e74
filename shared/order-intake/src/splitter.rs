//! Cuts a JSON array into its elements while it arrives.
//!
//! It follows strings and brackets and nothing more; whether a record is JSON is found out by whoever parses it. Three
//! things show that a record is broken: a bracket that closes another kind, a length beyond the cap, and an end of the
//! text inside the record. Then the text is searched for the place where the next record begins: `}`, `,`, `{` and the
//! key that records begin with. What stands before that place is the broken record; the rest is cut anew.

use std::collections::VecDeque;

/// What was cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// An element of the array, complete as far as brackets tell.
    Record {
        /// Its bytes.
        bytes: Vec<u8>,
        /// Whether it was cut out of the text after a broken record: then it may be a part of an order.
        salvaged: bool,
    },
    /// A record that is broken.
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
    /// The array was closed, or there was nothing.
    Complete,
    /// It broke off.
    BrokenOff,
}

/// The splitter of one answer.
#[derive(Debug)]
pub struct Splitter {
    first_key: Vec<u8>,
    cap: usize,
    outer: Outer,
    record: Vec<u8>,
    brackets: Vec<u8>,
    in_string: bool,
    escaped: bool,
    broken: Option<&'static str>,
    salvaged: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outer {
    Before,
    Inside,
    Alone,
    After,
}

impl Splitter {
    /// `first_key` is the key that records begin with; `cap` the largest record, in bytes.
    pub fn new(first_key: &str, cap: usize) -> Self {
        Self {
            first_key: format!("\"{first_key}\"").into_bytes(),
            cap,
            outer: Outer::Before,
            record: Vec::new(),
            brackets: Vec::new(),
            in_string: false,
            escaped: false,
            broken: None,
            salvaged: false,
        }
    }

    /// Takes the next bytes and hands out what they complete.
    pub fn feed(&mut self, bytes: &[u8], out: &mut VecDeque<Piece>) {
        let mut rest: Vec<u8> = Vec::new();
        for byte in bytes {
            self.take(*byte, out, &mut rest);
            // Text behind a broken record is cut anew before anything that follows it.
            while !rest.is_empty() {
                let again = std::mem::take(&mut rest);
                for (place, byte) in again.iter().enumerate() {
                    self.take(*byte, out, &mut rest);
                    if !rest.is_empty() {
                        rest.extend_from_slice(&again[place + 1..]);
                        break;
                    }
                }
            }
        }
    }

    /// The answer came to its end. `whole` says that the transport did not break.
    pub fn end(mut self, whole: bool, out: &mut VecDeque<Piece>) -> Ending {
        if !whole {
            return Ending::BrokenOff;
        }
        while !self.record.is_empty() {
            self.broken.get_or_insert("the answer ended inside this record");
            let rest = self.salvage(out);
            if rest.is_empty() {
                self.give_up(out);
            } else {
                self.feed(&rest, out);
            }
        }
        let complete = matches!(self.outer, Outer::Before | Outer::After);
        if complete {
            Ending::Complete
        } else {
            Ending::BrokenOff
        }
    }

    fn take(&mut self, byte: u8, out: &mut VecDeque<Piece>, rest: &mut Vec<u8>) {
        if self.record.is_empty() {
            self.between(byte, out);
            return;
        }
        if self.broken.is_none() && self.brackets.is_empty() && !self.in_string {
            // A bare value, such as null, ends at the next comma or bracket.
            if matches!(byte, b',' | b']') || byte.is_ascii_whitespace() {
                self.hand_out(out);
                self.between(byte, out);
                return;
            }
        }
        self.record.push(byte);
        if self.broken.is_some() {
            if self.record.ends_with(&self.first_key) {
                *rest = self.salvage(out);
            } else if self.record.len() > 2 * self.cap {
                // Nothing recognisable for as long as a whole record may be: let this much go into quarantine.
                self.give_up_keeping_broken(out);
            }
            return;
        }
        self.follow(byte);
        if self.broken.is_some() || self.record.len() > self.cap {
            self.broken.get_or_insert("the record is larger than 8 MB");
            *rest = self.salvage(out);
        } else if self.brackets.is_empty() && !self.in_string && matches!(byte, b'}' | b']' | b'"') {
            self.hand_out(out);
        }
    }

    /// Between records.
    fn between(&mut self, byte: u8, out: &mut VecDeque<Piece>) {
        match (self.outer, byte) {
            (Outer::Before, b'[') => self.outer = Outer::Inside,
            (Outer::Inside, b']') => self.outer = Outer::After,
            (Outer::Inside, b',') | (Outer::After, _) => {}
            // A byte order mark may stand before everything.
            (Outer::Before, 0xef | 0xbb | 0xbf) => {}
            (_, byte) if byte.is_ascii_whitespace() => {}
            (outer, byte) => {
                if outer == Outer::Before {
                    self.outer = Outer::Alone;
                }
                self.record.push(byte);
                self.follow(byte);
                if self.broken.is_some() {
                    self.give_up(out);
                }
            }
        }
    }

    fn follow(&mut self, byte: u8) {
        if self.in_string {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.in_string = false,
                _ => {}
            }
            return;
        }
        match byte {
            b'"' => self.in_string = true,
            b'{' | b'[' => self.brackets.push(byte),
            b'}' | b']' => {
                let opened = if byte == b'}' { b'{' } else { b'[' };
                if self.brackets.pop() != Some(opened) {
                    self.broken = Some("a bracket closes another kind of bracket");
                }
            }
            _ => {}
        }
    }

    fn hand_out(&mut self, out: &mut VecDeque<Piece>) {
        let bytes = std::mem::take(&mut self.record);
        // An answer that is nothing but `null` says that there are no orders.
        if !(self.outer == Outer::Alone && bytes == b"null") {
            out.push_back(Piece::Record {
                bytes,
                salvaged: self.salvaged,
            });
        }
        if self.outer == Outer::Alone {
            self.outer = Outer::After;
        }
        self.reset();
    }

    /// Finds where the next record begins in the text of a broken one; hands out what stands before, returns the rest.
    fn salvage(&mut self, out: &mut VecDeque<Piece>) -> Vec<u8> {
        let Some(place) = next_record(&self.record, &self.first_key) else {
            return Vec::new();
        };
        let rest = self.record.split_off(place);
        self.give_up(out);
        self.salvaged = true;
        rest
    }

    fn give_up(&mut self, out: &mut VecDeque<Piece>) {
        let mut bytes = std::mem::take(&mut self.record);
        while bytes
            .last()
            .is_some_and(|byte| byte.is_ascii_whitespace() || *byte == b',')
        {
            bytes.pop();
        }
        out.push_back(Piece::Malformed {
            bytes,
            fault: self.broken.unwrap_or("the record is broken"),
        });
        self.reset();
    }

    fn give_up_keeping_broken(&mut self, out: &mut VecDeque<Piece>) {
        let fault = self.broken;
        self.give_up(out);
        // The next byte opens a record that is broken from its start, until something recognisable comes.
        self.broken = fault;
        self.record.push(b' ');
    }

    fn reset(&mut self) {
        self.brackets.clear();
        self.in_string = false;
        self.escaped = false;
        self.broken = None;
    }
}

/// The place of the `{` of the next record: `}`, `,`, `{`, first key, with blanks between, and not at the very start.
fn next_record(text: &[u8], first_key: &[u8]) -> Option<usize> {
    let mut from = 1;
    while let Some(found) = find(&text[from.min(text.len())..], first_key) {
        let key = from + found;
        let open = before(text, key, b'{');
        let comma = open.and_then(|open| before(text, open, b','));
        let close = comma.and_then(|comma| before(text, comma, b'}'));
        if let (Some(open), Some(_)) = (open, close) {
            return Some(open);
        }
        from = key + 1;
    }
    None
}

/// The place of `wanted` if it is the last byte before `place` that is not blank.
fn before(text: &[u8], place: usize, wanted: u8) -> Option<usize> {
    let last = text[..place]
        .iter()
        .rposition(|byte| !byte.is_ascii_whitespace())?;
    (text[last] == wanted).then_some(last)
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}
