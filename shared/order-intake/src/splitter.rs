//! Cuts a JSON array into its elements while it arrives.
//!
//! It follows strings and brackets; where they close, the text is a record if it is JSON. Four things show that a record
//! is broken: closed brackets around something that is not JSON (one quote too many turns text into brackets), a bracket
//! that closes another kind, a length beyond the cap, and an end of the answer inside the record. Then the text is
//! searched for the place where the next record begins: `,`, `{` and the key that records begin with. What stands
//! before that place is the broken record; the rest is cut anew.
//!
//! From there on nobody knows whether we are among the records or in an array inside one of them. So a closed array
//! proves nothing any more, and whatever follows it is searched in the same way.

use std::collections::VecDeque;

use serde::de::IgnoredAny;

use crate::piece::{Ending, Piece};
use crate::resume::{beginning, next_record};

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
    /// The broken record had its brackets closed, and nothing but blanks and commas came since.
    closed: bool,
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
            closed: false,
            salvaged: false,
        }
    }

    /// Takes the next bytes and hands out what they complete.
    pub fn feed(&mut self, bytes: &[u8], out: &mut VecDeque<Piece>) {
        // Text behind a broken record is cut anew before anything that follows it.
        let mut again: Vec<std::vec::IntoIter<u8>> = Vec::new();
        for byte in bytes {
            let mut next = Some(*byte);
            while let Some(byte) = next {
                let rest = self.take(byte, out);
                again.retain(|text| text.len() > 0);
                if !rest.is_empty() {
                    again.push(rest.into_iter());
                }
                next = again.last_mut().and_then(Iterator::next);
            }
        }
    }

    /// The answer came to its end. `whole` says that the transport did not break.
    pub fn end(mut self, whole: bool, out: &mut VecDeque<Piece>) -> Ending {
        if !whole {
            return Ending::BrokenOff;
        }
        // An answer that is nothing but `null` says that there are no orders.
        if self.outer == Outer::Alone && self.record.trim_ascii_end() == b"null" {
            return Ending::Complete;
        }
        while !self.record.is_empty() {
            // The text of a record that was broken before has been searched already.
            let rest = match self.broken {
                None => self.fail("the answer ended inside this record", out),
                Some(_) => Vec::new(),
            };
            if rest.is_empty() {
                self.give_up(out);
            } else {
                self.feed(&rest, out);
            }
        }
        match self.outer {
            Outer::Before | Outer::After => Ending::Complete,
            Outer::Inside | Outer::Alone => Ending::BrokenOff,
        }
    }

    /// Takes one byte; returns text that has to be cut anew before the next one.
    fn take(&mut self, byte: u8, out: &mut VecDeque<Piece>) -> Vec<u8> {
        if self.record.is_empty() {
            self.between(byte, out);
            return Vec::new();
        }
        if self.broken.is_some() {
            return self.search(byte, out);
        }
        let bare = self.brackets.is_empty() && !self.in_string;
        if bare && (matches!(byte, b',' | b']') || byte.is_ascii_whitespace()) {
            // A bare value, such as null, ends at the next comma, bracket or blank, which is not a part of it.
            let mut rest = self.close(out);
            if rest.is_empty() {
                return self.take(byte, out);
            }
            rest.push(byte);
            return rest;
        }
        self.record.push(byte);
        self.follow(byte);
        if let Some(fault) = self.broken {
            self.fail(fault, out)
        } else if self.record.len() > self.cap {
            self.fail("the record is larger than a record may be", out)
        } else if self.brackets.is_empty() && !self.in_string && matches!(byte, b'}' | b']' | b'"') {
            self.close(out)
        } else {
            Vec::new()
        }
    }

    /// Between records.
    fn between(&mut self, byte: u8, out: &mut VecDeque<Piece>) {
        match (self.outer, byte) {
            (Outer::Before, b'[') => self.outer = Outer::Inside,
            (Outer::Inside, b']') => self.outer = Outer::After,
            (Outer::Inside, b',') => {}
            // A byte order mark may stand before everything.
            (Outer::Before, 0xef | 0xbb | 0xbf) => {}
            (_, byte) if byte.is_ascii_whitespace() => {}
            (outer, byte) => self.open(outer, byte, out),
        }
    }

    fn open(&mut self, outer: Outer, byte: u8, out: &mut VecDeque<Piece>) {
        self.record.push(byte);
        match outer {
            Outer::Inside => {
                self.follow(byte);
                if self.broken.is_some() {
                    // A bracket too many; the next record may follow at once.
                    self.give_up(out);
                }
            }
            Outer::Before | Outer::Alone => {
                self.outer = Outer::Alone;
                match byte {
                    b'{' => self.follow(byte),
                    _ => self.broken = Some("the answer is no array of records"),
                }
            }
            Outer::After => {
                self.broken = Some("it stands behind the end of the array");
                if self.salvaged {
                    // It was the end of an array inside a record.
                    self.outer = Outer::Inside;
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

    /// The brackets are closed: it is a record if it is JSON.
    fn close(&mut self, out: &mut VecDeque<Piece>) -> Vec<u8> {
        if serde_json::from_slice::<IgnoredAny>(&self.record).is_err() {
            self.closed = true;
            return self.fail("the record is not JSON", out);
        }
        out.push_back(Piece::Record {
            bytes: std::mem::take(&mut self.record),
            salvaged: self.salvaged,
        });
        if self.outer == Outer::Alone {
            self.outer = Outer::After;
        }
        self.reset();
        Vec::new()
    }

    /// The record is broken: cuts it off if its text holds the beginning of another one.
    fn fail(&mut self, fault: &'static str, out: &mut VecDeque<Piece>) -> Vec<u8> {
        self.broken = Some(fault);
        match next_record(&self.record, &self.first_key) {
            Some(place) => self.cut(place, out),
            None => Vec::new(),
        }
    }

    /// Takes one more byte of a broken record and looks whether the next one begins there.
    fn search(&mut self, byte: u8, out: &mut VecDeque<Piece>) -> Vec<u8> {
        if self.closed && self.outer == Outer::Inside && matches!(byte, b'{' | b']') {
            // Wrong inside, but whole: what comes next is in its place.
            self.give_up(out);
            self.between(byte, out);
            return Vec::new();
        }
        self.closed &= byte == b',' || byte.is_ascii_whitespace();
        self.record.push(byte);
        if self.record.ends_with(&self.first_key) {
            let key = self.record.len() - self.first_key.len();
            if let Some(place) = beginning(&self.record, key) {
                return self.cut(place, out);
            }
        }
        if self.record.len() > 2 * self.cap {
            // Nothing recognisable for as long as a whole record may be: let this much go into quarantine.
            let fault = self.broken;
            self.give_up(out);
            // What follows is broken from its start, until something recognisable comes.
            self.broken = fault;
            self.record.push(b' ');
        }
        Vec::new()
    }

    /// Hands out what stands before the beginning of the next record, and returns the rest.
    fn cut(&mut self, place: usize, out: &mut VecDeque<Piece>) -> Vec<u8> {
        let rest = self.record.split_off(place);
        self.give_up(out);
        self.salvaged = true;
        self.outer = Outer::Inside;
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
        if !bytes.is_empty() {
            // It may be a small part of what was searched.
            bytes.shrink_to_fit();
            out.push_back(Piece::Malformed {
                bytes,
                fault: self.broken.unwrap_or("the record is broken"),
            });
        }
        self.reset();
    }

    fn reset(&mut self) {
        self.brackets.clear();
        self.in_string = false;
        self.escaped = false;
        self.broken = None;
        self.closed = false;
    }
}

#[cfg(test)]
#[path = "splitter_tests.rs"]
mod tests;
