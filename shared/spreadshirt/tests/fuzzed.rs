//! The properties of the fuzz target (`tests/fuzz` of this house) on a stable toolchain: over all documents written by hand,
//! and over some thousand changes of each. The changes are the same each time.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    reason = "a test's helpers are tests too"
)]

use std::panic::catch_unwind;
use std::path::Path;

#[path = "../../../tests/fuzz/properties/spreadshirt_reports.rs"]
mod properties;

use properties::{Taken, hold};

/// So many changed documents are made of each.
const ROUNDS: u64 = 2_000;

/// Marks that mean something, wherever they come to stand.
const MARKS: [&[u8]; 24] = [
    b"<",
    b">",
    b"&",
    b"\"",
    b"'",
    b"=",
    b"/",
    b"</",
    b"/>",
    b"<a>",
    b"<a/>",
    b"<!",
    b"<!DOCTYPE a>",
    b"<![CDATA[",
    b"]]>",
    b"<!--",
    b"-->",
    b"<?",
    b"?>",
    b"&#57;",
    b"&#x0;",
    b"\0",
    b"\xff",
    "\u{1F4A9}".as_bytes(),
];

/// Marsaglia's xorshift: a failing round can be run again by its number.
struct Dice(u64);

impl Dice {
    /// Seeds that lie side by side would begin alike.
    fn new(document: usize, round: u64) -> Self {
        let seed = (u64::try_from(document).unwrap() << 32) | round;
        Self((seed + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    fn byte(&mut self) -> u8 {
        u8::try_from(self.below(256)).unwrap()
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// A place in the document: any, or where a tag begins, for elsewhere little stays readable.
    fn place(&mut self, document: &[u8]) -> usize {
        let any = self.below(document.len() + 1);
        let tag = document[any..].iter().position(|byte| *byte == b'<');
        match tag {
            Some(further) if self.below(2) == 0 => any + further,
            _ => any,
        }
    }

    fn span(&mut self, document: &[u8], longest: usize) -> std::ops::Range<usize> {
        let from = self.place(document);
        let to = from + self.below((document.len() - from).min(longest) + 1);
        let tag = document[to..].iter().position(|byte| *byte == b'<');
        from..to + tag.filter(|_| self.below(2) == 0).unwrap_or(0)
    }
}

struct Seed {
    name: String,
    document: Vec<u8>,
}

/// In the order of their names: that of a folder is the file system's, and a round must mean the same everywhere.
fn seeds() -> Vec<Seed> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut seeds = Vec::new();
    for folder in ["tests/corpus", "../../tests/fuzz/corpus/spreadshirt_reports"] {
        for entry in std::fs::read_dir(here.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            // What a run of the fuzzer found has no ending, and is not everywhere.
            if path.extension().is_some() {
                let name = path.file_name().unwrap().to_str().unwrap().to_owned();
                let document = std::fs::read(path).unwrap();
                seeds.push(Seed { name, document });
            }
        }
    }
    seeds.sort_by(|one, other| one.name.cmp(&other.name));
    seeds
}

fn change(document: &mut Vec<u8>, dice: &mut Dice, seeds: &[Seed]) {
    let at = dice.place(document);
    match dice.below(8) {
        0 => document.truncate(at),
        1 if at < document.len() => document[at] ^= 1 << dice.below(8),
        2 if at < document.len() => document[at] = dice.byte(),
        3 => {
            let span = dice.span(document, 60);
            document.drain(span);
        }
        4 | 5 => {
            let span = dice.span(document, 400);
            let twice = document[span].to_vec();
            document.splice(at..at, twice);
        }
        6 => {
            let other = &dice.pick(seeds).document;
            let from = dice.place(other);
            document.truncate(at);
            document.extend_from_slice(&other[from..]);
        }
        _ => {
            document.splice(at..at, dice.pick(&MARKS).iter().copied());
        }
    }
}

/// Says which document it was, if something does not hold.
fn held(document: &[u8], what: &str) -> Taken {
    catch_unwind(|| hold(document)).unwrap_or_else(|_| {
        panic!("{what} does not hold:\n{}", String::from_utf8_lossy(document));
    })
}

#[test]
fn what_must_hold_of_any_document_holds_of_those_written_by_hand() {
    let seeds = seeds();
    assert!(seeds.len() > 100, "only {} documents", seeds.len());
    for seed in &seeds {
        held(&seed.document, &seed.name);
    }
}

#[test]
fn what_must_hold_of_any_document_holds_of_thousands_of_changes_of_each() {
    let seeds = seeds();
    let (mut reports, mut lists) = (0, 0);
    for (number, seed) in seeds.iter().enumerate() {
        for round in 0..ROUNDS {
            let mut dice = Dice::new(number, round);
            let mut document = seed.document.clone();
            for _ in 0..=dice.below(3) {
                change(&mut document, &mut dice, &seeds);
            }
            match held(&document, &format!("{} in round {round}", seed.name)) {
                Taken::Report => reports += 1,
                Taken::List => lists += 1,
                Taken::Neither => {}
            }
        }
    }
    // Changes that leave nothing readable would show nothing.
    assert!(
        reports > 2_000 && lists > 2_000,
        "{reports} reports, {lists} lists"
    );
}
