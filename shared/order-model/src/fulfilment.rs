//! What became of an order's lines, and the one rule that lets a line move: forward.
//!
//! Pure. Spreadshirt's reports, the ERP's shipments and what a person records all come through [`Fulfilment::take`].

mod line;
mod movement;

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

pub use line::{LineFulfilment, Part, Unfit};
use movement::name;
pub use movement::{Became, Movement, Parcel};

use crate::Order;

/// So many disputes are kept with an order. The first ones stay: if older ones gave way, the same sayings would change it
/// each time they come.
const DISPUTES: usize = 50;

/// So many sayings are remembered that a person has dealt with; the oldest give way.
const IGNORED: usize = 1_000;

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
    /// The sayings that count no more, because a person has dealt with them or said something instead, each by its identity
    /// and its line: they may come again.
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

impl Dispute {
    /// Whether it is of this very saying: one may be of several lines.
    fn is_of(&self, movement: &Movement) -> bool {
        self.movement.id == movement.id && self.movement.line == movement.line
    }
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
    /// It does not fit, and so much does not fit already that there is no room for it: it has to be said again later.
    NoRoom(Unfit),
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
        // At one time a line goes forward; ends of one time come in the order of the document, which the sort keeps.
        places.sort_by_key(|place| movements[*place].order());
        let mut applied = vec![Applied::Known; movements.len()];
        let mut settled = Vec::new();
        for place in places {
            applied[place] = self.one(&movements[place], ordered, announce);
            // After each, so that one report comes to what several would.
            if applied[place] == Applied::Moved {
                settled.extend(self.settle_disputes(ordered, announce));
            }
        }
        for (applied, movement) in applied.iter_mut().zip(movements) {
            if matches!(applied, Applied::Disputed(_) | Applied::NoRoom(_))
                && settled.contains(&movement.name())
            {
                *applied = Applied::Moved;
            }
        }
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
        let all = self.disputes.clone();
        self.deal_with(&all);
    }

    /// A person has dealt with these disputes, which were seen: they may be said again, and change nothing.
    pub fn deal_with(&mut self, seen: &[Dispute]) {
        self.disputes.retain(|dispute| !seen.contains(dispute));
        self.ignore(seen.iter().map(|dispute| dispute.movement.name()));
    }

    /// The parcels are forgotten, and nothing else: their numbers lead to a person's door.
    pub fn forget_parcels(&mut self) {
        let parts = self.lines.values_mut().flat_map(|line| &mut line.parts);
        parts.for_each(|part| part.parcel = None);
        self.disputes
            .iter_mut()
            .for_each(|dispute| dispute.movement.parcel = None);
        self.untold.iter_mut().for_each(|told| told.parcel = None);
    }

    /// Keeps what does not fit for a reason that its line alone does not show. Such a movement is not to be taken as well.
    pub fn refuse(&mut self, unfit: Unfit, movement: &Movement) -> Applied {
        if self.ignored.contains(&movement.name()) {
            return Applied::Known;
        }
        let before = self.disputes.len();
        let disputed = self.dispute(unfit, movement);
        if self.disputes.len() != before {
            self.version += 1;
        }
        disputed
    }

    fn one(&mut self, movement: &Movement, ordered: &Ordered, announce: bool) -> Applied {
        if self.ignored.contains(&movement.name()) {
            return Applied::Known;
        }
        if let Some(unfit) = self.standing(movement) {
            return Applied::Disputed(unfit);
        }
        let before = match movement.instead {
            true => self.said_of(movement.line),
            false => Vec::new(),
        };
        let moved = match self.apply(movement, ordered) {
            Ok(moved) => moved,
            Err(unfit) => return self.dispute(unfit, movement),
        };
        if moved {
            self.note(movement, announce);
        }
        let ended = movement.instead && self.replace(movement, before);
        if moved || ended {
            Applied::Moved
        } else {
            Applied::Known
        }
    }

    /// What was said of this line before counts no more, and must not come back; nor may this itself, and take away what is
    /// said after it. Whether it ended a dispute.
    fn replace(&mut self, movement: &Movement, before: Vec<String>) -> bool {
        self.ignore(before.into_iter().chain([movement.name()]));
        let disputes = self.disputes.len();
        self.disputes
            .retain(|dispute| dispute.movement.line != movement.line);
        self.disputes.len() != disputes
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

    /// What was said of the ends of a line, and did not fit it, by name.
    fn said_of(&self, line: u32) -> Vec<String> {
        let parts = self.lines.get(&line).into_iter().flat_map(|line| &line.parts);
        let ends = parts.flat_map(|part| part.ids.iter().map(|id| name(id, line)));
        let disputes = self.disputes.iter().map(|dispute| &dispute.movement);
        let unfit = disputes
            .filter(|movement| movement.line == line)
            .map(Movement::name);
        ends.chain(unfit).collect()
    }

    fn ignore(&mut self, names: impl Iterator<Item = String>) {
        for name in names {
            if !self.ignored.contains(&name) {
                self.ignored.push(name);
            }
        }
        let many = self.ignored.len().saturating_sub(IGNORED);
        self.ignored.drain(..many);
    }

    /// What did not fit may fit by now. The names of those that do.
    fn settle_disputes(&mut self, ordered: &Ordered, announce: bool) -> Vec<String> {
        let mut settled = Vec::new();
        for dispute in std::mem::take(&mut self.disputes) {
            let applied = match dispute.unfit.may_fit_later() {
                true => self.apply(&dispute.movement, ordered),
                false => Err(dispute.unfit),
            };
            match applied {
                Ok(true) => {
                    self.note(&dispute.movement, announce);
                    settled.push(dispute.movement.name());
                }
                Ok(false) => {}
                Err(unfit) if dispute.unfit == Unfit::NoSuchLine => {
                    self.dispute(unfit, &dispute.movement);
                }
                Err(_) => {
                    self.dispute(dispute.unfit, &dispute.movement);
                }
            }
        }
        settled
    }

    /// Why a movement is disputed already, and stays so.
    fn standing(&self, movement: &Movement) -> Option<Unfit> {
        let same = self.disputes.iter().find(|dispute| dispute.is_of(movement))?;
        (!same.unfit.may_fit_later()).then_some(same.unfit)
    }

    fn dispute(&mut self, unfit: Unfit, movement: &Movement) -> Applied {
        if self.disputes.iter().any(|dispute| dispute.is_of(movement)) {
            return Applied::Disputed(unfit);
        }
        if self.disputes.len() >= DISPUTES {
            return Applied::NoRoom(unfit);
        }
        let before = |dispute: &Dispute| dispute.movement.order() <= movement.order();
        let place = self.disputes.partition_point(before);
        let movement = movement.clone();
        self.disputes.insert(place, Dispute { unfit, movement });
        Applied::Disputed(unfit)
    }

    fn note(&mut self, movement: &Movement, announce: bool) {
        if !announce {
            return;
        }
        let told = Told {
            id: movement.name(),
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
