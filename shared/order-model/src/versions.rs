//! The submissions of one eCat order: where a newcomer goes among those that are known.
//!
//! Pure. While nothing of the order was ever claimed, the places of all submissions are a function of their set, so the
//! order in which they arrive, in one pull or in many, does not matter. From the claim on nothing is moved any more:
//! whatever comes is held beside it, because the vendor's own warning (an order that was emptied and filled again looks
//! like a resubmission) leaves it to a person. A dash and a number at the end of an order number are not looked at.

mod arrange;
mod decide;
mod enter;
mod place;
#[cfg(test)]
pub(crate) mod sample;
mod stage;
mod stored;
#[cfg(test)]
mod tests;

use crate::likeness::{Likeness, likeness};
use crate::{ContentHash, EcatId, ErpKey, Order, RawRef};

pub use arrange::places;
pub use decide::{Asked, Settled};
pub use place::{Hold, HoldCode, Place};
pub use stage::Stage;
pub use stored::VersionError;

/// So many submissions are kept in the item of a uuid, which must stay small. One that comes when it is full is held
/// under its own key, and the desk has had a lot to decide by then.
pub const VERSIONS_MAX: usize = 5;

/// A submission, as the item of its uuid keeps it: at most 90 bytes, see [`Version::stored`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// The server's number: the greatest is the newest.
    pub id: EcatId,
    /// What its number makes as a key.
    pub key: ErpKey,
    /// Whether that key belongs to another order, or to another submission of this one.
    pub key_taken: bool,
    /// Its payload, by which it is known again and mapped again.
    pub raw: RawRef,
    /// Where it stands.
    pub standing: Standing,
}

/// Where a submission stands, as it is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// The steps of the uuid's item are its steps.
    Current,
    /// A newer one took its place before it was claimed: with the same content, or because a person chose that one.
    Superseded,
    /// It is not imported while a newer one, its revision, waits for a person. If that is discarded or imported as new,
    /// this one goes on. The current one is stopped as long as there is one that waits.
    Waiting,
    /// It waits for a person, beside the current one.
    Held,
    /// A person decided that it becomes an order of its own, which is being made. It is none of this uuid's any more.
    Leaving,
    /// A person decided about it: it was discarded, or is an order of its own; or such a one had superseded it.
    Decided,
}

impl Standing {
    /// The word for it, as it is shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Superseded => "superseded",
            Self::Waiting => "waiting",
            Self::Held => "held",
            Self::Leaving => "leaving",
            Self::Decided => "decided",
        }
    }

    /// Whether it is none of its uuid's any more.
    pub(crate) fn is_gone(self) -> bool {
        matches!(self, Self::Leaving | Self::Decided)
    }

    /// Whether a person has something to do about it that is not about the current one.
    pub(crate) fn is_beside(self) -> bool {
        matches!(self, Self::Held | Self::Leaving)
    }

    /// Whether it may still be imported, later than the current one.
    pub(crate) fn waits(self) -> bool {
        matches!(self, Self::Waiting | Self::Held | Self::Leaving)
    }
}

/// A submission that came with a pull.
#[derive(Debug, Clone)]
pub struct Newcomer<'a> {
    /// The server's number.
    pub id: EcatId,
    /// What its number makes as a key.
    pub key: ErpKey,
    /// Whether that key is reserved for another uuid.
    pub key_taken: bool,
    /// Its payload.
    pub raw: RawRef,
    /// What it says; none if it does not map, and cannot be compared.
    pub order: Option<&'a Order>,
}

/// What becomes of a newcomer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Placing {
    /// It is known and says what it said: nothing is written, and it is marked received once more.
    Again,
    /// The current one came again under its id, never claimed, with the same content in what [`likeness`](crate::likeness())
    /// looks at: its payload takes the old one's place, and nothing else changes.
    Refreshed,
    /// A known one came again under its id with other content, which the vendor's papers do not foresee. The newer
    /// payload is kept and held with [`HoldCode::ChangedUnderItsId`]; with `stop`, the current one is not imported
    /// meanwhile. Comes again with each delivery until a person has decided.
    Changed {
        /// Whether the current one waits too.
        stop: bool,
    },
    /// It is new.
    New(Arranged),
    /// It is new, and there is no room: it is held under its own key with [`HoldCode::TooManyVersions`], and is not
    /// entered, so the item under its own key tells that it is known; with `stop`, the current one is not imported
    /// meanwhile.
    TooMany {
        /// Whether the current one waits too.
        stop: bool,
    },
}

/// The submissions of a uuid after a newcomer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arranged {
    /// All of them by id: what the uuid's item keeps from now on.
    pub versions: Vec<Version>,
    /// Those whose place is another than before, by id, the newcomer among them.
    pub moves: Vec<(EcatId, Place)>,
}

impl Arranged {
    /// The submission whose steps are the uuid's steps.
    pub fn current(&self) -> Option<&Version> {
        current(&self.versions)
    }
}

/// Finds a newcomer's place among the known submissions of its uuid.
///
/// `orders` gives what a known one says, mapped with the current map; none if it does not map or its payload is gone.
/// It is asked for siblings alone, so an order that is never resubmitted costs no reading.
///
/// The result is right for the `known` and the `stage` that were read: it must be written on the condition that the
/// uuid's item is still what it was, and found again if it is not.
pub fn place<'o>(
    known: &[Version],
    stage: Stage,
    newcomer: &Newcomer<'o>,
    orders: &dyn Fn(EcatId) -> Option<&'o Order>,
) -> Placing {
    if let Some(version) = known.iter().find(|version| version.id == newcomer.id) {
        return met_again(version, stage, newcomer, orders);
    }
    let before = places(known, orders);
    let fixed = fixed(known, stage, &before);
    if known.len() >= VERSIONS_MAX {
        return Placing::TooMany {
            stop: fixed.is_none() && stage == Stage::Due,
        };
    }
    let mut entered = Version {
        id: newcomer.id,
        key: newcomer.key.clone(),
        key_taken: newcomer.key_taken || known.iter().any(|version| version.key == newcomer.key),
        raw: newcomer.raw.clone(),
        standing: Standing::Held,
    };
    if let Some(code) = fixed {
        let hold = beside(known, &entered, code);
        let place = Place::Beside(hold);
        entered.standing = place.standing();
        return Placing::New(Arranged {
            versions: with(known, entered),
            moves: vec![(newcomer.id, place)],
        });
    }
    let says = |id| {
        if id == newcomer.id {
            newcomer.order
        } else {
            orders(id)
        }
    };
    let mut versions = with(known, entered);
    let after = places(&versions, &says);
    for version in &mut versions {
        if let Some((_, place)) = after.iter().find(|(id, _)| *id == version.id) {
            version.standing = place.standing();
        }
    }
    let moves = after.into_iter().filter(|one| !before.contains(one)).collect();
    Placing::New(Arranged { versions, moves })
}

/// The known submissions and one more, by id.
fn with(known: &[Version], newcomer: Version) -> Vec<Version> {
    let mut versions = known.to_vec();
    versions.push(newcomer);
    versions.sort_by_key(|version| version.id);
    versions
}

pub(crate) fn current(versions: &[Version]) -> Option<&Version> {
    versions
        .iter()
        .find(|version| version.standing == Standing::Current)
}

/// The code under which a newcomer is held because the places are fixed; none if they are not. `places` are those that
/// follow from what is known.
fn fixed(known: &[Version], stage: Stage, places: &[(EcatId, Place)]) -> Option<HoldCode> {
    if known.is_empty() {
        return None;
    }
    let stopped = || places.iter().any(|(_, place)| matches!(place, Place::Stopped(_)));
    match stage {
        Stage::Refused => Some(HoldCode::AfterRefusal),
        Stage::Sent => Some(HoldCode::AfterImport),
        // What these submissions stop is due: a person let it go.
        Stage::Due if stopped() => Some(HoldCode::AfterImport),
        // They stand elsewhere than their set says: a person chose one of them, or the map changed since. Whoever is held
        // there was shown to a person, and does not go behind their back.
        Stage::Due | Stage::Waiting => (!stand_there(known, places)).then_some(HoldCode::AfterImport),
    }
}

/// Whether the submissions stand where these places are, one of them current.
fn stand_there(known: &[Version], places: &[(EcatId, Place)]) -> bool {
    let stands = |id: EcatId| {
        known
            .iter()
            .find(|version| version.id == id)
            .map(|version| version.standing)
    };
    let as_placed = |(id, place): &(EcatId, Place)| stands(*id) == Some(place.standing());
    !places.is_empty() && places.iter().all(as_placed)
}

/// The hold of a newcomer beside a current submission that keeps its place.
fn beside(known: &[Version], newcomer: &Version, code: HoldCode) -> Hold {
    if newcomer.key_taken {
        return Hold {
            code: HoldCode::NumberCollision,
            of: newcomer.id,
        };
    }
    let of = current(known).or(known.last());
    Hold {
        code,
        of: of.map_or(newcomer.id, |version| version.id),
    }
}

/// A submission that is known comes once more: usually because a mark was lost.
fn met_again<'o>(
    version: &Version,
    stage: Stage,
    newcomer: &Newcomer<'o>,
    orders: &dyn Fn(EcatId) -> Option<&'o Order>,
) -> Placing {
    if version.raw.hash == newcomer.raw.hash {
        return Placing::Again;
    }
    let stop = stage.is_open();
    let (Some(before), Some(now)) = (orders(version.id), newcomer.order) else {
        return Placing::Changed { stop };
    };
    if version.key == newcomer.key && ContentHash::of(before) == ContentHash::of(now) {
        return Placing::Again;
    }
    let current = version.standing == Standing::Current;
    let alike = version.key == newcomer.key && likeness(before, now) == Likeness::Same;
    if stage.is_open() && current && alike {
        Placing::Refreshed
    } else {
        Placing::Changed { stop }
    }
}
