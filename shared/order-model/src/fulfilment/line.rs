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
        if movement.quantity.is_some_and(|quantity| quantity <= Decimal::ZERO) {
            return Err(Unfit::NoQuantity);
        }
        if self.parts.iter().any(|part| part.ids.contains(&movement.id)) {
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
        if let (Err(_), Some(parts)) = (&applied, kept) {
            self.parts = parts;
        }
        applied
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
            self.add(movement, quantity);
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
            // The whole line ended this way: said again.
            None if other == Decimal::ZERO => Ok(false),
            Some(_) if other == Decimal::ZERO => Err(Unfit::MoreThanLeft),
            _ => Err(Unfit::OtherEnd),
        }
    }

    /// A shipment that was told without its parcel, whose parcel somebody else knows: Spreadshirt tells none.
    fn names_parcel(&mut self, movement: &Movement) -> bool {
        if movement.became != Became::Shipped || movement.parcel.is_none() {
            return false;
        }
        let fits = |part: &&mut Part| {
            part.became == Became::Shipped
                && part.parcel.is_none()
                && movement.quantity.is_none_or(|quantity| quantity == part.quantity)
        };
        let Some(part) = self.parts.iter_mut().find(fits) else {
            return false;
        };
        part.parcel.clone_from(&movement.parcel);
        part.ids.push(movement.id.clone());
        true
    }

    fn refund(&mut self, movement: &Movement) -> Result<bool, Unfit> {
        let refunded = self.ended(&Became::Refunded);
        let out = self.ended(&Became::Shipped) - refunded;
        let quantity = movement.quantity.unwrap_or(out);
        if quantity > Decimal::ZERO && quantity <= out {
            self.add(movement, quantity);
            return Ok(true);
        }
        if movement.quantity.is_none() && refunded > Decimal::ZERO {
            return Ok(false);
        }
        Err(Unfit::MoreThanShipped)
    }

    fn add(&mut self, movement: &Movement, quantity: Decimal) {
        self.parts.push(Part {
            ids: vec![movement.id.clone()],
            became: movement.became.clone(),
            quantity,
            at: movement.at,
            parcel: movement.parcel.clone(),
        });
    }
}
