//! What shall happen to an order's lines, and, worked out by hand for each kind, what a customer must see in the end.

use super::ordered::Line;
use super::shown::ShownPackage;

/// What somebody says of a line in one of Spreadshirt's reports.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    /// Which line, from 0.
    pub(crate) line: usize,
    pub(crate) state: &'static str,
    /// When, in minutes after the order's own beginning.
    pub(crate) minute: i64,
    /// Whether it names our line; else it names Spreadshirt's item alone.
    pub(crate) named: bool,
}

/// A row for `record-fulfilment`.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) line: usize,
    pub(crate) quantity: Option<u64>,
    pub(crate) state: &'static str,
    pub(crate) parcel: Option<(&'static str, String)>,
    pub(crate) minute: i64,
}

/// By which name the ERP speaks of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    Key,
    Number,
}

/// Something that happens.
#[derive(Debug, Clone)]
pub(crate) enum Deed {
    /// Spreadshirt tells of it in a report, which may tell of other orders too.
    Reported(Vec<Change>),
    /// Spreadshirt tells of it in a report of its own.
    ReportedAlone(Vec<Change>),
    /// In a report with an item of somebody else's.
    ReportedWithOthers(Vec<Change>),
    /// The ERP sends a message, so often.
    Sent(Vec<Row>, By, usize),
}

/// A move that is to be announced: once by its identity.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Move {
    pub(crate) line: usize,
    pub(crate) state: &'static str,
    pub(crate) quantity: Option<u64>,
    pub(crate) tracking: Option<String>,
    /// Whether it must be; else another may have overtaken it.
    pub(crate) sure: bool,
}

/// What shall happen to an order, and what must come of it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Plan {
    /// What happens before the order is submitted.
    pub(crate) before: Vec<Deed>,
    /// What happens when it is in the ERP, each when what came before it is taken in.
    pub(crate) stages: Vec<Vec<Deed>>,
    /// What a customer must see in the end.
    pub(crate) packages: Vec<ShownPackage>,
    pub(crate) moves: Vec<Move>,
    /// Whether it begins when its import is recorded, so that nothing can overtake anything; else when the ERP has it.
    pub(crate) waits_for_import: bool,
    /// Whether all of it comes to pass in one order, so that its life is worth telling.
    pub(crate) is_told: bool,
}

/// As many kinds of orders there are.
pub(crate) const KINDS: u64 = 8;

/// What shall happen to the n-th order, of three lines.
pub(crate) fn plan(n: u64, lines: &[Line]) -> Plan {
    let [first, second, third] = lines else {
        return untouched(lines);
    };
    let order = Three {
        n,
        lines: [first, second, third],
    };
    let mut plan = match n % KINDS {
        0 => untouched(lines),
        1 => order.made(),
        2 => order.shipped_in_parts(),
        3 => order.whole_life(),
        4 => order.told_too_early(),
        // Such a report comes with each read.
        5 if (n / KINDS).is_multiple_of(5) => order.with_others(),
        5 => order.cancelled(),
        6 => order.all_at_once(),
        _ => order.refunded(),
    };
    plan.packages.sort();
    plan
}

/// Nothing happens: all of it is processing.
pub(crate) fn untouched(lines: &[Line]) -> Plan {
    let all: Vec<_> = lines
        .iter()
        .map(|line| (line.sku.as_str(), line.quantity))
        .collect();
    Plan {
        packages: vec![ShownPackage::new("processing", &all)],
        ..Plan::default()
    }
}

pub(crate) fn change(line: usize, state: &'static str, minute: i64) -> Change {
    Change {
        line,
        state,
        minute,
        named: true,
    }
}

/// A change that names Spreadshirt's item alone.
pub(crate) fn unnamed(line: usize, state: &'static str, minute: i64) -> Change {
    Change {
        named: false,
        ..change(line, state, minute)
    }
}

pub(crate) fn row(line: usize, state: &'static str, minute: i64) -> Row {
    Row {
        line,
        quantity: None,
        state,
        parcel: None,
        minute,
    }
}

impl Row {
    pub(crate) fn of(mut self, quantity: u64) -> Self {
        self.quantity = Some(quantity);
        self
    }

    pub(crate) fn by(mut self, parcel: &(&'static str, String)) -> Self {
        self.parcel = Some(parcel.clone());
        self
    }

    /// The move that this row makes.
    pub(crate) fn moves(&self) -> Move {
        Move {
            line: self.line,
            state: self.state,
            quantity: self.quantity,
            tracking: self.parcel.as_ref().map(|(_, tracking)| tracking.clone()),
            sure: true,
        }
    }
}

/// A move that a report makes.
pub(crate) fn moved(line: usize, state: &'static str) -> Move {
    Move {
        line,
        state,
        quantity: None,
        tracking: None,
        sure: true,
    }
}

/// A parcel of the n-th order with an invented number.
pub(crate) fn parcel(n: u64, carrier: &'static str, place: u64) -> (&'static str, String) {
    (carrier, format!("{}-TEST-{n:05}-{place}", carrier.to_uppercase()))
}

/// An order of three lines.
pub(crate) struct Three<'a> {
    pub(crate) n: u64,
    pub(crate) lines: [&'a Line; 3],
}

impl Three<'_> {
    pub(crate) fn sku(&self, line: usize) -> &str {
        &self.lines[line].sku
    }

    pub(crate) fn ordered(&self, line: usize) -> u64 {
        self.lines[line].quantity
    }

    /// All of a line.
    pub(crate) fn all(&self, line: usize) -> (&str, u64) {
        (self.sku(line), self.ordered(line))
    }

    /// The larger half of a line, and what is left of it.
    pub(crate) fn halves(&self, line: usize) -> (u64, u64) {
        let rest = self.ordered(line) / 2;
        (self.ordered(line) - rest, rest)
    }

    /// A parcel of this order with an invented number.
    pub(crate) fn parcel(&self, carrier: &'static str, place: u64) -> (&'static str, String) {
        parcel(self.n, carrier, place)
    }

    /// How Spreadshirt spells it, which nobody knows.
    pub(crate) fn cancelled_word(&self) -> &'static str {
        if (self.n / KINDS).is_multiple_of(2) {
            "CANCELLED"
        } else {
            "CANCELED"
        }
    }
}
