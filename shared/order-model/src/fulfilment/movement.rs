//! One thing that somebody says became of a line.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::Millis;

/// What became of a line, or of pieces of it. The first four are stations on the way, in their order; the others are ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Became {
    /// Whoever makes it has it.
    Received,
    /// It was taken up there.
    Created,
    /// It was accepted.
    Accepted,
    /// It is being made.
    InProgress,
    /// It went out.
    Shipped,
    /// It will not be made or sent.
    Cancelled,
    /// It came back, after it was shipped.
    Refunded,
    /// A word that nobody told us the meaning of, as it came, cut to 64 characters.
    Unknown(String),
}

impl Became {
    /// The word for it; what is unknown is `unknown`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Created => "created",
            Self::Accepted => "accepted",
            Self::InProgress => "in_progress",
            Self::Shipped => "shipped",
            Self::Cancelled => "cancelled",
            Self::Refunded => "refunded",
            Self::Unknown(_) => "unknown",
        }
    }

    /// How far a station on the way is; none for an end, and for what is unknown.
    pub fn station(&self) -> Option<u8> {
        match self {
            Self::Received => Some(1),
            Self::Created => Some(2),
            Self::Accepted => Some(3),
            Self::InProgress => Some(4),
            Self::Shipped | Self::Cancelled | Self::Refunded | Self::Unknown(_) => None,
        }
    }
}

/// A parcel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Parcel {
    /// Who carries it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carrier: Option<String>,
    /// The carrier's number of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tracking: Option<String>,
}

/// One thing that somebody says became of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Movement {
    /// Made of what was said: the same saying has the same identity, however often it comes.
    pub id: String,
    /// The line, from 1.
    pub line: u32,
    /// What became of it.
    pub became: Became,
    /// Of how many pieces; none for all that are left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<Decimal>,
    /// When, by whoever says so.
    pub at: Millis,
    /// The parcel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parcel: Option<Parcel>,
    /// The maker's own id of the item, where one says this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// A person says this instead of all that was said before of the ends of this line.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub instead: bool,
}

impl Movement {
    /// Its name within an order: one saying may be of several lines.
    pub(super) fn name(&self) -> String {
        name(&self.id, self.line)
    }

    /// The order in which movements are taken: of their times, and at one time forward.
    pub(super) fn order(&self) -> (Millis, bool, u8) {
        let rank = match self.became {
            Became::Shipped | Became::Cancelled => 5,
            Became::Refunded => 6,
            ref other => other.station().unwrap_or(7),
        };
        (self.at, self.instead, rank)
    }

    /// The parcel, if anything is said of it.
    pub(super) fn told_parcel(&self) -> Option<&Parcel> {
        self.parcel
            .as_ref()
            .filter(|parcel| **parcel != Parcel::default())
    }
}

/// The name of a saying within an order.
pub(super) fn name(id: &str, line: u32) -> String {
    format!("{id}-{line}")
}
