//! What became of an order's lines, and the one rule that lets a line move: forward.
//!
//! Pure. Spreadshirt's reports, the ERP's shipments and what a person records all come through [`Fulfilment::take`].

mod line;
mod movement;

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

pub use line::{LineFulfilment, Part, Unfit};
pub use movement::{Became, Movement, Parcel};

use crate::Order;

/// So many disputes are kept with an order; the oldest give way.
const DISPUTES: usize = 50;

/// So many identities of movements are remembered that a person has dealt with.
const IGNORED: usize = 200;

/// The quantity that was ordered of each line, by its number.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ordered(pub BTreeMap<u32, Decimal>);

impl Ordered {
    /// The lines of an order.
    pub fn of(order: &Order) -> Self {
        let lines = order.lines.iter();
        Self(lines.map(|line| (line.line, line.quantity)).collect())
    }
}

/// What became of an order's lines.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Fulfilment {
    /// Rises by one with each change: what a publication tells is named by it.
    pub version: u32,
    /// What was ordered, as it was first read: the payload may be gone when the last line ships.
    #[serde(default)]
    pub ordered: Ordered,
    /// The lines that something became of, by number.
    #[serde(default)]
    pub lines: BTreeMap<u32, LineFulfilment>,
    /// What was said and does not fit what was said before. A person looks at it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub disputes: Vec<Dispute>,
    /// The identities of movements that did not fit and that a person has dealt with: they may come again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ignored: Vec<String>,
    /// Moves forward that are still to be announced.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub untold: Vec<Told>,
}

/// A movement that does not fit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispute {
    /// Why.
    pub unfit: Unfit,
    /// What was said.
    pub movement: Movement,
}

/// A move forward, to be announced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// The movement's identity and the line: whoever hears it twice can tell.
    pub id: String,
    /// The line.
    pub line: u32,
    /// What became of it.
    pub became: Became,
    /// Of how many pieces; none for all that were left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Decimal>,
    /// When, by whoever said so.
    pub at: crate::Millis,
    /// The parcel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parcel: Option<Parcel>,
}

/// What a movement came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applied {
    /// The line moved forward, or is better known.
    Moved,
    /// It was known, or the line is further: nothing changed.
    Known,
    /// It does not fit: kept, and a person has to look.
    Disputed(Unfit),
}

impl Fulfilment {
    /// Takes movements in, in the order of their times, and says what each came to, in the order in which they were given.
    /// The version rises if anything changed. `ordered` is what the order says, if nothing was known of it yet.
    /// `announce`: moves forward are noted down to be announced.
    pub fn take(&mut self, movements: &[Movement], ordered: &Ordered, announce: bool) -> Vec<Applied> {
        let before = self.clone();
        if self.ordered.0.is_empty() {
            self.ordered = ordered.clone();
        }
        let ordered = &self.ordered.clone();
        let mut places: Vec<usize> = (0..movements.len()).collect();
        // The sort keeps the order of the document among equal times.
        places.sort_by_key(|place| movements[*place].at);
        let mut applied = vec![Applied::Known; movements.len()];
        for place in places {
            applied[place] = self.one(&movements[place], ordered, announce);
        }
        self.settle_disputes(ordered, announce);
        if *self != before {
            self.version = before.version + 1;
        }
        applied
    }

    /// What has been announced is forgotten; the version stays, for nothing became of any line.
    pub fn announced(&mut self, told: &[Told]) {
        self.untold.retain(|one| !told.contains(one));
    }

    /// The pieces that went away, line by line.
    pub fn parts(&self) -> impl Iterator<Item = (u32, &Part)> {
        let lines = self.lines.iter();
        lines.flat_map(|(line, state)| state.parts.iter().map(|part| (*line, part)))
    }

    /// The first reason for which a person has to look.
    pub fn disputed(&self) -> Option<Unfit> {
        self.disputes.first().map(|dispute| dispute.unfit)
    }

    /// A person has dealt with all that is disputed.
    pub fn dealt_with(&mut self) {
        let ids = std::mem::take(&mut self.disputes).into_iter();
        self.ignored.extend(ids.map(|dispute| dispute.movement.id));
        let many = self.ignored.len().saturating_sub(IGNORED);
        self.ignored.drain(..many);
    }

    /// Keeps what does not fit for a reason that its line alone does not show.
    pub fn refuse(&mut self, unfit: Unfit, movement: &Movement) {
        if self.ignored.contains(&movement.id) {
            return;
        }
        let before = self.disputes.len();
        self.dispute(unfit, movement);
        if self.disputes.len() != before {
            self.version += 1;
        }
    }

    fn one(&mut self, movement: &Movement, ordered: &Ordered, announce: bool) -> Applied {
        if self.ignored.contains(&movement.id) {
            return Applied::Known;
        }
        match self.apply(movement, ordered) {
            Ok(true) => {
                if movement.instead {
                    self.disputes.retain(|dispute| dispute.movement.line != movement.line);
                }
                self.note(movement, announce);
                Applied::Moved
            }
            Ok(false) => Applied::Known,
            Err(unfit) => {
                self.dispute(unfit, movement);
                Applied::Disputed(unfit)
            }
        }
    }

    fn apply(&mut self, movement: &Movement, ordered: &Ordered) -> Result<bool, Unfit> {
        let quantity = ordered.0.get(&movement.line).copied().ok_or(Unfit::NoSuchLine)?;
        let mut line = self.lines.get(&movement.line).cloned().unwrap_or_default();
        let moved = line.apply(movement, quantity)?;
        let knows_more = self.lines.get(&movement.line) != Some(&line);
        if knows_more && line != LineFulfilment::default() {
            self.lines.insert(movement.line, line);
        }
        Ok(moved)
    }

    /// What did not fit may fit by now: a refund that came before its shipment.
    fn settle_disputes(&mut self, ordered: &Ordered, announce: bool) {
        for dispute in std::mem::take(&mut self.disputes) {
            match self.apply(&dispute.movement, ordered) {
                Ok(true) => self.note(&dispute.movement, announce),
                Ok(false) => {}
                Err(unfit) => self.dispute(unfit, &dispute.movement),
            }
        }
    }

    fn dispute(&mut self, unfit: Unfit, movement: &Movement) {
        if self.disputes.iter().any(|dispute| dispute.movement.id == movement.id) {
            return;
        }
        if self.disputes.len() == DISPUTES {
            self.disputes.remove(0);
        }
        self.disputes.push(Dispute {
            unfit,
            movement: movement.clone(),
        });
    }

    fn note(&mut self, movement: &Movement, announce: bool) {
        if !announce {
            return;
        }
        let told = Told {
            id: format!("{}-{}", movement.id, movement.line),
            line: movement.line,
            became: movement.became.clone(),
            quantity: movement.quantity,
            at: movement.at,
            parcel: movement.parcel.clone(),
        };
        if !self.untold.contains(&told) {
            self.untold.push(told);
        }
    }
}
