//! The envelope `{"status", "error", "data"}` of every answer, read while it arrives.
//!
//! Its fields may stand in any order, so whether a list is good may be known only behind its last order. `data` is
//! handed on as it comes and never kept; everything else that is kept is bounded.
//!
//! A broken order must not hide the end of the list. Where the text of a list stops to be JSON, its structure proves
//! nothing any more: from there on the last bytes are held back, and at the end of the answer the envelope's own end
//! is looked for in them (see `tail`).

use bytes::Bytes;

use crate::fault::Fault;
use crate::first_key::FirstKey;
use crate::said::{ERROR_BYTES_MAX, Field, Kept, Said, WORD_BYTES_MAX};
use crate::syntax::{Place, Syntax, is_blank};
use crate::tail::{Tail, end_of_list};

/// What `data` has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// An array of orders, which may be broken in itself.
    List,
    /// Anything that is JSON, or nothing.
    Anything,
    /// Nothing of it is handed on.
    Nothing,
}

#[derive(Debug)]
enum Stage {
    /// Only blanks came, and perhaps a byte order mark.
    Begin,
    /// In the envelope, and not in a value.
    Top,
    /// In a value that is not handed on.
    Value,
    /// In `data`, which is handed on.
    Data,
    /// In a list whose text is broken: its end is looked for at the end of the answer.
    Lost(Tail),
    /// The envelope is closed.
    Ended,
    /// Nothing more is read.
    Over(Fault),
}

/// What stood in `data`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Data {
    Absent,
    Wanted,
    /// Something else than a list, where a list is wanted.
    NoList,
    /// A second one came: nobody can say which is meant.
    Twice,
}

/// The reader of one answer.
#[derive(Debug)]
pub(crate) struct Envelope {
    wanted: Wanted,
    syntax: Syntax,
    stage: Stage,
    field: Field,
    key: Kept,
    value: Kept,
    said: Said,
    data: Data,
    first_key: FirstKey,
}

impl Envelope {
    pub(crate) fn new(wanted: Wanted) -> Self {
        Self {
            wanted,
            syntax: Syntax::new(),
            stage: Stage::Begin,
            field: Field::Other,
            key: Kept::default(),
            value: Kept::default(),
            said: Said::default(),
            data: Data::Absent,
            first_key: FirstKey::default(),
        }
    }

    /// Takes the next bytes and hands on what belongs to `data`; mostly a slice of them.
    pub(crate) fn feed(&mut self, chunk: &Bytes) -> Bytes {
        if let Stage::Lost(tail) = &mut self.stage {
            return tail.hold(&[], chunk);
        }
        let mut from = None;
        let mut until = 0;
        for (at, byte) in chunk.iter().enumerate() {
            if self.take(*byte) {
                from.get_or_insert(at);
                until = at + 1;
            } else if let Stage::Lost(tail) = &mut self.stage {
                // The byte that showed it belongs to the list too.
                let before = from.map_or(&[][..], |from| &chunk[from..until]);
                return tail.hold(before, &chunk[at..]);
            }
        }
        from.map_or(Bytes::new(), |from| chunk.slice(from..until))
    }

    /// Takes one byte; whether it belongs to `data`.
    fn take(&mut self, byte: u8) -> bool {
        match self.stage {
            Stage::Begin => self.begin(byte),
            Stage::Top => self.top(byte),
            Stage::Value => self.value(byte),
            Stage::Data => return self.data(byte),
            Stage::Ended if !is_blank(byte) => self.unusable("something stands behind the envelope"),
            Stage::Ended | Stage::Lost(_) | Stage::Over(_) => {}
        }
        matches!(self.stage, Stage::Data)
    }

    fn begin(&mut self, byte: u8) {
        match byte {
            b'{' if self.syntax.step(byte).is_ok() => self.stage = Stage::Top,
            b'<' => self.stage = Stage::Over(Fault::WebPage),
            // A byte order mark.
            0xef | 0xbb | 0xbf => {}
            _ if is_blank(byte) => {}
            _ => self.unusable("the answer is no envelope"),
        }
    }

    fn top(&mut self, byte: u8) {
        let before = self.syntax.place();
        if self.syntax.step(byte).is_err() {
            return self.unusable("the envelope is not JSON");
        }
        match (before, self.syntax.place()) {
            (Place::Key | Place::KeyOrEnd, Place::Text { .. }) => {
                self.key = Kept::default();
                self.key.push(byte, WORD_BYTES_MAX);
            }
            (Place::Text { .. }, place) => {
                self.key.push(byte, WORD_BYTES_MAX);
                if place == Place::Colon {
                    self.field = Field::of(&self.key);
                }
            }
            (Place::Value, Place::Value) => {}
            (Place::Value, _) => self.value_begins(byte),
            _ if self.syntax.depth() == 0 => self.stage = Stage::Ended,
            _ => {}
        }
    }

    fn value_begins(&mut self, byte: u8) {
        self.value = Kept::default();
        self.keep(byte);
        self.stage = Stage::Value;
        if self.field != Field::Data {
            return;
        }
        self.data = match (self.data, self.wanted) {
            (Data::Absent, Wanted::List) if byte != b'[' => Data::NoList,
            (Data::Absent, _) => Data::Wanted,
            _ => Data::Twice,
        };
        // A failed call's data is unspecified: nothing of it is an order of ours.
        if self.data == Data::Wanted && self.wanted != Wanted::Nothing && !self.said.failed() {
            self.stage = Stage::Data;
        }
    }

    fn keep(&mut self, byte: u8) {
        match self.field {
            Field::Status => self.value.push(byte, WORD_BYTES_MAX),
            Field::Error => self.value.push(byte, ERROR_BYTES_MAX),
            Field::Data | Field::Other => {}
        }
    }

    /// A further byte of a value that is not handed on.
    fn value(&mut self, byte: u8) {
        let bare = self.syntax.place() == Place::Bare;
        if self.syntax.step(byte).is_err() {
            return self.unusable("the envelope is not JSON");
        }
        let over = self.value_is_over();
        if !(over && bare) {
            self.keep(byte);
        }
        if over {
            self.said.hear(self.field, &self.value);
            self.leave_value();
        }
    }

    /// A further byte of `data`; whether it belongs to it.
    fn data(&mut self, byte: u8) -> bool {
        let bare = self.syntax.place() == Place::Bare;
        if self.syntax.step(byte).is_err() {
            self.stage = match self.wanted {
                Wanted::List => Stage::Lost(Tail::default()),
                Wanted::Anything | Wanted::Nothing => {
                    Stage::Over(Fault::Unusable("the envelope is not JSON"))
                }
            };
            return false;
        }
        self.first_key.follow(self.syntax, byte);
        let over = self.value_is_over();
        if over {
            self.leave_value();
        }
        !(over && bare)
    }

    fn value_is_over(&self) -> bool {
        let within = matches!(self.syntax.place(), Place::Text { .. } | Place::Bare);
        self.syntax.depth() < 1 || (self.syntax.depth() == 1 && !within)
    }

    /// Behind a bare value, the byte that ended it was the envelope's, and may have closed it.
    fn leave_value(&mut self) {
        self.stage = match self.syntax.depth() {
            0 => Stage::Ended,
            _ => Stage::Top,
        };
    }

    fn unusable(&mut self, what: &'static str) {
        self.stage = Stage::Over(Fault::Unusable(what));
    }

    /// Whether it said success so far, and nothing against it.
    pub(crate) fn succeeded(&self) -> bool {
        self.said.succeeded()
    }

    /// Whether nothing that may follow changes what has to be said about it.
    pub(crate) fn is_settled(&self) -> bool {
        self.said.explained() || matches!(self.stage, Stage::Over(_))
    }

    /// Whether an order has begun, and its first key is known as far as it can be.
    pub(crate) fn has_order(&self) -> bool {
        self.first_key.has_come() || matches!(self.stage, Stage::Lost(_))
    }

    /// The key that the first order of a list begins with.
    pub(crate) fn first_key(&self) -> Option<&str> {
        self.first_key.name()
    }

    /// The answer came to its end: the last bytes of `data`, and whether it was a success.
    pub(crate) fn end(&mut self) -> (Bytes, Result<(), Fault>) {
        let mut rest = Bytes::new();
        if let Stage::Lost(tail) = &mut self.stage {
            let held = tail.take();
            rest = match end_of_list(&held) {
                Some((end, said)) => {
                    self.said.add(said);
                    self.stage = Stage::Ended;
                    held.slice(..end)
                }
                None => held,
            };
        }
        (rest, self.verdict())
    }

    fn verdict(&self) -> Result<(), Fault> {
        if self.said.failed() {
            return Err(Fault::Failed(self.said.message().map(str::to_owned)));
        }
        match &self.stage {
            Stage::Over(fault) => return Err(fault.clone()),
            Stage::Begin => return Err(Fault::Unusable("the answer is empty")),
            Stage::Top | Stage::Value | Stage::Data | Stage::Lost(_) => return Err(Fault::Incomplete),
            Stage::Ended => {}
        }
        if !self.said.succeeded() {
            return Err(Fault::Unusable("the envelope has no status"));
        }
        match self.data {
            Data::Twice => Err(Fault::Unusable("the envelope has data twice")),
            Data::NoList => Err(Fault::Unusable("the data is no list")),
            Data::Absent if self.wanted == Wanted::List => Err(Fault::Unusable("the envelope has no data")),
            Data::Absent | Data::Wanted => Ok(()),
        }
    }

    /// What the end of a broken list says: it must be the end of an envelope and nothing else.
    pub(crate) fn into_said(self) -> Option<Said> {
        matches!(self.stage, Stage::Ended).then_some(self.said)
    }
}

#[cfg(test)]
#[path = "envelope_tests.rs"]
mod tests;
