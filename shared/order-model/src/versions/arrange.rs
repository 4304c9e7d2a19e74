//! The places of all submissions of a uuid, as long as none was ever claimed: a function of their set.
//!
//! They are gone through by id, oldest first, with one **line** of which the newest is the current submission. One with
//! the same content takes the current one's place; a revision takes it too, but stops, and what was there waits; all
//! others are put **beside** the line and held. Where something is beside the line between the two, one with the same
//! content takes no place: what came between may have been an order of its own, and the third one a third.

use super::{Hold, HoldCode, Place, Version};
use crate::likeness::{Likeness, likeness};
use crate::{EcatId, Order};

struct Line<'v> {
    current: &'v Version,
    /// What the current content is a revision of.
    revises: Option<EcatId>,
    superseded: Vec<(EcatId, EcatId)>,
    waiting: Vec<EcatId>,
    beside: Vec<(EcatId, Hold)>,
}

/// The place of each submission that no person decided about, by id.
///
/// For the submissions of a uuid of which none was ever claimed: at intake, and again when a person discarded one or the
/// map changed. `orders` is as for [`place`](super::place).
pub fn places<'o>(
    versions: &[Version],
    orders: &dyn Fn(EcatId) -> Option<&'o Order>,
) -> Vec<(EcatId, Place)> {
    let mut sorted: Vec<&Version> = versions.iter().collect();
    sorted.sort_by_key(|version| version.id);
    let decided: Vec<EcatId> = (sorted.iter())
        .filter(|version| version.standing.is_gone())
        .map(|version| version.id)
        .collect();
    sorted.retain(|version| !version.standing.is_gone());
    let Some((first, later)) = sorted.split_first() else {
        return Vec::new();
    };
    let mut line = Line {
        current: first,
        revises: None,
        superseded: Vec::new(),
        waiting: Vec::new(),
        beside: Vec::new(),
    };
    for (older, version) in (1..).zip(later) {
        let older = sorted.get(..older).unwrap_or_default();
        line.take(version, older, &decided, orders);
    }
    line.places()
}

/// How alike two submissions are; none if one does not map.
fn alike<'o>(
    one: &Version,
    other: &Version,
    orders: &dyn Fn(EcatId) -> Option<&'o Order>,
) -> Option<Likeness> {
    Some(likeness(orders(one.id)?, orders(other.id)?))
}

impl<'v> Line<'v> {
    fn take<'o>(
        &mut self,
        version: &'v Version,
        older: &[&'v Version],
        decided: &[EcatId],
        orders: &dyn Fn(EcatId) -> Option<&'o Order>,
    ) {
        let of = self.current.id;
        let hold = |code, of| Some(Hold { code, of });
        let alike = alike(self.current, version, orders);
        let beside = match alike {
            None => hold(HoldCode::NotComparable, of),
            Some(Likeness::Revision) => None,
            Some(_) if version.key_taken => hold(HoldCode::NumberCollision, version.id),
            Some(Likeness::Same) if self.something_since(of, version.id, decided) => {
                hold(HoldCode::SameContent, of)
            }
            Some(Likeness::Same) => None,
            Some(Likeness::LooksNew) => {
                nearest(version, older, orders).or_else(|| hold(HoldCode::LooksNew, of))
            }
        };
        if let Some(hold) = beside {
            self.beside.push((version.id, hold));
            return;
        }
        if alike == Some(Likeness::Same) {
            self.superseded.push((of, version.id));
        } else {
            self.waiting.push(of);
            self.revises = Some(of);
        }
        self.current = version;
    }

    /// Whether there is another submission between these two, decided about or beside the line.
    fn something_since(&self, one: EcatId, other: EcatId, decided: &[EcatId]) -> bool {
        let beside = self.beside.iter().map(|(id, _)| id);
        beside.chain(decided).any(|id| (one..other).contains(id))
    }

    fn places(self) -> Vec<(EcatId, Place)> {
        let current = self.current.id;
        let place = match self.stop() {
            Some(hold) => Place::Stopped(hold),
            None => Place::Goes,
        };
        let superseded = self.superseded.into_iter();
        let waiting = self.waiting.into_iter();
        let beside = self.beside.into_iter();
        let mut places: Vec<_> = superseded
            .map(|(id, by)| (id, Place::Superseded(by)))
            .chain(waiting.map(|id| (id, Place::Waits(current))))
            .chain(beside.map(|(id, hold)| (id, Place::Beside(hold))))
            .chain([(current, place)])
            .collect();
        places.sort_by_key(|(id, _)| *id);
        places
    }

    /// Why the current one waits for a person.
    fn stop(&self) -> Option<Hold> {
        if self.current.key_taken {
            return Some(Hold {
                code: HoldCode::NumberCollision,
                of: self.current.id,
            });
        }
        if let Some(of) = self.revises {
            return Some(Hold {
                code: HoldCode::Revision,
                of,
            });
        }
        // What does not map may be a revision.
        let unclear = |(_, hold): &&(EcatId, Hold)| hold.code == HoldCode::NotComparable;
        self.beside.iter().find(unclear).map(|(id, _)| Hold {
            code: HoldCode::NotComparable,
            of: *id,
        })
    }
}

/// What a submission that looks new beside the current one is to another: a person who decides about both must not take
/// the second one for a third order.
fn nearest<'o>(
    version: &Version,
    older: &[&Version],
    orders: &dyn Fn(EcatId) -> Option<&'o Order>,
) -> Option<Hold> {
    let found = |code, wanted| {
        let mut newest_first = older.iter().rev();
        let other = newest_first.find(|other| alike(version, other, orders) == Some(wanted))?;
        Some(Hold { code, of: other.id })
    };
    found(HoldCode::SameContent, Likeness::Same).or_else(|| found(HoldCode::Revision, Likeness::Revision))
}
