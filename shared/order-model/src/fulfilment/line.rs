//! One line: which movements move it, and which don't fit.

use std::fmt;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::{Became, Movement, Parcel};
use crate::Millis;

/// What became of one line.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LineFulfilment {
    /// The furthest station on the way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub station: Option<Became>,
    /// When it got there.
    #[serde(default)]
    pub station_at: Millis,
    /// The time of the newest saying that took the place of what was said before.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub instead_at: Millis,
    /// The pieces that came to an end.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
    /// The maker's own id of the item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
}

/// Pieces of a line that came to an end together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The identity of the movement that said so, and of those that said more about it since.
    pub ids: Vec<String>,
    /// `Shipped`, `Cancelled` or `Refunded`.
    pub became: Became,
    /// How many.
    pub quantity: Decimal,
    /// When.
    pub at: Millis,
    /// The parcel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parcel: Option<Parcel>,
}

/// Why a movement does not fit. The word is the code under which the order is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unfit {
    /// The order has no such line.
    NoSuchLine,
    /// The maker's word is not known.
    UnknownState,
    /// It came to another end before.
    OtherEnd,
    /// More than is left of the line.
    MoreThanLeft,
    /// More came back than went out.
    MoreThanShipped,
    /// No quantity at all, or less.
    NoQuantity,
    /// Another item of the maker's has this line.
    OtherItem,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants a reference")]
fn is_zero(at: &Millis) -> bool {
    *at == Millis(0)
}

impl Unfit {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NoSuchLine => "no_such_line",
            Self::UnknownState => "unknown_state",
            Self::OtherEnd => "other_end",
            Self::MoreThanLeft => "more_than_left",
            Self::MoreThanShipped => "more_than_shipped",
            Self::NoQuantity => "no_quantity",
            Self::OtherItem => "other_item",
        }
    }
}

impl Unfit {
    /// Whether it may fit without anybody's doing: a refund that came before its shipment. Nothing else mends itself, and
    /// what was refused for a reason that its line does not show would only seem to.
    pub(super) fn may_fit_later(self) -> bool {
        matches!(self, Self::MoreThanShipped | Self::NoSuchLine)
    }
}

impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoSuchLine => "the order has no such line",
            Self::UnknownState => "a state of the line is said in a word that is not known",
            Self::OtherEnd => "the line came to another end before: shipped and cancelled can't both be",
            Self::MoreThanLeft => "that is more than is left of the line",
            Self::MoreThanShipped => "more would have come back than went out",
            Self::NoQuantity => "the quantity must be more than nothing",
            Self::OtherItem => "two items of the maker's are said to be this one line",
        })
    }
}

impl LineFulfilment {
    /// Applies a movement to a line of which so many were ordered. Whether the line moved, or is better known.
    pub(super) fn apply(&mut self, movement: &Movement, ordered: Decimal) -> Result<bool, Unfit> {
        self.know_item(movement)?;
        if movement
            .quantity
            .is_some_and(|quantity| quantity <= Decimal::ZERO)
        {
            return Err(Unfit::NoQuantity);
        }
        if self.parts.iter().any(|part| part.ids.contains(&movement.id)) {
            return Ok(false);
        }
        // A maker's report of what was before is late, and answers nothing.
        if movement.item.is_some() && movement.became.station().is_none() && movement.at < self.instead_at {
            return Ok(false);
        }
        let mut kept = None;
        if movement.instead {
            kept = Some(std::mem::take(&mut self.parts));
        }
        let applied = match &movement.became {
            Became::Unknown(_) => Err(Unfit::UnknownState),
            Became::Shipped | Became::Cancelled => self.end(movement, ordered),
            Became::Refunded => self.refund(movement),
            Became::Received | Became::Created | Became::Accepted | Became::InProgress => {
                Ok(self.advance(movement))
            }
        };
        match (applied, kept) {
            (Err(unfit), Some(parts)) => {
                self.parts = parts;
                Err(unfit)
            }
            // Whatever else it says, it took the ends away.
            (Ok(moved), Some(parts)) => {
                self.instead_at = self.instead_at.max(movement.at);
                Ok(moved || parts != self.parts)
            }
            (applied, None) => applied,
        }
    }

    /// How many pieces came to this end.
    pub fn ended(&self, became: &Became) -> Decimal {
        let parts = self.parts.iter().filter(|part| part.became == *became);
        parts.map(|part| part.quantity).sum()
    }

    fn know_item(&mut self, movement: &Movement) -> Result<(), Unfit> {
        match (&self.item, &movement.item) {
            (Some(known), Some(said)) if known != said => Err(Unfit::OtherItem),
            (None, Some(said)) => {
                self.item = Some(said.clone());
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn advance(&mut self, movement: &Movement) -> bool {
        let reached = self.station.as_ref().and_then(Became::station);
        if !self.parts.is_empty() || movement.became.station() <= reached {
            return false;
        }
        self.station = Some(movement.became.clone());
        self.station_at = movement.at;
        true
    }

    fn end(&mut self, movement: &Movement, ordered: Decimal) -> Result<bool, Unfit> {
        let (shipped, cancelled) = (self.ended(&Became::Shipped), self.ended(&Became::Cancelled));
        let left = ordered - shipped - cancelled;
        let quantity = movement.quantity.unwrap_or(left);
        if quantity > Decimal::ZERO && quantity <= left {
            self.add(movement, quantity, movement.at);
            return Ok(true);
        }
        if self.names_parcel(movement) {
            return Ok(true);
        }
        let other = match movement.became {
            Became::Shipped => cancelled,
            _ => shipped,
        };
        match movement.quantity {
            None if other == Decimal::ZERO => {
                self.said_again(movement);
                Ok(false)
            }
            Some(_) if other == Decimal::ZERO => Err(Unfit::MoreThanLeft),
            _ => Err(Unfit::OtherEnd),
        }
    }

    /// The whole line ended this way, and is said to have once more: if that end is taken back, so is this saying.
    fn said_again(&mut self, movement: &Movement) {
        let mut same = self
            .parts
            .iter_mut()
            .filter(|part| part.became == movement.became);
        if let Some(part) = same.next_back() {
            part.ids.push(movement.id.clone());
        }
    }

    /// A shipment that was told without its parcel, whose parcel somebody else knows: Spreadshirt tells none.
    fn names_parcel(&mut self, movement: &Movement) -> bool {
        let Some(parcel) = movement.told_parcel() else {
            return false;
        };
        match movement.quantity {
            _ if movement.became != Became::Shipped => false,
            None => self.went_in(parcel, &movement.id),
            Some(quantity) => self.some_went_in(parcel, quantity, movement),
        }
    }

    /// All of the line went in this parcel, but for what is known to have gone in another.
    fn went_in(&mut self, parcel: &Parcel, id: &str) -> bool {
        let mut any = false;
        for part in self.parts.iter_mut().filter(|part| part.lacks(parcel)) {
            part.learn(id, parcel);
            any = true;
        }
        any
    }

    /// So many went in this parcel: what was told as one may have gone in several.
    fn some_went_in(&mut self, parcel: &Parcel, quantity: Decimal, movement: &Movement) -> bool {
        let find = |fits: fn(&Decimal, &Decimal) -> bool, parts: &[Part]| {
            parts
                .iter()
                .position(|part| part.lacks(parcel) && fits(&part.quantity, &quantity))
        };
        if let Some(place) = find(Decimal::eq, &self.parts) {
            self.parts[place].learn(&movement.id, parcel);
            return true;
        }
        let Some(place) = find(Decimal::gt, &self.parts) else {
            return false;
        };
        self.parts[place].quantity -= quantity;
        let at = self.parts[place].at;
        self.add(movement, quantity, at);
        true
    }

    fn refund(&mut self, movement: &Movement) -> Result<bool, Unfit> {
        let refunded = self.ended(&Became::Refunded);
        let out = self.ended(&Became::Shipped) - refunded;
        let quantity = movement.quantity.unwrap_or(out);
        if quantity > Decimal::ZERO && quantity <= out {
            self.add(movement, quantity, movement.at);
            return Ok(true);
        }
        if movement.quantity.is_none() && refunded > Decimal::ZERO {
            return Ok(false);
        }
        Err(Unfit::MoreThanShipped)
    }

    fn add(&mut self, movement: &Movement, quantity: Decimal, at: Millis) {
        self.parts.push(Part {
            ids: vec![movement.id.clone()],
            became: movement.became.clone(),
            quantity,
            at,
            parcel: movement.told_parcel().cloned(),
        });
    }
}

impl Part {
    /// Whether this says more of its parcel than is known.
    fn lacks(&self, parcel: &Parcel) -> bool {
        let more = match &self.parcel {
            None => true,
            Some(known) => known.tracking.is_none() && parcel.tracking.is_some(),
        };
        self.became == Became::Shipped && more
    }

    fn learn(&mut self, id: &str, parcel: &Parcel) {
        let carrier = self.parcel.take().and_then(|known| known.carrier);
        let mut parcel = parcel.clone();
        parcel.carrier = parcel.carrier.or(carrier);
        self.parcel = Some(parcel);
        self.ids.push(id.to_owned());
    }
}
